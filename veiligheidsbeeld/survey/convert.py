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

from veiligheidsbeeld.contracts.survey import Kolom, SurveyContract, sleutelwoord
from veiligheidsbeeld.refusals import FileRefused, RowRefusal
from veiligheidsbeeld.survey.areas import Teams
from veiligheidsbeeld.survey.read import Bestand, Woorden

_MISSING, _INVALID = None, object()


@dataclass
class Golf:
    """The respondents of one wave: `tabel` has the columns of raw, in order; only good rows."""

    golf: int
    tabel: pa.Table
    rijen: int
    geweigerd: int = 0
    weigeringen: list[RowRefusal] = field(default_factory=list)
    afgeleid: list[str] = field(default_factory=list)  # groups of delicts that the file did not hold
    niet_gevraagd: list[str] = field(default_factory=list)  # questions that the file did not hold


def zet_om(bestand: Bestand, contract: SurveyContract, golf: int, *, naam: str, zout: str, teams: Teams) -> Golf:
    """The wave that a file holds; raises `FileRefused` when its columns are not those of the contract."""
    found = _kolommen(bestand, contract, golf)
    values: dict[str, np.ndarray] = {}
    bad: list[tuple[np.ndarray, str, str]] = []
    for kolom in contract.alle_kolommen:
        if kolom.naam not in found:
            continue
        words = found[kolom.naam]
        convert = _omzetter(kolom, contract, golf, words, teams)
        converted = [convert(word) for word in words.woorden]
        wrong = np.array([value is _INVALID for value in converted] + [False])
        if (rows := np.flatnonzero(wrong[words.plaats])).size:
            bad.append((rows, kolom.naam, "waarde"))
        values[kolom.naam] = _uitgespreid(kolom, converted, words.plaats)
        if kolom.verplicht and (rows := np.flatnonzero(_leeg(values[kolom.naam]) & ~wrong[words.plaats])).size:
            bad.append((rows, kolom.naam, "verplicht"))
    if (rows := _dubbel(values["respondent"])).size:
        bad.append((rows, "respondent", "uniek"))
    keep = np.ones(bestand.rijen, bool)
    for rows, _, _ in bad:
        keep[rows] = False
    _controleer(contract, keep, bad)
    values = {name: column[keep] for name, column in values.items()}
    derived = _leid_groepen_af(contract, values)
    _gebieden(values, teams)
    values["golf"] = np.full(int(keep.sum()), golf, np.int16)
    values["respondent"] = _versleuteld(values["respondent"], golf, zout)
    asked = [k for k in contract.antwoordkolommen if k in values]
    return Golf(
        golf,
        _tabel(contract, values, int(keep.sum())),
        bestand.rijen,
        int((~keep).sum()),
        _weigeringen(naam, bad),
        derived,
        [k for k in contract.antwoordkolommen if k not in asked],
    )


def _kolommen(bestand: Bestand, contract: SurveyContract, golf: int) -> dict[str, Woorden]:
    known = contract.koppen(golf)
    found: dict[str, Woorden] = {}
    unknown = []
    for heading, words in bestand.kolommen.items():
        kolom = known.get(sleutelwoord(heading))
        if kolom is None:
            if not contract.laat_achter(heading):
                unknown.append(heading)
        elif kolom.naam in found:
            raise FileRefused(
                "koppen", f"Twee kolommen zijn beide {kolom.naam}.", remedie="Laat er een weg en lever opnieuw aan."
            )
        else:
            found[kolom.naam] = words
    if unknown:
        raise FileRefused(
            "onbekende kolom",
            f"{len(unknown)} kolommen staan niet in het contract.",
            remedie="Lever alleen de afgesproken kolommen, of laat de beheerder het contract aanvullen.",
        )
    victims = [k for k in contract.antwoordkolommen if k in found]
    if lacking := [k.naam for k in contract.kolommen if k.verplicht and k.naam not in found] or (
        [] if victims else ["een van de vragen"]
    ):
        raise FileRefused(
            "kolom ontbreekt",
            f"Verplichte kolommen ontbreken: {', '.join(lacking)}.",
            remedie="Lever het bestand met deze kolommen, of onder een kop die het contract kent.",
        )
    return found


