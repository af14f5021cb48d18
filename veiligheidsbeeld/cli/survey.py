"""The survey by hand: take, load, judge and estimate what waits, and see what is there."""

from __future__ import annotations

from rich.table import Table

from veiligheidsbeeld.contracts.survey import load_survey
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.steps import survey as steps
from veiligheidsbeeld.steps.step import Report
from veiligheidsbeeld.warehouse import connect


def bring_in(settings: Settings, *, force: bool, report: Report) -> bool:
    """The four steps for every wave that waits; False when one of them was refused."""
    taken = steps.survey_take_step(settings, force=force, report=report)
    loaded = [steps.survey_load_step(settings, name, report=report) for name in taken.detail["bestanden"]]
    numbers = [o.detail["levering_id"] for o in loaded if o.new]
    well = not taken.detail["geweigerd"] and all(o.new for o in loaded)
    for judged in steps.survey_validate_step(settings, numbers, report=report) if numbers else []:
        if judged.new:
            steps.survey_estimate_step(settings, judged.detail["levering_id"], report=report)
        well = well and judged.new
    return well


def estimate_again(settings: Settings, *, report: Report) -> None:
    """Estimates every current wave once more, after a change of contract or code."""
    for _, number, _ in _current(settings):
        steps.survey_estimate_step(settings, number, again=True, report=report)


def listing(settings: Settings) -> Table:
    """Current waves with their respondents and estimates."""
    table = Table("wave", "delivery", "respondents", "estimates", "publishable", "differences")
    for year, number, counts in _current(settings):
        figures = (counts[k] for k in ("respondenten", "schattingen", "gepubliceerd", "verschillen"))
        table.add_row(year, str(number), *(f"{figure:,}" for figure in figures))
    return table


def _current(settings: Settings) -> list[tuple[str, int, dict]]:
    """Waves with the delivery that was estimated last, and its counts."""
    with connect(settings, "lader") as connection:
        return connection.execute(
            """
            select distinct on (scope ->> 'golf') scope ->> 'golf', levering_id, telling
            from raw.levering where dataset = %s and status = 'verwerkt' and (telling ->> 'schattingen')::int > 0
            order by scope ->> 'golf', levering_id desc
            """,
            [load_survey().tabel],
        ).fetchall()
