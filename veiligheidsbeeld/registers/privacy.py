"""The search for personal data: every cell of every sheet, and every other text of the file, before their use."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from veiligheidsbeeld.contracts.register import Column, RegisterContract
from veiligheidsbeeld.files.cells import Contents, Sheet, letters, normal
from veiligheidsbeeld.files.headings import SEARCHED, C, Headed, best_row, names_of
from veiligheidsbeeld.refusals import PersonalDataFound, PersonalDatum
from veiligheidsbeeld.registers.dates import COMPACT, parse_compact
from veiligheidsbeeld.registers.personal import COARSE, kinds

# A number with decimals, as spreadsheets keep moments and amounts; a BSN has none.
_FRACTION = re.compile(r"-?[0-9]{1,7},[0-9]+")
# A date with its month before its day, which is refused as such.
_MONTH_FIRST = re.compile(
    r"(?:0?[1-9]|1[0-2])([-/.])(?:0?[1-9]|[12][0-9]|3[01])\1(?:19|20)[0-9]{2}"
    r"|(?:19|20)[0-9]{2}-(?:[012][0-9]|3[01])-(?:0[1-9]|1[0-2])"
)
_BARE_AREA = re.compile(r"\s*[0-9]{7,8}\s*")


def search(contents: Contents, contract: RegisterContract, path: Path, gemeenten: Mapping[str, str]) -> None:
    """The search of a register file; raises `PersonalDataFound`."""
    numbers = tuple(code[2:] for code in gemeenten)
    search_cells(
        contents,
        contract,
        path.name,
        contract.eigenaar.functie,
        lambda text, column: _judge(text, column, numbers),
    )


def search_cells(
    contents: Contents, contract: Headed[C], bestand: str, eigenaar: str, judge: Callable[[str, C | None], list[str]]
) -> None:
    """Raises `PersonalDataFound` naming every place; the values themselves are dropped here.

    `judge` gives the kinds of personal data in a cell of a column (None: not one of the contract).
    """
    found: list[PersonalDatum] = []
    total = 0
    stem = Path(bestand).stem
    named = bool(kinds(stem))
    found += [PersonalDatum("", None, "bestandsnaam", kind) for kind in kinds(stem)]
    for at, sheet in enumerate(contents.sheets, 1):
        in_name = kinds(sheet.naam)
        name = f"werkblad {at}" if in_name else sheet.naam
        found += [PersonalDatum(name, None, "naam van het werkblad", kind) for kind in in_name]
        for datum in _in_sheet(sheet, name, contract, judge):
            total += 1
            if len(found) < PersonalDataFound.MAX_LISTED:
                found.append(datum)
    elsewhere = [(w, k) for w, text in contents.texts for k in kinds(text) if not (found and w == "gedeelde tekst")]
    found += [PersonalDatum("", None, where, kind) for where, kind in elsewhere]
    if found:
        raise PersonalDataFound(
            found,
            max(total, len(found)),
            bestand="(naam weggelaten)" if named else bestand,
            eigenaar=eigenaar,
        )


def _in_sheet(
    sheet: Sheet, name: str, contract: Headed[C], judge: Callable[[str, C | None], list[str]]
) -> Iterable[PersonalDatum]:
    columns = _columns(sheet, contract)
    for position, cells in enumerate(sheet.columns):
        column = columns.get(position)
        hits = {at: k for at, text in _suspects(cells.dictionary) if (k := judge(text, column))}
        if not hits:
            continue
        place = f"kolom {letters(position)}" + (f" ({column.naam})" if column else "")
        codes = np.asarray(cells.indices)
        for row in np.flatnonzero(np.isin(codes, list(hits))):
            for kind in hits[int(codes[row])]:
                yield PersonalDatum(name, int(sheet.numbers[row]), place, kind)
    for number, text in sheet.loose:
        for kind in kinds(text):
            yield PersonalDatum(name, number, "voorbij de laatste kolom", kind)


def _suspects(texts: pa.StringArray) -> list[tuple[int, str]]:
    where = np.flatnonzero(np.any([np.asarray(pc.match_substring_regex(texts, form)) for form in COARSE], axis=0))
    return list(zip(where.tolist(), texts.take(pa.array(where)).to_pylist(), strict=True))


def _judge(text: str, column: Column | None, numbers: tuple[str, ...]) -> list[str]:
    """Kinds in a cell. What a column of the contract holds by its type is not suspect for its form alone."""
    if column is not None:
        if column.type == "buurt" and _BARE_AREA.fullmatch(text) and text.strip().zfill(8).startswith(numbers):
            return []
        if column.type == "datum" and COMPACT.fullmatch(text.strip()) and parse_compact(text.strip()):
            return []
        if column.type == "datum" and _MONTH_FIRST.fullmatch(text.strip()):
            return []
        if column.type in ("datum", "getal") and _FRACTION.fullmatch(text.strip()):
            return []
    return kinds(text, pattern_of_contract=_as_agreed(text.strip(), column))


def _as_agreed(text: str, column: Column | None) -> bool:
    if column is None or not column.opnemen:
        return False
    if column.type in ("buurt", "wijk", "gemeente"):
        return True
    return text in column.waarden or bool(column.patroon and re.fullmatch(column.patroon, text))


def _columns(sheet: Sheet, contract: Headed[C]) -> dict[int, C]:
    rows = sheet.top(SEARCHED)
    if not rows:
        return {}
    names = names_of(contract)
    at, _ = best_row(rows, contract)
    return {i: names[normal(text)] for i, text in enumerate(rows[at]) if normal(text) in names}
