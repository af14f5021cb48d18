"""The projection to a horizon: what can be worked out by hand, and how it does on series whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from veiligheidsbeeld.goals.projection import back_test, project

LAST = 2026 * 12 + 9  # October 2026
HORIZON = 2026 * 12 + 11
SERIES = 300


def series(level, months=120, last=LAST):
    return {m: float(level) for m in range(last - months + 1, last + 1)}


def test_a_steady_series_goes_on_as_it_is():
    found = project(series(10), HORIZON)
    assert found.known == 100
    assert found.verwacht == pytest.approx(120)
    low, high = found.interval(0.80)
    assert low < 120 < high
    assert low > 100, "known months have no spread"
    assert found.sd_niveau == 0, "a series without surprises has chance only"


def test_a_season_is_carried_on():
    seasonal = {m: 100.0 + 50 * (m % 12 == 10) for m in range(LAST - 119, LAST + 1)}
    assert project(seasonal, HORIZON).verwacht == pytest.approx(1000 + 100 + 150, abs=0.5)


def test_a_change_of_level_is_followed_at_the_pace_of_the_half_life():
    """A year ago ten became twenty: of sixty months with weight 0.5 ** (age / 4), twelve say twenty."""
    changed = {m: 20.0 if m > LAST - 12 else 10.0 for m in range(LAST - 119, LAST + 1)}
    recent = (1 - 0.5 ** (12 / 4)) / (1 - 0.5 ** (60 / 4))
    assert project(changed, LAST + 12).verwacht == pytest.approx(12 * (10 + 10 * recent))


def test_growth_is_not_carried_on():
    """The year to come is as the last one, a little lower: what grows within a year is taken for season."""
    growing = {m: 100 * 1.1 ** ((m - LAST) / 12) for m in range(LAST - 119, LAST + 1)}
    this_year = sum(growing[m] for m in range(LAST - 11, LAST + 1))
    assert project(growing, LAST + 12).verwacht == pytest.approx(this_year, rel=0.02)


def test_what_was_missed_before_widens_the_interval():
    """Of two series with the same last five years, the one that went up and down by a fifth before is wider."""
    calm = series(100)
    restless = calm | {m: 100.0 * (1.2 if m // 7 % 2 else 0.8) for m in range(LAST - 119, LAST - 59)}
    narrow, wide = (project(s, LAST + 12).interval(0.80) for s in (calm, restless))
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_a_horizon_that_has_passed_is_what_it_became():
    found = project(series(10), LAST)
    assert (found.verwacht, found.interval(0.95)) == (120, (120, 120))


def test_nothing_is_learnt_from_before_a_gap():
    gap = {m: v * 5 for m, v in series(10).items() if m < LAST - 70} | series(10, months=70)
    assert project(gap, HORIZON) == project(series(10, months=70), HORIZON)


@pytest.mark.parametrize("short", [series(10, months=36), series(0), {}])
def test_too_little_to_go_by_gives_no_projection(short):
    assert project(short, HORIZON) is None


def test_at_an_earlier_moment_nothing_later_was_known():
    found = {origin: what for origin, _, what, _ in back_test(series(10) | {LAST: 500.0}, 2, LAST - 24)}
    assert all(what == project(series(10, months=120 - (LAST - o), last=o), o + 2, 2) for o, what in found.items())
    assert len(found) == 2


def drawn(kind: str) -> np.ndarray:
    """SERIES series of 180 months, drawn from a known truth."""
    numbers = np.random.default_rng(2026)
    month = np.arange(180)
    season = 1 + 0.3 * np.cos(month * np.pi / 6)
    level = {
        "chance alone": np.full((SERIES, 180), 20.0),
        "low counts": np.full((SERIES, 180), 0.7),
        "a level that wanders": 30 * np.exp(np.cumsum(numbers.normal(0, 0.03, (SERIES, 180)), axis=1)),
        "more than chance": 20 * numbers.gamma(10, 1 / 10, (SERIES, 180)),
    }[kind]
    return numbers.poisson(level * season)


@pytest.mark.parametrize("ahead", [2, 12, 24])
@pytest.mark.parametrize("kind", ["chance alone", "low counts", "a level that wanders", "more than chance"])
def test_the_interval_holds_what_it_promises(kind, ahead):
    """One moment of every series, so that the trials are independent: within three binomial standard errors."""
    inside = {0.80: 0, 0.95: 0}
    for values in drawn(kind):
        known = {LAST - 179 + i: float(v) for i, v in enumerate(values)}
        [(_, became, found, _)] = back_test(known, ahead, LAST - ahead)
        for level in inside:
            low, high = found.interval(level)
            inside[level] += low <= became <= high
    for level, hits in inside.items():
        assert hits / SERIES == pytest.approx(level, abs=3 * np.sqrt(level * (1 - level) / SERIES))
