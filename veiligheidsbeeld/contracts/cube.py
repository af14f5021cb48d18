"""Contracts of the tables that sources publish: where they come from, their keys (each with a code list), measures."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from veiligheidsbeeld.contracts.head import Contract, Dpia, Strict
from veiligheidsbeeld.contracts.indicator import AgeGroup, Direction, Principle, Shown, Veiligheidsthema
from veiligheidsbeeld.contracts.reading import CUBES, read_contracts, with_own
from veiligheidsbeeld.contracts.themes import Thema
from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.region import active

# The dimension of what is measured, in OData v4.
MEASURE = "Measure"
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
    geheel: bool = Field(False, description="fetched whole: what its regions are is known after binding, not before")
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
    titel: str | list[str] | None = Field(
        None, description="title of the measure in the key with `rol: maat`; with those of its groups where it repeats"
    )
    totaal: bool = Field(False, description="counts all that the other series of the table count")

    @property
    def pad(self) -> list[str]:
        """The titles by which the measure is found, its own last; none in a table with a column per measure."""
        return [self.titel] if isinstance(self.titel, str) else self.titel or []


class CubeIndicator(Shown):
    """A series of one age group, as it is shown."""

    soort: str
    definitie: str
    eenheid: str = Field(description="what is counted or measured, for readers")


class Kind(Strict):
    """One code of what a table counts, as it is shown: an indicator of its own, `<voorvoegsel>-<soort>`."""

    soort: str
    titel: str = Field(description="as at the source, without the code; a test compares the two")
    naam: str | None = Field(None, description="where the title of the source misleads")
    omschrijving: str = ""
    klassen: list[str] = Field(default_factory=list, description="classes of incidents that it counts")
    themas: list[Thema] = Field(description="none: context of every theme")
    veiligheidsthema: Veiligheidsthema
    richting: Direction
    inspanningsafhankelijk: bool = False
    doelgroep_jeugd: bool = False
    leeftijdsgroep: AgeGroup = "totaal"
    ruimtelijk_principe: Principle
    alleen_jaar: bool = Field(False, description="the source gives years only, and nothing below municipality")
    toelichting: str = ""


class Quality(Strict):
    max_quarantaine: float = Field(0.001, description="share of bad rows above which the delivery is refused")
    max_daling: float = Field(0.2, description="largest drop in rows against the last delivery (yellow card)")
    max_wijziging: float = Field(0.25, description="share by which a known value may change (yellow card beyond it)")
    min_wijziging: float = Field(25, description="smallest change of a known value that is told, in its own unit")
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
    zonder_perioden: list[str] = Field(
        default_factory=list, description="kinds of period that the source has too and that are left out (HJ, SJ, dag)"
    )
    bron: Source
    sleutels: list[Key]
    periode: str = Field("Perioden", description="source column of the period")
    maten: list[Measure]
    kenmerk: str | None = Field(None, description="source column that says why a value is empty (OData v4)")
    kwaliteit: Quality = Field(default_factory=lambda: Quality.model_validate({}))
    reeksen: list[Series] = Field(default_factory=list)
    indicatoren: list[CubeIndicator] = Field(default_factory=list)
    voorvoegsel: str | None = Field(None, pattern=r"^[A-Z]+$", description="of the codes of its indicators")
    soorten: list[Kind] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _shared_in_full(cls, data: object) -> object:
        """`elke_indicator` and `elke_soort` hold what one of them says that has nothing else to say."""
        if not isinstance(data, dict):
            return data
        full = dict(data)
        for part, every, themes in (("indicatoren", "elke_indicator", True), ("soorten", "elke_soort", False)):
            shared = full.pop(every, {})
            if isinstance(shared, dict):
                shared = {"themas": data.get("themas"), **shared} if themes else shared
                given = full.get(part) or []
                full[part] = [{**shared, **one} if isinstance(one, dict) else one for one in given]
        return full

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
        if by_title and by_title.bron != MEASURE:
            raise ValueError(f"{by_title.kolom}: rol: maat is for the dimension Measure of OData v4")
        if untitled := [s.soort for s in self.reeksen if bool(s.titel) != bool(by_title)]:
            raise ValueError(f"`titel` belongs to a key with rol: maat, and there to every series: {untitled}")
        for series in self.reeksen:
            if series.relatief and not per_inhabitants(columns[series.relatief]):
                raise ValueError(f"{series.relatief} is no rate: its `eenheid` must be `per <number> inwoners`")
            if columns[series.maat].eenheid not in UNITS:
                raise ValueError(f"{series.maat}: `eenheid` of what is measured must be one of {', '.join(UNITS)}")
        return self

    @model_validator(mode="after")
    def _kinds_named_once(self) -> CubeContract:
        kinds = [kind.soort for kind in self.soorten]
        if doubles := {k for k in kinds if kinds.count(k) > 1}:
            raise ValueError(f"soorten named twice: {sorted(doubles)}")
        if kinds and not self.voorvoegsel:
            raise ValueError("`soorten` need a `voorvoegsel` for the codes of their indicators")
        return self

    def key_with(self, role: str) -> Key | None:
        return next((k for k in self.sleutels if k.rol == role), None)

    def maat(self, kolom: str) -> Measure:
        return next(m for m in self.maten if m.kolom == kolom)

    @property
    def serves(self) -> frozenset[str]:
        shown: list[CubeIndicator | Kind] = [*self.indicatoren, *self.soorten]
        return super().serves | {theme for one in shown for theme in one.themas}

    @property
    def regio(self) -> Key | None:
        """The key column that holds the region, the natural distribution key; None: figures of the country only."""
        return self.key_with("regio")

    @property
    def wide(self) -> bool:
        """Whether the source has a column per measure (v3) where the contract has a row, with `Measure` as a key."""
        return self.bron.protocol == "odata_v3" and any(k.bron == MEASURE for k in self.sleutels)

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


def load_cubes(*folders: Path) -> dict[str, CubeContract]:
    """The contracts of all tables that sources publish, by name: the product's and those of the active region, unless
    folders are given."""
    return _read(folders or with_own(CUBES), active().folder)


@cache
def _read(folders: tuple[Path, ...], region: Path) -> dict[str, CubeContract]:
    found = read_contracts(folders, CubeContract)
    own = {path.stem for folder in folders[1:] for path in folder.glob("*.yml")}
    providers = {c.provider for name, c in found.items() if name not in own}
    for name in sorted(own):
        # Models, seeds and DAGs are the product's: what needs one of its own is no contract alone.
        if not found[name].reeksen or found[name].soorten or found[name].provider not in providers:
            raise ConfigurationError(
                f"Contract {name}.yml of the region needs more of the product than its contract.",
                remedy="A table of a region says what it measures in `reeksen` and `indicatoren`, has no `soorten`, and"
                f" is of a provider that is loaded: {', '.join(sorted(providers))}.",
            )
    return found


def get_cube(name: str) -> CubeContract:
    """One table of a source by dataset name; `ConfigurationError` lists the known names otherwise."""
    contracts = load_cubes()
    if name not in contracts:
        raise ConfigurationError(f"Unknown dataset {name!r}.", remedy=f"Choose one of: {', '.join(contracts)}.")
    return contracts[name]
