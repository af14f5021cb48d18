"""What a view shows of time: the days that a row is about before every other date, and moments as text."""

from __future__ import annotations

import pytest
from psycopg import sql

from tests.publish.candidates import COLUMNS, build, delivered, earlier_version, judged, published
from veiligheidsbeeld import publish
from veiligheidsbeeld.errors import VeiligheidsbeeldError
from veiligheidsbeeld.warehouse import connect

VIEW = "mart_jeugd.indicatorwaarden"
# As a table has them that a BI tool would read wrong: a date to come, and the moment of loading.
TIMED = {"horizon": "date", **COLUMNS, "bijgewerkt_op": "timestamp with time zone"}
SUMMER = "2026-07-01 12:00:00+00"
# First and last day of each kind of period, by the calendar.
PERIODS = {
    "2024JJ00": ("2024-01-01", "2024-12-31"),
    "2024MM02": ("2024-02-01", "2024-02-29"),
    "2023MM12": ("2023-12-01", "2023-12-31"),
    "2023KW01": ("2023-01-01", "2023-03-31"),
    "2023KW04": ("2023-10-01", "2023-12-31"),
    "2024RM02": ("2023-03-01", "2024-02-29"),
    "2023RM12": ("2023-01-01", "2023-12-31"),
    "2023JT02": ("2023-01-01", "2023-02-28"),
}


def publish_timed(settings, value: float, columns=TIMED):
    """One row per kind of period, loaded on a summer's day."""
    delivered(settings)
    build(settings, value, rows=len(PERIODS), columns=columns, tables=("indicatorwaarden",))
    with connect(settings, "transform") as connection:
        for nr, code in enumerate(PERIODS, 1):
            connection.execute(
                "update kandidaat_jeugd.indicatorwaarden set periode_code = %s where regio_code = %s",
                [code, f"GM{nr:04}"],
            )
        if "bijgewerkt_op" in columns:
            connection.execute(
                "update kandidaat_jeugd.indicatorwaarden set bijgewerkt_op = %s, horizon = '2030-01-01'", [SUMMER]
            )
    judged(settings)
    return publish.publish(settings, "jeugd")


def ask(settings, query: str, role: str = "bi_lezer") -> list[tuple]:
    with connect(settings, role) as connection:
        return connection.execute(query).fetchall()


def columns(settings, view: str = VIEW) -> dict[str, tuple[str, str | None]]:
    """Type and comment per column, in order."""
    rows = ask(
        settings,
        "select attname, format_type(atttypid, atttypmod), col_description(attrelid, attnum) from pg_attribute"
        f" where attrelid = '{view}'::regclass and attnum > 0 order by attnum",
    )
    return {name: (kind, text) for name, kind, text in rows}


def as_earlier(settings, *views: str) -> None:
    """Views as versions before this one left them: every stored column as it is."""
    with connect(settings, "publicist") as connection:
        for view in views:
            connection.execute(f"drop view {view}")
            names = sql.SQL(", ").join(map(sql.Identifier, TIMED))
            connection.execute(
                sql.SQL("create view {} as select {} from publicatie.jeugd__indicatorwaarden").format(
                    sql.SQL(view), names
                )
            )
            connection.execute(f"comment on column {view}.waarde is 'Kolom waarde'")


def test_days_come_before_every_other_date(clean_warehouse):
    publish_timed(clean_warehouse, 1)
    shown = [name for name, (kind, _) in columns(clean_warehouse).items() if kind == "date"]
    assert shown == ["begin_datum", "eind_datum", "horizon"]
    rows = ask(clean_warehouse, f"select periode_code, begin_datum::text, eind_datum::text from {VIEW}")
    assert {code: days for code, *days in rows} == {code: list(days) for code, days in PERIODS.items()}


def test_a_moment_is_text_in_dutch_time(clean_warehouse):
    publish_timed(clean_warehouse, 1)
    for view in (VIEW, f"{VIEW}_historie"):
        assert columns(clean_warehouse, view)["bijgewerkt_op"][0] == "text"
        assert ask(clean_warehouse, f"select distinct bijgewerkt_op from {view}") == [("2026-07-01 14:00:00",)]


@pytest.mark.parametrize("more", [{}, {"uitleg": "text"}])
def test_a_home_of_an_earlier_version_publishes_on(clean_warehouse, more):
    with earlier_version():
        publish_timed(clean_warehouse, 1)
    as_earlier(clean_warehouse, VIEW)
    assert columns(clean_warehouse)["bijgewerkt_op"][0] == "timestamp with time zone"
    assert publish_timed(clean_warehouse, 2, TIMED | more).status == "gepubliceerd"
    found = columns(clean_warehouse)
    assert [name for name, (kind, _) in found.items() if kind == "date"] == ["begin_datum", "eind_datum", "horizon"]
    assert found["bijgewerkt_op"][0] == "text"
    assert all(text for _, text in found.values())
    assert ask(clean_warehouse, f"select distinct waarde from {VIEW}", "analist") == [(2,)]
    publish.rollback(clean_warehouse, "jeugd")
    assert ask(clean_warehouse, f"select distinct waarde from {VIEW}") == [(1,)]


def test_a_column_that_comes_later_moves_none(clean_warehouse):
    """So that the view is replaced under its readers, and what rests on it stays."""
    published(clean_warehouse, 1)
    with connect(clean_warehouse, "publicist") as connection:
        connection.execute(f"create view kern.eigen as select * from {VIEW}")
    before = list(columns(clean_warehouse))
    published(clean_warehouse, 2, columns=COLUMNS | {"vanaf": "date"})
    assert list(columns(clean_warehouse)) == [*before, "vanaf"]
    assert ask(clean_warehouse, "select distinct waarde from kern.eigen") == [(2,)]


def test_what_rests_on_a_view_that_must_go_is_named(clean_warehouse):
    with earlier_version():
        publish_timed(clean_warehouse, 1)
    as_earlier(clean_warehouse, VIEW)
    with connect(clean_warehouse, "publicist") as connection:
        connection.execute(f"create view kern.eigen as select * from {VIEW}")
    with pytest.raises(VeiligheidsbeeldError, match=r"kern\.eigen"):
        publish_timed(clean_warehouse, 2)
    assert ask(clean_warehouse, "select distinct waarde from kern.eigen") == [(1,)]


def test_a_validity_is_shown_to_its_last_day(clean_warehouse):
    kept = {"regio_code": "text", "geldig_van": "date", "geldig_tot": "date"}
    delivered(clean_warehouse)
    build(clean_warehouse, 1, thema="kern", rows=2, columns=kept, tables=("regio",))
    with connect(clean_warehouse, "transform") as connection:
        connection.execute(
            "update kandidaat_kern.regio set geldig_van = '2019-01-01', geldig_tot = '2024-01-01'"
            " where regio_code = 'GM0001'"
        )
    judged(clean_warehouse, thema="kern")
    publish.publish(clean_warehouse, "kern")
    rows = ask(clean_warehouse, "select begin_datum::text, eind_datum::text from kern.regio order by regio_code")
    assert rows == [("2019-01-01", "2023-12-31"), (None, None)]
    assert list(columns(clean_warehouse, "kern.regio"))[:2] == ["regio_code", "begin_datum"]
