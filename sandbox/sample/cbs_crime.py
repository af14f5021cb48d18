"""83648NED: registered crime as CBS counts it (OData v3): yearly, rounded to 5, provisional for two years."""

from __future__ import annotations

import datetime
from functools import cache

import numpy as np

from sandbox.sample import cbs_codes, facts, texts
from sandbox.sample.allocate import draw_rows, fit, settle_columns, whole
from sandbox.sample.clock import CRIME_DAY, FIRST_YEAR
from sandbox.sample.national import National
from sandbox.sample.police import gemeente_shares
from sandbox.sample.population import inhabitants
from sandbox.sample.streams import stream
from sandbox.source_server.cube import NULL, Cube

HOST = "opendata.cbs.nl"
TOTAL = "T001161"
_START = 2010
_LAST_REGIONAL_YEAR = 2020
_ROUND = 5
_TYPE_SPREAD = 0.25
_MEASURES = (
    ("TotaalGeregistreerdeMisdrijven_1", "Totaal geregistreerde misdrijven", "aantal", 0),
    ("GeregistreerdeMisdrijvenRelatief_2", "Geregistreerde misdrijven, relatief", "%", 1),
    ("GeregistreerdeMisdrijvenPer1000Inw_3", "Geregistreerde misdrijven per 1000 inw.", "per 1 000 inwoners", 1),
    ("TotaalOpgehelderdeMisdrijven_4", "Totaal opgehelderde misdrijven", "aantal", 0),
    ("OpgehelderdeMisdrijvenRelatief_5", "Opgehelderde misdrijven, relatief", "%", 1),
    ("RegistratiesVanVerdachten_6", "Registraties van verdachten", "aantal", 0),
)


def cube(seed: int, last_year: int) -> Cube:
    """83648NED from 2010 to `last_year`: Nederland, landsdelen, provincies and the gemeenten of the work area.

    Totals are the published ones where known. Gemeenten that do not exist in a year have empty cells. Cells are
    rounded one by one, so parts need not add up to the total.
    """
    years = list(range(_START, last_year + 1))
    codes = [row["code"] for row in facts.table("criminaliteit_soorten")]
    regions = cbs_codes.regions()
    shape = (len(codes), len(regions), len(years))
    counts, solved, suspects = (np.zeros(shape, dtype=np.int64) for _ in range(3))
    exists = np.zeros(shape[1:], dtype=bool)
    totals = _national(seed, years)
    for y, year in enumerate(years):
        columns, found = _year(seed, year, totals)
        rng = stream(seed, "opgehelderd", year)
        _, _, clear, people = _leaf_table()
        parts = (found, rng.binomial(found, clear[:, None]), rng.binomial(2 * found, people[:, None] / 2))
        for r, region in enumerate(regions):
            chosen = [i for i, column in enumerate(columns) if region in cbs_codes.areas_of(column)]
            exists[r, y] = bool(chosen)
            for target, part in zip((counts, solved, suspects), parts, strict=True):
                target[:, r, y] = _roll_up(part[:, chosen].sum(axis=1), codes)
    return Cube(
        identifier="83648NED",
        host=HOST,
        protocol="v3",
        info=texts.table_info(
            "83648NED",
            "Geregistreerde criminaliteit; soort misdrijf, regio",
            "Geregistreerde criminaliteit",
            catalog="CBS",
            summary="Geregistreerde en opgehelderde misdrijven en registraties van verdachten per soort en regio",
            frequency="Perjaar",
            period=f"{years[0]}-{years[-1]}",
            modified=datetime.date(last_year + 1, *CRIME_DAY),
            remarks="Aantallen zijn afgerond op 5; de laatste twee jaren zijn voorlopig.",
        ),
        dimensions=["SoortMisdrijf", "RegioS", "Perioden"],
        codes={
            "SoortMisdrijf": [cbs_codes.row(r["code"], r["titel"]) for r in facts.table("criminaliteit_soorten")],
            "RegioS": [cbs_codes.row(region.ljust(6), cbs_codes.name(region)) for region in regions],
            "Perioden": cbs_codes.periods(years),
        },
        measures=[key for key, *_ in _MEASURES],
        values=_measures(counts, solved, suspects, exists, regions, years),
        data_properties=[
            texts.dimension(0, "Dimension", "SoortMisdrijf", "Soort misdrijf"),
            texts.dimension(1, "GeoDimension", "RegioS", "Regio's"),
            texts.dimension(2, "TimeDimension", "Perioden", "Perioden"),
            *(
                texts.topic(3 + i, key, title, unit=unit, decimals=decimals)
                for i, (key, title, unit, decimals) in enumerate(_MEASURES)
            ),
        ],
    )


@cache
def _leaf_table() -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray]:
    """Types without subtypes: codes, published counts [types, 2014..2017], share cleared, suspects per crime."""
    rows = facts.table("criminaliteit_soorten")
    parents = {_parent(row["code"]) for row in rows}
    leaves = [row for row in rows if row["code"] not in parents]
    counts = np.array([[int(row[str(y)]) for y in range(2014, 2018)] for row in leaves])
    clear = np.array([min(float(row["opgehelderd"]), 1.0) for row in leaves])
    people = np.array([min(float(row["verdachten"]), 2.0) for row in leaves])
    return [row["code"] for row in leaves], counts, clear, people


def _parent(code: str) -> str:
    digits = code[3:].rstrip("0")
    return f"CRI{digits[:-1].ljust(4, '0')}" if code != TOTAL and len(digits) > 1 else TOTAL


def _roll_up(leaf_counts: np.ndarray, codes: list[str]) -> np.ndarray:
    sums = dict.fromkeys(codes, 0)
    for leaf, count in zip(_leaf_table()[0], leaf_counts, strict=True):
        code = leaf
        while code != TOTAL:
            sums[code] += int(count)
            code = _parent(code)
        sums[TOTAL] += int(count)
    return np.array([sums[code] for code in codes])


