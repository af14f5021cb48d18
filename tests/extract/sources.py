"""Small tables with the quirks of the real ones, and what an extraction of them must hold."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from sandbox.source_server.cube import NULL, Cube
from tests.places import BUURT_1, BUURT_2, NEIGHBOUR, PROVINCE, REGION, TOWN, UNIT, WIJK_1
from veiligheidsbeeld.landing.cubes import Delivery
from veiligheidsbeeld.region import municipalities

HOST = "dataderden.cbs.nl"
Key = tuple[str, ...]

# The work area's gemeenten; those that are gone are in this edition no more.
AREA = [code for code in REGION.municipalities if not municipalities()[code].tot]
AGGREGATES = ["NL01", "LD03", "LDG4", PROVINCE, UNIT]
REGIONS = len([*AGGREGATES, *AREA])
YEARS = 10_000 // (13 * REGIONS) + 1
ROWS = 13 * YEARS * REGIONS
# As many as make a table of several parts, however few regions there are.
AGES = 4_800 // REGIONS


def _info(table: str) -> dict:
    return {"ID": 0, "Identifier": table, "Title": table, "Modified": "2026-01-15T02:00:00", "Period": "2010-2025"}


def _values(shape: tuple[int, ...], seed: int) -> np.ndarray:
    """Counts with the zeros and the empty cells that the real tables have."""
    rng = np.random.default_rng(seed)
    values = rng.integers(0, 4, shape).astype(np.int32) * rng.integers(1, 500, shape).astype(np.int32)
    return np.where(rng.random(shape) < 0.02, NULL, values).astype(np.int32)


def _codes(codes: Iterable[str]) -> list[dict]:
    return [{"Key": code, "Title": f"Titel {code.strip()}", "Description": ""} for code in codes]


def _v3(table: str, dimensions: dict[str, list[str]], measures: list[str], kinds: dict[str, str], seed: int) -> Cube:
    shape = tuple(len(codes) for codes in dimensions.values())
    properties = [{"Key": d, "Type": kinds.get(d, "Dimension"), "Title": d} for d in dimensions]
    properties += [{"Key": "", "Type": "TopicGroup", "Title": "Regioaanduiding"}]
    properties += [{"Key": m, "Type": "Topic", "Title": m, "Datatype": "Long"} for m in measures]
    return Cube(
        table, HOST, "v3", _info(table), list(dimensions), {d: _codes(c) for d, c in dimensions.items()}, measures,
        {m: _values(shape, seed + n) for n, m in enumerate(measures)},
        [{"ID": n, "Position": n, "ParentID": None, **p} for n, p in enumerate(properties)],
    )  # fmt: skip


def misdrijven_gemeente() -> Cube:
    """47013NED with three soorten: as many years as a part needs for a little more than 10,000 rows, so two pages."""
    periods = [f"{y}{p}" for y in range(2026 - YEARS, 2026) for p in [*(f"MM{m:02d}" for m in range(1, 13)), "JJ00"]]
    regions = [f"{code:6}" for code in [*AGGREGATES, *AREA, "GM0363", "CR39"]]
    return _v3(
        "47013NED",
        {"SoortMisdrijf": ["0.0.0 ", "1.1.1 ", "2.6.10"], "RegioS": regions, "Perioden": periods},
        ["GeregistreerdeMisdrijven_1", "Aangiften_2", "Internetaangiften_3"],
        {"RegioS": "GeoDimension", "Perioden": "TimeDimension"},
        seed=1,
    )


def misdrijven_buurt() -> Cube:
    """47022NED with a list of wijken and buurten that does not fit in one answer of ODataApi."""
    own = ["NL00", TOWN, WIJK_1, BUURT_1, BUURT_2, NEIGHBOUR, f"WK{NEIGHBOUR[2:]}00", f"BU{NEIGHBOUR[2:]}AB03"]
    others = [f"BU{n:04d}{b:04d}" for n in (1000, 1001, 1002) for b in range(3500)]
    periods = [f"2025MM{m:02d}" for m in range(1, 13)]
    return _v3(
        "47022NED",
        {
            "SoortMisdrijf": ["0.0.0 ", "1.1.1 "],
            "WijkenEnBuurten": [f"{code:10}" for code in [*own, *others]],
            "Perioden": periods,
        },
        ["GeregistreerdeMisdrijven_1"],
        {"WijkenEnBuurten": "GeoDetail", "Perioden": "TimeDimension"},
        seed=11,
    )


def criminaliteit() -> Cube:
    """83648NED with regions of the work area only: nothing to filter, so its one part is the whole table."""
    cube = _v3(
        "83648NED",
        {
            "SoortMisdrijf": ["T001161", "CRI1000"],
            "RegioS": [f"{code:6}" for code in [*AGGREGATES[:2], *AREA[:5]]],
            "Perioden": ["2023JJ00", "2024JJ00"],
        },
        [
            "TotaalGeregistreerdeMisdrijven_1", "GeregistreerdeMisdrijvenRelatief_2",
            "GeregistreerdeMisdrijvenPer1000Inw_3", "TotaalOpgehelderdeMisdrijven_4",
            "OpgehelderdeMisdrijvenRelatief_5", "RegistratiesVanVerdachten_6",
        ],
        {"RegioS": "GeoDimension", "Perioden": "TimeDimension"},
        seed=21,
    )  # fmt: skip
    cube.host = "opendata.cbs.nl"
    return cube


def bevolking() -> Cube:
    """03759ned (v4) with totals beside what the contract filters away; large enough for several parts."""
    codes = {
        "BurgerlijkeStaat": ["T001019", "1010"],
        "Geslacht": ["T001038", "3000"],
        "Leeftijd": [str(10000 + 10 * n) for n in range(AGES)],
        "RegioS": [*AGGREGATES, *AREA, "GM0363", "CR39"],
        "Perioden": [f"{y}JJ00" for y in range(2018, 2026)],
    }
    shape = tuple(len(c) for c in codes.values())
    rng = np.random.default_rng(31)
    attributes = {m: (rng.random(shape) < 0.1).astype(np.uint8) for m in ("M000352", "M000365")}
    values = {
        m: np.where(attributes[m] == 0, rng.integers(0, 9000, shape) + (0.5 if m == "M000365" else 0), np.nan)
        for m in attributes
    }
    listed = {
        d: [{"Identifier": c, "Index": n, "Title": c, "DimensionGroupId": None} for n, c in enumerate(all_, 1)]
        for d, all_ in {**codes, "Measure": ["M000352", "M000365"]}.items()
    }
    info = {
        "Identifier": "03759ned", "Title": "Bevolking", "Modified": "2026-06-23T00:00:00+02:00",
        "Version": "202606230000", "TemporalCoverage": "2018 - 2025",
        "ObservationsModified": "2026-06-23T00:00:00+02:00",
    }  # fmt: skip
    return Cube(
        "03759ned", "datasets.cbs.nl", "v4", info, list(codes), listed, list(values), values, attributes=attributes
    )


def cells(cube: Cube, allowed: dict[str, set[str]]) -> dict[Key, tuple]:
    """What a v3 cube holds for the trimmed codes asked for: key -> one value per measure, None where empty."""
    axes = [[row["Key"] for row in cube.codes[d]] for d in cube.dimensions]
    wanted = [
        [i for i, code in enumerate(axis) if d not in allowed or code.strip() in allowed[d]]
        for d, axis in zip(cube.dimensions, axes, strict=True)
    ]
    parts = [cube.values[m][np.ix_(*wanted)].reshape(-1).tolist() for m in cube.measures]
    keys = [()]
    for axis, chosen in zip(axes, wanted, strict=True):
        keys = [(*key, axis[i]) for key in keys for i in chosen]
    return {
        key: tuple(None if v == NULL else v for v in values)
        for key, values in zip(keys, zip(*parts, strict=True), strict=True)
    }


def landed(delivery: Delivery, keys: list[str], measures: list[str]) -> dict[Key, tuple]:
    """What a delivery holds; fails on a key that comes twice and on columns nobody asked for."""
    found: dict[Key, tuple] = {}
    for _, body in delivery.pages():
        for row in json.loads(body)["value"]:
            assert set(row) == {*keys, *measures}
            key = tuple(row[k] for k in keys)
            assert key not in found
            found[key] = tuple(row[m] for m in measures)
    return found


def repeated(cube: Cube, number: int) -> Cube:
    """The cube with its first soort `number` times under other codes."""
    first = cube.dimensions[0]
    codes = {**cube.codes, first: _codes(f"9.9.{n:<2}" for n in range(number))}
    values = {m: np.repeat(v[:1], number, axis=0) for m, v in cube.values.items()}
    return replace(cube, codes=codes, values=values)
