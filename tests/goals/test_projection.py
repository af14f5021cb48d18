"""The projection to a horizon: what can be worked out by hand, and how it does on series whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from benchmarks.projection import read
from veiligheidsbeeld.goals.projection import AHEAD, LARGE, LEVEL, THETA, WIDER, back_test, project, theta

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
    assert found.sd_niveau() == 0, "a series without surprises has chance only"


def test_a_season_is_carried_on():
    seasonal = {m: 100.0 + 50 * (m % 12 == 10) for m in range(LAST - 119, LAST + 1)}
    assert project(seasonal, HORIZON).verwacht == pytest.approx(1000 + 100 + 150, abs=0.5)


def test_a_change_of_level_is_followed_at_the_pace_of_the_half_life():
    """A year ago ten became twenty: of sixty months with weight 0.5 ** (age / 4), twelve say twenty. A small series."""
    changed = {m: 20.0 if m > LAST - 12 else 10.0 for m in range(LAST - 119, LAST + 1)}
    recent = (1 - 0.5 ** (12 / 4)) / (1 - 0.5 ** (60 / 4))
    assert project(changed, LAST + 12).verwacht == pytest.approx(12 * (10 + 10 * recent))


def test_growth_of_a_small_series_is_not_carried_on():
    """The year to come is as the last one, a little lower: what grows within a year is taken for season."""
    growing = {m: 10 * 1.1 ** ((m - LAST) / 12) for m in range(LAST - 119, LAST + 1)}
    this_year = sum(growing[m] for m in range(LAST - 11, LAST + 1))
    assert project(growing, LAST + 12).verwacht == pytest.approx(this_year, rel=0.1)


def test_growth_of_a_large_series_is_carried_on_for_half():
    """Ten percent a year without a season: every month is level x 1.1 ** (half the months ahead / 12)."""
    growing = {m: 10_000 * 1.1 ** ((m - LAST) / 12) for m in range(LAST - 119, LAST + 1)}
    found = project(growing, LAST + 12)
    # The newest month sets the pace (0.95): its level lags by one twentieth of a month's growth.
    by_hand = sum(10_000 * 1.1 ** ((h - 1) / 24 + (1 / 0.95) / 24 - 0.05 / 0.95 / 12) for h in range(1, 13))
    assert (found.method, found.verwacht) == (THETA, pytest.approx(by_hand, rel=1e-3))


@pytest.mark.parametrize(("size", "method"), [(LARGE - 1, LEVEL), (LARGE, THETA)])
def test_the_size_of_a_series_says_how_it_is_projected(size, method):
    assert project(series(size), HORIZON).method == method


def test_theta_is_that_of_a_library():
    """On logs, season by the same regression taken out beforehand; the library then chooses its own pace."""
    from statsmodels.tsa.forecasting.theta import ThetaModel

    ahead = np.arange(1, 13)
    for values in drawn("a level that wanders", size=200)[:20]:
        y = values[-60:].astype(float)
        month = np.arange(60)
        design = np.column_stack([month, np.eye(12)[month % 12]])
        season = np.linalg.lstsq(design, np.log(y + 1), rcond=None)[0][1:]
        season -= season.mean()
        bare = np.log(y + 1) - season[month % 12]
        fitted = ThetaModel(bare, deseasonalize=False).fit(use_mle=False)
        theirs = np.exp(np.asarray(fitted.forecast(12, theta=2)) + season).sum() - 12
        assert theta(y, ahead)[-1] == pytest.approx(theirs, rel=0.02)


@pytest.mark.parametrize("ahead", AHEAD)
def test_what_past_misses_lack_is_added_and_chance_is_not_widened(ahead):
    """Of a large series that was restless before, by hand: 1 + times^2 x (spread^2 - 1), on the scale of roots."""
    restless = {m: 1000.0 * (1.2 if m // 7 % 2 else 0.8) for m in range(LAST - 119, LAST + 1)}
    found = project(restless, LAST + ahead, min(ahead, 12))
    for level, percentile in ((0.80, 0.90), (0.95, 0.975)):
        times = WIDER[THETA][level][AHEAD.index(ahead)]
        reach = stats.t.ppf(percentile, found.freedom) * np.sqrt(1 + times**2 * (found.spread**2 - 1)) / 2
        low, high = found.interval(level)
        assert np.sqrt(high + 3 / 8) - np.sqrt(found.verwacht + 3 / 8) == pytest.approx(reach)
        assert np.sqrt(found.verwacht + 3 / 8) - np.sqrt(low + 3 / 8) == pytest.approx(reach)


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


def drawn(kind: str, size: float = 30) -> np.ndarray:
    """SERIES series of 180 months, drawn from a known truth; `size` of the ones that wander."""
    numbers = np.random.default_rng(2026)
    month = np.arange(180)
    season = 1 + 0.3 * np.cos(month * np.pi / 6)
    level = {
        "chance alone": np.full((SERIES, 180), 20.0),
        "low counts": np.full((SERIES, 180), 0.7),
        "a level that wanders": size * np.exp(np.cumsum(numbers.normal(0, 0.03, (SERIES, 180)), axis=1)),
        "more than chance": 20 * numbers.gamma(10, 1 / 10, (SERIES, 180)),
    }[kind]
    return numbers.poisson(level * season)


@pytest.mark.parametrize("ahead", AHEAD)
@pytest.mark.parametrize("kind", ["chance alone", "low counts", "a level that wanders", "more than chance"])
def test_the_interval_holds_what_it_promises(kind, ahead):
    """One moment of every series, so that the trials are independent: within three binomial standard errors.

    Above what is promised a series may be by as much again where the interval was widened for real months.
    """
    inside = {0.80: 0, 0.95: 0}
    for values in drawn(kind):
        known = {LAST - 179 + i: float(v) for i, v in enumerate(values)}
        [(_, became, found, _)] = back_test(known, ahead, LAST - ahead)
        for level in inside:
            low, high = found.interval(level)
            inside[level] += low <= became <= high
    for level, hits in inside.items():
        error = 3 * np.sqrt(level * (1 - level) / SERIES)
        assert level - error <= hits / SERIES <= level + (2 * error if ahead > 2 else error)


@pytest.mark.shared
@pytest.mark.parametrize("ahead", AHEAD)
def test_the_intervals_hold_on_real_months(shared, ahead):
    """National months of the police, 2012 to July 2022: one moment a quarter. 71 to 73% before they were widened."""
    found: dict[float, list[bool]] = {0.80: [], 0.95: []}
    for months in read(shared / "data" / "politie" / "47022NED_nederland_maand_2012-01_2022-07.csv").values():
        for _, became, projection, _ in back_test(months, ahead, min(months) + 59, every=3):
            for level, held in found.items():
                low, high = projection.interval(level)
                held.append(low <= became <= high)
    assert 0.77 <= np.mean(found[0.80]) <= 0.90
    assert np.mean(found[0.95]) >= 0.92
