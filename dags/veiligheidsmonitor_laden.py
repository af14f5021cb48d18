"""Monthly: the published survey tables of the Veiligheidsmonitor into raw, and respondent files into estimates."""

from airflow.sdk import DAG

from veiligheidsbeeld.orchestration.factory import calendar
from veiligheidsbeeld.orchestration.loading import loading_dag

dag: DAG = loading_dag(
    "veiligheidsmonitor",
    # New figures come once in two years, about 1 March; corrections on no fixed day.
    schedule=calendar("0 6 2 * *"),
    doc="Published estimates of the Veiligheidsmonitor, a survey in odd years: victims, reports and perception; and "
    "own estimates from the respondent files that the region receives "
    "(`veiligheidsmonitor/veiligheidsmonitor_<golf>.csv`, `.xlsx` or `.sav` in the drop folder).",
)
