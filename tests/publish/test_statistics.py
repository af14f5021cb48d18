"""What the planner expects of a published view: within a factor ten of what is there, after every publication."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.publish.candidates import COLUMNS, build, delivered, judged
from veiligheidsbeeld import publish
from veiligheidsbeeld.warehouse import connect

ROWS = 20_000


def publish_large(settings, value: float, tables=("indicatorwaarden", "toelichting"), columns=COLUMNS) -> None:
    delivered(settings)
    build(settings, value, rows=ROWS, tables=tables, columns=columns)
    judged(settings)
    with connect(settings, "transform") as connection:
        for table in tables:
            connection.execute(f"analyze kandidaat_jeugd.{table}")
    publish.publish(settings, "jeugd")


@pytest.mark.parametrize("publications", [1, 2])
def test_what_a_view_reads_has_statistics_of_the_whole(clean_warehouse, publications):
    """A partitioned table has statistics of its own; without them a join by key would seem to multiply rows."""
    for value in range(publications):
        publish_large(clean_warehouse, value, ("wijzigingen",), COLUMNS | {"publicatie_is": "integer"})
    with connect(clean_warehouse, "publicist") as connection:
        silent = connection.execute(
            """
            select a.attrelid::regclass::text, a.attname
            from pg_class as c
            inner join pg_attribute as a on c.oid = a.attrelid and a.attnum > 0 and not a.attisdropped
            where c.relkind = 'p' and c.relnamespace = 'publicatie'::regnamespace
                and c.relname not like '%\\_\\_publicatie'
                and exists (select from pg_inherits as i where i.inhparent = c.oid)
                and not exists (
                    select from pg_stats as s
                    where s.tablename = c.relname and s.attname = a.attname and s.inherited
                )
            """
        ).fetchall()
    assert silent == []


def scans(plan: dict) -> Iterator[tuple[str, float, float]]:
    """Relation, rows expected and rows found of every scan that was carried out."""
    if "Relation Name" in plan and plan["Actual Loops"]:
        yield plan["Relation Name"], plan["Plan Rows"], plan["Actual Rows"]
    for part in plan.get("Plans", []):
        yield from scans(part)


@pytest.mark.parametrize("publications", [1, 2, 3])
def test_a_join_of_two_views_is_planned_on_what_is_there(clean_warehouse, publications):
    for value in range(publications):
        publish_large(clean_warehouse, value)
    query = """
        explain (analyze, format json)
        select count(*) from mart_jeugd.indicatorwaarden as i inner join mart_jeugd.toelichting as t using (regio_code)
    """
    with connect(clean_warehouse, "bi_lezer") as connection:
        (plan,) = connection.execute(query).fetchone()
    found = [
        (name, expected, actual) for name, expected, actual in scans(plan[0]["Plan"]) if name.startswith("jeugd__")
    ]
    assert {name.split("__")[1] for name, *_ in found} >= {"indicatorwaarden", "toelichting", "publicatie"}
    for name, expected, actual in found:
        if actual:
            assert expected / 10 <= actual <= expected * 10, (name, expected, actual)
