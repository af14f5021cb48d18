"""Figures and goals as published at a moment: two publications and a turn back, asked in SQL by an analyst."""

from __future__ import annotations

import pytest

from tests.publish.candidates import COLUMNS, published
from veiligheidsbeeld import publish
from veiligheidsbeeld.warehouse import connect

VIEWS = {"jeugd": "indicatorwaarden", "ivp": "doelen"}


def ask(settings, query: str, *parameters: object, role: str = "analist") -> list[tuple]:
    with connect(settings, role) as connection:
        return connection.execute(query, parameters).fetchall()


def as_seen(settings, view: str, moment: str, role: str = "analist") -> set[float]:
    """The values that readers saw at a moment, as docs/analist.md asks for them."""
    query = (
        f"select distinct waarde from {view} where gepubliceerd_op <= %s"
        " and (vervangen_op is null or vervangen_op > %s)"
    )
    return {value for (value,) in ask(settings, query, moment, moment, role=role)}


@pytest.mark.parametrize("thema", VIEWS)
def test_every_moment_gives_what_was_shown_then(clean_warehouse, thema):
    table, view = VIEWS[thema], f"mart_{thema}.{VIEWS[thema]}_historie"
    first = published(clean_warehouse, 1, thema=thema, rows=3, tables=(table,)).nr
    second = published(clean_warehouse, 2, thema=thema, rows=3, tables=(table,)).nr
    publish.rollback(clean_warehouse, thema)
    with connect(clean_warehouse, "beheer") as connection:
        # The three moments a day apart, so that a question can be asked in between.
        connection.execute(
            """
            update beheer.publicatie_log as l set moment = timestamptz '2026-02-01 12:00+01' + o.nr * interval '1 day'
            from (
                select moment, thema, row_number() over (order by moment) - 1 as nr from beheer.publicatie_log
                where thema = %s
            ) as o
            where l.thema = o.thema and l.moment = o.moment
            """,
            [thema],
        )
    query = f"select publicatie_nr, gepubliceerd_op, vervangen_op, waarde, count(*) from {view} group by 1, 2, 3, 4"
    one, two, three = "2026-02-01 12:00:00", "2026-02-02 12:00:00", "2026-02-03 12:00:00"
    assert sorted(ask(clean_warehouse, query), key=lambda row: row[1]) == [
        (first, one, two, 1, 3), (second, two, three, 2, 3), (first, three, None, 1, 3),
    ]  # fmt: skip
    for moment, value in (("2026-02-01 13", {1}), ("2026-02-02 13", {2}), ("2026-06-01", {1}), ("2026-01-01", set())):
        for role in ("analist", "bi_lezer"):
            assert as_seen(clean_warehouse, view, moment, role) == value


def test_a_new_column_is_empty_in_what_was_published_before(clean_warehouse):
    published(clean_warehouse, 1, rows=1)
    published(clean_warehouse, 2, rows=1, columns=COLUMNS | {"uitleg": "text"})
    query = "select waarde, uitleg from mart_jeugd.indicatorwaarden_historie order by publicatie_nr"
    assert ask(clean_warehouse, query) == [(1, None), (2, None)]
    described = ask(
        clean_warehouse,
        "select attname from pg_attribute where attrelid = 'mart_jeugd.indicatorwaarden_historie'::regclass"
        " and attnum > 0 and col_description(attrelid, attnum) is null",
    )
    assert described == []


def test_a_publication_says_its_own_number_where_asked(clean_warehouse):
    columns = COLUMNS | {"publicatie_is": "integer"}
    made = published(clean_warehouse, 1, thema="ivp", rows=2, columns=columns, tables=("wijzigingen",))
    assert ask(clean_warehouse, "select publicatie_is from mart_ivp.wijzigingen") == [(made.nr,)] * 2
