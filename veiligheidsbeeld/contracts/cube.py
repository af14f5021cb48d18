"""Contracts of the tables that sources publish: where they come from, their keys (each with a code list), measures."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from veiligheidsbeeld.contracts.head import CONTRACTS, Contract, Dpia, Strict
from veiligheidsbeeld.contracts.indicator import AgeGroup, Shown
from veiligheidsbeeld.contracts.reading import read_contracts
from veiligheidsbeeld.errors import ConfigurationError

CUBES = CONTRACTS

# Positions in the value array of one raw row (a series in one year), per kind of period.
PERIOD_LENGTH = {"MM": 12, "KW": 4, "JJ": 1}
# What a figure of the marts can be in; a count also adds up to that of a partnership.
UNITS = ("aantal", "procent", "dagen", "euro", "index")


class Source(Strict):
    """How the dataset arrives. `host` is a key of `HOSTS` in `veiligheidsbeeld.extract.hosts`."""

    protocol: Literal["odata_v3", "odata_v4"]
    host: Literal["dataderden", "opendata", "datasets"]
    tabel: str
    gelijktijdig: int = Field(2, ge=1, le=8, description="requests under way at once: politeness")
    deel_per: str | None = Field(None, description="source dimension whose keys cut the table into resumable parts")
    filter: dict[str, list[str]] = Field(default_factory=dict, description="fixed choice of keys per dimension")


class Key(Strict):
    """One key column of a raw row; values are stored without the source's blank padding."""

    kolom: str
    bron: str
    breedte: int | None = Field(None, description="padded width at the source; filters carry the padding")
    patroon: str | None = Field(None, description="regular expression of a well-formed code (after trimming)")
    rol: Literal["sleutel", "regio", "leeftijd", "maat"] = Field(
        "sleutel", description="leeftijd: its titles name age groups; maat: its titles name what is measured (v4)"
    )
    totaal_is: AgeGroup | None = Field(None, description="of an age key: whom the source's total is about")
    omschrijving: str


class Measure(Strict):
    """One measured quantity; stored as an array over the periods of a year."""

    kolom: str
    bron: str
    type: Literal["integer", "double precision"] = "integer"
    minimum: float | None = 0
    eenheid: str = "aantal"
    afronding: int | None = Field(None, description="what the source rounds to")
    binnen: str | None = Field(None, description="measure of which this one counts a part: never more than it")
    omschrijving: str


class Rollup(Strict):
    """A roll-up the source publishes itself, to reconcile a batch against (absolute tolerance)."""

    naam: str
    totaal: dict[str, str]
    delen: dict[str, str] = Field(description="per key column a regular expression of the parts")
    tolerantie: int = 0
    alleen_volledig: bool = Field(True, description="only where all parts of the code list are in the batch")


class Series(Strict):
    """What is measured: a column of the table, in full and, where the source gives it, per so many inhabitants."""

    soort: str = Field(pattern=r"^[A-Z0-9]+$")
    naam: str
    maat: str
    relatief: str | None = Field(None, description="measure that holds the rate; its `eenheid` says per how many")
    titel: str | None = Field(None, description="title of the measure in the key with `rol: maat`")
    totaal: bool = Field(False, description="counts all that the other series of the table count")


class CubeIndicator(Shown):
    """A series of one age group, as it is shown."""

    soort: str
    definitie: str
    eenheid: str = Field(description="what is counted or measured, for readers")


class Quality(Strict):
    max_quarantaine: float = Field(0.001, description="share of bad rows above which the delivery is refused")
    max_daling: float = Field(0.2, description="largest drop in rows against the last delivery (yellow card)")
    versheid_dagen: int = Field(45, description="age of the source's Modified above which a yellow card falls")
    optellingen: list[Rollup] = Field(default_factory=list)


