"""Weekly: tables of Statistics Netherlands into raw."""

from airflow.sdk import DAG

from veiligheidsbeeld.orchestration.factory import calendar
from veiligheidsbeeld.orchestration.loading import loading_dag

dag: DAG = loading_dag(
    "cbs",
    # The tables change a few times a year on no fixed day; asking whether they did is one small request.
    schedule=calendar("0 6 * * 1"),
    doc="Tables of Statistics Netherlands (CBS), population, the denominator of every rate, among them.",
)
