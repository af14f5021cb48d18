"""What publications take: room per figure, room and time of five more after monthly changes, and dashboards' queries.

Works on a copy of the home of a finished run, which must not be in use: its server is started here, and its
publications change. All marts are published anew at every change, the dimensions and the goals too.

    cp -a var/sample /tmp/copy && VB_HOME=/tmp/copy python -m benchmarks.publication [--changes 5]

A monthly change, per theme: every series by month and of twelve months gets a month more (the figures of a year
before), `jtd` and the twelve months of neighbourhoods move to the new month, and what is of the newest year comes from
a new delivery, in every table that the police has a part in. Queries: `dashboards.py`.
"""

from __future__ import annotations

import argparse

from psycopg import sql

from benchmarks import dashboards
from tests.publish.candidates import delivered, judged
from veiligheidsbeeld import publish
from veiligheidsbeeld.publish import reader_views, tables
from veiligheidsbeeld.services import postgres
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect

FIGURES = "indicatorwaarden"
# What follows the name of a mart in the names of its tables.
LIKE = r"\_\_%"
# {new_year} and {new_month}: the month added; {old_month}: the newest so far; {delivery}: the new one.
_FIGURES_MORE = (
    """
    insert into {rows} select (jsonb_populate_record(null::{rows}, to_jsonb(i) || jsonb_build_object(
        'periode_code', {new_year} || substr(periode_code, 5, 2) || {new_month}))).*
    from {rows} as i
    where periode_soort in ('maand', 'r12m') and niveau not in ('wijk', 'buurt')
            and periode_code in ({year_before} || 'MM' || {new_month}, {year_before} || 'RM' || {new_month})
        or periode_soort = 'maand' and niveau in ('wijk', 'buurt')
            and periode_code = {year_before} || 'MM' || {new_month}
    """,
    """
    update {rows} set periode_code = left(periode_code, 6) || {new_month}
    where right(periode_code, 2) = {old_month}
        and (periode_soort = 'jtd' or periode_soort = 'r12m' and niveau in ('wijk', 'buurt'))
    """,
)
_ROWS_MORE = """
    insert into {rows} select (jsonb_populate_record(null::{rows}, to_jsonb(i) || jsonb_build_object(
        'periode_code', {new_year} || substr(periode_code, 5, 2) || {new_month}))).*
    from {rows} as i
    where periode_code in ({year_before} || 'MM' || {new_month}, {year_before} || 'RM' || {new_month})
        and bron like '%NED'
"""
_DELIVERED = """
    update {rows} set levering_id = {delivery}, bijgewerkt_op = now()
    where left(periode_code, 4) = {new_year} and bron like '%NED'
"""


def candidate(settings: Settings, thema: str, month: dict[str, str]) -> None:
    """The current publication of a theme as a candidate again, with a month more, and a delivery for it."""
    delivery = delivered(settings)
    with connect(settings, "publicist") as connection:
        current = connection.execute(
            "select publicatie_nr from beheer.publicatie_actueel where thema = %s", [thema]
        ).fetchone()
        parents = tables.tables(connection, tables.STORE, "p", f"{thema}\\_\\_%")
        connection.execute("set role transform")
        for parent in parents:
            name = parent.name.removeprefix(tables.parent_name(thema, ""))
            if name == tables.MARKS:
                continue
            shape = tables.without_number(parent)
            rows, belongs = reader_views.stored_rows(connection, thema, shape, sql.Literal(current[0]))
            made = sql.Identifier(tables.candidate_schema(thema), name)
            columns = sql.SQL(", ").join(sql.Identifier("p", c.name) for c in shape.columns)
            connection.execute(
                sql.SQL("create table {} as select {} from {} as p where {}").format(made, columns, rows, belongs)
            )
            if {"periode_code", "bron", "levering_id", "bijgewerkt_op"} <= shape.types.keys():
                for statement in (*(_FIGURES_MORE if name == FIGURES else (_ROWS_MORE,)), _DELIVERED):
                    connection.execute(sql.SQL(statement).format(rows=made, delivery=delivery, **month))
            connection.execute(sql.SQL("analyze {}").format(made))
    judged(settings, thema=thema)


def next_month(settings: Settings) -> dict[str, str]:
    """The month after the newest one of the police, as the statements above name it."""
    with connect(settings, "bi_lezer") as connection:
        newest = connection.execute(
            "select max(periode_code) from mart_leefomgeving.indicatorwaarden"
            " where periode_soort = 'maand' and niveau = 'nederland'"
        ).fetchone()[0]
    year, month = int(newest[:4]), int(newest[-2:])
    new = year + month // 12, month % 12 + 1
    return {
        "new_year": f"{new[0]}",
        "new_month": f"{new[1]:02}",
        "old_month": f"{month:02}",
        "year_before": f"{new[0] - 1}",
    }


def size(settings: Settings, like: str = "%") -> int:
    """Bytes of what is published, indexes included, of tables named like this."""
    query = """
        select coalesce(sum(pg_total_relation_size(oid)), 0)::bigint from pg_class
        where relnamespace = 'publicatie'::regnamespace and relkind = 'r' and relname like %s
    """
    with connect(settings, "publicist") as connection:
        return connection.execute(query, [like]).fetchone()[0]


def figures(settings: Settings, themes: list[str]) -> int:
    with connect(settings, "bi_lezer") as connection:
        return sum(connection.execute(f"select count(*) from mart_{thema}.{FIGURES}").fetchone()[0] for thema in themes)


def publications(settings: Settings, changes: int) -> None:
    with connect(settings, "publicist") as connection:
        marts = tables.themes(connection)
        themes = [thema for thema in marts if tables.stored(connection, thema, FIGURES) is not None]
    report(settings, marts, themes, "as it was")
    for number in range(1, changes + 1):
        seconds, month = [], next_month(settings)
        for thema in marts:
            candidate(settings, thema, month)
            done = publish.publish(settings, thema, force=True)
            seconds.append(f"{thema} {done.seconds:.1f}")
        report(settings, marts, themes, f"after change {number} (seconds: {', '.join(seconds)})")


def report(settings: Settings, marts: list[str], themes: list[str], when: str) -> None:
    rows, long, whole = figures(settings, themes), size(settings, f"%{LIKE[:-1]}{FIGURES}{LIKE}"), size(settings)
    print(
        f"{when}: {rows:,} figures, {long / rows:.1f} bytes each ({long / 2**20:,.0f} MB); all {whole / 2**20:,.0f} MB"
    )
    print("  MB: " + ", ".join(f"{m} {size(settings, m + LIKE) / 2**20:.1f}" for m in marts), flush=True)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--changes", type=int, default=5)
    chosen = parser.parse_args(arguments)
    settings = postgres.start(Settings.from_env())
    try:
        dashboards.measure({"at first": settings})
        publications(settings, chosen.changes)
        dashboards.measure({"after changes": settings})
    finally:
        postgres.stop(settings)


if __name__ == "__main__":
    main()
