"""Pages of a delivery become binary COPY rows: one row per series and year.

Decoding is typed (msgspec), the pivot and the encoding are vectorised (numpy); a page of 10,000 cells costs
about 4 ms. Rows that break a contract rule come back as `Refusal`s and never as cells.
Format: PostgreSQL documentation, "COPY", section "Binary Format"; arrays as `array_recv` reads them.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import repeat
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np

from veiligheidsbeeld.contracts import PERIOD_LENGTH, Contract, Measure
from veiligheidsbeeld.errors import DeliveryRefused

COPY_HEADER = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
COPY_TRAILER = struct.pack(">h", -1)

_PERIOD = re.compile(r"^(\d{4})(MM|KW|JJ)(\d\d)$")
_KINDS = tuple(PERIOD_LENGTH)
_OIDS = {"integer": (23, 4), "double precision": (701, 8)}
_TEXT_OID = 25
_INT32 = (-(2**31) + 1, 2**31 - 1)


@dataclass(frozen=True)
class Refusal:
    """A row that stays outside raw: where it stood, which rule it broke, in words for its owner (Dutch)."""

    file: str
    row: int  # 1-based, in the file
    column: str | None
    rule: str
    reason: str
    content: dict[str, Any]


@dataclass
class Decoded:
    """One page: COPY rows, the number of good cells, and what was refused."""

    rows: bytes
    cells: int
    refusals: list[Refusal] = field(default_factory=list)


def parse_period(code: str) -> tuple[int, int, int] | None:
    """`2023MM04` -> (2023, index of MM in PERIOD_LENGTH, 3); None when it is no period."""
    match = _PERIOD.match(code)
    if not match:
        return None
    year, kind, number = int(match[1]), match[2], int(match[3])
    position = 0 if kind == "JJ" else number - 1
    if not (0 <= position < PERIOD_LENGTH[kind]) or (kind == "JJ" and number):
        return None
    return year, _KINDS.index(kind), position


class Decoder:
    """Decodes the pages of one delivery of one contract.

    `codes` gives per key column the codes (trimmed) of the delivered code list, or None for a column without one.
    """

    def __init__(self, contract: Contract, codes: dict[str, list[str]], periods: list[str]) -> None:
        self.contract = contract
        self._keys = [_CodeTable(codes.get(k.kolom, []), k.breedte) for k in contract.sleutels]
        self._periods = {p: parsed for p in periods if (parsed := parse_period(p))}
        self._period_index = {code: i for i, code in enumerate(self._periods)}
        table = np.array(list(self._periods.values()) or [(0, 0, 0)], np.int64)
        self._year, self._kind, self._position = table.T
        fields: list[tuple] = [(f"k{i}", str, msgspec.field(name=k.bron)) for i, k in enumerate(contract.sleutels)]
        fields.append(("p", str, msgspec.field(name=contract.periode)))
        for i, measure in enumerate(contract.maten):
            kind = int if measure.type == "integer" else float
            fields.append((f"m{i}", kind | None, msgspec.field(name=measure.bron)))
        if contract.kenmerk:
            fields.append(("a", str, msgspec.field(name=contract.kenmerk)))
        self._get_keys = [attrgetter(f"k{i}") for i in range(len(contract.sleutels))]
        self._get_values = [attrgetter(f"m{i}") for i in range(len(contract.maten))]
        row = msgspec.defstruct("Row", fields, gc=False)
        self._row = msgspec.json.Decoder(row)
        self._page = msgspec.json.Decoder(msgspec.defstruct("Page", [("value", list[row])]))  # type: ignore[valid-type]

    def decode(self, file: str, body: bytes) -> Decoded:
        """Turns one page into COPY rows; a bad row never raises, the same cell twice does (`DeliveryRefused`)."""
        refusals: list[Refusal] = []
        try:
            rows, numbers = self._page.decode(body).value, None
        except msgspec.ValidationError:
            rows, numbers = self._decode_each(file, body, refusals)
        if not rows:
            return Decoded(b"", 0, refusals)
        keys = [
            np.fromiter(map(table.index.get, map(get, rows), repeat(-1)), np.int64, len(rows))
            for table, get in zip(self._keys, self._get_keys, strict=True)
        ]
        period = np.fromiter(map(self._period_index.get, [r.p for r in rows], repeat(-1)), np.int64, len(rows))
        values = [np.array(list(map(get, rows)), float) for get in self._get_values]
        known = np.logical_and.reduce([column >= 0 for column in (*keys, period)])
        sound = known & np.logical_and.reduce(
            [self._in_range(m, v) for m, v in zip(self.contract.maten, values, strict=True)]
        )
        if not sound.all():
            for at in np.flatnonzero(~sound):
                number = (numbers[at] if numbers else int(at)) + 1
                refusals.append(self._explain(file, number, rows[at], [int(k[at]) for k in keys], int(period[at])))
        marks = [r.a for r in rows] if self.contract.kenmerk else None
        chunks = list(self._encode(file, keys, period, values, marks, known, sound))
        return Decoded(b"".join(chunks), int(sound.sum()), refusals)

    # -- refusing -----------------------------------------------------------------------------------------

    @staticmethod
    def _in_range(measure: Measure, values: np.ndarray) -> np.ndarray:
        low = -np.inf if measure.minimum is None else measure.minimum
        high = np.inf
        if measure.type == "integer":
            low, high = max(low, _INT32[0]), _INT32[1]
        return np.isnan(values) | ((values >= low) & (values <= high))

    def _decode_each(self, file: str, body: bytes, refusals: list[Refusal]) -> tuple[list, list[int]]:
        """The slow way through a page in which at least one row has a value of the wrong type."""
        good, numbers = [], []
        for number, raw in enumerate(msgspec.json.decode(body, type=_RawPage).value):
            try:
                good.append(self._row.decode(raw))
                numbers.append(number)
            except msgspec.ValidationError as error:
                content = msgspec.json.decode(raw)
                column = str(error).rpartition("$.")[2].rstrip("`") if "$." in str(error) else None
                refusals.append(
                    Refusal(
                        file,
                        number + 1,
                        column,
                        "type",
                        f"Waarde heeft niet het afgesproken type ({error}).",
                        content,
                    )
                )
        return good, numbers

    def _explain(self, file: str, number: int, row: Any, keys: list[int], period: int) -> Refusal:
        contract = self.contract
        content = {k.bron: getattr(row, f"k{i}") for i, k in enumerate(contract.sleutels)}
        content |= {contract.periode: row.p}
        content |= {m.bron: getattr(row, f"m{i}") for i, m in enumerate(contract.maten)}
        for key, found in zip(contract.sleutels, keys, strict=True):
            if found < 0:
                code = content[key.bron].strip()
                reason = f"Code {code!r} staat niet in de codelijst {key.bron} van deze levering."
                return Refusal(file, number, key.bron, "codelijst", reason, content)
        if period < 0:
            reason = f"Periode {row.p!r} staat niet in de periodenlijst van deze levering of is geen geldige periode."
            return Refusal(file, number, contract.periode, "periode", reason, content)
        for i, measure in enumerate(contract.maten):
            value = getattr(row, f"m{i}")
            if value is not None and not self._in_range(measure, np.array([float(value)]))[0]:
                reason = f"Waarde {value} ligt buiten het afgesproken bereik (minimum {measure.minimum})."
                return Refusal(file, number, measure.bron, "bereik", reason, content)
        raise AssertionError("a row was refused without a broken rule")

    # -- pivot and encoding -------------------------------------------------------------------------------

    def _encode(
        self,
        file: str,
        keys: list[np.ndarray],
        period: np.ndarray,
        values: list[np.ndarray],
        marks: list[str] | None,
        known: np.ndarray,
        sound: np.ndarray,
    ) -> Iterator[bytes]:
        """Groups cells by series and year and yields their COPY rows, per kind of period."""
        for kind, (code, length) in enumerate(PERIOD_LENGTH.items()):
            chosen = np.flatnonzero(known & (self._kind[period] == kind))
            if not chosen.size:
                continue
            where = period[chosen]
            series = np.zeros(chosen.size, np.int64)
            for column, table in zip(keys, self._keys, strict=True):
                series = series * len(table.codes) + column[chosen]
            group, first = _group(series * 10_000 + self._year[where])
            position, good = self._position[where], sound[chosen]
            size = first.size
            matrices = []
            for column in values:
                matrix = np.full((size, length), np.nan)
                matrix[group[good], position[good]] = column[chosen][good]
                matrices.append(matrix)
            mark_rows: dict[int, list[str | None]] = {}
            if marks is not None:
                for at, row_group, slot in zip(chosen, group, position, strict=True):
                    if marks[at] != "None":
                        mark_rows.setdefault(int(row_group), [None] * length)[slot] = marks[at]
            bits = np.left_shift(1, position)
            present = _or_per_group(group[good], bits[good], size)
            if int(np.bitwise_count(present).sum()) != int(good.sum()):
                raise DeliveryRefused(
                    f"{self.contract.naam}: a cell occurs twice in {file}.",
                    remedy="Run `veiligheidsbeeld extract --force`; if it stays, tell the source's owner.",
                    owner=self.contract.eigenaar.functie,
                )
            yield from self._rows(
                code,
                [column[chosen][first] for column in keys],
                self._year[where][first],
                matrices,
                present,
                _or_per_group(group[~good], bits[~good], size),
                mark_rows if marks is not None else None,
            )

    def _rows(
        self,
        kind: str,
        keys: list[np.ndarray],
        years: np.ndarray,
        matrices: list[np.ndarray],
        present: np.ndarray,
        refused: np.ndarray,
        marks: dict[int, list[str | None]] | None,
    ) -> Iterator[bytes]:
        length = PERIOD_LENGTH[kind]
        n_fields = len(keys) + 2 + len(matrices) + (marks is not None) + 2
        with_null = np.logical_or.reduce([np.isnan(m).any(axis=1) for m in matrices])
        if marks:
            with_null[list(marks)] = True
        # Rows without empty cells have a fixed width per combination of key lengths: built as one matrix.
        plain = np.flatnonzero(~with_null)
        shape = np.zeros(plain.size, np.int64)
        for column, table in zip(keys, self._keys, strict=True):
            shape = shape * 256 + table.lengths[column[plain]]
        for one_shape in np.unique(shape):
            chosen = plain[shape == one_shape]
            parts = [_repeat(struct.pack(">h", n_fields), chosen.size)]
            for column, table in zip(keys, self._keys, strict=True):
                width = int(table.lengths[column[chosen[0]]])
                parts += [
                    _repeat(struct.pack(">i", width), chosen.size),
                    table.matrix[column[chosen], :width],
                ]
            parts.append(_ints(np.column_stack([np.full(chosen.size, 2)]), 4))
            parts.append(_ints(years[chosen, None], 2))
            parts.append(_repeat(struct.pack(">i", 2) + kind.encode(), chosen.size))
            for measure, matrix in zip(self.contract.maten, matrices, strict=True):
                parts.append(_plain_array(matrix[chosen], measure.type))
            if marks is not None:
                parts.append(_repeat(_text_array([None] * length), chosen.size))
            for mask in (present, refused):
                parts += [_repeat(struct.pack(">i", 2), chosen.size), _ints(mask[chosen, None], 2)]
            yield np.concatenate(parts, axis=1).tobytes()
        for at in np.flatnonzero(with_null):
            row = [struct.pack(">h", n_fields)]
            row += [_text(table.codes[column[at]]) for column, table in zip(keys, self._keys, strict=True)]
            row += [struct.pack(">ih", 2, years[at]), _text(kind)]
            row += [_array(m[at], measure.type) for measure, m in zip(self.contract.maten, matrices, strict=True)]
            if marks is not None:
                row.append(_text_array(marks.get(int(at), [None] * length)))
            row.append(struct.pack(">ihih", 2, present[at], 2, refused[at]))
            yield b"".join(row)


class _RawPage(msgspec.Struct):
    value: list[msgspec.Raw]


class _CodeTable:
    """Codes of one key column: position by code (as the source pads it and trimmed), and their bytes."""

    def __init__(self, codes: list[str], width: int | None) -> None:
        self.codes = codes
        self.index = {code: i for i, code in enumerate(codes)}
        if width:
            self.index |= {code.ljust(width): i for i, code in enumerate(codes)}
        encoded = [code.encode() for code in codes] or [b""]
        self.lengths = np.array([len(e) for e in encoded])
        widest = max(1, int(self.lengths.max()))
        self.matrix = np.frombuffer(b"".join(e.ljust(widest, b"\0") for e in encoded), np.uint8).reshape(-1, widest)


def _group(series: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Group number of every cell and the first cell of every group; sources send series in order, mostly."""
    steps = np.diff(series)
    if (steps >= 0).all():
        change = np.concatenate([[True], steps > 0])
        return np.cumsum(change) - 1, np.flatnonzero(change)
    _, first, group = np.unique(series, return_index=True, return_inverse=True)
    return group, first


