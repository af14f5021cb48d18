"""Tables that are series of their contract: the size of what CBS published, its rounding, its points, its halves."""

from __future__ import annotations

import numpy as np
import pytest

from sandbox.source_server.cube import NULL, VALUE_ATTRIBUTES, Cube
from tests.sandbox.sample.reader import Table

# As published: table, the title that ends the path of the measure (None: the only column), group, region, year, number.
PUBLISHED = [
    ("80781ned", None, None, "NL01", 2021, 52_107), ("80781ned", None, None, "NL01", 2023, 50_634),
    ("80781ned", None, None, "PV22", 2022, 2_669),
    ("82977NED", "Jeugdreclasseringstrajecten", "Totaal jeugdreclasseringstrajecten", "NL01", 2021, 11_045),
    ("82977NED", "Totaal begonnen trajecten", "Begonnen trajecten", "NL01", 2021, 5_550),
    ("82977NED", "Totaal beëindigde trajecten", "Beëindigde trajecten", "NL01", 2021, 5_960),
    ("85361NED", "Ontvangen meldingen, totaal", "Ontvangen meldingen", "NL01", 2023, 127_340),
    ("85361NED", "1e melding, geen betrokkenen bekend VT", "Ontvangen meldingen", "NL01", 2023, 40_615),
    ("85361NED", "Totaal", "Hermelding", "NL01", 2023, 48_555),
    ("85361NED", "Totaal", "Vervolgmelding tijdens betrokkenheid VT", "NL01", 2023, 36_355),
    # Of 745 follow-ups while the safety was assessed it was said that they are 9.1% of all reports.
    ("85361NED", "Ontvangen meldingen, totaal", "Ontvangen meldingen", "PV31", 2023, 745 / 0.091),
    ("85361NED", "Ontvangen meldingen, totaal", "Ontvangen meldingen", "PV22", 2023, 1_905),
]  # fmt: skip


def measure(cube: Cube, title: str | None, group: str | None) -> str:
    """Code of a measure by title and the title of its group; of two such, the one that has figures."""
    if title is None:
        return cube.measures[0]
    groups = {g["Id"]: g["Title"] for g in cube.codes["MeasureGroups"]}
    found = [
        m["Identifier"]
        for m in cube.codes["Measure"]
        if (m["Title"], groups[m["MeasureGroupId"]]) == (title, group) and m["Identifier"] in cube.values
    ]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(("table", "title", "group", "region", "year", "number"), PUBLISHED)
def test_the_size_of_what_was_published(cubes, table, title, group, region, year, number):
    cube = cubes[table]
    drawn = Table(cube).cells(measure(cube, title, group), region, f"{year}JJ00")
    assert drawn == pytest.approx(number, rel=0.02 if region == "NL01" else 0.1)


@pytest.mark.parametrize("table", ["82977NED", "85361NED"])
def test_counts_are_rounded_and_small_ones_are_a_point(cubes, table):
    cube = cubes[table]
    reasons: set[str] = set()
    for code, cells in cube.values.items():
        known = cells[~np.isnan(cells)]
        assert (known % 5 == 0).all() and known.min() >= 10
        reasons |= {VALUE_ATTRIBUTES[n] for n in np.unique(cube.attributes[code][np.isnan(cells)])}
    assert reasons == {"Confidential", "Impossible"}


def test_farms_are_counted_to_the_last_one_and_do_not_come_and_go(cubes):
    farms = Table(cubes["80781ned"])
    years = [p for p in farms.periods if p >= "2021"]
    cells = farms[farms.regions("GM"), years]
    there = ~np.isnan(cells).any(axis=1)
    assert (cells[there] % 5 != 0).any()
    assert (np.abs(np.diff(cells[there], axis=1)) <= 0.06 * cells[there][:, :-1] + 2).all()


@pytest.mark.parametrize("table", ["80781ned", "82977NED", "85361NED"])
def test_areas_are_sums_of_their_parts_but_for_rounding(cubes, table):
    cube = Table(cubes[table])
    period = cube.periods[-1]
    country = cube["NL01", period]
    for forms in ("LD", "PV"):
        parts = cube[cube.regions(forms), period]
        assert np.nansum(parts) == pytest.approx(country, abs=2.5 * (len(parts) + 1))


@pytest.mark.parametrize("table", ["82977NED", "85361NED"])
def test_halves_of_a_year_stand_before_it_and_add_up_to_it(cubes, table):
    cube = Table(cubes[table])
    year = cube.periods[-1][:4]
    assert cube.periods[-3:] == [f"{year}HJ01", f"{year}HJ02", f"{year}JJ00"]
    first, second, whole = (cube["NL01", p] for p in cube.periods[-3:])
    assert first + second == pytest.approx(whole, abs=5)


def test_a_gemeente_that_does_not_exist_is_empty(cubes):
    # Beekdaelen came about on 1 January 2019, of Nuth and two others.
    farms = Table(cubes["80781ned"])
    assert [farms["GM1954", f"{y}JJ00"] is None for y in (2018, 2019)] == [True, False]
    assert [farms["GM0951", f"{y}JJ00"] is None for y in (2018, 2019)] == [False, True]
    assert NULL in cubes["80781ned"].values[cubes["80781ned"].measures[0]]
    reports = cubes["85361NED"]
    nuth = [row["Identifier"] for row in reports.codes["RegioS"]].index("GM0951")
    impossible = VALUE_ATTRIBUTES.index("Impossible")
    assert (reports.attributes[reports.measures[0]][nuth] == impossible).all()
