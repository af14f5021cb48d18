"""Looks at a source without loading: metadata against contract, aliases and snapshot, and what a first load takes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from veiligheidsbeeld.binding import snapshot as snapshots
from veiligheidsbeeld.binding.aliases import load_aliases
from veiligheidsbeeld.binding.bind import MEASURE, NOTHING_KNOWN, RED, Bound, bind
from veiligheidsbeeld.binding.columns import resolve
from veiligheidsbeeld.binding.deliveries import SUCCESSORS, areas
from veiligheidsbeeld.binding.snapshot import SeenDimension, SeenMeasure, Snapshot
from veiligheidsbeeld.binding.titles import (
    Titled,
    codes_v3,
    codes_v4,
    measures_v3,
    measures_v4,
    normal,
    shown,
    unit,
)
from veiligheidsbeeld.contracts import periods
from veiligheidsbeeld.contracts.cube import CubeContract
from veiligheidsbeeld.errors import DeliveryRefused, SourceError, SourceRefused
from veiligheidsbeeld.extract import planning_of, table_of
from veiligheidsbeeld.extract.hosts import HOSTS
from veiligheidsbeeld.extract.odata import Description, Table, rows_of
from veiligheidsbeeld.settings import Settings

# What a first load costs, as measured at the sources: rows a second on one connection, bytes a row on its way and
# in landing (packed) (reference notes on CBS v4: 100,000 observations in 77 s).
_ROWS_A_SECOND = 1_300
_BYTES_A_ROW = 130
_PAGE = {"odata_v3": 10_000, "odata_v4": 100_000}
# Code lists longer than this are regions in all but name: their forms are kept, not their codes.
_LONG = 400


@dataclass(frozen=True)
class Difference:
    """One thing that is otherwise than known; `breaks`: a load would be refused."""

    what: str
    breaks: bool = False


@dataclass(frozen=True)
class Plan:
    """What a first load of a table takes."""

    cells: int
    requests: int
    minutes: float
    gigabytes: float


@dataclass
class Look:
    """What a look at one dataset's source found; `found` is what a snapshot of it would be."""

    dataset: str
    tabel: str
    differences: list[Difference] = field(default_factory=list)
    found: Snapshot | None = None
    plan: Plan | None = None

    @property
    def breaks(self) -> bool:
        return any(d.breaks for d in self.differences)


def look(settings: Settings, contract: CubeContract) -> Look:
    """Reads a table's metadata and compares; never raises for what the source says, only for settings."""
    return asyncio.run(_look(settings, contract))


async def _look(settings: Settings, contract: CubeContract) -> Look:
    result = Look(contract.naam, contract.bron.tabel)
    client, table = table_of(settings, contract, report=lambda _: None)
    async with client:
        try:
            state = await table.state()
            description = await table.describe()
        except SourceRefused as refusal:
            result.differences.append(Difference(await _moved(settings, contract, refusal), breaks=True))
            return result
        except (DeliveryRefused, SourceError) as error:
            result.differences.append(Difference(error.what, breaks=True))
            return result
    seen = _Seen(contract, table, description)
    result.found = seen.snapshot(settings)
    recorded = snapshots.load(contract.bron.tabel)
    result.differences += _late(contract, state.gewijzigd)
    result.differences += [*_bound(settings, contract, seen), *_contract(contract, seen)]
    if recorded:
        result.differences += _against(recorded, result.found)
    try:
        result.plan = _plan(settings, contract, table, description)
    except DeliveryRefused as refusal:
        result.differences.append(Difference(refusal.what, breaks=True))
    # One fact may break two rules; it is told once, as the graver.
    graver = {d.what: d for d in sorted(result.differences, key=lambda d: d.breaks)}
    result.differences = sorted(graver.values(), key=lambda d: (not d.breaks, d.what))
    return result


def _late(contract: CubeContract, modified: str) -> Iterator[Difference]:
    """A table that its source has not brought up to date for longer than its calendar says."""
    try:
        moment = datetime.fromisoformat(modified)
    except ValueError:
        return
    days = (datetime.now(UTC) - (moment if moment.tzinfo else moment.replace(tzinfo=UTC))).days
    if days > contract.kwaliteit.versheid_dagen:
        yield Difference(
            f"late: last changed {days} days ago, expected within {contract.kwaliteit.versheid_dagen}; ask "
            f"{contract.eigenaar.title}, {contract.eigenaar.contact}"
        )


async def _moved(settings: Settings, contract: CubeContract, refusal: SourceRefused) -> str:
    """Whether another host of the sources has the table."""
    for host in HOSTS:
        if host == contract.bron.host or (host == "datasets") != (contract.bron.protocol == "odata_v4"):
            continue
        elsewhere = contract.model_copy(update={"bron": contract.bron.model_copy(update={"host": host})})
        client, table = table_of(settings, elsewhere, report=lambda _: None)
        try:
            async with client:
                await table.state()
        except SourceError:
            continue
        return f"{contract.bron.tabel} is no longer at {HOSTS[contract.bron.host]}: it has moved to {HOSTS[host]}"
    return f"{contract.bron.tabel} is not at {HOSTS[contract.bron.host]}: {refusal.what}"


