"""Monthly: registered crime and nuisance figures of the police into raw."""

from airflow.sdk import DAG

from veiligheidsbeeld.orchestration.factory import calendar
from veiligheidsbeeld.orchestration.loading import loading_dag

dag: DAG = loading_dag(
    "politie",
    # The police publish a month's figures around the 15th of the next one.
    schedule=calendar("0 6 16 * *"),
    doc="The figures that the police publish each month: registered crime and nuisance, per municipality and "
    "per neighbourhood. All periods are fetched, because earlier months are restated silently.",
)
