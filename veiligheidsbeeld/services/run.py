"""`veiligheidsbeeld run` and `up`: everything from source to published marts, under the real scheduler."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from veiligheidsbeeld import alerts
from veiligheidsbeeld.orchestration.names import MARTS_DAG, loading_dags
from veiligheidsbeeld.services import sandbox
from veiligheidsbeeld.services.airflow import Client, Run, Task
from veiligheidsbeeld.services.follow import Progress, time_split
from veiligheidsbeeld.services.lifecycle import Stopwatch, System, is_up
from veiligheidsbeeld.services.processes import exclusive, interruptible
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.steps import load, marts

Report = Callable[[str], None]

# A delivery that an earlier run left goes first; a newer one takes another round.
MOST_ROUNDS = 3


@dataclass
class Result:
    """What a run did; `failures` is empty when all is well."""

    settings: Settings
    clock: Stopwatch
    runs: list[Run] = field(default_factory=list)
    failures: list[alerts.Failure] = field(default_factory=list)
    up: bool = False

    @property
    def ok(self) -> bool:
        return not self.failures and all(r.state == "success" for r in self.runs)

    @property
    def run_ids(self) -> list[str]:
        return [r.run_id for r in self.runs]


def run(
    settings: Settings,
    *,
    keep: bool,
    report: Report,
    tell: Callable[[Task], None],
    busy: Callable[[list[str]], None],
    finish: Callable[[Result], None],
) -> Result:
    """Starts what is needed, loads every provider, publishes the marts, and stops what it started.

    `keep` leaves everything running (`up`). `report` gets lines, `tell` every change of a task, `busy` the
    tasks at work, `finish` the result while the warehouse can still be asked. Raises `VeiligheidsbeeldError`
    for what stops the run as a whole and `Interrupted` on a signal; nothing stays behind then.
    """
    clock = Stopwatch()
    with exclusive(settings), interruptible() as interrupts, ThreadPoolExecutor(1) as beside:
        dags = (*loading_dags(), MARTS_DAG)
        attached = is_up(settings)
        system = System(settings, report=report, watched=not keep)
        done = False
        began = datetime.now(UTC)
        try:
            drop = beside.submit(fill_drop, settings, report)
            if attached:
                with clock.phase("services"):
                    system.attach()
                report("using the services that `up` left running")
            else:
                system.start(dags, clock)
            with clock.phase("drop folder"):
                drop.result()
            result = Result(system.settings, clock, up=keep or attached)
            with clock.phase("loading and publishing"):
                _work(system, result, tell, busy, report, since=None if attached else began)
            finish(result)
            if keep and not attached:
                system.leave_up()
            done = True
        finally:
            interrupts.ignore()
            if not attached and not (keep and done):
                with clock.phase("stopping"):
                    system.stop()
    return result


def fill_drop(settings: Settings, report: Report) -> None:
    """Sample data has a sample drop folder; one that is there is left as it is, and so is one that was configured."""
    folder = Path(settings.drop)
    if settings.sources != "sample" or settings.environ.get("VB_DROP") or folder.exists():
        return
    report("writing the sample drop folder")
    # One name, so that what a killed command left is removed by the next: one command at a time is here.
    making = folder.with_name(f"{folder.name}.bezig")
    shutil.rmtree(making, ignore_errors=True)
    try:
        sandbox.ask(settings, ["drop", str(making)])
        making.rename(folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)


def _work(
    system: System,
    result: Result,
    tell: Callable[[Task], None],
    busy: Callable[[list[str]], None],
    report: Report,
    *,
    since: datetime | None,
) -> None:
    """`since` is when this command began to start the services; None when they ran already."""
    client, settings = system.client, system.settings
    assert client is not None
    progress = _Following(client, tell, system.supervisor.check, busy=busy)
    left: list[Run] = []
    if since:
        unfinished = [run for dag_id in (*loading_dags(), MARTS_DAG) for run in client.unfinished(dag_id)]
        left = abandoned(unfinished, since)
        for run in left:
            report(f"{run.dag_id}: run {run.run_id} of an earlier session did not finish; its work is done again")
            with contextlib.suppress(Exception):
                client.fail(run)
        for run in unfinished:
            if run not in left:
                progress.add(run.dag_id, run.run_id)
    for dag_id in (*loading_dags(), MARTS_DAG):
        client.unpause(dag_id)
    # Runs are asked for by time; the clocks of server and command are the same one.
    began = datetime.now(UTC) - timedelta(seconds=1)
    # The DAG of a run that was ended from outside counts as busy until its file is parsed again: events alone would
    # start nothing for minutes.
    again = [MARTS_DAG] if any(run.dag_id == MARTS_DAG for run in left) else []
    for round_number in range(MOST_ROUNDS):
        chosen = [*loading_dags(), *again] if round_number == 0 else _still_waiting(settings)
        for dag_id in chosen:
            progress.add(dag_id, client.trigger(dag_id))
        progress.wait()
        if not chosen or progress.failed() or not _still_waiting(settings):
            break
    _follow_marts(client, progress, began)
    # What an earlier session left undone brings no event of its own; what failed just now is not tried twice.
    tried = any(r.dag_id == MARTS_DAG for r in progress.failed())
    if not tried and (stale := marts.stale_marts(settings)):
        report(f"not published yet from what is loaded: {', '.join(stale)}")
        progress.add(MARTS_DAG, client.trigger(MARTS_DAG))
        progress.wait()
    result.runs = list(progress.runs.values())
    failed = [(t.dag_id, t.run_id, t.task_id) for r in progress.failed() for t in r.tasks if t.state == "failed"]
    result.failures = alerts.failures(settings, result.run_ids, failed)


class _Following(Progress):
    def __init__(self, *arguments, busy: Callable[[list[str]], None]) -> None:  # type: ignore[no-untyped-def]
        super().__init__(*arguments)
        self._busy = busy

    def poll(self) -> None:
        super().poll()
        self._busy(self.running())


def abandoned(unfinished: list[Run], since: datetime) -> list[Run]:
    """Runs that a killed command left: they would hold back new ones, and count as failed.

    Not those that the scheduler made itself since the services were started at `since`: at its start it makes the run
    of the calendar that was due last, when that is not long ago.
    """
    return [run for run in unfinished if run.queued is None or run.queued < since]


def _still_waiting(settings: Settings) -> list[str]:
    """Loading DAGs with deliveries in landing that are not in raw yet."""
    found = {arrived.contract.provider for arrived in load.pending(settings)}
    return [f"{provider}_laden" for provider in sorted(found)]


def _follow_marts(client: Client, progress: Progress, began: datetime) -> None:
    """Follows the runs that the assets started, also those that still have to come from queued events."""

    def found() -> list[Run]:
        return [*client.runs_since(MARTS_DAG, began), *client.unfinished(MARTS_DAG)]

    while True:
        for run in found():
            if run.run_id not in progress.runs:
                progress.add(MARTS_DAG, run.run_id)
        progress.wait()
        if client.queued_asset_events(MARTS_DAG):
            progress.tick()
            continue
        if all(run.run_id in progress.runs for run in found()):
            return


def split(result: Result) -> dict[str, float]:
    """Seconds per part: phases of the command, and within the work the tasks and the gaps between them."""
    phases = dict(result.clock.phases)
    work = phases.pop("loading and publishing", 0.0)
    tasks = time_split(result.runs)
    parts = {k: v for k, v in phases.items() if k != "stopping"}
    parts["tasks"] = min(work, tasks["tasks"])
    parts["scheduling gaps"] = max(0.0, work - parts["tasks"])
    if "stopping" in phases:
        parts["stopping"] = phases["stopping"]
    return parts


def keep_record(result: Result) -> Path:
    """Writes what a benchmark wants to know of this run to `<home>/runs/`, as JSON; seconds per part and task."""
    folder = result.settings.home / "runs"
    folder.mkdir(parents=True, exist_ok=True)
    tasks = [
        {
            "dag": t.dag_id,
            "task": t.task_id,
            "state": t.state,
            "seconds": (t.ended - t.started).total_seconds() if t.started and t.ended else None,
        }
        for r in result.runs
        for t in r.tasks
    ]
    record = {
        "ok": result.ok,
        "sources": result.settings.sources,
        "sample": result.settings.sample,
        "total": round(result.clock.total, 2),
        "parts": {name: round(seconds, 2) for name, seconds in split(result).items()},
        "tasks": tasks,
    }
    path = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    path.write_text(json.dumps(record, indent=1))
    return path
