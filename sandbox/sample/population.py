"""03759ned: population by sex, age and region (OData v4). Totals are published ones, ages are synthetic."""

from __future__ import annotations

import datetime

import numpy as np

from sandbox.sample import facts, texts
from sandbox.sample.allocate import whole
from sandbox.sample.clock import FIRST_YEAR, POPULATION_DAY
from sandbox.sample.streams import stream
from sandbox.source_server.cube import VALUE_ATTRIBUTES, Cube

HOST = "datasets.cbs.nl"
_FIRST_SOURCE_YEAR = 1988  # period index 1 of the source
_LAST_KNOWN_YEAR = 2026
_OLDEST = 105  # the source's last age class is "105 jaar of ouder"
_AGES = np.arange(_OLDEST + 1)
# Rough size of Dutch birth cohorts as adults (thousands), and the Gompertz mortality that thins them out.
_COHORTS = {
    1905: 160, 1920: 190, 1930: 180, 1940: 190, 1946: 270, 1950: 235, 1960: 250, 1965: 265, 1970: 255, 1975: 205,
    1983: 200, 1990: 225, 1996: 225, 2000: 215, 2010: 190, 2015: 178, 2021: 182, 2026: 168, 2060: 170,
}  # fmt: skip
_MORTALITY, _AGEING = 2.5e-5, 0.098
_OLDER_REGIONS = {"PV31": 0.20, "PV22": 0.18}
_STUDENTS = {"GM0935": 1.9}  # university town
_MEN = ((0, 55, 75, 90, 105), (0.512, 0.502, 0.485, 0.36, 0.18))
_IMPOSSIBLE = VALUE_ATTRIBUTES.index("Impossible")
_SEXES = (("T001038", "Totaal mannen en vrouwen"), ("3000", "Mannen"), ("4000", "Vrouwen"))
_MEASURES = (
    ("M000352", "Bevolking op 1 januari", "Long", 0),
    ("M000365", "Gemiddelde bevolking ", "Double", 1),  # the source's title ends in a blank
)


def cube(seed: int, last_year: int) -> Cube:
    """03759ned from 2012 to `last_year` (1 January): Nederland, landsdelen, provincies, gemeenten of the work area.

    M000352 adds up over ages, sexes and gemeenten of Limburg and Drenthe; M000365 is the source's own mean of two
    1 Januaries (of age L-1 and L) and does not exist yet for the last year. Gemeenten are Impossible when absent.
    """
    years = list(range(FIRST_YEAR, last_year + 1))
    residents, exists = people(seed, years), _existence(years)
    regions = [*_aggregates(), *_gemeenten()]
    ages = facts.table("leeftijden")
    shape = (1, len(_SEXES), len(ages), len(regions), len(years))
    january = np.full(shape, np.nan)
    average = np.full(shape, np.nan)
    for r, region in enumerate(regions):
        series = residents[region]  # [sexes, ages, years + 1]: one more year to average with
        after = series[:, :, 1:]
        mean = np.zeros(after.shape)
        mean[:, 1:] = (series[:, :-1, :-1] + after[:, 1:]) / 2
        mean[:, 0] = after[:, 0] / 2
        mean[:, -1] += series[:, -1, :-1] / 2
        january[0, :, :, r], average[0, :, :, r] = _by_code(series[:, :, :-1], ages), _by_code(mean, ages)
        here = exists[region]
        january[0, :, :, r, ~here] = np.nan
        average[0, :, :, r, ~here] = np.nan
    average[..., -1] = np.nan
    values = {"M000352": january, "M000365": average}
    attributes = {m: np.where(np.isnan(v), _IMPOSSIBLE, 0).astype(np.uint8) for m, v in values.items()}
    released = datetime.date(last_year, *POPULATION_DAY)
    info = texts.properties(
        "03759ned",
        "Bevolking op 1 januari en gemiddeld; geslacht, leeftijd en regio",
        years=(years[0], years[-1]),
        released=released,
        cells=2 * january.size,
    )
    return Cube(
        identifier="03759ned",
        host=HOST,
        protocol="v4",
        info=info,
        dimensions=["BurgerlijkeStaat", "Geslacht", "Leeftijd", "RegioS", "Perioden"],
        codes={
            "BurgerlijkeStaat": [_code("T001019", 1, "Totaal burgerlijke staat")],
            "Geslacht": [_code(c, i, t) for i, (c, t) in enumerate(_SEXES, 1)],
            "Leeftijd": [_code(a["code"], i, a["titel"], group=a["groep"]) for i, a in enumerate(ages, 1)],
            "RegioS": _region_codes(regions),
            "Perioden": [
                {**_code(f"{y}JJ00", y - _FIRST_SOURCE_YEAR + 1, str(y), group="0"), "Status": "Definitief"}
                for y in years
            ],
            "Measure": [
                {
                    **_code(code, i, title),
                    "MeasureGroupId": None,
                    "DataType": kind,
                    "Unit": "aantal",
                    "Decimals": decimals,
                    "PresentationType": "Absolute",
                }
                for i, (code, title, kind, decimals) in enumerate(_MEASURES, 5)
            ],
        },
        measures=[code for code, *_ in _MEASURES],
        values=values,
        attributes=attributes,
    )


