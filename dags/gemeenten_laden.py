"""Daily: registers that municipalities and partnerships dropped, into raw."""

from airflow.sdk import DAG

from veiligheidsbeeld.orchestration.factory import calendar
from veiligheidsbeeld.orchestration.loading import loading_dag

dag: DAG = loading_dag(
    "gemeenten",
    schedule=calendar("30 5 * * *"),
    doc="The registers that municipalities and partnerships drop (`<leverancier>/<register>_<periode>.csv` or "
    "`.xlsx`), so that the marts can count from them.",
)
