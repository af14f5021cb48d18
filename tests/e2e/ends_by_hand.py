"""Goals of which counts are hidden, by hand: every number that these can be is tried, and the verdict is what all of
them say. What is hidden, and what is known of it, is worked out anew from the rows by the rule of decision 0034."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import product

import numpy as np

from tests.e2e.by_hand import BASIS_JAREN, DAY, Compute, Figures, ratio_test
from tests.e2e.raw_rows import Raw, Row, leden

Ends = tuple[float, float]
# What of 2022 lies before 19 November, in years, with the three years before it.
SIZE = 3 + 322 / 365


def known(counts: Sequence[int], least: int) -> list[int]:
    """The quarters of a year that are shown: up to the first that has some and not enough."""
    return list(counts[: next((i for i, n in enumerate(counts) if 0 < n < least), len(counts))])


def year_ends(counts: Sequence[int], least: int) -> Ends:
    shown = known(counts, least)
    rest, hidden = sum(counts) - sum(shown), len(counts) - len(shown)
    most = {2: 2 * least - 2, 3: least, 4: least}.get(hidden, least - 1)
    return (sum(shown) + 1, sum(shown) + most) if 0 < rest <= most else (sum(counts), sum(counts))


def quarter_ends(counts: Sequence[int], nr: int, least: int) -> Ends:
    shown = known(counts, least)
    return (shown[nr], shown[nr]) if nr < len(shown) else (0, year_ends(counts, least)[1] - sum(shown))


def area_ends(places: Iterable[Sequence[int]], least: int) -> Ends:
    """A sum over places is shown when what is hidden of them leaves each of them every number."""
    found = [(year_ends(counts, least), sum(counts)) for counts in places]
    rooms = [(high - low + 1, n - low + 1) for (low, high), n in found if low < high]
    widest = max((most for most, _ in rooms), default=0)
    rest = sum(n for _, n in rooms)
    if not rooms or widest + len(rooms) - 1 <= rest <= sum(most for most, _ in rooms) - widest + 1:
        return (sum(n for _, n in found),) * 2
    return sum(low for (low, _), _ in found), sum(high for (_, high), _ in found)


def status(now: float, before: float, size: float, spread: float, sign: int) -> str:
    """Of one pair of numbers: tested for chance, and without a projection."""
    half = 0.5 if 0 in (now, before) else 0
    significant = ratio_test(now + half, before + half, 1, size, spread)["significant"]
    gap, better = now - before / size, (now - before / size) * sign > 0
    if (before and abs(gap) <= 0.01 * before / size) or (abs(gap) < 1 and not significant):
        return "geen_verandering"
    if significant:
        return "gehaald" if better else "van_koers"
    return "richting_goed_niet_significant" if better else "geen_verandering"


def whatever_it_is(now: Ends, before: Ends, size: float, spread: float, sign: int) -> str:
    """Months that count for 18 of their 30 days make tenths."""
    steps = np.arange(before[0], before[1] + 0.05, 1 if size == 1 else 0.1)
    pairs = product(range(round(now[0]), round(now[1]) + 1), steps)
    found = {status(n, round(b, 1), size, spread, sign) for n, b in pairs}
    if len(found) > 1 and not found <= {"gehaald", "richting_goed_niet_significant"}:
        return "niet_meetbaar"
    return max(found)  # of both the weaker comes last


def within_ends(
    name: str,
    day: str,
    sign: int,
    *,
    keep: Callable[[Row], bool] = lambda _: True,
    weight: str = "",
    least: int = 5,
    every: str = "maand",
    base: int | None = None,
) -> Compute:
    """Cases of a register in the newest year (or four quarters) that says something, against a year or 2019-2022."""

    def compute(raw: Raw, regio: str) -> Figures:
        places = [[r for r in raw.sent(name, g) if keep(r)] for g in leden(regio)]
        until = raw.covered(name, regio)[1]

        def count(rows: list[Row], first: date, last: date) -> int:
            return sum(int(r[weight] or 0) if weight else 1 for r in rows if first <= r[day] <= last)

        def months(rows: list[Row], year: int) -> list[int]:
            return [count(rows, date(year, m, 1), date(year + m // 12, m % 12 + 1, 1) - DAY) for m in range(1, 13)]

        def quarters(rows: list[Row], year: int) -> list[int]:
            found = months(rows, year)
            return [sum(found)] if every == "jaar" else [sum(found[q : q + 3]) for q in range(0, 12, 3)]

        def year(nr: int) -> Ends:
            return area_ends([quarters(rows, nr) for rows in places], least)

        def rolling(nr: int, last: int) -> Ends | None:
            """The four quarters up to one of a year; nothing when a place hides one of them."""
            found = 0
            for rows in places:
                old, new = (known(quarters(rows, y), least) for y in (nr - 1, nr))
                if len(old) < 4 or len(new) < last:
                    return None
                found += sum(old[last:]) + sum(new[:last])
            return found, found

        def months_shown(rows: list[Row], nr: int) -> bool:
            some = months(rows, nr)
            return (
                every == "maand" and len(known(quarters(rows, nr), least)) == 4 and not any(0 < n < least for n in some)
            )

        def part_of_2022() -> Ends:
            if all(months_shown(rows, 2022) for rows in places):
                found = [months(rows, 2022) for rows in places]
                return (sum(sum(m[:10]) + m[10] * 18 / 30 for m in found),) * 2
            ends = [[quarter_ends(quarters(rows, 2022), q, least) for q in range(4)] for rows in places]
            most = sum(high for four in ends for _, high in four)
            return sum(low for four in ends for low, _ in four[:3]), min(most, year(2022)[1])

        last = (until.month - 1) // 3
        starts = [(y, rolling(y, last)) for y in (until.year, until.year - 1)] if last and every != "jaar" else []
        whole = [(y, year(y)) for y in (until.year - 1, until.year - 2)]
        shown = [(date(y, 3 * last + 1, 1) - DAY, e) for y, e in starts if e]
        shown += [(date(y, 12, 31), e) for y, e in whole]
        after = base or 0
        usable = [(d, e) for d, e in shown if d.year > after]
        open_to_all = [(d, e) for d, e in usable if e[0] == e[1] or narrow(e, least, len(places))]
        end, now = max(open_to_all or usable)
        if base:
            before, size = year(base), 1.0
        else:
            ends = [*(year(y) for y in BASIS_JAREN[:3]), part_of_2022()]
            before, size = (sum(low for low, _ in ends), sum(high for _, high in ends)), SIZE
        figures: Figures = {"peildatum": end, "status": whatever_it_is(now, before, size, 1.0, sign)}
        if now[0] == now[1]:
            figures["waarde"] = now[0]
        else:
            figures |= {"ondergrens": now[0], "bovengrens": now[1]}
        return figures | ({"nulmeting": before[0] / size} if before[0] == before[1] else {})

    return compute


def narrow(ends: Ends, least: int, places: int) -> bool:
    """Whether a sum over an area is shown as a range."""
    return places > 1 and ends[0] >= least and ends[1] - ends[0] <= ends[0] / 2
