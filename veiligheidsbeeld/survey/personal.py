"""The search for personal data in a respondent file: as in registers, but that a weight has any number of decimals."""

from __future__ import annotations

import re

from veiligheidsbeeld.contracts.survey import Column, WaveColumns
from veiligheidsbeeld.files.cells import Contents
from veiligheidsbeeld.registers.personal import kinds
from veiligheidsbeeld.registers.privacy import search_cells

# A weight has as many decimals as its maker liked; no number of a person has a decimal sign. Thousands and decimals are
# told by two signs, for 111.222.333 with one sign may be a person's number.
_DECIMAL = re.compile(
    r"\s*(?:\d{1,6}[.,]\d+(?:e-?\d+)?|\d{1,3}(?:\.\d{3})+,\d+|\d{1,3}(?:,\d{3})+\.\d+)\s*", re.IGNORECASE
)


def search(contents: Contents, known: WaveColumns, name: str, owner: str) -> None:
    """Raises `PersonalDataFound` with the places; the values themselves are dropped there."""
    search_cells(contents, known, name, owner, _judge)


def _judge(text: str, column: Column | None) -> list[str]:
    if column and column.soort == "gewicht" and _DECIMAL.fullmatch(text):
        return []
    return kinds(text, pattern_of_contract=column is not None and column.naam == "respondent")
