# ruff: noqa: S608 (names come from the catalogue, values pass `literal`)
"""Border 2 for `kern`: the shared dimensions, without which no figure can be looked up."""

from __future__ import annotations

from collections.abc import Iterator

from great_expectations.expectations.expectation import Expectation

from expectations.rules import Condition, Rule, expectation, literals, scan
from expectations.tables import Candidate, has_columns, not_empty, table_rules

# Dimensions that a mart cannot do without, and the column by which figures refer to them.
REQUIRED = {
    "regio": ("regio_code", "naam", "niveau", "ouder_code"),
    "periode": ("periode_code", "periode_soort", "begin_datum", "eind_datum"),
    "indicator": ("indicator_code", "naam", "definitie"),
    "levering": ("levering_id", "dataset", "bron_soort"),
    "thema": ("thema", "naam"),
}


def suites(candidate: Candidate) -> dict[str, list[Expectation]]:
    """Expectations per table; a required dimension that is absent is judged through `regio`, the first."""
    return {table: list(_suite(candidate, table)) for table in sorted(candidate.tables)}


def _suite(candidate: Candidate, table: str) -> Iterator[Expectation]:
    required = REQUIRED.get(table)
    yield not_empty("rood" if required else "geel")
    if required:
        yield has_columns(required, "De kolommen waarop marts en dashboards rekenen zijn er.")
    key = (required[0],) if required else None
    yield from map(expectation, table_rules(candidate, table, key))
    yield from map(expectation, _own_rules(candidate, table))


def _own_rules(candidate: Candidate, table: str) -> Iterator[Rule]:
    if table == "regio":
        yield from _regions(candidate)
    elif table == "periode":
        yield _calendar()
    elif table == "levering":
        yield _deliveries(candidate)
    elif table == "bevolking":
        yield from scan(list(_population()), "concat_ws(' ', regio_code, jaar, leeftijdsgroep)")


def _regions(candidate: Candidate) -> Iterator[Rule]:
    """One country, no orphans, and every dimension that marts need."""
    missing = sorted(REQUIRED.keys() - candidate.tables.keys())
    yield Rule(
        "gebieden hangen samen",
        "rood",
        "Elk gebied hangt onder een gebied dat bestaat; alleen Nederland heeft er geen boven zich.",
        "Herstel de hierarchie in int_regio.",
        """
        select 'gebieden hangen samen' as rule, count(*) as amount, min(r.regio_code) as example
        from {batch} as r
        left join {batch} as o on o.regio_code = r.ouder_code
        where o.regio_code is null and r.niveau <> 'nederland'
        """,
        "ouder_code",
        unit="gebieden",
    )
    yield Rule(
        "een Nederland",
        "rood",
        "Nederland staat er precies een keer.",
        "Herstel int_regio: de landcodes NL00 en NL01 zijn een gebied.",
        "select 'een Nederland' as rule, abs(count(*) - 1) as amount, min(regio_code) as example"
        " from {batch} where niveau = 'nederland'",
        "niveau",
        unit="te veel of te weinig",
    )
    yield Rule(
        "dimensies compleet",
        "rood",
        f"Alle dimensies die marts nodig hebben zijn er ({', '.join(REQUIRED)}).",
        "Bouw de basis opnieuw: `veiligheidsbeeld transform basis`.",
        f"select 'dimensies compleet' as rule, count(*) as amount, min(t.name) as example"
        f" from unnest(array[{literals(missing)}]::text[]) as t (name)"
        " where (select count(*) from (select from {batch} limit 1) as one) >= 0",
        unit="dimensies",
    )


def _calendar() -> Rule:
    return Rule(
        "kalender sluit aan",
        "rood",
        "De maanden volgen elkaar op zonder gat, zodat reeksen en draaiende jaren kloppen.",
        "Herstel int_periode.",
        """
        with maanden as (
            select periode_code, begin_datum, lead(begin_datum) over (order by begin_datum) as volgende
            from {batch} where periode_soort = 'maand'
        )
        select 'kalender sluit aan' as rule, count(*) as amount, min(periode_code) as example
        from maanden where volgende <> begin_datum + interval '1 month'
        """,
        "begin_datum",
        unit="gaten",
    )


def _deliveries(candidate: Candidate) -> Rule:
    """Every delivery behind the figures can be looked up."""
    known = literals(candidate.deliveries) or "null"
    return Rule(
        "leveringen compleet",
        "rood",
        "Elke verwerkte levering waarop de kandidaat rust staat in de tabel.",
        "Herstel stg_levering of bouw de basis opnieuw.",
        f"""
        select 'leveringen compleet' as rule, count(*) as amount, min(l.levering_id::text) as example
        from raw.levering as l
        left join {{batch}} as b on b.levering_id = l.levering_id
        where l.levering_id in ({known}) and b.levering_id is null
        """,
        "levering_id",
        unit="leveringen",
    )


def _population() -> Iterator[Condition]:
    yield Condition(
        "inwoners leeg verklaard",
        "rood",
        "Een aantal inwoners is alleen leeg als de status zegt waarom.",
        "Herstel int_bevolking.",
        "(inwoners_1_januari is null) <> (status_waarde not in ('gepubliceerd', 'nul'))",
        "inwoners_1_januari",
    )
    yield Condition(
        "inwoners niet negatief",
        "rood",
        "Geen aantal inwoners is lager dan nul.",
        "Herstel int_bevolking; kijk naar de levering van cbs_bevolking.",
        "inwoners_1_januari < 0",
        "inwoners_1_januari",
    )
