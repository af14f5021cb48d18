"""The executor of the embedded Airflow: its workers are forked with the libraries of the tasks already imported.

Every task is a fork of a worker. Great Expectations alone costs three seconds of a processor to import, pandas and
pyarrow half of one, and a run has some fifty tasks. Only what others wrote is imported beforehand: code of the project
and contracts are read by each task, so that a change under `up` counts at once.
"""

from __future__ import annotations

from airflow.executors.local_executor import LocalExecutor

from veiligheidsbeeld import imports

LIBRARIES = (
    "great_expectations",
    "httpx",
    "numpy",
    "openpyxl",
    "pandas",
    "psycopg",
    "pyarrow.compute",
    "pyarrow.csv",
    "pydantic",
    "scipy.stats",
    "yaml",
)


class WarmExecutor(LocalExecutor):
    """LocalExecutor that imports before it forks."""

    def start(self) -> None:
        imports.load(*LIBRARIES)
        super().start()
