# ruff: noqa: S608 (queries are composed from contracts and catalogue, values pass `literal`)
"""Border 2: a theme's candidate, as a reader would see it, before it is published.

`indicatorwaarden` is judged in full: reconciled with raw, every empty figure explained, nothing about time to come,
the privacy floor, change against what is published. `benchmark` and other tables are judged for what they share.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from expectations.profile import profile_rules
from expectations.rules import SEVERITY, Condition, Rule, expectation, literal, literals, scan

# A status that says why there is no value, and those that promise one. `niet_vergelijkbaar` may go either way: a
# figure of an older series keeps its value, a sum over a break does not exist.
EMPTY = ("onderdrukt", "niet_gepubliceerd_op_niveau", "nog_niet_beschikbaar", "niet_uitgevoerd")
FILLED = ("gepubliceerd", "nul")
STATUSES = (*FILLED, *EMPTY, "niet_vergelijkbaar")
# Rates are not shown below this many inhabitants.
MIN_DENOMINATOR = 100
# Change against the publication before: of the rows of a table, and of a yearly count per indicator and level.
MAX_ROW_DROP, MAX_ROW_LOSS = 20, 50
MAX_CHANGE, MIN_COUNT = 10, 100

KEYS = {
    "indicatorwaarden": ("indicator_code", "regio_code", "periode_code", "maat"),
    "benchmark": ("indicator_code", "regio_code", "benchmark_code", "periode_code"),
}
VALUES = (
    "indicator_code", "regio_code", "niveau", "periode_code", "periode_soort", "maat", "waarde", "teller", "noemer",
    "ondergrens", "bovengrens", "n", "status_waarde", "bron", "bron_soort", "reeks", "levering_id", "bijgewerkt_op",
)  # fmt: skip


@dataclass(frozen=True)
class Candidate:
    """What the suite must know: columns per candidate table, the views readers have now (this theme's and kern's),
    the deliveries the candidate was made of, and today."""

    thema: str
    tables: dict[str, tuple[str, ...]]
    published: frozenset[str]
    core: frozenset[str]
    deliveries: tuple[int, ...]
    today: date


def suites(candidate: Candidate) -> dict[str, list[Expectation]]:
    """Expectations per table of the candidate."""
    found = {table: _table_suite(candidate, table) for table in sorted(candidate.tables)}
    return {table: [*structural, *map(expectation, rules)] for table, (structural, rules) in found.items()}


def _table_suite(candidate: Candidate, table: str) -> tuple[list[Expectation], list[Rule]]:
    columns = candidate.tables[table]
    structural = [_not_empty()]
    rules = [_explained(candidate.thema, table), *_size(candidate, table)]
    if {"waarde", "status_waarde"} <= set(columns):
        rules += scan(list(_conditions(candidate, columns)), _example(table, columns))
    if table == "indicatorwaarden":
        structural.append(_columns())
        rules += [*profile_rules(candidate.deliveries, candidate.core), _change(candidate)]
    elif table in KEYS:
        rules.append(_unique(table))
    return structural, rules


def _not_empty() -> Expectation:
    return gxe.ExpectTableRowCountToBeBetween(
        min_value=1,
        severity=SEVERITY["rood"],
        description="De tabel heeft rijen.",
        meta=_meta("niet leeg", "Kijk of raw cijfers heeft en bouw het thema opnieuw (transform)."),
    )


def _columns() -> Expectation:
    return gxe.ExpectTableColumnsToMatchSet(
        column_set=list(VALUES),
        exact_match=False,
        severity=SEVERITY["rood"],
        description="Alle kolommen die elk thema deelt zijn er, zodat een dashboard voor elk thema werkt.",
        meta=_meta("kolommen", "Herstel het mart-model."),
    )


def _meta(name: str, remedy: str) -> dict[str, str | None]:
    return {"regel": name, "kaart": "rood", "kolom": None, "remedie": remedy}


def _example(table: str, columns: tuple[str, ...]) -> str:
    named = [c for c in KEYS.get(table, columns[:3]) if c in columns]
    return " || ' ' || ".join(f"coalesce({c}::text, '?')" for c in named)


def _conditions(candidate: Candidate, columns: tuple[str, ...]) -> Iterator[Condition]:
    """Rules about single figures, in one pass."""
    model = "Herstel het model; zie de regel in het rapport van dbt en bouw het thema opnieuw."
    yield Condition(
        "status bekend",
        "rood",
        f"Elk cijfer heeft een status uit de afgesproken lijst ({', '.join(STATUSES)}).",
        model,
        f"status_waarde is null or status_waarde not in ({literals(STATUSES)})",
        "status_waarde",
    )
    yield Condition(
        "leeg verklaard",
        "rood",
        "Een cijfer is alleen leeg als de status zegt waarom; ontbrekend is nooit nul.",
        model,
        f"waarde is null and status_waarde in ({literals(FILLED)})",
        "waarde",
    )
    yield Condition(
        "geen waarde bij lege status",
        "rood",
        "Een onderdrukt of ontbrekend cijfer heeft geen waarde en geen marges.",
        "Publiceer niets: hier staat een cijfer dat verborgen hoort te zijn. " + model,
        f"status_waarde in ({literals(EMPTY)}) and ({_any_filled(columns)})",
        "waarde",
    )
    yield Condition(
        "nul is nul",
        "rood",
        "De status nul staat bij de waarde 0 en nergens anders.",
        model,
        "(status_waarde = 'nul' and waarde <> 0) or (status_waarde = 'gepubliceerd' and waarde = 0)",
        "status_waarde",
    )
    yield Condition("niet negatief", "rood", "Geen cijfer is lager dan nul.", model, "waarde < 0", "waarde")
    if "noemer" in columns:
        yield from _denominators(columns, model)
    if {"ondergrens", "bovengrens"} <= set(columns):
        yield Condition(
            "marge om waarde",
            "rood",
            "Elk cijfer ligt tussen zijn ondergrens en bovengrens.",
            model,
            "ondergrens > waarde or bovengrens < waarde",
            "ondergrens, bovengrens",
        )
    if "periode_code" in columns:
        yield from _periods(candidate)


def _any_filled(columns: tuple[str, ...]) -> str:
    bounds = [c for c in ("waarde", "ondergrens", "bovengrens", "verhouding") if c in columns]
    filled = " or ".join(f"{c} is not null" for c in bounds)
    if "maat" in columns and "teller" in columns:
        # A rate hidden for its small population stands beside a count that is published.
        filled += " or (maat = 'aantal' and coalesce(teller, n) is not null)"
    return filled


def _denominators(columns: tuple[str, ...], model: str) -> Iterator[Condition]:
    small = [c for c in ("noemer", "benchmark_noemer") if c in columns]
    yield Condition(
        "privacy: kleine noemer",
        "rood",
        f"Een verhouding wordt niet getoond bij minder dan {MIN_DENOMINATOR} inwoners.",
        "Publiceer niets: herstel de grens in het model.",
        f"waarde is not null and ({' or '.join(f'{c} < {MIN_DENOMINATOR}' for c in small)})",
        "waarde",
    )
    if "maat" in columns:
        yield Condition(
            "verhouding klopt",
            "rood",
            "Een cijfer per 1.000 is 1.000 maal de teller gedeeld door de noemer.",
            model,
            "maat = 'per_1000' and waarde is not null"
            " and not coalesce(abs(waarde - 1000.0::float8 * teller / noemer) < 0.000001, false)",
            "waarde",
        )


def _periods(candidate: Candidate) -> Iterator[Condition]:
    """`periode_code` is a year, two letters and the last month (00: the whole year)."""
    this_month = candidate.today.year * 12 + candidate.today.month
    last_month = "left(periode_code, 4)::integer * 12 + coalesce(nullif(right(periode_code, 2), '00'), '12')::integer"
    # The first comparison settles nearly every row and costs little.
    recent = f"periode_code >= '{candidate.today.year}' and waarde is not null"
    yield Condition(
        "geen toekomst",
        "rood",
        "Er zijn geen cijfers over perioden die nog niet voorbij zijn.",
        "Kijk of de bron vooruit levert of de klok verkeerd staat.",
        f"{recent} and {last_month} > {this_month}",
        "periode_code",
    )
    yield Condition(
        "periode is voorbij",
        "geel",
        "Er zijn geen cijfers over de lopende maand: die is nog niet af.",
        "Toon de lopende maand niet in vergelijkingen.",
        f"{recent} and {last_month} = {this_month}",
        "periode_code",
    )


def _unique(table: str) -> Rule:
    keys = ", ".join(KEYS[table])
    return Rule(
        "sleutel uniek",
        "rood",
        f"Elke combinatie van {keys} komt een keer voor.",
        "Herstel de koppeling in het model die rijen verdubbelt.",
        f"""
        with twice as (
            select concat_ws(' ', {keys}) as example from {{batch}} group by {keys} having count(*) > 1
        )
        select 'sleutel uniek' as rule, count(*) as amount, min(example) as example from twice
        """,
        keys,
        unit="sleutels",
    )


def _explained(thema: str, table: str) -> Rule:
    return Rule(
        "kolommen toegelicht",
        "geel",
        "Elke kolom heeft een toelichting, zodat elk getal zijn definitie bij zich heeft.",
        "Vul de omschrijving van de kolom aan in de yml van het model.",
        f"""
        select 'kolommen toegelicht' as rule, count(*) as amount, min(a.attname) as example
        from pg_attribute as a
        where a.attrelid = to_regclass({literal(f"kandidaat_{thema}.{table}")})
            and a.attnum > 0 and not a.attisdropped
            and coalesce(col_description(a.attrelid, a.attnum), '') = ''
            and (select count(*) from (select from {{batch}} limit 1) as one) >= 0
        """,
        unit="kolommen",
    )


def _size(candidate: Candidate, table: str) -> Iterator[Rule]:
    """Rows against the current publication; nothing to compare at the first one."""
    if table not in candidate.published:
        return
    query = f"""
        with now as (select count(*) as n from {{batch}}),
        before as (select count(*) as n from {_reader(candidate.thema)}.{table})
        select r.rule, round(100.0 * (b.n - c.n) / nullif(b.n, 0), 1) as amount,
            c.n || ' rijen, gepubliceerd zijn er ' || b.n as example
        from now as c
        cross join before as b
        cross join (values ('omvang'), ('omvang gehalveerd')) as r (rule)
        """
    yield Rule(
        "omvang",
        "geel",
        f"De tabel heeft hooguit {MAX_ROW_DROP}% minder rijen dan wat nu gepubliceerd is.",
        "Ga na welke gebieden, perioden of indicatoren zijn vervallen.",
        query,
        allowed=MAX_ROW_DROP,
        unit="procent minder rijen",
    )
    yield Rule(
        "omvang gehalveerd",
        "rood",
        "De tabel heeft ten minste de helft van de rijen die nu gepubliceerd zijn.",
        "Ga na welke levering cijfers heeft ingetrokken; draai die zo nodig terug.",
        query,
        allowed=MAX_ROW_LOSS,
        unit="procent minder rijen",
    )


def _change(candidate: Candidate) -> Rule:
    """Yearly counts per indicator and level against what readers see now, where both speak of the same regions."""
    counts = """
            select indicator_code, niveau, periode_code, sum(waarde) as amount, count(waarde) as n
            from {0} where maat = 'aantal' and periode_soort = 'jaar' and waarde is not null
            group by 1, 2, 3"""
    before = f"{_reader(candidate.thema)}.indicatorwaarden"
    nothing = "select null::text, null::text, null::text, null::float8, null::bigint where false"
    known = counts.format(before) if "indicatorwaarden" in candidate.published else nothing
    return Rule(
        "verandering",
        "geel",
        f"Geen jaarcijfer per niveau wijkt meer dan {MAX_CHANGE}% af van wat nu gepubliceerd is.",
        "Vergelijk met de vorige publicatie: een herziening van de bron of een fout in het model?",
        f"""
        with now as ({counts.format("{batch}")}),
        before (indicator_code, niveau, periode_code, amount, n) as ({known}),
        changed as (
            select
                concat_ws(' ', indicator_code, niveau, periode_code) || ': ' || b.amount || ' werd ' || a.amount as example
            from now as a
            inner join before as b using (indicator_code, niveau, periode_code)
            where a.n = b.n and greatest(a.amount, b.amount) >= {MIN_COUNT}
                and abs(a.amount - b.amount) > b.amount * {MAX_CHANGE / 100}
        )
        select 'verandering' as rule, count(*) as amount, min(example) as example from changed
        """,
        "waarde",
        unit="jaarcijfers",
    )


def _reader(thema: str) -> str:
    return "kern" if thema == "kern" else f"mart_{thema}"