def _omzetter(
    kolom: Kolom, contract: SurveyContract, golf: int, words: Woorden, teams: Teams
) -> Callable[[str], object]:
    if kolom.soort in ("antwoord", "codes"):
        codes = kolom.waarden or {a.code: a.namen for a in contract.antwoorden.alle}
        names = {sleutelwoord(name): code for code, listed in codes.items() for name in listed}

        def coded(word: str) -> object:
            """By the file's label where it has one, so that 0 nee / 1 ja is read as it was meant."""
            if label := words.labels.get(word):
                known = names.get(sleutelwoord(label))
            else:
                known = names.get(sleutelwoord(word)) or (int(word) if re.fullmatch(r"\d{1,3}", word) else None)
            if known in codes:
                return known
            return _MISSING if word in words.ontbreekt else _INVALID

        return coded
    if kolom.soort == "leeftijd":
        return lambda word: _leeftijdsgroep(words.labels.get(word, word), contract)
    if kolom.soort in ("basisteam", "district"):
        return lambda word: teams.code(kolom.soort, words.labels.get(word, word), word)
    simple: Mapping[str, Callable[[str], object]] = {
        "golf": lambda word: golf if word == str(golf) else _INVALID,
        "gemeente": _gemeente,
        "gewicht": _gewicht,
    }
    return simple.get(kolom.soort, str)


def _gemeente(word: str) -> object:
    match = re.fullmatch(r"(?:GM)?\s*(\d{1,4})", word.upper())
    return f"GM{int(match[1]):04d}" if match else _INVALID


def _gewicht(word: str) -> object:
    try:
        weight = float(word.replace(",", ".") if word.count(",") == 1 and "." not in word else word)
    except ValueError:
        return _INVALID
    return weight if math.isfinite(weight) and weight > 0 else _INVALID


def _leeftijdsgroep(word: str, contract: SurveyContract) -> object:
    """`37`, `25-44`, `25 tot 45 jaar` and `65 jaar of ouder`: years, or a band by its first year."""
    numbers = [int(n) for n in re.findall(r"\d+", word)]
    if not numbers:
        return _INVALID
    for name, (low, high) in contract.leeftijdsgroepen.items():
        if (word.strip().isdigit() and low <= numbers[0] <= high) or (not word.strip().isdigit() and numbers[0] == low):
            return name
    return _INVALID


def _uitgespreid(kolom: Kolom, converted: list, places: np.ndarray) -> np.ndarray:
    """Values per row: small integers with 0 for empty, floats with nan, or texts with None."""
    clean = [None if value is _INVALID else value for value in converted] + [None]
    if kolom.soort in ("antwoord", "codes", "golf"):
        return np.array([value or 0 for value in clean], np.int16)[places]
    if kolom.soort == "gewicht":
        return np.array([math.nan if value is None else value for value in clean], float)[places]
    return np.array(clean, object)[places]


def _leeg(column: np.ndarray) -> np.ndarray:
    if column.dtype.kind == "f":
        return np.isnan(column)
    return column == 0 if column.dtype.kind == "i" else np.array([one is None for one in column], bool)


def _dubbel(respondents: np.ndarray) -> np.ndarray:
    """Rows of a respondent who was there before."""
    filled = np.flatnonzero(~_leeg(respondents))
    _, first = np.unique(respondents[filled].astype(str), return_index=True)
    return np.setdiff1d(filled, filled[first], assume_unique=True)


