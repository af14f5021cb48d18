"""The loading steps, for every kind of dataset, as the command line and the DAGs both call them.

extract (tables of sources) or take (files) -> load -> validate -> merge. Each writes one row per delivery in
`beheer.stap` and gives an `Outcome`: what happened, in one human line, and the facts for the next step. Steps look at
the state of warehouse and landing, not at who calls them: one that was killed is repaired by running it again.

A file that is refused is an everyday event: its sender gets an answer, its owner a message, and the step goes on with
the next. A table of a source that is refused is a failure. What goes wrong otherwise with a file is told without the
text of the error, which may hold a value of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from veiligheidsbeeld import alerts
from veiligheidsbeeld.contracts import get_contract, get_cube, load_contracts, load_dropped, load_survey
from veiligheidsbeeld.errors import (
    ConfigurationError,
    DeliveryRefused,
    SourceRefused,
    VeiligheidsbeeldError,
    may_pass,
    without_values,
)
from veiligheidsbeeld.files.answer import answer
from veiligheidsbeeld.files.aside import reason_of
from veiligheidsbeeld.landing import files as land
from veiligheidsbeeld.landing.files import Reason, RegisterFile
from veiligheidsbeeld.refusals import FileRefused
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.steps.kinds import KINDS, Arrived
from veiligheidsbeeld.steps.step import Outcome, Report, cards, default_run_id, log, remedy_of, step, stoppable
from veiligheidsbeeld.warehouse import connect
from veiligheidsbeeld.warehouse import deliveries as books

if TYPE_CHECKING:
    from veiligheidsbeeld.judge import Verdict
    from veiligheidsbeeld.warehouse.deliveries import Entry

Work = TypeVar("Work")


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
        waiting = pending(settings, [dataset])
        if not waiting:
            return done("niets_nieuws", f"{contract.bron.tabel} is unchanged at the source")
        rows = waiting[0].what.manifest.rijen  # type: ignore[union-attr]
        text = f"delivery {waiting[0].landing} of {rows:,} cells"
        if fetched is None or fetched.path != waiting[0].what.path:
            text += ", fetched by an earlier run that did not finish"
        if len(waiting) > 1:
            text += f"; {len(waiting) - 1} newer one(s) wait for the next run"
        detail = {"landing": waiting[0].landing, "rijen": rows, "wachtend": len(waiting) - 1}
        return done("gedaan", text, detail)


def take_step(
    settings: Settings,
    provider: str,
    *,
    datasets: Collection[str] = (),
    leveranciers: Collection[str] = (),
    bestanden: Sequence[str] = (),
    force: bool = False,
    run_id: str | None = None,
    report: Report = print,
) -> Outcome:
    """Takes what is complete of a provider from the drop folder; `gedaan` when files wait to be loaded, also older
    ones."""
    from veiligheidsbeeld.files.take import take

    with step(settings, "neem_in", provider, run_id, report) as done:
        started = datetime.now(UTC)
        taken = take(settings, provider, bestanden=bestanden, datasets=datasets, leveranciers=leveranciers, force=force)
        _catch_up(settings)
        _tell_untold(settings, provider, run_id, started, report)
        names = [c.naam for c in load_dropped().values() if c.provider == provider and c.naam in (datasets or [c.naam])]
        waiting = pending(settings, names)
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


def pending(settings: Settings, datasets: Collection[str] | None = None) -> list[Arrived]:
    """Deliveries in landing that are neither in raw nor refused, oldest first per kind; of all datasets if None."""
    wanted = list(load_contracts()) if datasets is None else datasets
    return [
        arrived
        for kind, face in KINDS.items()
        if (names := [name for name in wanted if get_contract(name).kind == kind])
        for arrived in face.waiting(settings, names)
    ]


def in_landing(settings: Settings, dataset: str, landing: str) -> Arrived:
    """A delivery of a table by the name of its folder in landing."""
    from veiligheidsbeeld.landing import cubes as pages

    return Arrived(get_cube(dataset), pages.find(settings, dataset, landing))


def load_step(
    settings: Settings, deliveries: Sequence[Arrived], *, run_id: str | None = None, report: Report = print
) -> list[Outcome]:
    """Loads deliveries into `laad`; `detail["levering_id"]` of those that stand there."""

    def one(arrived: Arrived) -> Outcome:
        try:
            done = KINDS[arrived.contract.kind].load(settings, arrived)
        except FileRefused as refusal:
            assert arrived.file is not None
            answer(settings, arrived.file, refusal)
            return refused_file("laad", arrived.file, reason_of(arrived.contract, refusal))
        facts = dict(done.facts)
        if done.reading is not None and arrived.file is not None:
            facts["verslag"] = answer(settings, arrived.file, done.reading)
        return Outcome("laad", arrived.subject, "gedaan", done.text, facts)

    with land.locked(settings, *{a.contract.provider for a in deliveries if a.file}):
        return _each(settings, "laad", [(a.subject, a.contract.kind, a) for a in deliveries], one, run_id, report)


def validate_step(
    settings: Settings, levering_ids: Sequence[int], *, run_id: str | None = None, report: Report = print
) -> list[Outcome]:
    """Judges loaded deliveries with Great Expectations: one outcome each, `geweigerd` for a red card.

    Imports Great Expectations: some seconds of processor time and hundreds of MB, which go with the process.
    """
    from veiligheidsbeeld.judge import validate_deliveries

    started = datetime.now(UTC)
    with _failing(settings, "keur_levering", levering_ids, run_id), stoppable():
        verdicts = validate_deliveries(settings, levering_ids)
    entries = _entries(settings, verdicts)
    outcomes = [_judged(settings, entries[number], verdict) for number, verdict in verdicts.items()]
    tell(settings, run_id, started, outcomes, report)
    return outcomes


def _judged(settings: Settings, entry: Entry, verdict: Verdict) -> Outcome:
    contract = get_contract(entry.dataset)
    detail = {"levering_id": entry.number, "dataset": entry.dataset, **verdict.as_dict()}
    text = f"delivery {entry.number}: {cards(verdict)}"
    file = None if contract.kind == "cube" else land.find(settings, entry.dataset, entry.landing)
    subject = file.subject if file else entry.dataset
    if verdict.ok:
        return Outcome("keur_levering", subject, "gedaan", text, detail)
    if file is None:
        detail |= {
            "wat": " ".join(verdict.red),
            "remedie": "See quarantaine.levering and the Data Docs; have the source mend it or adapt the contract.",
            "eigenaar": contract.eigenaar.title,
        }
        return Outcome("keur_levering", subject, "geweigerd", text, detail)
    again = "Ga na wat er met de export is gebeurd en lever het bestand opnieuw aan."
    refusal = FileRefused("keuring", " ".join(verdict.red), remedie=again)
    answer(settings, file, refusal)
    return refused_file("keur_levering", file, reason_of(contract, refusal), detail)


def merge_step(
    settings: Settings,
    levering_ids: Sequence[int],
    *,
    again: bool = False,
    run_id: str | None = None,
    report: Report = print,
) -> list[Outcome]:
    """Brings judged deliveries into raw, oldest first; `niets_nieuws` for one that changed nothing.

    `again` is for waves of the survey that are in raw: their estimates are made anew, after a change of code.
    """

    def one(entry: Entry) -> Outcome:
        contract = get_contract(entry.dataset)
        done = KINDS[contract.kind].merge(settings, contract, entry.number, again=again)
        return Outcome(
            "verwerk", _subject(settings, entry), "gedaan" if done.changed else "niets_nieuws", done.text, done.facts
        )

    with _failing(settings, "verwerk", levering_ids, run_id):
        entries = _entries(settings, sorted(levering_ids)).values()
        items = [(_subject(settings, e), get_contract(e.dataset).kind, e) for e in entries]
    return _each(settings, "verwerk", items, one, run_id, report)


@contextmanager
def _failing(settings: Settings, stap: str, levering_ids: Sequence[int], run_id: str | None) -> Iterator[None]:
    """Logs a fault in what is done for all deliveries at once."""
    started = datetime.now(UTC)
    try:
        yield
    except Exception as error:
        subject = ", ".join(str(n) for n in levering_ids)
        log(settings, run_id, started, Outcome(stap, subject, "mislukt", str(error), remedy_of(error)))
        raise


def _entries(settings: Settings, numbers: Iterable[int]) -> dict[int, Entry]:
    with connect(settings, "lader") as connection:
        return {number: books.entry(connection, number) for number in numbers}


def _subject(settings: Settings, entry: Entry) -> str:
    if get_contract(entry.dataset).kind == "cube":
        return entry.dataset
    return land.find(settings, entry.dataset, entry.landing).subject


def _catch_up(settings: Settings) -> None:
    """Records refusals that stand in landing and not in the warehouse: a process died in between."""
    with connect(settings, "lader") as connection:
        known = books.refusals(connection)
        for file in land.files(settings, areas=land.ASIDE, wanted=lambda *one: one not in known):
            books.refuse_file(connection, file)


def _each(
    settings: Settings,
    stap: str,
    items: Sequence[tuple[str, str, Work]],
    work: Callable[[Work], Outcome],
    run_id: str | None,
    report: Report,
) -> list[Outcome]:
    """Does the work for every (subject, kind, item); a fault in one does not stop the others, and is raised then."""
    outcomes: list[Outcome] = []
    failed: list[tuple[str, Exception]] = []
    started = datetime.now(UTC)
    for subject, kind, item in items:
        begun = datetime.now(UTC)
        try:
            with stoppable():
                outcome = work(item)
        except Exception as error:
            told = isinstance(error, VeiligheidsbeeldError) or kind == "cube"
            detail = remedy_of(error) if told else {"wat": without_values(error)}
            what = str(error) if told else detail["wat"]
            result = "geweigerd" if isinstance(error, DeliveryRefused) else "mislukt"
            log(settings, run_id, begun, Outcome(stap, subject, result, what, detail))  # type: ignore[arg-type]
            if may_pass(error) or (told and len(items) == 1):
                raise
            failed.append((f"{subject}: {what}", error))
            continue
        outcomes.append(outcome)
        if outcome.uitkomst != "geweigerd":
            log(settings, run_id, begun, outcome, report=report)
    tell(settings, run_id, started, [o for o in outcomes if o.uitkomst == "geweigerd"], report)
    if failed:
        raise VeiligheidsbeeldError(
            f"{len(failed)} of {len(items)} deliveries could not be worked on: {'; '.join(what for what, _ in failed)}",
            remedy="The others went on; these wait in landing. Mend the cause and start the step again.",
            owner=alerts.OWNER,
        ) from None
    return outcomes


def refused_file(stap: str, file: RegisterFile, reason: Reason, detail: dict | None = None) -> Outcome:
    """The outcome of a step that refused a file."""
    facts = {
        "bestand": file.subject,
        "dataset": file.manifest.dataset,
        "landing": file.name,
        "regel": reason.regel,
        "wat": reason.reden,
        "remedie": reason.remedie,
        "eigenaar": reason.eigenaar,
    }
    return Outcome(stap, file.subject, "geweigerd", f"{reason.regel}: {reason.reden}", (detail or {}) | facts)


def _tell_untold(settings: Settings, provider: str, run_id: str | None, started: datetime, report: Report) -> None:
    """Tells sender and owner of every file that was refused and of which nobody was told yet: those of this look, and
    those of a step that died between refusing and telling."""
    of_registers = provider != load_survey().provider
    mine = [c.naam for c in load_dropped().values() if c.provider == provider] + [land.UNKNOWN] * of_registers
    with connect(settings, "lader") as connection:
        untold = books.untold(connection, mine)
    outcomes = []
    for dataset, landing, reason in untold:
        try:
            file = land.find(settings, dataset, landing)
        except ConfigurationError:
            # Its folder is gone, and nobody else waits for it.
            continue
        answer(
            settings, file, FileRefused(reason.regel, reason.reden, remedie=reason.remedie, eigenaar=reason.eigenaar)
        )
        outcomes.append(refused_file("neem_in", file, reason))
    tell(settings, run_id, started, outcomes, report)


def tell(
    settings: Settings, run_id: str | None, started: datetime, outcomes: Sequence[Outcome], report: Report
) -> None:
    """Logs outcomes; files that were refused go to their owners in one message. The log says that it was told, so it
    comes last."""
    refused = [o for o in outcomes if o.uitkomst == "geweigerd" and "bestand" in o.detail]
    if refused:
        found = [
            alerts.Failure(o.onderwerp, o.stap, o.detail["wat"], o.detail["eigenaar"], o.detail["remedie"])
            for o in refused
        ]
        name = f"bestanden_{refused[0].stap}__{run_id or default_run_id()}"
        alerts.send(settings, name, alerts.compose_refused(found))
    for outcome in outcomes:
        log(settings, run_id, started, outcome, report=report)
