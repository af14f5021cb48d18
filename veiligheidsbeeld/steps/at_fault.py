"""A file at fault that only border 2 could see: it is taken back, so that its sender stops nobody else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from veiligheidsbeeld.contracts import get_contract
from veiligheidsbeeld.files.answer import answer
from veiligheidsbeeld.files.aside import reason_of
from veiligheidsbeeld.landing import files as land
from veiligheidsbeeld.refusals import FileRefused
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.steps.load import refused_file, tell
from veiligheidsbeeld.steps.marts import CORE, GOALS, demand, judge_step, project_step, transform_step
from veiligheidsbeeld.steps.retract import retract_step
from veiligheidsbeeld.steps.step import Outcome, Report
from veiligheidsbeeld.warehouse import connect
from veiligheidsbeeld.warehouse import deliveries as books


def judge_without_files_at_fault(
    settings: Settings, themas: Sequence[str], *, run_id: str | None = None, report: Report = print
) -> list[Outcome]:
    """Judges candidates. Files that alone explain a red card are taken back, everything is built without them, and
    judged once more. One outcome per theme: that of the last judgement, or `mislukt` when dbt refused it then.
    """
    judged = judge_step(settings, themas, run_id=run_id, report=report)
    files = {int(number): why for o in judged for number, why in o.detail.get("bestanden", {}).items()}
    if not files:
        return judged
    take_back(settings, files, run_id=run_id, report=report)
    demand(*transform_step(settings, ["basis"], run_id=run_id, report=report))
    if GOALS in themas:
        project_step(settings, run_id=run_id, report=report)
    marts = [t for t in themas if t != CORE]
    built = transform_step(settings, marts, run_id=run_id, report=report) if marts else []
    failed = [o for o in built if not o.new]
    again = [t for t in themas if t not in {o.onderwerp for o in failed}]
    return [*failed, *judge_step(settings, again, run_id=run_id, report=report)]


def take_back(
    settings: Settings, files: Mapping[int, str], *, run_id: str | None = None, report: Report = print
) -> None:
    """Takes deliveries of registers back (number: why, in Dutch). What was known before them is known again; of what
    only they spoke for nothing is known. Sender and owner are told, as of a file that border 1 refused.
    """
    started = datetime.now(UTC)
    outcomes = []
    for number, why in files.items():
        with connect(settings, "lader") as connection:
            entry = books.entry(connection, number)
        contract = get_contract(entry.dataset)
        refusal = FileRefused("kandidaat", why, remedie="Lever het bestand verbeterd opnieuw aan.")
        reason = reason_of(contract, refusal)
        retract_step(settings, entry.dataset, number, reason=why, run_id=run_id, report=report)
        with connect(settings, "lader") as connection:
            books.list_refusal(connection, entry.dataset, entry.landing, reason, number)
        file = land.find(settings, entry.dataset, entry.landing)
        answer(settings, file, refusal)
        outcomes.append(refused_file("keur", file, reason, {"levering_id": number}))
    tell(settings, run_id, started, outcomes, report)
