"""Wall and processor seconds of a command and of everything that it starts, servers in the background included.

    python -m benchmarks.processors FILE COMMAND...

A server that leaves its parent (as PostgreSQL and Airflow do) would be counted by nobody. So the command runs below a
process that adopts what is left behind (Linux: `PR_SET_CHILD_SUBREAPER`), and waits for all of it to end.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from veiligheidsbeeld.settings import PROJECT

_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True)
class Spent:
    """Seconds on the clock until the command ended, seconds of processors of all its processes, and how it ended."""

    wall: float
    processors: float
    exit: int


def spent(command: Sequence[str], environment: Mapping[str, str], log: Path) -> Spent:
    """Runs a command; what it prints goes to `log`, after what is there."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file, log.open("ab") as output:
        below = [sys.executable, "-m", "benchmarks.processors", file.name, *command]
        subprocess.run(
            below, cwd=PROJECT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=True
        )
        return Spent(**json.loads(Path(file.name).read_text()))


def main(file: Path, command: Sequence[str]) -> None:
    ctypes.CDLL(None, use_errno=True).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    began, wall, status = time.monotonic(), 0.0, 0
    started = subprocess.Popen(command)
    while True:
        try:
            pid, state = os.wait()
        except ChildProcessError:
            break
        if pid == started.pid:
            wall, status = time.monotonic() - began, os.waitstatus_to_exitcode(state)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    file.write_text(json.dumps(asdict(Spent(wall, used.ru_utime + used.ru_stime, status))))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
