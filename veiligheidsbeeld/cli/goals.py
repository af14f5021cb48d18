"""What the commands about plans and goals show."""

from __future__ import annotations

from collections.abc import Iterator

from rich.table import Table

from veiligheidsbeeld.goals import coverage
from veiligheidsbeeld.goals.indicators import indicator_names
from veiligheidsbeeld.goals.plans import HOE_GEMETEN, PlanRegister


def coverage_table() -> Table:
    """Points per plan and way of measuring."""
    table = Table("plan", *(how.replace("_", " ") for how in HOE_GEMETEN), "samen", box=None, header_style="bold")
    for row in coverage.table(PlanRegister()):
        table.add_row(*row)
    return table


def point(item: str) -> Iterator[str]:
    """Everything about one point, line by line."""
    register = PlanRegister()
    found = register.item(item.upper())
    yield f"{found['planitem_id']} {found['naam']} ({register.plans[found['plan_code']]['naam']})"
    yield found["omschrijving"]
    for label, text in coverage.details(register, found["planitem_id"], indicator_names()):
        yield f"  {label}: {text}"


def write_page() -> str:
    """Brings the page up to date and says whether it was."""
    return f"{coverage.page()}: {'written' if coverage.write_page() else 'up to date'}"
