"""Where a monthly count is heading: a quasi-Poisson regression on month of the year and a straight log trend.

Plain on purpose, so that it can be explained to a council: the last five years, one level per calendar month, one
percentage of growth. What is known of the twelve months up to the horizon counts as it is; the rest is projected. The
interval holds chance (with the dispersion that the series shows) and the uncertainty of the estimated level; it is that
of a gamma distribution, which cannot go below zero. `terugtoets` says how far it can be trusted.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Months to learn from, and the least that will do.
WINDOW, SHORTEST = 60, 36
# Below this mean per month a trend and a season cannot be told from chance: the level alone is projected.
SPARSE = 2.0
METHOD, NONE = "quasi_poisson_trend", "geen_projectie"


@dataclass(frozen=True)
class Projection:
    """A sum of months to come (and, of a year, months that are known): expectation, spread and what it was made of."""

    verwacht: float
    sd: float
    sd_niveau: float
    known: float
    months: int

    def interval(self, level: float) -> tuple[float, float]:
        """Bounds of the sum; months that are known have none of the spread."""
        from scipy import stats

        mean = self.verwacht - self.known
        if mean <= 0 or self.sd == 0:
            return self.verwacht, self.verwacht
        shape, scale = (mean / self.sd) ** 2, self.sd**2 / mean
        low, high = stats.gamma.ppf([(1 - level) / 2, (1 + level) / 2], shape, scale=scale)
        return self.known + float(low), self.known + float(high)


def project(series: Mapping[int, float], upto: int, months: int = 12) -> Projection | None:
    """Projects the `months` months that end with month `upto`, from a series by month number without gaps.

    None when the series is too short or empty, or when it would have to be carried further than it is long.
    """
    last = max(series, default=0)
    first = max(min(series, default=0), last - WINDOW + 1)
    learnt = [m for m in range(first, last + 1) if m in series]
    wanted = range(upto - months + 1, upto + 1)
    known = [m for m in wanted if m <= last]
    ahead = [m for m in wanted if m > last]
    y = np.array([series[m] for m in learnt])
    if any(m not in series for m in known) or len(learnt) < max(SHORTEST, len(ahead)) or y.sum() == 0:
        return None
    total = float(sum(series[m] for m in known))
    if not ahead:
        return Projection(total, 0.0, 0.0, total, len(learnt))
    fitted = _fit(np.array(learnt), y, np.array(ahead))
    if fitted is None:
        return None
    mean, noise, level = fitted
    return Projection(total + mean, float(np.sqrt(noise + level)), float(np.sqrt(level)), total, len(learnt))


def _fit(months: NDArray, y: NDArray, ahead: NDArray) -> tuple[float, float, float] | None:
    """Expected sum over `ahead`, its variance by chance, and that of the estimated level (delta method)."""
    import statsmodels.api as sm

    sparse = y.mean() < SPARSE
    centre = months[-1]

    def design(at: NDArray) -> NDArray:
        if sparse:
            return np.ones((len(at), 1))
        season = (at[:, None] % 12 == np.arange(12)[None, :]).astype(float)
        return np.column_stack([season, (at - centre) / 12.0])

    x = design(months)
    if not sparse and np.any(x[:, :12].T @ y <= 0):
        # A calendar month that never had a case has no level of its own: season is left out.
        def design(at: NDArray) -> NDArray:  # type: ignore[no-redef]
            return np.column_stack([np.ones(len(at)), (at - centre) / 12.0])

        x = design(months)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        result = sm.GLM(y, x, family=sm.families.Poisson()).fit(maxiter=50)
    if not result.converged or not np.isfinite(result.params).all():
        return None
    dispersion = max(1.0, float(result.pearson_chi2 / result.df_resid))
    new = design(ahead)
    mu = np.exp(new @ result.params)
    gradient = mu @ new
    covariance = result.cov_params() * dispersion
    return float(mu.sum()), dispersion * float(mu.sum()), float(gradient @ covariance @ gradient)


def back_test(series: Mapping[int, float], ahead: int, first: int) -> Iterator[tuple[int, float, Projection, float]]:
    """(month, what it became, projection, naive) for one origin a year, from month `first` on.

    The naive expectation is what came of the same months a year before.
    """
    last = max(series, default=0)
    for origin in range(last - ahead, first - 1, -12):
        wanted = range(origin + 1, origin + ahead + 1)
        year_ago = [m - 12 * (1 + (m - origin - 1) // 12) for m in wanted]
        if any(m not in series for m in (*wanted, *year_ago)):
            continue
        found = project({m: v for m, v in series.items() if m <= origin}, origin + ahead, ahead)
        if found:
            yield origin, sum(series[m] for m in wanted), found, sum(series[m] for m in year_ago)
