"""A sixth plan for a region that does not exist, as rows of the seeds: three municipalities."""

from __future__ import annotations

import csv
from pathlib import Path

from tests.places import NEIGHBOUR, THIRD, TOWN
from veiligheidsbeeld.region import active

PLAN, AREA = "VHT", "SGVHT"
MEMBERS = (NEIGHBOUR, TOWN, THIRD)


def add(project: Path) -> None:
    """Area, plan, theme, points, goals and agreed results."""
    add_rows(
        project,
        "gebied_gemeente",
        *(
            {
                "gebied_code": AREA,
                "gebied_naam": "Veenhoutstreek",
                "gebied_soort": "samenwerkingsgebied",
                "gemeente_code": member,
                "geldig_van": "2019-01-01",
            }
            for member in MEMBERS
        ),
    )
    plan = {
        "plan_code": PLAN, "item_letter": "V", "naam": "Veiligheidsplan Veenhoutstreek", "korte_naam": "Veenhoutstreek",
        "gebied_code": AREA, "van": "2023-01-01", "tot": "2026-12-31", "looptijd_grond": "plan", "status": "lopend",
        "nulmeting": "gemiddelde_2019_2022",
    }  # fmt: skip
    add_rows(project, "plannen/plan", plan)
    theme = {"planthema": "Wonen", "thema": "leefomgeving", "veiligheidsthema": "Objectieve veiligheid"}
    years = {"van": "2023-01-01", "tot": "2026-12-31", "volgorde": "1"}
    add_rows(project, "plannen/plan_thema", {"plan_code": PLAN, "soort": "prioriteit", **theme, **years})
    point = {"plan_code": PLAN, **theme, "soort": "doel", "doelgroep_jeugd": "false"}
    add_rows(
        project,
        "plannen/planitem",
        {
            "planitem_id": "V01", **point, "naam": "Minder woninginbraken", "omschrijving": "Minder inbraken.",
            "hoe_gemeten": "doel", "meetbaarheid": "geheel",
        },
        {
            "planitem_id": "V02", **point, "naam": "Rust", "omschrijving": "Rust in het veen.",
            "hoe_gemeten": "niet_meetbaar", "meetbaarheid": "niet", "reden": "Rust staat in geen register.",
            "wat_nodig": "Een enquete.",
        },
    )  # fmt: skip
    add_rows(
        project,
        "plannen/planitem_indicator",
        {"planitem_id": "V01", "indicator_code": "MIS-1.1.1", "rol": "meet"},
    )
    goal = {
        "planitem_id": "V01", "plan_code": PLAN, "thema": "leefomgeving", "indicator_code": "MIS-1.1.1",
        "gebied_code": AREA, "per": "gemeente", "horizon": "2026-12-31", "toets": "telling",
        "doelgroep_jeugd": "false", "geldig_van": "2023-01-01",
    }  # fmt: skip
    add_rows(
        project,
        "plannen/doel",
        {
            **goal, "doel_code": "VHT-INBRAAK", "naam": "Minder woninginbraken", "maat": "aantal",
            "regel": "nulmeting_2019_2022", "richting": "daling", "nulmeting": "gemiddelde_2019_2022",
            "nulmeting_variant": "gedrukt", "nulmeting_grond": "plan",
        },
        {
            **goal, "doel_code": "VHT-INBRAAK-150", "naam": "Ten hoogste 150 inbraken per gemeente", "maat": "aantal",
            "regel": "streefwaarde", "richting": "daling", "nulmeting": "geen", "streefwaarde": "150",
            "toets": "geen", "nulmeting_grond": "plan", "hoofddoel": "VHT-INBRAAK",
        },
    )  # fmt: skip
    add_rows(
        project,
        "plannen/resultaatafspraak",
        {
            "plan_code": PLAN, "volgorde": "1", "hoofdthema": "Wonen", "rij": "Woninginbraken",
            "indicator_code": "MIS-1.1.1", "maat": "aantal", "grond": "eigen_keuze",
        },
    )  # fmt: skip


def add_rows(project: Path, seed: str, *rows: dict[str, str]) -> None:
    """Adds rows to a seed; columns that are not named stay empty."""
    path = project / "regions" / active().name / f"{seed}.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        columns = next(csv.reader(stream))
    with path.open("a", encoding="utf-8", newline="") as stream:
        csv.DictWriter(stream, columns).writerows(rows)
