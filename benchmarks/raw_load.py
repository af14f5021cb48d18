"""Rows per second from the source server into `raw`, beside the usual ways of doing it.

One run measures, in turn and n times, on the same machine and the same rows:

- ours: extract (fetch, prove, land) and load (stage, compare, merge with history and keys);
- cbsodata 1.3.5 reading the same pages from the same server into a list;
- `DataFrame.to_sql` of the same rows (a part: it is slow) into an unindexed table;
- `psql \\copy` of all the same rows, from a ready CSV, into an unindexed table (logged and unlogged).

Every measurement is a process of its own, so that peak memory is its own. Sizes are rows (cells) of 47022NED. Beside
the clock it takes processor time, of who loads and of the server: what two cores that never wait could reach at most.

    python -m benchmarks.raw_load [--runs 3] [--regions 490] [--markdown FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import psutil

from veiligheidsbeeld.contracts.cube import get_cube
from veiligheidsbeeld.settings import Settings

DATASET = get_cube("politie_misdrijven_buurt")
SLOW_ROWS = 400_000
# What a contender says beside its seconds: seconds of processors of what it loads with, and of the server.
BUSY = "processors"
CORES = 2
LOGGED = "psql \\copy, logged"
MONTHS = 174


def server(regions: int) -> None:
    """Serves the first `regions` areas of the full sample's 47022NED until it is killed."""
    from sandbox import sample
    from sandbox.source_server import serve

    whole = sample.cubes(replace(Settings.from_env(), sample="full"))[DATASET.bron.tabel]
    at, periods = whole.dimensions.index("WijkenEnBuurten"), len(whole.codes["Perioden"])
    cut = [slice(None)] * len(whole.dimensions)
    cut[at], cut[-1] = slice(regions), slice(periods - MONTHS, None)
    cube = replace(
        whole,
        codes=whole.codes
        | {
            "WijkenEnBuurten": whole.codes["WijkenEnBuurten"][:regions],
            "Perioden": whole.codes["Perioden"][-MONTHS:],
        },
        values={name: np.ascontiguousarray(values[tuple(cut)]) for name, values in whole.values.items()},
    )
    towns = sorted({"GM" + str(c["Key"])[2:6] for c in cube.codes["WijkenEnBuurten"][1:]})
    with serve({cube.identifier: cube}, internal_hosts=False) as running:
        print(json.dumps({"url": running.url, "gemeenten": towns}), flush=True)
        time.sleep(7200)


def ours(settings: Settings) -> dict:
    from veiligheidsbeeld.cubes import merge, stage
    from veiligheidsbeeld.extract import extract
    from veiligheidsbeeld.warehouse import connect

    shutil.rmtree(settings.landing, ignore_errors=True)
    with connect(settings, "lader") as connection:
        connection.execute(f"drop table if exists raw.{DATASET.naam} cascade")
        connection.execute("delete from raw.codelijst")
        connection.execute("delete from beheer.koppeling")
        connection.execute("delete from raw.levering")
    start = time.perf_counter()
    delivery = extract(settings, DATASET, report=lambda _: None)
    landed = time.perf_counter()
    assert delivery is not None
    busy, begun = processors(settings), time.perf_counter()
    report = stage(settings, DATASET, delivery)
    staged = time.perf_counter()
    with connect(settings, "lader") as connection:
        connection.execute("update raw.levering set status = 'gekeurd'")
    judged = time.perf_counter()
    merge(settings, DATASET, report.levering_id)
    merged, load = time.perf_counter(), processors(settings) - busy
    with connect(settings, "lader") as connection:
        connection.execute("update raw.levering set status = 'gekeurd'")
    again = time.perf_counter()
    merge(settings, DATASET, report.levering_id)
    return {
        "rows": report.cells,
        "extract and land": landed - start,
        "stage": staged - begun,
        "merge": merged - judged,
        "load (stage + merge)": staged - begun + merged - judged,
        "whole way": landed - start + staged - begun + merged - judged,
        "compare an equal delivery": time.perf_counter() - again,
        BUSY: load,
    }


