"""Commands that make what people read: pages, files, connections."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from veiligheidsbeeld.cli.base import app, console, warehouse

PANEL = "For readers"
Folder = Annotated[Path | None, typer.Option("--naar", help="Another folder than the one in the home.")]


@app.command(rich_help_panel=PANEL)
def pages(target: Folder = None) -> None:
    """Write the Dutch pages: one per municipality and partnership, printable, without a server."""
    from veiligheidsbeeld.pages import write

    with warehouse() as settings:
        console.print(str(write(settings, target)), markup=False)
