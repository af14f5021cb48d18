"""Contracts: one YAML per dataset, the single place that says what a dataset is.

Raw DDL, column types, checks, code lists, grants, docs and the DAGs are derived from these models.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.settings import PROJECT

CONTRACTS = PROJECT / "contracts"

# Positions in the value array of one raw row (a series in one year), per kind of period.
PERIOD_LENGTH = {"MM": 12, "KW": 4, "JJ": 1}

# Every DAG parse and every task reads contracts; written in C the reader takes a ninth of the time.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Strict(BaseModel):
    """What stands in a contract and is not known here is a mistake, not an extra."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NamedContract(Strict):
    """A contract in a file of its own; `naam` is the name of its table in raw."""

    naam: str = Field(pattern=r"^[a-z][a-z0-9_]+$")


_Model = TypeVar("_Model", bound=Strict)
_Named = TypeVar("_Named", bound=NamedContract)


class Owner(Strict):
    """Who answers for the data: a function or desk, never a person."""

    organisatie: str
    functie: str
    contact: str


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
    codelijst: bool = True
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


class Contract(NamedContract):
    """A dataset: identity, legal ground, source, grain, columns, quality rules."""

    titel: str
    omschrijving: str
    provider: str
    eigenaar: Owner
    licentie: str
    bronvermelding: str
    wettelijk_kader: Literal["open", "AVG", "Wpg", "Wgs"]
    doel: str
    bewaartermijn_dagen: int | None = Field(None, description="None: kept without limit (open data)")
    korrel: str
    frequentie: Literal["maand", "kwartaal", "jaar", "tweejaar"]
    themas: list[str]
    bron: Source
    sleutels: list[Key]
    periode: str = Field("Perioden", description="source column of the period")
    maten: list[Measure]
    kenmerk: str | None = Field(None, description="source column that says why a value is empty (OData v4)")
    kwaliteit: Quality = Field(default_factory=lambda: Quality.model_validate({}))

    @model_validator(mode="after")
    def _region_known(self) -> Contract:
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


def read_contract(path: Path, model: type[_Model]) -> _Model:
    """One contract of any kind; raises `ConfigurationError` naming file and field on the first fault."""
    try:
        return model.model_validate(yaml.load(path.read_bytes(), Loader=_LOADER))  # noqa: S506 - both are safe
    except (ValidationError, yaml.YAMLError) as error:
        raise ConfigurationError(f"Contract {path.name} is not valid: {error}", remedy="Mend the YAML.") from error


def names_in(folder: Path) -> list[str]:
    """The contracts of a folder as `read_contracts` names them, without reading one."""
    return [path.stem for path in sorted(folder.glob("*.yml"))]


def read_contracts(folder: Path, model: type[_Named]) -> dict[str, _Named]:
    """All contracts of a folder by name, sorted; each is called as its file."""
    found: dict[str, _Named] = {}
    for path in sorted(folder.glob("*.yml")):
        contract = read_contract(path, model)
        if path.stem != contract.naam:
            raise ConfigurationError(
                f"Contract {path.name} calls itself {contract.naam!r}.",
                remedy="File name and `naam` must agree.",
            )
        found[contract.naam] = contract
    return found


@cache
def load_contracts(folder: Path = CONTRACTS) -> dict[str, Contract]:
    """The contracts of all tables that sources publish."""
    return read_contracts(folder, Contract)


def get_contract(name: str) -> Contract:
    """One contract by dataset name; `ConfigurationError` lists the known names otherwise."""
    contracts = load_contracts()
    if name not in contracts:
        raise ConfigurationError(f"Unknown dataset {name!r}.", remedy=f"Choose one of: {', '.join(contracts)}.")
    return contracts[name]
