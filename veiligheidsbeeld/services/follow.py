"""Following DAG runs: what happens, told as it happens, and where the time went."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from veiligheidsbeeld.services.airflow import Client, Run, Task

# Each question costs the API server a twentieth of a second, taken from the tasks it is about.
POLL_SECONDS = 2.0
# A change may be written some time after its moment was taken.
OVERLAP = timedelta(seconds=5)
AT_WORK = ("scheduled", "queued", "running", "restarting")


@dataclass
class Progress:
    """What is known of the runs being followed; `tell` gets (dag, task, state, seconds) at every change."""

    client: Client
    tell: Callable[[Task], None]
    tick: Callable[[], None]
    runs: dict[str, Run] = field(default_factory=dict)
    _states: dict[tuple[str, str], tuple[str | None, int]] = field(default_factory=dict)
    _looked: datetime = field(default_factory=lambda: datetime.now(UTC))

    def add(self, dag_id: str, run_id: str) -> None:
        self.runs[run_id] = Run(dag_id, run_id, "queued", "")

    def poll(self) -> None:
        """Tells what changed since the last time. A run with a task at work is not asked whether it is done."""
        self.tick()
        moment = datetime.now(UTC)
        for task in self.client.tasks_since(self._looked - OVERLAP):
            if run := self.runs.get(task.run_id):
                run.tasks = [t for t in run.tasks if t.task_id != task.task_id] + [task]
        self._looked = moment
        for run_id, run in list(self.runs.items()):
            if run.done:
                continue
            if not any(t.state in AT_WORK for t in run.tasks):
                run = self.runs[run_id] = self.client.run(run.dag_id, run_id)
            # In the order in which things happened.
            last = datetime.max.replace(tzinfo=UTC)
            for task in sorted(run.tasks, key=lambda t: t.ended or t.started or last):
                key, state = (run_id, task.task_id), (task.state, task.tries)
                if self._states.get(key) != state:
                    self._states[key] = state
                    self.tell(task)

    def wait(self) -> None:
        """Until every run is done."""
        while not all(run.done for run in self.runs.values()):
            self.poll()
            if not all(run.done for run in self.runs.values()):
                time.sleep(POLL_SECONDS)

    def running(self) -> list[str]:
        return [t.task_id for r in self.runs.values() for t in r.tasks if t.state == "running" and not r.done]

    def failed(self) -> list[Run]:
        return [run for run in self.runs.values() if run.state == "failed"]


def time_split(runs: list[Run]) -> dict[str, float]:
    """Seconds in which at least one task ran, seconds in which none did, and the sum over all tasks."""
    spans = sorted((t.started, t.ended) for r in runs for t in r.tasks if t.started and t.ended)
    waits = [(t.started, t.ended) for r in runs for t in r.tasks if t.task_id == "wacht_op_laden" and t.started]
    spans = [s for s in spans if s not in waits]
    starts = [moment for r in runs if (moment := r.queued or r.started)]
    ends = [r.ended for r in runs if r.ended]
    if not starts or not ends:
        return {"tasks": 0.0, "gaps": 0.0, "sum": 0.0}
    whole = (max(ends) - min(starts)).total_seconds()
    busy, until = 0.0, None
    for begin, end in spans:
        if until is None or begin > until:
            busy += (end - begin).total_seconds()
            until = end
        elif end > until:
            busy += (end - until).total_seconds()
            until = end
    total = sum((end - begin).total_seconds() for begin, end in spans)
    return {"tasks": busy, "gaps": max(0.0, whole - busy), "sum": total}