class CubeContract(Contract):
    """A table of a source: how it arrives, its keys, its measures, quality rules."""

    kind = "cube"

    wettelijk_kader: Literal["open"]
    grondslag: str = "open data zonder persoonsgegevens, hergebruik volgens de licentie"
    dpia: Dpia = Dpia(vereist=False, status="niet_vereist")
    bewaartermijn: None = Field(None, description="open data is kept without limit")
    bronvermelding: str
    familie: str = Field(description="tables that count the same thing at another scale are one family")
    schaal: Literal["gemeente", "buurt"] = Field("gemeente", description="municipality and higher, or below")
    niveaus: list[str] = Field(
        min_length=1, description="levels of region that the table holds; coverage is held to it"
    )
    periodes: list[Literal["MM", "KW", "JJ"]] = Field(min_length=1, description="kinds of period that it holds")
    bron: Source
    sleutels: list[Key]
    periode: str = Field("Perioden", description="source column of the period")
    maten: list[Measure]
    kenmerk: str | None = Field(None, description="source column that says why a value is empty (OData v4)")
    kwaliteit: Quality = Field(default_factory=lambda: Quality.model_validate({}))
    reeksen: list[Series] = Field(default_factory=list)
    indicatoren: list[CubeIndicator] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _indicators_in_full(cls, data: object) -> object:
        """`elke_indicator` holds what an indicator says that has nothing else to say."""
        if not isinstance(data, dict) or not isinstance(shared := data.get("elke_indicator", {}), dict):
            return data
        shared = {"themas": data.get("themas"), **shared}
        given = data.get("indicatoren") or []
        full = [{**shared, **one} if isinstance(one, dict) else one for one in given]
        return {k: v for k, v in data.items() if k != "elke_indicator"} | {"indicatoren": full}

    @model_validator(mode="after")
    def _region_known(self) -> CubeContract:
        if sum(k.rol == "regio" for k in self.sleutels) > 1:
            raise ValueError("at most one key column can have rol: regio; none means that the table is national")
        return self

    @model_validator(mode="after")
    def _measured_in_full(self) -> CubeContract:
        columns = {m.kolom: m for m in self.maten}
        named = [(f"maten.{m.kolom}.binnen", m.binnen) for m in self.maten]
        named += [
            (f"reeksen.{s.soort}.{part}", getattr(s, part)) for s in self.reeksen for part in ("maat", "relatief")
        ]
        if strange := [f"{at}: {name}" for at, name in named if name and name not in columns]:
            raise ValueError(f"measures that are referred to but not described: {strange}")
        kinds = [s.soort for s in self.reeksen]
        if doubles := {k for k in kinds if kinds.count(k) > 1}:
            raise ValueError(f"reeksen named twice: {sorted(doubles)}")
        if strange := [i.code for i in self.indicatoren if i.soort not in kinds]:
            raise ValueError(f"indicators of a `soort` that no series has: {strange}")
        if self.reeksen and (self.periodes != ["JJ"] or not self.regio):
            raise ValueError(
                "`reeksen` are figures of regions per year: give the key of the region, and periodes: [JJ]"
            )
        by_title = self.key_with("maat")
        if untitled := [s.soort for s in self.reeksen if bool(s.titel) != bool(by_title)]:
            raise ValueError(f"`titel` belongs to a key with rol: maat, and there to every series: {untitled}")
        for series in self.reeksen:
            if series.relatief and not per_inhabitants(columns[series.relatief]):
                raise ValueError(f"{series.relatief} is no rate: its `eenheid` must be `per <number> inwoners`")
            if columns[series.maat].eenheid not in UNITS:
                raise ValueError(f"{series.maat}: `eenheid` of what is measured must be one of {', '.join(UNITS)}")
        return self

    def key_with(self, role: str) -> Key | None:
        return next((k for k in self.sleutels if k.rol == role), None)

    def maat(self, kolom: str) -> Measure:
        return next(m for m in self.maten if m.kolom == kolom)

    @property
    def serves(self) -> frozenset[str]:
        return super().serves | {t for i in self.indicatoren for t in i.themas}

    @property
    def regio(self) -> Key | None:
        """The key column that holds the region, the natural distribution key; None: figures of the country only."""
        return self.key_with("regio")

    @property
    def regio_kolom(self) -> str:
        """Name of the region's column, for tables that are known to have one."""
        if not self.regio:
            raise ConfigurationError(f"Contract {self.naam} has no regions.", remedy="Give one key rol: regio.")
        return self.regio.kolom

    @property
    def key_columns(self) -> list[str]:
        return [k.kolom for k in self.sleutels]


def per_inhabitants(measure: Measure) -> int | None:
    """Of a rate: per how many inhabitants it is."""
    found = re.fullmatch(r"per ([\d.]+) inwoners", measure.eenheid)
    return int(found[1].replace(".", "")) if found else None


@cache
def load_cubes(folder: Path = CUBES) -> dict[str, CubeContract]:
    """The contracts of all tables that sources publish, by name."""
    return read_contracts(folder, CubeContract)


def get_cube(name: str) -> CubeContract:
    """One table of a source by dataset name; `ConfigurationError` lists the known names otherwise."""
    contracts = load_cubes()
    if name not in contracts:
        raise ConfigurationError(f"Unknown dataset {name!r}.", remedy=f"Choose one of: {', '.join(contracts)}.")
    return contracts[name]
