"""Marks of relations (`beheer.invoer`): another one whenever what is read may say something else."""

from __future__ import annotations

import pytest

from veiligheidsbeeld.warehouse import connect

MAKE = """
    create table raw.proef (code text, n integer);
    insert into raw.proef values ('a', 1), ('b', 2);
    create view raw.proef_rijen as select code, n from raw.proef;
    create view raw.proef_dubbel as select code, 2 * n as n from raw.proef_rijen;
    create view raw.proef_dag as select code, now() as moment from raw.proef_rijen;
"""


@pytest.fixture
def beheer(clean_warehouse):
    with connect(clean_warehouse, "beheer", autocommit=True) as connection:
        connection.execute(MAKE)
        yield connection


def mark(connection, relation: str, text: str = "select 1", *, bound: bool = False) -> str:
    query = "select beheer.invoer(%s, array[%s]::regclass[], %s)"
    return connection.execute(query, [text, relation, bound]).fetchone()[0]


def test_it_is_the_same_until_something_changes(beheer):
    for relation in ("raw.proef", "raw.proef_dubbel", "raw.proef_dag"):
        assert mark(beheer, relation) == mark(beheer, relation)
    assert mark(beheer, "raw.proef") != mark(beheer, "raw.proef", "select 2")
    assert mark(beheer, "raw.proef_rijen") != mark(beheer, "raw.proef_dubbel")


@pytest.mark.parametrize(
    "written",
    [
        "insert into raw.proef values ('c', 3)",
        "update raw.proef set n = 3 where code = 'a'",
        "delete from raw.proef where code = 'a'",
        "delete from raw.proef where code = 'b'; insert into raw.proef values ('b', 2)",
        "truncate raw.proef; insert into raw.proef values ('a', 1), ('b', 2)",
        "alter table raw.proef alter n type bigint",
    ],
)
def test_whatever_is_written_is_seen_through_views(beheer, written):
    if "alter" in written:
        beheer.execute("drop view raw.proef_rijen cascade; create view raw.proef_dubbel as select code from raw.proef")
    before = [mark(beheer, relation) for relation in ("raw.proef", "raw.proef_dubbel")]
    beheer.execute(written)
    after = [mark(beheer, relation) for relation in ("raw.proef", "raw.proef_dubbel")]
    assert all(one != other for one, other in zip(before, after, strict=True))


def test_what_is_cleaned_up_is_not_a_change(beheer):
    beheer.execute("delete from raw.proef where code = 'b'")
    before = mark(beheer, "raw.proef_dubbel")
    beheer.execute("vacuum (freeze, analyze) raw.proef")
    assert mark(beheer, "raw.proef_dubbel") == before


def test_another_text_of_a_view_is_seen_behind_it(beheer):
    before = mark(beheer, "raw.proef_dubbel"), mark(beheer, "raw.proef_dubbel", bound=True)
    beheer.execute("create or replace view raw.proef_rijen as select code, n + 1 as n from raw.proef")
    assert mark(beheer, "raw.proef_dubbel") != before[0]
    assert mark(beheer, "raw.proef_dubbel", bound=True) == before[1], "a view stands on the same relation"


def test_a_table_that_dbt_made_is_known_by_what_it_says(beheer):
    def made(values: str, columns: str = "code, n") -> str:
        beheer.execute("drop table if exists intermediate.proef")
        beheer.execute(f"create table intermediate.proef as select * from (values {values}) as v ({columns})")
        beheer.execute(
            "insert into beheer.merk (knoop, invoer, relatie, inhoud)"
            " select 'intermediate.proef', '', c, beheer.inhoud(c)"
            " from (select 'intermediate.proef'::regclass::oid as c) as r"
            " on conflict (knoop) do update set relatie = excluded.relatie, inhoud = excluded.inhoud"
        )
        return mark(beheer, "intermediate.proef")

    first = made("('a', 1), ('b', 2)")
    assert made("('b', 2), ('a', 1)") == first, "in whatever order"
    others = [
        made("('a', 1), ('b', 3)"), made("('a', 1)"), made("('a', 1), ('b', 2), ('b', 2)"),
        made("('a', 1), ('b', 2)", "code, m"), made("('a', 1::bigint), ('b', 2)"), made("('a', null), ('b', 2)"),
    ]  # fmt: skip
    assert len({first, *others}) == 7
    assert made("('a', 1), ('b', 2)") == first
    beheer.execute("create table intermediate.elders as table intermediate.proef; drop table intermediate.proef")
    beheer.execute("alter table intermediate.elders rename to proef")
    assert mark(beheer, "intermediate.proef") != first, "no table that was put in its place by other hands"


def test_a_large_table_is_known_by_its_build(beheer):
    beheer.execute(
        "create table intermediate.proef as select n, repeat('x', 100) as t from generate_series(1, 60000) as n"
    )
    assert beheer.execute("select beheer.inhoud('intermediate.proef'::regclass)").fetchone() == (None,)


@pytest.mark.parametrize(("relation", "other"), [("raw.proef_dag", True), ("raw.proef_dubbel", False)])
def test_the_day_counts_for_what_asks_for_it(beheer, relation, other):
    found = set()
    beheer.execute("create schema klok")
    for day in ("2026-03-01 00:30", "2026-03-01 23:30", "2026-03-02 00:30"):
        beheer.execute(
            "create or replace function klok.now() returns timestamptz language sql stable"
            f" as $$select '{day} Europe/Amsterdam'::timestamptz$$"
        )
        beheer.execute("set search_path = klok, pg_catalog, public")
        found.add(mark(beheer, relation))
    assert len(found) == (2 if other else 1)
