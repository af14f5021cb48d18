"""Ways to compute a goal by hand: sums, rates, tests and verdicts in Python; each gives columns of mart_ivp.doelen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from math import exp, isnan, log, nan, sqrt
from typing import Any

import numpy as np
from scipy import stats

from tests.e2e.raw_rows import Raw, Row, leden

BASIS_JAREN, BASIS_TOT = range(2019, 2023), date(2022, 11, 18)
DAY, EIND_2026, EIND_2027 = timedelta(days=1), date(2026, 12, 31), date(2027, 12, 31)
ORGANISATIES = {"SGDR": 5}  # four water boards and the province
MIN_CEL = 5

Figures = dict[str, Any]
Compute = Callable[[Raw, str], Figures]


def month_end(month: int) -> date:
    return date((month + 1) // 12, (month + 1) % 12 + 1, 1) - DAY


def last_day(until: date, *, whole_year: bool) -> date:
    """Last day of the last whole year, or quarter, before a day."""
    return date(until.year, 1 if whole_year else (until.month - 1) // 3 * 3 + 1, 1) - DAY


def year_before(end: date) -> date:
    """First day of the year that ends on a day."""
    day = end + DAY
    return day.replace(year=day.year - 1)


def year_of(months: dict[int, float], year: int) -> float:
    return sum(months[year * 12 + m] for m in range(12))


def ratio_test(a: float, b: float, size_a: float, size_b: float, dispersion: float) -> Figures:
    """Two counts over their sizes: the log of the ratio of rates, with a variance of so many times Poisson's."""
    ratio, error = log(a / size_a * size_b / b), sqrt(dispersion * (1 / a + 1 / b))
    bounds = [100 * (exp(x) - 1) for x in stats.norm.interval(0.95, ratio, error)]
    p = 2 * stats.norm.sf(abs(ratio) / error)
    return {"verschil_pct_onder": bounds[0], "verschil_pct_boven": bounds[1], "p_waarde": p, "significant": p < 0.05}


def dispersion(months: dict[int, float]) -> float:
    """Pearson's chi-square of five years x twelve months over its degrees of freedom, at least one."""
    table = np.array([months[m] for m in sorted(months)[-60:]]).reshape(5, 12)
    found = stats.chi2_contingency(table, correction=False)
    return max(1.0, found.statistic / found.dof)


def logit_interval(row: Row) -> tuple[float, float]:
    """95% interval of a percentage, on the logit scale."""
    centre, error = log(row["p"] / (1 - row["p"])), row["se"] / row["p"] / (1 - row["p"])
    low, high = (100 / (1 + exp(-x)) for x in stats.t.interval(0.95, row["df"], centre, error))
    return low, high


def by_test(figures: Figures, *, better: bool) -> str:
    """What a significant difference says; anything else would need the projection."""
    return ("gehaald" if better else "van_koers") if figures["significant"] else "rests on the projection"


def by_pace(now: float, previous: float, target: float, end: date, horizon: date, sign: int, *, reached: bool) -> str:
    """A full count: reached, or does the change of the last year, carried on, reach it before the horizon?"""
    if reached or horizon <= end:
        return "gehaald" if reached else "van_koers"
    at_horizon = now + (now - previous) * (horizon - end).days / (end - year_before(end) + DAY).days
    if (now - previous) * sign > 0:
        return "op_koers" if (at_horizon - target) * sign >= 0 else "van_koers"
    return "van_koers" if now != previous and previous == previous else "geen_verandering"


def untested(now: float, previous: float, before: float, end: date, horizon: date, sign: int) -> str:
    """Against a baseline without a test: five percent and one whole unit is a change, of which worse is off course."""
    if abs(now - before) < 1 or abs(now - before) < 0.05 * before:
        return "geen_verandering"
    better = (now - before) * sign > 0
    pace = by_pace(now, previous, before, end, horizon, sign, reached=better)
    return "van_koers" if pace == "geen_verandering" else pace


