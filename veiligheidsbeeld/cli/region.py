"""Regions: which there are, making one from codes of municipalities, and checking its folder."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from veiligheidsbeeld.cli.base import app, console
from veiligheidsbeeld.region import Region
from veiligheidsbeeld.settings import Settings, this_day

if TYPE_CHECKING:
    from veiligheidsbeeld.region.check import Finding

region_app = typer.Typer(help="Regions: whose warehouse this is.", no_args_is_help=True)
app.add_typer(region_app, name="region", rich_help_panel="Look")


@region_app.command("list")
def regions() -> None:
    """The regions that stand below `regions/`, and the one that is active."""
    from veiligheidsbeeld.region import active, known

    chosen = active()
    for region in [*known(), *([] if chosen in known() else [chosen])]:
        mark = "*" if region == chosen else " "
        console.print(f"{mark} {region.name}: {region.head.naam} ({region.folder})", markup=False)


@region_app.command("new")
def new(
    gemeenten: Annotated[list[str], typer.Argument(help="Codes of the municipalities (GM and four digits).")],
    name: Annotated[str, typer.Option(help="Name of the region and its partnership, as readers see it.")],
    folder: Annotated[Path | None, typer.Option(help="Where to write it; default: below regions/.")] = None,
) -> None:
    """Make the folder of a new region from the national list of municipalities."""
    from veiligheidsbeeld.region.make import make

    made = make(gemeenten, name, folder)
    console.print(f"{made} was made.", markup=False)
    _tell(Region(made.resolve()))
    console.print(f"Use it with VB_REGIO={made if folder else made.name}", markup=False)


@region_app.command("check")
def check(
    region: Annotated[str | None, typer.Argument(help="Name or folder; default: the active one.")] = None,
) -> None:
    """Say what is wrong in a region's folder, and what stays empty; exit code 1 when something is wrong."""
    from veiligheidsbeeld.region import SETTING, active

    if _tell(active({SETTING: region} if region else None)):
        raise typer.Exit(1)


@region_app.command("boundaries")
def boundaries(
    year: Annotated[int | None, typer.Option(help="Year of the boundaries; default: this year.")] = None,
    file: Annotated[Path | None, typer.Option(help="GeoJSON in degrees that was saved; default: ask PDOK.")] = None,
) -> None:
    """Bring the boundaries of the active region into its folder, for maps; what it had of other years stays."""
    from veiligheidsbeeld.extract.boundaries import fetch, take
    from veiligheidsbeeld.region.boundaries import path_of
    from veiligheidsbeeld.services import lifecycle

    settings = Settings.from_env()
    wanted = year or this_day().year
    if file:
        found = take(settings, file, wanted)
    else:
        with lifecycle.sources(settings) as served:
            found = fetch(served, wanted, report=console.print)
    told = ", ".join(f"{number} {level}" for level, number in Counter(b.niveau for b in found).items())
    console.print(f"{path_of(settings.region)}: {told} of {wanted}", markup=False)


def _tell(region: Region) -> bool:
    from veiligheidsbeeld.region import SETTING
    from veiligheidsbeeld.region.check import Finding, files
    from veiligheidsbeeld.region.check import check as findings

    if unreadable := files(region):
        _list(unreadable)
        return True
    kinds = {
        kind: len({m.gebied for m in region.members if m.soort == kind})
        for kind in ("provincie", "samenwerkingsgebied")
    }
    console.print(
        f"{region.head.naam}: {len(region.municipalities)} municipalities in {kinds['provincie']} provinces,"
        f" {kinds['samenwerkingsgebied']} partnerships, {len(region.rows('plan'))} plans,"
        f" wijken and buurten of {len(region.head.detail)} municipalities",
        markup=False,
    )
    found = findings(region)
    if not any(f.wrong for f in found):
        # The contracts as they are for this region: its own, and its lists hold values and measures of theirs.
        os.environ[SETTING] = str(region.folder)
        found = [*(Finding(text, wrong=True) for text in _contracts(region)), *found]
    _list(found)
    return any(f.wrong for f in found)


def _contracts(region: Region) -> list[str]:
    """What is wrong with the contracts that a region brings, and with what its lists ask of any contract."""
    from veiligheidsbeeld.contracts import load_contracts
    from veiligheidsbeeld.contracts.reading import own_files, strays
    from veiligheidsbeeld.contracts.register import unknown_words
    from veiligheidsbeeld.errors import ConfigurationError

    unread = [
        f"{path.relative_to(region.folder)} is no contract that is read: a register stands in contracts/registers/"
        "<naam>.yml, a table of a source in contracts/<naam>.yml"
        for path in strays(region)
    ]
    try:
        load_contracts()
    except ConfigurationError as error:
        return [*unread, f"{error.what} {error.remedy}"]
    if own := own_files(region):
        console.print(f"  its own contracts: {', '.join(path.stem for path in own)}", markup=False)
    return [*unread, *unknown_words()]


def _list(found: list[Finding]) -> None:
    for finding in found:
        console.print(f"  {'wrong' if finding.wrong else 'empty'}: {finding.text}", markup=False)
