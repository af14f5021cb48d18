"""Goals from end to end on little data: three municipalities, burglaries alone."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.dbt.raw import Delivery, months, years
from tests.goals import sixth_plan as zesde_plan
from tests.places import (
    NEIGHBOUR,
    NEIGHBOUR_NAME,
    PART,
    PART_TITLE,
    PROVINCE,
    PROVINCE_TITLE,
    THIRD,
    THIRD_NAME,
    TOWN,
    TOWN_NAME,
    UNIT,
    UNIT_TITLE,
)
from veiligheidsbeeld.goals.calculate import calculate
from veiligheidsbeeld.region import active
from veiligheidsbeeld.settings import PROJECT, Settings
from veiligheidsbeeld.steps import marts
from veiligheidsbeeld.transform import transform
from veiligheidsbeeld.warehouse import connect

# Burglaries a month: before 2023, and since.
BEFORE, SINCE = 20, 10
REGIONS = {
    "NL01": "Nederland", PART: PART_TITLE, PROVINCE: PROVINCE_TITLE, UNIT: UNIT_TITLE,
    NEIGHBOUR: NEIGHBOUR_NAME, TOWN: TOWN_NAME, THIRD: THIRD_NAME,
}  # fmt: skip
SOORTEN = {"0.0.0": "Totaal misdrijven", "1.1.1": "1.1.1 Diefstal/inbraak woning"}


def burglaries(last: str = "2025MM03", extra: dict[tuple[str, str], int] | None = None, **changes) -> Delivery:
    """2019 up to a month; the country has hundred times as many. `extra`: cases added to (region, period)."""
    periods = [p for p in months(2019, int(last[:4])) if p <= last]
    whole = years(2019, int(last[:4]) - (not last.endswith("12")))
    cells = {}
    for region in REGIONS:
        size = {"NL01": 100, PART: 10, PROVINCE: 10, UNIT: 10}.get(region, 1)
        for period in periods + whole:
            monthly = size * (BEFORE if period < "2023" else SINCE) + (extra or {}).get((region, period), 0)
            n = monthly * (12 if period.endswith("JJ00") else 1)
            for soort in SOORTEN:
                cells[soort, region, period] = (n, 0, 0)
    codes = {"SoortMisdrijf": SOORTEN, "RegioS": REGIONS, "Perioden": {p: p for p in sorted(periods + whole)}}
    return Delivery("politie_misdrijven_gemeente", cells, codes, **changes)


def inhabitants() -> Delivery:
    """03759ned: ten thousand inhabitants each."""
    cells, reasons = {}, {}
    for year in range(2019, 2026):
        for region in REGIONS:
            for measure in ("M000352", "M000365"):
                key = (measure, "T001019", "T001038", "10000", region, f"{year}JJ00")
                cells[key], reasons[key] = (10_000.0,), "None"
    codes = {
        "RegioS": REGIONS | {r: f"{n}||GMPV22" for r, n in REGIONS.items() if r.startswith("GM")},
        "Measure": {"M000352": "Bevolking op 1 januari", "M000365": "Gemiddelde bevolking"},
        "Leeftijd": {"10000": "Totaal"},
        "Perioden": {p: p for p in years(2019, 2025)},
    }
    return Delivery("cbs_bevolking", cells, codes, reasons=reasons)


@pytest.fixture(scope="package")
def project(tmp_path_factory) -> Path:
    """A copy of the project to add rows to; commands that run in it build from these rows."""
    copy = tmp_path_factory.mktemp("project")
    ignored = shutil.ignore_patterns("target", "logs", "__pycache__")
    for folder in ("dbt_project", "contracts", "regions", "veiligheidsbeeld", "expectations"):
        shutil.copytree(PROJECT / folder, copy / folder, ignore=ignored)
    (copy / "dbt_project").chmod(0o755)
    return copy


@pytest.fixture(scope="package")
def filled(new_warehouse_to_build: Callable[[], Settings], project: Path) -> Settings:
    """A warehouse with these deliveries that builds from the copy; nothing is built."""
    made = new_warehouse_to_build()
    settings = replace(made, project=project, environ=made.environ | {"VB_REGIO": str(region_of(project))})
    deliver(settings, burglaries(), inhabitants())
    return settings


@pytest.fixture(scope="package")
def first(filled: Settings, project: Path) -> tuple[int, str]:
    """Number of the first publication, with the sixth plan in it, and a moment just after it."""
    zesde_plan.add(project)
    build(filled)
    return publish(filled), datetime.now(UTC).isoformat()


def region_of(project: Path) -> Path:
    """The copy of the region's folder in a copy of the project."""
    return project / "regions" / active().name


def deliver(settings: Settings, *deliveries: Delivery) -> None:
    with connect(settings, "lader") as connection:
        for delivery in deliveries:
            delivery.write(connection)


def build(settings: Settings) -> None:
    """What `make run` does for the goals."""
    transform(settings, "basis")
    calculate(settings)
    transform(settings, "ivp")


def publish(settings: Settings, *, force: bool = False) -> int:
    """Judges the candidate and shows it; the number of the publication."""
    from veiligheidsbeeld import publish as publication

    marts.demand(*marts.judge_step(settings, ["ivp"], report=lambda line: None))
    return publication.publish(settings, "ivp", force=force).nr


def ask(settings: Settings, query: str, *parameters: object) -> list[tuple]:
    with connect(settings, "transform") as connection:
        return connection.execute(query, parameters).fetchall()


def change_row(project: Path, seed: str, key: dict[str, str], **changes: str) -> None:
    """Changes the one row of a seed that has this key."""
    path = region_of(project) / f"{seed}.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        rows, columns = list(reader), list(reader.fieldnames or ())
    (found,) = [row for row in rows if key.items() <= row.items()]
    found.update(changes)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns)
        writer.writeheader()
        writer.writerows(rows)
