"""Names of the DAGs, for those who start and follow them without importing Airflow."""

from __future__ import annotations

from veiligheidsbeeld.contracts import load_contracts

MARTS_DAG = "marts_publiceren"


def providers() -> list[str]:
    return sorted({c.provider for c in load_contracts().values()})


def loading_dags() -> list[str]:
    """DAG ids that bring data into raw, one per provider."""
    return [f"{provider}_laden" for provider in providers()]
