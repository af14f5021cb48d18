"""The published survey tables of the Veiligheidsmonitor (OData v4): a percentage and its 95% bounds per cell.

National figures of online crime in 2021 are the published ones; every other cell is synthetic: the national
percentage moved a little per region, with the logit interval that a sample of that size would give. Codes of
measures, basisteams and districten are this project's own: the real ones could not be looked up.
"""

from __future__ import annotations

import datetime

import numpy as np

from sandbox.sample import clock, facts, population, texts
from sandbox.sample.streams import stream
from sandbox.source_server.cube import VALUE_ATTRIBUTES, Cube

HOST = "datasets.cbs.nl"
TITLES = {
    "85146NED": "Veiligheidsmonitor; kerncijfers, regio",
    "85322NED": "Slachtofferschap traditionele criminaliteit; regio",
    "85472NED": "Slachtofferschap online criminaliteit; regio",
    "85846NED": "Slachtofferschap online criminaliteit; persoonskenmerken",
}
_BLOCKS = {"85146NED": "beleving", "85322NED": "traditioneel", "85472NED": "online", "85846NED": "online"}
# Value, lower and upper bound as published for Nederland in 2021.
_KNOWN = {
    ("ONLINE", "SL"): (16.9, 16.7, 17.2),
    ("ONLINE", "MELD"): (46.5, 45.7, 47.3),
    ("ONLINE", "AANG"): (18.7, 18.1, 19.4),
}
# Respondents of the whole country, and the least that the design promises per kind of region.
_RESPONDENTS = 173_000
_LEAST = {"PD": 750, "BT": 300, "GM": 300}
_DESIGN_EFFECT = 2.0  # reproduces the published national bounds of 2021
_FEWEST = 50  # respondents below which the source prints a point
_SPREAD = {"NL": 0.0, "LD": 0.01, "PV": 0.02, "RE": 0.02, "PD": 0.06, "BT": 0.10, "GM": 0.10}
# One area under two codes.
_SAME = {"RE10": "PV31", "PDDR": "PV22"}
# 70.000 inhabitants or more: a row of their own.
_LARGE = ("GM0935", "GM0983", "GM1883", "GM0917", "GM0114", "GM0106")
# Share of the respondents, and how the odds differ from those of all: the young are victims more often.
_TRAITS = {
    "T009002": (1.0, 0.0), "53050": (0.12, 0.32), "53310": (0.27, 0.18), "53710": (0.34, -0.02), "80200": (0.27, -0.42),
}  # fmt: skip
_MARGINS = (
    ("MW00000", "Waarde"),
    ("MOG0095", "Ondergrens 95%-interval"),
    ("MBG0095", "Bovengrens 95%-interval"),
)
_SECRET = VALUE_ATTRIBUTES.index("Confidential")


def cube(identifier: str, seed: int, today: datetime.date) -> Cube:
    """One published table: measures x (regions or traits) x margins x waves."""
    years = clock.waves(today)
    measures = _measures(_BLOCKS[identifier])
    by_trait = identifier == "85846NED"
    dimension = "Kenmerken" if by_trait else "RegioS"
    rows = _traits() if by_trait else _regions()
    shape = (len(rows), len(_MARGINS), len(years))
    values: dict[str, np.ndarray] = {}
    for code, delict, maat in measures:
        array = np.full(shape, np.nan)
        for r, (key, _) in enumerate(rows):
            for y, year in enumerate(years):
                array[r, :, y] = _cell(seed, delict, maat, key, year)
        values[code] = array
    released = datetime.date(years[-1] + 1, *clock.SURVEY_DAY)
    title = TITLES[identifier]
    info = texts.properties(
        identifier, title, years=(years[0], years[-1]), released=released, cells=int(np.prod(shape)) * len(measures)
    )
    return Cube(
        identifier=identifier,
        host=HOST,
        protocol="v4",
        info=info | {"Frequency": "Per twee jaar", "Summary": f"{texts.MARK}\n{title}"},
        dimensions=[dimension, "Marges", "Perioden"],
        codes={
            dimension: [_code(c, i, t, group=c[:2]) for i, (c, t) in enumerate(rows, 1)],
            "Marges": [_code(c, i, t) for i, (c, t) in enumerate(_MARGINS, 1)],
            "Perioden": [{**_code(f"{y}JJ00", y - 2000, str(y), group="0"), "Status": "Definitief"} for y in years],
            "Measure": [_measure(code, i, delict, maat) for i, (code, delict, maat) in enumerate(measures, 5)],
        },
        measures=[code for code, *_ in measures],
        values=values,
        attributes={m: np.where(np.isnan(v), _SECRET, 0).astype(np.uint8) for m, v in values.items()},
    )


