"""Registers on the command line: their list."""

from __future__ import annotations

from rich.table import Table

from veiligheidsbeeld.cli.base import every_dataset
from veiligheidsbeeld.contracts import RegisterContract


def listing() -> Table:
    """All registers: grain, owner, ground, how often they come, how long their rows are kept."""
    titles = ("register", "grain", "every", "owner", "framework", "rows kept", "themes")
    table = Table(*titles, box=None, header_style="bold")
    for c in every_dataset().values():
        if not isinstance(c, RegisterContract):
            continue
        days = c.bewaartermijn.raw_dagen
        table.add_row(
            c.naam, c.korrel, c.frequentie, c.eigenaar.title, c.wettelijk_kader,
            f"{days} days" if days else "no limit", ", ".join(c.themas),
        )  # fmt: skip
    return table
