"""Where a monthly count is heading, and how far that was off before.

Two methods, by the size of the series. Small ones: a level in which every month counts for less the longer ago it is,
with the season of five years and no trend. Larger ones: Theta on logs, which is exponential smoothing of what is left
without the season, with half of the straight trend added. Both are plain enough to be explained to a council. The
interval is made of what the same method missed by on earlier moments of the same series, widened by how much that
proved too little on real months. What is known of the twelve months up to the horizon counts as it is. Decision 0012
holds what else was tried; `terugtoets` says how far it can be trusted.
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
# Cases a month, over the window, from which Theta does better than the level.
LARGE = 30.0
# Months after which a month counts for half. Below SPARSE cases a month chance hides where the level goes: look longer.
HALF_LIFE, HALF_LIFE_SPARSE, SPARSE = 4.0, 24.0, 2.0
# How fast the smoothing of Theta may follow the newest month: the best of these over the window.
PACES = np.arange(0.05, 1.0, 0.05)
# Sums of twelve months overlap: so many months of earlier projections are worth one that stands by itself.
OVERLAP = 6
# Anscombe's constant: 2 * sqrt(n + 3/8) of a Poisson count has a standard deviation of one, whatever its mean.
ANSCOMBE = 0.375
LEVEL, THETA, NONE = "gewogen_niveau", "theta", "geen_projectie"
# What earlier misses show beyond chance is too little for what comes: how many times, by method and certainty, at so
# many months ahead. From the back-test on real national months, 2012 to 2022 (benchmarks/projection.py).
AHEAD = (2, 12, 24)
WIDER: dict[str, dict[float, tuple[float, float, float]]] = {
    LEVEL: {0.80: (1.0, 1.0, 1.3), 0.95: (1.0, 1.1, 1.7)},
    THETA: {0.80: (1.0, 1.2, 1.5), 0.95: (1.0, 1.45, 1.8)},
}

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
    method: str = LEVEL
    ahead: int = 0

    def sd_niveau(self, level: float = 0.80) -> float:
        """Standard deviation of the projected level itself, chance left out, as the interval of `level` has it."""
        return float(np.sqrt(max(0.0, self._wide(level) ** 2 - 1) * (self.verwacht - self.known + ANSCOMBE)))

    def interval(self, level: float) -> tuple[float, float]:
        """Bounds of the sum at 0.80 or 0.95, from Student's t on the scale of roots; known months have no spread."""
        from scipy import stats

        if self.spread == 0:
            return self.verwacht, self.verwacht
        root = np.sqrt(self.verwacht - self.known + ANSCOMBE)
        reach = stats.t.ppf((1 + level) / 2, self.freedom) * self._wide(level) / 2
        low, high = max(root - reach, np.sqrt(ANSCOMBE)) ** 2, (root + reach) ** 2
        return self.known + float(low) - ANSCOMBE, self.known + float(high) - ANSCOMBE

    def _wide(self, level: float) -> float:
        """The spread with what exceeds chance widened."""
        times = np.interp(self.ahead, AHEAD, WIDER[self.method][level])
        return float(np.sqrt(min(1.0, self.spread**2) + times**2 * max(0.0, self.spread**2 - 1)))


def project(series: Mapping[int, float], upto: int, months: int = 12, method: str | None = None) -> Projection | None:
    """Projects the `months` months that end with month `upto`, from a series by month number.

    Learns from the months after the last gap. None when those are too few or empty, also to judge by. The method
    follows from the size of the series unless it is named.
    """
    last = max(series, default=0)
    wanted = range(upto - months + 1, upto + 1)
    if any(m not in series for m in wanted if m <= last):
        return None
    y = _unbroken(series, last)
    known = float(sum(series[m] for m in wanted if m <= last))
    ahead = np.array([m - last for m in wanted if m > last])
    learnt = min(len(y), WINDOW)
    method = method or (THETA if len(y) and y[-WINDOW:].mean() >= LARGE else LEVEL)
    if not len(ahead):
        return Projection(known, 0.0, 0.0, known, learnt, method)
    judged = min(len(y) - SHORTEST + 1 - int(ahead[-1]), JUDGED)
    if judged < FEWEST or y[-WINDOW:].sum() == 0:
        return None
    expected = METHODS[method](y, ahead)
    then = expected[: -ahead[-1]][-judged:]
    became = _sums(y, ahead)[-judged:]
    missed = 2 * (np.sqrt(became + ANSCOMBE) - np.sqrt(then + ANSCOMBE))
    spread = max(1.0, float(np.sqrt(np.mean(missed**2))))
    return Projection(known + float(expected[-1]), spread, judged / OVERLAP, known, learnt, method, int(ahead[-1]))


