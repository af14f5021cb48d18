"""The published survey tables of the Veiligheidsmonitor (OData v4): a percentage and its 95% bounds per cell.

National figures of online crime in 2021 are the published ones; every other cell is synthetic: the national
percentage moved a little per region, with the logit interval that a sample of that size would give.

Measures and traits are those of the snapshots (contracts/metadata), by the codes that were seen at the source. Where
nobody saw a code it is a placeholder (X0007, BTX03), dealt anew for every seed: nothing can be bound by it.
"""

from __future__ import annotations

import datetime

import numpy as np

from sandbox.sample import clock, facts, population, texts
from sandbox.sample.streams import stream
from sandbox.source_server.cube import VALUE_ATTRIBUTES, Cube
from veiligheidsbeeld.binding import snapshot
from veiligheidsbeeld.binding.aliases import Aliases, load_aliases
from veiligheidsbeeld.binding.titles import Titled
from veiligheidsbeeld.contracts.cube import load_cubes
from veiligheidsbeeld.region import active

HOST = "datasets.cbs.nl"
TITLES = {
    "85146NED": "Veiligheidsmonitor; kerncijfers, regio",
    "85322NED": "Slachtofferschap traditionele criminaliteit; regio",
    "85472NED": "Slachtofferschap online criminaliteit; regio",
    "85846NED": "Slachtofferschap online criminaliteit; persoonskenmerken",
}
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
    "totaal": (1.0, 0.0), "15-24": (0.12, 0.32), "25-44": (0.27, 0.18), "45-64": (0.34, -0.02), "65+": (0.27, -0.42),
}  # fmt: skip
# How the source writes the groups of traits that are age bands, and two names that it spells in its own way.
_AGE_GROUP = {"Id": "3", "Index": 3, "Title": "Leeftijdsklasse beknopt", "Description": "", "ParentId": None}
_SPELLED = {"Noord- en Midden-Limburg (PD)": "Noord en Midden Limburg (PD)"}
_MARGINS = (
    ("MW00000", "Waarde"),
    ("MOG0095", "Ondergrens 95%-interval"),
    ("MBG0095", "Bovengrens 95%-interval"),
)
_SECRET = VALUE_ATTRIBUTES.index("Confidential")


def cube(identifier: str, seed: int, today: datetime.date) -> Cube:
    """One published table: measures x (regions or traits) x margins x waves."""
    years = clock.waves(today)
    aliases = _aliases(identifier)
    measures, groups = _measures(identifier, aliases, seed)
    by_trait = bool(aliases.kenmerken)
    dimension = "Kenmerken" if by_trait else "RegioS"
    rows = _traits(identifier, aliases) if by_trait else _regions(identifier, seed)
    shape = (len(rows), len(_MARGINS), len(years))
    values: dict[str, np.ndarray] = {}
    for code, meaning in _meanings(aliases, measures, groups).items():
        _, delict, maat = meaning.split("-")
        array = np.full(shape, np.nan)
        for r, (key, *_) in enumerate(rows):
            for y, year in enumerate(years):
                array[r, :, y] = _cell(seed, delict, maat, key, year)
        values[code] = array
    released = datetime.date(years[-1] + 1, *clock.SURVEY_DAY)
    title = TITLES[identifier]
    info = texts.properties(
        identifier, title, years=(years[0], years[-1]), released=released, cells=int(np.prod(shape)) * len(values)
    )
    return Cube(
        identifier=identifier,
        host=HOST,
        protocol="v4",
        info=info | {"Frequency": "Per twee jaar", "Summary": f"{texts.MARK}\n{title}"},
        dimensions=[dimension, "Marges", "Perioden"],
        codes={
            dimension: [_code(c, i, t, group="3" if by_trait else c[:2]) for i, (_, c, t) in enumerate(rows, 1)],
            "Marges": [_code(c, i, t) for i, (c, t) in enumerate(_MARGINS, 1)],
            "Perioden": [{**_code(f"{y}JJ00", y - 2000, str(y), group="0"), "Status": "Definitief"} for y in years],
            "Measure": measures,
            "MeasureGroups": groups,
            **({"KenmerkenGroups": [_AGE_GROUP]} if by_trait else {}),
        },
        measures=list(values),
        values=values,
        attributes={m: np.where(np.isnan(v), _SECRET, 0).astype(np.uint8) for m, v in values.items()},
    )


