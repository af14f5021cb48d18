"""An SPSS file as a sheet of texts like every other, with what only SPSS tells: labels and declared missing values.

What cannot be read is refused by its cause: a password, another format, an end that is not there, a character set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from veiligheidsbeeld.files.cells import Contents, Sheet, letters, text_of
from veiligheidsbeeld.refusals import FileRefused

# What a file begins with, whatever its extension says.
_MAGIC = (b"$FL2", b"$FL3")
_ENCRYPTED = b"ENCRYPTEDSAV"
_PORTABLE = b"SPSS PORT FILE"
_OTHERS = {b"PK": "een Excel-werkmap of zip-bestand", b"\xd0\xcf": "een oud Office-bestand", b"%PDF": "een pdf"}
# The reader's own words for its causes, and ours for the sender.
_CAUSES = (
    ("expected number of rows", "afgebroken"),
    ("unable to read from", "afgebroken"),
    ("unable to seek", "afgebroken"),
    ("unable to convert string", "tekenset"),
    ("unsupported character set", "tekenset"),
)
_TOLD = {
    "afgebroken": (
        "Het SPSS-bestand is afgebroken: er staan minder respondenten in dan het zelf zegt.",
        "Kopieer of verstuur het bestand opnieuw, en lever het volledige bestand aan.",
    ),
    "tekenset": (
        "De tekenset van het SPSS-bestand klopt niet: letters met accenten zijn niet te lezen.",
        "Open het bestand in SPSS en bewaar het opnieuw met Unicode als tekenset.",
    ),
    "onleesbaar": (
        "Het SPSS-bestand is beschadigd en niet te lezen.",
        "Bewaar het bestand in SPSS opnieuw als .sav en lever het opnieuw aan.",
    ),
}


@dataclass(frozen=True)
class Meaning:
    """What the file itself says of a column: labels by value, the values that it declares missing (both as text), and
    whether it holds numbers, so that no notation has to be proven."""

    labels: dict[str, str]
    missing: frozenset[str]
    numeric: bool


def read_sav(path: Path) -> tuple[Contents, list[Meaning]]:
    """One sheet, its headings in row 1, and the meaning of each column; raises `FileRefused`."""
    _check_kind(path)
    repairs: list[str] = []
    data, meta = _read(path, repairs)
    columns, meanings = [], []
    contents = Contents([], repairs=repairs)
    for at, name in enumerate(meta.column_names):
        labels = meta.variable_value_labels.get(name, {})
        column, missing = _column(name, np.asarray(data[name]), meta.missing_ranges.get(name, []))
        columns.append(column)
        numeric = meta.readstat_variable_types[name] != "string"
        meanings.append(Meaning({text_of(value).strip(): label for value, label in labels.items()}, missing, numeric))
        contents.texts += [(f"label van kolom {letters(at)}", label) for label in labels.values()]
    rows = len(columns[0]) if columns else 0
    contents.sheets.append(Sheet("", columns, np.arange(1, rows + 1, dtype=np.int32)))
    return contents, meanings


def _check_kind(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(512)
    if _ENCRYPTED in start[:64]:
        raise _refused(
            "versleuteld",
            "Het SPSS-bestand is met een wachtwoord beveiligd.",
            "Bewaar het zonder wachtwoord en lever het opnieuw aan.",
        )
    if _PORTABLE in start:
        raise _refused(
            "verkeerd_bestandstype",
            "Het bestand heet .sav maar is een SPSS-portable (.por).",
            "Open het in SPSS en bewaar het als SPSS-bestand (.sav).",
        )
    if not start.startswith(_MAGIC):
        what = next((what for sign, what in _OTHERS.items() if start.startswith(sign)), "geen SPSS-bestand")
        raise _refused(
            "verkeerd_bestandstype",
            f"Het bestand heet .sav maar is {what}.",
            "Geef het de juiste extensie, of bewaar het als SPSS-bestand (.sav).",
        )


def _read(path: Path, repairs: list[str]) -> tuple[Any, Any]:
    """A file that calls itself Unicode and is not was written in the Windows code page; other causes are told."""
    import pyreadstat

    for encoding in (None, "WINDOWS-1252"):
        try:
            found = pyreadstat.read_sav(str(path), user_missing=True, output_format="dict", encoding=encoding)
        except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, ArithmeticError, TypeError, ValueError) as error:
            told = "tekenset" if isinstance(error, UnicodeDecodeError) else "onleesbaar"
            cause = next((rule for words, rule in _CAUSES if words in str(error).lower()), told)
            if cause == "tekenset" and encoding is None:
                continue
            raise _refused(cause, *_TOLD[cause]) from None  # its message may quote the file
        if encoding:
            repairs.append("tekenset_cp1252")
        return found
    raise AssertionError("the last encoding either reads or refuses")


def _column(name: str, values: np.ndarray, missing: Sequence[Any]) -> tuple[pa.DictionaryArray, frozenset[str]]:
    """The heading and the values as distinct texts, and the texts of the values that are declared missing."""
    if values.dtype.kind in "fiu":
        distinct, places = np.unique(values, return_inverse=True)
        known = distinct.tolist()
    else:
        seen: dict[Any, int] = {}
        places = np.array([seen.setdefault(value, len(seen)) for value in values.tolist()], np.int64)
        known = list(seen)
    texts = ["" if value is None or value != value else text_of(value) for value in known]
    declared = frozenset(text for text, value in zip(texts, known, strict=True) if _in_range(value, missing))
    indices = pa.array(np.concatenate([[0], places + 1]), pa.int32())
    return pa.DictionaryArray.from_arrays(indices, pa.array([name, *texts], pa.string())), declared


def _in_range(value: Any, ranges: Sequence[Any]) -> bool:
    return any(type(r["lo"]) is type(value) and r["lo"] <= value <= r["hi"] for r in ranges)


def _refused(rule: str, reason: str, remedy: str) -> FileRefused:
    return FileRefused(rule, reason, remedie=remedy, gescand=False)
