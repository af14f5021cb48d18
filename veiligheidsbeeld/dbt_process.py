"""dbt as a process that ends with the run that started it: `python -m veiligheidsbeeld.dbt_process <parent> <args>`.

A build that goes on after its run was killed would fight with the next run over the same tables.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time


def main() -> None:
    parent = int(sys.argv[1])
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    from dbt.cli.main import cli

    cli(args=sys.argv[2:], prog_name="dbt")


def _end_with(parent: int) -> None:
    """Kills this process as soon as its parent is gone; the server rolls back what was under way."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
