"""Words of a respondent file become the columns of the contract; rows that break a rule are left out and counted."""

from __future__ import annotations

import hashlib
import hmac
import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from veiligheidsbeeld.contracts.survey import Column, SurveyContract
from veiligheidsbeeld.files.naming import municipality_names
from veiligheidsbeeld.refusals import FileRefused, RowRefusal
from veiligheidsbeeld.registers.rows import TROUBLE
from veiligheidsbeeld.registers.values import Bad
from veiligheidsbeeld.survey import values as of
from veiligheidsbeeld.survey.areas import Teams
from veiligheidsbeeld.survey.read import RespondentFile, Words
from veiligheidsbeeld.survey.values import INVALID

_CODED = ("antwoord", "codes", "golf")


@dataclass
class Wave:
    """The respondents of one wave: `table` has the columns of raw, in order; only good rows."""

    year: int
    table: pa.Table
    rows: int
    refused: int = 0
    refusals: list[RowRefusal] = field(default_factory=list)
    repairs: Counter[str] = field(default_factory=Counter)  # what reading mended or left out
    derived: list[str] = field(default_factory=list)  # groups of delicts that the file did not hold
    not_asked: list[str] = field(default_factory=list)  # questions that the file did not hold


@dataclass(frozen=True)
class _Fault:
    """Rows (positions) that break a rule in a column (None: as a whole)."""

    rows: np.ndarray
    column: str | None
    rule: str
    reason: str


def to_wave(file: RespondentFile, contract: SurveyContract, year: int, *, name: str, salt: str, teams: Teams) -> Wave:
    """The wave that a file holds; raises `FileRefused` when a column as a whole, or too many rows, cannot be read."""
    values: dict[str, np.ndarray] = {}
    bad = [_Fault(np.array([row]), column, rule, TROUBLE[rule]) for row, (column, rule) in file.troubles.items()]
    for column in contract.all_columns:
        if column.naam not in file.columns:
            continue
        words = file.columns[column.naam]
        code = _coder(column, contract, year, words, teams)
        typed = words.cells if column.soort == "gewicht" else {}
        converted = [
            words.faulty.get(at) or (of.of_number(typed[at]) if at in typed else code(word))
            for at, word in enumerate(words.words)
        ]
        wrong = np.array([isinstance(value, Bad) for value in converted] + [False])
        bad += _faults(column.naam, converted, words.places)
        values[column.naam] = _spread(column, converted, words.places)
        if column.verplicht and (rows := np.flatnonzero(_empty(values[column.naam]) & ~wrong[words.places])).size:
            bad.append(_Fault(rows, column.naam, "verplicht", _REASONS["verplicht"]))
    if (rows := _doubled(values["respondent"])).size:
        bad.append(_Fault(rows, "respondent", "uniek", _REASONS["uniek"]))
    keep = np.ones(file.rows, bool)
    for fault in bad:
        keep[fault.rows] = False
    refusals = _refusals(name, file.numbers, bad)
    _check(contract, keep, bad, refusals)
    values = {name: column[keep] for name, column in values.items()}
    _check_places(values["gemeente_code"], contract)
    derived = _derive_groups(contract, values)
    _fill_areas(values, teams)
    values["golf"] = np.full(int(keep.sum()), year, np.int16)
    values["respondent"] = _hashed(values["respondent"], year, salt)
    return Wave(
        year,
        _table(contract, values, int(keep.sum())),
        file.rows,
        int((~keep).sum()),
        refusals,
        file.repairs,
        derived,
        [k for k in contract.answer_columns if k not in values],
    )


def _faults(column: str, converted: list[object], places: np.ndarray) -> Iterator[_Fault]:
    """Rows of a column by the rule that their word breaks."""
    for rule, reason in dict.fromkeys((v.rule, v.reason) for v in converted if isinstance(v, Bad)):
        here = np.array([isinstance(v, Bad) and v.rule == rule for v in converted] + [False])
        if (rows := np.flatnonzero(here[places])).size:
            yield _Fault(rows, column, rule, reason)


def _coder(column: Column, contract: SurveyContract, year: int, words: Words, teams: Teams) -> Callable[[str], object]:
    """What turns a word of a column into its value; what only the whole column proves is settled here."""
    if column.soort in ("antwoord", "codes"):
        return of.codes(column, contract, words)
    if column.soort == "leeftijd":
        return of.age_bands(contract, words)
    if column.soort == "gemeente":
        return of.municipalities(municipality_names(), contract, words)
    if column.soort == "gewicht":
        return of.weights(words)
    if column.soort in ("basisteam", "district"):
        return lambda word: teams.code(column.soort, words.labels.get(word, word), word)
    if column.soort == "golf":
        return lambda word: year if of.whole(word) == year else INVALID
    return of.identities(words)


def _check_places(municipalities: np.ndarray, contract: SurveyContract) -> None:
    """A file without any municipality of the region is another region's, or numbers them in a way of its own."""
    if not set(municipalities.tolist()) & set(municipality_names()):
        raise FileRefused(
            "gemeente_onbekend",
            "Geen gemeente in het bestand ligt in het werkgebied; misschien zijn het eigen nummers zonder label.",
            remedie="Gebruik de gemeentecodes van het CBS (GM en vier cijfers), of lever de labels mee (.sav).",
            eigenaar=contract.eigenaar.functie,
        )


