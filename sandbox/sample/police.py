"""Incidents of the police per soort, gemeente and month: the one set of counts behind all four police tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sandbox.sample import facts
from sandbox.sample.allocate import draw_rows, fit, over_months, set_group, settle_columns
from sandbox.sample.clock import FIRST_YEAR, Period
from sandbox.sample.national import National
from sandbox.sample.streams import stream

_LAST_WALK_YEAR = 2060
_LATE = 0.035  # share of the newest month that is registered after its first publication
_EXACT_YEARS = (2022, 2023)  # published total per gemeente
# Border region: more drugs and migration offences than the national pattern.
_LOCAL = {("3.1.1", "PV31"): 1.4, ("3.7.2", "PV31"): 1.3, ("3.1.2", "PV31"): 1.5, ("2.6.2", "PV31"): 1.6}
_SPREAD = {"misdrijven": 0.16, "overlast": 0.20}


@dataclass
class Incidents:
    """Counts of one domain.

    `full` [soorten, gemeenten, years, 12] holds whole years as they end up, `published` the same with the newest
    month as it was first published (a few late registrations fewer) and later months as they will be; callers
    cut at `last`. Soorten exclude the total.
    """

    domain: str
    soorten: list[str]
    gemeenten: tuple[str, ...]
    years: list[int]
    last: Period
    full: np.ndarray
    published: np.ndarray


def incidents(domain: str, seed: int, last: Period) -> Incidents:
    """All incidents of `domain` (`misdrijven` or `overlast`) from 2012 up to the year of `last`."""
    national = National(domain, seed, max(last.year, max(_EXACT_YEARS)))
    gemeenten = facts.gemeenten()
    shares = gemeente_shares(seed, national.year_list)
    affinity = _affinity(domain, seed, national.soorten)
    yearly = [_year(national, affinity, shares[:, i], year) for i, year in enumerate(national.year_list)]
    keep = last.year - FIRST_YEAR + 1
    full = np.empty((len(national.soorten), len(gemeenten), keep, 12), dtype=np.int32)
    for s, soort in enumerate(national.soorten):
        for y, year in enumerate(national.year_list[:keep]):
            rng = stream(seed, "maanden", domain, soort, year)
            full[s, :, y] = over_months(yearly[y][s], national.months[soort][y], rng)
    published = full.copy()
    newest = published[:, :, -1, last.month - 1]
    newest -= stream(seed, "laat", domain, last.key).binomial(newest, _LATE).astype(np.int32)
    return Incidents(domain, national.soorten, gemeenten, national.year_list[:keep], last, full, published)


def gemeente_shares(seed: int, years: list[int]) -> np.ndarray:
    """Share of every gemeente in the national total, [gemeenten, years]; 2022 and 2023 as published.

    Before 2021 the gemeenten of Limburg and Drenthe follow their own published CBS trend.
    """
    rows = facts.by_key("gemeenten", "code")
    shares = np.empty((len(facts.gemeenten()), len(years)))
    for g, code in enumerate(facts.gemeenten()):
        steps = stream(seed, "gemeente", code).normal(0, 0.025, _LAST_WALK_YEAR - FIRST_YEAR)
        trend = _cbs_trend(code)
        for i, year in enumerate(years):
            anchor = min(max(year, _EXACT_YEARS[0]), _EXACT_YEARS[1])
            low, high = sorted((year, anchor))
            walk = steps[low - FIRST_YEAR : high - FIRST_YEAR].sum()
            if year < anchor and trend:
                walk = walk * 0.3 + np.log(trend.get(year, 1.0))
            shares[g, i] = int(rows[code][f"misdrijven_{anchor}"]) * np.exp(walk)
    return shares / shares.sum(axis=0)


def _cbs_trend(code: str) -> dict[int, float]:
    """Share in the CBS total per year against 2019-2020, for gemeenten of the work area."""
    rows = facts.by_key("criminaliteit_totaal", "regio")
    if code not in rows:
        return {}
    parts = [rows[c] for c in (code, *facts.predecessors().get(code, ()))]
    share = {}
    for year in range(FIRST_YEAR, 2021):
        values = [int(p[str(year)]) for p in parts if p[str(year)]]
        share[year] = sum(values) / int(rows["NL01"][str(year)])
    level = (share[2019] + share[2020]) / 2
    return {year: value / level for year, value in share.items()}


def _affinity(domain: str, seed: int, soorten: list[str]) -> np.ndarray:
    """How much more of a soort a gemeente has than its size tells, [soorten, gemeenten]."""
    rows = facts.by_key("gemeenten", "code")
    size = np.array([int(rows[g]["misdrijven_2022"]) for g in facts.gemeenten()], dtype=float)
    profile = facts.by_key("soort_profiel", "soort")
    table = np.empty((len(soorten), len(size)))
    for s, soort in enumerate(soorten):
        noise = stream(seed, "affiniteit", domain, soort).normal(0, _SPREAD[domain], len(size))
        table[s] = (size / np.median(size)) ** float(profile[soort]["stad"]) * np.exp(noise)
        for g, code in enumerate(facts.gemeenten()):
            table[s, g] *= _LOCAL.get((soort, rows[code]["provincie"]), 1.0)
    return table


def _year(national: National, affinity: np.ndarray, share: np.ndarray, year: int) -> np.ndarray:
    """Counts [soorten, gemeenten] of one year with exact row sums, and exact columns where published."""
    rng = stream(national.seed, "gemeenten", national.domain, year)
    rows = np.array([national.years[s][year - FIRST_YEAR] for s in national.soorten], dtype=np.int64)
    if national.domain == "overlast":
        counts = draw_rows(affinity * share, rows, rng)
        _settle_anchors(counts, national.soorten, year, rng)
        return counts
    expected = fit(affinity * share, rows.astype(float), share * rows.sum())
    counts = draw_rows(expected, rows, rng)
    if year in _EXACT_YEARS:
        published = facts.by_key("gemeenten", "code")
        columns = np.array([int(published[g][f"misdrijven_{year}"]) for g in facts.gemeenten()])
        counts = settle_columns(counts, columns, rng)
    return counts


def _settle_anchors(counts: np.ndarray, soorten: list[str], year: int, rng: np.random.Generator) -> None:
    """Gives the published regional overlast figures of `year` to their regions, provinces first."""
    codes = np.array(facts.gemeenten())
    provinces = np.array([facts.by_key("gemeenten", "code")[c]["provincie"] for c in codes])
    settled = np.zeros(len(codes), dtype=bool)
    for row in facts.table("overlast_ankers"):
        if int(row["jaar"]) != year:
            continue
        line = counts[soorten.index(row["soort"])]
        if row["gebied"].startswith("PV"):
            set_group(line, provinces == row["gebied"], int(row["waarde"]), np.ones(len(codes), bool), rng)
        else:
            group = codes == row["gebied"]
            pool = (provinces == provinces[group][0]) & ~settled
            set_group(line, group, int(row["waarde"]), pool, rng)
            settled |= group
