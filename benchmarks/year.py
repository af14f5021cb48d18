"""Months on end on the sample: what grows besides the data, and whether a run takes longer.

    python -m benchmarks.year [--months 12] [--first 2025-10] [--home FOLDER]

Every month is a run of its own (`veiligheidsbeeld run`) on the 16th, with the clock of the sample set by VB_TODAY, in
one home: the sources bring a month more and restate some. After each: seconds of the run and of its processors, MB of
the warehouse (raw, published, the rest), figures that readers see (thousands), of landing, of logs and dbt, and rows of
Airflow's metadata, before and after cleaning. At the end: what of the published grew since as many publications are
kept as will be, a table a line. The clock of Airflow is the real one, so each month is cleaned as if its term
(VB_KEEP_DAYS) were over: what grows then grows for ever. VB_DETAIL_GEMEENTEN makes a smaller sample of it.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from datetime import date
from pathlib import Path

import psycopg
from psycopg import sql

from benchmarks.processors import spent
from veiligheidsbeeld.contracts.themes import theme_names
from veiligheidsbeeld.publish.retire import KEEP
from veiligheidsbeeld.services import postgres
from veiligheidsbeeld.services.bootstrap import bootstrap
from veiligheidsbeeld.services.tidy import tidy
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect

_SIZES = """
    select coalesce(sum(pg_total_relation_size(oid)) filter (where relnamespace = 'raw'::regnamespace), 0)::bigint,
        coalesce(sum(pg_total_relation_size(oid)) filter (where relnamespace = 'publicatie'::regnamespace), 0)::bigint,
        pg_database_size(current_database())
    from pg_class where relkind in ('r', 'm')
"""
# Bytes of a published table, with all of its partitions.
_PUBLISHED = """
    select coalesce(pg_partition_root(oid), oid)::regclass::text, sum(pg_total_relation_size(oid))::bigint
    from pg_class
    where relnamespace = 'publicatie'::regnamespace and relkind = 'r'
    group by 1
"""
DETAIL = "VB_DETAIL_GEMEENTEN"
_METADATA = "select sum(n_live_tup)::bigint from pg_stat_user_tables"


def months(first: str, count: int) -> list[date]:
    year, month = map(int, first.split("-"))
    found = [divmod(year * 12 + month - 1 + step, 12) for step in range(count)]
    return [date(year, month + 1, 16) for year, month in found]


def size_of(folder: Path) -> int:
    """Bytes of the files below a folder, as they stand on the disk."""
    return sum(p.lstat().st_blocks * 512 for p in folder.rglob("*") if p.is_file() and not p.is_symlink())


def published(connection: psycopg.Connection) -> dict[str, int]:
    return dict(connection.execute(_PUBLISHED).fetchall())


def figures(connection: psycopg.Connection) -> int:
    """Figures of all themes as readers see them."""
    views = [sql.Identifier(f"mart_{theme}", "indicatorwaarden") for theme in theme_names()]
    queries = [sql.SQL("select count(*) as n from {}").format(view) for view in views]
    query = sql.SQL("select sum(n)::bigint from ({}) as c").format(sql.SQL(" union all ").join(queries))
    return connection.execute(query).fetchone()[0]


def measured(settings: Settings) -> tuple[dict[str, float], dict[str, int]]:
    """What a month left, and the bytes of each published table."""
    started = postgres.start(settings)
    airflows = f"{started.pg_database}_airflow"
    try:
        bootstrap(started)
        rows = metadata_rows(started, airflows)
        tidy(started)
        with connect(started, "postgres") as connection:
            raw, shown, whole = connection.execute(_SIZES).fetchone()
            per_table, seen = published(connection), figures(connection)
        kept = metadata_rows(started, airflows)
    finally:
        postgres.stop(started)
    megabyte = 2**20
    home = settings.home
    found = {
        "raw MB": raw / megabyte,
        "published MB": shown / megabyte,
        "figures": seen / 1000,
        "other MB": (whole - raw - shown) / megabyte,
        "landing MB": size_of(home / "landing") / megabyte,
        "logs MB": sum(size_of(home / name) for name in ("logs", "airflow", "dbt", "data_docs")) / megabyte,
        "metadata rows": rows,
        "cleaned": kept,
    }
    return found, per_table


def grown(first: dict[str, int], last: dict[str, int], months: int) -> str:
    """Published tables that grew, by how much in a month."""
    rows = sorted(((last[name] - first.get(name, 0), name) for name in last), reverse=True)
    lines = [
        f"| {name} | {first.get(name, 0) / 2**20:,.1f} | {last[name] / 2**20:,.1f} | {more / months / 2**20:,.2f} |"
        for more, name in rows
        if more > 2**18
    ]
    return "\n".join(["\n| published table | MB | MB at the end | a month |", "|---|---:|---:|---:|", *lines])


def metadata_rows(settings: Settings, database: str) -> int:
    with connect(settings, "postgres", database=database, autocommit=True) as connection:
        connection.execute("analyze")
        return connection.execute(_METADATA).fetchone()[0]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--first", default="2025-10", help="year and month of the first run")
    parser.add_argument("--home", type=Path, help="keep the home here; else it goes")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vb-year-") as folder:
        home = given.home or Path(folder) / "home"
        Path(folder).chmod(0o755)
        others = tuple(k for k in os.environ if k.startswith(("VB_", "SOURCES", "SAMPLE")) and k != DETAIL)
        clean = {k: v for k, v in os.environ.items() if k not in others}
        settled: dict[str, int] = {}
        for number, day in enumerate(months(given.first, given.months)):
            environment = clean | {"VB_HOME": str(home), "VB_TODAY": str(day), "VB_SOURCES": "sample"}
            environment |= {"VB_KEEP_DAYS": "0"}
            done = spent([sys.executable, "-m", "veiligheidsbeeld", "run"], environment, Path(folder) / "log")
            found = {"run s": done.wall, "processors s": done.processors, "exit": done.exit}
            more, tables = measured(Settings.from_env(environment))
            found |= more
            # The current one and those that are kept beside it are there, and the first one has gone.
            if number == KEEP + 1:
                settled = tables
            if done.exit:
                print((Path(folder) / "log").read_text()[-4000:], file=sys.stderr)
            if number == 0:
                print("| month | " + " | ".join(found) + " |\n|---|" + "---:|" * len(found), flush=True)
            print(f"| {day:%Y-%m} | " + " | ".join(f"{value:,.0f}" for value in found.values()) + " |", flush=True)
        if settled:
            print(grown(settled, tables, given.months - KEEP - 2), flush=True)


if __name__ == "__main__":
    main()
