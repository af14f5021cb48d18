# ruff: noqa: S608 (names come from the catalogue, values pass `literal`)
"""Border 2, what every table of a candidate must keep: rows, a guarded key, explained columns, its size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import great_expectations.expectations as gxe
from great_expectations.expectations.expectation import Expectation

from expectations.rules import SEVERITY, Card, Rule, literal, literals

# Rows against the publication before, in percent: yellow card, red card.
MAX_DROP, MAX_LOSS = 20, 50


@dataclass(frozen=True)
class Candidate:
    """What the suites must know: columns per candidate table, rows per table that readers see now and whether those
    were made by the same code, the dimensions of `kern` that readers see now, the deliveries that the candidate was
    made of, and today."""

    thema: str
    tables: dict[str, tuple[str, ...]]
    published: dict[str, int]
    same_code: bool
    core: frozenset[str]
    deliveries: tuple[int, ...]
    today: date

    def name(self, table: str) -> str:
        return f"kandidaat_{self.thema}.{table}"

    def reader(self, table: str) -> str:
        return f"kern.{table}" if self.thema == "kern" else f"mart_{self.thema}.{table}"


def not_empty(card: Card) -> Expectation:
    """At least one row; yellow for tables that may have nothing to say with part of the sources."""
    return gxe.ExpectTableRowCountToBeBetween(
        min_value=1,
        severity=SEVERITY[card],
        description="De tabel heeft rijen.",
        meta=meta("niet leeg", card, "Kijk of de bron van deze tabel geleverd is en bouw opnieuw (transform)."),
    )


def has_columns(columns: tuple[str, ...], why: str) -> Expectation:
    return gxe.ExpectTableColumnsToMatchSet(
        column_set=list(columns),
        exact_match=False,
        severity=SEVERITY["rood"],
        description=why,
        meta=meta("kolommen", "rood", "Herstel het mart-model."),
    )


def meta(name: str, card: Card, remedy: str) -> dict[str, str | None]:
    """Meta of an expectation that is not a `Rule`."""
    return {"regel": name, "kaart": card, "kolom": None, "remedie": remedy}


def table_rules(candidate: Candidate, table: str, key: tuple[str, ...] | None) -> Iterator[Rule]:
    """Rules about the table as a whole; `key` is what must be unique, None when any unique index will do."""
    yield _guarded(candidate, table, key)
    yield _explained(candidate, table)
    if candidate.published.get(table):
        yield from _size(candidate, table)


def _guarded(candidate: Candidate, table: str, key: tuple[str, ...] | None) -> Rule:
    """A valid unique index proves the key without reading a row; without one the rows are counted."""
    named = ", ".join(key) if key else "de sleutel"
    is_key = f"array_agg(a.attname::text order by a.attname) = array[{literals(sorted(key))}]" if key else "true"
    counted = (
        f"select concat_ws(' ', {', '.join(key)}) as example from {{batch}} where not (select by_index from guarded)"
        f" group by {', '.join(key)} having count(*) > 1"
        if key
        else "select 'geen unieke index' as example from guarded where not by_index"
        " and (select count(*) from (select from {batch} limit 1) as one) >= 0"
    )
    return Rule(
        "sleutel uniek",
        "rood",
        f"Elke combinatie van {named} komt een keer voor." if key else "Een unieke index bewaakt de sleutel.",
        "Herstel de koppeling in het model die rijen verdubbelt, of zet de unieke index terug in de yml.",
        f"""
        with guarded as (
            select exists (
                select from pg_index as x
                inner join pg_attribute as a on a.attrelid = x.indrelid and a.attnum = any (x.indkey)
                where x.indrelid = to_regclass({literal(candidate.name(table))})
                    and x.indisunique and x.indisvalid and x.indpred is null and x.indexprs is null
                group by x.indexrelid
                having {is_key}
            ) as by_index
        ),
        twice as ({counted})
        select 'sleutel uniek' as rule, count(*) as amount, min(example) as example from twice
        """,
        ", ".join(key) if key else None,
        unit="sleutels" if key else "tabel",
    )


def _explained(candidate: Candidate, table: str) -> Rule:
    return Rule(
        "kolommen toegelicht",
        "geel",
        "Elke kolom heeft een toelichting, zodat elk getal zijn definitie bij zich heeft.",
        "Vul de omschrijving van de kolom aan in de yml van het model.",
        f"""
        select 'kolommen toegelicht' as rule, count(*) as amount, min(a.attname) as example
        from pg_attribute as a
        where a.attrelid = to_regclass({literal(candidate.name(table))})
            and a.attnum > 0 and not a.attisdropped
            and coalesce(col_description(a.attrelid, a.attnum), '') = ''
            and (select count(*) from (select from {{batch}} limit 1) as one) >= 0
        """,
        unit="kolommen",
    )


def _size(candidate: Candidate, table: str) -> Iterator[Rule]:
    """Fewer rows than readers see now; halved by the same code it must be the data, and that stops the theme."""
    published = candidate.published[table]
    query = f"""
        with now as (select count(*) as n from {{batch}})
        select r.rule, round(100.0 * ({published} - c.n) / {published}, 1) as amount,
            c.n || ' rijen, gepubliceerd zijn er {published}' as example
        from now as c
        cross join (values ('omvang'), ('omvang gehalveerd')) as r (rule)
        """
    yield Rule(
        "omvang",
        "geel",
        f"De tabel heeft hooguit {MAX_DROP}% minder rijen dan wat nu gepubliceerd is.",
        "Ga na welke gebieden, perioden of indicatoren zijn vervallen.",
        query,
        allowed=MAX_DROP,
        unit="procent minder rijen",
    )
    yield Rule(
        "omvang gehalveerd",
        "rood" if candidate.same_code else "geel",
        "De tabel heeft ten minste de helft van de rijen die nu gepubliceerd zijn.",
        "Ga na welke levering cijfers heeft ingetrokken; draai die zo nodig terug.",
        query,
        allowed=MAX_LOSS,
        unit="procent minder rijen",
    )