def inhabitants(region: str, year: int) -> int | None:
    """Published inhabitants on 1 January, carried forward after the last known year; None: no such gemeente."""
    row = facts.by_key("bevolking", "regio")[region]
    known = facts.number(row[str(min(year, _LAST_KNOWN_YEAR))])
    if known is None or year <= _LAST_KNOWN_YEAR:
        return known
    before = facts.number(row[str(_LAST_KNOWN_YEAR - 5)]) or known
    return round(known * (known / before) ** ((year - _LAST_KNOWN_YEAR) / 5))


def _aggregates() -> list[str]:
    areas = [row["code"] for row in facts.table("gebieden")]
    wanted = {"NL01", *facts.LANDSDELEN, *_provinces()}
    return [code for code in areas if code in wanted]


def _provinces() -> list[str]:
    return [r["regio"] for r in facts.table("bevolking") if r["regio"].startswith("PV")]


def _gemeenten() -> list[str]:
    return [r["regio"] for r in facts.table("bevolking") if r["regio"].startswith("GM")]


def people(seed: int, years: list[int]) -> dict[str, np.ndarray]:
    """Per region [sexes, ages 0..105, years + 1]; sexes are all, men and women."""
    rows = facts.by_key("bevolking", "regio")
    found: dict[str, np.ndarray] = {}
    span = [*years, years[-1] + 1]
    for region in (*_gemeenten(), *_provinces()):
        if region in facts.WORK_PROVINCES:
            inside = [g for g in _gemeenten() if rows[g]["provincie"] == region]
            found[region] = _sum([found[g] - _leavers(found, g, span) for g in inside])
        else:
            found[region] = _region(seed, region, rows[region]["provincie"] or region, span)
    for landsdeel, provinces in facts.LANDSDELEN.items():
        found[landsdeel] = _sum([found[p] for p in provinces])
    found["NL01"] = _sum([found[p] for p in _provinces()])
    return found


def _existence(years: list[int]) -> dict[str, np.ndarray]:
    """Years in which a region exists; what is no gemeente or province always does."""
    every = np.ones(len(years), dtype=bool)
    regions = (*_gemeenten(), *_provinces())
    found = {r: np.array([inhabitants(r, y) is not None for y in years]) for r in regions}
    return found | dict.fromkeys(_aggregates(), every)


def _sum(parts: list[np.ndarray]) -> np.ndarray:
    return np.sum(parts, axis=0)


def _leavers(people: dict[str, np.ndarray], gemeente: str, span: list[int]) -> np.ndarray:
    """People counted once more on the day their gemeente went up in another one: not to be added up twice."""
    gone = np.zeros_like(people[gemeente])
    if (end := facts.abolished().get(gemeente)) in span:
        gone[:, :, span.index(end)] = people[gemeente][:, :, span.index(end)]
    return gone


