"""What the summary of a run says of the survey: a line per wave that was estimated."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Console
from rich.table import Table

_COLUMNS = {
    "respondents": "respondenten",
    "answers": "antwoorden",
    "estimates": "schattingen",
    "publishable": "gepubliceerd",
    "differences": "verschillen",
    "new": "nieuw",
    "changed": "gewijzigd",
}


def show_survey(console: Console, steps: Mapping[tuple[str, str], tuple[str, str, dict]]) -> None:
    """Nothing when no wave came; refused files stand with those of the registers."""
    estimated = [detail for (stap, _), (_, _, detail) in steps.items() if stap == "schat" and "golf" in detail]
    waves = {detail["golf"]: detail for detail in estimated}
    if not waves:
        return
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("wave")
    for title in _COLUMNS:
        table.add_column(title, justify="right", no_wrap=True)
    for year, detail in sorted(waves.items()):
        table.add_row(str(year), *(f"{detail[name]:,}" for name in _COLUMNS.values()))
    console.print("\n[bold]Survey[/]   small bases are estimated and kept, not published")
    console.print(table)
