"""`kill -9` at known moments: raw holds the old state or the new, nothing is lost, and the next run ends it."""

import os
import signal
import subprocess
import sys
import time
from datetime import date

import pytest

from tests.places import TOWN
from tests.registers.files import REGISTER, ask, case, drop, known, load
from veiligheidsbeeld.landing import files as land
from veiligheidsbeeld.steps.retention import carry_out
from veiligheidsbeeld.warehouse import connect

YEAR = f"{TOWN}/{REGISTER}_2025.csv"
OLD = [case(f"A-{n:02}", "2025-01-02") for n in range(20)]
NEW = [case(f"A-{n:02}", "2025-01-02", "wapens") for n in range(2, 20)]

_VICTIM = """
from veiligheidsbeeld.steps import load
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect
settings = Settings.from_env()
load.take_step(settings, "gemeenten")
numbers = [o.detail["levering_id"] for o in load.load_step(settings, load.pending(settings))]
with connect(settings, "lader") as connection:
    connection.execute("update raw.levering set status = 'gekeurd' where levering_id = any (%s)", [numbers])
load.merge_step(settings, numbers)
"""


_DESTROYER = """
from datetime import date
from veiligheidsbeeld.steps.retention import carry_out
from veiligheidsbeeld.settings import Settings
carry_out(Settings.from_env(), today=date(2031, 6, 1))
"""


def run_until_it_waits(settings, lock, script=_VICTIM):
    """Starts the steps while `lock` (a statement) is held, and kills them when they wait for it."""
    env = os.environ | settings.environ | {
        "VB_PG_PORT": str(settings.pg_port),
        "VB_PG_HOST": settings.pg_host,
        "VB_PG_DATABASE": settings.pg_database,
    }  # fmt: skip
    with connect(settings, "lader") as holder:
        holder.execute(lock)
        victim = subprocess.Popen([sys.executable, "-c", script], env=env, stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        waiting = "select exists (select from pg_locks as l inner join pg_database as d on d.oid = l.database"
        waiting += " where not l.granted and d.datname = current_database())"
        while ask(settings, waiting) != [(True,)]:
            assert victim.poll() is None, "it ended before it came to the lock"
            assert time.monotonic() < deadline
            time.sleep(0.02)
        victim.send_signal(signal.SIGKILL)
        victim.wait()


@pytest.mark.parametrize(
    "lock",
    [
        f"lock table laad.{REGISTER} in access exclusive mode",
        "lock table quarantaine.rij in access exclusive mode",
        f"lock table raw.{REGISTER} in share mode",
        "lock table raw.levering in access exclusive mode",
    ],
    ids=["before the copy", "in the middle of staging", "in the middle of merging", "when the files are in landing"],
)
def test_killed(clean_warehouse, lock):
    drop(clean_warehouse, YEAR, OLD)
    load(clean_warehouse)
    before = known(clean_warehouse)
    drop(clean_warehouse, YEAR, NEW)
    run_until_it_waits(clean_warehouse, lock)
    assert known(clean_warehouse) == before
    kept = land.files(clean_warehouse, areas=(land.WAITING, land.CLEAN))
    assert len(kept) == 2, "nothing delivered is lost"
    load(clean_warehouse)
    assert known(clean_warehouse) == {row[0]: "wapens" for row in NEW}
    current = f"select zaaknummer from raw.{REGISTER} where levering_tot is null"
    assert ask(clean_warehouse, f"{current} group by zaaknummer having count(*) > 1") == [], "no case is there twice"


@pytest.mark.parametrize(
    "lock",
    [f"lock table raw.{REGISTER} in share mode", "lock table raw.levering in share mode"],
    ids=["when the rows were counted", "when the rows are gone"],
)
def test_killed_while_rows_are_destroyed(clean_warehouse, lock):
    """Rows and their counts are in the same transaction: both are there, or neither is."""
    drop(clean_warehouse, YEAR, OLD)
    load(clean_warehouse)
    counted = "select coalesce(sum(n), 0)::int from raw.register_telling where soort = 'totaal'"
    run_until_it_waits(clean_warehouse, lock, _DESTROYER)
    assert (len(known(clean_warehouse)), ask(clean_warehouse, counted)) == (len(OLD), [(0,)])
    assert ask(clean_warehouse, "select count(*) from raw.register_geteld") == [(0,)]
    carry_out(clean_warehouse, today=date(2031, 6, 1))
    assert (len(known(clean_warehouse)), ask(clean_warehouse, counted)) == (0, [(len(OLD),)])
    carry_out(clean_warehouse, today=date(2031, 6, 1))
    assert ask(clean_warehouse, counted) == [(len(OLD),)]
