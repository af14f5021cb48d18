"""What every step of the way of the data shares: its outcome, its row in `beheer.stap`, and how it stops."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from veiligheidsbeeld import lineage
from veiligheidsbeeld.errors import CandidateRefused, DeliveryRefused, ProcessLost, VeiligheidsbeeldError
from veiligheidsbeeld.settings import Settings

if TYPE_CHECKING:
    from veiligheidsbeeld.judge import Verdict

Result = Literal["gedaan", "niets_nieuws", "geweigerd", "mislukt"]
Report = Callable[[str], None]

# Who writes the row of a step: the role that did its work.
LOG_ROLE = {
    "bewaak": "lader",
    "haal_op": "lader",
    "neem_in": "lader",
    "laad": "lader",
    "keur_levering": "lader",
    "verwerk": "lader",
    "vernietig": "lader",
    "trek_in": "lader",
    "begin": "publicist",
    "bouw": "transform",
    "projecteer": "transform",
    "keur": "publicist",
    "publiceer": "publicist",
    "toon": "publicist",
}


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


@contextlib.contextmanager
def step(
    settings: Settings, stap: str, onderwerp: str, run_id: str | None, report: Report
) -> Iterator[Callable[..., Outcome]]:
    """Times and logs a step; the body ends with `return done(...)` or raises."""
    started = datetime.now(UTC)
    outcomes: list[Outcome] = []

    def done(uitkomst: Result, boodschap: str, detail: dict | None = None) -> Outcome:
        outcomes.append(Outcome(stap, onderwerp, uitkomst, boodschap, detail or {}))
        return outcomes[-1]

    try:
        with stoppable():
            yield done
    except (DeliveryRefused, CandidateRefused) as refusal:
        log(settings, run_id, started, Outcome(stap, onderwerp, "geweigerd", str(refusal), remedy_of(refusal)))
        raise
    except Exception as error:
        log(settings, run_id, started, Outcome(stap, onderwerp, "mislukt", str(error), remedy_of(error)))
        raise
    log(settings, run_id, started, outcomes[-1], report=report)


class _Stopped(BaseException):
    """SIGTERM came. No `Exception`, because a library that works on after one would take it for a finding."""


@contextlib.contextmanager
def stoppable() -> Iterator[None]:
    """SIGTERM stops a step at once and in order; Airflow by itself lets a Python task run on to its end."""

    def stop(number: int, frame: object) -> None:
        raise _Stopped

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    except _Stopped:
        raise ProcessLost(
            "The step was stopped (SIGTERM).", remedy="The next try or the next run does it again."
        ) from None
    finally:
        signal.signal(signal.SIGTERM, before)


def remedy_of(error: Exception) -> dict:
    if isinstance(error, VeiligheidsbeeldError):
        return {"wat": error.what, "remedie": error.remedy, "eigenaar": error.owner}
    return {"wat": f"{type(error).__name__}: {error}"}


def log(
    settings: Settings, run_id: str | None, started: datetime, outcome: Outcome, *, report: Report | None = None
) -> None:
    """One row in `beheer.stap`, and what OpenLineage wants to know of it. A log that cannot be written does not hide
    what it was about."""
    from psycopg.types.json import Jsonb

    from veiligheidsbeeld.warehouse import connect

    if report:
        report(f"{outcome.stap} {outcome.onderwerp}: {outcome.boodschap}")
    run_id, ended = run_id or default_run_id(), datetime.now(UTC)
    values = (run_id, outcome.stap, outcome.onderwerp, started, ended)
    try:
        with connect(settings, LOG_ROLE[outcome.stap]) as connection:
            connection.execute(
                "insert into beheer.stap (run_id, stap, onderwerp, gestart_op, geeindigd_op, uitkomst, boodschap,"
                " detail) values (%s, %s, %s, %s, %s, %s, %s, %s)",
                [*values, outcome.uitkomst, outcome.boodschap, Jsonb(outcome.detail)],
            )
    except Exception as error:
        print(f"(no row in beheer.stap for {outcome.stap} {outcome.onderwerp}: {error})", file=sys.stderr)
    wrong = outcome.boodschap if outcome.uitkomst in ("geweigerd", "mislukt") else ""
    told = lineage.of_step(settings, outcome.stap, outcome.onderwerp, outcome.detail, started, ended, wrong)
    lineage.tell(settings, run_id, [told])


def cards(verdict: Verdict) -> str:
    """What a judgement says, in a line."""
    text = f"{verdict.passed} expectations held, {len(verdict.yellow)} yellow, {len(verdict.red)} red"
    return ". ".join([text, *verdict.red, *verdict.yellow])
