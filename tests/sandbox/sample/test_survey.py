"""The published survey tables of the sample: the figures of Nederland in 2021 are those of 85472NED."""

from __future__ import annotations

import datetime

import numpy as np
import pytest

from sandbox.sample import clock, survey

TODAY = datetime.date(2026, 11, 1)
PUBLISHED = {
    "ONLINE_SL": [16.9, 16.7, 17.2],
    "ONLINE_MELD": [46.5, 45.7, 47.3],
    "ONLINE_AANG": [18.7, 18.1, 19.4],
}


@pytest.fixture(scope="module", params=sorted(survey.TITLES))
def table(request):
    return survey.cube(request.param, 7, TODAY)


def of(cube, measure, key):
    codes = [row["Identifier"] for row in cube.codes[cube.dimensions[0]]]
    return cube.values[measure][codes.index(key)]


@pytest.mark.parametrize(("identifier", "country"), [("85472NED", "NL01"), ("85846NED", "T009002")])
@pytest.mark.parametrize("measure", PUBLISHED)
def test_the_country_has_the_published_figures_of_2021(identifier, country, measure):
    cube = survey.cube(identifier, 7, TODAY)
    assert of(cube, measure, country)[:, 0].tolist() == PUBLISHED[measure]


def test_bounds_lie_around_the_value_and_are_empty_with_it(table):
    for measure, cells in table.values.items():
        value, low, high = cells[:, 0], cells[:, 1], cells[:, 2]
        empty = np.isnan(value)
        assert (np.isnan(low) == empty).all() and (np.isnan(high) == empty).all(), measure
        assert (low[~empty] <= value[~empty]).all() and (value[~empty] <= high[~empty]).all(), measure
        assert ((table.attributes[measure] == 0) == ~np.isnan(cells)).all(), measure


def test_bounds_are_those_of_a_logit_interval():
    """Further from the value on the side of one half, as the source's bounds are."""
    low, high = of(survey.cube("85472NED", 7, TODAY), "ONLINE_AANG", "PV31")[1:, 0]
    value = of(survey.cube("85472NED", 7, TODAY), "ONLINE_AANG", "PV31")[0, 0]
    assert high - value > value - low


def test_few_victims_give_no_figure():
    cube = survey.cube("85472NED", 7, TODAY)
    assert np.isnan(of(cube, "SHAME_AANG", "BTWM")).all()
    assert not np.isnan(of(cube, "ONLINE_SL", "BTWM")).any()


def test_small_municipalities_have_no_row_but_their_team_does():
    codes = {row["Identifier"] for row in survey.cube("85472NED", 7, TODAY).codes["RegioS"]}
    assert {"NL01", "LD04", "PV31", "RE10", "PDZWL", "BTWM", "BTWE", "GM1883"} <= codes
    assert not {"GM0988", "GM0946", "GM1640", "GM0971", "GM0888"} & codes


@pytest.mark.parametrize(
    ("today", "waves"),
    [
        (datetime.date(2022, 1, 1), [2021]),
        (datetime.date(2024, 2, 29), [2021]),
        (datetime.date(2024, 3, 1), [2021, 2023]),
        (datetime.date(2026, 3, 1), [2021, 2023, 2025]),
    ],
)
def test_waves_come_out_in_march_of_the_next_year(today, waves):
    assert clock.waves(today) == waves
