"""Weekly: tables of Statistics Netherlands into raw."""

from airflow.sdk import CronTriggerTimetable

from veiligheidsbeeld.orchestration.loading import loading_dag
from veiligheidsbeeld.settings import TIMEZONE

dag = loading_dag(
    "cbs",
    # The tables change a few times a year on no fixed day; asking whether they did is one small request.
    schedule=CronTriggerTimetable("0 6 * * 1", timezone=TIMEZONE),
    doc="Tables of Statistics Netherlands (CBS), population, the denominator of every rate, among them.",
)