def _measures(block: str) -> list[tuple[str, str, str]]:
    inside = {r["delict"] for r in facts.seed_table("enquete/vm_delict") if r["blok"] == block}
    rows = facts.seed_table("enquete/vm_maatcode")
    return [(r["maat_code"], r["delict"], r["maat"]) for r in rows if r["delict"] in inside]


def _regions() -> list[tuple[str, str]]:
    """Country, landsdelen, provincies, eenheden; large gemeenten, districten and basisteams of the work area."""
    areas = [(r["code"], r["naam"]) for r in facts.table("gebieden") if not r["code"].endswith(("99", "G4"))]
    names = facts.by_key("bevolking", "regio")
    teams = facts.seed_table("enquete/basisteam_gemeente")
    districts = {r["district_code"]: f"{r['district_naam']} (PD)" for r in teams}
    return [
        *areas,
        *((code, names[code]["naam"]) for code in _LARGE),
        *districts.items(),
        *{r["basisteam_code"]: f"{r['basisteam_naam']} (BT)" for r in teams}.items(),
    ]


def _traits() -> list[tuple[str, str]]:
    return [(r["kenmerk_code"], r["titel"]) for r in facts.seed_table("enquete/vm_kenmerk")]


def _national(delict: str, maat: str, year: int) -> float:
    rows = {(r["delict"], r["maat"]): r for r in facts.table("vm_landelijk")}
    row = rows[delict, maat]
    return float(row.get(str(year)) or row["2025"])


def _respondents(seed: int, key: str, year: int) -> float:
    """Respondents in a region or with a trait; gemeenten that pay for more have more of them."""
    if key in _TRAITS:
        return _RESPONDENTS * _TRAITS[key][0]
    inhabited = _SAME.get(key, key)
    if inhabited[:2] in _LEAST:
        return _LEAST[inhabited[:2]] * stream(seed, "vm-n", key, year).uniform(1, 4)
    country = population.inhabitants("NL01", year) or 1
    parts = facts.LANDSDELEN.get(inhabited, (inhabited,))
    known = facts.by_key("bevolking", "regio")
    people = sum(population.inhabitants(p, year) or 0 for p in parts if p in known) or country / 10
    return _RESPONDENTS * people / country


def _cell(seed: int, delict: str, maat: str, key: str, year: int) -> tuple[float, float, float]:
    """Value and bounds in percent with one decimal; three times nan where too few were asked."""
    whole = key in ("NL01", "T009002")
    if whole and year == clock.FIRST_WAVE and (known := _KNOWN.get((delict, maat))):
        return known
    key = _SAME.get(key, key)
    asked = _respondents(seed, key, year)
    share = _moved(seed, delict, maat, key, year)
    if maat in ("MELD", "AANG"):
        asked *= _moved(seed, delict, "SL", key, year)
    if asked < _FEWEST:
        return (np.nan, np.nan, np.nan)
    half = 1.96 * np.sqrt(_DESIGN_EFFECT / (asked * share * (1 - share)))
    odds = np.log(share / (1 - share))
    low, high = (1 / (1 + np.exp(-(odds + side * half))) for side in (-1, 1))
    return (round(100 * share, 1), round(100 * low, 1), round(100 * high, 1))


def _moved(seed: int, delict: str, maat: str, key: str, year: int) -> float:
    """The national share with its odds moved: mostly the region's own way, a little the wave's."""
    share = _national(delict, maat, year) / 100
    if key in _TRAITS:
        shift = _TRAITS[key][1] if maat == "SL" else 0.0
    else:
        spread = _SPREAD[key[:2]]
        shift = spread * stream(seed, "vm", delict, maat, key).normal()
        shift += 0.4 * spread * stream(seed, "vm", delict, maat, key, year).normal()
    return float(1 / (1 + np.exp(-(np.log(share / (1 - share)) + shift))))


def _code(identifier: str, index: int, title: str, *, group: str | None = None) -> dict:
    return {"Identifier": identifier, "Index": index, "Title": title, "Description": "", "DimensionGroupId": group}


def _measure(code: str, index: int, delict: str, maat: str) -> dict:
    names = {r["delict"]: r["naam"] for r in facts.seed_table("enquete/vm_delict")}
    kinds = {r["maat"]: r for r in facts.seed_table("enquete/vm_maat")}
    title = names[delict] if maat == "BEL" else f"{names[delict]}: {kinds[maat]['naam']}"
    return {
        **_code(code, index, title),
        "MeasureGroupId": None,
        "DataType": "Double",
        "Unit": f"% {kinds[maat]['noemer']}",
        "Decimals": 1,
        "PresentationType": "Absolute",
    }
