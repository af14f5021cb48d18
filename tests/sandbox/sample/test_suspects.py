"""85655NED of the sample: the size of what CBS published, its rounding, and its oddities."""

from __future__ import annotations

import numpy as np
import pytest

from sandbox.source_server.cube import NULL
from tests.sandbox.sample.reader import Table

EVERY = slice(None)
ALL, MINORS, YOUNG_ADULTS, UNKNOWN = "10000", "52020", "53103", "99999"
BOTH = "T001038"
KINDS = range(1, 7)
# As published on 27 March 2026: region, year, suspects, per 10,000 inhabitants of 12 and older.
PUBLISHED = [
    ("NL01", 2024, 140_610, 74), ("NL01", 2023, 150_000, 80), ("NL01", 2022, 158_290, 83), ("PV22", 2024, 2_730, 61),
    ("PV22", 2022, 2_860, 64), ("PV31", 2022, 7_900, 78), ("LD04", 2024, 23_280, 69), ("PV99", 2024, 22_660, None),
]  # fmt: skip
# 2024: property, damage and public order, violence, traffic, drugs, (fire)arms.
BY_KIND = {
    "NL01": (48_070, 22_210, 31_310, 43_180, 13_810, 6_880),
    "PV22": (850, 400, 800, 820, 190, 120),
}


@pytest.fixture(scope="module")
def suspects(cubes) -> Table:
    return Table(cubes["85655NED"])


def count(table: Table, region: str, year: int, *, age: str = ALL, topic: int = 0):
    return table.cells(table.cube.measures[topic], age, BOTH, region, f"{year}JJ00")


@pytest.mark.parametrize(("region", "year", "number", "rate"), PUBLISHED)
def test_totals_are_of_the_published_size(suspects, region, year, number, rate):
    assert count(suspects, region, year) == pytest.approx(number, rel=0.08)
    if rate:
        assert count(suspects, region, year, topic=7) == pytest.approx(rate, rel=0.08)
    else:
        assert count(suspects, region, year, topic=7) is None


@pytest.mark.parametrize("region", BY_KIND)
def test_kinds_are_of_the_published_size(suspects, region):
    drawn = [count(suspects, region, 2024, topic=kind) for kind in KINDS]
    # In a province chance and its own mix of offences play a part.
    allowed = 0.05 if region == "NL01" else 0.4
    assert drawn == [pytest.approx(n, rel=allowed) for n in BY_KIND[region]]
    assert sum(drawn) > 1.1 * count(suspects, region, 2024), "who is suspected of two kinds counts in both"


def test_the_young_have_the_published_rates_and_fell_as_published(suspects):
    assert count(suspects, "NL01", 2023, age=MINORS, topic=7) == pytest.approx(139, rel=0.05)
    assert count(suspects, "NL01", 2023, age=YOUNG_ADULTS, topic=7) == pytest.approx(178, rel=0.05)
    assert count(suspects, "NL01", 2010, age=YOUNG_ADULTS, topic=7) == pytest.approx(440, rel=0.05)
    assert count(suspects, "GM0917", 2023, topic=7) == pytest.approx(149, rel=0.1)
    for age, left in ((MINORS, 2 / 3), (YOUNG_ADULTS, 1 / 2)):
        assert count(suspects, "NL01", 2024, age=age) / count(suspects, "NL01", 2010, age=age) == pytest.approx(
            left, rel=0.25
        )


def test_counts_are_rounded_to_ten_and_never_above_the_total(suspects):
    arrays = [suspects.cube.values[m] for m in suspects.cube.measures[:7]]
    for array in arrays:
        assert (array[array != NULL] % 10 == 0).all()
    assert all((array <= arrays[0]).all() for array in arrays[1:])
    parts = suspects[[a for a in suspects.codes["Leeftijd"] if a != ALL], BOTH, "NL01", EVERY].sum(axis=0)
    assert np.abs(parts - suspects[ALL, BOTH, "NL01", EVERY]).max() <= 6 * 5 + 5
    sexes = suspects[ALL, ["3000", "4000", "9000"], "NL01", EVERY].sum(axis=0)
    assert np.abs(sexes - suspects[ALL, BOTH, "NL01", EVERY]).max() <= 4 * 5


def test_rates_are_whole_and_empty_where_the_count_is_too_small(suspects):
    for number, rate in zip(suspects.cube.measures[:7], suspects.cube.measures[7:], strict=True):
        counts, rates = suspects.cube.values[number], suspects.cube.values[rate]
        assert rates.dtype.kind == "i"
        assert (rates[counts <= 0] == NULL).all()
    assert np.isnan(suspects.cells(suspects.cube.measures[7], UNKNOWN, EVERY, EVERY, EVERY)).all()
    assert suspects[UNKNOWN, BOTH, "NL01", "2024JJ00"] > 0
    assert count(suspects, "GM0946", 2024, age=MINORS, topic=5) == 0, "one small gemeente rounds to zero"


def test_gone_gemeenten_and_provisional_years(suspects):
    for code in ("GM0881", "GM0951", "GM0962"):
        assert count(suspects, code, 2018) > 0
        assert count(suspects, code, 2019) is None
    assert count(suspects, "GM1954", 2018) is None
    periods = [(row["Title"], row["Status"]) for row in suspects.cube.codes["Perioden"]]
    assert (periods[0][0], len(periods)) == ("2010", 16)
    assert periods[-3:] == [("2023", "Definitief"), ("2024*", "Voorlopig"), ("2025*", "Voorlopig")]


@pytest.mark.parametrize(("day", "last"), [("2026-03-26", "2024JJ00"), ("2026-03-27", "2025JJ00")])
def test_a_year_appears_in_march_and_changes_nothing_before_it(make_cubes, suspects, day, last):
    table = Table(make_cubes(VB_TODAY=day)["85655NED"])
    assert table.periods[-1] == last
    assert np.array_equal(
        table[EVERY, EVERY, EVERY, EVERY], suspects[EVERY, EVERY, EVERY, table.periods], equal_nan=True
    )
