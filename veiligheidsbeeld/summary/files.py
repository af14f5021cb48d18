"""What the summary of a run says of files: what came per register and wave, and what was refused, of any, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table

from veiligheidsbeeld.fit import Heading, fitted
from veiligheidsbeeld.goals.screen import TABLE_WIDTH

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
        total = sum(counts.values(), Counter())
        console.print(
            f"\n[bold]Registers[/]   registers {len(counts)}, files {total['files']:,}, rows {total['rows']:,},"
            f" values mended {total['mended']:,}, rows to quarantine {total['quarantine']:,}",
            soft_wrap=not console.is_terminal,
        )
        if told := {name: found for name, found in counts.items() if found["quarantine"] or found["vervallen"]}:
            console.print(_loaded(console, told))
    if waves:
        console.print("\n[bold]Survey[/]   small bases are estimated and kept, not published")
        console.print(_estimated(console, waves))
    if refused:
        console.print(f"\n[bold]Refused files[/]   {len(refused)}; senders and owners were told, what was known stays")
        _refused(console, sorted(refused))


def _loaded(console: Console, counts: Mapping[str, Counter[str]]) -> Table:
    headings = [
        Heading("register"), Heading("files", 5, number=True), Heading("rows", 4, number=True),
        Heading("mended", 2, number=True), Heading("quarantine", number=True), Heading("new", 1, number=True),
        Heading("changed", 3, number=True), Heading("withdrawn", number=True), Heading("equal", 6, number=True),
    ]  # fmt: skip
    names = ("files", "rows", "mended", "quarantine", *_COUNTS)
    rows = [[register, *(f"{found[name]:,}" for name in names)] for register, found in sorted(counts.items())]
    return fitted(console, headings, rows)


def _estimated(console: Console, waves: Mapping[int, dict]) -> Table:
    headings = [Heading("wave"), *(Heading(title, n, number=True) for n, title in enumerate(_WAVE))]
    rows = [[str(year), *(f"{detail[name]:,}" for name in _WAVE.values())] for year, detail in sorted(waves.items())]
    return fitted(console, headings, rows)


def _refused(console: Console, refused: list[tuple[str, dict]]) -> None:
    """A table on a wide screen; on a narrow one the reason on lines of its own."""
    rows = [(subject, d["regel"], d["wat"], d["eigenaar"]) for subject, d in refused]
    if console.width >= TABLE_WIDTH:
        headings = [Heading("file"), Heading("rule"), Heading("why", folds=True), Heading("owner", folds=True)]
        console.print(fitted(console, headings, [[escape(text) for text in row] for row in rows]))
        return
    for subject, rule, why, owner in rows:
        console.print(escape(f"{subject}  {rule}  ({owner})"), soft_wrap=False)
        console.print(Padding(escape(why), (0, 0, 0, 2)), soft_wrap=False)
