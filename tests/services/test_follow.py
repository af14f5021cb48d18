"""Where the time went, from the times that Airflow keeps."""

from datetime import UTC, datetime, timedelta

from veiligheidsbeeld.services.airflow import Run, Task
from veiligheidsbeeld.services.follow import time_split

START = datetime(2026, 1, 1, tzinfo=UTC)


def at(seconds):
    return START + timedelta(seconds=seconds)


def run(*spans, begin=0, end=100):
    tasks = [Task("d", "r", name, "success", 1, None, at(a), at(b)) for name, a, b in spans]
    return Run("d", "r", "success", "manual", at(begin), at(begin), at(end), tasks)


def test_tasks_that_overlap_count_once_and_the_rest_is_gaps():
    runs = [run(("a", 10, 40), ("b", 20, 30), ("c", 60, 70)), run(("d", 35, 50))]
    split = time_split(runs)
    assert split == {"tasks": 50.0, "gaps": 50.0, "sum": 65.0}


def test_waiting_for_other_runs_is_no_work():
    runs = [run(("a", 0, 60), end=60), run(("wacht_op_laden", 10, 61), ("basis", 62, 90), begin=10, end=90)]
    assert time_split(runs)["gaps"] == 2.0


def test_a_task_that_never_started_does_not_count():
    empty = run(end=5)
    empty.tasks.append(Task("d", "r", "x", "upstream_failed", 0, None, None, None))
    assert time_split([empty]) == {"tasks": 0.0, "gaps": 5.0, "sum": 0.0}
    assert time_split([]) == {"tasks": 0.0, "gaps": 0.0, "sum": 0.0}
