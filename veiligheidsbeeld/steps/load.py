"""The loading steps of cube tables, as the command line and the DAGs both call them.

extract -> stage -> validate -> merge per dataset. Each step writes one
row in `beheer.stap` and gives an `Outcome`: what happened, in one human line, and the facts for the next step.
Steps look at the state of warehouse and landing, not at who calls them: a step that was killed is repaired by
running it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from veiligheidsbeeld.contracts.cube import get_cube
from veiligheidsbeeld.errors import SourceRefused
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.steps.step import (
    Outcome,
    Report,
    Result,
    log,
    remedy_of,
    step,
    stoppable,
)

if TYPE_CHECKING:
    from veiligheidsbeeld.contracts import Owner
    from veiligheidsbeeld.judge import Verdict
    from veiligheidsbeeld.landing.cubes import Delivery


def extract_step(
    settings: Settings,
    dataset: str,
    *,
    perioden: Sequence[str] = (),
    gemeenten: Sequence[str] = (),
    force: bool = False,
    run_id: str | None = None,
    report: Report = print,
) -> Outcome:
    """Fetches what is new; `detail["landing"]` names the delivery to load (also one left by an earlier run)."""
    from veiligheidsbeeld.extract import extract

    contract = get_cube(dataset)
    with step(settings, "haal_op", dataset, run_id, report) as done:
        try:
            fetched = extract(
                settings,
                contract,
                perioden=list(perioden) or None,
                gemeenten=list(gemeenten) or None,
                force=force,
                report=report,
            )
        except SourceRefused as refusal:
            # A replay speaks for what was recorded only, and the sample for the tables that it can make; the rest is
            # absent with a status, not a failure.
            if settings.bron_soort == "live" or refusal.status != 404:
                raise
            among = "recordings" if settings.bron_soort == "opname" else "tables of the sample"
            text = f"{contract.bron.tabel} is not among the {among}: its figures stay absent"
            return done("niets_nieuws", text, {"opgenomen": False})
        waiting = pending(settings, dataset)
        if not waiting:
            return done("niets_nieuws", f"{contract.bron.tabel} is unchanged at the source")
        chosen = waiting[0]
        rows = f"{chosen.manifest.rijen:,} cells"
        text = f"delivery {chosen.name} of {rows}"
        if fetched is None or fetched.path != chosen.path:
            text += ", fetched by an earlier run that did not finish"
        if len(waiting) > 1:
            text += f"; {len(waiting) - 1} newer one(s) wait for the next run"
        detail = {"landing": chosen.name, "rijen": chosen.manifest.rijen, "wachtend": len(waiting) - 1}
        return done("gedaan", text, detail)


def pending(settings: Settings, dataset: str) -> list[Delivery]:
    """Deliveries in landing that are not in raw yet, oldest first.

    One whose scope a newer delivery covers is left out (the newer one says it all), and so is a refused one
    that has a successor.
    """
    from veiligheidsbeeld.landing import cubes as landing
    from veiligheidsbeeld.warehouse import connect

    with connect(settings, "lader") as connection:
        rows = connection.execute("select landing, status from raw.levering where dataset = %s", [dataset])
        status = dict(rows.fetchall())
    waiting: list[Delivery] = []
    for delivery in reversed(landing.deliveries(settings, dataset)):
        if status.get(delivery.name) == "verwerkt":
            break
        if not any(_covers(newer, delivery) for newer in waiting) and not (
            waiting and status.get(delivery.name) == "geweigerd"
        ):
            waiting.append(delivery)
    return waiting[::-1]


def _covers(newer: Delivery, older: Delivery) -> bool:
    one, two = newer.manifest.scope, older.manifest.scope
    pairs = ((one.regio, two.regio), (one.perioden, two.perioden))
    return all(a is None or (b is not None and set(a) >= set(b)) for a, b in pairs)


def stage_step(
    settings: Settings, dataset: str, landing: str, *, run_id: str | None = None, report: Report = print
) -> Outcome:
    """Loads a delivery as a batch; `detail["levering_id"]` is its number."""
    from veiligheidsbeeld.cubes import stage
    from veiligheidsbeeld.landing import cubes as landings

    contract = get_cube(dataset)
    with step(settings, "laad", dataset, run_id, report) as done:
        found = stage(settings, contract, landings.find(settings, dataset, landing))
        text = f"delivery {found.levering_id}: {found.cells:,} cells loaded, {found.refused:,} rows to quarantine"
        return done("gedaan", text, asdict(found))


def validate_step(
    settings: Settings, levering_ids: Sequence[int], *, run_id: str | None = None, report: Report = print
) -> list[Outcome]:
    """Judges batches with Great Expectations: one outcome per delivery, `geweigerd` for a red card.

    Imports Great Expectations: some seconds of processor time and hundreds of MB, which go with the process.
    """
    started = datetime.now(UTC)
    try:
        from veiligheidsbeeld.judge import validate_deliveries

        with stoppable():
            verdicts = validate_deliveries(settings, levering_ids)
    except Exception as error:
        subject = ", ".join(str(n) for n in levering_ids)
        log(settings, run_id, started, Outcome("keur_levering", subject, "mislukt", str(error), remedy_of(error)))
        raise
    outcomes = []
    for number, verdict in verdicts.items():
        text = f"delivery {number}: {cards(verdict)}"
        result: Result = "gedaan" if verdict.ok else "geweigerd"
        detail = {"levering_id": number, **verdict.as_dict()}
        if not verdict.ok:
            detail |= _refusal(get_cube(verdict.subject).eigenaar, verdict)
        outcomes.append(Outcome("keur_levering", verdict.subject, result, text, detail))
        log(settings, run_id, started, outcomes[-1], report=report)
    return outcomes


def _refusal(owner: Owner, verdict: Verdict) -> dict:
    return {
        "wat": " ".join(verdict.red),
        "remedie": "See quarantaine.levering and the Data Docs; have the source mend it or adapt the contract.",
        "eigenaar": f"{owner.functie} ({owner.organisatie})",
    }


def cards(verdict: Verdict) -> str:
    text = f"{verdict.passed} expectations held, {len(verdict.yellow)} yellow, {len(verdict.red)} red"
    return ". ".join([text, *verdict.red, *verdict.yellow])


def merge_step(
    settings: Settings, dataset: str, levering_id: int, *, run_id: str | None = None, report: Report = print
) -> Outcome:
    """Brings a judged batch into raw; `niets_nieuws` when it changed nothing."""

    with step(settings, "verwerk", dataset, run_id, report) as done:
        from veiligheidsbeeld.cubes import merge

        found = merge(settings, get_cube(dataset), levering_id)
        text = (
            f"delivery {levering_id}: {found.nieuw:,} new, {found.gewijzigd:,} changed, {found.vervallen:,} "
            f"withdrawn and {found.gelijk:,} equal series; {found.codes:,} changes in code lists"
        )
        return done("gedaan" if found.changed else "niets_nieuws", text, asdict(found))
