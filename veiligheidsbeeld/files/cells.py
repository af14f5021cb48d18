"""A sheet as columns of text: every cell in the notation that a Dutch register uses, each distinct text once.

Scanning and mending work on the distinct texts of a column, so that a million rows cost little more than the thousands
of values in them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


@dataclass(eq=False)
class Sheet:
    """One sheet (or CSV file): columns of equal length, and what text cannot tell about single cells.

    `numbers` are row numbers as a spreadsheet shows them. `troubles` maps (row number, column position, or None for
    the whole row) to the rule that it breaks whatever it holds. `loose` are texts outside the columns (row number,
    text), such as cells beyond the last column: they are searched for personal data only. `typed` marks, per column,
    the distinct texts that were number cells (None: none was): the same text typed by hand is another distinct text.
    `hidden` are the numbers of rows that a filter or a person hid.
    """

    naam: str
    columns: list[pa.DictionaryArray]
    numbers: np.ndarray
    zichtbaar: bool = True
    troubles: dict[tuple[int, int | None], str] = field(default_factory=dict)
    loose: list[tuple[int, str]] = field(default_factory=list)
    datum1904: bool = False
    typed: list[np.ndarray | None] = field(default_factory=list)
    hidden: frozenset[int] = frozenset()

    def top(self, count: int) -> list[list[str]]:
        """The first rows, as lists of text."""
        columns = [c.slice(0, count).cast(pa.string()).to_pylist() for c in self.columns]
        return [list(row) for row in zip(*columns, strict=True)]


@dataclass
class Contents:
    """A file that was read: its sheets, other texts in it (where, text), and what reading itself mended."""

    sheets: list[Sheet]
    texts: list[tuple[str, str]] = field(default_factory=list)
    repairs: list[str] = field(default_factory=list)


def distinct(column: pa.Array | pa.ChunkedArray) -> pa.DictionaryArray:
    """A text column as positions (int32) in its distinct texts."""
    if isinstance(column, pa.ChunkedArray):
        column = column.combine_chunks()
    encoded = column.dictionary_encode()
    return encoded.combine_chunks() if isinstance(encoded, pa.ChunkedArray) else encoded


def filled(column: pa.DictionaryArray) -> np.ndarray:
    """Which rows hold more than blanks."""
    marked = pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(column.dictionary)), 0)
    return np.asarray(marked)[np.asarray(column.indices)] if len(column.dictionary) else np.zeros(len(column), bool)


def typed_column(values: Sequence[Any]) -> tuple[pa.DictionaryArray, np.ndarray | None]:
    """Cells of a spreadsheet column as distinct texts, and which of these were fractional numbers (None: none)."""
    if set(map(type, values)) <= {str}:
        return distinct(pa.array(values, pa.string())), None
    known: dict[tuple[bool, str], int] = {}
    seen: dict[tuple[type, Any], int] = {}
    rows = []
    for value in values:
        key = (type(value), value)
        at = seen.get(key)
        if at is None:
            fraction = isinstance(value, float) and value != int(value)
            at = seen[key] = known.setdefault((fraction, text_of(value)), len(known))
        rows.append(at)
    texts = pa.array([text for _, text in known], pa.string())
    typed = np.array([fraction for fraction, _ in known], bool)
    return pa.DictionaryArray.from_arrays(pa.array(rows, pa.int32()), texts), typed if typed.any() else None


def text_of(value: Any) -> str:
    """A typed cell in the notation of the contract: decimal comma, day as jjjj-mm-dd, moment with its time."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, int | float):
        if value == int(value) and abs(value) < 1e15:
            return str(int(value))
        return repr(float(value)).replace(".", ",")
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return "" if value is None else str(value)


def normal(text: str) -> str:
    """Headings, names and synonyms are compared without case, diacritics, spaces and signs."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in plain if c.isalnum())


def letters(position: int) -> str:
    """The name that a spreadsheet gives a column: 0 -> A, 27 -> AB."""
    name = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        name = chr(65 + rest) + name
    return name


def position_of(name: str) -> int:
    """The inverse of `letters`."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number - 1


def counted(mask: Iterable[bool] | np.ndarray, column: pa.DictionaryArray) -> int:
    """Rows of a column whose distinct text is marked in `mask`."""
    marked = np.asarray(mask, bool)
    return int(marked[np.asarray(column.indices)].sum()) if len(marked) else 0
