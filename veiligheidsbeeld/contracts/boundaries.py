"""Where boundaries come from: the layers of an OGC API Features service, one per level of region."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field

from veiligheidsbeeld.contracts.head import CONTRACTS, Owner, Strict
from veiligheidsbeeld.contracts.reading import read_model

BOUNDARIES = CONTRACTS / "grenzen" / "cbs_gebiedsindelingen.yml"


class Service(Strict):
    """An OGC API Features service; `jaar` is the parameter that chooses a year, and the property that says it."""

    host: str
    pad: str
    jaar: str
    per_pagina: int = Field(ge=1)


class Layer(Strict):
    """One collection of features: regions of one level."""

    niveau: Literal["provincie", "gemeente", "wijk", "buurt"]
    laag: str
    decimalen: int = Field(ge=1, le=6, description="of degrees, that are kept of a coordinate")


class BoundaryContract(Strict):
    titel: str
    eigenaar: Owner
    licentie: str
    bronvermelding: str
    niet_geverifieerd: bool
    bron: Service
    lagen: list[Layer] = Field(min_length=1)


@cache
def load_boundaries(path: Path = BOUNDARIES) -> BoundaryContract:
    """The contract of the boundaries; `ConfigurationError` names the field at the first fault."""
    return read_model(path, BoundaryContract)
