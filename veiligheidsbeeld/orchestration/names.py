"""Names and calendar of the DAGs, for those who start and follow them without importing Airflow."""

from __future__ import annotations

from datetime import datetime

from veiligheidsbeeld.contracts import contract_names, load_contracts

MARTS_DAG = "marts_publiceren"
RETENTION_DAG = "bewaartermijnen"
WATCH_DAG = "bronnen_bewaken"


def providers() -> list[str]:
    return sorted({contract.provider for contract in load_contracts().values()})


def datasets() -> list[str]:
    """Everything that is loaded into raw under a contract: tables of sources, registers, and the survey.

    Asked in every parse of the DAG that publishes, which needs no more of a contract than its name.
    """
    return contract_names()


def loading_dags() -> list[str]:
    """DAG ids that bring data into raw, one per provider."""
    return [f"{provider}_laden" for provider in providers()]


def periods_of_backfill(frequentie: str, moment: datetime) -> list[str]:
    """Period codes that a backfill run speaks for: the month before it, or for yearly tables the year before it.

    The run of December's figures takes the year total along.
    """
    if frequentie in ("jaar", "tweejaar"):
        return [f"{moment.year - 1}JJ00"]
    year, month = (moment.year, moment.month - 1) if moment.month > 1 else (moment.year - 1, 12)
    return [f"{year}MM{month:02d}", *([f"{year}JJ00"] if month == 12 else [])]
