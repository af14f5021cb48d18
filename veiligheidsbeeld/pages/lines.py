"""From the figures of one indicator in one region to a line of the table: newest, the one before, the way there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from veiligheidsbeeld.reader.marts import Figure

# Measured per so many inhabitants: what regions of different size can be compared by.
PER_INHABITANT = ("per_1000", "per_10000")
# States that say something of the figure itself; the others say that nobody knows it yet.
KNOWN = ("gepubliceerd", "nul", "onderdrukt", "verborgen", "niet_vergelijkbaar")


@dataclass(frozen=True)
class Line:
    """One indicator in one region: what the table, its chart and the table of years show."""

    newest: Figure
    previous: Figure | None
    rate: Figure | None  # of the same period, comparable between regions; None where there is none
    years: Sequence[Figure]

    @property
    def clearly_changed(self) -> bool:
        """Whether the margins of newest and previous do not touch; never where one of them has none."""
        new, old = self.newest, self.previous
        if old is None or None in (new.lower, new.upper, old.lower, old.upper):
            return False
        return new.lower > old.upper or new.upper < old.lower  # type: ignore[operator]

    def year(self, year: int) -> Figure | None:
        """The figure of a year."""
        return next((f for f in self.years if f.ends.year == year), None)


def lines(figures: Iterable[Figure]) -> dict[tuple[str, str], Line]:
    """A line per (indicator, region); figures in order of time."""
    by_key = groupby(sorted(figures, key=lambda f: (f.indicator, f.region)), key=lambda f: (f.indicator, f.region))
    return {key: line(list(found)) for key, found in by_key}


def line(figures: Sequence[Figure]) -> Line:
    """The line of one indicator in one region; of several series the one that goes on longest is shown."""
    measures = {f.measure for f in figures}
    main = next((m for m in sorted(measures) if m not in PER_INHABITANT), min(measures))
    series = _series([f for f in figures if f.measure == main])
    newest = _newest(series)
    years = [f for f in series if f.period_kind == "jaar"]
    rates = [f for f in figures if f.measure in PER_INHABITANT and f.series == newest.series]
    rate = next((f for f in rates if f.period == newest.period), None)
    if main in ("procent", "dagen"):
        rate = newest
    return Line(newest, _previous(newest, series), rate, years)


def _series(figures: Sequence[Figure]) -> list[Figure]:
    def reach(name: str) -> tuple[date, bool]:
        found = [f for f in figures if f.series == name]
        told = [f.ends for f in found if f.value is not None]
        # Of two that end together the one without a break.
        return max(told, default=date.min), all(f.state != "niet_vergelijkbaar" for f in found)

    # Of equals the first by name, which does not change by chance.
    chosen = max(sorted({f.series for f in figures}), key=reach)
    return [f for f in figures if f.series == chosen]


def _newest(series: Sequence[Figure]) -> Figure:
    known = [f for f in series if f.state in KNOWN] or series
    return max(known, key=lambda f: (f.ends, f.period_kind == "r12m"))


def _previous(newest: Figure, series: Sequence[Figure]) -> Figure | None:
    """The same twelve months a year before; of years the one before that has a figure (a survey skips years)."""
    before = [f for f in series if f.period_kind == newest.period_kind and f.ends < newest.ends]
    if newest.period_kind == "r12m":
        year_ago = (newest.ends.year - 1, newest.ends.month)
        return next((f for f in before if (f.ends.year, f.ends.month) == year_ago), None)
    return max((f for f in before if f.value is not None), key=lambda f: f.ends, default=None)
