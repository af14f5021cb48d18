"""Months on end on the sample: what grows besides the data, and whether a run takes longer.

    python -m benchmarks.year [--months 12] [--first 2025-10] [--home FOLDER]

Every month is a run of its own (`veiligheidsbeeld run`) on the 16th, with the clock of the sample set by VB_TODAY, in
one home: the sources bring a month more and restate some. After each: seconds of the run, MB of the warehouse (raw,
published, the rest), of landing, of logs and dbt, and rows of Airflow's metadata.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from veiligheidsbeeld.services import postgres
from veiligheidsbeeld.services.bootstrap import bootstrap
from veiligheidsbeeld.settings import PROJECT, Settings
from veiligheidsbeeld.warehouse import connect

_SIZES = """
    select coalesce(sum(pg_total_relation_size(oid)) filter (where relnamespace = 'raw'::regnamespace), 0)::bigint,
        coalesce(sum(pg_total_relation_size(oid)) filter (where relnamespace = 'publicatie'::regnamespace), 0)::bigint,
        pg_database_size(current_database())
    from pg_class where relkind in ('r', 'm')
"""
_METADATA = "select sum(n_live_tup)::bigint from pg_stat_user_tables"


def months(first: str, count: int) -> list[date]:
    year, month = map(int, first.split("-"))
    found = [divmod(year * 12 + month - 1 + step, 12) for step in range(count)]
    return [date(year, month + 1, 16) for year, month in found]


def size_of(folder: Path) -> int:
    """Bytes of the files below a folder, as they stand on the disk."""
    return sum(p.lstat().st_blocks * 512 for p in folder.rglob("*") if p.is_file() and not p.is_symlink())


def measured(settings: Settings) -> dict[str, float]:
    started = postgres.start(settings)
    try:
        bootstrap(started)
        with connect(started, "postgres") as connection:
            raw, published, whole = connection.execute(_SIZES).fetchone()  # type: ignore[misc]
        with connect(started, "postgres", database=f"{started.pg_database}_airflow", autocommit=True) as connection:
            connection.execute("analyze")
            (rows,) = connection.execute(_METADATA).fetchone()  # type: ignore[misc]
    finally:
        postgres.stop(started)
    megabyte = 2**20
    home = settings.home
    return {
        "raw MB": raw / megabyte,
        "published MB": published / megabyte,
        "other MB": (whole - raw - published) / megabyte,
        "landing MB": size_of(home / "landing") / megabyte,
        "logs MB": sum(size_of(home / name) for name in ("logs", "airflow", "dbt", "data_docs")) / megabyte,
        "metadata rows": rows,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--months", type=int, default=12)
    parser.add_argument("--first", default="2025-10", help="year and month of the first run")
    parser.add_argument("--home", type=Path, help="keep the home here; else it goes")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="vb-year-") as folder:
        home = given.home or Path(folder) / "home"
        Path(folder).chmod(0o755)
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("VB_", "SOURCES", "SAMPLE"))}
        for number, day in enumerate(months(given.first, given.months)):
            environment = clean | {"VB_HOME": str(home), "VB_TODAY": str(day), "VB_SOURCES": "sample"}
            began = time.monotonic()
            command = [sys.executable, "-m", "veiligheidsbeeld", "run"]
            done = subprocess.run(command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL)
            seconds = time.monotonic() - began
            found = {"run s": seconds, "exit": done.returncode, **measured(Settings.from_env(environment))}
            if number == 0:
                print("| month | " + " | ".join(found) + " |\n|---|" + "---:|" * len(found), flush=True)
            print(f"| {day:%Y-%m} | " + " | ".join(f"{value:,.0f}" for value in found.values()) + " |", flush=True)


if __name__ == "__main__":
    main()