def processors(settings: Settings) -> float:
    """Seconds of processors so far of this process, of those it waited for, and of the database server."""
    from veiligheidsbeeld.services import postgres

    server = postgres.postmaster(settings)
    assert server is not None
    living = 0.0
    for one in server.children():
        # One that has ended meanwhile is in what the server says.
        with suppress(psutil.NoSuchProcess):
            living += sum(one.cpu_times()[:2])
    return sum(psutil.Process().cpu_times()[:4]) + sum(server.cpu_times()[:4]) + living


def cbsodata_reads(settings: Settings) -> dict:
    import cbsodata

    cbsodata.options.use_https = False
    cbsodata.options.catalog_url = str(settings.source_url).removeprefix("http://")
    towns = settings.environ["VB_DETAIL_GEMEENTEN"].split(",")
    start, rows = time.perf_counter(), 0
    for town in towns:
        rows += len(
            cbsodata.get_data(
                DATASET.bron.tabel, typed=False, filters=f"substring(WijkenEnBuurten,2,4) eq '{town[2:]}'"
            )
        )
        if rows >= SLOW_ROWS:
            break
    return {"rows": rows, "cbsodata 1.3.5": time.perf_counter() - start}


def to_sql(settings: Settings) -> dict:
    import pandas as pd
    import sqlalchemy as sa

    names = ["soort_misdrijf", "regio", "periode", "waarde"]
    frame = pd.read_csv(settings.home / "cells.csv", names=names, dtype={"waarde": "Int64"}, nrows=SLOW_ROWS)
    known = settings.conninfo("lader")
    keywords = {"username": "lader", "host": str(known["host"]), "port": known["port"], "database": known["dbname"]}
    url = sa.URL.create("postgresql+psycopg2", password=str(known["password"]), **keywords)
    engine = sa.create_engine(url)
    start = time.perf_counter()
    frame.to_sql("kaal", engine, schema="laad", if_exists="replace", index=False)
    return {"rows": len(frame), "DataFrame.to_sql": time.perf_counter() - start}


def copy(settings: Settings, kind: str) -> dict:
    psql(settings, f"drop table if exists laad.kaal; create {kind} table laad.kaal (a text, b text, c text, d int)")
    busy, start = processors(settings), time.perf_counter()
    psql(settings, rf"\copy laad.kaal from '{settings.home / 'cells.csv'}' csv")
    name = f"psql \\copy, {kind or 'logged'}".strip()
    seconds = time.perf_counter() - start
    return {"rows": None, name: seconds, BUSY: processors(settings) - busy}


def psql(settings: Settings, command: str) -> None:
    from veiligheidsbeeld.services import postgres

    known = settings.conninfo("lader")
    subprocess.run(
        [postgres.binary("psql"), "-qX", "-v", "ON_ERROR_STOP=1", "-c", command],
        env={
            **os.environ,
            "PGHOST": str(known["host"]),
            "PGPORT": str(known["port"]),
            "PGUSER": "lader",
            "PGPASSWORD": str(known["password"]),
            "PGDATABASE": str(known["dbname"]),
            "PGOPTIONS": "-c client_min_messages=error",
        },
        check=True,
    )


CONTENDERS: dict[str, Callable[[Settings], dict]] = {
    "ours": ours,
    "cbsodata": cbsodata_reads,
    "to_sql": to_sql,
    "copy": lambda s: copy(s, ""),
    "copy unlogged": lambda s: copy(s, "unlogged"),
}


def in_a_process(name: str, settings: Settings) -> dict:
    """Runs one contender in a process of its own; its seconds, rows and peak memory (MB)."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.raw_load", "--one", name],
        env=settings.environ, stdout=subprocess.PIPE, check=True, text=True,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


@contextmanager
def system(regions: int):
    """A database and a source server of their own, in a temporary home."""
    from veiligheidsbeeld.services import postgres
    from veiligheidsbeeld.services.bootstrap import bootstrap

    home = Path(tempfile.mkdtemp(prefix="vb-bench-"))
    home.chmod(0o755)
    env = {k: v for k, v in os.environ.items() if not k.startswith("VB_")} | {"VB_HOME": str(home)}
    running = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.raw_load", "--serve", "--regions", str(regions)],
        env=env, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert running.stdout is not None
        told = json.loads(running.stdout.readline())
        env |= {"VB_SOURCE_URL": told["url"], "VB_DETAIL_GEMEENTEN": ",".join(told["gemeenten"])}
        started = postgres.start(Settings.from_env(env))
        bootstrap(started)
        yield replace(started, environ=env | {"VB_PG_PORT": str(started.pg_port), "VB_PG_HOST": "127.0.0.1"})
    finally:
        running.kill()
        running.wait()
        postgres.stop(Settings.from_env({"VB_HOME": str(home)}))
        shutil.rmtree(home, ignore_errors=True)


@dataclass
class Measured:
    """Rows per second of each figure; per contender its peak memory in MB and its processors' seconds per row."""

    rows: int = 0
    speeds: dict[str, list[float]] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)
    busy: dict[str, list[float]] = field(default_factory=dict)


