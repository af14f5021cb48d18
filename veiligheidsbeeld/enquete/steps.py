"""The survey's steps, as the command line and the DAG both call them: neem_in -> laad -> keur -> schat."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from veiligheidsbeeld.enquete.contract import load_survey
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.step import Outcome, Report, log, step


def survey_take_step(
    settings: Settings, *, force: bool = False, run_id: str | None = None, report: Report = print
) -> Outcome:
    """Takes waves from the drop folder; `detail["bestanden"]` names what waits in landing, also of earlier runs."""
    from veiligheidsbeeld.enquete import neem_in
    from veiligheidsbeeld.registers import books
    from veiligheidsbeeld.warehouse import connect

    contract = load_survey()
    with step(settings, "neem_in", contract.tabel, run_id, report) as done:
        taken = neem_in.neem_in(settings, contract, force=force)
        with connect(settings, "lader") as connection:
            for file in taken:
                if file.reason:
                    books.refuse(connection, file)
            settled = connection.execute(
                "select landing from raw.levering where dataset = %s and status in ('verwerkt', 'geweigerd')",
                [contract.tabel],
            ).fetchall()
        finished = {name for (name,) in settled}
        waiting = [f for f in neem_in.bestanden(settings, contract) if not f.reason and f.name not in finished]
        refused = [f.manifest.bestand for f in taken if f.reason]
        text = f"{len(taken)} files taken" + (f", refused by their name: {', '.join(refused)}" if refused else "")
        detail = {"bestanden": [f.name for f in waiting], "geweigerd": refused}
        return done("gedaan" if waiting else "niets_nieuws", f"{text}; {len(waiting)} to load", detail)


def survey_load_step(settings: Settings, bestand: str, *, run_id: str | None = None, report: Report = print) -> Outcome:
    """Stages a wave that stands in landing; `detail["levering_id"]` is its number."""
    from veiligheidsbeeld.enquete import load, neem_in
    from veiligheidsbeeld.errors import ConfigurationError

    contract = load_survey()
    file = next((f for f in neem_in.bestanden(settings, contract) if f.name == bestand), None)
    if file is None:
        raise ConfigurationError(f"There is no survey file {bestand} in landing.", remedy="Take it in again.")
    with step(settings, "laad", f"{contract.tabel} {neem_in.golf_van(file)}", run_id, report) as done:
        found = load.laad(settings, contract, file)
        text = f"delivery {found.levering_id}: {found.geladen:,} respondents loaded, {found.geweigerd:,} refused"
        if found.afgeleid:
            text += f"; {len(found.afgeleid)} groups of delicts derived from their parts"
        if found.niet_gevraagd:
            text += f"; not in this wave: {', '.join(found.niet_gevraagd)}"
        return done("gedaan", text, asdict(found))


def survey_validate_step(
    settings: Settings, levering_ids: Sequence[int], *, run_id: str | None = None, report: Report = print
) -> list[Outcome]:
    """Judges staged waves with Great Expectations, one outcome each; see `isolated`."""
    from veiligheidsbeeld.validate.survey import validate_waves

    contract, started = load_survey(), datetime.now(UTC)
    outcomes = []
    for number, verdict in validate_waves(settings, levering_ids).items():
        cards = f"{len(verdict.yellow)} yellow, {len(verdict.red)} red"
        text = f"delivery {number}: {verdict.passed} expectations held, {cards}"
        detail = {"levering_id": number, **verdict.as_dict()}
        if not verdict.ok:
            detail |= {
                "wat": " ".join(verdict.red),
                "remedie": "See quarantaine.levering and the Data Docs; ask the sender for a corrected file.",
                "eigenaar": f"{contract.eigenaar.functie} ({contract.eigenaar.organisatie})",
            }
        outcomes.append(
            Outcome(
                "keur_levering", verdict.subject, "gedaan" if verdict.ok else "geweigerd",
                ". ".join([text, *verdict.red, *verdict.yellow]), detail,
            )
        )  # fmt: skip
        log(settings, run_id, started, outcomes[-1], report=report)
    return outcomes


def survey_estimate_step(
    settings: Settings, levering_id: int, *, again: bool = False, run_id: str | None = None, report: Report = print
) -> Outcome:
    """Makes a judged wave current and estimates it; `niets_nieuws` when its answers were known.

    `again` estimates a wave that is current once more, after a change of contract or code.
    """
    contract = load_survey()
    with step(settings, "schat", contract.tabel, run_id, report) as done:
        from veiligheidsbeeld.enquete.verwerk import verwerk

        started = time.monotonic()
        found = verwerk(settings, contract, levering_id, opnieuw=again)
        if not found.changed:
            return done("niets_nieuws", f"delivery {levering_id}: wave {found.golf} is as it was known", asdict(found))
        text = (
            f"wave {found.golf}: {found.schattingen:,} estimates of {found.respondenten:,} respondents, "
            f"{found.gepubliceerd:,} of them publishable; {found.verschillen:,} differences; "
            f"{time.monotonic() - started:.1f} s"
        )
        return done("gedaan", text, asdict(found))