class _Seen:
    """What a source says of a table, in the words of a snapshot."""

    def __init__(self, contract: CubeContract, table: Table, description: Description) -> None:
        self.contract, self.table, self.description = contract, table, description
        self.v4 = contract.bron.protocol == "odata_v4"

    def rows(self, name: str) -> list[dict[str, object]]:
        body = self.description.documents.get(name)
        return rows_of(body) if body else []

    def codes(self, dimension: str) -> list[dict[str, object]]:
        return rows_of(self.description.lists[dimension].body) if dimension in self.description.lists else []

    def titled(self, dimension: str) -> list[Titled]:
        if dimension == MEASURE:
            if not self.v4:
                return measures_v3(self.rows("DataProperties"))
            return measures_v4(self.codes(MEASURE), self.rows("MeasureGroups"))
        if self.v4:
            return codes_v4(self.codes(dimension), self.rows(f"{dimension}Groups"))
        groups = [g for g in self.rows("CategoryGroups") if g.get("DimensionKey") in (None, dimension)]
        return codes_v3(self.codes(dimension), groups)

    @property
    def info(self) -> Mapping[str, object]:
        if not self.v4:
            return next(iter(self.rows("TableInfos")), {})
        return msgspec.json.decode(self.description.documents["Properties"], type=dict)

    def snapshot(self, settings: Settings) -> Snapshot:
        kinds = {str(r["Identifier"]): str(r.get("Kind")) for r in self.rows("Dimensions")}
        kinds |= {str(r["Key"]): str(r.get("Type")) for r in self.rows("DataProperties") if r.get("Key")}
        info = self.info
        return Snapshot(
            tabel=self.contract.bron.tabel,
            titel=str(info.get("Title") or "").strip(),
            host=self.contract.bron.host,
            protocol=self.contract.bron.protocol,
            # What another than the real source says verifies nothing.
            zekerheid="opname" if settings.bron_soort == "live" else "afgeleid",
            herkomst=self.table.address.public,
            gezien=f"{datetime.now(UTC):%Y-%m-%d}",
            status=str(info.get("Status") or info.get("OutputStatus") or "Regulier").strip(),
            maten=[
                SeenMeasure(code=t.code, pad=list(t.path), eenheid=t.unit, stam=t.stem) for t in self.titled(MEASURE)
            ],
            dimensies={
                d: self._dimension(d, kinds.get(d, "Dimension")) for d in self.description.lists if d != MEASURE
            },
        )

    def _dimension(self, name: str, kind: str) -> SeenDimension:
        codes = self.description.lists[name].codes
        width = None if self.v4 else max(map(len, codes))
        if kind == "TimeDimension":
            return SeenDimension(soort=kind, breedte=width, vormen=sorted({periods.kind(c) for c in codes}))
        if kind.startswith("Geo") or len(codes) > _LONG:
            return SeenDimension(soort=kind, breedte=width, vormen=sorted({c[:2] for c in codes}))
        return SeenDimension(soort=kind, breedte=width, codes={t.code: t.path[-1] for t in self.titled(name)})


def _bound(settings: Settings, contract: CubeContract, seen: _Seen) -> Iterator[Difference]:
    """What binding would say of a delivery made now; paths that came or went follow from the snapshot."""
    _, rows = resolve(contract, seen.rows("DataProperties"))
    if aliases := load_aliases(contract.naam):
        wanted = [MEASURE, *aliases.kenmerken, *([aliases.gebieden] if aliases.gebieden else [])]
        rows += bind(aliases, {d: seen.titled(d) for d in wanted}, areas(), NOTHING_KNOWN)
    words = {"ontbreekt": "is not there", "dubbel": "stands for more than one thing", "eenheid": "is in another unit"}
    for row in rows:
        if row.oordeel in RED:
            yield Difference(f"{_of(row)} {words[row.oordeel]}", breaks=True)
        elif row.oordeel == "verdwenen":
            yield Difference(f"{_of(row)} is not there (not required)")
    stopped = seen.rows(SUCCESSORS)
    if stopped:
        others = ", ".join(f"{o['Identifier']} ({o['Title']})" for o in stopped[1:]) or "none found in the catalogue"
        yield Difference(f"the source has stopped the table ({stopped[0]['Status']}); likely successor: {others}")


def _of(row: Bound) -> str:
    note = f" ({row.toelichting})" if row.toelichting else ""
    return f"{row.dimensie} {row.pad!r}{f' for {row.betekenis}' if row.betekenis else ''}{note}"


def _contract(contract: CubeContract, seen: _Seen) -> Iterator[Difference]:
    for key in (k for k in contract.sleutels if k.bron in seen.description.lists):
        codes = seen.description.lists[key.bron].codes
        if key.breedte and (width := max(map(len, codes))) != key.breedte:
            yield Difference(f"keys of {key.bron} are {width} wide, the contract says {key.breedte}")


