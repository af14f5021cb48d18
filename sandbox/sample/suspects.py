"""85655NED: suspects by age, sex and where they live (OData v3): yearly, rounded to 10, provisional for two years.

`data/verdachten.csv` holds rates per 10,000 inhabitants of an age group and the suspects that live nowhere in the
Netherlands, set so that the published totals of the country come out; cells are drawn around them.
"""

from __future__ import annotations

import datetime

import numpy as np

from sandbox.sample import cbs_codes, facts, population, texts
from sandbox.sample.clock import FIRST_YEAR, SUSPECTS_DAY
from sandbox.sample.streams import stream
from sandbox.source_server.cube import NULL, Cube

HOST = "opendata.cbs.nl"
_START = 2010
_ROUND = 10
# Age groups: code (as seen in the sister table 85658NED), title, youngest and oldest age. Nothing is known of the ages
# of the last one.
_AGES = (
    ("10000", "Totaal", 12, 105),
    ("52020", "12 tot 18 jaar", 12, 17),
    ("53103", "18 tot 23 jaar", 18, 22),
    ("A052643", "23 tot 45 jaar", 23, 44),
    ("53715", "45 tot 65 jaar", 45, 64),
    ("80200", "65 jaar of ouder", 65, 105),
    ("99999", "Overig of onbekend", 0, -1),
)
_BANDS = ("12-17", "18-22", "23-44", "45-64", "65+")
_SEXES = (("T001038", "Totaal mannen en vrouwen"), ("3000", "Mannen"), ("4000", "Vrouwen"), ("9000", "Onbekend"))
_MEN = 0.82
_KINDS = ("vermogen", "vernieling", "geweld", "verkeer", "drugs", "wapens")
_TOPICS = (
    ("TotaalVerdachtenVanMisdrijven", "Totaal verdachten van misdrijven"),
    ("VerdachtenVanVermogensmisdrijven", "Verdachten van vermogensmisdrijven"),
    ("VerdachtenVanVernielingEnOpenbOrde", "Verdachten van vernieling en openb.orde"),
    ("VerdachtenVanGeweldsmisdrijven", "Verdachten van geweldsmisdrijven"),
    ("VerdachtenVanVerkeersmisdrijven", "Verdachten van verkeersmisdrijven"),
    ("VerdachtenVanDrugsmisdrijven", "Verdachten van drugsmisdrijven"),
    ("VerdachtenVanVuurWapenmisdrijven", "Verdachten van (vuur)wapenmisdrijven"),
)
# Rates of regions to that of the country, as published for 2022 to 2024; other provinces take what is left.
_REGIONAL = {"PV22": 0.825, "PV30": 0.93, "PV31": 0.945}
_GEMEENTEN = {"GM0917": 1.86}
_SPREAD = 0.22
# Ages of those who are not placed: the five bands, and unknown.
_NOT_PLACED_AGES = (0.03, 0.15, 0.60, 0.18, 0.025, 0.015)


