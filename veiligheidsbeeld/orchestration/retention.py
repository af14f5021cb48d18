"""The task of `bewaartermijnen`; imported while the DAG file is parsed, so nothing heavy on top."""

from __future__ import annotations

from airflow.sdk import get_current_context, task


def vernietig():
    # In the pool of those who take files: not while files are moved.
    @task(task_id="vernietig", pool="gemeenten", doc_md="Destroy files and rows past their term, and list them.")
    def vernietig() -> int:
        from veiligheidsbeeld.settings import Settings
        from veiligheidsbeeld.steps.retention import retention_step

        context = get_current_context()
        dry_run, run_id = context["params"]["dry_run"], context["dag_run"].run_id
        return retention_step(Settings.from_env(), dry_run=dry_run, run_id=run_id).detail["aantal"]

    return vernietig()