def _against(old: Snapshot, new: Snapshot) -> Iterator[Difference]:
    """Differences between two snapshots; what nobody saw before is no difference."""
    if normal(old.titel) != normal(new.titel):
        yield Difference(f"the table is called {new.titel!r} now, not {old.titel!r}")
    if old.status != new.status:
        yield Difference(f"its status is {new.status} now, not {old.status}")
    if old.maten:
        yield from _measures(old.maten, new.maten)
    for name, was in old.dimensies.items():
        if name not in new.dimensies:
            yield Difference(f"dimension {name} is gone", breaks=True)
            continue
        yield from _dimensions(name, was, new.dimensies[name])
    for name in new.dimensies.keys() - old.dimensies.keys():
        yield Difference(f"dimension {name} is new", breaks=True)


def _measures(old: Sequence[SeenMeasure], new: Sequence[SeenMeasure]) -> Iterator[Difference]:
    was, now = _by_path(old), _by_path(new)
    for path in was.keys() - now.keys():
        yield Difference(f"measure {shown(was[path][0].pad)!r} is gone")
    for path in now.keys() - was.keys():
        yield Difference(f"measure {shown(now[path][0].pad)!r} is new")
    for path in was.keys() & now.keys():
        if len(was[path]) != len(now[path]):
            yield Difference(f"measure {shown(now[path][0].pad)!r} stands there {len(now[path])} times now")
            continue
        for a, b in _pairs(was[path], now[path]):
            if a.code and a.code != b.code:
                yield Difference(f"measure {shown(b.pad)!r} has code {b.code} now, not {a.code}")
            if a.eenheid and unit(a.eenheid) != unit(b.eenheid):
                yield Difference(f"measure {shown(b.pad)!r} is in {b.eenheid} now, not in {a.eenheid}")


def _pairs(old: Sequence[SeenMeasure], new: Sequence[SeenMeasure]) -> Iterator[tuple[SeenMeasure, SeenMeasure]]:
    """Measures of one path, side by side: by unit, then what is left. Where groups were not seen and titles repeat,
    nothing says which is which: then only one that is alone can be compared."""
    left, right = list(old), list(new)
    for a in old:
        alike = [b for b in right if unit(b.eenheid) == unit(a.eenheid)]
        if len(alike) == 1 and sum(unit(o.eenheid) == unit(a.eenheid) for o in old) == 1:
            yield a, alike[0]
            left.remove(a)
            right.remove(alike[0])
    if len(left) == len(right) == 1:
        yield left[0], right[0]


def _by_path(measures: Sequence[SeenMeasure]) -> dict[str, list[SeenMeasure]]:
    found: dict[str, list[SeenMeasure]] = {}
    for one in measures:
        found.setdefault(normal(shown(one.pad)), []).append(one)
    return found


def _dimensions(name: str, old: SeenDimension, new: SeenDimension) -> Iterator[Difference]:
    if old.breedte and new.breedte and old.breedte != new.breedte:
        yield Difference(f"keys of {name} are {new.breedte} wide now, not {old.breedte}")
    if old.vormen is not None and new.vormen is not None:
        for form in sorted(set(new.vormen) - set(old.vormen)):
            yield Difference(f"{name} has codes of a new form: {form}")
        for form in sorted(set(old.vormen) - set(new.vormen)):
            yield Difference(f"{name} has no codes of the form {form} any more")
    was, now = old.codes, new.codes
    if was is None or now is None:
        return
    for code in now.keys() - was.keys():
        yield Difference(f"{name} has a new code {code} ({now[code]})")
    for code in was.keys() - now.keys():
        yield Difference(f"{name} no longer has code {code} ({was[code]})")
    for code in was.keys() & now.keys():
        if normal(was[code]) != normal(now[code]):
            yield Difference(f"{name} {code} is called {now[code]!r} now, not {was[code]!r}")


def _plan(settings: Settings, contract: CubeContract, table: Table, description: Description) -> Plan:
    """Cells of the dense cube that would be asked for; what is phantom or hidden makes it less."""
    parts = planning_of(settings, contract, table, description)
    cells = sum(part.cells for part in parts)
    page = _PAGE[contract.bron.protocol]
    requests = sum(-(-part.cells // page) + 1 for part in parts) + len(description.lists) + len(description.documents)
    return Plan(cells, requests, cells / _ROWS_A_SECOND / contract.bron.gelijktijdig / 60, cells * _BYTES_A_ROW / 1e9)


def accept(result: Look) -> bool:
    """Keeps what was found as the snapshot of its table, and says whether it did.

    The word of another than the real source never replaces what was seen there.
    """
    before = snapshots.load(result.tabel)
    if result.found is None or (before and before.verified and not result.found.verified):
        return False
    snapshots.write(result.found)
    return True