def cube(seed: int, last_year: int) -> Cube:
    """85655NED from 2010 to `last_year`: Nederland, landsdelen, provincies and the gemeenten of the work area.

    Gemeenten that do not exist in a year have empty cells. A kind of offence never has more suspects than the total,
    and together the kinds have more: who is suspected of two counts in both.
    """
    years = list(range(_START, last_year + 1))
    regions = cbs_codes.regions()
    people = _people(seed, years, regions)
    placed, exists = _placed(seed, years, regions, people)
    counts = placed + _not_placed(seed, years, regions)
    names = [f"{key}_{i}" for i, (key, _) in enumerate((*_TOPICS, *_TOPICS), 1)]
    return Cube(
        identifier="85655NED",
        host=HOST,
        protocol="v3",
        info=texts.table_info(
            "85655NED",
            "Verdachten; delict, leeftijd, geslacht en woongemeente",
            "Verdachten",
            catalog="CBS",
            summary="Geregistreerde verdachten naar soort misdrijf, leeftijd, geslacht en woongemeente",
            frequency="Perjaar",
            period=f"{years[0]}-{years[-1]}",
            modified=datetime.date(last_year + 1, *SUSPECTS_DAY),
            remarks="Aantallen zijn afgerond op 10; de laatste twee jaren zijn voorlopig.",
        ),
        dimensions=["Leeftijd", "Geslacht", "RegioS", "Perioden"],
        codes={
            "Leeftijd": [cbs_codes.row(code.ljust(7), title) for code, title, *_ in _AGES],
            "Geslacht": [cbs_codes.row(code.ljust(8), title) for code, title in _SEXES],
            "RegioS": [cbs_codes.row(region.ljust(6), cbs_codes.name(region)) for region in regions],
            "Perioden": cbs_codes.periods(years),
        },
        measures=names,
        values=dict(zip(names, [*_counts(counts, exists), *_rates(placed, people, exists)], strict=True)),
        data_properties=[
            texts.dimension(0, "Dimension", "Leeftijd", "Leeftijd"),
            texts.dimension(1, "Dimension", "Geslacht", "Geslacht"),
            texts.dimension(2, "GeoDimension", "RegioS", "Woongemeente"),
            texts.dimension(3, "TimeDimension", "Perioden", "Perioden"),
            *(
                texts.topic(4 + i, name, _TOPICS[i % len(_TOPICS)][1], unit=unit)
                for i, (name, unit) in enumerate(
                    zip(names, ["aantal"] * len(_TOPICS) + ["per 10 000 inwoners"] * len(_TOPICS), strict=True)
                )
            ),
        ],
    )


def _people(seed: int, years: list[int], regions: list[str]) -> np.ndarray:
    """Inhabitants on 1 January [ages, regions, years]; before the sample's population begins, those of its start."""
    known = [y for y in years if y >= FIRST_YEAR]
    by_age = population.people(seed, known)
    at = [known.index(max(year, FIRST_YEAR)) for year in years]
    out = np.zeros((len(_AGES), len(regions), len(years)))
    for r, region in enumerate(regions):
        if region != cbs_codes.NOT_PLACED:
            series = by_age[region][0][:, at]
            out[:, r] = [series[first : last + 1].sum(axis=0) for _, _, first, last in _AGES]
    return out


