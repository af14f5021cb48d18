"""The contract of the survey: what may enter of a respondent, what answers mean, and what is estimated from them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from veiligheidsbeeld.contracts.head import Contract, Retention, Strict
from veiligheidsbeeld.contracts.reading import SURVEYS, read_contract

TOTAL = "totaal"

Kind = Literal[
    "respondent", "golf", "gemeente", "basisteam", "district", "gewicht", "ontwerp", "codes", "leeftijd", "antwoord"
]


class Column(Strict):
    """One column that may enter; `koppen` are its other headings."""

    naam: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    soort: Kind
    koppen: list[str] = Field(default_factory=list)
    verplicht: bool = False  # a file without it is refused, and so is a row without a value
    waarden: dict[int, list[str]] = Field(default_factory=dict, description="codes and the labels that mean the same")
    omschrijving: str


@dataclass(frozen=True)
class WaveColumns:
    """What a file of one wave is recognised by."""

    kolommen: Sequence[Column]


class Answer(Strict):
    code: int
    namen: list[str]


class Answers(Strict):
    """Codes in raw; `weet_niet` and `weigert` count as missing."""

    ja: Answer
    nee: Answer
    weet_niet: Answer
    weigert: Answer

    @property
    def every(self) -> list[Answer]:
        return [self.ja, self.nee, self.weet_niet, self.weigert]


class Measure(Strict):
    voorvoegsel: str
    naam: str
    noemer: Literal["iedereen", "slachtoffers"]


class Offence(Strict):
    """A node of the tree; a group that the file does not hold follows from its parts."""

    code: str = Field(pattern=r"^[A-Z]+$")
    kolom: str
    koppen: list[str] = Field(default_factory=list)
    ouder: str | None = None
    naam: str


class Question(Strict):
    """An item of its own, asked of everybody or of victims of online crime."""

    kolom: str
    koppen: list[str] = Field(default_factory=list)
    indicator: str = Field(pattern=r"^VM(-[A-Z0-9]+){2}$")
    noemer: Literal["iedereen", "slachtoffers"] = "iedereen"
    naam: str


class Indicator(Strict):
    """What is estimated: the share of yes in `column` among those who said yes to `under` (None: among everybody)."""

    code: str
    column: str
    under: str | None
    name: str


class Group(Strict):
    """Respondents who are estimated together, in every region: an age band, or a coded column with one value."""

    leeftijdsgroep: str
    doelgroep: str
    waar: dict[str, int] = Field(default_factory=dict)


class Estimation(Strict):
    methode: Literal["logit", "wilson", "korn_graubard", "wald", "arcsinus"]
    kleine_basis: int = Field(ge=0, description="below this base Korn-Graubard")
    vrijheidsgraden: Literal["domein", "ontwerp"]
    enkele_psu: Literal["fout", "midden", "zeker"]


class Coverage(Strict):
    """When a sample speaks for an area: each of its municipalities is in it, or (the country) as many as this."""

    min_per_gemeente: int = Field(ge=1, description="respondents that a municipality of the area has at least")
    gemeenten_nederland: int = Field(ge=1, description="different municipalities that a national sample has at least")


class Suppression(Strict):
    min_n: int
    min_n_eff: float
    max_breedte: float
    indicatief: float = Field(description="width of the interval over the estimate above which it is indicative")


class SurveyContract(Contract):
    """Columns, answers, indicators and rules of publication; without a ground it is not valid."""

    kind = "survey"

    leverancier: str = Field(description="folder of the drop in which waves arrive")
    wettelijk_kader: Literal["AVG"]
    bewaartermijn: Retention
    breuk: int = Field(description="first wave of the present questionnaire; earlier ones are not comparable")
    max_quarantaine: float
    minimum_leeftijd: int
    golven: dict[int, dict[str, list[str]]] = Field(description="waves, with headings that only that wave has")
    kolommen: list[Column]
    blijft_achter: list[str] = Field(default_factory=list)
    antwoorden: Answers
    zonder_waarde: list[str] = Field(description="labels of a value that says that there is none")
    dekking: Coverage
    maten: dict[str, Measure]
    delicten: list[Offence]
    vragen: list[Question]
    leeftijdsgroepen: dict[str, tuple[int, int]]
    groepen: list[Group]
    schatting: Estimation
    onderdrukking: Suppression

    @model_validator(mode="after")
    def _whole(self) -> SurveyContract:
        if early := [g for g in self.golven if g < self.breuk]:
            raise ValueError(f"waves {early} lie before the break of {self.breuk} and may not be chained to it")
        names = [k.naam for k in self.all_columns]
        if doubles := {n for n in names if names.count(n) > 1}:
            raise ValueError(f"columns named twice: {sorted(doubles)}")
        codes = {d.code for d in self.delicten}
        if strange := [d.ouder for d in self.delicten if d.ouder and d.ouder not in codes]:
            raise ValueError(f"unknown parents in the tree of delicts: {strange}")
        for group in self.groepen:
            if group.leeftijdsgroep not in (TOTAL, *self.leeftijdsgroepen):
                raise ValueError(f"unknown age band {group.leeftijdsgroep}")
            if not set(group.waar) <= {k.naam for k in self.kolommen if k.soort == "codes"}:
                raise ValueError(f"group {group.doelgroep} asks for a column that holds no codes")
        return self

    @cached_property
    def all_columns(self) -> list[Column]:
        """Columns of a respondent in the order of the raw table: the described ones, then one per question."""
        answers = [
            Column(
                naam=f"{measure.voorvoegsel}_{offence.kolom}",
                soort="antwoord",
                koppen=[f"{measure.voorvoegsel}_{heading}" for heading in offence.koppen],
                omschrijving=f"{offence.naam}: {measure.naam}",
            )
            for measure in self.maten.values()
            for offence in self.delicten
        ]
        others = [Column(naam=v.kolom, soort="antwoord", koppen=v.koppen, omschrijving=v.naam) for v in self.vragen]
        return [*self.kolommen, *answers, *others]

    @cached_property
    def answer_columns(self) -> list[str]:
        return [k.naam for k in self.all_columns if k.soort == "antwoord"]

    @cached_property
    def indicators(self) -> list[Indicator]:
        victim = next(m.voorvoegsel for m in self.maten.values() if m.noemer == "iedereen")
        found = [
            Indicator(
                code=f"VM-{offence.code}-{measure_code}",
                column=f"{measure.voorvoegsel}_{offence.kolom}",
                under=f"{victim}_{offence.kolom}" if measure.noemer == "slachtoffers" else None,
                name=f"{measure.naam}, {offence.naam}",
            )
            for offence in self.delicten
            for measure_code, measure in self.maten.items()
        ]
        root = f"{victim}_{next(d.kolom for d in self.delicten if not d.ouder)}"
        found += [
            Indicator(code=v.indicator, column=v.kolom, under=root if v.noemer == "slachtoffers" else None, name=v.naam)
            for v in self.vragen
        ]
        return found

    def parts(self, code: str) -> list[Offence]:
        """The direct parts of a group."""
        return [d for d in self.delicten if d.ouder == code]

    def of_wave(self, year: int) -> WaveColumns:
        """The columns of a wave, with the headings that only that wave has."""
        own = self.golven[year]
        return WaveColumns(
            [c.model_copy(update={"koppen": [*c.koppen, *own.get(c.naam, [])]}) for c in self.all_columns]
        )

    def leaves_behind(self, heading: str) -> bool:
        """Whether a column is known and stays in landing."""
        return any(re.fullmatch(pattern, heading.strip().casefold()) for pattern in self.blijft_achter)


@cache
def load_survey(path: Path = SURVEYS / "vm_respondent.yml") -> SurveyContract:
    """The contract of the survey; `ConfigurationError` names the field at the first fault."""
    return read_contract(path, SurveyContract)
