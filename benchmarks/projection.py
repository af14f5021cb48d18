"""The projection against its peers on real months: error and how often the intervals hold what came.

    python -m benchmarks.projection FILE [--every 6] [--drawn 1 3 10 30 100] [--quick]

FILE is a CSV with a heading of which the first three columns are series, first day of the month, and count: the
national months of the police (47022NED, 2012 to July 2022) are what decision 0012 quotes. `--drawn` also tries the
large series drawn down by chance to so many cases a month, the size of a municipality: real in all but size.
`--widening` prints how many times too little the misses of the past are, where `projection.WIDER` comes from.
"""

from __future__ import annotations

import argparse
import csv
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import numpy as np
from scipy import stats

from veiligheidsbeeld.goals import projection
from veiligheidsbeeld.goals.projection import AHEAD, ANSCOMBE, LARGE, LEVEL, METHODS, THETA, Projection, back_test

Series = dict[int, float]
LEVELS = (0.80, 0.95)
# Of one method, series and distance: what became, expected and naive, and the bounds of both intervals.
Trial = tuple[float, float, float, tuple[float, float], tuple[float, float]]
# Months known before the first moment that is judged: the least by which every method has an interval.
FIRST = 60


def read(path: Path) -> dict[str, Series]:
    found: dict[str, Series] = defaultdict(dict)
    with path.open(encoding="utf-8", newline="") as stream:
        for name, day, count, *_ in list(csv.reader(stream))[1:]:
            month = date.fromisoformat(day)
            found[name][month.year * 12 + month.month - 1] = float(count)
    return {name: months for name, months in found.items() if sum(months.values())}


def drawn(series: dict[str, Series], sizes: list[int]) -> dict[str, Series]:
    """Every large series drawn down, case by case, to so many a month."""
    numbers = np.random.default_rng(2022)
    return {
        f"{name} at {size}": {m: float(numbers.binomial(int(v), size / mean)) for m, v in months.items()}
        for name, months in series.items()
        if (mean := float(np.mean(list(months.values())))) > 2 * max(sizes, default=0)
        for size in sizes
    }


def narrow(found: Projection, level: float) -> tuple[float, float]:
    """The interval as it was before it was widened."""
    root = np.sqrt(found.verwacht - found.known + ANSCOMBE)
    reach = stats.t.ppf((1 + level) / 2, found.freedom) * found.spread / 2
    return max(root - reach, np.sqrt(ANSCOMBE)) ** 2 - ANSCOMBE, (root + reach) ** 2 - ANSCOMBE


def ours(months: Series, ahead: int, every: int, method: str | None, *, wide: bool = True) -> Iterator[Trial]:
    for _, became, found, naive in back_test(months, ahead, min(months) + FIRST - 1, every=every, method=method):
        bounds = [found.interval(level) if wide else narrow(found, level) for level in LEVELS]
        yield became, found.verwacht, naive, bounds[0], bounds[1]


def peers(months: Series, ahead: int, every: int, forecast: Callable) -> Iterator[Trial]:
    """A library's own forecast and intervals at the same moments."""
    for origin, became, _, naive in back_test(months, ahead, min(months) + FIRST - 1, every=every, method=LEVEL):
        known = np.array([v for m, v in sorted(months.items()) if m <= origin])
        expected, *bounds = forecast(known, ahead, min(ahead, 12))
        yield became, expected, naive, bounds[0], bounds[1]


def ets(y: np.ndarray, ahead: int, last: int) -> tuple:
    """ETS, additive and damped, on logs; intervals of the sum from a thousand simulated ways on."""
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    model = ETSModel(np.log(y + 1), error="add", trend="add", damped_trend=True, seasonal="add", seasonal_periods=12)
    fitted = model.fit(disp=False)
    ways = fitted.simulate(ahead, anchor="end", repetitions=1000, rng=np.random.default_rng(2022))
    sums = (np.exp(ways) - 1)[-last:].sum(axis=0)
    expected = float((np.exp(fitted.forecast(ahead)) - 1)[-last:].sum())
    return expected, *(np.quantile(sums, [(1 - level) / 2, (1 + level) / 2]) for level in LEVELS)


def theta_of_library(y: np.ndarray, ahead: int, last: int) -> tuple:
    """Theta of statsmodels on logs; its intervals are per month, so those of a sum are taken as wholly dependent."""
    from statsmodels.tsa.forecasting.theta import ThetaModel

    fitted = ThetaModel(np.log(y + 1), period=12, method="additive", use_test=False).fit()
    expected = float((np.exp(np.asarray(fitted.forecast(ahead))) - 1)[-last:].sum())
    bounds = [(np.exp(np.asarray(fitted.prediction_intervals(ahead, alpha=1 - level))) - 1)[-last:] for level in LEVELS]
    return expected, *(b.sum(axis=0) for b in bounds)


