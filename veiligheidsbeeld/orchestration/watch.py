"""Tasks of `bronnen_bewaken`; imported while DAG files are parsed, so nothing heavy on top."""

from __future__ import annotations

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import get_current_context, task
from airflow.sdk.exceptions import AirflowSkipException

from veiligheidsbeeld.contracts.cube import load_cubes
from veiligheidsbeeld.orchestration.factory import WHOLE


def watch_all() -> None:
    """Per provider: look at its tables, and start its loading DAG when one of them has something new."""
    for provider in sorted({c.provider for c in load_cubes().values()}):
        _bewaak(provider) >> TriggerDagRunOperator(
            task_id=f"laad_{provider}", trigger_dag_id=f"{provider}_laden", wait_for_completion=False
        )


def _bewaak(provider: str):
    @task(task_id=f"bewaak_{provider}", pool=provider, **WHOLE, doc_md="Metadata only; skips when nothing is new.")
    def bewaak(provider: str) -> dict:
        from veiligheidsbeeld.settings import Settings
        from veiligheidsbeeld.steps.watch import watch_step

        outcome = watch_step(Settings.from_env(), provider, run_id=get_current_context()["dag_run"].run_id)
        if not outcome.new:
            raise AirflowSkipException(outcome.boodschap)
        return outcome.detail

    return bewaak(provider)
