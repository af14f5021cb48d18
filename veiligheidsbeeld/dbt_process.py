"""dbt as a process that ends with the run that started it: `python -m veiligheidsbeeld.dbt_process <args>`.

A build that goes on after its run was killed would fight with the next run over the same tables. The whole project is
written out (manifest.json) only when something failed: describing 500 nodes twice costs two seconds of every build.
"""

from __future__ import annotations

import sys
from pathlib import Path

from veiligheidsbeeld import forkserver


def main() -> None:
    # The server rolls back what was under way.
    forkserver.end_with_parent()
    arguments = sys.argv[1:]
    target = Path(arguments[arguments.index("--target-path") + 1])
    sys.exit(_invoke(["--no-write-json", *arguments], target))


def _invoke(arguments: list[str], target: Path) -> int:
    """Runs dbt as its own command line does, and keeps run_results.json; returns the exit code."""
    from dbt.cli.exceptions import ExceptionExit, ResultExit
    from dbt.cli.main import cli

    # What dbtRunner does; it gives no manifest back.
    context = cli.make_context("dbt", list(arguments))
    context.obj = {"manifest": None, "callbacks": [], "dbt_runner_command_args": arguments}
    code = 0
    try:
        result, _ = cli.invoke(context)
    except ResultExit as stop:
        code, result = stop.exit_code, stop.result
    except ExceptionExit as stop:
        return stop.exit_code
    if hasattr(result, "results"):
        result.write(str(target / "run_results.json"))
    if code and (manifest := context.obj.get("manifest")):
        manifest.write(str(target / "manifest.json"))
    return code


if __name__ == "__main__":
    main()
