"""Published facts the sample is calibrated to: code lists, margins, populations.

The tables in `data/` hold figures of politie (47013NED, 47021NED, 47022NED, 47025NED; CC BY 4.0, "Bron: politie")
and CBS (03759ned, 37230ned, 83648NED, 85655NED, gebiedsindelingen; CC BY 4.0, "Bron: CBS"), put together per region
or per soort. Soorten and their titles come from the dbt seeds, where the whole project keeps them.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

from veiligheidsbeeld.settings import PROJECT

DATA = Path(__file__).parent / "data"
SEEDS = PROJECT / "dbt_project" / "seeds"

TOTAL = "0.0.0"
# Published per year only (47013NED), never per month and never below gemeente.
HIDDEN = ("1.4.1", "3.2.1", "3.2.2", "3.7.3")
UNKNOWN_GEMEENTE = "GM0999"
ABROAD = "GM0998"  # listed by the source, but without figures
WORK_PROVINCES = ("PV22", "PV31")
LANDSDELEN = {
    "LD01": ("PV20", "PV21", "PV22"),
    "LD02": ("PV23", "PV24", "PV25"),
    "LD03": ("PV26", "PV27", "PV28", "PV29"),
    "LD04": ("PV30", "PV31"),
}
FOUR_CITIES = ("GM0363", "GM0518", "GM0599", "GM0344")  # left out of LDG4


@cache
def table(name: str) -> tuple[dict[str, str], ...]:
    """Rows of `data/<name>.csv` as text."""
    return _rows(DATA / f"{name}.csv")


@cache
def seed_table(name: str) -> tuple[dict[str, str], ...]:
    """Rows of a seed of the dbt project."""
    return _rows(SEEDS / f"{name}.csv")


def _rows(path: Path) -> tuple[dict[str, str], ...]:
    with path.open(newline="", encoding="utf-8") as file:
        return tuple(csv.DictReader(file))


@cache
def by_key(name: str, key: str) -> dict[str, dict[str, str]]:
    """Rows of `data/<name>.csv` by one of its columns."""
    return {row[key]: row for row in table(name)}


def number(text: str) -> int | None:
    return int(text) if text else None


def soorten(seed: str) -> list[str]:
    """Codes of `soort_misdrijf` or `soort_overlast` without the total, in the order of the source."""
    return [row["soort"] for row in seed_table(seed) if row["soort"] != TOTAL]


@cache
def gemeenten() -> tuple[str, ...]:
    """Gemeenten with figures in the police tables (342 and "niet in te delen"), by name as the source has them."""
    return tuple(row["code"] for row in table("gemeenten") if row["code"] != ABROAD)


@cache
def work_gemeenten() -> tuple[str, ...]:
    """Present gemeenten of Limburg and Drenthe."""
    return tuple(row["code"] for row in table("gemeenten") if row["provincie"] in WORK_PROVINCES)


@cache
def predecessors() -> dict[str, tuple[str, ...]]:
    """Gemeenten that went up in another one within the sample's years, per receiving gemeente."""
    found: dict[str, tuple[str, ...]] = {}
    for row in table("herindeling"):
        if row["soort"] == "Opgeheven":
            found[row["andere_code"]] = (*found.get(row["andere_code"], ()), row["regio"])
    return found


@cache
def abolished() -> dict[str, int]:
    """Year from which a gemeente of the work area exists no longer."""
    return {r["regio"]: int(r["datum"][-4:]) for r in table("herindeling") if r["soort"] == "Opgeheven"}
