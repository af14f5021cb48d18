"""The survey's estimates in Python (numpy) beside the same in SQL, on one wave of ten million answers.

One run measures, in turn and n times, on the same machine and the same respondents, each in a process of its own:

- ours: read the wave from `raw` and make every estimate with its variance, interval, status, and every difference
  with the covariance of nested samples;
- SQL: the estimates and their standard errors alone, in one statement by PostgreSQL: answers as rows, additive moments
  per cell of municipality, age band and background, summed to regions and groups. No strata, no intervals, no
  differences: those need quantiles and products that SQL has not, or not so cheaply;
- loading the same wave from CSV into `raw` (read, search for personal data, convert, copy, make current).

    python -m benchmarks.survey [--runs 3] [--respondents 190000] [--markdown FILE]
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
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from veiligheidsbeeld.settings import Settings

YEAR = 2023
WHOLE, IN_SQL = "ours: whole", "SQL: estimates and standard errors"


def ours(settings: Settings) -> dict:
    from veiligheidsbeeld.contracts.survey import load_survey
    from veiligheidsbeeld.survey import estimate, stage
    from veiligheidsbeeld.warehouse import connect

    contract = load_survey()
    start = time.perf_counter()
    with connect(settings, "lader") as connection:
        table = stage.read_wave(connection, contract, YEAR)
    read = time.perf_counter()
    sample = estimate.Sample.of(table, contract, YEAR)
    estimates, differences = estimate.estimate(sample, contract)
    done = time.perf_counter()
    kept = {
        "|".join(map(str, key)): (p, se)
        for *key, p, se in zip(
            *(estimates[c].to_pylist() for c in ("regio_code", "leeftijdsgroep", "doelgroep", "indicator_code")),
            estimates["p"].to_pylist(), estimates["se"].to_pylist(), strict=True,
        )
    }  # fmt: skip
    (settings.home / "ours.json").write_text(json.dumps(kept))
    return {
        "answers": sample.answers.size,
        "seconds": {"ours: read from raw": read - start, "ours: estimates and differences": done - read,
                    WHOLE: done - start},
        "note": f"{estimates.num_rows:,} estimates and {differences.num_rows:,} differences",
    }  # fmt: skip


def in_sql(settings: Settings) -> dict:
    from veiligheidsbeeld.warehouse import connect

    with connect(settings, "lader") as connection:
        (pid,) = connection.execute("select pg_backend_pid()").fetchone()  # type: ignore[misc]
        # What an analyst's session would be given, and then some; one process, as ours.
        connection.execute("set local work_mem = '1GB'")
        connection.execute("set local max_parallel_workers_per_gather = 0")
        connection.execute("set local jit = off")
        query = statement()
        start = time.perf_counter()
        rows = connection.execute(query).fetchall()
        seconds = time.perf_counter() - start
        memory = next(
            int(line.split()[1]) // 1024
            for line in Path(f"/proc/{pid}/status").read_text().splitlines()
            if line.startswith("VmHWM")
        )
    kept = json.loads((settings.home / "ours.json").read_text())
    worst = max(
        abs(float(value) - mine) / max(mine, 1e-9)
        for *key, p, se in rows
        if (both := kept.get("|".join(map(str, key))))
        for value, mine in zip((p, se), both, strict=True)
        if value is not None and mine is not None and mine > 1e-12
    )
    missing = len(kept.keys() - {"|".join(map(str, r[:4])) for r in rows})
    return {
        "seconds": {IN_SQL: seconds},
        "MB": memory,
        "note": f"{len(rows):,} estimates ({missing:,} of ours have no respondent); largest difference {worst:.0e}",
    }


def statement() -> str:
    """Additive moments per finest cell first, regions and groups after: answers are unpivoted once."""
    from veiligheidsbeeld.contracts.survey import load_survey
    from veiligheidsbeeld.survey.areas import COUNTRY, areas

    contract = load_survey()
    regions = ", ".join(f"('{g.code}', '{town}')" for g in areas() for town in g.municipalities)
    groups = " union all ".join(
        f"select '{g.leeftijdsgroep}' as leeftijdsgroep, '{g.doelgroep}' as doelgroep, c.* from cel as c where "
        + " and ".join(
            ([f"c.band = '{g.leeftijdsgroep}'"] if g.leeftijdsgroep != "totaal" else [])
            + [f"c.{column} = {code}" for column, code in g.waar.items()]
            or ["true"]
        )
        for g in contract.groepen
    )
    answers = ", ".join(
        f"('{i.code}', {f'case when {i.under} = 1 then {i.column} end' if i.under else i.column})"
        for i in contract.indicators
    )
    return f"""
        with cel as materialized (
            select r.gemeente_code, r.leeftijdsgroep as band, r.opleiding, r.arbeid, a.indicator_code,
                sum(r.gewicht) as w, sum(r.gewicht) filter (where a.code = 1) as wy,
                sum(r.gewicht ^ 2) as ww, sum(r.gewicht ^ 2) filter (where a.code = 1) as wwy
            from raw.{contract.naam} as r
            cross join lateral (values {answers}) as a (indicator_code, code)
            where r.golf = {YEAR} and r.levering_tot is null and a.code in (1, 2)
            group by 1, 2, 3, 4, 5
        ),
        groep as ({groups}),
        gebied (regio_code, gemeente_code) as (values {regions}),
        som as (
            select coalesce(g.regio_code, '{COUNTRY}') as regio_code, c.leeftijdsgroep, c.doelgroep, c.indicator_code,
                sum(c.w) as w, coalesce(sum(c.wy), 0) as wy, sum(c.ww) as ww, coalesce(sum(c.wwy), 0) as wwy
            from groep as c
            cross join lateral (
                select null as regio_code union all
                select b.regio_code from gebied as b where b.gemeente_code = c.gemeente_code
            ) as g
            group by 1, 2, 3, 4
        ),
        steekproef as (select count(*)::double precision as n from raw.{contract.naam}
            where golf = {YEAR} and levering_tot is null)
        select regio_code, leeftijdsgroep, doelgroep, indicator_code, wy / w as p,
            sqrt(greatest(n / (n - 1) * (wwy * (1 - 2 * wy / w) + (wy / w) ^ 2 * ww) / w ^ 2, 0)) as se
        from som cross join steekproef
    """


def loading(settings: Settings) -> dict:
    from veiligheidsbeeld.contracts.survey import load_survey
    from veiligheidsbeeld.steps import load
    from veiligheidsbeeld.survey.merge import merge_respondents
    from veiligheidsbeeld.warehouse import connect

    contract = load_survey()
    with connect(settings, "lader") as connection:
        connection.execute("drop table if exists raw.vm_respondent")
        connection.execute("delete from raw.levering")
    shutil.rmtree(settings.landing, ignore_errors=True)
    start = time.perf_counter()
    quiet = {"report": lambda _: None}
    load.take_step(settings, contract.provider, **quiet)
    (loaded,) = load.load_step(settings, load.pending(settings, [contract.naam]), **quiet)
    number = loaded.detail["levering_id"]
    staged = time.perf_counter()
    with connect(settings, "lader") as connection:
        merge_respondents(connection, contract, number, YEAR)
        connection.execute("update raw.levering set status = 'verwerkt', verwerkt_op = now()")
    with connect(settings, "lader", autocommit=True) as connection:
        connection.execute("vacuum analyze raw.vm_respondent")
    return {"seconds": {"load: CSV to raw": time.perf_counter() - start, "load: CSV to laad": staged - start}}


CONTENDERS = {"loading": loading, "ours": ours, "sql": in_sql}


@contextmanager
def system(size: int):
    """A database of its own and one wave in its drop folder, in a temporary home."""
    from sandbox.sample.respondents import respondents
    from sandbox.sample.respondents import write_csv as write
    from veiligheidsbeeld.services import postgres
    from veiligheidsbeeld.services.bootstrap import bootstrap

    home = Path(tempfile.mkdtemp(prefix="vb-bench-"))
    home.chmod(0o755)
    env = {k: v for k, v in os.environ.items() if not k.startswith("VB_")} | {"VB_HOME": str(home)}
    folder = home / "aanlevering" / "veiligheidsmonitor"
    folder.mkdir(parents=True)
    write(folder / f"veiligheidsmonitor_{YEAR}.csv", respondents(2026, YEAR, size), YEAR)
    try:
        started = postgres.start(Settings.from_env(env))
        bootstrap(started)
        yield replace(started, environ=env | {"VB_PG_PORT": str(started.pg_port), "VB_PG_HOST": "127.0.0.1"})
    finally:
        postgres.stop(Settings.from_env({"VB_HOME": str(home)}))
        shutil.rmtree(home, ignore_errors=True)


def in_a_process(name: str, settings: Settings) -> dict:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.survey", "--one", name],
        env=settings.environ, stdout=subprocess.PIPE, check=True, text=True,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def measure(runs: int, respondents: int) -> str:
    seconds: dict[str, list[float]] = {}
    memory: dict[str, int] = {}
    notes: dict[str, str] = {}
    answers = 0
    with system(respondents) as settings:
        for run in range(runs):
            for name in CONTENDERS:
                print(f"run {run + 1} of {runs}: {name}", file=sys.stderr, flush=True)
                found = in_a_process(name, settings)
                answers = found.get("answers", answers)
                memory[name] = max(memory.get(name, 0), found["MB"])
                notes |= {name: found["note"]} if "note" in found else {}
                for figure, value in found["seconds"].items():
                    seconds.setdefault(figure, []).append(value)
    middle = {name: statistics.median(values) for name, values in seconds.items()}
    lines = [
        f"{respondents:,} respondents, {answers:,} answers (respondents x questions); n = {runs}.",
        "",
        "| what | seconds, median | min | max | answers/s |",
        "|---|---:|---:|---:|---:|",
        *(
            f"| {n} | {middle[n]:.2f} | {min(v):.2f} | {max(v):.2f} | {answers / middle[n]:,.0f} |"
            for n, v in seconds.items()
        ),
        "",
        f"Ratio of medians, {IN_SQL} / {WHOLE}: {middle[IN_SQL] / middle[WHOLE]:.2f}.",
        "Peak memory of one process, MB: " + ", ".join(f"{n} {m}" for n, m in memory.items()) + ".",
        *(f"{name}: {note}." for name, note in notes.items()),
    ]  # fmt: skip
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--respondents", type=int, default=190_000)
    parser.add_argument("--markdown", type=Path, help="also write the report here")
    parser.add_argument("--one", choices=list(CONTENDERS), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        found = CONTENDERS[given.one](Settings.from_env())
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(json.dumps({"MB": peak} | found))
        return
    report = measure(given.runs, given.respondents)
    print(report)
    if given.markdown:
        given.markdown.write_text(report + "\n")


if __name__ == "__main__":
    main()