def _controleer(contract: SurveyContract, keep: np.ndarray, bad: list[tuple[np.ndarray, str, str]]) -> None:
    refused = int((~keep).sum())
    if refused > contract.max_quarantaine * len(keep):
        most = max(bad, key=lambda one: one[0].size)
        raise FileRefused(
            "te veel weigeringen",
            f"{refused} van {len(keep)} respondenten breken een regel, het vaakst in kolom {most[1]} "
            f"({most[0].size} rijen; toegestaan: {contract.max_quarantaine:.0%}).",
            remedie="Ga na of de codes en labels van het bestand die van het contract zijn, en lever opnieuw aan.",
        )


def _leid_groepen_af(contract: SurveyContract, values: dict[str, np.ndarray]) -> list[str]:
    """Groups that the file leaves out follow from their parts: yes when any is, no when all answered parts are."""
    a, derived = contract.antwoorden, []
    for maat in contract.maten.values():
        for delict in reversed(contract.delicten):
            name = f"{maat.voorvoegsel}_{delict.kolom}"
            parts = [f"{maat.voorvoegsel}_{d.kolom}" for d in contract.delen(delict.code)]
            if name in values or not parts or any(part not in values for part in parts):
                continue
            answers = np.stack([values[part] for part in parts])
            yes, no, empty = ((answers == code) for code in (a.ja.code, a.nee.code, 0))
            unsure = (~(yes | no | empty)).any(axis=0)
            if maat.noemer == "iedereen":
                unsure |= empty.any(axis=0)  # everybody was asked, so an empty part is not a no
            out = np.where(no.any(axis=0), a.nee.code, 0)
            out = np.where(unsure, a.weet_niet.code, out)
            values[name] = np.where(yes.any(axis=0), a.ja.code, out).astype(np.int16)
            derived.append(name)
    return derived


def _gebieden(values: dict[str, np.ndarray], teams: Teams) -> None:
    """Team and district follow from the municipality where that is known; the file's own column fills the rest."""
    for kind in ("basisteam", "district"):
        known = teams.van_gemeente(kind)
        own = values.get(kind, np.full(len(values["gemeente_code"]), None, object))
        values[kind] = np.array(
            [known.get(g) or o for g, o in zip(values["gemeente_code"].tolist(), own.tolist(), strict=True)], object
        )


def _versleuteld(respondents: np.ndarray, golf: int, zout: str) -> np.ndarray:
    """A keyed hash, another one per wave: the same person in two waves, or in another file, cannot be recognised."""
    key = hmac.new(zout.encode(), str(golf).encode(), hashlib.sha256).digest()
    hashed = [hmac.digest(key, one.encode(), "sha256").hex()[:20] for one in respondents.tolist()]
    return np.array(hashed, object)


def _tabel(contract: SurveyContract, values: dict[str, np.ndarray], rows: int) -> pa.Table:
    columns = {}
    for kolom in contract.alle_kolommen:
        column = values.get(kolom.naam)
        if kolom.soort in ("antwoord", "codes", "golf"):
            whole = np.zeros(rows, np.int16) if column is None else column
            columns[kolom.naam] = pa.array(whole, pa.int16(), mask=whole == 0)
        elif kolom.soort == "gewicht":
            columns[kolom.naam] = pa.array(column, pa.float64())
        else:
            columns[kolom.naam] = pa.array([None] * rows if column is None else column.tolist(), pa.string())
    return pa.table(columns)


_REDENEN = {
    "waarde": "Het antwoord of de code staat niet in het contract.",
    "verplicht": "Een verplichte waarde ontbreekt.",
    "uniek": "Deze respondent komt vaker voor in het bestand.",
}


def _weigeringen(naam: str, bad: list[tuple[np.ndarray, str, str]]) -> list[RowRefusal]:
    """Where and why, never what: an answer of a person is not shown."""
    listed = [
        RowRefusal(naam, "", int(row) + 2, kolom, regel, _REDENEN[regel])
        for rows, kolom, regel in bad
        for row in rows[: FileRefused.MAX_LISTED]
    ]
    return listed[: FileRefused.MAX_LISTED]
