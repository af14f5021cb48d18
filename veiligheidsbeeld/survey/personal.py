"""The search for personal data in a respondent file: every distinct word of every column, labels included."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from veiligheidsbeeld.contracts.survey import SurveyContract, comparable
from veiligheidsbeeld.refusals import PersonalDataFound, PersonalDatum
from veiligheidsbeeld.registers.personal import COARSE, kinds
from veiligheidsbeeld.survey.read import RespondentFile

# A weight has as many decimals as its maker liked; no number of a person has a decimal sign.
_DECIMAL = re.compile(r"\d{1,6}[.,]\d+(e-?\d+)?", re.IGNORECASE)


def search(file: RespondentFile, contract: SurveyContract, year: int, name: str) -> None:
    """Raises `PersonalDataFound` with the places; the values themselves are dropped here."""
    known = contract.headings(year)
    found = [PersonalDatum("", None, "bestandsnaam", kind) for kind in kinds(name)]
    total = len(found)
    for at, (heading, words) in enumerate(file.columns.items(), 1):
        column = known.get(comparable(heading))
        place = f"kolom {at}" + (f" ({column.naam})" if column else "")
        in_text = [heading, *words.labels.values()]
        found += [PersonalDatum("", None, f"{place}, kop of label", k) for text in in_text for k in kinds(text)]
        suspects = _suspects(words.words)
        if column and column.soort == "gewicht":
            suspects = {i: word for i, word in suspects.items() if not _DECIMAL.fullmatch(word)}
        for i, word in suspects.items():
            for kind in kinds(word):
                rows = np.flatnonzero(words.places == i)
                total += len(rows)
                room = PersonalDataFound.MAX_LISTED - len(found)
                found += [PersonalDatum("", int(row) + 2, place, kind) for row in rows[: max(0, room)]]
    if found:
        raise PersonalDataFound(found, max(total, len(found)), bestand=name, eigenaar=contract.eigenaar.functie)


def _suspects(words: list[str]) -> dict[int, str]:
    """Words that may hold any personal data, by their place among the distinct ones."""
    texts = pa.array(words, pa.string())
    hits = np.zeros(len(words), bool)
    for form in COARSE:
        hits |= np.asarray(pc.match_substring_regex(texts, form))
    return {int(i): words[i] for i in np.flatnonzero(hits)}
