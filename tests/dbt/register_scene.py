"""What municipalities deliver in the tests of the dbt project: chance decides, from a fixed seed, so that quarters,
categories, neighbourhoods and areas of all sizes occur, small ones most of all."""

from __future__ import annotations

import csv
import random
from datetime import date, timedelta
from typing import Any

from tests.dbt.registers import RegisterDelivery
from tests.places import BUURT_1, BUURT_2, HEIR, NEIGHBOUR, PROVINCE, THIRD, TOWN, TRIO
from veiligheidsbeeld.region import active

WNL, WM = TRIO, ["GM1883", "GM0971", "GM0888"]
# Reports a year: from many to hardly any.
SIZES = dict(zip(WNL + WM, [90, 14, 30, 200, 8, 3], strict=True))
YEARS = range(2023, 2025)


def limburg() -> list[str]:
    with (active().folder / "gebied_gemeente.csv").open(encoding="utf-8", newline="") as stream:
        return [r["gemeente_code"] for r in csv.DictReader(stream) if r["gebied_code"] == PROVINCE]


def deliveries() -> list[RegisterDelivery]:
    chance = random.Random(20)
    return [
        RegisterDelivery("meldpunt_ondermijning", WNL + WM, "2023-01-01", "2025-01-01", list(reports(chance))),
        RegisterDelivery("halt", limburg(), "2023-01-01", "2025-01-01", list(halt(chance))),
        RegisterDelivery("adresonderzoek", [TOWN, THIRD], "2022-01-01", "2024-01-01", []),
        RegisterDelivery("sluitingen", WNL, "2024-01-01", "2025-01-01", list(closings())),
        RegisterDelivery("ev_voorvallen", WM, "2024-01-01", "2025-01-01", incidents()),
        RegisterDelivery("meldingen_openbare_ruimte", [HEIR], "2024-01-01", "2025-01-01", complaints(), says=LACKING),
        RegisterDelivery("boa", [HEIR], "2024-01-01", "2024-07-01", patrols(), says=HALF_YEAR),
    ]


# A file with the columns that every file must have, and no others; and one that was made in the middle of June.
LACKING = {"zonder": ["datum_afgerond", "uiterste_datum", "hoeveelheid_kg", "kosten", "subsidie", "buurtcode"]}
HALF_YEAR = {"gemaakt": "2024-06-10", "zonder": ["uren"]}


def complaints() -> list[dict[str, Any]]:
    return [
        {
            "meldingsnummer": f"V-{n:04}",
            "gemeente": HEIR,
            "soort": "afval" if n % 3 else "drugsafval",
            "datum_melding": date(2024, n % 12 + 1, n % 28 + 1),
        }
        for n in range(120)
    ]


def patrols() -> list[dict[str, Any]]:
    return [
        {
            "gemeente": HEIR,
            "periode": date(2024, month, 1),
            "onderwerp": "parkeren",
            "soort": "controle",
            "minderjarig": False,
            "aantal": 30,
        }
        for month in range(1, 7)
    ]


def reports(chance: random.Random) -> Any:
    for region, a_year in SIZES.items():
        for year in YEARS:
            for number in range(chance.randint(a_year // 2, a_year * 3 // 2)):
                day = date(year, 1, 1) + timedelta(chance.randrange(365))
                acted = day + timedelta(chance.randint(1, 60)) if chance.random() < 0.8 else None
                yield {
                    "zaaknummer": f"{region}-{year}-{number}",
                    "gemeente": region,
                    "datum_ontvangst": day,
                    "kanaal": chance.choice(["meldpunt", "mma", "mma"]),
                    "thema": chance.choices(["drugs", "witwassen", "wapens", "omg"], [12, 4, 2, 1])[0],
                    "datum_eerste_actie": acted,
                    "datum_afgerond": acted + timedelta(10) if acted else None,
                    "buurtcode": chance.choice([BUURT_1, BUURT_2, None]) if region == TOWN else None,
                }


def halt(chance: random.Random) -> Any:
    for region in limburg():
        for year in YEARS:
            for kind in ("vermogen", "vernieling", "alcohol"):
                count = chance.choice([0, 0, 1, 3, 6, 12, 40])
                yield {
                    "gemeente": region, "periode": date(year, 1, 1), "soort": kind, "jongeren": count,
                    "afdoeningen": count + chance.randint(0, 2),
                }  # fmt: skip


def incidents() -> list[dict[str, Any]]:
    return [
        {
            "gemeente": "GM1883",
            "voorval_id": f"V-{n}",
            "datum": date(2024, n, 3),
            "locatie": "chemelot",
            "soort": "geur",
            "gemeld_binnen_30_minuten": n != 8,
        }
        for n in (1, 2, 8)
    ]


def closings() -> Any:
    """Three in the town, of which one with minors; three in its neighbour without; none in the third."""
    for region, minors in ((TOWN, 1), (NEIGHBOUR, 0)):
        for number in range(3):
            yield {
                "zaaknummer": f"D-{number}",
                "maatregel_nr": 1,
                "gemeente": region,
                "pandsoort": "woning",
                "datum_besluit": date(2024, 3 * number + 1, 5),
                "maatregel": "sluiting",
                "datum_sluiting": date(2024, 3 * number + 1, 12),
                "minderjarigen": number < minors,
            }
