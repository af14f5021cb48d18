"""The action plan and its milestones, policy documents, and the registers of external safety."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sandbox.sample.registers.draw import Table
from sandbox.sample.registers.places import Place
from sandbox.sample.streams import stream
from veiligheidsbeeld.region import active

DRENTHE_SPEAKER = "GM0106"  # speaks for waterschappen and provincie
_LIMBURG = ("SGWNL", "SGWM", "SGNL")
# Kind, programme, priority, target group, times a year, first year, regions, and the middle of its numbers.
_ACTIVITIES: list[tuple[str, str | None, str, str, float, int, tuple[str, ...], dict[str, float]]] = [
    ("campagne", "kijk_niet_weg", "ondermijning", "inwoners", 1.5, 2022, ("SGNL", "SGWNL"), {"bereik": 9000}),
    ("podcast", "kijk_niet_weg", "ondermijning", "inwoners", 0.6, 2023, ("SGNL",), {"aantal": 2, "bereik": 900}),
    ("preventie", "overig", "ondermijning", "ondernemers", 2.0, 2019, (*_LIMBURG, "SGDR"), {"bereik": 150}),
    ("repressie", "overig", "ondermijning", "inwoners", 2.5, 2019, (*_LIMBURG, "SGDR"), {}),
    ("bijeenkomst", "mensenhandel", "ondermijning", "medewerkers", 0.7, 2021, (*_LIMBURG, "SGDR"), {"deelnemers": 24}),
    ("bijeenkomst", "zorgcriminaliteit", "ondermijning", "medewerkers", 0.5, 2022, ("SGDR",), {"deelnemers": 20}),
    ("bezoek", "veilig_buitengebied", "ondermijning", "agrariers", 2.0, 2021, ("SGDR", "SGNL"), {"aantal": 9}),
    ("bijeenkomst", "veilig_buitengebied", "ondermijning", "agrariers", 0.7, 2021, ("SGDR",), {"deelnemers": 35}),
    ("bezoek", "pilot_buitengebied", "ondermijning", "agrariers", 1.0, 2019, ("SGWNL",), {"aantal": 6}),
    ("scan", "overig", "ondermijning", "medewerkers", 0.3, 2022, (*_LIMBURG, "SGDR"), {}),
    ("les", "preventie_met_gezag", "jeugd", "jongeren", 1.5, 2023, ("SGNL", "SGWM"), {"aantal": 3, "bereik": 70}),
    ("les", "overig", "jeugd", "jongeren", 2.0, 2019, (*_LIMBURG, "SGDR"), {"aantal": 2, "bereik": 55}),
    ("preventie", "grip_op_onbegrip", "jeugd", "kwetsbaren", 0.6, 2023, ("SGNL",), {"deelnemers": 8}),
    ("campagne", "overig", "cybercrime", "senioren", 1.0, 2021, _LIMBURG, {"bereik": 2500}),
    ("bijeenkomst", "overig", "cybercrime", "ondernemers", 0.8, 2021, _LIMBURG, {"deelnemers": 28}),
    ("les", "overig", "cybercrime", "jongeren", 1.0, 2021, _LIMBURG, {"aantal": 2, "bereik": 50}),
    (
        "training",
        "click_en_tik",
        "cybercrime",
        "laaggeletterden",
        1.0,
        2022,
        ("SGWM",),
        {"deelnemers": 12, "geslaagd": 9},
    ),
    ("training", "re_bootcmp", "cybercrime", "jongeren", 0.4, 2022, ("SGWM",), {"deelnemers": 7}),
    ("oefening", "cyberoefening", "cybercrime", "medewerkers", 0.4, 2022, _LIMBURG, {"deelnemers": 18}),
    ("scan", "phishingtest", "cybercrime", "medewerkers", 0.8, 2021, _LIMBURG, {"deelnemers": 260, "geslaagd": 30}),
    ("preventie", "donkere_dagen", "leefomgeving", "inwoners", 1.2, 2019, _LIMBURG, {"bereik": 1200}),
    ("bijeenkomst", "veiligheidsavond", "leefomgeving", "inwoners", 1.0, 2019, _LIMBURG, {"deelnemers": 60}),
    ("bericht", "overig", "leefomgeving", "inwoners", 4.0, 2019, _LIMBURG, {"aantal": 5, "bereik": 2200}),
    ("schouw", "overig", "leefomgeving", "inwoners", 1.5, 2019, _LIMBURG, {"deelnemers": 8}),
    ("preventie", "burgerinitiatief", "leefomgeving", "inwoners", 0.8, 2020, _LIMBURG, {}),
    ("campagne", "risicocommunicatie", "externe_veiligheid", "inwoners", 0.8, 2019, ("SGWM",), {"bereik": 14000}),
]
_STOCKS = {"buurtwhatsapp": 42, "buurtpreventie": 9}  # groups that exist in a middling municipality
_MILESTONES = {
    "SGWNL": [("uitvoeringsplan", y) for y in (2023, 2024, 2025, 2026)] + [("taskforce_cybercrime", 2021)],
    "SGWM": [("taskforce_cybercrime", 2021), ("veiligheidsvisie_chemelot", 2024)],
    "SGNL": [("programma_preventie", 2024), ("aanpak_over_de_grens", 2026), ("ermwic", 2027), ("regio_deal", 2025)],
    "SGDR": [],
}


def actieplan(seed: int, place: Place, region: str, end: date) -> Table:
    """What a municipality of `region` did, does and planned for the time before `end`."""
    rng = stream(seed, "register", "actieplan", place.code)
    rows: list[dict[str, Any]] = []
    for kind, programme, priority, group, often, first, regions, numbers in _ACTIVITIES:
        for year in range(first, end.year + 1) if region in regions else ():
            for _ in range(int(rng.poisson(often))):
                start = date(year, int(rng.integers(1, 13)), int(rng.integers(1, 29)))
                stop = start + timedelta(days=int(rng.integers(0, 45)))
                drawn = {n: max(1, int(m * rng.lognormal(0, 0.4))) for n, m in numbers.items()}
                if "geslaagd" in drawn:
                    drawn["geslaagd"] = min(drawn["geslaagd"], drawn["deelnemers"])
                with_whom = [p for p in ("politie", "school", "pvo", "welzijn", "riec") if rng.random() < 0.3]
                rows.append(
                    {
                        "soort": kind,
                        "programma": programme,
                        "prioriteit": priority,
                        "doelgroep": group,
                        "datum_start": start,
                        "datum_eind": stop,
                        "partners": with_whom,
                        "kosten": float(int(rng.lognormal(6.5, 0.6))),
                        **drawn,
                    }
                )
    rows += _standing(place, end)
    for programme, year in _MILESTONES[region]:
        month = int(rng.integers(2, 12))
        rows.append(
            {
                "soort": "mijlpaal",
                "programma": programme,
                "prioriteit": "algemeen",
                "datum_start": date(max(year - 1, 2019), 3, 1),
                "datum_eind": date(year, month, 1),
                "grensoverschrijdend": programme in ("aanpak_over_de_grens", "ermwic"),
            }
        )
    if region == "SGDR":
        rows += _drenthe(seed, place)
    return _plan(place, [r for r in rows if r["datum_start"] < end], end)


def _standing(place: Place, end: date) -> Iterable[dict[str, Any]]:
    """Means, groups and the share of officers trained: what stands on 1 January or 1 July."""
    size = place.thousands(2023) / 40
    for year in range(2019, end.year + 1):
        grown = year - 2019
        day = date(year, 1, 1)
        for priority, euro in {
            "ondermijning": 45_000,
            "jeugd": 60_000,
            "leefomgeving": 70_000,
            "cybercrime": 12_000,
        }.items():
            yield {
                "soort": "middelen",
                "prioriteit": priority,
                "datum_start": day,
                "fte": round(size * euro / 60_000, 1),
                "budget": float(round(euro * size * (1 + 0.04 * grown), -2)),
            }
        for programme, many in _STOCKS.items():
            yield {
                "soort": "groep",
                "programma": programme,
                "prioriteit": "leefomgeving",
                "datum_start": day,
                "aantal": round(many * size * (1 + 0.03 * grown)),
            }
        for job, many in {"boa": 8, "toezichthouder": 6}.items():
            staff = max(2, round(many * size))
            trained = min(staff, round(staff * (0.15 + 0.13 * grown)))
            yield {
                "soort": "training",
                "programma": "overig",
                "prioriteit": "ondermijning",
                "functiegroep": job,
                "datum_start": date(year, 7, 1),
                "datum_eind": date(year, 7, 1),
                "deelnemers": max(1, trained // 3),
                "aantal_getraind": trained,
                "formatie_totaal": staff,
            }


def _drenthe(seed: int, place: Place) -> Iterable[dict[str, Any]]:
    """The bus came everywhere but once; the 28 ambitions stand at different stages."""
    rng = stream(seed, "register", "ambities", place.code)
    if place.code != "GM1690":
        day = date(2023, 3 + int(rng.integers(0, 8)), int(rng.integers(1, 29)))
        yield {
            "soort": "bezoek",
            "programma": "ondermijningsbus",
            "prioriteit": "ondermijning",
            "doelgroep": "medewerkers",
            "datum_start": day,
            "datum_eind": day,
            "deelnemers": int(rng.integers(25, 90)),
        }
    for row in active().rows("ambitie"):
        number, theme = int(row["ambitie_nr"]), row["planthema"].lower()
        start = date(2023, 1, 1) + timedelta(days=int(rng.integers(0, 400)))
        yield {
            "soort": "ambitie",
            "prioriteit": "ondermijning",
            "ambitie_id": number,
            "datum_start": start,
            "ambitie_thema": theme,
            "datum_eind": start + timedelta(days=int(rng.lognormal(6.6, 0.5))),
        }


def _plan(place: Place, rows: list[dict[str, Any]], end: date) -> Table:
    """Rows with a number and a state: what ends later is under way, and has reached nobody yet."""
    rows.sort(key=lambda r: (r["datum_start"], r["soort"], r.get("programma") or "", r["prioriteit"]))
    found: Table = {"gemeente": [place.code] * len(rows), "actie_id": [f"A{i:04d}" for i in range(1, len(rows) + 1)]}
    names = list(dict.fromkeys(name for row in rows for name in row))
    for row in rows:
        over = row.get("datum_eind", row["datum_start"])
        row["status"] = "gereed" if over < end else "loopt"
        row["trekker"] = "gemeente"
        if over >= end and row.get("datum_eind"):
            row["datum_eind"] = None
    for name in (*names, "status", "trekker"):
        found[name] = [row.get(name) for row in rows]
    return found


def beleid(seed: int, place: Place, region: str, end: date) -> Table:
    """Westerveld has no up-to-date Damocles policy; two municipalities of Drenthe have no desk of their own yet."""
    rng = stream(seed, "register", "beleidsdocumenten", place.code)

    def day(first: int, last: int) -> date:
        return date(int(rng.integers(first, last + 1)), int(rng.integers(1, 13)), int(rng.integers(1, 29)))

    old = place.code in ("GM1701", "GM0893")
    rows: list[dict[str, Any]] = [
        {
            "soort": "damocles",
            "vastgesteld_op": day(2015, 2017) if old else day(2019, 2022),
            "voorbereidingshandelingen": not old,
        },
        {"soort": "bibob", "vastgesteld_op": day(2016, 2023)},
        {"soort": "veiligheidsplan", "vastgesteld_op": date(2018, 12, 10), "geldig_tot": date(2023, 1, 1)},
        {"soort": "veiligheidsplan", "vastgesteld_op": date(2022, 12, 12), "geldig_tot": date(2027, 1, 1)},
        *({"soort": "convenant", "vastgesteld_op": day(2017, 2024)} for _ in range(3)),
    ]
    rows += [
        {"soort": "uitvoeringsplan", "vastgesteld_op": date(y, 1, 15), "geldig_tot": date(y + 1, 1, 15)}
        for y in range(2023, 2027)
    ]
    if rng.random() < 0.6:
        rows.append({"soort": "apv_exploitatie", "vastgesteld_op": day(2019, 2023)})
    if place.code not in ("GM1690", "GM0119"):
        rows.append({"soort": "intern_meldpunt", "vastgesteld_op": day(2019, 2024)})
    if rng.random() < 0.8:
        rows.append({"soort": "mma", "vastgesteld_op": day(2018, 2024)})
    if region == "SGDR":
        rows.append({"soort": "intentieverklaring", "vastgesteld_op": date(2022, 11, 17)})
    if region == "SGWM":
        rows += [{"soort": s, "vastgesteld_op": day(2021, 2024)} for s in ("omgevingsvisie", "veiligheidsvisie")]
        if place.code != "GM0971":
            rows.append(
                {"soort": "externe_veiligheid", "vastgesteld_op": date(2022, 6, 1), "geldig_tot": date(2028, 6, 1)}
            )
    if place.code == DRENTHE_SPEAKER:
        joined = {"PV22": 2021, "WS-HA": 2022, "WS-DOD": 2022, "WS-VS": 2023, "WS-NZ": None}
        for organisation, year in joined.items():
            rows.append(
                {"soort": "intentieverklaring", "organisatie": organisation, "vastgesteld_op": date(2022, 11, 17)}
            )
            if year:
                rows.append(
                    {"soort": "intern_meldpunt", "organisatie": organisation, "vastgesteld_op": date(year, 9, 1)}
                )
    rows = sorted((r for r in rows if r["vastgesteld_op"] < end), key=lambda r: (r["vastgesteld_op"], r["soort"]))
    found: Table = {"gemeente": [place.code] * len(rows), "document_id": [f"B{i:03d}" for i in range(1, len(rows) + 1)]}
    for name in ("organisatie", "soort", "vastgesteld_op", "geldig_tot", "voorbereidingshandelingen"):
        found[name] = [row.get(name) for row in rows]
    found["versie"] = ["1"] * len(rows)
    return found