def police(indicator: str, *, base: int | None = None, per_1000: bool = False, enforcement: bool = False) -> Compute:
    """The last twelve months against a year, or 2019 up to 18 November 2022 in three variants; less is better."""

    def compute(raw: Raw, regio: str) -> Figures:
        months = raw.months(indicator, regio)
        now, size, k = sum(months[m] for m in sorted(months)[-12:]), 1.0, 1
        figures: Figures = {"spreiding": dispersion(months), "peildatum": month_end(max(months))}
        people = {y: raw.inhabitants(regio, y) if per_1000 else 1.0 for y in (*BASIS_JAREN, max(months) // 12)}
        if per_1000:
            size, k = people[max(months) // 12], 1000
        if base is not None:
            before, extent = year_of(months, base), 1.0
        else:
            part = sum(months[2022 * 12 + m] for m in range(10)) + months[2022 * 12 + 10] * 18 / 30
            years = [year_of(months, y) for y in (2019, 2020, 2021)] + [part]
            share = (BASIS_TOT - date(2021, 12, 31)).days / 365
            before, extent = sum(years), sum(people[y] for y in (2019, 2020, 2021)) + people[2022] * share
            rates = [k * v / people[y] for v, y in zip(years, BASIS_JAREN, strict=True)]
            figures["nulmeting_gedrukt"] = np.mean(rates)
            figures["nulmeting_op_jaarbasis"] = np.mean([*rates[:3], rates[3] / share])
            figures["nulmeting_naar_dagen"] = k * before / extent
        figures |= {"waarde": k * now / size, "nulmeting": k * before / extent}
        figures |= ratio_test(now, before, size, extent, figures["spreiding"])
        better = figures["waarde"] < figures["nulmeting"]
        return figures | {"status": "niet_meetbaar" if enforcement else by_test(figures, better=better)}

    return compute


def police_benchmark(indicator: str, benchmark: str) -> Compute:
    """Per 1,000 inhabitants against a larger area in the same twelve months: all cases over all inhabitants."""

    def compute(raw: Raw, regio: str) -> Figures:
        months, other = raw.months(indicator, regio), raw.months(indicator, benchmark)
        last = sorted(months)[-12:]
        a, b = sum(months[m] for m in last), sum(other[m] for m in last)
        size_a, size_b = (raw.inhabitants(r, last[-1] // 12) for r in (regio, benchmark))
        figures = ratio_test(a, b, size_a, size_b, dispersion(months))
        figures |= {"waarde": 1000 * a / size_a, "benchmark_waarde": 1000 * b / size_b}
        return figures | {"status": by_test(figures, better=a / size_a < b / size_b)}

    return compute


def suspects(kind: str, age: str, *, base: int | None = None) -> Compute:
    """Suspects of the last year against a year, or the whole years of 2019-2022; each count is rounded to 10, so that
    either side can be off by 5 per municipality. Nothing is tested, and enforcement is never judged."""

    def compute(raw: Raw, regio: str) -> Figures:
        years = raw.suspects(kind, age, regio)
        now, slack = years[max(years)], 5 * len(leden(regio))
        before = years[base] if base else sum(years[y] for y in BASIS_JAREN) / len(BASIS_JAREN)
        gap = now - before
        size = (
            "wat afronding kan zijn" if abs(gap) <= 2 * slack else "vrijwel gelijk" if abs(gap) < 0.05 * before else ""
        )
        few = min(now, before) < 20
        word = ("meer" if gap > 0 else "minder") if few else ("hoger" if gap > 0 else "lager")
        words = [word + (f", {size}" if size else "")]
        words.append("niet op toeval getoetst: de bron rondt af op 10")
        return {
            "waarde": now,
            "ondergrens": max(0, now - slack),
            "bovengrens": now + slack,
            "nulmeting": before,
            "peildatum": date(max(years), 12, 31),
            "significant": None,
            "voorlopig": True,
            "zin": f"{'; '.join(words) if gap else ': gelijk'}. Het aantal hangt af van de inzet",
            "status": "niet_meetbaar",
        }

    return compute


def register_count(
    name: str,
    day: str,
    keep: Callable[[Row], bool],
    sign: int,
    weight: str = "",
    *,
    base: int | None,
    whole_year: bool = False,
    tested: bool = False,
    horizon: date = EIND_2026,
) -> Compute:
    """Cases of a register in the last year (or the last four quarters) against those of a year, tested or not."""

    def compute(raw: Raw, regio: str) -> Figures:
        rows = [r for r in raw.register(name, regio) if keep(r)]
        end = last_day(raw.covered(name, regio)[1], whole_year=whole_year)

        def count(begin: date, until: date) -> float:
            return sum(r[weight] or 0 if weight else 1 for r in rows if r[day] and begin <= r[day] <= until)

        year_ago = year_before(end) - DAY
        now, previous = count(year_before(end), end), count(year_before(year_ago), year_ago)
        figures: Figures = {"waarde": now, "peildatum": end}
        if base is None:
            return figures | {"status": "uitgevoerd" if now >= 1 else "geen_verandering"}
        before = count(date(base, 1, 1), date(base, 12, 31))
        figures["nulmeting"] = before
        if tested:
            figures |= ratio_test(now, before, 1, 1, 1)
            return figures | {"status": by_test(figures, better=(now - before) * sign > 0)}
        return figures | {"status": untested(now, previous, before, end, horizon, sign)}

    return compute


def lead_time(name: str, begin: str, until: str, base: int, share: float = 0.5) -> Compute:
    """Days between two moments until this share of the cases of the last four quarters had their end, against a year.

    A case without an end counts for as long as it was seen: up to the last day that the municipality's files speak of.
    """

    def compute(raw: Raw, regio: str) -> Figures:
        rows = [
            (r, raw.covered(name, gemeente)[1] - DAY) for gemeente in leden(regio) for r in raw.register(name, gemeente)
        ]
        end = last_day(raw.covered(name, regio)[1], whole_year=False)

        def days(first: date, last: date) -> float:
            found = [(r, seen) for r, seen in rows if first <= r[begin] <= last]
            ended = [(r[until] - r[begin]).days for r, _ in found if r[until]]
            still = [max(0, (seen - r[begin]).days) for r, seen in found if not r[until]]
            done = stats.ecdf(stats.CensoredData(uncensored=ended, right=still)).cdf
            reached = zip(done.quantiles, done.probabilities, strict=True)
            day = next((t for t, p in reached if p > share - 1e-9 and t in ended), None)
            if day is None:
                return nan
            later = [t for t in ended if t > day]
            halfway = abs(done.evaluate(day) - share) < 1e-9 and later
            return float((day + min(later)) / 2 if halfway else day)

        now, before = days(year_before(end), end), days(date(base, 1, 1), date(base, 12, 31))
        if all(isnan(days(date(year, 1, 1), date(year, 12, 31))) for year in range(base, end.year)) and isnan(now):
            # So many never ended that there is no such day in any year.
            return {"waarde": None, "nulmeting": None, "status": "nog_geen_data"}
        year_ago = year_before(end) - DAY
        last_year = [r for r, _ in rows if year_before(end) <= r[begin] <= end]
        figures = {"waarde": now, "nulmeting": before, "peildatum": end}
        figures["zonder_einde_pct"] = hidden_when_few(sum(not r[until] for r in last_year), len(last_year))
        previous = days(year_before(year_ago), year_ago)
        return figures | {"status": untested(now, previous, before, end, EIND_2026, -1)}

    return compute


def hidden_when_few(part: int, whole: int) -> float | None:
    """A percentage of cases, unless there are fewer than twenty or it would tell of fewer than five."""
    told = whole >= 20 and (part == 0 or min(part, whole - part) >= MIN_CEL)
    return 100 * part / whole if told else None


def share(
    name: str,
    day: str,
    keep: Callable[[Row], bool],
    hit: Callable[[Row], bool],
    base: int,
    weight: str = "",
    *,
    followed: int = 0,
    sent: bool = False,
) -> Compute:
    """A share of the cases of the last whole year against that of a year, by Fisher's exact test; more is better.

    `followed`: only cases that their municipality's files saw for so many days can say whether a norm was met.
    `sent`: also cases of which the rows are past their retention.
    """

    def compute(raw: Raw, regio: str) -> Figures:
        rows = [
            r
            for gemeente in leden(regio)
            for r in (raw.sent if sent else raw.register)(name, gemeente)
            if keep(r) and r[day] and (raw.covered(name, gemeente)[1] - DAY - r[day]).days >= followed
        ]
        end = last_day(raw.covered(name, regio)[1], whole_year=True)

        def counts(year: int) -> tuple[int, int]:
            found = [r for r in rows if r[day] and r[day].year == year]
            size = [(int(r[weight]) if weight else 1, hit(r)) for r in found]
            return sum(n for n, is_hit in size if is_hit), sum(n for n, _ in size)

        (a, n_a), (b, n_b) = counts(end.year), counts(base)
        p = stats.fisher_exact([[a, n_a - a], [b, n_b - b]]).pvalue
        figures: Figures = {"waarde": 100 * a / n_a, "nulmeting": 100 * b / n_b, "peildatum": end}
        figures |= {"significant": bool(p < 0.05), "p_waarde": None, "methode": "fisher"}
        better = a / n_a > b / n_b
        if not p < 0.05 and abs(a / n_a - b / n_b) <= 0.01 * b / n_b:
            return figures | {"status": "geen_verandering"}
        if p < 0.05:
            return figures | {"status": "gehaald" if better else "van_koers"}
        return figures | {"status": "richting_goed_niet_significant" if better else "geen_verandering"}

    return compute


def coverage(kind: str, *, organisations: bool = False, keep: Callable[[Row], bool] = lambda _: True) -> Compute:
    """How many municipalities (and other organisations) have a document that holds on the last day of the year."""

    def compute(raw: Raw, regio: str) -> Figures:
        rows = [r for r in raw.register("beleidsdocumenten", regio) if r["soort"] == kind and keep(r)]
        end = last_day(raw.covered("beleidsdocumenten", regio)[1], whole_year=True)

        def having(day: date) -> int:
            holds = [r for r in rows if r["vastgesteld_op"] <= day and (not r["geldig_tot"] or r["geldig_tot"] > day)]
            return len({(organisations and r["organisatie"]) or r["gemeente"] for r in holds})

        n = len(leden(regio)) + (ORGANISATIES[regio] if organisations else 0)
        now, previous = 100 * having(end) / n, 100 * having(year_before(end) - DAY) / n
        text = f": {having(end)} van de {n} {'organisaties' if organisations else 'gemeenten'}"
        status = by_pace(now, previous, 100, end, date(2026, 12, 31), 1, reached=now >= 100)
        return {"waarde": now, "zin": text, "peildatum": end, "status": status}

    return compute


def state(
    keep: Callable[[Row], bool],
    unit: str,
    done: Callable[[Row], float],
    of: str = "",
    *,
    horizon: date = EIND_2026,
    whole_year: bool = False,
) -> Compute:
    """The last known state of every unit of the action plan (an ambition, a milestone, a group to be trained)."""

    def compute(raw: Raw, regio: str) -> Figures:
        rows = [r for r in raw.register("actieplan", regio) if keep(r)]
        end = last_day(raw.covered("actieplan", regio)[1], whole_year=whole_year)

        def share(day: date) -> float:
            newest: dict[tuple[Any, ...], tuple[date, Row]] = {}
            for r in rows:
                moment = r["datum_start"] if of else r["datum_eind"] or r["datum_start"]
                key = (r["gemeente"], r["organisatie"], r[unit])
                if moment <= day and (key not in newest or newest[key][0] < moment):
                    newest[key] = (moment, r)
            found = [r for _, r in newest.values()]
            return 100 * sum(map(done, found)) / sum(r[of] if of else 1 for r in found) if found else nan

        now, previous = share(end), share(year_before(end) - DAY)
        status = by_pace(now, previous, 100, end, horizon, 1, reached=now >= 100)
        return {"waarde": now, "streefwaarde": 100.0, "peildatum": end, "status": status}

    return compute


def survey(indicator: str, sign: int, benchmark: str = "", *, fixed: bool = False, towards: bool = False) -> Compute:
    """The newest wave against 2021, or against an area in the same wave (or in 2021)."""

    def compute(raw: Raw, regio: str) -> Figures:
        wave = raw.wave(indicator)
        now, base = raw.estimate(indicator, regio, wave), raw.estimate(indicator, regio, 2021)
        low, high = logit_interval(now)
        figures: Figures = {
            "waarde": 100 * now["p"],
            "ondergrens": low,
            "bovengrens": high,
            "nulmeting": 100 * base["p"],
        }
        gap, ahead = now["p"] - base["p"], (now["p"] - base["p"]) * sign > 0
        p = 2 * stats.t.sf(abs(gap) / sqrt(now["se"] ** 2 + base["se"] ** 2), min(now["df"], base["df"]))
        changed = p < 0.05
        if benchmark:
            other = raw.estimate(indicator, benchmark, 2021 if fixed else wave)
            gap = now["p"] - other["p"]
            figures["benchmark_waarde"] = 100 * other["p"]
            if fixed:
                other_low, other_high = logit_interval(other)
                figures["significant"] = low > other_high or high < other_low
            else:  # the area is part of the other: the standard error of the difference is the survey's own
                own = raw.difference(indicator, regio, wave, benchmark)
                figures["p_waarde"] = 2 * stats.t.sf(abs(gap) / own["se"], own["df"])
                figures["significant"] = figures["p_waarde"] < 0.05
        else:
            figures |= {"p_waarde": p, "significant": changed}
        better = gap * sign >= 0 if towards else gap * sign > 0
        if not benchmark and abs(gap) <= 0.01 * base["p"]:
            status = "geen_verandering"
        elif figures["significant"]:
            status = "gehaald" if better else "op_koers" if benchmark and ahead and changed else "van_koers"
        else:
            status = "richting_goed_niet_significant" if better or ahead else "geen_verandering"
        return figures | {"status": status}

    return compute


def footnote(name: str, day: str, keep: Callable[[Row], bool], weight: str, text: str) -> Compute:
    """A baseline the plan itself has a footnote about: only the figure of the last year that may be shown remains."""

    def compute(raw: Raw, regio: str) -> Figures:
        end = last_day(raw.covered(name, regio)[1], whole_year=True)
        rows = [r for r in raw.register(name, regio) if keep(r)]
        years = range(BASIS_JAREN[0], end.year + 1)
        count = {y: sum(r[weight] if weight else 1 for r in rows if r[day].year == y) for y in years}
        shown = max(y for y, n in count.items() if n == 0 or n >= MIN_CEL)
        figures: Figures = {"waarde": count[shown], "peildatum": date(shown, 12, 31), "nulmeting": None}
        return figures | {"voetnoten": text, "status": "niet_meetbaar"}

    return compute


def undelivered(name: str) -> Compute:
    """A count of an area needs the rows of every municipality in it."""

    def compute(raw: Raw, regio: str) -> Figures:
        silent = [gemeente for gemeente in leden(regio) if not raw.register(name, gemeente)]
        return {"waarde": None, "nulmeting": None, "status": "nog_geen_data" if silent else "has a count"}

    return compute
