# ruff: noqa: S608 (queries are composed from contracts and catalogue, values pass `literal`)
"""Rules over all figures of a theme that one profile answers: millions of rows grouped once, then judged as groups.

A group is (indicator, region, measure, kind of period, delivery, source, kind of source). All rules here are parts of
one query, so Great Expectations runs it once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from expectations import proven_zeros, reconciliation
from expectations.police import SHIELDED
from expectations.rules import Card, Rule, literal, literals

LEVELS = {
    "NL": "nederland",
    "LD": "landsdeel",
    "PV": "provincie",
    "RE": "regionale_eenheid",
    "GM": "gemeente",
    "WK": "wijk",
    "BU": "buurt",
}
_PROFILE = f"""
        profile as materialized (
            select
                indicator_code, regio_code, maat, periode_soort, levering_id, bron, bron_soort,
                min(niveau) as niveau, count(*) as n, count(waarde) as filled, sum(waarde) as total,
                sum(waarde * {reconciliation.WEIGHT.format("periode_code")}) as weighted
            from {{batch}}
            group by 1, 2, 3, 4, 5, 6, 7
        )"""


@dataclass(frozen=True)
class _Part:
    """A rule, the CTEs it adds to the query, and the select that measures it (`amount`, `example`)."""

    name: str
    card: Card
    must: str
    remedy: str
    column: str
    unit: str
    ctes: str
    measure: str


def profile_rules(deliveries: Sequence[int], core: frozenset[str]) -> list[Rule]:
    """Origin, levels, look-ups in `core` (the published dimensions) and reconciliation with raw."""
    parts = [*_origin(), _levels(), *_lookups(core), *_reconciled(deliveries)]
    ctes = ",".join([_PROFILE, *(p.ctes for p in parts if p.ctes)])
    measured = "\n        union all\n".join(
        f"        select {literal(p.name)} as rule, m.amount::numeric as amount, m.example from ({p.measure}) as m"
        for p in parts
    )
    query = f"with {ctes}\n{measured}"
    return [Rule(p.name, p.card, p.must, p.remedy, query, p.column, unit=p.unit) for p in parts]


def _origin() -> Iterator[_Part]:
    """Every figure leads to its delivery, and carries the mark of that delivery (sample, recording, live)."""
    traced = """
        herleid as (
            select f.n, f.filled, f.levering_id, f.bron_soort, l.bron_soort as geleverd_als, l.status
            from profile as f
            left join raw.levering as l on f.levering_id = l.levering_id
        )"""
    yield _Part(
        "herkomst",
        "rood",
        "Elk cijfer is te herleiden tot een verwerkte levering.",
        "Herstel het model dat levering_id kwijtraakt.",
        "levering_id",
        "cijfers",
        traced,
        "select coalesce(sum(filled), 0) as amount,"
        " min('levering ' || coalesce(levering_id::text, 'leeg')) as example"
        " from herleid where filled > 0 and status is distinct from 'verwerkt'",
    )
    yield _Part(
        "soort bron",
        "rood",
        "Elke rij zegt of zij voorbeeld, opname of live is, zoals haar levering.",
        "Herstel het model: een voorbeeldcijfer zonder merk wordt voor echt aangezien.",
        "bron_soort",
        "rijen",
        "",
        "select coalesce(sum(n), 0) as amount,"
        " min(coalesce(bron_soort, 'leeg') || ' in plaats van ' || coalesce(geleverd_als, 'onbekend')) as example"
        " from herleid where bron_soort is null or bron_soort <> geleverd_als",
    )
    yield _Part(
        "bronnen gescheiden",
        "rood",
        "Voorbeeldcijfers, opnamen en live cijfers staan niet door elkaar in een brontabel.",
        "Gebruik een eigen map (VB_HOME) en warehouse per soort bron.",
        "bron_soort",
        "brontabellen",
        """
        gemengd as (
            select bron || ' ' || string_agg(distinct bron_soort, ' en ') as example
            from profile where filled > 0 group by bron having count(distinct bron_soort) > 1
        )""",
        "select count(*) as amount, min(example) as example from gemengd",
    )


def _levels() -> _Part:
    prefixes = ", ".join(f"({literal(prefix)}, {literal(level)})" for prefix, level in LEVELS.items())
    delivered = "\n            union\n".join(
        f"            select distinct left({c.regio_kolom}, 2) as prefix from raw.{c.naam} where levering_tot is null"
        for c, _ in reconciliation.counted()
    )
    police = literals(reconciliation.PREFIXES.values())
    return _Part(
        "alle niveaus",
        "rood",
        "Elk gebiedsniveau waarover de politie leverde staat in de tabel, en de samenwerkingsgebieden ook.",
        "Kijk welk niveau in het model wegvalt en bouw het thema opnieuw.",
        "niveau",
        "niveaus",
        f"""
        geleverd as (
{delivered}
        ),
        verwacht as (
            select v.niveau from (values {prefixes}) as v (prefix, niveau)
            inner join geleverd as g on g.prefix = v.prefix
            union
            select 'samenwerkingsgebied' from geleverd where prefix = 'GM'
        )""",
        "select count(*) as amount, min(niveau) as example from verwacht"
        " where niveau not in (select niveau from profile)"
        f" and exists (select from profile where left(indicator_code, 4) in ({police}))",
    )


def _lookups(core: frozenset[str]) -> Iterator[_Part]:
    """Codes that a dashboard could not look up in the published dimensions."""
    for table in ("indicator", "regio"):
        if table in core:
            code = f"{table}_code"
            yield _Part(
                f"{code} in kern",
                "rood",
                f"Elke {code} staat in kern.{table}.",
                "Publiceer eerst kern; bouw het thema daarna opnieuw.",
                code,
                "codes",
                "",
                f"select count(distinct p.{code}) as amount, min(p.{code}) as example from profile as p"
                f" where not exists (select from kern.{table} as k where k.{code} = p.{code})",
            )


def _reconciled(deliveries: Sequence[int]) -> Iterator[_Part]:
    remedy = "Zoek het gebied op in raw en staging; herstel het model en bouw het thema opnieuw."
    yield _Part(
        "aansluiting maanden",
        "rood",
        "De maandcijfers van elke indicator en elk gebied zijn die van de bron; alleen bewezen nullen komen erbij.",
        remedy,
        "waarde",
        "reeksen",
        reconciliation.months(deliveries, SHIELDED),
        "select count(*) as amount, min(example) as example from maand_vergeleken where broken",
    )
    yield _Part(
        "aansluiting jaren",
        "rood",
        "Waar de bron een jaarcijfer geeft, is dat het jaarcijfer.",
        remedy,
        "waarde",
        "jaarcijfers",
        reconciliation.years(deliveries),
        "select count(*) as amount, min(example) as example from jaar_vergeleken where broken",
    )
    yield _Part(
        "nullen bewezen",
        "rood",
        "Elke nul over een maand of jaar is die van de bron, of volgt uit wat de bron zelf geeft.",
        remedy,
        "waarde",
        "nullen",
        proven_zeros.zeros(deliveries, SHIELDED),
        "select count(*) as amount, min(example) as example from nul_vergeleken where broken",
    )
