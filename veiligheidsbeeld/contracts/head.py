"""What every dataset says, whatever its kind: who answers for it, why it may be kept, for what, and how long."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from veiligheidsbeeld.contracts.themes import Thema
from veiligheidsbeeld.settings import PROJECT

CONTRACTS = PROJECT / "contracts"


class Strict(BaseModel):
    """What stands in a contract and is not known here is a mistake, not an extra."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Owner(Strict):
    """Who answers for the data: a function or desk, never a person."""

    organisatie: str
    functie: str
    contact: str

    @property
    def title(self) -> str:
        """As readers are told: desk (organisation)."""
        return f"{self.functie} ({self.organisatie})"


class Dpia(Strict):
    """State of the data protection impact assessment; a dataset that needs one does not load before it is there."""

    vereist: bool
    status: Literal["niet_vereist", "vastgesteld", "in_behandeling"]
    vastgesteld_op: date | None = None

    @model_validator(mode="after")
    def _done_when_needed(self) -> Dpia:
        if self.vereist and self.status != "vastgesteld":
            raise ValueError("a required DPIA must be `vastgesteld` before anything is loaded")
        return self


class Retention(Strict):
    """Days that files (after loading) and rows (after their `scope_datum`) are kept; None: without limit."""

    landing_dagen: int = Field(30, ge=1)
    raw_dagen: int | None = Field(..., ge=1)
    aantallen: bool = Field(True, description="whether the numbers stay known when rows are destroyed")


class Contract(Strict):
    """A dataset. `naam` is the name of its table in raw, of its YAML file, and of the asset that its loading writes."""

    kind: ClassVar[Literal["cube", "register", "survey"]]

    naam: str = Field(pattern=r"^[a-z][a-z0-9_]+$")
    titel: str
    omschrijving: str
    provider: str = Field(description="whose DAG loads it: <provider>_laden")
    eigenaar: Owner
    licentie: str = "niet openbaar"
    wettelijk_kader: Literal["open", "AVG", "Wpg", "Wgs", "Bibob"]
    grondslag: str = Field(min_length=10, description="legal ground, with article")
    doel: str = Field(min_length=10, description="what it is kept for")
    dpia: Dpia
    bewaartermijn: Retention | None
    korrel: str = Field(description="what one row is")
    frequentie: Literal["maand", "kwartaal", "jaar", "tweejaar"]
    themas: list[Thema] = Field(min_length=1)

    @property
    def serves(self) -> frozenset[str]:
        """Every theme whose mart holds something of it."""
        return frozenset(self.themas)
