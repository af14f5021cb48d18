"""The goal table on the screen, in Dutch: per plan, the status in a sign and in words, never in colour alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import groupby

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from veiligheidsbeeld.goals.standing import Stand

# Sign, words, colour. The colours differ in lightness as well.
STATUS = {
    "gehaald": ("✔", "gehaald", "bold green"),
    "uitgevoerd": ("•", "uitgevoerd", "cyan"),
    "op_koers": ("↗", "op koers", "green"),
    "richting_goed_niet_significant": ("~", "goede richting, kan toeval zijn", "yellow"),
    "geen_verandering": ("=", "geen aantoonbare verandering", "white"),
    "van_koers": ("✘", "van koers", "bold red"),
    "niet_meetbaar": ("-", "niet meetbaar", "dim"),
    "nog_geen_data": ("?", "nog geen cijfers", "dim"),
}

GROUNDS = ("plan", "duiding", "aanname")


def show(console: Console, rows: Sequence[Stand], *, regions: bool) -> None:
    """Prints the goals per plan; without `regions` only for the area of the plan as a whole."""
    for plan, found in groupby(rows, key=lambda r: (r.plan_naam, r.plan_code)):
        standing = list(found)
        shown = [r for r in standing if regions or r.hele_gebied]
        console.print(f"\n[bold]{escape(plan[0])}[/] ({plan[1]})   {escape(_summary(shown))}")
        table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
        for name, width in (("doel", 34), ("regio", 18), ("stand", 20)):
            table.add_column(name, max_width=width, overflow="fold")
        table.add_column("waarom", overflow="fold")
        for row in shown:
            sign, words, style = STATUS[row.status]
            table.add_row(escape(row.doel), escape(row.regio_naam), f"[{style}]{sign} {words}[/]", escape(row.zin))
        console.print(table, soft_wrap=False)


def _summary(rows: Sequence[Stand]) -> str:
    """Goals per status, apart by what the plan itself says of them: what is assumed is no agreement that was met."""
    counts = Counter(r.status for r in rows)
    grounds = Counter((r.status, r.grond) for r in rows)
    return ", ".join(
        f"{counts[status]} {words}{_by_ground(status, grounds)}"
        for status, (_, words, _) in STATUS.items()
        if counts[status]
    )


def _by_ground(status: str, grounds: Counter[tuple[str, str | None]]) -> str:
    parts = [f"{ground} {grounds[status, ground]}" for ground in GROUNDS if grounds[status, ground]]
    return f" ({', '.join(parts)})" if parts else ""
