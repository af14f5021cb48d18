import json
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
import yaml

from veiligheidsbeeld.alerts import OUTCOME
from veiligheidsbeeld.contracts.cube import load_cubes
from veiligheidsbeeld.contracts.register import load_registers
from veiligheidsbeeld.contracts.survey import load_survey
from veiligheidsbeeld.orchestration.names import (
    MARTS_DAG,
    RETENTION_DAG,
    WATCH_DAG,
    datasets,
    loading_dags,
    periods_of_backfill,
)
from veiligheidsbeeld.services import airflow
from veiligheidsbeeld.settings import PROJECT, Settings
from veiligheidsbeeld.steps import marts

PARSER = Path(__file__).with_name("parse_dags.py")
# Each costs a parse half a second to some seconds, dozens of times an hour.
HEAVY = {
    "pandas",
    "numpy",
    "pyarrow",
    "dbt",
    "great_expectations",
    "psycopg",
    "aiohttp",
    "httpx",
    "msgspec",
    "sqlalchemy",
}


@pytest.fixture(scope="module")
def parses(tmp_path_factory):
    """Two parses by fresh processes that order their sets differently."""

    seeds = ("1", "4711")
    homes = [tmp_path_factory.mktemp("parse") for _ in seeds]

    def parse(seed, home):
        settings = Settings.from_env({"VB_HOME": str(home), "VB_PG_PORT": "1", "VB_AIRFLOW_PORT": "2"})
        variables = airflow.environment(settings) | {"PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, PARSER, PROJECT / "dags"], env=variables, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(parse, seeds, homes))


@pytest.fixture(scope="module")
def parsed(parses):
    return parses[0]


def test_what_any_host_may_do_reads_nothing_but_landing_and_database(parsed):
    """Files that were dropped may hold personal data: they are taken and read where they were dropped."""
    anywhere = {
        (d, t) for d, found in parsed["dags"].items() for t, queue in found["queues"].items() if queue == "bronnen"
    }
    tables = {
        (f"{c.provider}_laden", f"{c.naam}.{t}") for c in load_cubes().values() for t in ("haal_op", "laad", "verwerk")
    }
    assert anywhere == tables
    used = {queue for found in parsed["dags"].values() for queue in found["queues"].values()}
    compose = yaml.safe_load((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))
    listens = compose["services"]["worker"]["command"][-1].split(",")
    assert used == set(listens), "one worker is enough"


def test_every_dag_file_loads(parsed):
    assert parsed["errors"] == {}
    files = {p.stem for p in (PROJECT / "dags").glob("*.py")}
    assert set(parsed["dags"]) == files == {*loading_dags(), MARTS_DAG, RETENTION_DAG, WATCH_DAG}, (
        "file name and DAG id are the same"
    )


def test_two_parses_give_the_same_dag(parses):
    assert parses[0]["serialised"] == parses[1]["serialised"]


def test_parsing_imports_nothing_heavy(parsed):
    assert HEAVY & {name.split(".")[0] for name in parsed["modules"]} == set()
    assert "veiligheidsbeeld.orchestration.loading" in parsed["modules"], "the parse is what is measured"


def test_every_dag_says_whose_it_is_and_what_it_does(parsed):
    for dag_id, dag in parsed["dags"].items():
        assert dag["tags"], dag_id
        for part in ("### Purpose", "### Notes", "### Configuration"):
            assert part in dag["doc"], (dag_id, part)
        assert dag["catchup"] is False
        for task_id, task in dag["tasks"].items():
            assert task["owner"] not in ("", "airflow"), (dag_id, task_id)
            assert task["retries"] >= 1, (dag_id, task_id)


def test_every_pool_that_a_task_waits_for_exists(parsed):
    used = {task["pool"] for dag in parsed["dags"].values() for task in dag["tasks"].values()}
    assert used - {"default_pool"} <= set(airflow.pools())
    for dag_id in loading_dags():
        provider = dag_id.removesuffix("_laden")
        tasks = parsed["dags"][dag_id]["tasks"]
        fetching = {t["pool"] for n, t in tasks.items() if n.rpartition(".")[2] in ("haal_op", "neem_in")}
        assert fetching == {provider}


def test_every_contract_is_loaded_documented_and_starts_the_marts(parsed):
    outlets = {}
    for name, contract in load_cubes().items():
        dag = parsed["dags"][f"{contract.provider}_laden"]
        outlets |= dag["outlets"]
        for fact in (name, contract.bron.tabel, contract.eigenaar.contact, contract.licentie):
            assert fact in dag["doc"]
        assert set(dag["upstream"][f"{name}.verwerk"]) == {"keur", f"{name}.laad"}
    survey = {"vm_respondent.verwerk": ["veiligheidsmonitor_bestanden"]}
    assert outlets == {f"{name}.verwerk": [name] for name in load_cubes()} | survey
    schedule = json.loads(parsed["serialised"])[MARTS_DAG]["dag"]["timetable"]
    assert all(f'"{name}"' in json.dumps(schedule) for name in datasets())


def test_files_go_before_tables_of_sources(parsed):
    """The longest chains begin first: whatever takes in, reads, judges or merges files before any task of a table."""
    cubes = {(f"{c.provider}_laden", c.naam) for c in load_cubes().values()}
    tables, files = [], []
    for dag_id in loading_dags():
        for task, weight in parsed["dags"][dag_id]["weights"].items():
            group, _, step = task.rpartition(".")
            if (dag_id, group) in cubes:
                tables.append(weight)
            elif step in ("neem_in", "laad") or (
                step in ("keur", "verwerk") and (group or dag_id == "gemeenten_laden")
            ):
                files.append(weight)
    assert len(tables) == 3 * len(cubes) and len(files) == 2 * len(("neem_in", "laad", "keur", "verwerk"))
    assert min(files) > max(tables)


def test_respondent_files_go_their_own_way_beside_the_published_tables(parsed):
    dag = parsed["dags"]["veiligheidsmonitor_laden"]
    way = [f"vm_respondent.{step}" for step in ("neem_in", "laad", "keur", "verwerk", "weigeringen")]
    assert [dag["upstream"][task] for task in way] == [[], *([task] for task in way[:-1])]
    assert sorted(dag["upstream"][f"vm_respondent.{OUTCOME}"]) == way[-2:]
    assert dag["tasks"]["vm_respondent.weigeringen"]["trigger_rule"] == "all_done", "also when no wave went on"
    for fact in (load_survey().grondslag.split()[0], load_survey().eigenaar.contact):
        assert fact in dag["doc"]


def test_registers_go_through_their_four_steps_together(parsed):
    dag = parsed["dags"]["gemeenten_laden"]
    assert dag["upstream"] == {"neem_in": [], "laad": ["neem_in"], "keur": ["laad"], "verwerk": ["keur"]}
    assert dag["outlets"] == {"verwerk": ["gemeenten_bestanden"]}
    for name, register in load_registers().items():
        for fact in (name, register.titel, register.eigenaar.contact):
            assert fact in dag["doc"]


def test_all_themes_are_built_and_judged_together_and_published_each_by_itself(parsed):
    dag = parsed["dags"][MARTS_DAG]
    upstream = {task: sorted(before) for task, before in dag["upstream"].items()}
    assert upstream["bouw"] == ["basis", "projecteer"]
    assert upstream["keur"] == ["bouw"]
    assert upstream["kern.publiceer"] == ["keur"]
    for thema in (*marts.THEMES, marts.GOALS):
        assert upstream[f"{thema}.publiceer"] == ["kern.publiceer", "keur"], "a theme that fails stops no other"
    assert upstream["toon"] == sorted(f"{mart}.publiceer" for mart in marts.MARTS), "whoever publishes renews the pages"
    # A projection that fails stops the goals of all plans, and nothing else.
    rules = {task: facts["trigger_rule"] for task, facts in dag["tasks"].items()}
    assert rules["bouw"] == "all_done_min_one_success"
    assert rules["toon"] == "all_done_min_one_success", "nothing published: nothing to show; one that failed: the rest"
    assert rules["projecteer"] == rules["keur"] == "all_success"
    assert set(dag["deadlines"]) == {f"mart_{thema}" for thema in marts.MARTS}


def ends(dag, broken):
    """States of all tasks when one fails, by the rules of Airflow, and all others would do what they are there for."""
    states = {}
    waiting = list(dag["upstream"])
    while waiting:
        task = next(t for t in waiting if not set(dag["upstream"][t]) & set(waiting))
        waiting.remove(task)
        before = [states[t] for t in dag["upstream"][task]]
        failed, succeeded = {"failed", "upstream_failed"} & set(before), "success" in before or not before
        match dag["tasks"][task]["trigger_rule"]:
            case "all_success" | "none_failed_min_one_success":
                states[task] = "upstream_failed" if failed else "success" if succeeded else "skipped"
            case "all_done":
                states[task] = "success"
            case "all_done_min_one_success":
                states[task] = "success" if succeeded else "upstream_failed"
            case "one_failed":
                states[task] = "failed" if failed else "skipped"
            case rule:
                raise AssertionError(f"{task}: {rule} is not known here")
        if task == broken:
            states[task] = "failed"
    return states


def test_a_run_fails_whichever_task_fails(parsed):
    """Airflow asks the last tasks alone: after one that goes on after a failure the run is a success, untold."""
    quiet = []
    for dag_id, dag in parsed["dags"].items():
        last = set(dag["upstream"]) - {t for before in dag["upstream"].values() for t in before}
        assert not {"failed", "upstream_failed"} & {ends(dag, None)[t] for t in last}, dag_id
        for task in dag["upstream"]:
            if not {"failed", "upstream_failed"} & {ends(dag, task)[t] for t in last}:
                quiet.append(f"{dag_id}: {task}")
    assert quiet == []


def test_airflow_makes_a_failure_of_a_run_that_went_on_after_one(tmp_path):
    variables = {
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW__CORE__DAGS_FOLDER": str(tmp_path),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "PYTHONPATH": str(PROJECT),
    }
    shutil.copy(Path(__file__).with_name("dag_that_goes_on.py"), tmp_path)
    for command in (["-m", "airflow", "db", "migrate"], [str(tmp_path / "dag_that_goes_on.py")]):
        done = subprocess.run(
            [sys.executable, *command], env=os.environ | variables, capture_output=True, text=True, timeout=240
        )
        assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines()[-2:] == ["without: success", "with: failed"]


def test_the_calendar_follows_dutch_clocks_in_winter_and_summer(parsed):
    # After the 15th, on which the police publish; six in the morning, an hour earlier in UTC in summer.
    assert parsed["next"]["politie_laden"] == ["2026-01-16T05:00:00+00:00", "2026-07-16T04:00:00+00:00"]
    assert parsed["next"]["cbs_laden"] == ["2026-01-05T05:00:00+00:00", "2026-07-06T04:00:00+00:00"]


@pytest.mark.parametrize(
    ("frequency", "moment", "periods"),
    [
        ("maand", datetime(2023, 6, 16), ["2023MM05"]),
        ("maand", datetime(2024, 1, 16), ["2023MM12", "2023JJ00"]),
        ("jaar", datetime(2024, 3, 4), ["2023JJ00"]),
    ],
)
def test_a_backfill_run_speaks_for_the_period_before_its_date(frequency, moment, periods):
    assert periods_of_backfill(frequency, moment) == periods
