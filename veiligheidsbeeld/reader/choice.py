"""Which figures matter: a list per theme, and the indicators of the municipal budget. Data, not code."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import Field

from veiligheidsbeeld.contracts.head import Strict
from veiligheidsbeeld.settings import Settings

FILE = "kerncijfers.yml"


class BudgetIndicator(Strict):
    """An indicator that every municipality prints in its budget and annual report."""

    naam: str
    indicator: str
    maat: str
    # With it the measure is a count, and what is printed the count per 1.000 inhabitants of this age on 1 January.
    leeftijd: str = ""
    toelichting: str = ""


class KeyFigures(Strict):
    """Codes of indicators per theme, in the order in which they are shown."""

    themas: dict[str, list[str]] = Field(min_length=1)
    begroting: list[BudgetIndicator] = Field(default_factory=list)

    @property
    def codes(self) -> list[str]:
        return [code for codes in self.themas.values() for code in codes]


def key_figures(settings: Settings) -> KeyFigures:
    """The choice of the region when it made one, else the one that comes with the project."""
    own = settings.region.folder / FILE
    path = own if own.exists() else Path(__file__).with_name(FILE)
    return KeyFigures.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
