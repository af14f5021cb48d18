"""Yearly tables of which the sample holds the series of their contract: counts per region, no more.

`data/reeksen.csv` has figures that CBS published of them: of the country, and of a province where one was found. The
sample begins with the first. Between two such years the country goes straight from one to the other; after the last it
stays the same. A province keeps its share of the country. Where none was found, and within a province, inhabitants
share what is left, and cells are drawn; of things that lie somewhere (farms) every gemeente has about as many, and they
do not come and go. What is in the snapshot of a table and not in its contract is served by title, without figures.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sandbox.sample import cbs_codes, facts, texts
from sandbox.sample.allocate import whole
from sandbox.sample.clock import CRIME_DAY, FIRST_YEAR
from sandbox.sample.population import inhabitants
from sandbox.sample.streams import stream
from sandbox.source_server.cube import NULL, VALUE_ATTRIBUTES, Cube
from veiligheidsbeeld.binding import snapshot
from veiligheidsbeeld.binding.titles import stem
from veiligheidsbeeld.contracts.cube import CubeContract, load_cubes
from veiligheidsbeeld.extract.hosts import HOSTS

_SPREAD = 0.2
_ROUND, _LEAST = 5, 10
_IMPOSSIBLE, _SECRET = (VALUE_ATTRIBUTES.index(reason) for reason in ("Impossible", "Confidential"))


@dataclass(frozen=True)
class _Made:
    """What a table says, in neither protocol: per series [regions, periods], empty as nan."""

    contract: CubeContract
    regions: list[str]
    periods: list[tuple[str, str, str]]
    values: dict[str, np.ndarray]
    exists: np.ndarray
    released: datetime.date


def tables() -> list[str]:
    return list(dict.fromkeys(row["tabel"] for row in facts.table("reeksen")))


def cube(identifier: str, seed: int, last_year: int) -> Cube:
    """A table of `tables` until `last_year`: Nederland, landsdelen, provincies and the gemeenten of the work area.

    Halves of years are there too where the contract leaves them out. Gemeenten that do not exist in a year are empty.
    """
    contract = next(c for c in load_cubes().values() if c.bron.tabel == identifier)
    first = max(FIRST_YEAR, _published(identifier, contract.reeksen[0].soort, "NL01")[0][0])
    years = list(range(first, max(last_year, first) + 1))
    regions = [region for region in cbs_codes.regions() if region != cbs_codes.NOT_PLACED]
    halves = "HJ" in contract.zonder_perioden
    counts, exists = _counts(contract, seed, years, regions)
    exists = np.repeat(exists, 3 if halves else 1, axis=1)
    shown = {soort: _shown(contract, _in_halves(part) if halves else part) for soort, part in counts.items()}
    made = _Made(
        contract,
        regions,
        list(_periods(years, halves=halves)),
        {soort: np.where(exists, part, np.nan) for soort, part in shown.items()},
        exists,
        datetime.date(years[-1] + 1, *CRIME_DAY),
    )
    return _v4(made, seed) if contract.bron.protocol == "odata_v4" else _v3(made)


def _published(identifier: str, soort: str, region: str) -> list[tuple[int, float]]:
    return [
        (int(row["jaar"]), float(row["waarde"]))
        for row in facts.table("reeksen")
        if (row["tabel"], row["soort"], row["regio"]) == (identifier, soort, region)
    ]


def _national(identifier: str, soort: str, year: int) -> float:
    when, what = zip(*_published(identifier, soort, "NL01"), strict=True)
    return float(np.interp(year, when, what))


def _counts(
    contract: CubeContract, seed: int, years: list[int], regions: list[str]
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Per series [regions, years], and whether a region exists. The first series counts all; the others are of it."""
    table, (total, *parts) = contract.bron.tabel, [series.soort for series in contract.reeksen]
    found = {soort: np.zeros((len(regions), len(years)), dtype=np.int64) for soort in (total, *parts)}
    exists = np.array([[not region.startswith("GM") for _ in years] for region in regions])
    index = {region: r for r, region in enumerate(regions)}
    for y, year in enumerate(years):
        shares = _shares(contract, seed, year)
        rng = stream(seed, "reeksen", table, year)
        number = round(_national(table, total, year))
        weights = np.array(list(shares.values()))
        drawn = whole(weights, number) if _lies(contract) else rng.multinomial(number, weights)
        ratios = [_ratio(table, total, part, year) for part in parts]
        # Parts that together are no more than the whole are parts of it; else each is a choice of its own.
        if sum(ratios) <= 1:
            split = rng.multinomial(drawn, [*ratios, 1 - sum(ratios)]).T[: len(parts)]
        else:
            split = np.array([rng.binomial(drawn, ratio) for ratio in ratios])
        for column, cell in zip(shares, np.array([drawn, *split]).T, strict=True):
            exists[index[column], y] = True
            for area in cbs_codes.areas_of(column):
                for soort, part in zip(found, cell, strict=True):
                    found[soort][index[area], y] += part
    return found, exists


