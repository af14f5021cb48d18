"""Dashboards' queries (dashboard_queries.sql) as bi_lezer: processor time of the server, one process.

Works on copies of homes of finished runs, which must not be in use: their servers are started here. With a home of an
earlier version beside it both are asked in turn, and what differs is a ratio of one run.

    VB_HOME=/tmp/copy python -m benchmarks.dashboards [--before /tmp/earlier] [--runs 5] [--each]
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

from veiligheidsbeeld.services import postgres
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect

QUERIES = Path(__file__).with_name("dashboard_queries.sql")
RUNS = 5
_CPU = re.compile(r"([\d.]+) s user, ([\d.]+) s system")


def queries() -> list[tuple[str, str]]:
    """Title and text."""
    return re.findall(r"^-- (\w[^\n]*: [^\n]*)\n(select.*?);$", QUERIES.read_text(), re.M | re.S)


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


class Reader:
    """A session as bi_lezer that says what a query took."""

    def __init__(self, connection: psycopg.Connection) -> None:
        self.connection, self.said = connection, list[str]()
        connection.add_notice_handler(lambda notice: self.said.append(f"{notice.message_detail}"))
        self.filled = samples(connection)
        connection.execute("set max_parallel_workers_per_gather = 0")

    def seconds(self, query: str) -> float | None:
        """Processor time of planning and carrying out; None where an earlier version lacks what is asked for."""
        self.connection.execute("reset role; set log_statement_stats = on; set client_min_messages = log")
        self.connection.execute("set role bi_lezer")
        self.said.clear()
        try:
            self.connection.execute(sql.SQL(query).format(**self.filled)).fetchall()  # type: ignore[arg-type]
        except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn):
            return None
        used = _CPU.search(" ".join(self.said))
        return sum(map(float, used.groups())) if used else None


@contextmanager
def reader(settings: Settings) -> Iterator[Reader]:
    with connect(settings, "postgres", autocommit=True) as connection:
        yield Reader(connection)


def measure(homes: Mapping[str, Settings], runs: int = RUNS, *, each: bool = False) -> None:
    """Asks every query of every home in turn; prints medians, and the ratio of the last home to the first."""
    taken: dict[str, dict[str, list[float]]] = {home: {} for home in homes}
    with ExitStack() as stack:
        readers = {home: stack.enter_context(reader(settings)) for home, settings in homes.items()}
        for title, query in queries():
            for _ in range(runs):
                for home, session in readers.items():
                    if (seconds := session.seconds(query)) is not None:
                        taken[home].setdefault(title, []).append(seconds)
            if each:
                print("  ".join([*(_said(taken[home].get(title, [])) for home in homes), title]), flush=True)
    for home, found in taken.items():
        medians = sorted(map(statistics.median, found.values()))
        high = medians[round(0.95 * len(medians)) - 1]
        print(
            f"{home}: {len(medians)} queries, n = {runs}: p50 {statistics.median(medians):.4f} s, p95 {high:.3f} s,"
            f" slowest {medians[-1]:.3f} s"
        )
    first, *_, last = [*taken.values(), *taken.values()]
    both = [t for t in last if t in first]
    if len(homes) > 1:
        ratios = sorted(statistics.median(last[t]) / statistics.median(first[t]) for t in both)
        print(
            f"ratio per query, {len(both)} asked of both: median {statistics.median(ratios):.2f}, "
            f"from {ratios[0]:.3f} to {ratios[-1]:.2f}"
        )


def _said(seconds: list[float]) -> str:
    if not seconds:
        return f"{'-':>27}"
    return f"{statistics.median(seconds):9.4f} ({min(seconds):.4f} - {max(seconds):.4f})"


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", type=Path, help="home of an earlier version, to compare with")
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--each", action="store_true", help="print every query")
    chosen = parser.parse_args(arguments)
    homes = {"now": Settings.from_env()}
    if chosen.before:
        homes = {"before": Settings.from_env({**os.environ, "VB_HOME": str(chosen.before)}), **homes}
    try:
        homes = {name: postgres.start(settings) for name, settings in homes.items()}
        measure(homes, chosen.runs, each=chosen.each)
    finally:
        for settings in homes.values():
            postgres.stop(settings)


if __name__ == "__main__":
    main()
