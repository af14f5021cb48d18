"""What the summary of a run says of files: what came per register and wave, and what was refused, of any, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from rich.console import Console
from rich.markup import escape
from rich.table import Table

_COUNTS = ("nieuw", "gewijzigd", "vervallen", "gelijk")


_WAVE = {
    "respondents": "respondenten",
    "answers": "antwoorden",
    "estimates": "schattingen",
    "publishable": "gepubliceerd",
    "differences": "verschillen",
    "new": "nieuw",
    "changed": "gewijzigd",
}


def show_files(console: Console, steps: Mapping[tuple[str, str], tuple[str, str, dict]]) -> None:
    """A line per register that came, a line per wave that was estimated, a line per refused file; nothing without."""
    counts: dict[str, Counter[str]] = {}
    waves: dict[int, dict] = {}
    refused: list[tuple[str, dict]] = []
    for (stap, subject), (outcome, _, detail) in steps.items():
        if outcome == "geweigerd" and "bestand" in detail:
            refused.append((subject, detail))
        elif "golf" in detail:
            if stap == "verwerk":
                waves[detail["golf"]] = detail
        elif "dataset" in detail and stap in ("laad", "verwerk") and "/" in subject:
            counter = counts.setdefault(detail["dataset"], Counter())
            if stap == "laad":
                mended = sum(detail["hersteld"].values())
                counter.update(files=1, rows=detail["geladen"], quarantine=detail["geweigerd"], mended=mended)
            else:
                counter.update({name: detail[name] for name in _COUNTS})
    if counts:
        console.print("\n[bold]Registers[/]")
        console.print(_loaded(counts))
    if waves:
        console.print("\n[bold]Survey[/]   small bases are estimated and kept, not published")
        console.print(_estimated(waves))
    if refused:
        console.print(f"\n[bold]Refused files[/]   {len(refused)}; owners and senders were told, what was known stays")
        console.print(_refused(sorted(refused)))


def _loaded(counts: Mapping[str, Counter[str]]) -> Table:
    titles = ("register", "files", "rows", "mended", "quarantine", "new", "changed", "withdrawn", "equal")
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for title in titles:
        table.add_column(title, justify="left" if title == "register" else "right", no_wrap=True)
    for register, found in sorted(counts.items()):
        names = ("files", "rows", "mended", "quarantine", *_COUNTS)
        table.add_row(register, *(f"{found[name]:,}" for name in names))
    return table


def _estimated(waves: Mapping[int, dict]) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("wave")
    for title in _WAVE:
        table.add_column(title, justify="right", no_wrap=True)
    for year, detail in sorted(waves.items()):
        table.add_row(str(year), *(f"{detail[name]:,}" for name in _WAVE.values()))
    return table


def _refused(refused: list[tuple[str, dict]]) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("file", "rule", "why", "owner"):
        table.add_column(title, no_wrap=title != "why", overflow="fold")
    for subject, detail in refused:
        table.add_row(*(escape(text) for text in (subject, detail["regel"], detail["wat"], detail["eigenaar"])))
    return table
