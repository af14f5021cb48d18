"""Colours of codes: told apart by who sees no colour, and on a page that is printed in grey."""

from __future__ import annotations

import csv
from collections import defaultdict
from itertools import pairwise

import pytest

from dashboards.superset.charts import SERIES
from veiligheidsbeeld.settings import PROJECT

# Steps of lightness (CIE L*, 0 black to 100 white); two greys side by side differ visibly from some 5 on.
STEP = 8


def colours() -> dict[str, dict[str, str]]:
    """Colour per code, for each list that has colours."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    with (PROJECT / "dbt_project" / "seeds" / "label.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["kleur"]:
                found[row["lijst"]][row["code"]] = row["kleur"]
    return found


def lightness(colour: str) -> float:
    """CIE L* of an sRGB colour."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * luminance ** (1 / 3) - 16 if luminance > 0.008856 else 903.3 * luminance


def test_lightness_is_that_of_known_greys():
    assert [round(lightness(c)) for c in ("#000000", "#777777", "#ffffff")] == [0, 50, 100]


@pytest.mark.parametrize("name", sorted(colours()))
def test_colours_of_a_list_differ_in_grey(name):
    light = sorted((lightness(colour), code) for code, colour in colours()[name].items())
    near = [(a, b) for (one, a), (other, b) in pairwise(light) if other - one < STEP]
    assert near == []


def test_lines_of_a_dashboard_differ_in_grey():
    light = sorted(map(lightness, set(SERIES.values())))
    assert len(light) == 4
    assert min(other - one for one, other in pairwise(light)) >= STEP


def test_goals_and_empty_figures_have_a_colour_each():
    assert len(colours()["doel_status"]) == 8
    assert len(colours()["status_waarde"]) == 8
