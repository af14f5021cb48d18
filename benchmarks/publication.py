"""What publications take: room per figure, room and time of five more after monthly changes, and dashboards' queries.

Works on a copy of the home of a finished run, which must not be in use: its server is started here, and its
publications change.

    cp -a var/sample /tmp/copy && VB_HOME=/tmp/copy python -m benchmarks.publication [--changes 5] [--queries-only]

A monthly change, per theme: every series by month and of twelve months gets a month more (the figures of a year
before), `jtd` and the twelve months of neighbourhoods move to the new month, and what is of the newest year comes from
a new delivery. Queries: dashboard_queries.sql, as bi_lezer; processor time of the server, one process, n = 5.
"""

from __future__ import annotations

import argparse
import re
import statistics
from pathlib import Path

import psycopg
from psycopg import sql

from tests.publish.candidates import delivered, judged
from veiligheidsbeeld import publish
from veiligheidsbeeld.publish import reader_views, tables
from veiligheidsbeeld.services import postgres
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect

QUERIES = Path(__file__).with_name("dashboard_queries.sql")
FIGURES = "indicatorwaarden"
RUNS = 5
_CPU = re.compile(r"([\d.]+) s user, ([\d.]+) s system")
# {new} and {old}: the month added and the newest so far, as year and number; {delivery}: the new one.
_MONTH_MORE = (
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
    """
    update {rows} set levering_id = {delivery}, bijgewerkt_op = now()
    where left(periode_code, 4) = {new_year} and bron like '%NED'
    """,
)


def candidate(settings: Settings, thema: str) -> None:
    """The current publication of a theme as a candidate again, and a delivery for it."""
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
            if name == FIGURES:
                add_month(connection, made, delivery)
            connection.execute(sql.SQL("analyze {}").format(made))
    judged(settings, thema=thema)


def add_month(connection: psycopg.Connection, rows: sql.Identifier, delivery: int) -> None:
    newest = connection.execute(
        sql.SQL("select max(periode_code) from {} where periode_soort = 'maand'").format(rows)
    ).fetchone()[0]
    year, month = int(newest[:4]), int(newest[-2:])
    new = year + month // 12, month % 12 + 1
    for statement in _MONTH_MORE:
        connection.execute(
            sql.SQL(statement).format(
                rows=rows,
                new_year=f"{new[0]}",
                new_month=f"{new[1]:02}",
                old_month=f"{month:02}",
                year_before=f"{new[0] - 1}",
                delivery=delivery,
            )
        )


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
        themes = [thema for thema in tables.themes(connection) if tables.stored(connection, thema, FIGURES) is not None]
    report(settings, themes, "as it was")
    for number in range(1, changes + 1):
        seconds = []
        for thema in themes:
            candidate(settings, thema)
            done = publish.publish(settings, thema, force=True)
            seconds.append(f"{thema} {done.seconds:.1f}")
        report(settings, themes, f"after change {number} (seconds: {', '.join(seconds)})")


def report(settings: Settings, themes: list[str], when: str) -> None:
    rows, long, whole = figures(settings, themes), size(settings, f"%\\_\\_{FIGURES}\\_\\_%"), size(settings)
    print(
        f"{when}: {rows:,} figures, {long / rows:.1f} bytes each ({long / 2**20:,.0f} MB); all {whole / 2**20:,.0f} MB"
    )


def samples(connection: psycopg.Connection) -> dict[str, sql.Composable]:
    """Codes and names that the queries ask for: those of the largest municipality and its commonest offence."""
    found = connection.execute(
        """
        with groot as (
            select i.*, r.naam as gemeentenaam, r.provincie_code
            from mart_leefomgeving.indicatorwaarden as i inner join kern.regio as r on i.regio_code = r.regio_code
            where i.niveau = 'gemeente' and i.periode_soort = 'jaar' and i.maat = 'per_1000' and i.waarde is not null
                and r.provincie_code is not null and i.indicator_code like 'MIS-%.%.%'
            order by i.periode_code desc, i.noemer desc, i.waarde desc limit 1
        )
        select g.indicator_code as indicator, g.regio_code as gemeente, g.gemeentenaam, g.provincie_code as provincie,
            g.periode_code as jaar, left(g.periode_code, 4)::integer - 1 || 'JJ00' as vorig_jaar,
            left(g.periode_code, 4) || 'RM12' as r12m, k.naam as indicatornaam,
            (select left(max(regio_code), 6) || '%' from kern.regio where niveau = 'buurt') as buurten
        from groot as g inner join kern.indicator as k on g.indicator_code = k.indicator_code
        """
    )
    names = [column.name for column in found.description or []]
    return {name: sql.Literal(value) for name, value in zip(names, found.fetchone() or (), strict=True)}


def queries(settings: Settings) -> None:
    said: list[str] = []
    with connect(settings, "postgres", autocommit=True) as connection:
        connection.add_notice_handler(lambda notice: said.append(f"{notice.message_detail}"))
        filled = samples(connection)
        connection.execute("set max_parallel_workers_per_gather = 0")
        connection.execute("set role bi_lezer")
        medians = []
        for title, query in re.findall(r"^-- (\w[^\n]*: [^\n]*)\n(select.*?);$", QUERIES.read_text(), re.M | re.S):
            seconds = []
            for _ in range(RUNS):
                connection.execute("reset role; set log_statement_stats = on; set client_min_messages = log")
                connection.execute("set role bi_lezer")
                said.clear()
                rows = len(connection.execute(sql.SQL(query).format(**filled)).fetchall())
                used = _CPU.search(" ".join(said))
                seconds.append(sum(map(float, used.groups())) if used else float("nan"))
            medians.append(statistics.median(seconds))
            print(f"{medians[-1]:8.4f} s  {rows:6} rows  {title}")
    ordered = sorted(medians)
    high = ordered[round(0.95 * len(ordered)) - 1]
    print(f"{len(ordered)} queries: p50 {statistics.median(ordered):.4f} s, p95 {high:.3f} s", flush=True)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--changes", type=int, default=5)
    parser.add_argument("--queries-only", action="store_true")
    chosen = parser.parse_args(arguments)
    settings = postgres.start(Settings.from_env())
    try:
        queries(settings)
        if not chosen.queries_only:
            publications(settings, chosen.changes)
            queries(settings)
    finally:
        postgres.stop(settings)


if __name__ == "__main__":
    main()
