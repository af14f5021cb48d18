"""The goal table on the screen, in Dutch: per plan, the status in a sign and in words, never in colour alone."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import TextIO

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from veiligheidsbeeld.contracts.labels import words
from veiligheidsbeeld.goals.standing import Change, Stand

# Sign and colour; the colours differ in lightness as well.
_SIGNS = {
    "gehaald": ("✔", "bold green"),
    "uitgevoerd": ("•", "cyan"),
    "op_koers": ("↗", "green"),
    "richting_goed_niet_significant": ("~", "yellow"),
    "geen_verandering": ("=", "white"),
    "van_koers": ("✘", "bold red"),
    "niet_meetbaar": ("-", "dim"),
    "nog_geen_data": ("?", "dim"),
}
# Sign, words, colour.
STATUS = {code: (sign, words("doel_status")[code], colour) for code, (sign, colour) in _SIGNS.items()}

GROUNDS = ("plan", "duiding", "aanname")
OFF_COURSE = "van_koers"
# Changed goals of a plan that the end of a run names.
_CHANGES = 8


# Below this many columns a table would fold its sentences to ribbons.
TABLE_WIDTH = 110


def show(console: Console, rows: Sequence[Stand], *, regions: bool) -> None:
    """Prints the goals per plan; without `regions` only for the area of the plan as a whole.

    On a wide terminal a table, on a narrow one a block per goal; in a file or pipe a line per goal, however long.
    """
    for plan, found in groupby(rows, key=lambda r: (r.plan_naam, r.plan_code)):
        standing = list(found)
        shown = [r for r in standing if regions or r.hele_gebied]
        _print(console, f"\n[bold]{escape(plan[0])}[/] ({plan[1]})   {escape(_summary(shown))}")
        if not console.is_terminal:
            for row in shown:
                line = "  ".join((_standing(row), row.doel, row.regio_naam, row.zin))
                console.print(line, markup=False, soft_wrap=True)
        elif console.width >= TABLE_WIDTH:
            console.print(_table(shown), soft_wrap=False)
        else:
            for row in shown:
                style = STATUS[row.status][2]
                head = f"[{style}]{_standing(row)}[/]  [bold]{escape(row.doel)}[/]  {escape(row.regio_naam)}"
                _print(console, head)
                console.print(Padding(escape(row.zin), (0, 0, 0, 2)), soft_wrap=False)


def show_course(console: Console, rows: Sequence[Stand], changes: Sequence[Change]) -> None:
    """Per plan how many goals have which status, and of single goals only those off course or changed."""
    for plan, found in groupby(rows, key=lambda r: (r.plan_naam, r.plan_code)):
        whole = [r for r in found if r.hele_gebied]
        _print(console, f"[bold]{escape(plan[0])}[/] ({plan[1]}): {escape(_summary(whole))}")
        if off := [r.doel for r in whole if r.status == OFF_COURSE]:
            sign, words, style = STATUS[OFF_COURSE]
            _print(console, f"  [{style}]{sign} {words}[/]: {escape('; '.join(off))}")
        if changed := [c for c in changes if c.plan_code == plan[1]]:
            _print(console, f"  veranderd: {escape('; '.join(map(_change, changed[:_CHANGES])))}")
            if len(changed) > _CHANGES:
                _print(console, f"  en nog {len(changed) - _CHANGES} andere")


def write_csv(file: TextIO, rows: Sequence[Stand]) -> None:
    """The goals as CSV with `;`, every sentence whole."""
    writer = csv.writer(file, delimiter=";", lineterminator="\n")
    writer.writerow(("plan", "doelcode", "doel", "regiocode", "regio", "status", "zin", "peildatum"))
    writer.writerows(
        (r.plan_code, r.doel_code, r.doel, r.region, r.regio_naam, r.status, r.zin, r.peildatum) for r in rows
    )


def _print(console: Console, text: str) -> None:
    console.print(text, soft_wrap=not console.is_terminal)


def _standing(row: Stand) -> str:
    sign, words, _ = STATUS[row.status]
    return f"{sign} {words}"


def _change(change: Change) -> str:
    was, now = (STATUS[s][1] if s in STATUS else "nieuw" for s in (change.status_was, change.status_is))
    return f"{change.doel} (van {was} naar {now})" if change.status_is else f"{change.doel} (vervallen)"


def _table(rows: Sequence[Stand]) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for name, width in (("doel", 34), ("regio", 18), ("stand", 20)):
        table.add_column(name, max_width=width, overflow="fold")
    table.add_column("waarom", overflow="fold")
    for row in rows:
        style = STATUS[row.status][2]
        table.add_row(escape(row.doel), escape(row.regio_naam), f"[{style}]{_standing(row)}[/]", escape(row.zin))
    return table


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