def _unbroken(series: Mapping[int, float], last: int) -> NDArray:
    found = []
    while last in series:
        found.append(series[last])
        last -= 1
    return np.array(found[::-1], dtype=float)


def level(y: NDArray, ahead: NDArray) -> NDArray:
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
    found = (counts * weight).sum(axis=1) / (np.tile(season, WINDOW // 12) * weight).sum(axis=1)
    return found * season[:, (ahead - 1) % 12].sum(axis=1)


def theta(y: NDArray, ahead: NDArray) -> NDArray:
    """The same by the method Theta of Assimakopoulos and Nikolopoulos (2000) on the logs of the counts plus one.

    Season and straight trend come from one regression over the whole years of the window. In the form of Hyndman and
    Billah (2003): simple exponential smoothing without the season, with half of the slope as drift.
    """
    logs = np.log(y + 1)
    ends = np.arange(SHORTEST, len(y) + 1)
    lengths = np.minimum(ends, WINDOW) // 12 * 12
    found = np.empty(len(ends))
    for length in np.unique(lengths):
        here = lengths == length
        window = np.lib.stride_tricks.sliding_window_view(logs, length)[ends[here] - length]
        found[here] = (np.exp(_theta_logs(window, ahead)) - 1).sum(axis=1)
    return np.maximum(found, 0.0)


def _theta_logs(window: NDArray, ahead: NDArray, pace: float | None = None) -> NDArray:
    """Logs of the months `ahead` of every row of `window` (rows x whole years of months)."""
    length = window.shape[1]
    month = np.arange(length)
    design = np.column_stack([month, np.eye(12)[month % 12]])
    fitted = window @ np.linalg.pinv(design).T
    slope, season = fitted[:, :1], fitted[:, 1:] - fitted[:, 1:].mean(axis=1, keepdims=True)
    bare = window - season[:, month % 12]
    paces = PACES if pace is None else np.array([pace])
    smooth = np.repeat(bare[:, :1], len(paces), axis=1)
    missed = np.zeros_like(smooth)
    for value in bare[:, 1:].T:
        error = value[:, None] - smooth
        missed += error**2
        smooth = smooth + paces * error
    best = missed.argmin(axis=1)
    last, pace_used = smooth[np.arange(len(best)), best][:, None], paces[best][:, None]
    drift = slope / 2 * (ahead - 1 + (1 - (1 - pace_used) ** length) / pace_used)
    return last + drift + season[:, (length - 1 + ahead) % 12]


METHODS = {LEVEL: level, THETA: theta}


def _sums(y: NDArray, ahead: NDArray) -> NDArray:
    """What the months `ahead` came to, for every month of `y` after which all of them are known."""
    total = np.concatenate([[0.0], np.cumsum(y)])
    return total[1 + ahead[-1] :] - total[ahead[0] : len(total) - len(ahead)]


def back_test(
    series: Mapping[int, float], ahead: int, first: int, *, every: int = 12, method: str | None = None
) -> Iterator[tuple[int, float, Projection, float]]:
    """(month, what it became, projection, naive) for one origin in `every` months, from month `first` on.

    Of more than twelve months ahead the last twelve are summed, as for a goal. The naive expectation is what came of
    the same months in the last year that was known.
    """
    last, months = max(series, default=0), min(ahead, 12)
    for origin in range(last - ahead, first - 1, -every):
        wanted = range(origin + ahead - months + 1, origin + ahead + 1)
        year_ago = [m - 12 * (1 + (m - origin - 1) // 12) for m in wanted]
        if any(m not in series for m in (*wanted, *year_ago)):
            continue
        found = project({m: v for m, v in series.items() if m <= origin}, origin + ahead, months, method)
        if found:
            yield origin, sum(series[m] for m in wanted), found, sum(series[m] for m in year_ago)
