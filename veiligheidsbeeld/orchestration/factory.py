"""What all DAGs share: how tasks are tried again, and the assets that join loading and publishing.

Parsed again and again by Airflow's DAG processor: nothing heavy is imported here, no database or source is asked,
and nothing depends on the clock, so that two parses give the same serialised DAG. What a task needs it imports
when it runs.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import Asset, CronTriggerTimetable, RetryAction, RetryDecision, RetryPolicy, TriggerRule, task

from veiligheidsbeeld.alerts import OUTCOME
from veiligheidsbeeld.settings import TIMEZONE

if TYPE_CHECKING:
    from airflow.sdk import Context

OWNER = "data-engineering"
# A result goes to the API server as one value: Airflow would send each key of a dict by itself as well.
WHOLE: dict[str, Any] = {"multiple_outputs": False}
# Tasks of tables that need no more of the home than landing, which hosts can share: any of them may carry these out.
# Everything else is for the host that has the home. An executor of one machine knows no queues.
SOURCES_QUEUE = "bronnen"
ANYWHERE: dict[str, Any] = {**WHOLE, "queue": SOURCES_QUEUE}
# Builds, judgements and estimates use a whole core each.
HEAVY_POOL = "zwaar"


class TransientOnly(RetryPolicy):
    """Another try for what may pass by itself: a source, the network, the database, a killed process.

    A verdict, a setting or a fault in the code gives the same result at every try: it fails at once.
    """

    def evaluate(
        self, exception: BaseException, try_number: int, max_tries: int, context: Context | None = None
    ) -> RetryDecision:
        from veiligheidsbeeld.errors import may_pass

        if may_pass(exception):
            return RetryDecision(action=RetryAction.RETRY, reason="may pass by itself")
        return RetryDecision.fail("another try would give the same result")

    def serialize(self) -> dict:
        return {}

    @classmethod
    def deserialize(cls, data: dict) -> TransientOnly:
        return cls()


DEFAULTS = {
    "owner": OWNER,
    "retries": 3,
    "retry_delay": timedelta(seconds=15),
    "retry_exponential_backoff": 2,
    "max_retry_delay": timedelta(minutes=15),
    "retry_policy": TransientOnly(),
    "execution_timeout": timedelta(hours=2),
    "depends_on_past": False,
}


def calendar(cron: str) -> CronTriggerTimetable:
    """Moments on the clock of the Netherlands. A new copy waits for its next one, and does not catch up on the last:
    `run` and `up` start loading themselves."""
    return CronTriggerTimetable(cron, timezone=TIMEZONE, run_immediately=timedelta())


def uitkomst():
    """Fails when a task before it failed: belongs after each task that another one goes on after.

    Airflow asks the last tasks alone how a run went. One that goes on whatever became of those before it would make a
    success of the run, of which nobody is told. When all went well the scheduler skips this one without a process.
    """

    @task(
        task_id=OUTCOME, trigger_rule=TriggerRule.ONE_FAILED, doc_md="Fails when a task before it failed; else skips."
    )
    def uitkomst() -> None:
        from veiligheidsbeeld.errors import VeiligheidsbeeldError

        raise VeiligheidsbeeldError("A task of this run failed.", remedy="See the message of this run, or that task.")

    return uitkomst()


def dataset_asset(dataset: str) -> Asset:
    """The raw table of a dataset; an event means that a new delivery changed it."""
    return Asset(name=dataset, uri=f"veiligheidsbeeld://raw/{dataset}", group="dataset")


def mart_asset(thema: str) -> Asset:
    """The published mart of a theme; an event means a new publication."""
    return Asset(name=f"mart_{thema}", uri=f"veiligheidsbeeld://mart/{thema}", group="mart")
