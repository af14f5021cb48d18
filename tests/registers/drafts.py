"""Good register files from a contract and a seed, as drafts that mutations damage before they are written."""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from tests.places import NAMES
from veiligheidsbeeld.contracts.register import Column, RegisterContract
from veiligheidsbeeld.refusals import Scope
from veiligheidsbeeld.registers.dates import floor

SCOPE = Scope(date(2025, 1, 1), date(2026, 1, 1))
GEMEENTEN = NAMES
ROWS = 60
_TEXTS = ("ZK-{:04d}A", "CORP{:02d}", "{}.1", "CVDR{:06d}")


@dataclass(eq=False)
class Row:
    """Cells as they are written, beside the values that reading must give; `kept` False: refused or left out."""

    cells: dict[str, Any]
    values: dict[str, Any] = field(default_factory=dict)
    kept: bool = True
    loose: list[Any] | str | None = None  # no register row: written as it stands (`koppen`: the headings)


@dataclass
class Draft:
    """A file to be: what is in it, how it is written, and how it must end."""

    contract: RegisterContract
    kind: str  # csv or xlsx
    rows: list[Row]
    headings: dict[str, str]  # name of the column -> heading, in the order of the file
    random: random.Random
    above: list[list[Any]] = field(default_factory=list)
    below: list[list[Any]] = field(default_factory=list)
    encoding: str = "utf-8"
    separator: str = ";"
    newline: str = "\r\n"
    quoting: int = csv.QUOTE_MINIMAL
    prefix: str = ""
    emptied: bool = False
    text_hooks: list[Callable[[str], str]] = field(default_factory=list)
    book_hooks: list[Callable[[Workbook], None]] = field(default_factory=list)
    byte_hooks: list[Callable[[bytes], bytes]] = field(default_factory=list)
    taken: list[Row] = field(default_factory=list)
    repairs: set[tuple[str, str]] = field(default_factory=set)
    refused_rows: list[tuple[Row, str | None, str]] = field(default_factory=list)
    refused_file: set[str] = field(default_factory=set)

    def row(self) -> Row:
        """A good row that no other mutation touches."""
        row = self.random.choice([r for r in self.rows if r not in self.taken and r.loose is None and r.kept])
        self.taken.append(row)
        return row

    def column(self, *types: str, **wanted: Any) -> Column:
        """A column of one of the types that stands in the file; `verplicht=False` for an optional one."""
        return next(
            c
            for c in self.contract.opgenomen
            if c.type in types and c.naam in self.headings and all(getattr(c, k) == v for k, v in wanted.items())
        )

    def refuse(self, row: Row, column: str | None, rule: str) -> None:
        row.kept = False
        self.refused_rows.append((row, column, rule))

    def grid(self) -> list[list[Any]]:
        names = list(self.headings)
        width, koppen = len(names), list(self.headings.values())
        loose = {
            id(r): koppen if r.loose == "koppen" else [*r.loose, *[None] * width][:width] for r in self.rows if r.loose
        }
        return [
            *self.above,
            koppen,
            *(loose.get(id(r)) or [r.cells.get(n) for n in names] for r in self.rows if not self.emptied),
            *self.below,
        ]

    def number(self, row: Row) -> int:
        """Its row number in the file."""
        return len(self.above) + 2 + self.rows.index(row) + (1 if self.prefix else 0)

    def write(self, folder: Path) -> Path:
        path = folder / f"{self.contract.naam}_2025.{self.kind}"
        body = self._csv() if self.kind == "csv" else self._xlsx()
        for hook in self.byte_hooks:
            body = hook(body)
        path.write_bytes(body)
        return path

    def _csv(self) -> bytes:
        buffer = io.StringIO(newline="")
        writer = csv.writer(buffer, delimiter=self.separator, lineterminator=self.newline, quoting=self.quoting)
        writer.writerows([[as_text(cell) for cell in row] for row in self.grid()])
        text = self.prefix + buffer.getvalue()
        for hook in self.text_hooks:
            text = hook(text)
        return text.encode(self.encoding)

    def _xlsx(self) -> bytes:
        book = Workbook()
        sheet = book.active
        sheet.title = "Register"
        for row in self.grid():
            sheet.append(row)
        for hook in self.book_hooks:
            hook(book)
        buffer = io.BytesIO()
        book.save(buffer)
        return buffer.getvalue()


def as_text(cell: Any) -> str:
    if isinstance(cell, date):
        return f"{cell:%d-%m-%Y}"
    if isinstance(cell, float):
        return repr(cell).replace(".", ",")
    return "" if cell is None else str(cell)


def draft(contract: RegisterContract, kind: str, seed: int) -> Draft:
    """A good file: every column filled in every row, so that any cell may be damaged."""
    rng = random.Random(f"{contract.naam}/{seed}")
    rows = []
    keys = set()
    for _ in range(ROWS * 100):  # a register of counts may have fewer keys than that
        town = rng.choice(sorted(GEMEENTEN))
        pairs = {c.naam: _cell(c, town, len(rows), rng) for c in contract.kolommen}
        if contract.periode_korrel:
            first = floor(pairs[contract.scope_datum][1], contract.periode_korrel)
            pairs[contract.scope_datum] = first, first
        key = tuple(str(pairs[name][1]) for name in contract.sleutel)
        if len(rows) == ROWS:
            break
        if key not in keys:
            keys.add(key)
            rows.append(Row({n: p[0] for n, p in pairs.items()}, {n: p[1] for n, p in pairs.items()}))
    return Draft(contract, kind, rows, {c.naam: c.naam for c in contract.kolommen}, rng)


def _cell(column: Column, town: str, number: int, rng: random.Random) -> tuple[Any, Any]:
    """What is written and what it means."""
    if not column.opnemen:
        return "melding bij het café, één keer herhaald", None
    if column.type == "gemeente":
        return GEMEENTEN[town], town
    if column.type in ("buurt", "wijk"):
        code = f"BU{town[2:]}{rng.randrange(10):02d}{rng.randrange(10):02d}"
        return (code, code) if column.type == "buurt" else ("WK" + code[2:8], "WK" + code[2:8])
    if column.type == "datum":
        day = SCOPE.van + timedelta(days=rng.randrange(365))
        return day, day
    if column.type in ("geheel", "getal"):
        whole = rng.randrange(int(column.minimum or 0), int(min(column.maximum or 900, 900)) + 1)
        return whole, float(whole) if column.type == "getal" else whole
    if column.type == "janee":
        yes = rng.random() < 0.5
        return ("J" if yes else "N"), yes
    if column.waarden_uit and not column.waarden:
        return "", None  # a list of the region in which nothing stands yet
    if column.waarden:
        code = rng.choice(list(column.waarden))
        return code, [code] if column.type == "codes" else code
    return next(
        (text, text) for form in _TEXTS if re.fullmatch(column.patroon or ".*", text := form.format(number % 90))
    )
