# ruff: noqa: S608 (queries are composed from contracts, values pass `literal`)
"""What is new against what is known: one comparison for every kind of dataset, before anything is merged.

Two relations are compared, `new` and `known`, each a query with the columns

    levering   the delivery that is judged (of `known`: the one that the known value is compared with)
    regio      municipality, or another region
    reeks      what is measured: a measure, a column, the number of rows
    periode    text that sorts in time, all of one length
    waarde     the value
    binnen     (`known` only) whether the delivery speaks for this value and so replaces it

A rule that finds something gives both values. How much a value may change is the caller's, who knows its kind.
"""

from __future__ import annotations

from expectations.rules import Rule, literal


def changed(new: str, known: str, *, factor: float, least: float) -> Rule:
    """Known values that the delivery gives again, more than `factor` larger or smaller and by at least `least`."""
    return Rule(
        "bekende waarde veranderd",
        "geel",
        f"Een bekende waarde verandert hooguit een factor {factor:g}.",
        "Ga na of de nieuwe waarden kloppen (eenheid, dubbele of ontbrekende rijen); zo niet, lever opnieuw.",
        f"""
        with nieuw as ({new}), bekend as ({known}), samen as (
            select n.levering, n.regio, n.reeks, n.periode, b.waarde as was, n.waarde as wordt
            from nieuw as n
            inner join bekend as b using (levering, regio, reeks, periode)
            where abs(n.waarde - b.waarde) >= {literal(least)} and least(abs(n.waarde), abs(b.waarde))
                * {literal(factor)} < greatest(abs(n.waarde), abs(b.waarde))
        )
        select 'bekende waarde veranderd' as rule, levering, count(*) as amount,
            min(concat_ws(' ', regio, reeks, periode) || ', bekend ' || round(was::numeric, 2)
                || ', nu ' || round(wordt::numeric, 2)) as example
        from samen group by levering
        """,
        unit="waarden",
    )


def other_size(new: str, known: str, *, factor: float, least: float) -> Rule:
    """Series of which the mean value per period is another size than that of the periods that stay as they are."""
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


def all_zero(new: str, known: str, *, least: float) -> Rule:
    """Periods of which every known value falls to nought, though together they were at least `least`."""
    return Rule(
        "alles nul",
        "rood",
        "Geen periode waarvan alle bekende waarden in de levering nul zijn geworden.",
        "Ga na wat er bij de bron is gebeurd; wat bekend was, blijft staan.",
        f"""
        with nieuw as ({new}), bekend as ({known}), samen as (
            select levering, n.reeks, n.periode, sum(abs(b.waarde)) as was, sum(abs(n.waarde)) as wordt
            from nieuw as n
            inner join bekend as b using (levering, regio, reeks, periode)
            group by 1, 2, 3
        )
        select 'alles nul' as rule, levering, count(*) as amount,
            min(concat_ws(' ', reeks, periode) || ', bekend ' || round(was::numeric, 2) || ', nu 0') as example
        group by levering
        """,
        unit="perioden",
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
