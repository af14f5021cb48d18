"""Pages of a delivery become batch rows; rows that break a contract rule come back as `Refusal`s.

Three speeds: by the layout of the bytes (padded cubes), by a typed decoder, and row by row when a page holds a
value of the wrong type. All three end in the same columns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

import msgspec
import numpy as np

from veiligheidsbeeld.contracts.cube import PERIOD_LENGTH, CubeContract, Measure
from veiligheidsbeeld.cubes.codes import CodeTable
from veiligheidsbeeld.cubes.encode import Cells, DoubleCell, SeriesEncoder
from veiligheidsbeeld.cubes.layout import read_columns
from veiligheidsbeeld.errors import DeliveryRefused

_PERIOD = re.compile(r"^(\d{4})(MM|KW|JJ)(\d\d)$")
_KINDS = tuple(PERIOD_LENGTH)
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

    `codes` gives per key column the codes (trimmed) of the delivered code list, `periods` the period codes.
    """

    def __init__(self, contract: CubeContract, codes: dict[str, list[str]], periods: list[str]) -> None:
        self.contract = contract
        parsed = {p: found for p in periods if (found := parse_period(p))}
        self._tables = [CodeTable(codes[k.kolom], k.breedte) for k in contract.sleutels]
        self._period_table = CodeTable(list(parsed))
        self._encoder = SeriesEncoder(contract, self._tables, np.array(list(parsed.values()) or [(0, 0, 0)], np.int64))
        self._texts = [*(k.bron for k in contract.sleutels), contract.periode]
        self._numbers = [m.bron for m in contract.maten]
        self._get_texts = [attrgetter(f"t{i}") for i in range(len(self._texts))]
        self._get_numbers = [attrgetter(f"n{i}") for i in range(len(self._numbers))]
        fields: list[tuple] = [(f"t{i}", str, msgspec.field(name=name)) for i, name in enumerate(self._texts)]
        for i, measure in enumerate(contract.maten):
            kind = int if measure.type == "integer" else float
            fields.append((f"n{i}", kind | None, msgspec.field(name=measure.bron)))
        if contract.kenmerk:
            fields.append(("mark", str, msgspec.field(name=contract.kenmerk)))
        row = msgspec.defstruct("Row", fields, gc=False)
        self._row: msgspec.json.Decoder[Any] = msgspec.json.Decoder(row)
        self._page: msgspec.json.Decoder[Any] = msgspec.json.Decoder(
            msgspec.defstruct("Page", [("value", list[row])])  # type: ignore[valid-type]
        )

    def decode(self, file: str, body: bytes) -> Decoded:
        """Turns one page into COPY rows; a bad row never raises, the same cell twice does (`DeliveryRefused`)."""
        cells = self._by_layout(body)
        refusals: list[Refusal] = []
        if cells is None or not cells.sound.all():
            cells, refusals = self._by_rows(file, body)
        if cells is None:
            return Decoded(b"", 0, refusals)
        try:
            return Decoded(self._encoder.encode(cells), int(cells.sound.sum()), refusals)
        except DoubleCell:
            raise DeliveryRefused(
                f"{self.contract.naam}: a cell occurs twice in {file}.",
                remedy="Run `veiligheidsbeeld extract --force`; if it stays, tell the source's owner.",
                owner=self.contract.eigenaar.functie,
            ) from None

    def _by_layout(self, body: bytes) -> Cells | None:
        if self.contract.kenmerk or any(m.type != "integer" for m in self.contract.maten):
            return None
        columns = read_columns(body, self._texts, self._numbers)
        if columns is None:
            return None
        tables = [*self._tables, self._period_table]
        positions = [t.positions_of_bytes(columns.texts[n]) for t, n in zip(tables, self._texts, strict=True)]
        return self._cells(positions, [columns.numbers[name] for name in self._numbers], None)

    def _by_rows(self, file: str, body: bytes) -> tuple[Cells | None, list[Refusal]]:
        refusals: list[Refusal] = []
        try:
            rows, numbers = self._page.decode(body).value, None
        except msgspec.ValidationError:
            rows, numbers = self._one_by_one(file, body, refusals)
        if not rows:
            return None, refusals
        tables = [*self._tables, self._period_table]
        positions = [t.positions(list(map(get, rows))) for t, get in zip(tables, self._get_texts, strict=True)]
        values = [np.array(list(map(get, rows)), float) for get in self._get_numbers]
        cells = self._cells(positions, values, [r.mark for r in rows] if self.contract.kenmerk else None)
        for at in np.flatnonzero(~cells.sound).tolist():
            number = (numbers[at] if numbers else at) + 1
            refusals.append(self._explain(file, number, rows[at], [int(column[at]) for column in positions]))
        return cells, refusals

    def _cells(self, positions: list[np.ndarray], values: list[np.ndarray], marks: list[str] | None) -> Cells:
        known = np.logical_and.reduce([column >= 0 for column in positions])
        in_range = [_in_range(m, v) for m, v in zip(self.contract.maten, values, strict=True)]
        return Cells(positions[:-1], positions[-1], values, marks, known, np.logical_and.reduce([known, *in_range]))

    def _one_by_one(self, file: str, body: bytes, refusals: list[Refusal]) -> tuple[list, list[int]]:
        """The slow way through a page in which at least one row has a value of the wrong type."""
        good, numbers = [], []
        for number, raw in enumerate(msgspec.json.decode(body, type=_RawPage).value):
            try:
                good.append(self._row.decode(raw))
                numbers.append(number)
            except msgspec.ValidationError as error:
                path = re.search(r"`\$\.(\w+)`", str(error))
                reason = f"Waarde heeft niet het afgesproken type ({error})."
                content = msgspec.json.decode(raw)
                refusals.append(Refusal(file, number + 1, path[1] if path else None, "type", reason, content))
        return good, numbers

    def _explain(self, file: str, number: int, row: Any, positions: list[int]) -> Refusal:
        texts = {name: get(row) for name, get in zip(self._texts, self._get_texts, strict=True)}
        values = {name: get(row) for name, get in zip(self._numbers, self._get_numbers, strict=True)}
        content = texts | values
        for name, position in zip(self._texts, positions, strict=True):
            if position < 0:
                rule = "periode" if name == self.contract.periode else "codelijst"
                reason = f"Code {texts[name].strip()!r} staat niet in de codelijst {name} van deze levering."
                return Refusal(file, number, name, rule, reason, content)
        for measure in self.contract.maten:
            value = values[measure.bron]
            if value is not None and not _in_range(measure, np.array([float(value)]))[0]:
                reason = f"Waarde {value} ligt buiten het afgesproken bereik (minimum {measure.minimum})."
                return Refusal(file, number, measure.bron, "bereik", reason, content)
        raise AssertionError("a row was refused without a broken rule")


class _RawPage(msgspec.Struct):
    value: list[msgspec.Raw]


def _in_range(measure: Measure, values: np.ndarray) -> np.ndarray:
    low = -np.inf if measure.minimum is None else measure.minimum
    high = np.inf
    if measure.type == "integer":
        low, high = max(low, _INT32[0]), _INT32[1]
    return np.isnan(values) | ((values >= low) & (values <= high))