def _region(seed: int, region: str, province: str, span: list[int]) -> np.ndarray:
    """[sexes, ages, years] of one region; a birth cohort keeps its own deviation through the years."""
    rng = stream(seed, "leeftijd", region)
    tilt = _OLDER_REGIONS.get(province, 0.0) + rng.normal(0, 0.06)
    cohorts = np.exp(rng.normal(0, 0.05, 300))
    out = np.zeros((3, len(_AGES), len(span)), dtype=np.int64)
    for y, year in enumerate(span):
        total = inhabitants(region, year) or _last_day(region, year)
        if not total:
            continue
        born = year - 1 - _AGES
        weights = np.interp(born, list(_COHORTS), list(_COHORTS.values())) * cohorts[born - 1850]
        weights = weights * np.exp(-_MORTALITY / _AGEING * np.expm1(_AGEING * _AGES))
        weights = weights * np.exp(tilt * (_AGES - 42) / 30)
        weights[18:27] *= _STUDENTS.get(region, 1.0)
        out[0, :, y] = whole(weights, total)
        out[1, :, y] = np.round(out[0, :, y] * np.interp(_AGES, *_MEN))
        out[2, :, y] = out[0, :, y] - out[1, :, y]
    return out


def _last_day(region: str, year: int) -> int:
    """Inhabitants a gemeente handed over on 1 January of the year it was abolished in."""
    if facts.abolished().get(region) != year:
        return 0
    rows = [r for r in facts.table("herindeling") if r["regio"] == region and r["soort"] == "Opgeheven"]
    return sum(int(row["inwoners"]) for row in rows)


def _by_code(series: np.ndarray, ages: tuple[dict[str, str], ...]) -> np.ndarray:
    """Ages 0..105 [sexes, ages, years] to the source's age codes: total, single years, two open classes."""
    out = np.empty((series.shape[0], len(ages), series.shape[2]))
    for i, age in enumerate(ages):
        title = age["titel"]
        if title == "Totaal":
            out[:, i] = series.sum(axis=1)
        elif title.endswith("of ouder"):
            out[:, i] = series[:, int(title.split()[0]) :].sum(axis=1)
        else:
            out[:, i] = series[:, int(title.split()[0])]
    return out


def _code(identifier: str, index: int, title: str, *, group: str | None = None) -> dict:
    return {
        "Identifier": identifier,
        "Index": index,
        "Title": title,
        "Description": "",
        "DimensionGroupId": group,
    }


def _region_codes(regions: list[str]) -> list[dict]:
    rows, areas = facts.by_key("bevolking", "regio"), facts.by_key("gebieden", "code")
    found = []
    for index, region in enumerate(regions, 1):
        gemeente = region.startswith("GM")
        row = _code(
            region,
            index,
            rows[region]["naam"] if region in rows else areas[region]["naam"],
            group=f"GM{rows[region]['provincie']}" if gemeente else region[:2],
        )
        found.append({**row, "Description": history(region) if gemeente else ""})
    return found


def history(gemeente: str) -> str:
    """The herindeling history of a gemeente since 2000, worded and laid out as the source does."""
    blocks: dict[tuple[str, str, str], list[dict]] = {}
    for row in facts.table("herindeling"):
        if row["regio"] == gemeente:
            blocks.setdefault((row["datum"], row["soort"], row["richting"]), []).append(row)
    paragraphs: dict[str, list[str]] = {}
    for (date, kind, direction), rows in blocks.items():
        lines = [f"{kind} per {date}, {direction}:"]
        for row in rows:
            lines.append(f"- {row['andere_naam']} ({row['andere_code']}),")
            lines.append(
                f"... {row['hectare']} hectare met {_some(row['woningen'], 'woning', 'woningen')}"
                f" en {_some(row['inwoners'], 'inwoner', 'inwoners')}"
            )
        paragraphs.setdefault(date, []).extend(lines)
    return "".join("\r\n".join(lines) + "\r\n\r\n" for lines in paragraphs.values())


def _some(count: str, one: str, many: str) -> str:
    return f"{count} {one if count == '1' else many}"
