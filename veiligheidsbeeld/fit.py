"""Tables that fit the screen: what matters least goes first, and nothing is ever cut off in the middle."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table


@dataclass(frozen=True)
class Heading:
    """A column. `drop` says when it goes on a narrow screen: the highest first, 0 never."""

    title: str
    drop: int = 0
    number: bool = False
    folds: bool = False  # text that may go on on the next line


# What a folding column needs to be read.
_FOLDED = 20


def fitted(
    console: Console, headings: Sequence[Heading], rows: Iterable[Sequence[str]], styles: Sequence[str] = ()
) -> Table:
    """A table no wider than the console, with as many of its columns as fit."""
    found = list(rows)
    kept = list(range(len(headings)))
    while True:
        table = _table([headings[n] for n in kept])
        for number, row in enumerate(found):
            table.add_row(*(row[n] for n in kept), style=styles[number] if styles else None)
        droppable = [n for n in kept if headings[n].drop]
        if not droppable or _needs(console, table) <= console.width:
            return table
        kept.remove(max(droppable, key=lambda n: headings[n].drop))


def _table(headings: Sequence[Heading]) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for heading in headings:
        table.add_column(
            heading.title,
            justify="right" if heading.number else "left",
            no_wrap=not heading.folds,
            overflow="fold",
        )
    return table


def _needs(console: Console, table: Table) -> int:
    """Characters that the table takes when nothing is cut off and text folds where it may."""
    options = console.options.update(width=10_000)
    widths = []
    for column in table.columns:
        cells = [column.header, *column.cells]
        longest = max(Measurement.get(console, options, cell).maximum for cell in cells)
        widths.append(longest if column.no_wrap else min(longest, _FOLDED))
    return sum(widths) + 2 * (len(widths) - 1)