def _placed(seed: int, years: list[int], regions: list[str], people: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Suspects with a home [topics, ages, sexes, regions, years], and whether a region exists [regions, years]."""
    anchors, kinds = facts.table("verdachten"), _kinds(_BANDS)
    when = [int(row["jaar"]) for row in anchors]
    counts = _empty(regions, years)
    exists = np.array([[not region.startswith("GM") for _ in years] for region in regions])
    index = {region: r for r, region in enumerate(regions)}
    for y, year in enumerate(years):
        rates = np.array([np.interp(year, when, [float(row[b]) for row in anchors]) for b in _BANDS]) / 10_000
        country = people[:, index["NL01"], y]
        overall = (rates * country[1:-1]).sum() / country[0]
        for column, factor in _factors(seed, year, index, people[0, :, y]).items():
            exists[index[column], y] = True
            inhabitants = people[:, index[column], y]
            expected = rates * inhabitants[1:-1]
            # Where many old people live, the same rates by age would give fewer suspects than are published.
            expected *= factor * overall * inhabitants[0] / expected.sum()
            rng = stream(seed, "verdachten", column, year)
            drawn = _draw(rng, rng.poisson(expected), kinds)
            for area in cbs_codes.areas_of(column):
                counts[:, :-1, :, index[area], y] += drawn
    return counts, exists


def _not_placed(seed: int, years: list[int], regions: list[str]) -> np.ndarray:
    """Suspects without a home in the Netherlands, who count in the country and in "niet in te delen"."""
    anchors, kinds = facts.table("verdachten"), _kinds(["niet_ingedeeld"] * len(_NOT_PLACED_AGES))
    counts = _empty(regions, years)
    for y, year in enumerate(years):
        number = np.interp(year, [int(r["jaar"]) for r in anchors], [float(r["niet_ingedeeld"]) for r in anchors])
        rng = stream(seed, "verdachten", cbs_codes.NOT_PLACED, year)
        drawn = _draw(rng, rng.multinomial(round(number), _NOT_PLACED_AGES), kinds)
        for area in ("NL01", cbs_codes.NOT_PLACED):
            counts[:, :, :, regions.index(area), y] += drawn
    return counts


def _empty(regions: list[str], years: list[int]) -> np.ndarray:
    return np.zeros((len(_TOPICS), len(_AGES), len(_SEXES), len(regions), len(years)), dtype=np.int64)


def _kinds(rows: tuple[str, ...] | list[str]) -> np.ndarray:
    """Share of the suspects of an age group in each kind of offence [kinds, ages]."""
    shares = facts.by_key("verdachten_soorten", "leeftijd")
    return np.array([[float(shares[row][kind]) for row in rows] for kind in _KINDS])


def _factors(seed: int, year: int, index: dict[str, int], people: np.ndarray) -> dict[str, float]:
    """Rate of every column of `year` to that of the country: gemeenten of the work area and other provinces."""
    found: dict[str, float] = {}
    provinces = [p for ps in facts.LANDSDELEN.values() for p in ps]
    for province in facts.WORK_PROVINCES:
        inside = [g for g in cbs_codes.existing(year) if cbs_codes.areas_of(g) >= {province}]
        size = {g: people[index[g]] for g in inside}
        drawn = {g: float(np.exp(stream(seed, "verdachten", g).normal(0, _SPREAD))) for g in inside}
        own = drawn | {g: rate for g, rate in _GEMEENTEN.items() if g in drawn}
        fixed = sum(own[g] * size[g] for g in inside if g in _GEMEENTEN)
        free = sum(own[g] * size[g] for g in inside if g not in _GEMEENTEN)
        scale = (_REGIONAL[province] * sum(size.values()) - fixed) / free
        found |= {g: own[g] * (1.0 if g in _GEMEENTEN else float(scale)) for g in inside}
    known = sum(_REGIONAL[p] * people[index[p]] for p in _REGIONAL)
    others = [p for p in provinces if p not in _REGIONAL]
    rest = (sum(people[index[p]] for p in provinces) - known) / sum(people[index[p]] for p in others)
    found |= {p: _REGIONAL.get(p, float(rest)) for p in provinces if p not in facts.WORK_PROVINCES}
    return found


def _draw(rng: np.random.Generator, suspects: np.ndarray, kinds: np.ndarray) -> np.ndarray:
    """Splits suspects per age group into sexes and kinds: [topics, total and age groups, sexes]."""
    men = rng.binomial(suspects, _MEN)
    parts = [np.vstack([n, rng.binomial(n, kinds)]) for n in (men, suspects - men)]
    by_sex = np.stack([parts[0] + parts[1], *parts, np.zeros_like(parts[0])], axis=-1)
    return np.concatenate([by_sex.sum(axis=1, keepdims=True), by_sex], axis=1)


def _counts(counts: np.ndarray, exists: np.ndarray) -> list[np.ndarray]:
    return [np.where(exists, _rounded(topic), NULL).astype(np.int32) for topic in counts]


def _rates(placed: np.ndarray, people: np.ndarray, exists: np.ndarray) -> list[np.ndarray]:
    """Per 10,000 inhabitants of the age group, whole; empty where the count is too small or nobody is known to live.

    Inhabitants of either sex are taken for half of all.
    """
    share = np.array([1, 0.5, 0.5, 0])[None, :, None, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = placed / (people[:, None] * share) * 10_000
    shown = exists & np.isfinite(rates) & (_rounded(placed) > 0)
    return [np.where(s, np.round(np.where(s, r, 0)), NULL).astype(np.int32) for r, s in zip(rates, shown, strict=True)]


def _rounded(values: np.ndarray) -> np.ndarray:
    return np.round(values / _ROUND).astype(np.int64) * _ROUND