def seasonal_naive(y: np.ndarray, ahead: int, last: int) -> tuple:
    """The same months a year before; the interval from what that missed by before, as for our own."""
    wanted = np.arange(ahead - last + 1, ahead + 1)
    back = wanted - 12 * (1 + (wanted - 1) // 12)
    ends = np.arange(13 - int(back.min()), len(y) + 1)
    expected = np.array([y[end - 1 + back].sum() for end in ends])
    known = [end for end in ends if end + ahead <= len(y)]
    became = np.array([y[end - 1 + wanted].sum() for end in known])
    root, missed = np.sqrt(expected[-1]), np.sqrt(became) - np.sqrt(expected[: len(known)])
    spread = np.sqrt(np.mean(missed**2))
    reach = [stats.t.ppf((1 + level) / 2, len(known) / projection.OVERLAP) * spread for level in LEVELS]
    return float(expected[-1]), *((max(0.0, root - r) ** 2, (root + r) ** 2) for r in reach)


def score(trials: dict[str, list[Trial]]) -> str:
    """80% | 95% | MASE: hits over all trials; the error over the naive one, as a mean over series."""
    every = [trial for found in trials.values() for trial in found]
    held = [np.mean([t[k][0] <= t[0] <= t[k][1] for t in every]) for k in (3, 4)]
    ratios = [
        sum(abs(t[0] - t[1]) for t in found) / naive
        for found in trials.values()
        if (naive := sum(abs(t[0] - t[2]) for t in found))
    ]
    return f"{held[0]:.0%} | {held[1]:.0%} | {np.mean(ratios):.2f}"


def table(title: str, series: dict[str, Series], methods: dict[str, Callable[[Series, int], Iterator[Trial]]]) -> None:
    print(f"\n{title}: {len(series)} series; 80% | 95% | MASE\n")
    print("| method | " + " | ".join(f"{ahead} months" for ahead in AHEAD) + " |\n|---|---|---|---|")
    for name, method in methods.items():
        cells = [score({k: list(method(months, ahead)) for k, months in series.items()}) for ahead in AHEAD]
        print(f"| {name} | " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |", flush=True)


def widening(series: dict[str, Series]) -> None:
    """How many times what exceeds chance has to be taken for the intervals to hold what they say."""
    print("\nwidening by method, certainty and months ahead; crossed: held when learnt from the other half")
    for method in METHODS:
        for level in LEVELS:
            for ahead in AHEAD:
                misses, halves = [], []
                for nr, months in enumerate(series.values()):
                    for _, became, found, _ in back_test(months, ahead, min(months) + FIRST - 1, every=1):
                        if found.method == method:
                            gap = 2 * abs(np.sqrt(became + ANSCOMBE) - np.sqrt(found.verwacht + ANSCOMBE))
                            reach = stats.t.ppf((1 + level) / 2, found.freedom)
                            misses.append(((gap / reach) ** 2 - 1) / max(1e-9, found.spread**2 - 1))
                            halves.append(nr % 2)
                asked, half = np.array(misses), np.array(halves)
                needed = np.sqrt(np.maximum(0, [np.quantile(asked[half != h], level) for h in (0, 1)]))
                crossed = np.mean([np.mean(asked[half == h] <= max(1, needed[h]) ** 2) for h in (0, 1)])
                times = np.sqrt(max(0.0, float(np.quantile(asked, level))))
                print(f"{method:15} {level:.0%} {ahead:3}: {times:.2f} ({len(asked)} trials; crossed {crossed:.0%})")


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--every", type=int, default=6, help="months between two moments that are judged")
    parser.add_argument("--drawn", type=int, nargs="*", default=[1, 3, 10, 30, 100])
    parser.add_argument("--quick", action="store_true", help="without the libraries")
    parser.add_argument("--widening", action="store_true")
    chosen = parser.parse_args(arguments)
    warnings.simplefilter("ignore")
    series, every = read(chosen.file), chosen.every
    small = drawn(series, chosen.drawn)
    if chosen.widening:
        widening(series)
        widening(small)
        return
    own: dict[str, Callable[[Series, int], Iterator[Trial]]] = {
        "level alone, as before": lambda s, a: ours(s, a, every, LEVEL, wide=False),
        "Theta alone": lambda s, a: ours(s, a, every, THETA),
        f"**by size ({LARGE:.0f} a month), widened**": lambda s, a: ours(s, a, every, None),
        "the same months a year before": lambda s, a: peers(s, a, every, seasonal_naive),
    }
    others: dict[str, Callable[[Series, int], Iterator[Trial]]] = {
        "Theta of a library": lambda s, a: peers(s, a, every, theta_of_library),
        "ETS, additive and damped, on logs": lambda s, a: peers(s, a, every, ets),
    }
    for title, keep in (("national, 30 a month or more", True), ("national, fewer", False)):
        chosen_series = {k: s for k, s in series.items() if (np.mean(list(s.values())) >= LARGE) == keep}
        table(title, chosen_series, own if chosen.quick else own | others)
    for size in chosen.drawn:
        table(f"drawn down to {size} a month", {k: s for k, s in small.items() if k.endswith(f" at {size}")}, own)


if __name__ == "__main__":
    main()
