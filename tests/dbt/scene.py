"""What the sources say in the tests of the dbt project. Small numbers, so that results can be worked out by hand.

Work area: as the seeds have it, but only the three towns and the heir (and what it was made of; tests/places.py) were
delivered, with their province, unit and part of the country, and the Netherlands. 2014 to March 2025.
"""

from __future__ import annotations

import csv
from itertools import product

import psycopg

from tests.dbt.raw import Delivery, months, years
from tests.places import (
    BUURT_1,
    BUURT_2,
    FORMER,
    HEIR,
    HEIR_NAME,
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
    WIJK_1,
)
from veiligheidsbeeld.settings import PROJECT

MONTHS = months(2014, 2025, upto=3)
YEARS = years(2014, 2024)
# Cases per month of a soort that is delivered.
MONTHLY = {"NL01": 1000, PART: 300, PROVINCE: 100, UNIT: 100, TOWN: 4, NEIGHBOUR: 2, THIRD: 3, HEIR: 1}
DISTRICTS = {WIJK_1: 3, BUURT_1: 1, BUURT_2: 2}
INHABITANTS = {
    "NL01": 1_000_000, PART: 300_000, PROVINCE: 100_000, TOWN: 5_000, NEIGHBOUR: 90, THIRD: 4_000,
}  # fmt: skip
# The heir was made of three municipalities on 1 January 2019.
BEFORE = dict(zip(FORMER, (800, 1_500, 1_300), strict=True))
AFTER = 3_700

REGIONS = {
    "NL01": "Nederland", PART: PART_TITLE, PROVINCE: PROVINCE_TITLE, UNIT: UNIT_TITLE,
    "RE99": "Niet in te delen (RE)", TOWN: TOWN_NAME, NEIGHBOUR: NEIGHBOUR_NAME, THIRD: THIRD_NAME,
    HEIR: HEIR_NAME, "GM0363": "Amsterdam",
}  # fmt: skip
ENDED = (
    f"Opgeheven per 01-01-2019, overgegaan naar:\\n- {HEIR_NAME} ({HEIR}),"
    "\\n... 10 hectare met 9 woningen en 8 inwoners"
)


def soorten(seed: str) -> dict[str, str]:
    """Code and title as the seed has them, titles with the prefix of the source."""
    with (PROJECT / "dbt_project" / "seeds" / f"{seed}.csv").open(encoding="utf-8", newline="") as stream:
        return {r["soort"]: r["titel"] for r in csv.DictReader(stream)}


