"""Where a monthly count is heading: its recent level with the season of five years, and how far that was off before.

Plain on purpose, so that it can be explained to a council: a level in which every month counts for less the longer ago
it is, no trend, and an interval made of what the same projection missed by on earlier moments of the same series. What
is known of the twelve months up to the horizon counts as it is. Decision 0012 holds what else was tried; `terugtoets`
says how far it can be trusted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Months that a projection learns from, the least that will do, and how far back earlier projections are judged.
WINDOW, SHORTEST, JUDGED = 60, 24, 96
# Fewer earlier projections than this say nothing about the spread.
FEWEST = 12
# Months after which a month counts for half. Below SPARSE cases a month chance hides where the level goes: look longer.
HALF_LIFE, HALF_LIFE_SPARSE, SPARSE = 4.0, 24.0, 2.0
# Sums of twelve months overlap: so many months of earlier projections are worth one that stands by itself.
OVERLAP = 6
# Anscombe's constant: 2 * sqrt(n + 3/8) of a Poisson count has a standard deviation of one, whatever its mean.
ANSCOMBE = 0.375
METHOD, NONE = "gewogen_niveau", "geen_projectie"

_AGE = np.arange(WINDOW - 1, -1, -1)


@dataclass(frozen=True)
class Projection:
    """A sum of months to come (and, of a year, months that are known): expectation, spread and what it was made of.

    `spread` is in units of chance: 1 where the series never did worse than a Poisson count; 0 when all is known.
    """

    verwacht: float
    spread: float
    freedom: float
    known: float
    months: int

    @property
    def sd_niveau(self) -> float:
        """Standard deviation of the projected level itself, chance left out."""
        return float(np.sqrt(max(0.0, self.spread**2 - 1) * (self.verwacht - self.known + ANSCOMBE)))

    def interval(self, level: float) -> tuple[float, float]:
        """Bounds of the sum, from Student's t on the scale of roots; months that are known have none of the spread."""
        from scipy import stats

        if self.spread == 0:
            return self.verwacht, self.verwacht
        root = np.sqrt(self.verwacht - self.known + ANSCOMBE)
        reach = stats.t.ppf((1 + level) / 2, self.freedom) * self.spread / 2
        low, high = max(root - reach, np.sqrt(ANSCOMBE)) ** 2, (root + reach) ** 2
        return self.known + float(low) - ANSCOMBE, self.known + float(high) - ANSCOMBE


def project(series: Mapping[int, float], upto: int, months: int = 12) -> Projection | None:
    """Projects the `months` months that end with month `upto`, from a series by month number.

    Learns from the months after the last gap. None when those are too few or empty, also to judge by.
    """
    last = max(series, default=0)
    wanted = range(upto - months + 1, upto + 1)
    if any(m not in series for m in wanted if m <= last):
        return None
    y = _unbroken(series, last)
    known = float(sum(series[m] for m in wanted if m <= last))
    ahead = np.array([m - last for m in wanted if m > last])
    learnt = min(len(y), WINDOW)
    if not len(ahead):
        return Projection(known, 0.0, 0.0, known, learnt)
    judged = min(len(y) - SHORTEST + 1 - int(ahead[-1]), JUDGED)
    if judged < FEWEST or y[-WINDOW:].sum() == 0:
        return None
    expected = _expected(y, ahead)
    then = expected[: -ahead[-1]][-judged:]
    became = _sums(y, ahead)[-judged:]
    missed = 2 * (np.sqrt(became + ANSCOMBE) - np.sqrt(then + ANSCOMBE))
    spread = max(1.0, float(np.sqrt(np.mean(missed**2))))
    return Projection(known + float(expected[-1]), spread, judged / OVERLAP, known, learnt)


def _unbroken(series: Mapping[int, float], last: int) -> NDArray:
    found = []
    while last in series:
        found.append(series[last])
        last -= 1
    return np.array(found[::-1], dtype=float)


def _expected(y: NDArray, ahead: NDArray) -> NDArray:
    """The sum over the months `ahead`, as expected at the end of every month of `y` from the SHORTEST-th on."""
    padded = np.concatenate([np.zeros(WINDOW - 1), y])
    window = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[SHORTEST - 1 :]
    seen = np.minimum(np.arange(SHORTEST, len(y) + 1), WINDOW) // 12 * 12
    used = seen[:, None] > _AGE
    counts = window * used
    # One case is added to every calendar month, so that a month without any keeps a small share.
    season = counts.reshape(len(counts), -1, 12).sum(axis=1) + 1
    season = 12 * season / season.sum(axis=1, keepdims=True)
    sparse = counts.sum(axis=1) < SPARSE * seen
    weight = used * 0.5 ** (_AGE / np.where(sparse, HALF_LIFE_SPARSE, HALF_LIFE)[:, None])
    level = (counts * weight).sum(axis=1) / (np.tile(season, WINDOW // 12) * weight).sum(axis=1)
    return level * season[:, (ahead - 1) % 12].sum(axis=1)


def _sums(y: NDArray, ahead: NDArray) -> NDArray:
    """What the months `ahead` came to, for every month of `y` after which all of them are known."""
    total = np.concatenate([[0.0], np.cumsum(y)])
    return total[1 + ahead[-1] :] - total[ahead[0] : len(total) - len(ahead)]


def back_test(series: Mapping[int, float], ahead: int, first: int) -> Iterator[tuple[int, float, Projection, float]]:
    """(month, what it became, projection, naive) for one origin a year, from month `first` on.

    Of more than twelve months ahead the last twelve are summed, as for a goal. The naive expectation is what came of
    the same months in the last year that was known.
    """
    last, months = max(series, default=0), min(ahead, 12)
    for origin in range(last - ahead, first - 1, -12):
        wanted = range(origin + ahead - months + 1, origin + ahead + 1)
        year_ago = [m - 12 * (1 + (m - origin - 1) // 12) for m in wanted]
        if any(m not in series for m in (*wanted, *year_ago)):
            continue
        found = project({m: v for m, v in series.items() if m <= origin}, origin + ahead, months)
        if found:
            yield origin, sum(series[m] for m in wanted), found, sum(series[m] for m in year_ago)
