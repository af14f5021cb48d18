"""Daily: what the sources say of their tables, and whether there is anything new."""

from airflow.sdk import DAG

from veiligheidsbeeld import alerts
from veiligheidsbeeld.orchestration.factory import DEFAULTS, calendar
from veiligheidsbeeld.orchestration.watch import watch_all

DOC = """### Purpose
Knows of a redesign before the day of loading, and loads on the day that something is new instead of once a month.

### Notes
Per provider: metadata of every table against contract, aliases and snapshot, as `contracts check --live` shows it. A
difference that would break a load fails the task and gives the message; others go out as a message of their own. When a
table changed since it was read, the loading DAG of its provider is started. No figure is fetched here.

### Configuration
None. Where to, how fast and how patiently it asks are settings of the extraction (`VB_REQUESTS_PER_SECOND` and others).
"""

with DAG(
    dag_id="bronnen_bewaken",
    description="Compare the sources' metadata with what is known, and start loading when something is new",
    schedule=calendar("45 4 * * *"),
    catchup=False,
    max_active_runs=1,
    is_paused_upon_creation=False,
    default_args=DEFAULTS,
    tags=["beheer", "bronnen"],
    doc_md=DOC,
    on_failure_callback=alerts.run_failed,
) as dag:
    watch_all()
