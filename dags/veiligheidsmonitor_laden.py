"""Monthly: the published survey tables of the Veiligheidsmonitor into raw, and respondent files into estimates."""

from airflow.sdk import CronTriggerTimetable

from veiligheidsbeeld import survey_tasks
from veiligheidsbeeld.dag_factory import loading_dag
from veiligheidsbeeld.dag_names import TIMEZONE

dag = loading_dag(
    "veiligheidsmonitor",
    # New figures come once in two years, about 1 March; corrections on no fixed day.
    schedule=CronTriggerTimetable("0 6 2 * *", timezone=TIMEZONE),
    doc="Published estimates of the Veiligheidsmonitor, a survey in odd years: victims, reports and perception.",
)

with dag:
    survey_tasks.respondenten()
dag.doc_md = f"{dag.doc_md}{survey_tasks.doc()}"