def _ratio(table: str, total: str, part: str, year: int) -> float:
    """Share of a part, in the years of which both were published."""
    known = dict(_published(table, total, "NL01"))
    shares = {when: what / known[when] for when, what in _published(table, part, "NL01") if when in known}
    return float(np.interp(year, list(shares), list(shares.values())))


def _shares(contract: CubeContract, seed: int, year: int) -> dict[str, float]:
    """Share of the country per gemeente of the work area and per other province."""
    table, total = contract.bron.tabel, contract.reeksen[0].soort
    provinces = [p for inside in facts.LANDSDELEN.values() for p in inside]
    known = {p: _published(table, total, p) for p in provinces}
    parts = {p: [what / _national(table, total, when) for when, what in k] for p, k in known.items() if k}
    share = {p: float(np.mean(of_years)) for p, of_years in parts.items()}
    rest = {p: inhabitants(p, year) or 0 for p in provinces if p not in share}
    left = 1 - sum(share.values())
    share |= {p: left * people / sum(rest.values()) for p, people in rest.items()}
    found = {p: share[p] for p in provinces if p not in facts.WORK_PROVINCES}
    for province in facts.WORK_PROVINCES:
        inside = [g for g in cbs_codes.existing(year) if province in cbs_codes.areas_of(g)]
        own = {g: float(np.exp(stream(seed, "reeksen", table, g).normal(0, _SPREAD))) for g in inside}
        if not _lies(contract):
            own = {g: factor * (inhabitants(g, year) or 0) for g, factor in own.items()}
        found |= {g: share[province] * weight / sum(own.values()) for g, weight in own.items()}
    return {column: part / sum(found.values()) for column, part in found.items()}


def _lies(contract: CubeContract) -> bool:
    """Whether what is counted is no person or report, but lies somewhere."""
    return {indicator.ruimtelijk_principe for indicator in contract.indicatoren} == {"ligging"}


def _in_halves(counts: np.ndarray) -> np.ndarray:
    """[regions, periods]: both halves of a year, then the year."""
    first = counts // 2
    return np.stack([first, counts - first, counts], axis=2).reshape(len(counts), -1)


def _periods(years: list[int], *, halves: bool) -> Iterator[tuple[str, str, str]]:
    """Code, title and status; the newest year is provisional."""
    for year in years:
        star, status = ("*", "Voorlopig") if year == years[-1] else ("", "Definitief")
        if halves:
            yield f"{year}HJ01", f"1e halfjaar {year}{star}", status
            yield f"{year}HJ02", f"2e halfjaar {year}{star}", status
        yield f"{year}JJ00", f"{year}{star}", status


def _shown(contract: CubeContract, counts: np.ndarray) -> np.ndarray:
    """As the source gives counts: rounded, and a point for less than ten where it rounds to five."""
    unit = contract.maten[0].afronding or 1
    rounded = np.round(counts / unit) * unit
    return np.where(rounded < _LEAST, np.nan, rounded) if unit == _ROUND else rounded


