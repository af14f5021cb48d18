"""The published survey tables of the sample: the figures of Nederland in 2021 are those of 85472NED."""

from __future__ import annotations

import datetime

import numpy as np
import pytest

from sandbox.sample import clock, survey

TODAY = datetime.date(2026, 11, 1)
PUBLISHED = {
    "Slachtoffers": [16.9, 16.7, 17.2],
    "Melding": [46.5, 45.7, 47.3],
    "Aangifte": [18.7, 18.1, 19.4],
}


@pytest.fixture(scope="module", params=sorted(survey.TITLES))
def table(request):
    return survey.cube(request.param, 7, TODAY)


def of(cube, title, row, subject="Online criminaliteit"):
    """Cells by what the source calls them: a title in a group, and a region or trait."""
    groups = {g["Id"]: g["Title"] for g in cube.codes["MeasureGroups"]}
    (code,) = (
        m["Identifier"]
        for m in cube.codes["Measure"]
        if (groups.get(m["MeasureGroupId"]), m["Title"]) == (subject, title)
    )
    return cube.values[code][[r["Title"] for r in cube.codes[cube.dimensions[0]]].index(row)]


@pytest.mark.parametrize(("identifier", "country"), [("85472NED", "Nederland"), ("85846NED", "Totaal personen")])
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
    low, high = of(survey.cube("85472NED", 7, TODAY), "Aangifte", "Limburg (PV)")[1:, 0]
    value = of(survey.cube("85472NED", 7, TODAY), "Aangifte", "Limburg (PV)")[0, 0]
    assert high - value > value - low


def test_few_victims_give_no_figure():
    cube = survey.cube("85472NED", 7, TODAY)
    assert np.isnan(of(cube, "Aangifte", "Westelijke Mijnstreek (BT)", "Shamesexting")).all()
    assert not np.isnan(of(cube, "Slachtoffers", "Westelijke Mijnstreek (BT)")).any()


def test_small_municipalities_have_no_row_but_their_team_does():
    titles = {row["Title"] for row in survey.cube("85472NED", 7, TODAY).codes["RegioS"]}
    assert {"Nederland", "Zuid-Nederland (LD)", "Limburg (RE)", "Zuid-West-Limburg (PD)", "Weert (BT)"} <= titles
    assert "Sittard-Geleen" in titles and not {"Weert", "Nederweert", "Stein"} & titles


def test_what_was_never_seen_has_another_code_for_every_seed():
    """Seven measures of 85146NED were seen by code and keep it; no basisteam was."""
    one, two = (survey.cube("85146NED", seed, TODAY) for seed in (7, 8))
    codes = [{m["Title"]: m["Identifier"] for m in c.codes["Measure"]} for c in (one, two)]
    assert codes[0]["Voelt zich weleens onveilig"] == codes[1]["Voelt zich weleens onveilig"] == "A047555"
    assert codes[0]["Mensen gaan prettig met elkaar om"] != codes[1]["Mensen gaan prettig met elkaar om"]
    teams = [{r["Title"]: r["Identifier"] for r in c.codes["RegioS"] if "(BT)" in r["Title"]} for c in (one, two)]
    assert teams[0].keys() == teams[1].keys() and teams[0] != teams[1]
    ages = {r["Title"]: r["Identifier"] for r in survey.cube("85846NED", 7, TODAY).codes["Kenmerken"]}
    assert ages["45 tot 65 jaar"] == "53715"


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
