"""One page: proof that its JSON is whole, its keys, its next link; and the ledger that finds duplicates.

Only keys are decoded (typed, by msgspec); the syntax of every other value is checked in passing. That costs
about 3 ms per page of 10,000 rows, duplicates included.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

import msgspec
import numpy as np

from veiligheidsbeeld.errors import SourceError
from veiligheidsbeeld.extract.plan import Choice


class PartError(Exception):
    """What came for a part is inconsistent: a duplicate, a row not asked for, or not as many as counted."""

    def __init__(self, part: str, why: str) -> None:
        super().__init__(f"part {part}: {why}")
        self.part = part


class _Envelope(msgspec.Struct):
    value: msgspec.Raw
    next_v3: str | None = msgspec.field(name="odata.nextLink", default=None)
    next_v4: str | None = msgspec.field(name="@odata.nextLink", default=None)


@dataclass(frozen=True)
class Page:
    """A reply as received, with its decoded keys. `values`: the bytes of the JSON array of rows."""

    body: bytes
    values: memoryview
    rows: Sequence[object]
    next_link: str | None


class PageDecoder:
    """Decodes the keys of data pages; made once per table."""

    def __init__(self, keys: Iterable[str], columns: Iterable[str], subject: str) -> None:
        row = msgspec.defstruct("Row", [(key, str) for key in keys], gc=False)
        self._envelope = msgspec.json.Decoder(_Envelope)
        self._rows = msgspec.json.Decoder(list[row])  # type: ignore[valid-type]
        self._first = msgspec.json.Decoder(dict[str, object])
        self._columns, self._subject = set(columns), subject

    def __call__(self, body: bytes) -> Page:
        """ValueError for a body that is not whole JSON, `SourceError` for rows without their columns."""
        envelope = self._envelope.decode(body)
        values = memoryview(envelope.value)
        try:
            rows = self._rows.decode(values)
        except msgspec.ValidationError as error:
            raise SourceError(
                f"{self._subject}: a row of the answer is not as its metadata says: {error}.",
                remedy="Compare the contract with the table's DataProperties or Dimensions at the source.",
            ) from error
        if rows and (missing := self._columns - self._first_row(values).keys()):
            raise SourceError(
                f"{self._subject}: the rows of the answer lack column(s) {', '.join(sorted(missing))}.",
                remedy="Compare the contract with the table's DataProperties or Dimensions at the source.",
            )
        return Page(body, values, rows, envelope.next_v3 or envelope.next_v4)

    def _first_row(self, values: memoryview) -> dict[str, object]:
        """The first row in full; rows are flat objects, so the first closing brace outside text ends it."""
        end = 0
        raw = bytes(values[:65536])
        while (end := raw.find(b"}", end) + 1) > 0:
            try:
                return self._first.decode(raw[raw.index(b"{") : end])
            except msgspec.DecodeError:
                continue  # a brace inside a text value
        return msgspec.json.decode(values, type=list[dict[str, object]])[0]


def list_page(body: bytes) -> tuple[bytes, str | None]:
    """A page of a code list: (bytes of its rows without the brackets, next link); ValueError if not whole."""
    envelope = msgspec.json.decode(body, type=_Envelope)
    rows = bytes(envelope.value).strip()
    if not rows.startswith(b"["):
        raise ValueError("`value` is not a list")
    msgspec.json.decode(rows, type=list[msgspec.Raw])
    return rows[1:-1].strip(), envelope.next_v3 or envelope.next_v4


class Ledger:
    """Every key of one part at most once, and only keys that were asked for.

    Keys become positions in the part's dense cube (a byte per cell that was asked for), so memory is bounded
    by the part and does not depend on the order or the number of pages.

    `domains`: key -> what the part asks of it; `lists`: key -> the source's whole code list, trimmed. A listed code
    that was not asked for means that the source did not filter: an error. A row with a code that is on no list
    is counted and let through, because judging what a row says is the loader's task.
    """

    def __init__(self, part: str, domains: Mapping[str, Choice], lists: Mapping[str, Collection[str]]) -> None:
        self.part, self.rows, self._lists = part, 0, lists
        self._keys: list[tuple[str, attrgetter, dict[str, int], Choice]] = []
        stride = 1
        for key, choice in reversed(list(domains.items())):
            index = {code.rstrip(): n * stride for n, code in enumerate(choice.codes)}
            index |= {code: n * stride for n, code in enumerate(choice.codes)}
            self._keys.insert(0, (key, attrgetter(key), index, choice))
            stride *= max(1, len(choice.codes))
        self._seen = np.zeros(stride, dtype=bool)

    def add(self, rows: Sequence[object]) -> None:
        """Enters the rows of one page; raises `PartError` on a duplicate or a row that was not asked for."""
        try:
            positions = self._positions(rows)
        except KeyError:
            rows = self._set_apart(rows)
            positions = self._positions(rows)
        again = self._seen[positions]
        if again.any():
            raise self._duplicate(rows[int(again.argmax())])
        self._seen[positions] = True
        # In the order of the cube, as sources answer, no key can come twice; any other order is looked at.
        if not (np.diff(positions) > 0).all():
            _, first = np.unique(positions, return_index=True)
            if first.size != positions.size:
                other = np.setdiff1d(np.arange(positions.size), first)
                raise self._duplicate(rows[int(other[0])])
        self.rows += len(rows)

    def _positions(self, rows: Sequence[object]) -> np.ndarray:
        total = np.zeros(len(rows), dtype=np.int64)
        for _, getter, index, _ in self._keys:
            total += np.fromiter(map(index.__getitem__, map(getter, rows)), np.int64, len(rows))
        return total

    def _set_apart(self, rows: Sequence[object]) -> list[object]:
        """Takes out rows with codes that no list knows, checking them one by one; returns the others."""
        known = []
        for row in rows:
            strange = [(k, getter(row), choice) for k, getter, index, choice in self._keys if getter(row) not in index]
            for key, code, choice in strange:
                if code.rstrip() in self._lists[key] and not choice.allows(code):
                    raise PartError(self.part, f"row with {key}={code!r} was not asked for")
            if not strange:
                known.append(row)
        self.rows += len(rows) - len(known)
        return known

    def _duplicate(self, row: object) -> PartError:
        shown = ", ".join(f"{key}={getter(row).rstrip()}" for key, getter, *_ in self._keys)
        return PartError(self.part, f"key {shown} came twice")