def _national(seed: int, years: list[int]) -> dict[int, int]:
    """National total per year: published, else the sum of published main groups, else the police trend."""
    published = facts.by_key("criminaliteit_totaal", "regio")["NL01"]
    groups = facts.table("criminaliteit_hoofdgroepen")
    police = National("misdrijven", seed, max(years[-1], 2023))
    found: dict[int, int] = {}
    for year in years:
        if year <= _LAST_REGIONAL_YEAR:
            found[year] = int(published[str(year)])
        elif str(year) in groups[0]:
            found[year] = sum(int(row[str(year)]) for row in groups) // _ROUND * _ROUND
        else:
            now, before = (sum(v[y - FIRST_YEAR] for v in police.years.values()) for y in (year, year - 1))
            found[year] = round(found[year - 1] * now / before / _ROUND) * _ROUND
    return found


def _year(seed: int, year: int, totals: dict[int, int]) -> tuple[list[str], np.ndarray]:
    """Columns of `year` and counts [leaf types, columns], exact in both margins."""
    sizes = _column_totals(seed, year, totals)
    columns = list(sizes)
    rows = whole(_type_shares(year), totals[year])
    affinity = np.stack(
        [np.exp(stream(seed, "soort per regio", c).normal(0, _TYPE_SPREAD, len(rows))) for c in columns], axis=1
    )
    margins = np.array(list(sizes.values()))
    expected = fit(affinity * margins, rows.astype(float), margins.astype(float))
    rng = stream(seed, "criminaliteit", year)
    return columns, settle_columns(draw_rows(expected, rows, rng), margins, rng)


def _type_shares(year: int) -> np.ndarray:
    """Weights of the leaf types: the nearest published year, main groups following their published totals."""
    codes, counts, _, _ = _leaf_table()
    weights = counts[:, min(max(year, 2014), 2017) - 2014].astype(float)
    if year < 2018:
        return weights
    groups = {row["groep"]: row for row in facts.table("criminaliteit_hoofdgroepen")}
    column = str(min(max(year, 2019), 2023))
    group = np.array([code[3] if code[3] in groups else "rest" for code in codes])
    for name, row in groups.items():
        weights[group == name] *= int(row[column]) / weights[group == name].sum()
    return weights


def _column_totals(seed: int, year: int, totals: dict[int, int]) -> dict[str, int]:
    """Total per gemeente of the work area that exists in `year` and per other province; adds up to Nederland."""
    rows = facts.by_key("criminaliteit_totaal", "regio")
    found = {g: _gemeente_total(seed, g, year, totals) for g in cbs_codes.existing(year)}
    rest = totals[year] - sum(found.values())
    others = [c for c in rows if c.startswith("PV") and c not in facts.WORK_PROVINCES]
    column = str(min(max(year, 2014), 2017))
    sizes = whole(np.array([int(rows[c][column]) for c in others]), rest)
    return {**found, **{c: int(n) for c, n in zip(others, sizes, strict=True)}}


def _gemeente_total(seed: int, gemeente: str, year: int, totals: dict[int, int]) -> int:
    """Published up to 2020 for most gemeenten; else their share among the police figures, at the CBS level."""
    published = facts.by_key("criminaliteit_totaal", "regio").get(gemeente, {})
    if value := facts.number(published.get(str(year), "")):
        return value
    police_year = max(year, FIRST_YEAR)
    share = _police_share(seed, gemeente, police_year)
    known = [y for y in (2019, 2020) if published.get(str(y))]
    if known:
        level = sum(int(published[str(y)]) / totals[y] / _police_share(seed, gemeente, y) for y in known) / len(known)
        share *= level
    return round(share * totals[year] / _ROUND) * _ROUND


def _police_share(seed: int, gemeente: str, year: int) -> float:
    return _police_shares(seed, max(year, 2023))[gemeente][year - FIRST_YEAR]


@cache
def _police_shares(seed: int, last_year: int) -> dict[str, np.ndarray]:
    shares = gemeente_shares(seed, list(range(FIRST_YEAR, last_year + 1)))
    return dict(zip(facts.gemeenten(), shares, strict=True))


def _measures(
    counts: np.ndarray,
    solved: np.ndarray,
    suspects: np.ndarray,
    exists: np.ndarray,
    regions: list[str],
    years: list[int],
) -> dict[str, np.ndarray]:
    """The six published measures; relative ones are computed before rounding and have one decimal."""
    people = np.array([[_people(r, y) for y in years] for r in regions])
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = [counts / counts[0] * 100, counts / people * 1000, solved / counts * 100]
    gone = np.broadcast_to(~exists, counts.shape)
    keys = [key for key, *_ in _MEASURES]
    whole_numbers = [np.where(gone, NULL, _rounded(a)).astype(np.int32) for a in (counts, solved, suspects)]
    shares = [np.where(gone | ~np.isfinite(a), np.nan, np.round(a, 1)) for a in relative]
    ordered = [whole_numbers[0], shares[0], shares[1], whole_numbers[1], shares[2], whole_numbers[2]]
    return dict(zip(keys, ordered, strict=True))


def _rounded(values: np.ndarray) -> np.ndarray:
    return np.round(values / _ROUND).astype(np.int64) * _ROUND


def _people(region: str, year: int) -> float:
    """Inhabitants on 1 January; NaN where CBS gives no rate."""
    if region in facts.LANDSDELEN:
        return float(sum(_people(p, year) for p in facts.LANDSDELEN[region]))
    if region == cbs_codes.NOT_PLACED:
        return float("nan")
    return float(inhabitants(region, year) or "nan")
