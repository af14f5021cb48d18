"""The same world under the real scheduler: processes of Airflow killed while it takes a file into raw.

Airflow stands as `up` leaves it, with the watch, which starts again what died. A round is a run of `gemeenten_laden`;
nothing is published (dbt takes minutes), so `marts_publiceren` stays paused.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections import defaultdict
from collections.abc import Callable

import httpx
import psutil

from benchmarks.faults import work
from benchmarks.faults.tally import Tally
from benchmarks.faults.world import TRIES, World, world
from veiligheidsbeeld.errors import VeiligheidsbeeldError
from veiligheidsbeeld.orchestration.names import MARTS_DAG
from veiligheidsbeeld.services import postgres
from veiligheidsbeeld.services.airflow import Client
from veiligheidsbeeld.services.lifecycle import SERVICES, Stopwatch, System, stop_everything
from veiligheidsbeeld.services.processes import WATCH, Supervisor
from veiligheidsbeeld.settings import Settings

DAG = f"{work.PROVIDER}_laden"
# Airflow gives up a task of which it heard nothing for five minutes, and tries it again.
LONGEST = 600.0


def _kill(made: World, *names: str) -> None:
    running = Supervisor(made.settings).known()
    for name in names:
        with contextlib.suppress(KeyError, psutil.Error):
            running[name].process.kill()


def worker_killed(made: World) -> None:
    """A process below the scheduler: a worker, or the task that it carries out."""
    with contextlib.suppress(KeyError, psutil.Error, IndexError):
        scheduler = Supervisor(made.settings).known()["scheduler"].process
        made.draw.choice(scheduler.children(recursive=True)).kill()


def all_killed(made: World) -> None:
    """Everything but the watch, as when memory runs out."""
    if server := postgres.postmaster(made.settings):
        server.kill()
    _kill(made, *SERVICES)


KINDS: dict[str, Callable[[World], None]] = {
    "scheduler killed": lambda made: _kill(made, "scheduler"),
    "task killed": worker_killed,
    "api-server killed": lambda made: _kill(made, "api-server"),
    "dag-processor killed": lambda made: _kill(made, "dag-processor"),
    "all and database killed": all_killed,
    "scheduler and watch killed": lambda made: _kill(made, WATCH, "scheduler"),
}


def _asked(question: Callable[[], object], until: float):
    """What Airflow answers, once it answers; the last refusal when it does not before `until`."""
    while True:
        try:
            return question()
        except (httpx.HTTPError, VeiligheidsbeeldError):
            if time.monotonic() > until:
                raise
            time.sleep(1)


def run(client: Client, meanwhile: Callable[[], None] = lambda: None) -> str:
    """A run of the DAG and how it ended; `meanwhile` happens once it was asked for."""
    until = time.monotonic() + LONGEST
    run_id = _asked(lambda: client.trigger(DAG), until)
    meanwhile()
    while time.monotonic() < until:
        if (found := _asked(lambda: client.run(DAG, run_id), until)).done:
            return found.state
        time.sleep(1)
    return "no end"


def one(made: World, client: Client, kind: str, tally: Tally) -> list[str]:
    """One round with one fault; what was wrong afterwards. As at the next moment of the calendar it is run again."""

    def fault() -> None:
        time.sleep(made.draw.uniform(0.0, made.length))
        KINDS[kind](made)

    made.give()
    begun, wrong = time.monotonic(), []
    state = run(client, fault)
    for _ in range(TRIES - 1):
        if state == "success":
            break
        state = run(client)
    tally.seconds.append(time.monotonic() - begun)
    if half := made.half():
        tally.half += 1
        wrong += half
    if state != "success" or work.version_in_raw(made.settings) != made.number:
        tally.by_hand += 1
        wrong.append(f"the run ended with {state}, and raw is not what file {made.number} says")
    if lost := made.lost():
        tally.lost += len(lost)
        wrong += lost
    tally.made += 1
    tally.survived += not wrong
    return wrong


def campaign(count: int, minutes: float, seed: int, only: str | None) -> dict[str, Tally]:
    until = time.monotonic() + 60 * minutes
    tallies: dict[str, Tally] = defaultdict(Tally)
    with world(seed) as made:
        system = System(Settings.from_env(made.environment), report=lambda line: None, watched=False)
        try:
            system.start((DAG, MARTS_DAG), Stopwatch())
            system.leave_up()
            made.settings, client = system.settings, system.client
            assert client
            client.http.patch(f"/api/v2/dags/{MARTS_DAG}", json={"is_paused": True}).raise_for_status()
            client.unpause(DAG)
            for _ in range(2):
                made.give()
                begun = time.monotonic()
                if (state := run(client)) != "success":
                    raise SystemExit(f"no round ends well without a fault either: {state}")
                made.length = time.monotonic() - begun
            print(f"a round takes {made.length:.1f} s", file=sys.stderr, flush=True)
            kinds = [only] if only else list(KINDS)
            for number in range(count):
                if time.monotonic() > until:
                    break
                kind = kinds[number % len(kinds)]
                wrong = one(made, client, kind, tallies[kind])
                print(f"{number + 1:4} {kind}: {'; '.join(wrong) or 'well'}", file=sys.stderr, flush=True)
        finally:
            stop_everything(made.settings)
    return tallies
