"""Words of a respondent file become the columns of the contract; rows that break a rule are left out and counted."""

from __future__ import annotations

import hashlib
import hmac
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from veiligheidsbeeld.contracts.survey import Column, SurveyContract, comparable
from veiligheidsbeeld.refusals import FileRefused, RowRefusal
from veiligheidsbeeld.survey.areas import Teams
from veiligheidsbeeld.survey.read import RespondentFile, Words

_MISSING, _INVALID = None, object()


@dataclass
class Wave:
    """The respondents of one wave: `table` has the columns of raw, in order; only good rows."""

    year: int
    table: pa.Table
    rows: int
    refused: int = 0
    refusals: list[RowRefusal] = field(default_factory=list)
    derived: list[str] = field(default_factory=list)  # groups of delicts that the file did not hold
    not_asked: list[str] = field(default_factory=list)  # questions that the file did not hold


def to_wave(file: RespondentFile, contract: SurveyContract, year: int, *, name: str, salt: str, teams: Teams) -> Wave:
    """The wave that a file holds; raises `FileRefused` when its columns are not those of the contract."""
    found = _columns(file, contract, year)
    values: dict[str, np.ndarray] = {}
    bad: list[tuple[np.ndarray, str, str]] = []
    for column in contract.all_columns:
        if column.naam not in found:
            continue
        words = found[column.naam]
        code = _coder(column, contract, year, words, teams)
        converted = [code(word) for word in words.words]
        wrong = np.array([value is _INVALID for value in converted] + [False])
        if (rows := np.flatnonzero(wrong[words.places])).size:
            bad.append((rows, column.naam, "waarde"))
        values[column.naam] = _spread(column, converted, words.places)
        if column.verplicht and (rows := np.flatnonzero(_empty(values[column.naam]) & ~wrong[words.places])).size:
            bad.append((rows, column.naam, "verplicht"))
    if (rows := _doubled(values["respondent"])).size:
        bad.append((rows, "respondent", "uniek"))
    keep = np.ones(file.rows, bool)
    for rows, _, _ in bad:
        keep[rows] = False
    _check(contract, keep, bad)
    values = {name: column[keep] for name, column in values.items()}
    derived = _derive_groups(contract, values)
    _fill_areas(values, teams)
    values["golf"] = np.full(int(keep.sum()), year, np.int16)
    values["respondent"] = _hashed(values["respondent"], year, salt)
    asked = [k for k in contract.answer_columns if k in values]
    return Wave(
        year,
        _table(contract, values, int(keep.sum())),
        file.rows,
        int((~keep).sum()),
        _refusals(name, bad),
        derived,
        [k for k in contract.answer_columns if k not in asked],
    )


def _columns(file: RespondentFile, contract: SurveyContract, year: int) -> dict[str, Words]:
    known = contract.headings(year)
    found: dict[str, Words] = {}
    unknown = []
    for heading, words in file.columns.items():
        column = known.get(comparable(heading))
        if column is None:
            if not contract.leaves_behind(heading):
                unknown.append(heading)
        elif column.naam in found:
            raise FileRefused(
                "koppen", f"Twee kolommen zijn beide {column.naam}.", remedie="Laat er een weg en lever opnieuw aan."
            )
        else:
            found[column.naam] = words
    if unknown:
        raise FileRefused(
            "onbekende kolom",
            f"{len(unknown)} kolommen staan niet in het contract.",
            remedie="Lever alleen de afgesproken kolommen, of laat de beheerder het contract aanvullen.",
        )
    victims = [k for k in contract.answer_columns if k in found]
    if lacking := [k.naam for k in contract.kolommen if k.verplicht and k.naam not in found] or (
        [] if victims else ["een van de vragen"]
    ):
        raise FileRefused(
            "kolom ontbreekt",
            f"Verplichte kolommen ontbreken: {', '.join(lacking)}.",
            remedie="Lever het bestand met deze kolommen, of onder een kop die het contract kent.",
        )
    return found