def _v3(made: _Made) -> Cube:
    """The table in OData v3, of its columns only those of the contract."""
    contract, table = made.contract, made.contract.bron.tabel
    columns = {contract.maat(series.maat).bron: made.values[series.soort] for series in contract.reeksen}
    region, title = contract.sleutels[0], _title(table)
    return Cube(
        identifier=table,
        host=HOSTS[contract.bron.host],
        protocol="v3",
        info=texts.table_info(
            table,
            title,
            title,
            catalog="CBS",
            summary=title,
            frequency="Perjaar",
            period=f"{made.periods[0][0][:4]}-{made.periods[-1][0][:4]}",
            modified=made.released,
        ),
        dimensions=[region.bron, contract.periode],
        codes={
            region.bron: [cbs_codes.row(r.ljust(region.breedte or 0), cbs_codes.name(r)) for r in made.regions],
            contract.periode: [{**cbs_codes.row(code, name), "Status": status} for code, name, status in made.periods],
        },
        measures=list(columns),
        values={c: np.where(np.isnan(v), NULL, v).astype(np.int32) for c, v in columns.items()},
        data_properties=[
            texts.dimension(0, "GeoDimension", region.bron, "Regio's"),
            texts.dimension(1, "TimeDimension", contract.periode, contract.periode),
            *(texts.topic(2 + i, column, stem(column)) for i, column in enumerate(columns)),
        ],
    )


def _v4(made: _Made, seed: int) -> Cube:
    """The table in OData v4. Nobody saw the codes of its measures: they are placeholders, dealt anew for every seed."""
    contract, table = made.contract, made.contract.bron.tabel
    seen = snapshot.load(table)
    paths = [tuple(m.pad) for m in seen.maten] if seen and seen.maten else [tuple(s.pad) for s in contract.reeksen]
    units = {tuple(m.pad): m.eenheid for m in seen.maten} if seen else {}
    order = stream(seed, "codes", table).permutation(len(paths))
    codes = {path: f"X{number + 1:04}" for path, number in zip(paths, order, strict=True)}
    groups = list(dict.fromkeys(path[:depth] for path in paths for depth in range(1, len(path))))
    values = {codes[tuple(series.pad)]: made.values[series.soort] for series in contract.reeksen}
    why = np.where(made.exists, _SECRET, _IMPOSSIBLE)
    years = (int(made.periods[0][0][:4]), int(made.periods[-1][0][:4]))
    (region,) = (key.bron for key in contract.sleutels if key.rol == "regio")
    return Cube(
        identifier=table,
        host=HOSTS[contract.bron.host],
        protocol="v4",
        info={
            **texts.properties(table, _title(table), years=years, released=made.released, cells=made.exists.size),
            "Summary": f"{texts.MARK}\n{_title(table)}",
        },
        dimensions=[region, contract.periode],
        codes={
            region: [_code(r, n, cbs_codes.name(r), group=r[:2]) for n, r in enumerate(made.regions, 1)],
            contract.periode: [
                {**_code(code, n, name, group="0"), "Status": status}
                for n, (code, name, status) in enumerate(made.periods, 1)
            ],
            "Measure": [
                {
                    **_code(codes[path], n, path[-1]),
                    "MeasureGroupId": _number(groups, path[:-1]),
                    "DataType": "Double",
                    "Unit": units.get(path) or "aantal",
                    "Decimals": 0,
                    "PresentationType": "Absolute",
                }
                for n, path in enumerate(paths, 1)
            ],
            "MeasureGroups": [
                {
                    "Id": _number(groups, group),
                    "Index": n,
                    "Title": group[-1],
                    "Description": "",
                    "ParentId": _number(groups, group[:-1]),
                }
                for n, group in enumerate(groups, 1)
            ],
        },
        measures=list(values),
        values=values,
        attributes={code: np.where(np.isnan(v), why, 0).astype(np.uint8) for code, v in values.items()},
    )


def _title(table: str) -> str:
    seen = snapshot.load(table)
    assert seen, f"{table} has no snapshot"
    return seen.titel


def _number(groups: list[tuple[str, ...]], group: tuple[str, ...]) -> str | None:
    return f"G{groups.index(group) + 1}" if group else None


def _code(identifier: str, index: int, title: str, *, group: str | None = None) -> dict:
    return {"Identifier": identifier, "Index": index, "Title": title, "Description": "", "DimensionGroupId": group}
