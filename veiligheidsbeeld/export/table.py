"""A table for people: titles in Dutch, what each column means, and rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

Value = str | float | int | bool | date | None


@dataclass(frozen=True)
class Column:
    """A column; `decimals` is how many a sheet shows of a number (the number itself stays whole)."""

    title: str
    description: str
    decimals: int = 0


@dataclass(frozen=True)
class Table:
    """What is exported; `indicators` are the codes that its sheet of definitions explains."""

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Value]]
    indicators: frozenset[str]
