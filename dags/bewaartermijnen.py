"""Daily: what is past its retention is destroyed, and listed."""

from airflow.sdk import DAG, Param

from veiligheidsbeeld import alerts
from veiligheidsbeeld.orchestration.factory import DEFAULTS, calendar
from veiligheidsbeeld.orchestration.retention import vernietig

DOC = """### Purpose
Carries out the retention that the contract of every register and of the survey states.

### Notes
Files in landing go `landing_dagen` days after they were merged or refused, their manifest (hash, sender, scope)
stays. Rows in raw go by whole months, `raw_dagen` days after their date; their numbers stay in `raw.register_telling`,
unless the contract says otherwise. The record of coverage is cut with them, so that what is gone and was not counted is
unknown, never zero. Each destruction is a row in `beheer.vernietiging`.

### Configuration
Trigger with `dry_run` to see in the log of the task what would go.
"""

with DAG(
    dag_id="bewaartermijnen",
    description="Destroy files and rows past their retention, and list them",
    schedule=calendar("30 3 * * *"),
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    default_args=DEFAULTS,
    tags=["beheer", "registers"],
    params={"dry_run": Param(False, type="boolean", title="Dry run", description="Only say what would go.")},
    doc_md=DOC,
    on_failure_callback=alerts.run_failed,
) as dag:
    vernietig()
