"""National totals per soort, year and month: published where known, carried forward where not."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from sandbox.sample import facts
from sandbox.sample.allocate import whole
from sandbox.sample.clock import FIRST_YEAR
from sandbox.sample.streams import stream

_MONTH_COLUMNS = [f"m{month:02d}" for month in range(1, 13)]
_LAST_PUBLISHED = 2023
_SEASON_YEARS = (2016, 2017, 2018, 2019, 2021)
_SMALL = 30  # below this yearly total the next year is a fresh Poisson draw, not a trend
# What is known to have changed the trend after the published years: the sexual offences act of 1 July 2024.
_SHIFTS = {("1.4.1", 2024): 1.06, ("1.4.1", 2025): 1.06}
# Kept as published when another edition's total is spread over the types.
_ANCHORED = ("3.7.4",)


class National:
    """Yearly and monthly national counts of one police domain (`misdrijven` or `overlast`), 2012 to `last_year`.

    `years[soort]` has one whole number per year; `months[soort]` is [years, 12] and adds up to it.
    """

    def __init__(self, domain: str, seed: int, last_year: int) -> None:
        self.domain, self.seed = domain, seed
        self.soorten = facts.soorten("soort_misdrijf" if domain == "misdrijven" else "soort_overlast")
        self.year_list = list(range(FIRST_YEAR, last_year + 1))
        self._rows = {(r["soort"], int(r["jaar"])): r for r in facts.table(f"{domain}_landelijk")}

    @cached_property
    def years(self) -> dict[str, list[int]]:
        known = range(FIRST_YEAR, _LAST_PUBLISHED + 1)
        series = {s: [int(self._rows[s, y]["totaal"]) for y in known] for s in self.soorten}
        if self.domain == "misdrijven":
            self._to_edition(series, known)
        for soort, values in series.items():
            while FIRST_YEAR + len(values) <= self.year_list[-1]:
                values.append(self._next(soort, values))
            del values[len(self.year_list) :]
        return series

    def _to_edition(self, series: dict[str, list[int]], known: range) -> None:
        """Spreads the difference between the total of 47013NED and the types of 47025NED over the large types."""
        free = [s for s in self.soorten if s not in _ANCHORED and s not in facts.HIDDEN]
        for index, year in enumerate(known):
            short = int(self._rows[facts.TOTAL, year]["totaal"]) - sum(v[index] for v in series.values())
            extra = whole(np.array([series[s][index] for s in free]), abs(short))
            for soort, part in zip(free, extra, strict=True):
                series[soort][index] += int(part) if short > 0 else -int(part)

    def _next(self, soort: str, values: list[int]) -> int:
        year = FIRST_YEAR + len(values)
        rng = stream(self.seed, "jaar", self.domain, soort, year)
        published = values[: _LAST_PUBLISHED - FIRST_YEAR + 1]
        if published[-1] < _SMALL:
            return int(rng.poisson(np.mean(published[-4:])))
        trend = np.clip(np.log(published[-1] / max(published[-5], 1)) / 4, -0.08, 0.08)
        growth = trend * 0.5 ** (year - _LAST_PUBLISHED) + rng.normal(0, 0.02)
        return round(values[-1] * float(np.exp(growth)) * _SHIFTS.get((soort, year), 1.0))

    @cached_property
    def months(self) -> dict[str, np.ndarray]:
        return {s: np.stack([self._month(s, y) for y in self.year_list]) for s in self.soorten}

    def _month(self, soort: str, year: int) -> np.ndarray:
        total = self.years[soort][year - FIRST_YEAR]
        if total == 0:
            return np.zeros(12, dtype=np.int64)
        rng = stream(self.seed, "maand", self.domain, soort, year)
        known = self._known_shape(soort, year)
        seen = np.isfinite(known)
        if seen.all() and known.sum() > 0:
            return whole(known, total)
        shape = self._season(soort) * np.exp(rng.normal(0, 0.02, 12))
        if seen.any() and not seen.all():
            # The published months keep their weight against the months that the season has to fill.
            rest = max(total - known[seen].sum(), 1)
            return whole(np.where(seen, known, shape / shape[~seen].sum() * rest), total)
        return rng.multinomial(total, shape / shape.sum())

    def _known_shape(self, soort: str, year: int) -> np.ndarray:
        """Published months of a year, NaN where not published; hidden types get what the total has left."""
        if self.domain == "misdrijven" and soort in facts.HIDDEN:
            visible = [s for s in self.soorten if s not in facts.HIDDEN]
            return self._published(facts.TOTAL, year) - sum(self._published(s, year) for s in visible)
        return self._published(soort, year)

    def _published(self, soort: str, year: int) -> np.ndarray:
        row = self._rows.get((soort, year))
        return np.array([float(row[c]) if row and row[c] else np.nan for c in _MONTH_COLUMNS])

    def _season(self, soort: str) -> np.ndarray:
        if self.domain == "overlast":
            row = facts.by_key("overlast_seizoen", "soort")[soort]
            return np.array([float(row[c]) for c in _MONTH_COLUMNS])
        years = [self._known_shape(soort, y) for y in _SEASON_YEARS]
        return np.sum([y / max(y.sum(), 1) for y in years], axis=0) + 1e-3
