"""The steps of the registers, all files together: take -> stage -> validate -> merge.

A refused file is an everyday event: it gets its row in `beheer.stap` (`geweigerd`), its owner a message and its
sender a report, and the step goes on with the next. What goes wrong otherwise is told without the text of the
error, which may hold a value of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from veiligheidsbeeld import alerts
from veiligheidsbeeld.contracts.register import get_register, load_registers
from veiligheidsbeeld.errors import VeiligheidsbeeldError, may_pass, without_values
from veiligheidsbeeld.landing import files as land
from veiligheidsbeeld.landing.files import Reason, RegisterFile
from veiligheidsbeeld.refusals import FileRefused
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.steps.step import Outcome, Report, default_run_id, log, step, stoppable
from veiligheidsbeeld.warehouse import connect
from veiligheidsbeeld.warehouse import deliveries as books


def registers_take_step(
    settings: Settings,
    *,
    bestanden: Sequence[str] = (),
    registers: Collection[str] = (),
    leveranciers: Collection[str] = (),
    force: bool = False,
    run_id: str | None = None,
    report: Report = print,
) -> Outcome:
    """Takes what is complete from the drop folder; `gedaan` when files wait to be staged, also older ones."""
    from veiligheidsbeeld.files.take import take

    with step(settings, "neem_in", "registers", run_id, report) as done:
        started = datetime.now(UTC)
        _catch_up(settings)
        taken = take(settings, bestanden=bestanden, registers=registers, leveranciers=leveranciers, force=force)
        _catch_up(settings)
        refused = [_refused("neem_in", f, f.reason) for f in taken.geweigerd]
        _tell(settings, run_id, started, refused, report)
        waiting = pending(settings, registers)
        text = (
            f"{len(taken.genomen)} files taken, {len(taken.geweigerd)} refused, {len(taken.bekend)} known, "
            f"{len(taken.onaf)} not complete yet; {len(waiting)} to load"
        )
        detail = {
            "genomen": len(taken.genomen),
            "geweigerd": len(taken.geweigerd),
            "bekend": len(taken.bekend),
            "onaf": taken.onaf,
            "wachtend": len(waiting),
        }
        return done("gedaan" if waiting else "niets_nieuws", text, detail)


def _catch_up(settings: Settings) -> None:
    with connect(settings, "lader") as connection:
        books.catch_up(connection, land.files(settings, areas=(land.REFUSED, land.CLOSED)))


def pending(settings: Settings, registers: Collection[str] = ()) -> list[RegisterFile]:
    """Files in landing that are neither in raw nor refused, oldest first."""
    with connect(settings, "lader") as connection:
        settled = set(
            connection.execute(
                "select dataset, landing from raw.levering"
                " where status in ('verwerkt', 'geweigerd') and dataset = any (%s)",
                [list(load_registers())],
            ).fetchall()
        )
    return [
        file
        for file in land.files(settings, areas=(land.WAITING, land.CLEAN))
        if (file.manifest.dataset, file.name) not in settled
        and file.manifest.dataset in (registers or load_registers())
    ]


def registers_stage_step(
    settings: Settings, *, registers: Collection[str] = (), run_id: str | None = None, report: Report = print
) -> list[Outcome]:
    """Reads and stages every file that waits; one outcome per file, `detail["levering_id"]` of those that stand."""
    from veiligheidsbeeld.registers.answer import answer
    from veiligheidsbeeld.registers.stage import stage

    def one(file: RegisterFile) -> Outcome:
        contract = get_register(file.manifest.dataset)
        try:
            staged = stage(settings, contract, file)
        except FileRefused as refusal:
            answer(settings, contract, file, refusal)
            owner = contract.eigenaar.functie
            return _refused("laad", file, Reason(refusal.regel, refusal.reden, refusal.remedie, owner))
        found = staged.report
        text = (
            f"{found.geladen:,} rows loaded, {found.geweigerd:,} to quarantine, {sum(found.hersteld.values()):,} mended"
        )
        sent = answer(settings, contract, file, staged.reading)
        return Outcome("laad", file.subject, "gedaan", text, asdict(found) | {"verslag": sent})

    with land.locked(settings):
        return _each(settings, "laad", pending(settings, registers), one, run_id, report)


def registers_validate_step(
    settings: Settings, levering_ids: Sequence[int], *, run_id: str | None = None, report: Report = print
) -> list[Outcome]:
    """Judges staged deliveries with Great Expectations, one batch per register; a red card stops its delivery alone."""
    from veiligheidsbeeld.judge.registers import validate_registers
    from veiligheidsbeeld.registers.answer import answer

    started = datetime.now(UTC)
    outcomes = []
    files = delivered(settings, levering_ids)
    with stoppable():
        verdicts = validate_registers(settings, levering_ids)
    for number, verdict in verdicts.items():
        file = files[number]
        contract = get_register(file.manifest.dataset)
        cards = f"{verdict.passed} expectations held, {len(verdict.yellow)} yellow, {len(verdict.red)} red"
        text = ". ".join([cards, *verdict.red, *verdict.yellow])
        detail = {"levering_id": number, "dataset": file.manifest.dataset, **verdict.as_dict()}
        if verdict.ok:
            outcomes.append(Outcome("keur_levering", file.subject, "gedaan", text, detail))
            continue
        reason = Reason(
            "keuring",
            " ".join(verdict.red),
            "Ga na wat er met de export is gebeurd en lever het bestand opnieuw aan.",
            contract.eigenaar.functie,
        )
        answer(settings, contract, file, FileRefused(reason.regel, reason.reden, remedie=reason.remedie))
        outcomes.append(_refused("keur_levering", file, reason, detail))
    _tell(settings, run_id, started, outcomes, report)
    return outcomes


def registers_merge_step(
    settings: Settings, levering_ids: Sequence[int], *, run_id: str | None = None, report: Report = print
) -> list[Outcome]:
    """Brings judged deliveries into raw, oldest first; `niets_nieuws` for one that changed nothing."""
    from veiligheidsbeeld.registers.merge import merge

    def one(file: RegisterFile) -> Outcome:
        contract = get_register(file.manifest.dataset)
        found = merge(settings, contract, numbers[file.name])
        text = (
            f"{found.nieuw:,} new, {found.gewijzigd:,} changed, {found.vervallen:,} withdrawn, {found.gelijk:,} equal"
        )
        return Outcome("verwerk", file.subject, "gedaan" if found.changed else "niets_nieuws", text, asdict(found))

    files = delivered(settings, levering_ids)
    numbers = {file.name: number for number, file in files.items()}
    return _each(settings, "verwerk", files.values(), one, run_id, report)


def delivered(settings: Settings, levering_ids: Sequence[int]) -> dict[int, RegisterFile]:
    """The files of deliveries by number, oldest first."""
    with connect(settings, "lader") as connection:
        rows = connection.execute(
            "select levering_id, dataset, landing from raw.levering where levering_id = any (%s) order by levering_id",
            [list(levering_ids)],
        ).fetchall()
    found = {}
    for number, dataset, name in rows:
        places = [settings.landing / area / dataset / name for area in (land.CLEAN, land.REFUSED, land.CLOSED)]
        if path := next((p for p in places if p.is_dir()), None):
            found[number] = RegisterFile(path)
    if missing := set(levering_ids) - set(found):
        raise VeiligheidsbeeldError(
            f"Deliveries {sorted(missing)} are unknown, or their folder is not in landing.",
            remedy="`veiligheidsbeeld status` lists the deliveries; restore the folder from a backup.",
        )
    return found


def _each(
    settings: Settings,
    stap: str,
    files: Iterable[RegisterFile],
    work: Callable[[RegisterFile], Outcome],
    run_id: str | None,
    report: Report,
) -> list[Outcome]:
    """Does the work for every file; a fault in one is logged and does not stop the others, then raised."""
    outcomes: list[Outcome] = []
    failed: list[str] = []
    started = datetime.now(UTC)
    for file in files:
        begun = datetime.now(UTC)
        try:
            outcomes.append(work(file))
        except Exception as error:
            if may_pass(error):
                raise
            what = str(error) if isinstance(error, VeiligheidsbeeldError) else without_values(error)
            failed.append(f"{file.subject}: {what}")
            log(settings, run_id, begun, Outcome(stap, file.subject, "mislukt", what, {"wat": what}))
            continue
        if outcomes[-1].uitkomst != "geweigerd":
            log(settings, run_id, begun, outcomes[-1], report=report)
    _tell(settings, run_id, started, [o for o in outcomes if o.uitkomst == "geweigerd"], report)
    if failed:
        raise VeiligheidsbeeldError(
            f"{len(failed)} register file(s) could not be worked on: {'; '.join(failed)}",
            remedy="The other files went on; these wait in landing. Mend the cause and start the step again.",
            owner=alerts.OWNER,
        ) from None
    return outcomes


def _refused(stap: str, file: RegisterFile, reason: Reason | None, detail: dict | None = None) -> Outcome:
    assert reason is not None
    facts = {
        "bestand": file.subject,
        "dataset": file.manifest.dataset,
        "regel": reason.regel,
        "wat": reason.reden,
        "remedie": reason.remedie,
        "eigenaar": reason.eigenaar,
    }
    return Outcome(stap, file.subject, "geweigerd", f"{reason.regel}: {reason.reden}", (detail or {}) | facts)


def _tell(
    settings: Settings, run_id: str | None, started: datetime, outcomes: Sequence[Outcome], report: Report
) -> None:
    """Logs outcomes; those that were refused go to their owners in one message."""
    for outcome in outcomes:
        log(settings, run_id, started, outcome, report=report)
    refused = [o for o in outcomes if o.uitkomst == "geweigerd"]
    if refused:
        title = f"{len(refused)} register file(s) refused; what was known stays"
        found = [
            alerts.Failure(o.onderwerp, o.stap, o.detail["wat"], o.detail["eigenaar"], o.detail["remedie"])
            for o in refused
        ]
        alerts.send(
            settings, f"registers_{outcomes[0].stap}__{run_id or default_run_id()}", alerts.compose(title, found)
        )


def retention_step(
    settings: Settings, *, dry_run: bool = False, run_id: str | None = None, report: Report = print
) -> Outcome:
    """Destroys register and survey data past their retention; with `dry_run` only reports what would go."""
    from veiligheidsbeeld.contracts.survey import load_survey
    from veiligheidsbeeld.registers.retention import this_day
    from veiligheidsbeeld.steps.retention import carry_out
    from veiligheidsbeeld.survey.retention import destroy_expired

    with step(settings, "vernietig", "registers", run_id, report) as done:
        found = carry_out(settings, dry_run=dry_run)
        found += destroy_expired(settings, load_survey(), today=this_day(), dry_run=dry_run)
        for line in found:
            report(f"{line.dataset}: {line.aantal:,} {line.wat} ({line.partitie}), {line.regel}")
        total = sum(line.aantal for line in found)
        verb = "would be destroyed" if dry_run else "destroyed and listed"
        text = f"{total:,} files and rows in {len(found)} parts {verb}"
        return done("gedaan" if found and not dry_run else "niets_nieuws", text, {"aantal": total})
