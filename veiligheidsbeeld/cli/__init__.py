"""The engineer's door: every step by itself, and `run`, `up` and `down` for the whole."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from veiligheidsbeeld import __version__
from veiligheidsbeeld.cli.base import Debug, app, console, show_error
from veiligheidsbeeld.errors import VeiligheidsbeeldError

# isort: off
# The help lists the commands in this order.
from veiligheidsbeeld.cli import whole, steps, look, readers, access, region, services
# isort: on

__all__ = ["access", "app", "look", "main", "readers", "region", "services", "steps", "whole"]


def main() -> None:
    """Entry point: an error that a user can meet is shown with its remedy, not with a traceback."""
    from veiligheidsbeeld.services.processes import Interrupted

    # Deliveries, logs and messages are for this user and group; what others need is opened where it is made.
    os.umask(0o027)
    try:
        app()
    except VeiligheidsbeeldError as error:
        if Debug.on:
            raise
        show_error(error)
        sys.exit(1)
    except Interrupted as stopped:
        console.print(f"Stopped by {stopped}; everything that was started has been stopped.")
        sys.exit(128 + stopped.signal)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _version(asked: bool) -> None:
    if asked:
        console.print(__version__)
        raise typer.Exit


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    Debug.on = debug
