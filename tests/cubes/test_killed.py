"""`kill -9` while a delivery is staged or merged: raw holds the old state or the new, and the next run ends it.

A lock of the test stops the victim at a known place; it is killed there, so no kill misses its moment.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.cubes.deliveries import CONTRACT, Table
from tests.cubes.test_history import bring_in, known
from veiligheidsbeeld.cubes import merge, stage
from veiligheidsbeeld.landing import cubes as landing
from veiligheidsbeeld.warehouse import connect

# Stages a delivery, or merges a staged one, as a process of its own.
_VICTIM = """
import sys
from veiligheidsbeeld.contracts.cube import get_cube
from veiligheidsbeeld.cubes import merge, stage
from veiligheidsbeeld.landing import cubes as landing
from veiligheidsbeeld.settings import Settings
settings, contract = Settings.from_env(), get_cube("politie_overlast_gemeente")
step, which = sys.argv[1:]
if step == "staging":
    stage(settings, contract, landing.find(settings, contract.naam, which))
else:
    merge(settings, contract, int(which))
"""

# Where the victim stands still: the table that is locked, how, and how the statement begins that waits for it.
_MOMENTS = {
    "staging begins": ("raw.levering", "share row exclusive", "insert into raw.levering"),
    "staging writes the batch": (f"laad.{CONTRACT.naam}", "access exclusive", "drop table"),
    "merging writes raw": (f"raw.{CONTRACT.naam}", "share row exclusive", f'update "raw"."{CONTRACT.naam}"'),
    "merging writes code lists": ("raw.codelijst", "share row exclusive", 'update "raw"."codelijst"'),
}


def _cells(factor: int) -> dict:
    soorten, years = ["0.0.0", "E33", "E35", "E38"], range(2005, 2025)
    regions = ["NL01", *(f"GM{n:04}" for n in range(100, 120))]
    periods = [f"{y}MM{m:02}" for y in years for m in range(1, 13)]
    return {(s, r, p): factor * (i % 97) for s in soorten for r in regions for i, p in enumerate(periods)}


def _staged(settings, delivery: landing.Delivery) -> int:
    """The number of the delivery, staged and found good."""
    number = stage(settings, CONTRACT, delivery).levering_id
    with connect(settings, "lader") as connection:
        connection.execute("update raw.levering set status = 'gekeurd' where levering_id = %s", [number])
    return number


def _start(settings, step: str, which: str) -> subprocess.Popen:
    env = os.environ | settings.environ | {
        "VB_PG_PORT": str(settings.pg_port),
        "VB_PG_HOST": settings.pg_host,
        "VB_PG_DATABASE": settings.pg_database,
    }  # fmt: skip
    return subprocess.Popen([sys.executable, "-c", _VICTIM, step, which], env=env)


def _wait_until_it_waits(settings, victim: subprocess.Popen) -> str:
    """Until the victim waits for the lock of the test (the only one waiting in this database); its statement."""
    with connect(settings, "lader", autocommit=True) as watcher:
        while victim.poll() is None:
            waiting = watcher.execute(
                "select a.query from pg_locks as l inner join pg_stat_activity as a using (pid)"
                " where not l.granted and a.datname = current_database()"
            ).fetchone()
            if waiting:
                return " ".join(waiting[0].split())
            time.sleep(0.05)
    pytest.fail("the victim ended without meeting the lock")


def _wait_until_gone(settings) -> None:
    """A backend notices that its client is dead only when it gets its lock; then it rolls back and ends."""
    with connect(settings, "beheer", autocommit=True) as watcher:
        while watcher.execute(
            "select count(*) from pg_stat_activity where usename = 'lader' and datname = current_database()"
        ).fetchone() != (0,):
            time.sleep(0.05)


@pytest.mark.parametrize("moment", _MOMENTS)
def test_killed(clean_warehouse, moment):
    old, new = _cells(1), _cells(2)
    bring_in(clean_warehouse, Table(old))
    delivery = Table(new, labels={"E33": "another title"}).deliver(clean_warehouse, page_size=5000)
    step, (table, mode, statement) = moment.split()[0], _MOMENTS[moment]
    # What is staged before the lock is there cannot be what waits for it.
    which = delivery.name if step == "staging" else str(_staged(clean_warehouse, delivery))
    with connect(clean_warehouse, "lader") as blocker:
        blocker.execute(f"lock table {table} in {mode} mode")
        victim = _start(clean_warehouse, step, which)
        waiting = _wait_until_it_waits(clean_warehouse, victim)
        victim.send_signal(signal.SIGKILL)
        victim.wait()
    assert waiting.startswith(statement)
    _wait_until_gone(clean_warehouse)
    assert known(clean_warehouse) == old, f"half a delivery after a kill when {moment}"

    merge(clean_warehouse, CONTRACT, _staged(clean_warehouse, delivery))
    assert known(clean_warehouse) == new
