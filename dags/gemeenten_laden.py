"""Daily: registers that municipalities and partnerships dropped, into raw."""

from airflow.sdk import CronTriggerTimetable

from veiligheidsbeeld.orchestration.loading import loading_dag
from veiligheidsbeeld.settings import TIMEZONE

dag = loading_dag(
    "gemeenten",
    schedule=CronTriggerTimetable("30 5 * * *", timezone=TIMEZONE),
    doc="The registers that municipalities and partnerships drop (`<leverancier>/<register>_<periode>.csv` or "
    "`.xlsx`), so that the marts can count from them.",
)