def _or_per_group(group: np.ndarray, bits: np.ndarray, size: int) -> np.ndarray:
    """Bitwise or of `bits` per group; 0 for a group without any."""
    masks = np.zeros(size, np.int64)
    if group.size:
        order = np.argsort(group, kind="stable")
        ordered = group[order]
        starts = np.flatnonzero(np.concatenate([[True], np.diff(ordered) > 0]))
        masks[ordered[starts]] = np.bitwise_or.reduceat(bits[order], starts)
    return masks


def _repeat(constant: bytes, times: int) -> np.ndarray:
    return np.broadcast_to(np.frombuffer(constant, np.uint8), (times, len(constant)))


def _ints(column: np.ndarray, width: int) -> np.ndarray:
    """An integer column (n, k) as big-endian bytes (n, k * width)."""
    return np.ascontiguousarray(column.astype(f">i{width}")).view(np.uint8).reshape(column.shape[0], -1)


def _plain_array(matrix: np.ndarray, kind: str) -> np.ndarray:
    """Array field without empty elements for every row of `matrix`."""
    oid, width = _OIDS[kind]
    rows, length = matrix.shape
    head = struct.pack(">iiiiii", 20 + length * (4 + width), 1, 0, oid, length, 1)
    element = np.zeros((rows, length), np.dtype([("n", ">i4"), ("v", ">i4" if kind == "integer" else ">f8")]))
    element["n"], element["v"] = width, matrix
    body = element.view(np.uint8).reshape(rows, -1)
    return np.concatenate([_repeat(head, rows), body], axis=1)


def _array(values: np.ndarray, kind: str) -> bytes:
    """Array field with NaN as SQL null."""
    oid, width = _OIDS[kind]
    code = ">ii" if kind == "integer" else ">id"
    cast = int if kind == "integer" else float
    elements = [struct.pack(">i", -1) if v != v else struct.pack(code, width, cast(v)) for v in values.tolist()]
    body = struct.pack(">iiiii", 1, int(np.isnan(values).any()), oid, len(elements), 1) + b"".join(elements)
    return struct.pack(">i", len(body)) + body


def _text(value: str) -> bytes:
    encoded = value.encode()
    return struct.pack(">i", len(encoded)) + encoded


def _text_array(values: list[str | None]) -> bytes:
    elements = b"".join(struct.pack(">i", -1) if v is None else _text(v) for v in values)
    body = struct.pack(">iiiii", 1, int(None in values), _TEXT_OID, len(values), 1) + elements
    return struct.pack(">i", len(body)) + body
