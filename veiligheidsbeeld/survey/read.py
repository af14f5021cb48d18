"""A respondent file as columns of words: CSV in any dialect, or SPSS with its labels and missing values.

A column is kept as its distinct words and their places, so that everything after this costs a step per distinct word
and not per respondent.
"""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from veiligheidsbeeld.refusals import FileRefused

_SEPARATORS = ";,\t|"
_EMPTY = ["", " ", ".", "NA", "#NULL!"]


@dataclass(frozen=True)
class Words:
    """Distinct words of a column and per row which one (-1: empty).

    `labels` are SPSS value labels by word; `ontbreekt` the words that the file itself declares missing.
    """

    words: list[str]
    places: np.ndarray
    labels: dict[str, str] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True)
class RespondentFile:
    """A file that could be read, its columns by the heading that it gave them."""

    columns: dict[str, Words]
    rows: int
    kind: str  # as people call it: "SPSS", "CSV (cp1252, ;)"


def read_file(path: Path) -> RespondentFile:
    """Reads a `.csv` or `.sav`; raises `FileRefused` for whatever is no such file."""
    try:
        found = _read_sav(path) if path.suffix.lower() == ".sav" else _read_csv(path)
    except (FileRefused, MemoryError):
        raise
    except Exception as error:
        raise FileRefused(
            "onleesbaar",
            f"Het bestand is niet te lezen als {path.suffix.lower().lstrip('.') or 'csv'} ({type(error).__name__}).",
            remedie="Bewaar het bestand opnieuw als CSV of als SPSS-bestand (.sav) en lever het opnieuw aan.",
            gescand=False,
        ) from error
    if not found.rows:
        raise FileRefused("leeg", "Het bestand heeft geen respondenten.", remedie="Lever het volledige bestand aan.")
    return found


def _read_csv(path: Path) -> RespondentFile:
    encoding = _encoding(path)
    with path.open(encoding="utf-8-sig" if encoding == "utf8" else encoding, newline="") as file:
        head = file.readline()
        separator = max(_SEPARATORS, key=head.count)
        headings = [h.strip() for h in next(csv.reader([head], delimiter=separator), [])]
    _unique(headings)
    table = pa_csv.read_csv(
        path,
        read_options=pa_csv.ReadOptions(column_names=headings, skip_rows=1, encoding=encoding),
        parse_options=pa_csv.ParseOptions(delimiter=separator, ignore_empty_lines=True),
        convert_options=pa_csv.ConvertOptions(
            column_types={h: pa.dictionary(pa.int32(), pa.string()) for h in headings},
            strings_can_be_null=True,
            null_values=_EMPTY,
        ),
    ).unify_dictionaries()
    columns = {h: _dictionary(table.column(h)) for h in headings}
    return RespondentFile(columns, table.num_rows, f"CSV ({encoding}, {separator!r})")


def _encoding(path: Path) -> str:
    """UTF-8 when it is that from end to end, else the Windows code page that Dutch exports come in."""
    try:
        with path.open(encoding="utf-8") as file:
            while file.read(1 << 22):
                pass
    except UnicodeDecodeError:
        return "cp1252"
    return "utf8"


def _dictionary(column: pa.ChunkedArray) -> Words:
    whole = column.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = whole.chunk(0) if whole.num_chunks else pa.array([], pa.dictionary(pa.int32(), pa.string()))
    places = whole.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return Words([w.strip() for w in whole.dictionary.to_pylist()], places.astype(np.int32))


def _read_sav(path: Path) -> RespondentFile:
    import pyreadstat

    data, meta = pyreadstat.read_sav(str(path), user_missing=True, output_format="dict")
    _unique(list(meta.column_names))
    columns = {}
    for name in meta.column_names:
        labels = meta.variable_value_labels.get(name, {})
        columns[name] = _values(np.asarray(data[name]), labels, meta.missing_ranges.get(name, []))
    return RespondentFile(columns, meta.number_rows or 0, "SPSS")


def _values(values: np.ndarray, labels: dict[Any, str], missing: Sequence[Any]) -> Words:
    if values.dtype.kind == "O":
        numbers = not any(isinstance(v, str) for v in values)
        nothing = math.nan if numbers else ""
        values = np.array([nothing if v is None else v for v in values], float if numbers else str)
    distinct, places = np.unique(values, return_inverse=True)
    words = [_word(v) for v in distinct.tolist()]
    empty = np.array([w in _EMPTY for w in words], bool)
    return Words(
        words,
        np.where(empty[places], -1, places).astype(np.int32) if len(words) else places.astype(np.int32),
        {_word(value): label for value, label in labels.items()},
        frozenset(w for w, v in zip(words, distinct.tolist(), strict=True) if _in_range(v, missing)),
    )


def _word(value: Any) -> str:
    """A value as a CSV would show it; SPSS keeps whole numbers as floating point."""
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value).strip()


def _in_range(value: Any, ranges: Sequence[Any]) -> bool:
    return any(type(r["lo"]) is type(value) and r["lo"] <= value <= r["hi"] for r in ranges)


def _unique(headings: list[str]) -> None:
    if doubles := [h for h, n in Counter(headings).items() if n > 1 or not h]:
        raise FileRefused(
            "koppen",
            f"Kolomkoppen ontbreken of komen meer dan een keer voor ({len(doubles)} koppen).",
            remedie="Geef elke kolom een eigen kop en lever het bestand opnieuw aan.",
        )
