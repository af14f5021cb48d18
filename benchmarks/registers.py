"""Register files into the warehouse, beside pandas: a CSV of a million rows and a workbook of 200,000.

One run measures, in turn and n times, on the same machine and the same files:

- ours: read, search for personal data and mend (`read_register`); and the whole way: take from the drop folder, read,
  stage, rules, merge with history and keys;
- pandas.read_csv / read_excel (openpyxl, and calamine), which reads and neither searches nor mends;
- `DataFrame.to_sql` of a part of the same rows (it is slow) into a table without keys.

Every measurement is a process of its own, so that peak memory is its own. Figures are rows per second.

    python -m benchmarks.registers [--runs 3] [--rows 1000000] [--sheet-rows 200000] [--markdown FILE]
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

from veiligheidsbeeld.contracts.register import get_register
from veiligheidsbeeld.region import active, municipalities
from veiligheidsbeeld.settings import Settings

CONTRACT = get_register("meldpunt_ondermijning")
SLOW_ROWS = 100_000
SENDER = active().head.detail[0]
TOWN = municipalities()[SENDER].own_name


def rows(count: int) -> Iterator[list]:
    """Rows of the meldpunt as a case system writes them: day first, names for codes, a line of free text."""
    draw = random.Random(1)
    names = [c.naam for c in CONTRACT.kolommen]
    yield names
    for number in range(count):
        day = date(2025, 1, 1) + timedelta(days=draw.randrange(360))
        known = {
            "zaaknummer": f"Z2025-{number:07d}", "gemeente": TOWN, "datum_signaal": day, "datum_ontvangst": day,
            "kanaal": draw.choice(["meldpunt", "M.", "politie"]), "melder": "inwoner", "hardheid": "zacht",
            "thema": draw.choice(["drugs", "OMG", "zorg", "overig"]), "buitengebied": draw.choice("JN"),
            "wijkcode": f"WK{SENDER[2:]}{number % 5:02d}",
            "buurtcode": f"BU{SENDER[2:]}{number % 5:02d}{number % 20:02d}",
            "status": "nieuw", "datum_eerste_actie": day + timedelta(days=3), "terugkoppeling": "J",
            "toelichting": f"melding over straat {number % 997}, café op de hoek",
        }  # fmt: skip
        yield [known.get(name) for name in names]


def write_files(folder: Path, count: int, sheet_count: int) -> None:
    from openpyxl import Workbook

    with (folder / "groot.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerows([f"{c:%d-%m-%Y}" if isinstance(c, date) else c for c in row] for row in rows(count))
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Register")
    for row in rows(sheet_count):
        sheet.append(row)
    book.save(folder / "groot.xlsx")


def read(settings: Settings, path: Path) -> int:
    from veiligheidsbeeld.refusals import Scope
    from veiligheidsbeeld.registers.read import read_register

    scope = Scope(date(2025, 1, 1), date(2026, 1, 1))
    return read_register(path, CONTRACT, gemeenten={SENDER: TOWN}, scope=scope).table.num_rows


def load(settings: Settings, path: Path) -> int:
    from veiligheidsbeeld.files.take import take
    from veiligheidsbeeld.registers.merge import merge
    from veiligheidsbeeld.registers.stage import stage
    from veiligheidsbeeld.warehouse import connect

    drop = settings.home / "aanlevering" / SENDER
    shutil.rmtree(drop, ignore_errors=True)
    shutil.rmtree(settings.landing, ignore_errors=True)
    with connect(settings, "lader") as connection:
        connection.execute(f"drop table if exists raw.{CONTRACT.naam}, laad.{CONTRACT.naam} cascade")
        connection.execute("delete from raw.levering")
    drop.mkdir(parents=True)
    os.link(path, drop / f"{CONTRACT.naam}_2025{path.suffix}")
    staged = stage(settings, CONTRACT, take(settings, CONTRACT.provider).genomen[0]).report
    with connect(settings, "lader") as connection:
        connection.execute("update raw.levering set status = 'gekeurd'")
    merge(settings, CONTRACT, staged.levering_id)
    return staged.geladen


def pandas_csv(settings: Settings, path: Path) -> int:
    import pandas as pd

    return len(pd.read_csv(path, sep=";", dtype=str))


def pandas_excel(engine: str) -> Callable[[Settings, Path], int]:
    def work(settings: Settings, path: Path) -> int:
        import pandas as pd

        return len(pd.read_excel(path, engine=engine))

    return work


def to_sql(settings: Settings, path: Path) -> int:
    """Reading a part is counted too; it hardly counts beside the writing."""
    import pandas as pd
    import sqlalchemy as sa

    frame = pd.read_csv(path, sep=";", dtype=str, nrows=SLOW_ROWS)
    known = settings.conninfo("lader")
    keywords = {"username": "lader", "host": str(known["host"]), "port": known["port"], "database": known["dbname"]}
    url = sa.URL.create("postgresql+psycopg2", password=str(known["password"]), **keywords)
    frame.to_sql("kaal", sa.create_engine(url), schema="laad", if_exists="replace", index=False)
    return len(frame)


CONTENDERS: dict[str, tuple[str, Callable[[Settings, Path], int]]] = {
    "CSV: read, search, mend": ("groot.csv", read),
    "CSV: whole way into raw": ("groot.csv", load),
    "CSV: pandas.read_csv": ("groot.csv", pandas_csv),
    "CSV: pandas.read_csv + to_sql": ("groot.csv", to_sql),
    "XLSX: read, search, mend": ("groot.xlsx", read),
    "XLSX: whole way into raw": ("groot.xlsx", load),
    "XLSX: pandas.read_excel, openpyxl": ("groot.xlsx", pandas_excel("openpyxl")),
    "XLSX: pandas.read_excel, calamine": ("groot.xlsx", pandas_excel("calamine")),
}
RATIOS = (
    ("CSV: read, search, mend", "CSV: pandas.read_csv"),
    ("CSV: whole way into raw", "CSV: pandas.read_csv + to_sql"),
    ("XLSX: read, search, mend", "XLSX: pandas.read_excel, openpyxl"),
    ("XLSX: read, search, mend", "XLSX: pandas.read_excel, calamine"),
)


def one(name: str) -> dict:
    settings = Settings.from_env()
    file, work = CONTENDERS[name]
    start = time.perf_counter()
    count = work(settings, settings.home / file)
    seconds = time.perf_counter() - start
    return {"rows": count, "seconds": seconds, "MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}


@contextmanager
def system() -> Iterator[Settings]:
    """A database of its own, in a temporary home."""
    from veiligheidsbeeld.services import postgres
    from veiligheidsbeeld.services.bootstrap import bootstrap

    home = Path(tempfile.mkdtemp(prefix="vb-bench-"))
    home.chmod(0o755)
    env = {k: v for k, v in os.environ.items() if not k.startswith("VB_")} | {"VB_HOME": str(home)}
    try:
        started = postgres.start(Settings.from_env(env))
        bootstrap(started)
        yield Settings.from_env(env | {"VB_PG_PORT": str(started.pg_port), "VB_PG_HOST": "127.0.0.1"})
    finally:
        postgres.stop(Settings.from_env({"VB_HOME": str(home)}))
        shutil.rmtree(home, ignore_errors=True)


def measure(runs: int, count: int, sheet_count: int) -> tuple[dict[str, list[float]], dict[str, int]]:
    """All contenders in turn, `runs` times: rows per second of each, and its peak memory in MB."""
    speeds: dict[str, list[float]] = {}
    memory: dict[str, int] = {}
    with system() as settings:
        write_files(settings.home, count, sheet_count)
        for run in range(runs):
            for name in CONTENDERS:
                print(f"run {run + 1} of {runs}: {name}", file=sys.stderr, flush=True)
                done = subprocess.run(
                    [sys.executable, "-m", "benchmarks.registers", "--one", name],
                    env=dict(settings.environ), stdout=subprocess.PIPE, check=True, text=True,
                )  # fmt: skip
                found = json.loads(done.stdout.splitlines()[-1])
                speeds.setdefault(name, []).append(found["rows"] / found["seconds"])
                memory[name] = max(memory.get(name, 0), found["MB"])
    return speeds, memory


def table(speeds: dict[str, list[float]], memory: dict[str, int], count: int, sheet_count: int) -> str:
    """The report: median speed with its spread, peak memory, and the ratios that the claims are about."""
    middle = {name: statistics.median(values) for name, values in speeds.items()}
    runs = len(next(iter(speeds.values())))
    lines = [
        f"{count:,} rows in CSV, {sheet_count:,} in XLSX, {len(CONTRACT.kolommen)} columns; n = {runs}; "
        f"`to_sql` on {SLOW_ROWS:,} rows.",
        "",
        "| what | rows/s, median | min | max | peak MB |",
        "|---|---:|---:|---:|---:|",
        *(f"| {n} | {middle[n]:,.0f} | {min(v):,.0f} | {max(v):,.0f} | {memory[n]:,} |" for n, v in speeds.items()),
        "",
        "| ratio of medians | |",
        "|---|---:|",
        *(f"| {ours} / {peer} | {middle[ours] / middle[peer]:.2f} |" for ours, peer in RATIOS),
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--sheet-rows", type=int, default=200_000)
    parser.add_argument("--markdown", type=Path, help="also write the report here")
    parser.add_argument("--one", choices=list(CONTENDERS), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(one(given.one)))
        return
    report = table(*measure(given.runs, given.rows, given.sheet_rows), given.rows, given.sheet_rows)
    print(report)
    if given.markdown:
        given.markdown.write_text(report + "\n")


if __name__ == "__main__":
    main()
