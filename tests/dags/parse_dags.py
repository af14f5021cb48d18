"""Parses the DAG folder in a process of its own, as Airflow's DAG processor would, and prints what came of it.

There is no database at the configured address: parsing that asks one fails.
"""

import json
import sys
from datetime import UTC, datetime
from types import SimpleNamespace

import pendulum
from airflow.dag_processing.dagbag import DagBag
from airflow.serialization.serialized_objects import DagSerialization
from airflow.task.priority_strategy import validate_and_load_priority_weight_strategy
from airflow.timetables.base import DataInterval, TimeRestriction

MOMENTS = (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC))


def facts(dag):
    """What the tests want to know beyond the serialised form."""
    return {
        "tasks": {
            t.task_id: {"owner": t.owner, "pool": t.pool, "retries": t.retries, "trigger_rule": t.trigger_rule.value}
            for t in dag.tasks
        },
        "queues": {t.task_id: t.queue for t in dag.tasks},
        # As the scheduler weighs them: with the weight of what comes after them.
        "weights": {
            t.task_id: validate_and_load_priority_weight_strategy(t.weight_rule).get_weight(SimpleNamespace(task=t))
            for t in dag.tasks
        },
        "outlets": {t.task_id: [o.name for o in t.outlets] for t in dag.tasks if t.outlets},
        "upstream": {t.task_id: sorted(t.upstream_task_ids) for t in dag.tasks},
        "deadlines": [d.name for d in dag.deadline or []],
        "tags": sorted(dag.tags),
        "doc": dag.doc_md,
        "catchup": dag.catchup,
    }


def next_run(serialised, moment):
    """When the scheduler would start the next run after `moment`; None for a DAG without a calendar."""
    timetable = DagSerialization.from_dict(json.loads(json.dumps(serialised))).timetable
    last = DataInterval.exact(pendulum.instance(moment))
    restriction = TimeRestriction(earliest=None, latest=None, catchup=True)
    info = timetable.next_dagrun_info(last_automated_data_interval=last, restriction=restriction)
    return info.run_after.astimezone(UTC).isoformat() if info else None


before = set(sys.modules)
bag = DagBag(sys.argv[1])
parsed = set(sys.modules) - before
serialised = {dag_id: DagSerialization.to_dict(dag) for dag_id, dag in sorted(bag.dags.items())}
answer = {
    "errors": bag.import_errors,
    "dags": {dag_id: facts(dag) for dag_id, dag in bag.dags.items()},
    "serialised": json.dumps(serialised, sort_keys=True),
    "modules": sorted(parsed),
    "next": {d: [next_run(s, moment) for moment in MOMENTS] for d, s in serialised.items() if d.endswith("_laden")},
}
print("\n" + json.dumps(answer))
