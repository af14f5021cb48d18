"""`kill -9` while a delivery is staged or merged: raw holds the old state or the new, and the next run ends it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

from tests.load.deliveries import CONTRACT, Table
from tests.load.test_history import bring_in, known
from veiligheidsbeeld import landing
from veiligheidsbeeld.load import merge, stage
from veiligheidsbeeld.warehouse import connect

# Stages and merges one delivery as a process of its own, and says when each step begins.
_VICTIM = """
import sys
from veiligheidsbeeld import landing
from veiligheidsbeeld.contracts import get_contract
from veiligheidsbeeld.load import merge, stage
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect
settings, contract = Settings.from_env(), get_contract("politie_overlast_gemeente")
print("stage", flush=True)
number = stage(settings, contract, landing.find(settings, contract.naam, sys.argv[1])).levering_id
with connect(settings, "lader") as connection:
    connection.execute("update raw.levering set status = 'gekeurd' where levering_id = %s", [number])
print("merge", flush=True)
merge(settings, contract, number)
print("done", flush=True)
"""


def _cells(factor: int) -> dict:
    soorten, years = ["0.0.0", "E33", "E35", "E38"], range(1975, 2025)
    regions = ["NL01", *(f"GM{n:04}" for n in range(100, 130))]
    periods = [f"{y}MM{m:02}" for y in years for m in range(1, 13)]
    return {(s, r, p): factor * (i % 97) for s in soorten for r in regions for i, p in enumerate(periods)}


def _run_and_kill(settings, delivery: landing.Delivery, step: str, after: float) -> bool:
    """Runs the victim and kills it `after` seconds into `step`; False when it was done before that."""
    env = os.environ | settings.environ | {
        "VB_PG_PORT": str(settings.pg_port),
        "VB_PG_HOST": settings.pg_host,
        "VB_PG_DATABASE": settings.pg_database,
    }  # fmt: skip
    victim = subprocess.Popen(
        [sys.executable, "-c", _VICTIM, delivery.name], env=env, stdout=subprocess.PIPE, text=True
    )
    assert victim.stdout is not None
    for line in victim.stdout:
        if line.strip() == step:
            time.sleep(after)
            break
    killed = victim.poll() is None
    victim.send_signal(signal.SIGKILL)
    rest = victim.stdout.read()
    victim.wait()
    return killed and "done" not in rest


def test_killed_at_any_moment(clean_warehouse):
    old, new = _cells(1), _cells(2)
    bring_in(clean_warehouse, Table(old))
    delivery = Table(new).deliver(clean_warehouse, page_size=5000)
    killed = {"stage": 0, "merge": 0}
    for step, after in [(s, a) for s in killed for a in (0.0, 0.03, 0.08, 0.15, 0.3)]:
        if known(clean_warehouse) == new:
            break
        killed[step] += _run_and_kill(clean_warehouse, delivery, step, after)
        state = known(clean_warehouse)
        assert state in (old, new), f"half a delivery after {after} s of {step}"
    assert killed["stage"] >= 2 and killed["merge"] >= 1, f"the kills missed their moment: {json.dumps(killed)}"
    if known(clean_warehouse) == old:
        number = stage(clean_warehouse, CONTRACT, delivery).levering_id
        with connect(clean_warehouse, "lader") as connection:
            connection.execute("update raw.levering set status = 'gekeurd' where levering_id = %s", [number])
        merge(clean_warehouse, CONTRACT, number)
    assert known(clean_warehouse) == new
