"""Border 1 for waves of the survey: every staged wave against what its contract promises."""

from __future__ import annotations

import time
from collections.abc import Iterable

import psycopg
from psycopg import sql

from veiligheidsbeeld.contracts.survey import SurveyContract, load_survey
from veiligheidsbeeld.errors import VeiligheidsbeeldError
from veiligheidsbeeld.judge import record
from veiligheidsbeeld.judge.verdict import Verdict
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.survey import stage
from veiligheidsbeeld.warehouse import connect


def validate_waves(settings: Settings, levering_ids: Iterable[int]) -> dict[int, Verdict]:
    """Judges staged waves and marks them `gekeurd` or `geweigerd`; one judged before keeps its verdict."""
    contract = load_survey()
    verdicts: dict[int, Verdict] = {}
    waiting: dict[int, int] = {}
    with connect(settings, "lader") as connection:
        for number in dict.fromkeys(levering_ids):
            year, status = _delivery(connection, contract, number)
            stored = (
                record.stored_verdict(connection, number, f"{contract.tabel} {year}") if status != "geladen" else None
            )
            if stored is None:
                _staged(connection, contract, number, year)
                waiting[number] = year
            else:
                verdicts[number] = stored
    if not waiting:
        return verdicts
    from veiligheidsbeeld.judge.engine import Judge

    with Judge(settings, "lader") as judge:
        from expectations import survey as border

        for number, year in waiting.items():
            started = time.monotonic()
            table = f"{contract.tabel}_{year}"
            owner = f"{contract.eigenaar.functie} ({contract.eigenaar.organisatie})"
            findings = judge.judge(
                f"levering_{table}", "laad", table, border.suite(contract, year),
                label=f"{contract.tabel} {year}", run=f"levering_{number}", owner=owner,
            )  # fmt: skip
            with connect(settings, "lader") as connection:
                record.keep(connection, "levering", contract.tabel, findings, levering_id=number)
                record.settle_delivery(connection, contract.eigenaar, number, findings)
            verdicts[number] = Verdict.of(f"{contract.tabel} {year}", findings, time.monotonic() - started)
        judge.publish_docs()
    return verdicts


def _delivery(connection: psycopg.Connection, contract: SurveyContract, number: int) -> tuple[int, str]:
    row = connection.execute(
        "select scope ->> 'golf', status from raw.levering where levering_id = %s and dataset = %s",
        [number, contract.tabel],
    ).fetchone()
    if row is None:
        raise VeiligheidsbeeldError(
            f"Survey delivery {number} is unknown.", remedy="`veiligheidsbeeld status` lists the deliveries."
        )
    return int(row[0]), row[1]


def _staged(connection: psycopg.Connection, contract: SurveyContract, number: int, year: int) -> None:
    """A staged wave is unlogged: after a crash it is empty, and another delivery may stand in its place."""
    row = connection.execute("select to_regclass(%s) is not null", [f"laad.{contract.tabel}_{year}"]).fetchone()
    if row == (True,):
        row = connection.execute(
            sql.SQL("select exists (select from {})").format(stage.batch(contract, year))
        ).fetchone()
    if row != (True,):
        raise VeiligheidsbeeldError(
            f"Survey delivery {number} is not staged.", remedy="Run the loading DAG again: it stages what is waiting."
        )
