"""The themes of the Integraal Veiligheidsplan that have a mart: one list, the seed `thema` of the dbt project.

Python, dbt's selectors and schemas, grants and the DAG follow from it: docs/decisions/0019.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator

from veiligheidsbeeld.settings import PROJECT

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


def theme_codes() -> dict[str, str]:
    """Code per theme."""
    return {theme.thema: theme.thema_code for theme in load_themes()}


def _known(name: str) -> str:
    if name not in theme_names():
        raise ValueError(f"{name!r} is not a theme of {SEED.name} ({', '.join(theme_names())})")
    return name


Thema = Annotated[str, AfterValidator(_known)]
