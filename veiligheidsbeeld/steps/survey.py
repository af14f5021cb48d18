"""The survey's steps, as the command line and the DAG both call them: neem_in -> laad -> keur -> schat."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from veiligheidsbeeld.contracts.survey import load_survey
from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.steps.step import Outcome, Report, log, remedy_of, step, stoppable

if TYPE_CHECKING:
    from veiligheidsbeeld.landing.files import RegisterFile


def survey_pending(settings: Settings) -> list[str]:
    """Names of the files in landing that are neither refused nor in raw yet, oldest first."""
    from veiligheidsbeeld.survey.take import files
    from veiligheidsbeeld.warehouse import connect

    contract = load_survey()
    with connect(settings, "lader") as connection:
        settled = connection.execute(
            "select landing from raw.levering where dataset = %s and status in ('verwerkt', 'geweigerd')",
            [contract.tabel],
        ).fetchall()
    finished = {name for (name,) in settled}
    return [f.name for f in files(settings, contract) if not f.reason and f.name not in finished]


def survey_take_step(
    settings: Settings, *, force: bool = False, run_id: str | None = None, report: Report = print
) -> Outcome:
    """Takes waves from the drop folder; `detail["bestanden"]` names what waits in landing, also of earlier runs."""
    from veiligheidsbeeld.survey.take import take
    from veiligheidsbeeld.warehouse import connect
    from veiligheidsbeeld.warehouse import deliveries as books

    contract, started = load_survey(), datetime.now(UTC)
    with step(settings, "neem_in", contract.tabel, run_id, report) as done:
        taken = take(settings, contract, force=force)
        refused = [f for f in taken if f.reason]
        for file in refused:
            with connect(settings, "lader") as connection:
                books.refuse_file(connection, file)
            log(settings, run_id, started, _refused("neem_in", file), report=report)
        waiting = survey_pending(settings)
        text = f"{len(taken)} files taken, {len(refused)} of them refused by their name; {len(waiting)} to load"
        return done("gedaan" if waiting else "niets_nieuws", text, {"bestanden": waiting, "geweigerd": len(refused)})


def survey_load_step(settings: Settings, name: str, *, run_id: str | None = None, report: Report = print) -> Outcome:
    """Stages a wave that stands in landing; `detail["levering_id"]` is its number; `geweigerd` when it cannot enter."""
    from veiligheidsbeeld.refusals import FileRefused
    from veiligheidsbeeld.survey import stage, take

    contract = load_survey()
    file = next((f for f in take.files(settings, contract) if f.name == name), None)
    if file is None:
        raise ConfigurationError(f"There is no survey file {name} in landing.", remedy="Take it in again.")
    with step(settings, "laad", f"{contract.tabel} {take.wave_of(file)}", run_id, report) as done:
        try:
            found = stage.stage(settings, contract, file)
        except FileRefused as refusal:
            return done("geweigerd", str(refusal), _refused("laad", file).detail | remedy_of(refusal))
        text = f"delivery {found.levering_id}: {found.geladen:,} respondents loaded, {found.geweigerd:,} refused"
        if found.afgeleid:
            text += f"; {len(found.afgeleid)} groups of delicts derived from their parts"
        if found.niet_gevraagd:
            text += f"; not in this wave: {', '.join(found.niet_gevraagd)}"
        return done("gedaan", text, asdict(found))


def survey_validate_step(
    settings: Settings, levering_ids: Sequence[int], *, run_id: str | None = None, report: Report = print
) -> list[Outcome]:
    """Judges staged waves with Great Expectations, one outcome each."""
    from veiligheidsbeeld.judge.survey import validate_waves

    owner, started = load_survey().eigenaar, datetime.now(UTC)
    outcomes = []
    with stoppable():
        verdicts = validate_waves(settings, levering_ids)
    for number, verdict in verdicts.items():
        cards = f"{len(verdict.yellow)} yellow, {len(verdict.red)} red"
        text = f"delivery {number}: {verdict.passed} expectations held, {cards}"
        detail = {"levering_id": number, **verdict.as_dict()}
        if not verdict.ok:
            detail |= {
                "wat": " ".join(verdict.red),
                "remedie": "See quarantaine.levering and the Data Docs; ask the sender for a corrected file.",
                "eigenaar": f"{owner.functie} ({owner.organisatie})",
            }
        words = ". ".join([text, *verdict.red, *verdict.yellow])
        result = "gedaan" if verdict.ok else "geweigerd"
        outcomes.append(Outcome("keur_levering", verdict.subject, result, words, detail))  # type: ignore[arg-type]
        log(settings, run_id, started, outcomes[-1], report=report)
    return outcomes


def survey_estimate_step(
    settings: Settings, levering_id: int, *, again: bool = False, run_id: str | None = None, report: Report = print
) -> Outcome:
    """Makes a judged wave current and estimates it; `niets_nieuws` when its answers were known.

    `again` estimates a wave that is current once more, after a change of contract or code.
    """
    from veiligheidsbeeld.survey.merge import merge, wave_of_delivery

    contract = load_survey()
    year = wave_of_delivery(settings, contract, levering_id)
    with step(settings, "schat", f"{contract.tabel} {year}", run_id, report) as done:
        started = time.monotonic()
        found = merge(settings, contract, levering_id, again=again)
        if not found.schattingen:
            return done("niets_nieuws", f"delivery {levering_id}: wave {year} is as it was known", asdict(found))
        text = (
            f"wave {year}: {found.schattingen:,} estimates of {found.respondenten:,} respondents, "
            f"{found.gepubliceerd:,} of them publishable; {found.verschillen:,} differences; "
            f"{time.monotonic() - started:.1f} s"
        )
        return done("gedaan" if found.changed else "niets_nieuws", text, asdict(found))


def _refused(step_name: str, file: RegisterFile) -> Outcome:
    """A refused file as the summary tells of it."""
    reason = file.reason
    assert reason is not None
    detail = {"bestand": file.manifest.bestand, "regel": reason.regel, "wat": reason.reden}
    detail |= {"remedie": reason.remedie, "eigenaar": reason.eigenaar}
    return Outcome(step_name, file.subject, "geweigerd", f"{reason.reden} {reason.remedie}", detail)
