# ruff: noqa: S608 (queries are composed from contracts, values pass `literal`)
"""What is new against what is known: one comparison for every kind of dataset, before anything is merged.

The kind gives one query, `pairs`, of what is known and given again, and says how much that may change (`Limit`):

    levering, regio   the delivery that is judged; municipality, or another region
    reeks             what is measured there: a kind of crime, a count, a column
    periode, jaar     texts that sort in time; `jaar` is the year, and the kind of period where there are several
    was, wordt        both values

A rule that finds something gives both values: of a value, of a region and series over a year, and of a period.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from expectations.rules import Rule, literal, literals

# A period of which so many known figures, and over a quarter of all, fell to zero is not restated but broken.
FELL = 10


@dataclass(frozen=True)
class Limit:
    """How much a known value may change: by `least`, and beyond that by a `share` of it or a `factor`."""

    least: float
    share: float | None = None
    factor: float | None = None

    def beyond(self, was: str, becomes: str, *, times: float = 1) -> str:
        """SQL that is true of a change beyond the limit; `times` as much of the least is free."""
        least, gap = literal(times * self.least), f"abs({becomes} - {was})"
        if self.factor is None:
            return f"{gap} > greatest({least}, {self.share} * abs({was}))"
        low, high = (f"{end}(abs({was}), abs({becomes}))" for end in ("least", "greatest"))
        return f"{gap} >= {least} and {low} * {self.factor} < {high}"

    @property
    def text(self) -> str:
        how = f"een factor {self.factor:g}" if self.factor else f"{self.share:.0%}"
        return f"hooguit {how} (of {self.least:g})"


def compared(pairs: str, filled: str, deliveries: Sequence[int], limit: Limit) -> list[Rule]:
    """Rules over values that are known and given again, answered together.

    `filled`: query of (levering, periode, n): how many known values of a period are not zero.
    """
    names = ("cijfers worden nul", "bekende waarde verandert", "gebied verandert")
    both = "', bekend ' || trim_scale(round({0}::numeric, 2)) || ', nu ' || trim_scale(round({1}::numeric, 2))"
    query = f"""
        with samen as materialized ({pairs}),
        gevallen as (
            select levering, periode, count(*) as n,
                min(concat_ws(' ', regio, reeks, periode) || {both.format("was", "wordt")}) as example
            from samen where was > 0 and wordt = 0 group by 1, 2 having count(*) >= {FELL}
        ),
        gebieden as (
            select levering, concat_ws(' ', regio, reeks, jaar) as plek, sum(was) as was, sum(wordt) as wordt
            from samen group by levering, regio, reeks, jaar
        ),
        gevonden (rule, levering, amount, example) as (
            select {literal(names[0])}, g.levering, sum(g.n), min(g.example)
            from gevallen as g
            inner join ({filled}) as f on g.levering = f.levering and g.periode = f.periode and g.n * 4 > f.n
            group by g.levering
            union all
            select {literal(names[1])}, levering, count(*),
                min(concat_ws(' ', regio, reeks, periode) || {both.format("was", "wordt")})
            from samen where {limit.beyond("was", "wordt")} group by levering
            union all
            select {literal(names[2])}, levering, count(*), min(plek || {both.format("was", "wordt")})
            from gebieden where {limit.beyond("was", "wordt", times=10)} group by levering
        )
        select r.rule, l.levering, coalesce(g.amount, 0) as amount, g.example
        from unnest(array[{literals(names)}]) as r (rule)
        cross join unnest(array[{literals(deliveries)}]) as l (levering)
        left join gevonden as g on g.rule = r.rule and g.levering = l.levering
        """
    return [
        Rule(
            names[0],
            "rood",
            "Bekende cijfers van een periode worden niet voor meer dan een kwart nul.",
            "Er is een periode leeg geleverd: haal of lever haar opnieuw; blijft het, meld het bij de eigenaar.",
            query,
            unit="cijfers",
        ),
        Rule(
            names[1],
            "geel",
            f"Een bekende waarde verandert {limit.text}.",
            "Vraag naar de herziening; de nieuwe waarde wordt gebruikt en de oude blijft bewaard.",
            query,
            unit="waarden",
        ),
        Rule(
            names[2],
            "geel",
            f"De herziene cijfers van een gebied, reeks en jaar veranderen samen {limit.text}.",
            "Vraag of het gebied anders is ingedeeld of herzien, en of eenheid en selectie dezelfde zijn.",
            query,
            unit="gebieden, reeksen en jaren",
        ),
    ]


def other_size(new: str, known: str, *, factor: float, least: float) -> Rule:
    """Series of which the mean value per period is another size than that of the periods that stay as they are.

    `new` and `known`: queries of levering, regio, reeks, periode, waarde; `known` with `binnen`, whether the delivery
    speaks for that period and so replaces it.
    """
    return Rule(
        "andere orde van grootte",
        "geel",
        f"Een reeks is gemiddeld per periode hooguit een factor {factor:g} groter of kleiner dan in andere perioden.",
        "Ga na of eenheid, selectie en periode dezelfde zijn als eerder; zo niet, lever opnieuw.",
        f"""
        with nieuw as ({new}), bekend as ({known}), gemiddeld as (
            select levering, regio, reeks, n.wordt, b.was
            from (select levering, regio, reeks, avg(waarde) as wordt from nieuw group by 1, 2, 3) as n
            inner join (
                select levering, regio, reeks, avg(waarde) as was from bekend where not binnen
                group by 1, 2, 3 having count(*) >= 3
            ) as b using (levering, regio, reeks)
        )
        select 'andere orde van grootte' as rule, levering, count(*) as amount,
            min(concat_ws(' ', regio, reeks) || ', gemiddeld ' || round(wordt::numeric, 2) || ' per periode, eerder '
                || round(was::numeric, 2)) as example
        from gemiddeld
        where greatest(abs(was), abs(wordt)) >= {literal(least)}
            and least(abs(was), abs(wordt)) * {literal(factor)} < greatest(abs(was), abs(wordt))
        group by levering
        """,
        unit="reeksen",
    )


def withdrawn(query: str, *, share: float, enough: int) -> Rule:
    """Values that fall away, per region: `query` gives levering, regio, bekend (how many), vervalt (how many of them).

    Per region, because what one of them loses disappears in the sum of all.
    """
    return Rule(
        "vervallen per gemeente",
        "geel",
        f"Van wat over een gemeente bekend is, vervalt hooguit {share:g} procent.",
        "Ga na of de export van deze gemeente volledig is; wat ontbreekt, vervalt.",
        f"""
        with samen as ({query})
        select 'vervallen per gemeente' as rule, levering, max(100.0 * vervalt / bekend) as amount,
            (array_agg(regio || ': ' || vervalt || ' van ' || bekend || ' bekende rijen staan er niet meer in'
                order by 1.0 * vervalt / bekend desc))[1] as example
        from samen where bekend >= {literal(enough)} group by levering
        """,
        allowed=share,
        unit="procent",
    )
