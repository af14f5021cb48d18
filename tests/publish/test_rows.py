"""Tables that are no series: a row is stored once for all publications that show it, whatever its columns."""

from __future__ import annotations

import pytest

from tests.publish.candidates import delivered, judged
from veiligheidsbeeld import publish
from veiligheidsbeeld.warehouse import connect

VIEW, STORE = "mart_jeugd.halt", "publicatie.jeugd__halt__rij"
# Every type that marts have; one row has nothing but its region.
ROWS = """
    select 'GM' || lpad(n::text, 4, '0') as regio_code, 2020 + n % 5 as jaar, n / 3.0::double precision as per_1000,
        n % 2 = 0 as voorlopig, date '2026-01-01' + n as datum, timestamptz '2026-11-03 04:05+00' as bijgewerkt_op,
        n::numeric(8, 2) as bedrag, array['a', n::text] as delen
    from generate_series(1, 300) as n
    union all select 'GM0000', null, null, null, null, null, null, null
"""


def build(settings, *changes: str) -> list[tuple]:
    """A candidate of these rows, changed and judged; gives its rows as readers should see them."""
    delivered(settings)
    with connect(settings, "transform") as connection:
        connection.execute("drop table if exists kandidaat_jeugd.halt")
        connection.execute(f"create table kandidaat_jeugd.halt as {ROWS}")
        connection.execute("create index on kandidaat_jeugd.halt (regio_code, jaar)")
        for change in changes:
            connection.execute(change.format(rows="kandidaat_jeugd.halt"))
        given = rows(connection, "kandidaat_jeugd.halt")
    judged(settings)
    return given


def rows(connection, relation: str) -> list[tuple]:
    columns = "regio_code, jaar, per_1000, voorlopig, datum, bedrag, delen"
    return connection.execute(f"select {columns} from {relation} order by row({columns})").fetchall()


def read(settings) -> list[tuple]:
    with connect(settings, "bi_lezer") as connection:
        return rows(connection, VIEW)


def stored(settings, where: str = "true") -> int:
    with connect(settings, "publicist") as connection:
        return connection.execute(f"select count(*) from {STORE} where {where}").fetchone()[0]


def test_a_publication_stores_the_rows_that_changed(clean_warehouse):
    first = build(clean_warehouse)
    one = publish.publish(clean_warehouse, "jeugd")
    assert one.tabellen == {"halt": 301}
    second = build(
        clean_warehouse,
        "update {rows} set per_1000 = null where regio_code = 'GM0007'",
        "delete from {rows} where regio_code = 'GM0009'",
        "insert into {rows} (regio_code) values ('GM0999')",
    )
    two = publish.publish(clean_warehouse, "jeugd")
    assert read(clean_warehouse) == second
    assert (stored(clean_warehouse), stored(clean_warehouse, f"vanaf_nr = {two.nr}")) == (303, 2)
    publish.rollback(clean_warehouse, "jeugd")
    assert read(clean_warehouse) == first
    # The same as what was turned back: compared with the newest, and nothing is added.
    assert build(clean_warehouse) == first
    publish.publish(clean_warehouse, "jeugd")
    assert read(clean_warehouse) == first
    assert stored(clean_warehouse) == 305


def test_rows_that_no_kept_publication_shows_go(clean_warehouse):
    for value in range(4):
        last = build(clean_warehouse, f"update {{rows}} set jaar = {value} where regio_code = 'GM0007'")
        publish.publish(clean_warehouse, "jeugd", keep=1)
    assert read(clean_warehouse) == last
    assert stored(clean_warehouse) == 302


@pytest.mark.parametrize("twice", [(True, True), (False, True), (True, False)])
def test_equal_rows_are_as_many_as_there_were(clean_warehouse, twice):
    double = "insert into {rows} select * from {rows} where regio_code <= 'GM0003'"
    for doubled in twice:
        given = build(clean_warehouse, *([double] if doubled else []))
        publish.publish(clean_warehouse, "jeugd")
        assert read(clean_warehouse) == given
    publish.rollback(clean_warehouse, "jeugd")
    assert len(read(clean_warehouse)) == 301 + 4 * twice[0]


def test_rows_are_described_and_found_by_what_the_candidate_was(clean_warehouse):
    for _ in range(2):
        build(clean_warehouse)
        publish.publish(clean_warehouse, "jeugd")
    with connect(clean_warehouse, "publicist") as connection:
        silent = connection.execute(
            "select attname from pg_attribute where attrelid = %s::regclass and attnum >= 0"
            " and (obj_description(attrelid) is null or col_description(attrelid, attnum) is null)",
            [STORE],
        ).fetchall()
        indexes = connection.execute("select indexdef from pg_indexes where tablename = 'jeugd__halt__rij'").fetchall()
    assert silent == []
    assert [definition.partition("(")[2] for (definition,) in indexes] == ["regio_code, jaar)"]