def measure(runs: int, regions: int) -> Measured:
    """All contenders in turn, `runs` times."""
    measured = Measured()
    with system(regions) as settings:
        # A warm-up, and what the others need.
        measured.rows = in_a_process("ours", settings)["rows"]
        psql(
            settings,
            rf"\copy (select soort_misdrijf, regio, periode, geregistreerde_misdrijven from laad.{DATASET.naam}_cellen)"
            rf" to '{settings.home / 'cells.csv'}' csv",
        )
        for run in range(runs):
            for name in CONTENDERS:
                print(f"run {run + 1} of {runs}: {name}", file=sys.stderr, flush=True)
                found = in_a_process(name, settings)
                size = found.pop("rows") or measured.rows
                measured.memory[name] = max(measured.memory.get(name, 0), found.pop("MB"))
                if BUSY in found:
                    measured.busy.setdefault(name, []).append(found.pop(BUSY) / size)
                for figure, seconds in found.items():
                    measured.speeds.setdefault(figure, []).append(size / seconds)
    return measured


def table(measured: Measured, runs: int) -> str:
    """The report: median speed with its spread, and the ratios that the claims are about."""
    middle = {name: statistics.median(values) for name, values in measured.speeds.items()}
    lines = [
        f"{measured.rows:,} rows of 47022NED ({MONTHS} months); n = {runs};"
        f" `to_sql` and cbsodata on {SLOW_ROWS:,} rows.",
        "",
        "| what | rows/s, median | min | max |",
        "|---|---:|---:|---:|",
        *(f"| {n} | {middle[n]:,.0f} | {min(v):,.0f} | {max(v):,.0f} |" for n, v in measured.speeds.items()),
        "",
        "| ratio of medians | |",
        "|---|---:|",
    ]
    for ours_name, peer in (
        ("extract and land", "cbsodata 1.3.5"),
        ("load (stage + merge)", LOGGED),
        ("load (stage + merge)", "psql \\copy, unlogged"),
        ("whole way", LOGGED),
        ("whole way", "DataFrame.to_sql"),
        ("whole way", "cbsodata 1.3.5"),
    ):
        lines.append(f"| {ours_name} / {peer} | {middle[ours_name] / middle[peer]:.2f} |")
    busy = {name: statistics.median(values) for name, values in measured.busy.items()}
    best = CORES / busy["ours"]
    lines += [
        "",
        "| processors, s per million rows | |",
        "|---|---:|",
        *(f"| {'load (stage + merge)' if n == 'ours' else n} | {1e6 * v:.2f} |" for n, v in busy.items()),
        "",
        f"{CORES} cores that never wait load {best:,.0f} rows/s at most:"
        f" {best / middle[LOGGED]:.2f} of `\\copy`, logged.",
        "",
        "Peak memory of one process, MB: " + ", ".join(f"{n} {m}" for n, m in measured.memory.items()) + ".",
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--regions", type=int, default=490)
    parser.add_argument("--markdown", type=Path, help="also write the report here")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--one", choices=list(CONTENDERS), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        server(given.regions)
    elif given.one:
        found = CONTENDERS[given.one](Settings.from_env())
        own, children = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        print(json.dumps(found | {"MB": max(own, children) // 1024}))
    else:
        report = table(measure(given.runs, given.regions), given.runs)
        print(report)
        if given.markdown:
            given.markdown.write_text(report + "\n")


if __name__ == "__main__":
    main()
