"""The themes of the Integraal Veiligheidsplan that have a mart: one list, the seed `thema` of the dbt project.

Schemas and grants of the marts, tasks, choices of commands and checks of contracts follow from it: docs/decisions/0018.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from veiligheidsbeeld.settings import PROJECT

# The mart of the shared dimensions, and that of the goals of all plans: they are no themes.
CORE, GOALS = "kern", "ivp"
SEED = PROJECT / "dbt_project" / "seeds" / "thema.csv"


@dataclass(frozen=True)
class Theme:
    """One row of the seed; `thema` names the mart, `thema_code` is how seeds and contracts of measures name it."""

    thema: str
    thema_code: str
    naam: str
    omschrijving: str


@cache
def load_themes(seed: Path = SEED) -> tuple[Theme, ...]:
    """The themes in their order for readers."""
    with seed.open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row["volgorde"]))
    return tuple(Theme(**{name: row[name] for name in Theme.__dataclass_fields__}) for row in rows)


def theme_names() -> tuple[str, ...]:
    return tuple(theme.thema for theme in load_themes())


def mart_schemas() -> dict[str, tuple[str, str, str]]:
    """Per mart (the shared dimensions first, the goals last) its candidate's schema, its readers' schema, and what it
    holds (Dutch)."""
    about = {CORE: "Gedeelde dimensies: regio, periode, indicator"}
    about |= {theme.thema: f"Gepubliceerde cijfers: {theme.omschrijving}" for theme in load_themes()}
    about |= {GOALS: "Alle doelen van alle plannen met hun stand"}
    return {mart: (f"kandidaat_{mart}", CORE if mart == CORE else f"mart_{mart}", text) for mart, text in about.items()}


def theme_codes() -> dict[str, str]:
    """Code per theme."""
    return {theme.thema: theme.thema_code for theme in load_themes()}


def _known(name: str) -> str:
    if name not in theme_names():
        raise ValueError(f"{name!r} is not a theme of {SEED.name} ({', '.join(theme_names())})")
    return name


Thema = Annotated[str, AfterValidator(_known)]
