"""The steps of the way of the data, as the command line and the DAGs both call them.

extract -> stage -> validate -> merge per dataset; transform -> judge -> publish per theme. Each step writes one
row in `beheer.stap` and gives an `Outcome`: what happened, in one human line, and the facts for the next step.
Steps look at the state of warehouse and landing, not at who calls them: a step that was killed is repaired by
running it again.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from veiligheidsbeeld import errors
from veiligheidsbeeld.contracts import get_contract
from veiligheidsbeeld.errors import CandidateRefused, DeliveryRefused, VeiligheidsbeeldError
from veiligheidsbeeld.settings import Settings

if TYPE_CHECKING:
    from veiligheidsbeeld.contracts import Owner
    from veiligheidsbeeld.landing import Delivery
    from veiligheidsbeeld.validate import Verdict

Result = Literal["gedaan", "niets_nieuws", "geweigerd", "mislukt"]
Report = Callable[[str], None]

THEMES = ("ondermijning", "jeugd", "leefomgeving", "cybercrime")
# `kern` holds the shared dimensions; it is judged and published like a theme, before the themes.
MARTS = ("kern", *THEMES)

_LOG_ROLE = {
    "haal_op": "lader",
    "laad": "lader",
    "keur_levering": "lader",
    "verwerk": "lader",
    "begin": "publicist",
    "bouw": "transform",
    "keur": "publicist",
    "publiceer": "publicist",
}


class ProcessLost(VeiligheidsbeeldError):
    """A process of its own ended without an answer, as when it is killed; another try may do."""


TRANSIENT = {
    "veiligheidsbeeld.errors.SourceError",
    "veiligheidsbeeld.pipeline.ProcessLost",
    "psycopg.OperationalError",
    "builtins.OSError",
}


def may_pass(error: BaseException | None) -> bool:
    """Whether another try may do better: trouble with a source, the network, the database, a killed process.

    A verdict, a setting or a fault in the code gives the same result at every try. By name, so that nothing has
    to be imported.
    """
    while error is not None:
        if any(f"{c.__module__}.{c.__name__}" in TRANSIENT for c in type(error).__mro__):
            return True
        error = error.__cause__
    return False


@dataclass(frozen=True)
class Outcome:
    """What a step did: `boodschap` is the human line, `detail` (JSON values) what the next step needs."""

    stap: str
    onderwerp: str
    uitkomst: Result
    boodschap: str
    detail: dict = field(default_factory=dict)

    @property
    def new(self) -> bool:
        return self.uitkomst == "gedaan"


def default_run_id() -> str:
    """Run id of steps that a person starts by hand."""
    return os.environ.get("VB_RUN_ID") or f"cli__{datetime.now(UTC).isoformat(timespec='seconds')}"


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

    contract = get_contract(dataset)
    with _step(settings, "haal_op", dataset, run_id, report) as done:
        fetched = extract(
            settings,
            contract,
            perioden=list(perioden) or None,
            gemeenten=list(gemeenten) or None,
            force=force,
            report=report,
        )
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
    from veiligheidsbeeld import landing
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
    from veiligheidsbeeld import landing as landings
    from veiligheidsbeeld.load import stage

    contract = get_contract(dataset)
    with _step(settings, "laad", dataset, run_id, report) as done:
        found = stage(settings, contract, landings.find(settings, dataset, landing))
        text = f"delivery {found.levering_id}: {found.cells:,} cells loaded, {found.refused:,} rows to quarantine"
        return done("gedaan", text, asdict(found))


def validate_step(
    settings: Settings, levering_ids: Sequence[int], *, run_id: str | None = None, report: Report = print
) -> list[Outcome]:
    """Judges batches with Great Expectations: one outcome per delivery, `geweigerd` for a red card.

    Imports Great Expectations (eight seconds of processor time, some hundreds of MB): see `isolated`.
    """
    started = datetime.now(UTC)
    try:
        from veiligheidsbeeld.validate import validate_deliveries

        verdicts = validate_deliveries(settings, levering_ids)
    except Exception as error:
        subject = ", ".join(str(n) for n in levering_ids)
        _log(settings, run_id, started, Outcome("keur_levering", subject, "mislukt", str(error), _remedy(error)))
        raise
    outcomes = []
    for number, verdict in verdicts.items():
        text = f"delivery {number}: {_cards(verdict)}"
        result: Result = "gedaan" if verdict.ok else "geweigerd"
        detail = {"levering_id": number, **verdict.as_dict()}
        if not verdict.ok:
            detail |= _refusal(get_contract(verdict.subject).eigenaar, verdict)
        outcomes.append(Outcome("keur_levering", verdict.subject, result, text, detail))
        _log(settings, run_id, started, outcomes[-1], report=report)
    return outcomes


def _refusal(owner: Owner, verdict: Verdict) -> dict:
    return {
        "wat": " ".join(verdict.red),
        "remedie": "See quarantaine.levering and the Data Docs; have the source mend it or adapt the contract.",
        "eigenaar": f"{owner.functie} ({owner.organisatie})",
    }


def _cards(verdict: Verdict) -> str:
    text = f"{verdict.passed} expectations held, {len(verdict.yellow)} yellow, {len(verdict.red)} red"
    return ". ".join([text, *verdict.red, *verdict.yellow])


def merge_step(
    settings: Settings, dataset: str, levering_id: int, *, run_id: str | None = None, report: Report = print
) -> Outcome:
    """Brings a judged batch into raw; `niets_nieuws` when it changed nothing."""

    with _step(settings, "verwerk", dataset, run_id, report) as done:
        from veiligheidsbeeld.load import merge

        found = merge(settings, get_contract(dataset), levering_id)
        text = (
            f"delivery {levering_id}: {found.nieuw:,} new, {found.gewijzigd:,} changed, {found.vervallen:,} "
            f"withdrawn and {found.gelijk:,} equal series; {found.codes:,} changes in code lists"
        )
        return done("gedaan" if found.changed else "niets_nieuws", text, asdict(found))


def transform_step(settings: Settings, selector: str, *, run_id: str | None = None, report: Report = print) -> Outcome:
    """Builds a part of the dbt project: `basis` or the mart of a theme; dbt works in a process of its own."""
    with _step(settings, "bouw", selector, run_id, report) as done:
        from veiligheidsbeeld.transform import transform

        found = transform(settings, selector, report=report)
        slowest = [f"{n.name} {n.seconds:.1f} s" for n in found.nodes[:3]]
        text = f"{selector}: {len(found.nodes)} nodes, {len(found.warnings)} warnings; slowest {', '.join(slowest)}"
        return done("gedaan", text, {"rijen": found.rows, "waarschuwingen": list(found.warnings)})


def judge_step(settings: Settings, thema: str, *, run_id: str | None = None, report: Report = print) -> Outcome:
    """Judges a candidate as a reader would see it; raises `CandidateRefused` for a red card."""

    with _step(settings, "keur", thema, run_id, report) as done:
        from veiligheidsbeeld.validate import validate_candidate

        verdict = validate_candidate(settings, thema)
        if not verdict.ok:
            raise CandidateRefused(
                f"The candidate of {thema} got a red card: {' '.join(verdict.red)}",
                remedy="See beheer.kwaliteit and the Data Docs; the previous publication stays.",
                owner="data-engineering",
            )
        return done("gedaan", f"candidate of {thema}: {_cards(verdict)}", verdict.as_dict())


def publish_step(settings: Settings, thema: str, *, run_id: str | None = None, report: Report = print) -> Outcome:
    """Makes a judged candidate visible in one transaction; `niets_nieuws` when it equals what is published."""

    with _step(settings, "publiceer", thema, run_id, report) as done:
        from veiligheidsbeeld.publish import publish

        found = publish(settings, thema)
        rows = sum(found.tabellen.values())
        new = found.status == "gepubliceerd"
        text = f"publication {found.nr} of {thema}: {rows:,} rows in {len(found.tabellen)} tables"
        return done("gedaan" if new else "niets_nieuws", text if new else f"{thema} is unchanged", _facts(found))


def stale_marts(settings: Settings) -> list[str]:
    """Marts whose publication was not made from the newest deliveries by this version of the code."""
    from veiligheidsbeeld.publish import is_current

    return [mart for mart in MARTS if not is_current(settings, mart)]


def begin_marts(settings: Settings, run_id: str, *, again: bool) -> list[str]:
    """The marts that a run is to build; none when an earlier run began with the same deliveries and code.

    Events that come while a run waits start a second one: what failed in the first would fail again. `again`
    is for a run that somebody asked for.
    """
    from veiligheidsbeeld.publish import current_signature
    from veiligheidsbeeld.warehouse import connect

    signatures = {mart: current_signature(settings, mart).value for mart in MARTS}
    with connect(settings, "publicist") as connection:
        last = connection.execute(
            "select detail from beheer.stap where stap = 'begin' and run_id <> %s order by stap_id desc limit 1",
            [run_id],
        ).fetchone()
    if not again and last and last[0].get("handtekeningen") == signatures:
        return []
    stale = stale_marts(settings)
    if stale:
        text = f"to build: {', '.join(stale)}"
        started = datetime.now(UTC)
        _log(settings, run_id, started, Outcome("begin", "marts", "gedaan", text, {"handtekeningen": signatures}))
    return stale


def _facts(found: object) -> dict:
    if hasattr(found, "__dataclass_fields__"):
        return json.loads(json.dumps(asdict(found), default=str))  # type: ignore[call-overload]
    return found if isinstance(found, dict) else {}


@contextlib.contextmanager
def _step(
    settings: Settings, stap: str, onderwerp: str, run_id: str | None, report: Report
) -> Iterator[Callable[..., Outcome]]:
    """Times and logs a step; the body ends with `return done(...)` or raises."""
    started = datetime.now(UTC)
    outcomes: list[Outcome] = []

    def done(uitkomst: Result, boodschap: str, detail: dict | None = None) -> Outcome:
        outcomes.append(Outcome(stap, onderwerp, uitkomst, boodschap, detail or {}))
        return outcomes[-1]

    try:
        with _stoppable():
            yield done
    except (DeliveryRefused, CandidateRefused) as refusal:
        _log(settings, run_id, started, Outcome(stap, onderwerp, "geweigerd", str(refusal), _remedy(refusal)))
        raise
    except Exception as error:
        _log(settings, run_id, started, Outcome(stap, onderwerp, "mislukt", str(error), _remedy(error)))
        raise
    _log(settings, run_id, started, outcomes[-1], report=report)


@contextlib.contextmanager
def _stoppable() -> Iterator[None]:
    """SIGTERM stops a step at once and in order; Airflow by itself lets a Python task run on to its end."""

    def stop(number: int, frame: object) -> None:
        raise ProcessLost("The step was stopped (SIGTERM).", remedy="The next try or the next run does it again.")

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _remedy(error: Exception) -> dict:
    if isinstance(error, VeiligheidsbeeldError):
        return {"wat": error.what, "remedie": error.remedy, "eigenaar": error.owner}
    return {"wat": f"{type(error).__name__}: {error}"}


def _log(
    settings: Settings, run_id: str | None, started: datetime, outcome: Outcome, *, report: Report | None = None
) -> None:
    """One row in `beheer.stap`. A log that cannot be written does not hide what it was about."""
    from psycopg.types.json import Jsonb

    from veiligheidsbeeld.warehouse import connect

    if report:
        report(f"{outcome.stap} {outcome.onderwerp}: {outcome.boodschap}")
    values = (run_id or default_run_id(), outcome.stap, outcome.onderwerp, started, datetime.now(UTC))
    try:
        with connect(settings, _LOG_ROLE[outcome.stap]) as connection:
            connection.execute(
                "insert into beheer.stap (run_id, stap, onderwerp, gestart_op, geeindigd_op, uitkomst, boodschap,"
                " detail) values (%s, %s, %s, %s, %s, %s, %s, %s)",
                [*values, outcome.uitkomst, outcome.boodschap, Jsonb(outcome.detail)],
            )
    except Exception as error:
        print(f"(no row in beheer.stap for {outcome.stap} {outcome.onderwerp}: {error})", file=sys.stderr)


def isolated(settings: Settings, step: str, **arguments: object) -> list[Outcome]:
    """Runs a step in a Python of its own: what it imports (dbt, Great Expectations) leaves no memory behind.

    Its output appears as this process's output; a `VeiligheidsbeeldError` there is raised here with the same
    text. The child ends when this process dies.
    """
    with tempfile.TemporaryDirectory(prefix="vb-step-") as folder:
        answer = Path(folder) / "answer.json"
        request = json.dumps({"step": step, "arguments": arguments, "answer": str(answer)})
        child = subprocess.Popen(
            [sys.executable, "-m", "veiligheidsbeeld.pipeline"],
            stdin=subprocess.PIPE,
            cwd=settings.project,
            text=True,
            env={**os.environ, **settings.environ, "VB_HOME": str(settings.home)},
        )
        try:
            with _stoppable():
                assert child.stdin is not None
                # The pipe stays open: its end tells the child that its parent is gone.
                child.stdin.write(request + "\n")
                child.stdin.flush()
                child.wait()
        finally:
            if child.poll() is None:
                child.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    child.wait(10)
                child.kill()
                child.wait()
        found = json.loads(answer.read_text()) if answer.exists() else None
    if found is None:
        raise ProcessLost(
            f"The process for {step} {arguments} ended with exit code {child.returncode} and no answer.",
            remedy="See the lines above; a negative code is a signal (-9: often too little memory). Run it again.",
        )
    if "error" in found:
        kind = getattr(errors, found["error"]["kind"], VeiligheidsbeeldError)
        kind = ProcessLost if found["error"]["may_pass"] and not issubclass(kind, errors.SourceError) else kind
        raise kind(found["error"]["what"], remedy=found["error"]["remedy"], owner=found["error"]["owner"])
    return [Outcome(**outcome) for outcome in found["outcomes"]]


def _serve() -> None:
    """The child's side of `isolated`."""
    request = json.loads(sys.stdin.readline())
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    step = {f.__name__: f for f in (validate_step, transform_step, judge_step, publish_step)}[request["step"]]
    answer: dict = {}
    try:
        found = step(Settings.from_env(), **request["arguments"])
        answer["outcomes"] = [asdict(o) for o in (found if isinstance(found, list) else [found])]
    except VeiligheidsbeeldError as error:
        kind = type(error).__name__
        answer["error"] = {"kind": kind, "what": error.what, "remedy": error.remedy, "owner": error.owner}
        answer["error"]["may_pass"] = may_pass(error)
    except Exception as error:
        traceback.print_exc()
        remedy = "See the traceback in the log of this step; this is a fault in the code or the machine."
        answer["error"] = {"kind": "", "what": f"{type(error).__name__}: {error}", "remedy": remedy, "owner": None}
        answer["error"]["may_pass"] = may_pass(error)
    path = Path(request["answer"])
    path.with_suffix(".tmp").write_text(json.dumps(answer))
    path.with_suffix(".tmp").replace(path)
    sys.stdout.flush()
    sys.stderr.flush()
    # Great Expectations keeps engines and threads open; nothing is left to do.
    os._exit(0)


def _leave_with_parent() -> None:
    while sys.stdin.read(1):
        time.sleep(0)
    os._exit(1)


if __name__ == "__main__":
    _serve()
