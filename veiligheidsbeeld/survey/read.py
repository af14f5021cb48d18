"""A respondent file as columns of words: CSV and XLSX as every register is read, or SPSS with its labels.

A column is kept as its distinct words and their places, so that everything after this costs a step per distinct word
and not per respondent.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from veiligheidsbeeld.contracts.survey import Column, SurveyContract, WaveColumns
from veiligheidsbeeld.files.cells import Contents, Sheet, filled, letters, normal
from veiligheidsbeeld.files.contents import read_contents
from veiligheidsbeeld.files.headings import SEARCHED, Headings, best_row, names_of
from veiligheidsbeeld.refusals import FileRefused
from veiligheidsbeeld.registers.rows import data_rows
from veiligheidsbeeld.registers.values import Bad, plain
from veiligheidsbeeld.survey.personal import search
from veiligheidsbeeld.survey.sav import Meaning, read_sav

# What programs of statistics and spreadsheets write where there is no value.
_EMPTY = frozenset({"", ".", "na", "nan", "null", "none", "<na>", "#null!"})
_NO_MEANING = Meaning({}, frozenset(), numeric=False)


@dataclass(frozen=True)
class Words:
    """Distinct words of a column and per row which one (-1: empty).

    `labels` are the file's own labels by word, `missing` the words that the file itself declares missing, `numeric`
    whether it keeps numbers there, so that no notation has to be proven. `faulty` are words, by their place
    among the distinct ones, that are no value at all: a formula, an error. `cells` are number cells of a workbook, by
    the same place: they need no proof, and prove nothing about text beside them.
    """

    words: list[str]
    places: np.ndarray
    labels: dict[str, str] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    numeric: bool = False
    faulty: dict[int, Bad] = field(default_factory=dict)
    cells: dict[int, float] = field(default_factory=dict)

    @property
    def filled(self) -> list[str]:
        """Words that somebody wrote."""
        return [word for at, word in enumerate(self.words) if at not in self.cells and word.casefold() not in _EMPTY]


@dataclass(frozen=True)
class RespondentFile:
    """The columns of the contract that a file has, by the contract's names.

    `numbers` are the rows as a spreadsheet shows them; `troubles` maps positions of rows to (column or None, rule);
    `repairs` counts what reading mended or left out.
    """

    columns: dict[str, Words]
    numbers: np.ndarray
    troubles: dict[int, tuple[str | None, str]] = field(default_factory=dict)
    repairs: Counter[str] = field(default_factory=Counter)

    @property
    def rows(self) -> int:
        return len(self.numbers)


def read_wave_file(path: Path, contract: SurveyContract, year: int, name: str) -> RespondentFile:
    """Reads and searches a `.csv`, `.xlsx` or `.sav`; `name` is what its sender called it.

    Raises `PersonalDataFound` before anything of it is used, and `FileRefused` for whatever is no such file.
    """
    known = contract.of_wave(year)
    meanings: list[Meaning] = []
    try:
        if path.suffix.lower() == ".sav":
            contents, meanings = read_sav(path)
        else:
            contents = read_contents(path, known)
        search(contents, known, name, contract.eigenaar.functie)
        return _columns(contents, meanings, contract, known)
    except FileRefused as refusal:
        refusal.bestand = refusal.bestand or name
        refusal.eigenaar = refusal.owner = refusal.eigenaar or contract.eigenaar.functie
        raise


def _columns(
    contents: Contents, meanings: Sequence[Meaning], contract: SurveyContract, known: WaveColumns
) -> RespondentFile:
    sheet, at = _sheet(contents.sheets, known)
    headings = Headings(at, _positions(sheet, at, contract, known), tuple(sheet.top(SEARCHED)[at]))
    data = data_rows(sheet, headings, known)
    if not len(data.positions):
        raise FileRefused(
            "alleen_kopregel", "Het bestand heeft geen respondenten.", remedie="Lever het volledige bestand aan."
        )
    below = _notes(sheet, data.positions)
    kept = data.positions[: len(data.positions) - below]
    take = pa.array(kept)
    columns = {
        name: _words(
            sheet.columns[position].take(take),
            meanings[position] if meanings else _NO_MEANING,
            sheet.typed[position] if sheet.typed else None,
        )
        for name, position in headings.positions.items()
    }
    repairs = data.dropped + Counter(contents.repairs) + Counter({"voetregel": below})
    where = {int(number): row for row, number in enumerate(sheet.numbers[kept])} if sheet.troubles else {}
    of = {position: name for name, position in headings.positions.items()}
    troubles = {
        where[number]: (None if position is None else of[position], rule)
        for (number, position), rule in sheet.troubles.items()
        if number in where and (position is None or position in of)
    }
    if "zonder_regeleinde" in contents.repairs and not below:
        troubles[len(kept) - 1] = (None, "afgebroken")
    return RespondentFile(columns, sheet.numbers[kept], troubles, repairs)


def _notes(sheet: Sheet, positions: np.ndarray) -> int:
    """How many rows at the end are a note below the table (source, filter, number of rows): one or two cells, of which
    the first has another form than the cells above it. The stump of a row that broke off has their form, and is judged.
    """
    marks = np.stack([filled(cells)[positions] for cells in sheet.columns])
    found = 0
    while found < len(positions):
        full = np.flatnonzero(marks[:, len(positions) - 1 - found])
        if len(full) > 2:
            break
        cells = sheet.columns[full[0]].take(pa.array(positions[: len(positions) - found]))
        *above, last = np.asarray(cells.indices).tolist()
        forms = [_form(text) for text in cells.dictionary.to_pylist()]
        if forms[last] in {forms[at] for at in set(above)}:
            break
        found += 1
    return found


def _form(text: str) -> str:
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "0", text.strip()))


def _sheet(sheets: Sequence[Sheet], known: WaveColumns) -> tuple[Sheet, int]:
    """The one visible sheet with headings of the contract, and the row that they stand in."""
    found = []
    for sheet in sheets:
        rows = sheet.top(SEARCHED)
        at, score = best_row(rows, known)
        if sheet.zichtbaar and score:
            found.append((sheet, at, score))
    if not found:
        if not any(text.strip() for sheet in sheets for row in sheet.top(SEARCHED) for text in row):
            raise FileRefused(
                "leeg_bestand", "Het bestand bevat geen gegevens.", remedie="Lever het volledige bestand."
            )
        raise FileRefused(
            "geen_kopregel",
            f"In de eerste {SEARCHED} rijen staat geen rij met de afgesproken kolomnamen.",
            remedie="Zet de kolomnamen in de eerste rij, of lever het oorspronkelijke bestand (.sav).",
        )
    if len(found) > 1:
        names = ", ".join(repr(sheet.naam) for sheet, _, _ in found)
        raise FileRefused(
            "meer_werkbladen",
            f"Op meer dan een werkblad staan kolommen van de enquete ({names}).",
            remedie="Lever een werkmap met een werkblad: een rij per respondent.",
        )
    sheet, at, _ = found[0]
    return sheet, at


def _positions(sheet: Sheet, at: int, contract: SurveyContract, known: WaveColumns) -> dict[str, int]:
    """Where each column of the contract stands; an unknown, unnamed or doubled one refuses the file."""
    names = names_of(known)
    found: dict[str, int] = {}
    unknown = []
    for position, text in enumerate(sheet.top(SEARCHED)[at]):
        column = names.get(normal(text))
        if column is None:
            if normal(text):
                unknown += [] if contract.leaves_behind(text) else [repr(text.strip()[:60])]
            elif filled(sheet.columns[position])[at + 1 :].any():
                unknown.append(f"kolom {letters(position)} (zonder kop)")
        elif column.naam in found:
            raise FileRefused(
                "dubbele_kolom",
                f"De kolommen {letters(found[column.naam])} en {letters(position)} zijn beide {column.naam}.",
                remedie="Laat er een weg en lever het bestand opnieuw aan.",
            )
        else:
            found[column.naam] = position
    if unknown:
        raise FileRefused(
            "onbekende_kolom",
            f"Kolommen die niet zijn afgesproken: {'; '.join(unknown)}.",
            remedie="Lever alleen de afgesproken kolommen, of laat de beheerder het contract aanvullen.",
        )
    _check_required(found, known)
    return found


def _check_required(found: dict[str, int], known: WaveColumns) -> None:
    lacking = [column.naam for column in known.kolommen if column.verplicht and column.naam not in found]
    if not any(_is_question(column) and column.naam in found for column in known.kolommen):
        lacking.append("een van de vragen")
    if lacking:
        raise FileRefused(
            "ontbrekende_kolom",
            f"Verplichte kolommen ontbreken: {', '.join(lacking)}.",
            remedie="Lever het bestand met deze kolommen, of onder een kop die het contract kent.",
        )


def _is_question(column: Column) -> bool:
    return column.soort == "antwoord"


def _words(cells: pa.DictionaryArray, meaning: Meaning, typed: np.ndarray | None) -> Words:
    """The words that rows use, without blanks around them; `typed` marks distinct texts that were number cells."""
    used, places = np.unique(np.asarray(cells.indices), return_inverse=True)
    texts = pc.utf8_trim_whitespace(cells.dictionary.take(pa.array(used))).to_pylist()
    words: list[str] = []
    faulty: dict[int, Bad] = {}
    for at, text in enumerate(texts):
        try:
            words.append(plain(text)[0] if text.casefold() not in _EMPTY else text)
        except Bad as fault:
            words.append(text)
            faulty[at] = fault
    empty = np.array([word.casefold() in _EMPTY for word in words], bool)
    return Words(
        words,
        np.where(empty[places], -1, places).astype(np.int32),
        meaning.labels,
        meaning.missing,
        meaning.numeric,
        faulty,
        {
            at: float(word.replace(",", "."))
            for at, word in enumerate(words)
            if typed is not None and typed[used[at]] and at not in faulty
        },
    )