def _coder(column: Column, contract: SurveyContract, year: int, words: Words, teams: Teams) -> Callable[[str], object]:
    if column.soort in ("antwoord", "codes"):
        codes = column.waarden or {a.code: a.namen for a in contract.antwoorden.every}
        names = {comparable(name): code for code, listed in codes.items() for name in listed}

        def coded(word: str) -> object:
            """By the file's label where it has one, so that 0 nee / 1 ja is read as it was meant."""
            if label := words.labels.get(word):
                known = names.get(comparable(label))
            else:
                known = names.get(comparable(word)) or (int(word) if re.fullmatch(r"\d{1,3}", word) else None)
            if known in codes:
                return known
            return _MISSING if word in words.missing else _INVALID

        return coded
    if column.soort == "leeftijd":
        return lambda word: _age_band(words.labels.get(word, word), contract)
    if column.soort in ("basisteam", "district"):
        return lambda word: teams.code(column.soort, words.labels.get(word, word), word)
    simple: Mapping[str, Callable[[str], object]] = {
        "golf": lambda word: year if word == str(year) else _INVALID,
        "gemeente": _municipality,
        "gewicht": _weight,
    }
    return simple.get(column.soort, str)


def _municipality(word: str) -> object:
    match = re.fullmatch(r"(?:GM)?\s*(\d{1,4})", word.upper())
    return f"GM{int(match[1]):04d}" if match else _INVALID


def _weight(word: str) -> object:
    try:
        weight = float(word.replace(",", ".") if word.count(",") == 1 and "." not in word else word)
    except ValueError:
        return _INVALID
    return weight if math.isfinite(weight) and weight > 0 else _INVALID


def _age_band(word: str, contract: SurveyContract) -> object:
    """`37`, `25-44`, `25 tot 45 jaar` and `65 jaar of ouder`: years, or a band by its first year."""
    numbers = [int(n) for n in re.findall(r"\d+", word)]
    if not numbers:
        return _INVALID
    for name, (low, high) in contract.leeftijdsgroepen.items():
        if (word.strip().isdigit() and low <= numbers[0] <= high) or (not word.strip().isdigit() and numbers[0] == low):
            return name
    return _INVALID


def _spread(column: Column, converted: list, places: np.ndarray) -> np.ndarray:
    """Values per row: small integers with 0 for empty, floats with nan, or texts with None."""
    clean = [None if value is _INVALID else value for value in converted] + [None]
    if column.soort in ("antwoord", "codes", "golf"):
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


def _check(contract: SurveyContract, keep: np.ndarray, bad: list[tuple[np.ndarray, str, str]]) -> None:
    refused = int((~keep).sum())
    if refused > contract.max_quarantaine * len(keep):
        most = max(bad, key=lambda one: one[0].size)
        raise FileRefused(
            "te veel weigeringen",
            f"{refused} van {len(keep)} respondenten breken een regel, het vaakst in kolom {most[1]} "
            f"({most[0].size} rijen; toegestaan: {contract.max_quarantaine:.0%}).",
            remedie="Ga na of de codes en labels van het bestand die van het contract zijn, en lever opnieuw aan.",
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
        if column.soort in ("antwoord", "codes", "golf"):
            whole = np.zeros(rows, np.int16) if given is None else given
            columns[column.naam] = pa.array(whole, pa.int16(), mask=whole == 0)
        elif column.soort == "gewicht":
            columns[column.naam] = pa.array(given, pa.float64())
        else:
            columns[column.naam] = pa.array([None] * rows if given is None else given.tolist(), pa.string())
    return pa.table(columns)


_REASONS = {
    "waarde": "Het antwoord of de code staat niet in het contract.",
    "verplicht": "Een verplichte waarde ontbreekt.",
    "uniek": "Deze respondent komt vaker voor in het bestand.",
}


def _refusals(name: str, bad: list[tuple[np.ndarray, str, str]]) -> list[RowRefusal]:
    """Where and why, never what: an answer of a person is not shown."""
    listed = [
        RowRefusal(name, "", int(row) + 2, column, rule, _REASONS[rule])
        for rows, column, rule in bad
        for row in rows[: FileRefused.MAX_LISTED]
    ]
    return listed[: FileRefused.MAX_LISTED]
