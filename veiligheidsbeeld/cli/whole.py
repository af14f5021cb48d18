"""`run`, `up`, `down` and `clean`."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from veiligheidsbeeld.cli.base import app, console
from veiligheidsbeeld.settings import HOMES, Settings


@app.command(rich_help_panel="The whole")
def run() -> None:
    """Load every source, publish the marts, print a summary, stop what was started.

    Exit code 0: all green; 1: something failed or got a red card; 3: published, but not all that was promised arrived.
    """
    _run(keep=False)


@app.command(rich_help_panel="The whole")
def up() -> None:
    """The same as `run`, and leave it running: Airflow and the warehouse, until `down`."""
    _run(keep=True)


def _run(*, keep: bool) -> None:
    from veiligheidsbeeld.services.run import keep_record
    from veiligheidsbeeld.services.run import run as work
    from veiligheidsbeeld.summary import Screen

    settings = Settings.from_env()
    screen = Screen(console, settings)
    with screen:
        result = work(
            settings, keep=keep, report=screen.line, tell=screen.task, busy=screen.busy, finish=screen.collect
        )
    keep_record(result)
    screen.summary(result)
    if code := screen.exit_code(result):
        raise typer.Exit(code)


@app.command(rich_help_panel="The whole")
def down() -> None:
    """Stop everything that runs for this copy."""
    from veiligheidsbeeld.services.lifecycle import stop_everything

    for home in _homes():
        stopped = stop_everything(Settings.from_env({**os.environ, "VB_HOME": str(home)}), report=console.print)
        console.print(f"{home}: {'stopped' if stopped else 'nothing was running'}")


@app.command(rich_help_panel="The whole")
def clean(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Stop everything and remove what was made: warehouse, landing, logs, sample."""
    from veiligheidsbeeld.services.lifecycle import stop_everything

    homes = _homes()
    if homes and not yes:
        console.print("This removes:", *map(str, homes))
        typer.confirm("Everything loaded, its history and all publications will be gone. Go on?", abort=True)
    for home in homes:
        settings = Settings.from_env({**os.environ, "VB_HOME": str(home)})
        stop_everything(settings, report=console.print)
        if (folder := settings.known().get("pg_socket")) and home not in Path(folder).parents:
            shutil.rmtree(folder, ignore_errors=True)
        _remove(home)
        console.print(f"removed {home}")
    if HOMES.is_dir() and not any(path.is_dir() for path in HOMES.iterdir()):
        _remove(HOMES)


@app.command(rich_help_panel="The whole")
def backup(
    folder: Annotated[Path, typer.Argument(help="Where backups are kept; on another disk than the home.")],
    secrets: Annotated[Path | None, typer.Option(help="Copy passwords and keys to this file, kept elsewhere.")] = None,
) -> None:
    """Copy everything that cannot be made again; also while the system works."""
    from veiligheidsbeeld.cli.base import report, warehouse
    from veiligheidsbeeld.services.backup import backup as make

    with warehouse() as settings:
        console.print(str(make(settings, folder.resolve(), secrets=secrets, report=report)), markup=False)


@app.command(rich_help_panel="The whole")
def restore(
    made: Annotated[Path, typer.Argument(help="A folder that `backup` made.", exists=True, file_okay=False)],
    secrets: Annotated[Path | None, typer.Option(help="The secrets of then; without them new ones are made.")] = None,
) -> None:
    """Bring a backup into an empty home (VB_HOME)."""
    from veiligheidsbeeld.cli.base import report
    from veiligheidsbeeld.services import postgres
    from veiligheidsbeeld.services.backup import restore as bring_back

    started = bring_back(Settings.from_env(), made.resolve(), secrets=secrets, report=report)
    postgres.stop(started)
    console.print(f"{started.home} holds the backup of {made.name}. Next: `make up`, or `veiligheidsbeeld status`.")


def _remove(folder: Path) -> None:
    """Removes a tree in which deliveries are read-only."""

    def allow(function: Callable, path: str, error: BaseException) -> None:
        Path(path).parent.chmod(0o755)
        Path(path).chmod(0o755)
        function(path)

    if folder.exists():
        if sys.version_info >= (3, 12):
            shutil.rmtree(folder, onexc=allow)
        else:
            shutil.rmtree(folder, onerror=lambda f, p, e: allow(f, p, e[1]))


def _homes() -> list[Path]:
    """The homes this command is about: the one of VB_HOME or SOURCES, else all of this clone."""
    settings = Settings.from_env()
    if os.environ.get("VB_HOME") or os.environ.get("SOURCES") or os.environ.get("VB_SOURCES"):
        return [settings.home] if settings.home.exists() else []
    return settings.homes()
