"""Contracts of the tables that sources publish: where they come from, their keys (each with a code list), measures."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from veiligheidsbeeld.contracts.head import CONTRACTS, Contract, Dpia, Strict
from veiligheidsbeeld.contracts.reading import read_contracts
from veiligheidsbeeld.errors import ConfigurationError

CUBES = CONTRACTS

# Positions in the value array of one raw row (a series in one year), per kind of period.
PERIOD_LENGTH = {"MM": 12, "KW": 4, "JJ": 1}


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
    rol: Literal["sleutel", "regio"] = "sleutel"
    omschrijving: str


class Measure(Strict):
    """One measured quantity; stored as an array over the periods of a year."""

    kolom: str
    bron: str
    type: Literal["integer", "double precision"] = "integer"
    minimum: float | None = 0
    eenheid: str = "aantal"
    omschrijving: str


class Rollup(Strict):
    """A roll-up the source publishes itself, to reconcile a batch against (absolute tolerance)."""

    naam: str
    totaal: dict[str, str]
    delen: dict[str, str] = Field(description="per key column a regular expression of the parts")
    tolerantie: int = 0
    alleen_volledig: bool = Field(True, description="only where all parts of the code list are in the batch")


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
    bron: Source
    sleutels: list[Key]
    periode: str = Field("Perioden", description="source column of the period")
    maten: list[Measure]
    kenmerk: str | None = Field(None, description="source column that says why a value is empty (OData v4)")
    kwaliteit: Quality = Field(default_factory=lambda: Quality.model_validate({}))

    @model_validator(mode="after")
    def _region_known(self) -> CubeContract:
        if sum(k.rol == "regio" for k in self.sleutels) > 1:
            raise ValueError("at most one key column can have rol: regio; none means that the table is national")
        return self

    @property
    def regio(self) -> Key | None:
        """The key column that holds the region, the natural distribution key; None: figures of the country only."""
        return next((k for k in self.sleutels if k.rol == "regio"), None)

    @property
    def regio_kolom(self) -> str:
        """Name of the region's column, for tables that are known to have one."""
        if not self.regio:
            raise ConfigurationError(f"Contract {self.naam} has no regions.", remedy="Give one key rol: regio.")
        return self.regio.kolom

    @property
    def key_columns(self) -> list[str]:
        return [k.kolom for k in self.sleutels]


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