def _spread(column: Column, converted: list, places: np.ndarray) -> np.ndarray:
    """Values per row: small integers with 0 for empty, floats with nan, or texts with None."""
    clean = [None if isinstance(value, Bad) else value for value in converted] + [None]
    if column.soort in _CODED:
        return np.array([value or 0 for value in clean], np.int16)[places]
    if column.soort == "gewicht":
        return np.array([math.nan if value is None else value for value in clean], float)[places]
    return np.array(clean, object)[places]


def _empty(column: np.ndarray) -> np.ndarray:
    if column.dtype.kind == "f":
        return np.isnan(column)
    return column == 0 if column.dtype.kind == "i" else np.array([one is None for one in column], bool)


def _doubled(respondents: np.ndarray) -> np.ndarray:
    """Rows of a respondent who was there before."""
    filled = np.flatnonzero(~_empty(respondents))
    _, first = np.unique(respondents[filled].astype(str), return_index=True)
    return np.setdiff1d(filled, filled[first], assume_unique=True)


def _check(contract: SurveyContract, keep: np.ndarray, bad: list[_Fault], refusals: list[RowRefusal]) -> None:
    refused = int((~keep).sum())
    if refused > contract.max_quarantaine * len(keep):
        most = max(bad, key=lambda fault: fault.rows.size)
        raise FileRefused(
            "te_veel_fouten",
            f"{refused} van {len(keep)} respondenten breken een regel, het vaakst in kolom {most.column or '(rij)'}"
            f" ({most.rows.size} rijen: {most.reason}; toegestaan: {contract.max_quarantaine:.0%}).",
            remedie="Ga na of de codes en labels van het bestand die van het contract zijn, en lever opnieuw aan.",
            eigenaar=contract.eigenaar.functie,
            refusals=refusals,
        )


def _derive_groups(contract: SurveyContract, values: dict[str, np.ndarray]) -> list[str]:
    """Groups that the file leaves out follow from their parts: yes when any is, no when all answered parts are."""
    a, derived = contract.antwoorden, []
    for measure in contract.maten.values():
        for offence in reversed(contract.delicten):
            name = f"{measure.voorvoegsel}_{offence.kolom}"
            parts = [f"{measure.voorvoegsel}_{d.kolom}" for d in contract.parts(offence.code)]
            if name in values or not parts or any(part not in values for part in parts):
                continue
            answers = np.stack([values[part] for part in parts])
            yes, no, empty = ((answers == code) for code in (a.ja.code, a.nee.code, 0))
            unsure = (~(yes | no | empty)).any(axis=0)
            if measure.noemer == "iedereen":
                unsure |= empty.any(axis=0)  # everybody was asked, so an empty part is not a no
            out = np.where(no.any(axis=0), a.nee.code, 0)
            out = np.where(unsure, a.weet_niet.code, out)
            values[name] = np.where(yes.any(axis=0), a.ja.code, out).astype(np.int16)
            derived.append(name)
    return derived


def _fill_areas(values: dict[str, np.ndarray], teams: Teams) -> None:
    """Team and district follow from the municipality where that is known; the file's own column fills the rest."""
    for kind in ("basisteam", "district"):
        known = teams.of_municipality(kind)
        own = values.get(kind, np.full(len(values["gemeente_code"]), None, object))
        values[kind] = np.array(
            [known.get(g) or o for g, o in zip(values["gemeente_code"].tolist(), own.tolist(), strict=True)], object
        )


def _hashed(respondents: np.ndarray, year: int, salt: str) -> np.ndarray:
    """A keyed hash, another one per wave: the same person in two waves, or in another file, cannot be recognised."""
    key = hmac.new(salt.encode(), str(year).encode(), hashlib.sha256).digest()
    hashed = [hmac.digest(key, one.encode(), "sha256").hex()[:20] for one in respondents.tolist()]
    return np.array(hashed, object)


def _table(contract: SurveyContract, values: dict[str, np.ndarray], rows: int) -> pa.Table:
    columns = {}
    for column in contract.all_columns:
        given = values.get(column.naam)
        if column.soort in _CODED:
            whole = np.zeros(rows, np.int16) if given is None else given
            columns[column.naam] = pa.array(whole, pa.int16(), mask=whole == 0)
        elif column.soort == "gewicht":
            columns[column.naam] = pa.array(given, pa.float64())
        else:
            columns[column.naam] = pa.array([None] * rows if given is None else given.tolist(), pa.string())
    return pa.table(columns)


_REASONS = {
    "verplicht": "een verplichte waarde ontbreekt",
    "uniek": "deze respondent komt vaker voor in het bestand",
}


def _refusals(name: str, numbers: np.ndarray, bad: list[_Fault]) -> list[RowRefusal]:
    """Where and why, never what: an answer of a person is not shown."""
    listed = [
        RowRefusal(name, "", int(numbers[row]), fault.column, fault.rule, fault.reason)
        for fault in bad
        for row in fault.rows[: FileRefused.MAX_LISTED]
    ]
    return listed[: FileRefused.MAX_LISTED]