def crimes(**changes) -> Delivery:
    """47013NED: woninginbraak 1.1.1, fraude 3.9.1, drugs 3.1.1 and the total have months and years; zeden 1.4.1 has
    years and, against the rules, a zero in its months; 2.4.1 was left empty. National months of cybercrime lack."""
    cells = {}
    for region, n in MONTHLY.items():
        for soort, factor in {"0.0.0": 10, "1.1.1": 1, "3.9.1": 2, "3.1.1": 1}.items():
            cells |= {(soort, region, p): (factor * n, factor * n // 2, factor * n // 4) for p in MONTHS}
            cells |= {(soort, region, p): (factor * n * 12 + (soort == "0.0.0"), 0, 0) for p in YEARS}
        cells |= {("1.4.1", region, p): (0, None, None) for p in MONTHS}
        cells |= {("1.4.1", region, p): (n, None, None) for p in YEARS}
        cells |= {("2.4.1", region, p): (None, None, None) for p in MONTHS}
        if region != "NL01":
            cells |= {("3.7.4", region, p): (0, 0, 0) for p in MONTHS}
    del cells["1.1.1", THIRD, "2024MM07"]
    return Delivery(
        "politie_misdrijven_gemeente",
        cells,
        {
            "SoortMisdrijf": {c: f"{c} {t}".removeprefix("0.0.0 ") for c, t in soorten("soort_misdrijf").items()},
            "RegioS": REGIONS,
            "Perioden": {p: p for p in sorted(MONTHS + YEARS)},
        },
        **changes,
    )


def crimes_per_district(**changes) -> Delivery:
    """47022NED for 2023 to March 2025: the country also where 47013NED has it, three districts and neighbourhoods."""
    periods = months(2023, 2025, upto=3)
    cells = {}
    for soort in ("0.0.0", "1.1.1", "3.7.4"):
        cells |= {(soort, "NL00", p): (77,) for p in periods}
        cells |= {(soort, region, p): (n,) for region, n in DISTRICTS.items() for p in periods}
    cells |= {("1.4.1", region, p): (0,) for region in DISTRICTS for p in periods}
    return Delivery(
        "politie_misdrijven_buurt",
        cells,
        {
            "SoortMisdrijf": {c: f"{c} {t}" for c, t in soorten("soort_misdrijf").items()},
            "WijkenEnBuurten": {
                "NL00": "Nederland", TOWN: TOWN_NAME, WIJK_1: "Wijk 01 Boshoven", BUURT_1: "Centrum",
                BUURT_2: "Centrum", "BU03630000": "Kop Zeedijk",
            },
            "Perioden": {p: p for p in MONTHS},
        },
        **changes,
    )  # fmt: skip


def nuisance(**changes) -> Delivery:
    """47021NED: years 2022 and 2023 of all soorten, no months at all."""
    codes = soorten("soort_overlast")
    cells = {(soort, region, p): (12,) for soort in codes for region in MONTHLY for p in years(2022, 2023)}
    return Delivery(
        "politie_overlast_gemeente",
        cells,
        {"Overlast": codes, "RegioS": REGIONS, "Perioden": {p: p for p in years(2022, 2023)}},
        **changes,
    )


def population(**changes) -> Delivery:
    """03759ned: all ages together and the single ages 11 to 13; nothing for 2026; the heir from 2019."""
    cells, reasons = {}, {}
    for year in range(2014, 2026):
        inhabitants = INHABITANTS | ({HEIR: AFTER} if year >= 2019 else BEFORE)
        for region in INHABITANTS.keys() | BEFORE.keys() | {HEIR}:
            for measure in ("M000352", "M000365"):
                for age, share in {"10000": 1, "11100": 0.01, "11200": 0.02, "11300": 0.03}.items():
                    key = (measure, "T001019", "T001038", age, region, f"{year}JJ00")
                    known = region in inhabitants and not (measure == "M000365" and year == 2025)
                    cells[key] = (inhabitants[region] * share if known else None,)
                    reasons[key] = "None" if known else "Impossible"
    ended = dict.fromkeys(BEFORE, f"Oud|{ENDED}|GM{PROVINCE}")
    return Delivery(
        "cbs_bevolking",
        cells,
        {
            "Measure": {"M000352": "Bevolking op 1 januari", "M000365": "Gemiddelde bevolking "},
            "RegioS": {c: f"{t}||GM{PROVINCE}" if c in (TOWN, NEIGHBOUR, THIRD) else t for c, t in REGIONS.items()}
            | {HEIR: f"{HEIR_NAME}|Begindatum 01-01-2019|GM{PROVINCE}"}
            | ended,
            "Leeftijd": {"10000": "Totaal", "11100": "11 jaar", "11200": "12 jaar", "11300": "13 jaar"},
            "Perioden": {p: p for p in years(2014, 2025)},
        },
        reasons=reasons,
        extras={("Perioden", "2025JJ00"): {"Status": "Voorlopig"}},
        **changes,
    )


def suspects(**changes) -> Delivery:
    """85655NED, 2018 to 2024 (provisional from 2023): as many of all ages as of the young together, times ten. Of drugs
    there are 20 and 10 in turn in the town, and 10 in the third up to 2022;
    of other kinds nobody. The heir from 2019."""
    ages = {"10000": "Totaal", "A": "12 tot 18 jaar", "B": "18 tot 23 jaar", "C": "Overig of onbekend"}
    young = {"NL01": 1_600, PROVINCE: 160, TOWN: 40, NEIGHBOUR: 0, THIRD: 20, HEIR: 10}
    cells: dict[tuple[str, ...], tuple[float | None, ...]] = {}
    for year in range(2018, 2025):
        drugs = {"NL01": 300, PROVINCE: 30, TOWN: 20 if year % 2 else 10, THIRD: 10 if year <= 2022 else 0}
        for region, n in young.items():
            for age, counts in {
                "10000": (20 * n, drugs.get(region, 0)), "A": (n, 0), "B": (n, drugs.get(region, 0)), "C": (0, 0),
            }.items():  # fmt: skip
                total, of_drugs = counts
                numbers = [total, 0, 0, 0, 0, of_drugs, 0]
                gone = region == HEIR and year < 2019
                rates = [None if age == "C" or not number else round(number / 4) for number in numbers]
                cells[age, "T001038", region, f"{year}JJ00"] = (None,) * 14 if gone else (*numbers, *rates)
    status = {f"{y}JJ00": "Voorlopig" if y > 2022 else "Definitief" for y in range(2018, 2025)}
    return Delivery(
        "cbs_verdachten",
        cells,
        {
            "Leeftijd": ages,
            "Geslacht": {"T001038": "Totaal mannen en vrouwen"},
            "RegioS": {region: REGIONS[region] for region in young},
            "Perioden": {p: p for p in status},
        },
        extras={("Perioden", p): {"Status": s} for p, s in status.items()},
        **changes,
    )


def cbs_crimes(**changes) -> Delivery:
    """83648NED, 2021 to 2024, of which the source calls the last two provisional, each in its own word."""
    counts = {"NL01": 900, TOWN: 35, NEIGHBOUR: None}
    cells: dict[tuple[str, ...], tuple[float | None, ...]] = {
        ("T001161", region, p): (n, 100, None if n is None else n / 5, n, 50, n)
        for region, n in counts.items()
        for p in years(2021, 2024)
    }
    status = {"2021JJ00": "Definitief", "2022JJ00": "Definitief", "2023JJ00": "NaderVoorlopig", "2024JJ00": "Voorlopig"}
    return Delivery(
        "cbs_criminaliteit",
        cells,
        {
            "SoortMisdrijf": {"T001161": "Misdrijven, totaal"},
            "RegioS": {region: REGIONS[region] for region in counts},
            "Perioden": {p: p for p in status},
        },
        extras={("Perioden", p): {"Status": s} for p, s in status.items()},
        **changes,
    )


def survey(**changes) -> Delivery:
    """85472NED, wave 2021: the country as published; the town only through its team, which has too few reports; a
    team of elsewhere. Codes are anything: nothing is bound by them."""
    published = {"X0041": (16.9, 16.7, 17.2), "X0007": (18.7, 18.1, 19.4), "X0001": (99.0, 98.0, 100.0)}
    titles = {"X0041": "Slachtoffers", "X0007": "Aangifte bij politie", "X0001": "Heeft/had gevolgen voor slachtoffer"}
    cells, reasons = {}, {}
    for region in ("NL01", "BTX03", "BTX01"):
        for measure, figures in published.items():
            for margin, value in zip(("MW00000", "MOG0095", "MBG0095"), figures, strict=True):
                key = (measure, region, margin, "2021JJ00")
                hidden = region == "BTX03" and measure == "X0007"
                cells[key] = (None if hidden else value,)
                reasons[key] = "Confidential" if hidden else "None"
    return Delivery(
        "vm_online_regio",
        cells,
        {
            "Measure": {code: f"Online criminaliteit > {title}" for code, title in titles.items()},
            "RegioS": {"NL01": "Nederland", "BTX03": f"{TOWN_NAME} (BT)", "BTX01": "Vechtdal (BT)"},
            "Perioden": {"2021JJ00": "2021"},
        },
        reasons=reasons,
        extras={("Perioden", "2021JJ00"): {"Status": "NaderVoorlopig"}},
        **changes,
    )


# A wave of which the file comes while its year is not over in the other sources.
EARLY_WAVE = 2025
# Own estimates, of both waves alike: region, age group, target group, share, bounds, respondents, status.
OWN = [
    ("NL01", "totaal", "totaal", 0.170, 0.168, 0.172, 9000, "gepubliceerd"),
    ("NL01", "15-24", "jongeren", 0.220, 0.205, 0.236, 1100, "gepubliceerd"),
    ("NL01", "totaal", "ondernemers", 0.200, 0.180, 0.221, 700, "gepubliceerd"),
    (TOWN, "totaal", "totaal", 0.200, 0.050, 0.600, 12, "onderdrukt"),
]


def own_estimates(connection: psycopg.Connection) -> None:
    """Shares of victims of online crime, and the town against the country, as the respondent files would give them."""
    number = connection.execute(
        """
        insert into raw.levering (dataset, bron_soort, tabel, adres, opgehaald_op, landing, inhoud_sha256, rijen, scope,
            status, verwerkt_op)
        values ('veiligheidsmonitor', 'voorbeeld', 'vm_2021.csv', 'drop', now(), 'proef', 'x', 1, '{}', 'verwerkt',
            now())
        returning levering_id
        """
    ).fetchone()[0]
    for wave, (region, age, group, p, low, high, n, status) in product((2021, EARLY_WAVE), OWN):
        connection.execute(
            "insert into raw.vm_schatting (golf, regio_code, niveau, leeftijdsgroep, doelgroep, indicator_code, p,"
            " ondergrens, bovengrens, n_ongewogen, methode, status, levering_van)"
            " values (%s, %s, 'x', %s, %s, 'VM-ONLINE-SL', %s, %s, %s, %s, 'logit', %s, %s)",
            [wave, region, age, group, p, low, high, n, status, number],
        )
    connection.execute(
        "insert into raw.vm_verschil (golf, regio_code, niveau, leeftijdsgroep, doelgroep, indicator_code, soort,"
        " tegen, verschil, se, p_waarde, significant, status, levering_van)"
        f" select golf, '{TOWN}', 'x', 'totaal', 'totaal', 'VM-ONLINE-SL', 'benchmark', 'NL01', 0.03, 0.1, 0.8, false,"
        " 'onderdrukt', %s from unnest(%s::int[]) as golf",
        [number, [2021, EARLY_WAVE]],
    )
