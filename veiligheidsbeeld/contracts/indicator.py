"""What readers must know of an indicator, whatever measures it: where it is shown and how it may be read."""

from __future__ import annotations

import csv
from functools import cache
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from veiligheidsbeeld.contracts.head import Strict
from veiligheidsbeeld.contracts.themes import Thema
from veiligheidsbeeld.settings import PROJECT

_SEEDS = PROJECT / "dbt_project" / "seeds"
VNG_THEMAS = _SEEDS / "plannen" / "vng_thema.csv"
AGE_GROUPS = _SEEDS / "leeftijdsgroep.csv"


@cache
def veiligheidsthemas() -> frozenset[str]:
    """The themes of the VNG Kernbeleid Veiligheid, as the seed of the dbt project has them."""
    with VNG_THEMAS.open(encoding="utf-8") as file:
        return frozenset(row["veiligheidsthema"] for row in csv.DictReader(file))


@cache
def age_groups() -> frozenset[str]:
    with AGE_GROUPS.open(encoding="utf-8") as file:
        return frozenset(row["leeftijdsgroep"] for row in csv.DictReader(file))


def _vng_theme(name: str) -> str:
    if name not in veiligheidsthemas():
        raise ValueError(f"`veiligheidsthema` {name!r} is not a theme of {VNG_THEMAS.name}")
    return name


def _age_group(name: str) -> str:
    if name not in age_groups():
        raise ValueError(f"{name!r} is not an age group of {AGE_GROUPS.name}")
    return name


Veiligheidsthema = Annotated[str, AfterValidator(_vng_theme), Field(description="theme of the VNG Kernbeleid")]
AgeGroup = Annotated[str, AfterValidator(_age_group)]
Direction = Literal["hoger_is_beter", "lager_is_beter", "geen"]
Principle = Literal["pleegplaats", "woonplaats_verdachte", "woonplaats_slachtoffer", "locatie_melding", "ligging"]


class Shown(Strict):
    """An indicator as it is shown."""

    code: str = Field(pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)+$")
    naam: str
    themas: list[Thema] = Field(min_length=1)
    veiligheidsthema: Veiligheidsthema
    richting: Direction = "geen"
    inspanningsafhankelijk: bool = False
    doelgroep_jeugd: bool = False
    leeftijdsgroep: AgeGroup = "totaal"
    ruimtelijk_principe: Principle
    toelichting: str = ""
