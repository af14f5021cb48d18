"""What all registers have in common: events over a year, codes by weight, and dates that follow later."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from sandbox.sample.registers.places import Place
from sandbox.sample.streams import stream

Table = dict[str, list[Any]]  # column of the contract -> value per row, in Python's types
Maker = Callable[[int, Place, int], Table]  # seed, municipality, year -> a whole year of its register

FLAT = (1.0,) * 12
SUMMER = (0.7, 0.7, 0.9, 1.0, 1.2, 1.3, 1.4, 1.3, 1.1, 1.0, 0.8, 0.6)
WINTER = (1.3, 1.1, 1.0, 0.9, 0.9, 0.8, 0.7, 0.7, 0.9, 1.1, 1.2, 1.4)


class Events:
    """The events of one register in one municipality and year, in order of day."""

    def __init__(
        self,
        seed: int,
        register: str,
        place: Place,
        year: int,
        per_1000: float,
        season: Sequence[float] = FLAT,
    ) -> None:
        self.place, self.year = place, year
        self.rng = stream(seed, "register", register, place.code, year)
        self.n = int(self.rng.poisson(place.expected(seed, register, year, per_1000)))
        months = self.rng.choice(12, self.n, p=np.array(season) / sum(season)) + 1
        days = self.rng.integers(1, 29, self.n)
        self.days = sorted(date(year, int(m), int(d)) for m, d in zip(months, days, strict=True))

    def numbers(self, prefix: str) -> list[str]:
        return [f"{prefix}{self.year % 100}-{i:04d}" for i in range(1, self.n + 1)]

    def pick(self, weights: dict[Any, float]) -> list[Any]:
        """A value per event; None among the weights is an empty cell."""
        values = list(weights)
        share = np.array(list(weights.values()), float)
        return [values[i] for i in self.rng.choice(len(values), self.n, p=share / share.sum())]

    def sometimes(self, share: float) -> list[bool]:
        return [bool(x) for x in self.rng.random(self.n) < share]

    def buurten(self, known: float = 1.0) -> list[str | None]:
        at = self.rng.integers(0, len(self.place.buurten), self.n)
        return [
            self.place.buurten[i] if there else None
            for i, there in zip(at, self.rng.random(self.n) < known, strict=True)
        ]

    def later(
        self, since: list[date | None], median: float, sigma: float = 0.7, share: float = 1.0
    ) -> list[date | None]:
        """Days that follow `since` after a lognormal time, for a share of the events."""
        after = np.maximum(0, self.rng.lognormal(np.log(median), sigma, self.n)).astype(int)
        there = self.rng.random(self.n) < share
        return [
            day + timedelta(days=int(n)) if day and ok else None for day, n, ok in zip(since, after, there, strict=True)
        ]

    def table(self, **columns: list[Any]) -> Table:
        return {"gemeente": [self.place.code] * self.n, **columns}


def where(values: list[Any], condition: Iterable[bool]) -> list[Any]:
    """The values where the condition holds, empty elsewhere."""
    return [v if ok else None for v, ok in zip(values, condition, strict=True)]


def joined(tables: Iterable[Table]) -> Table:
    """The tables under each other; a column that one of them lacks is empty there."""
    filled = [table for table in tables if table.get("gemeente")]
    names = dict.fromkeys(name for table in filled for name in table)
    return {name: [v for table in filled for v in table.get(name, [None] * len(table["gemeente"]))] for name in names}


# Days that are set beforehand, and outcomes that come with a day.
_PLANNED = {"datum_sluiting", "datum_heropening", "hercontrole_op", "streefdatum", "uiterste_datum", "geldig_tot"}
_OUTCOMES = (
    ("afdoening", "datum_afgerond"),
    ("terugkoppeling", "datum_afgerond"),
    ("resultaat", "datum_afgerond"),
    ("resultaat", "datum_afgesloten"),
    ("uitkomst", "datum_einde"),
    ("besluit", "datum_besluit"),
)


def known_by(table: Table, day: str, end: date) -> Table:
    """What the sender knew at `end` (not included): no rows of later, and nothing of later in earlier rows."""
    keep = [d < end for d in table.get(day, [])]
    known = {
        name: [
            None if isinstance(v, date) and v >= end and name not in _PLANNED else v
            for v, ok in zip(values, keep, strict=True)
            if ok
        ]
        for name, values in table.items()
    }
    for outcome, since in _OUTCOMES:
        if outcome in known and since in known:
            known[outcome] = where(known[outcome], (d is not None for d in known[since]))
    return known


def counts(
    seed: int,
    register: str,
    place: Place,
    year: int,
    cells: Sequence[tuple[dict[str, Any], float]],
    *,
    months: int = 12,
    season: Sequence[float] = FLAT,
    name: str = "aantal",
    zeros: bool = True,
) -> Table:
    """Counts per period of `12 / months` months: `cells` are codes with their yearly mean per 1.000 inhabitants."""
    rng = stream(seed, "register", register, place.code, year)
    step = 12 // months
    share = np.array(season) / sum(season)
    found: Table = {"gemeente": [], "periode": [], **{k: [] for k in cells[0][0]}, name: []}
    base = place.expected(seed, register, year, 1.0)
    for period in range(months):
        part = float(share[period * step : (period + 1) * step].sum())
        for codes, rate in cells:
            n = int(rng.poisson(base * rate * part))
            if n or zeros:
                for column, value in {
                    "gemeente": place.code,
                    "periode": date(year, period * step + 1, 1),
                    **codes,
                    name: n,
                }.items():
                    found[column].append(value)
    return found


def parts(seed: int, key: str, table: Table, name: str, share: float, of: str = "aantal") -> list[int]:
    """Binomial parts of a counted column."""
    rng = stream(seed, "deel", key, name)
    return [int(x) for x in rng.binomial(np.array(table[of], int), share)]
