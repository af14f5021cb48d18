"""The projection to a horizon: what can be worked out by hand, and how it does on series whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from veiligheidsbeeld.doelen.projectie import back_test, project

LAST = 2026 * 12 + 9  # October 2026
HORIZON = 2026 * 12 + 11


def series(level, months=60, last=LAST):
    return {m: float(level) for m in range(last - months + 1, last + 1)}


def test_a_steady_series_goes_on_as_it_is():
    found = project(series(10), HORIZON)
    assert found.known == 100
    assert found.verwacht == pytest.approx(120, abs=0.01)
    low, high = found.interval(0.80)
    assert low < 120 < high
    assert low > 100, "known months have no spread"


def test_a_series_that_grows_by_a_tenth_a_year_is_carried_on():
    growing = {m: 100 * 1.1 ** ((m - LAST) / 12) for m in range(LAST - 59, LAST + 1)}
    expected = sum(100 * 1.1 ** ((m - LAST) / 12) for m in range(HORIZON - 11, HORIZON + 1))
    assert project(growing, HORIZON).verwacht == pytest.approx(expected, rel=1e-4)


def test_a_horizon_that_has_passed_is_what_it_became():
    found = project(series(10), LAST)
    assert (found.verwacht, found.interval(0.95)) == (120, (120, 120))


@pytest.mark.parametrize("short", [series(10, months=20), series(0), {}])
def test_too_little_to_go_by_gives_no_projection(short):
    assert project(short, HORIZON) is None


def test_the_interval_holds_its_promise_on_series_of_chance():
    numbers = np.random.default_rng(2026)
    season = 20 * (1 + 0.3 * np.cos(np.arange(240) * np.pi / 6))
    inside = {0.80: [], 0.95: []}
    for _ in range(20):
        drawn = {24000 + i: float(v) for i, v in enumerate(numbers.poisson(season))}
        for _, became, found, _ in back_test(drawn, 12, 24000 + 120):
            for level, hits in inside.items():
                low, high = found.interval(level)
                hits.append(low <= became <= high)
    assert 0.70 < np.mean(inside[0.80]) < 0.90
    assert 0.89 < np.mean(inside[0.95]) < 0.99
