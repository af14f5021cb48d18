"""Registers on the command line: their list, their steps beside those of the datasets, and retention."""

from __future__ import annotations

from collections.abc import Callable, Collection

from rich.table import Table

from veiligheidsbeeld.contracts.register import load_registers
from veiligheidsbeeld.settings import Settings

Report = Callable[[str], None]


def listing() -> Table:
    """All registers: grain, owner, ground, how often they come, how long their rows are kept."""
    titles = ("register", "grain", "every", "owner", "framework", "rows kept", "themes")
    table = Table(*titles, box=None, header_style="bold")
    for c in load_registers().values():
        days = c.bewaartermijn.raw_dagen
        table.add_row(
            c.naam, c.korrel, c.frequentie, f"{c.eigenaar.functie} ({c.eigenaar.organisatie})", c.wettelijk_kader,
            f"{days} days" if days else "no limit", ", ".join(c.themas),
        )  # fmt: skip
    return table


def extract(
    settings: Settings, registers: Collection[str], *, leveranciers: Collection[str], force: bool, report: Report
) -> bool:
    """Takes files of these registers from the drop folder; whether all was well."""
    from veiligheidsbeeld.steps.registers import registers_take_step

    every = set(registers) == set(load_registers())
    found = registers_take_step(
        settings, registers=() if every else registers, leveranciers=leveranciers, force=force, report=report
    )
    return not found.detail["geweigerd"]


def load(settings: Settings, registers: Collection[str], *, report: Report) -> bool:
    """Stages what waits of these registers; whether no file was refused."""
    from veiligheidsbeeld.steps.registers import registers_stage_step

    return all(o.new for o in registers_stage_step(settings, registers=registers, report=report))


def validate(settings: Settings, registers: Collection[str], *, report: Report) -> bool:
    """Judges what was staged of these registers; whether all passed."""
    from veiligheidsbeeld.steps.registers import registers_validate_step

    numbers = _with_status(settings, registers, "geladen")
    return all(o.new for o in registers_validate_step(settings, numbers, report=report)) if numbers else True


def merge(settings: Settings, registers: Collection[str], *, report: Report) -> bool:
    """Merges what passed of these registers."""
    from veiligheidsbeeld.steps.registers import registers_merge_step

    registers_merge_step(settings, _with_status(settings, registers, "gekeurd"), report=report)
    return True


def _with_status(settings: Settings, registers: Collection[str], status: str) -> list[int]:
    from veiligheidsbeeld.warehouse import connect

    with connect(settings, "lader") as connection:
        rows = connection.execute(
            "select levering_id from raw.levering where dataset = any (%s) and status = %s order by levering_id",
            [list(registers), status],
        ).fetchall()
    return [number for (number,) in rows]
