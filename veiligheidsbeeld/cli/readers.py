"""Commands that make what people read: pages, files, connections."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from veiligheidsbeeld.cli.base import app, console, one_of, warehouse
from veiligheidsbeeld.errors import ConfigurationError

PANEL = "For readers"
Folder = Annotated[Path | None, typer.Option("--naar", help="Another folder than the one in the home.")]


@app.command(rich_help_panel=PANEL)
def pages(
    pdf: Annotated[bool, typer.Option("--pdf", help="Print them as well, with Chromium.")] = False,
    regio: Annotated[list[str] | None, typer.Option(help="With --pdf: only these regions (code); repeatable.")] = None,
    target: Folder = None,
) -> None:
    """Write the Dutch pages: one per municipality and partnership, printable, without a server."""
    from veiligheidsbeeld.pages import print_pages, write

    with warehouse() as settings:
        index = write(settings, target)
    console.print(str(index), markup=False)
    if pdf:
        console.print(str(print_pages(index, regio or ())), markup=False)


@app.command(rich_help_panel=PANEL)
def export(
    what: Annotated[str, typer.Argument(help="doelen, resultaatafspraken, begroting, cijfers, or open (Parquet).")],
    indicator: Annotated[list[str] | None, typer.Option(help="With `cijfers`: code; repeatable.")] = None,
    regio: Annotated[list[str] | None, typer.Option(help="With `cijfers`: only these regions; repeatable.")] = None,
    period_kinds: Annotated[
        list[str] | None, typer.Option("--soort", help="With `cijfers`: jaar, kwartaal, maand, r12m, jtd; repeatable.")
    ] = None,
    thema: Annotated[list[str] | None, typer.Option(help="With `open`: only these themes; repeatable.")] = None,
    target: Folder = None,
) -> None:
    """Write what is published as Dutch CSV and XLSX, or the open figures as Parquet; as a reader sees it."""
    from veiligheidsbeeld import export as exports

    one_of(what, [*exports.QUESTIONS, "cijfers", "open"])
    if (what == "cijfers") != bool(indicator):
        raise ConfigurationError(
            "`cijfers` goes with --indicator.", remedy="veiligheidsbeeld export cijfers --indicator MIS-1.1.1"
        )
    with warehouse() as settings:
        if what == "open":
            paths = [exports.write_open(settings, target, thema or ())]
        elif indicator:
            codes = indicator
            paths = exports.write(settings, lambda c, _: exports.figures(c, codes, regio, period_kinds), target)
        else:
            paths = exports.write(settings, exports.QUESTIONS[what], target)
    for path in paths:
        console.print(str(path), markup=False)


@app.command(rich_help_panel=PANEL)
def connect(
    program: Annotated[str, typer.Argument(help="powerbi, excel, qgis, r or python.")],
    thema: Annotated[str, typer.Option(help="With excel and qgis: the theme.")] = "leefomgeving",
    target: Folder = None,
) -> None:
    """Write what a program needs to open the warehouse, or print the lines to type; never with a password."""
    from veiligheidsbeeld import connect as connections
    from veiligheidsbeeld.contracts.themes import theme_names

    one_of(program, ["powerbi", "excel", "qgis", *connections.LINES])
    one_of(thema, list(theme_names()))
    with warehouse(quiet=True) as settings:
        folder = target or settings.home / "verbinden"
        folder.mkdir(parents=True, exist_ok=True)
        if program in connections.LINES:
            told = connections.lines(settings, program)
        elif program == "qgis":
            told = str(connections.project(settings, folder, thema))
        elif program == "excel":
            told = str(connections.excel(settings, folder, thema))
        else:
            told = str(connections.power_bi(settings, folder))
    console.print(told, markup=False)


@app.command(rich_help_panel=PANEL)
def catalogue(target: Folder = None) -> None:
    """Write what there is: DCAT-AP-NL, a contract per dataset (ODCS), register of processing, data dictionary."""
    from veiligheidsbeeld.catalogue import write

    with warehouse() as settings:
        for path in write(settings, target):
            console.print(str(path), markup=False)