def _aliases(identifier: str) -> Aliases:
    dataset = next(c.naam for c in load_cubes().values() if c.bron.tabel == identifier)
    found = load_aliases(dataset)
    assert found, f"{dataset} has no aliases"
    return found


def _measures(identifier: str, aliases: Aliases, seed: int) -> tuple[list[dict], list[dict]]:
    """MeasureCodes and MeasureGroups: as they were seen, else as the aliases expect them, the groups as a tree."""
    seen = snapshot.load(identifier)
    paths = [(m.code, m.pad) for m in seen.maten] if seen and seen.maten else [(None, a.pad) for a in aliases.maten]
    names = {r["naam"]: r for r in facts.seed_table("enquete/vm_delict")}
    used = list(dict.fromkeys(title for _, path in paths for title in path[:-1]))
    number = {title: f"G{n}" for n, title in enumerate(used, 1)}
    by_code = {r["delict"]: r["naam"] for r in names.values()}
    groups = [
        {
            "Id": number[t],
            "Index": n,
            "Title": t,
            "Description": "",
            "ParentId": number.get(by_code.get(names[t]["ouder"], "")),
        }
        for n, t in enumerate(used, 1)
    ]
    free = iter(_placeholders(identifier, "X", len(paths), seed))
    measures = [
        {
            **_code(code or next(free), n, path[-1]),
            "MeasureGroupId": number[path[-2]] if len(path) > 1 else None,
            "DataType": "Double",
            "Unit": "%",
            "Decimals": 1,
            "PresentationType": "Absolute",
        }
        for n, (code, path) in enumerate(paths, 1)
    ]
    return measures, groups


def _meanings(aliases: Aliases, measures: list[dict], groups: list[dict]) -> dict[str, str]:
    """Which indicator the sample draws for a measure; the other measures have no observations."""
    titles = {g["Id"]: g["Title"] for g in groups}
    found = {}
    for row in measures:
        above = [titles[row["MeasureGroupId"]]] if row["MeasureGroupId"] else []
        one = Titled(row["Identifier"], (*above, row["Title"]))
        for alias in aliases.maten:
            if one.is_called(alias.pad):
                found[one.code] = alias.betekent
    return found


def _placeholders(identifier: str, form: str, count: int, seed: int) -> list[str]:
    """Codes for what has a code at the source that nobody saw: other ones for every seed."""
    width = 4 if form == "X" else 2
    order = stream(seed, "codes", identifier, form).permutation(count)
    return [f"{form}{n + 1:0{width}}" for n in order]


def _regions(identifier: str, seed: int) -> list[tuple[str, str, str]]:
    """Own code, code and title: country, landsdelen, provincies, eenheden; large gemeenten, districten, basisteams."""
    areas = [(r["code"], r["naam"]) for r in facts.table("gebieden") if not r["code"].endswith(("99", "G4"))]
    names = facts.by_key("bevolking", "regio")
    teams = active().rows("basisteam_gemeente")
    districts = {r["district_code"]: f"{r['district_naam']} (PD)" for r in teams}
    basisteams = {r["basisteam_code"]: f"{r['basisteam_naam']} (BT)".replace("/", " / ") for r in teams}
    found = [(code, code, title) for code, title in [*areas, *((c, names[c]["naam"]) for c in _LARGE)]]
    for form, police in (("PDX", districts), ("BTX", basisteams)):
        dealt = _placeholders(identifier, form, len(police), seed)
        found += [
            (own, code, _SPELLED.get(title, title)) for (own, title), code in zip(police.items(), dealt, strict=True)
        ]
    return found


def _traits(identifier: str, aliases: Aliases) -> list[tuple[str, str, str]]:
    """Age band, code and title, as they were seen in tables of the same kind."""
    seen = snapshot.load(identifier)
    assert seen
    bands = {alias.pad[-1]: alias.betekent for alias in aliases.kenmerken["Kenmerken"]}
    return [(bands[title], code, title) for code, title in (seen.dimensies["Kenmerken"].codes or {}).items()]


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
    whole = key in ("NL01", "totaal")
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
