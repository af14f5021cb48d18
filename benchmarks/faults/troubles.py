"""The faults: each begins while a round is at work, and ends by itself. None of them mends anything."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import psycopg

from benchmarks.faults import work
from benchmarks.faults.world import World
from veiligheidsbeeld.services import postgres
from veiligheidsbeeld.settings import PROJECT

Round = multiprocessing.Process
# Seconds that a round takes here; a fault comes at any moment of it.
LONGEST = 60.0
# What shows a process another time (package libfaketime); without it clocks do not jump here.
CLOCK = next(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"), None)
# The database that is upgraded, over and over.
UPGRADED = "opwaardering"


def some_time(world: World, round_: Round) -> None:
    """Waits for a moment within the round."""
    round_.join(world.draw.uniform(0.0, world.length))


def ended(round_: Round) -> None:
    round_.join(LONGEST)
    if round_.is_alive():
        round_.kill()
        round_.join()


def killed(world: World, round_: Round) -> None:
    """The pipeline by SIGKILL."""
    some_time(world, round_)
    round_.kill()


def stopped(world: World, round_: Round) -> None:
    """The pipeline by SIGTERM, as the scheduler stops a task."""
    some_time(world, round_)
    round_.terminate()


def server_killed(world: World, round_: Round) -> None:
    """PostgreSQL by SIGKILL, the first process."""
    some_time(world, round_)
    if server := postgres.postmaster(world.settings):
        server.kill()


def backend_killed(world: World, round_: Round) -> None:
    """A session of PostgreSQL by SIGKILL: the server ends all others and recovers."""
    some_time(world, round_)
    if server := postgres.postmaster(world.settings):
        with contextlib.suppress(psutil.Error):
            world.draw.choice(server.children()).kill()


def restarted(world: World, round_: Round) -> None:
    """PostgreSQL restarted as an administrator would."""
    some_time(world, round_)
    postgres.stop(world.settings)
    postgres.start(world.settings)


def disk_full(world: World, round_: Round) -> None:
    """Not a byte left on the disk of the home, until the round has ended."""
    ballast = world.home.parent / "ballast"
    some_time(world, round_)
    with ballast.open("wb") as file:
        step = 64 * 2**20
        while step >= 4096:
            try:
                os.posix_fallocate(file.fileno(), file.seek(0, os.SEEK_END), step)
            except OSError:
                step //= 2
    ended(round_)
    ballast.unlink()


def no_connection_left(world: World, round_: Round) -> None:
    """Every connection of the server taken for some seconds, by roles without a limit."""
    some_time(world, round_)
    taken = []
    with contextlib.suppress(psycopg.OperationalError):
        while True:
            taken.append(psycopg.connect(**world.settings.conninfo("transform"), connect_timeout=3))
    time.sleep(world.draw.uniform(1.0, 5.0))
    for connection in taken:
        with contextlib.suppress(psycopg.Error):
            connection.close()


SOURCE_FAULTS: tuple[dict[str, object], ...] = (
    {"soort": "status", "status": 500, "keer": 9},
    {"soort": "status", "status": 503, "retry_after": 1, "keer": 2},
    {"soort": "status", "status": 429, "retry_after": 1, "keer": 9},
    {"soort": "reset", "keer": 9},
    {"soort": "afgekapt", "vorm": "eerlijk", "keer": 9},
    {"soort": "afgekapt", "vorm": "lengte", "keer": 2},
    {"soort": "afgekapt", "vorm": "chunked", "keer": 9},
    {"soort": "traag", "seconden": 8, "stukken": 2, "keer": 3},
    {"soort": "verandert", "na": 3},
)


def source_fails(world: World, round_: Round) -> None:
    """The source answers wrongly, cut off, late, or changes while it is read."""
    world.ask("POST", "_storing", {**world.draw.choice(SOURCE_FAULTS), "tabel": "47021NED"})
    ended(round_)
    world.ask("DELETE", "_storing")


def source_killed(world: World, round_: Round) -> None:
    """The source is gone in the middle of an answer."""
    round_.join(world.draw.uniform(0.0, world.length / 3))
    if world.source:
        world.source.kill()
        world.source.wait()


def twice(world: World, round_: Round) -> None:
    """A second round at the same time."""
    second = world.process(work.work)
    ended(round_)
    ended(second)


def upgrade_killed(world: World, round_: Round) -> None:
    """A migration of the warehouse killed half-way: all of it is there, or none."""
    ended(round_)
    number = world.number
    folder = world.home / "migrations"
    folder.mkdir(exist_ok=True)
    for name, sql in {
        f"{2 * number:04}_table.sql": f"create table beheer.stand_{number} as select 1 as n; select pg_sleep(0.5)",
        f"{2 * number + 1:04}_column.sql": f"alter table beheer.stand_{number} add m integer; select pg_sleep(0.5)",
    }.items():
        (folder / name).write_text(sql)
    other = {"VB_PG_DATABASE": UPGRADED}
    victim = world.process(work.upgrade, str(folder), **other)
    victim.join(world.draw.uniform(0.0, 1.5))
    victim.kill()
    victim.join()
    again = world.process(work.upgrade, str(folder), **other)
    again.join(60)
    with psycopg.connect(**world.settings.conninfo("beheer", database=UPGRADED)) as connection:
        (columns,) = connection.execute(
            "select count(*) from pg_attribute where attnum > 0 and attrelid = to_regclass(%s)",
            [f"beheer.stand_{number}"],
        ).fetchone()  # type: ignore[misc]
    if (again.exitcode, columns) != (0, 2):
        raise AssertionError(
            f"an upgrade that was killed did not end well: exit code {again.exitcode}, {columns} columns"
        )


def clock_jumps(world: World, round_: Round) -> None:
    """The pipeline's clock forty days ahead or back, for one round with a file of its own."""
    ended(round_)
    world.give()
    code = "import sys; from benchmarks.faults.work import work; work({}, sys.argv[1])"
    changed = {"LD_PRELOAD": str(CLOCK), "FAKETIME": world.draw.choice(("-40d", "+40d"))}
    command = [sys.executable, "-c", code, world.log]
    subprocess.run(command, cwd=PROJECT, env={**world.environment, **changed}, check=False, timeout=2 * LONGEST)


KINDS: dict[str, Callable[[World, Round], None]] = {
    trouble.__name__.replace("_", " "): trouble
    for trouble in (
        killed, stopped, server_killed, backend_killed, restarted, disk_full, no_connection_left, source_fails,
        source_killed, twice, upgrade_killed,
    )
} | ({"clock jumps": clock_jumps} if CLOCK else {})  # fmt: skip
