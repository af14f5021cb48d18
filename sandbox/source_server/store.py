"""The tables a server serves: loaded when first asked for, changed on demand, the changes kept over a restart."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec

from sandbox.source_server import changes
from sandbox.source_server.changes import Change
from sandbox.source_server.cube import Cube
from sandbox.source_server.table import Table, from_cube

AMSTERDAM = ZoneInfo("Europe/Amsterdam")

# What TableInfos.Source and Properties.Source say of data that is not fresh from the source.
MARKS = {
    "voorbeeld": "Voorbeeldgegevens, synthetisch",
    "opname": "Opname van eerder gegeven antwoorden van de bron",
}

log = logging.getLogger(__name__)


class Store:
    """Tables by identifier, with the changes made to them.

    `tables` gives a `Cube` or a `Table` per identifier, loading it when it is asked for; `state` is the file in
    which changes are kept (None: they die with the server); `kind` is `voorbeeld` or `opname`.
    """

    def __init__(self, tables: Mapping[str, Cube | Table], *, kind: str, state: Path | None = None) -> None:
        self._given, self._kind, self._state = tables, kind, state
        self._loaded: dict[str, Table] = {}
        self._locks = {identifier: threading.Lock() for identifier in tables}
        self._log_lock = threading.Lock()
        self._changes: list[Change] = []
        if state and state.exists():
            self._changes = msgspec.json.decode(state.read_bytes(), type=list[Change])

    @property
    def kind(self) -> str:
        return self._kind

    @property
    def identifiers(self) -> list[str]:
        return list(self._locks)

    def __contains__(self, identifier: str) -> bool:
        return identifier in self._locks

    def table(self, identifier: str) -> Table:
        """The table as it is now; `KeyError` when there is none."""
        if (table := self._loaded.get(identifier)) is not None:
            return table
        with self._locks[identifier]:
            if identifier not in self._loaded:
                self._loaded[identifier] = self._load(identifier)
            return self._loaded[identifier]

    def info(self, table: Table) -> dict:
        """TableInfos row or Properties, with the mark that says that this is no live data."""
        mark, source = MARKS[self._kind], str(table.info.get("Source") or "").strip()
        marked = {**table.info, "Source": mark if self._kind == "voorbeeld" or not source else f"{mark}. {source}"}
        field = "ShortDescription" if table.protocol == "v3" else "Description"
        if self._kind == "voorbeeld":
            marked[field] = f"{mark}. {table.info.get(field) or ''}".strip()
        return marked

    @property
    def changes(self) -> list[Change]:
        """All changes since the data were as given, oldest first."""
        return list(self._changes)

    def change(self, change: Change) -> dict:
        """Applies and keeps a change; tells the new Modified and the cells. `ChangeError` when it does not fit."""
        if change.tabel not in self:
            raise changes.ChangeError(f"Unknown table {change.tabel!r}; there are {self.identifiers}.")
        self.table(change.tabel)
        with self._locks[change.tabel]:
            table = self._loaded[change.tabel]
            kept = msgspec.structs.replace(change, gewijzigd=change.gewijzigd or _next_modified(table))
            changed, cells = changes.apply(table, kept)
            self._loaded[change.tabel] = _modified(changed, kept.gewijzigd)
        with self._log_lock:
            self._changes.append(kept)
            self._save()
        return {"tabel": change.tabel, "gewijzigd": kept.gewijzigd, "cellen": cells}

    def reset(self) -> None:
        """Forgets all changes: the data are as given again."""
        with self._log_lock:
            touched = {c.tabel for c in self._changes}
            self._changes.clear()
            self._save()
        for identifier in touched & self._locks.keys():
            with self._locks[identifier]:
                self._loaded.pop(identifier, None)

    def _load(self, identifier: str) -> Table:
        given = self._given[identifier]
        table = from_cube(given) if isinstance(given, Cube) else given
        for change in (c for c in self._changes if c.tabel == identifier):
            try:
                table = _modified(changes.apply(table, change)[0], change.gewijzigd)
            except changes.ChangeError as error:
                # Kept changes may be older than the data (another seed or size): serve what fits.
                log.warning("A kept change of %s no longer fits and is skipped: %s", identifier, error)
        return table

    def _save(self) -> None:
        if self._state is None:
            return
        self._state.parent.mkdir(parents=True, exist_ok=True)
        temporary = self._state.with_suffix(".tmp")
        temporary.write_bytes(msgspec.json.format(msgspec.json.encode(self._changes), indent=2))
        temporary.replace(self._state)


def modified(table: Table) -> datetime:
    """The table's Modified, with its time zone (v3 writes local time without one)."""
    moment = datetime.fromisoformat(str(table.info["Modified"]))
    return moment if moment.tzinfo else moment.replace(tzinfo=AMSTERDAM)


def _next_modified(table: Table) -> str:
    now = datetime.now(AMSTERDAM).replace(second=0, microsecond=0)
    moment = max(modified(table) + timedelta(minutes=1), now)
    return moment.isoformat()


def _modified(table: Table, moment: str | None) -> Table:
    """The table with a new Modified, and for v4 the Version and dates that go with it."""
    if moment is None:
        return table
    when = datetime.fromisoformat(moment)
    when = when.astimezone(AMSTERDAM) if when.tzinfo else when.replace(tzinfo=AMSTERDAM)
    if table.protocol == "v3":
        return replace(table, info={**table.info, "Modified": when.replace(tzinfo=None).isoformat()})
    text = when.isoformat()
    return replace(
        table,
        info={
            **table.info,
            "Modified": text,
            "ModificationDate": text,
            "ObservationsModified": text,
            "Version": when.strftime("%Y%m%d%H%M"),
        },
    )
