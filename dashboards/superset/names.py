"""Names that the assets know each other by, the themes that have a dashboard, and labels with their colours."""

from __future__ import annotations

import csv
from functools import cache
from uuid import UUID, uuid5

from veiligheidsbeeld.contracts.themes import load_themes
from veiligheidsbeeld.settings import PROJECT

# Of the format of the files, not of this project.
VERSION = "1.0.0"
_ORIGIN = UUID("6d2f4c1e-8a57-4f0b-9c3d-2b7e5a90d114")

# What a theme's dashboard shows when it is opened: an indicator that has a rate with an interval, by name.
INDICATORS = {
    "ondermijning": "Drugshandel",
    "jeugd": "Melding overlast jeugd",
    "leefomgeving": "Diefstal/inbraak woning",
    "cybercrime": "Cybercrime",
}
PERIOD = "r12m"


def identity(name: str) -> str:
    """UUID of an asset: the same for a name at every run."""
    return str(uuid5(_ORIGIN, name))


@cache
def theme_titles() -> dict[str, str]:
    """Title per theme that has a dashboard."""
    return {theme.thema: theme.naam for theme in load_themes() if theme.thema in INDICATORS}


@cache
def labels(kind: str) -> dict[str, str]:
    """What readers see for each code of a list (kern.label), in its order."""
    return {row["code"]: row["label"] for row in _rows() if row["lijst"] == kind}


@cache
def colours() -> dict[str, str]:
    """Colour per label, for labels that have one."""
    return {row["label"]: row["kleur"] for row in _rows() if row["kleur"]}


def labelled(column: str, kind: str) -> str:
    """SQL that gives the label of a code."""
    cases = " ".join(f"when '{code}' then '{label}'" for code, label in labels(kind).items())
    return f"case {column} {cases} else {column} end"


@cache
def _rows() -> list[dict[str, str]]:
    with (PROJECT / "dbt_project" / "seeds" / "label.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))
