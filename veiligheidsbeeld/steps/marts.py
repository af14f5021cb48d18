"""The steps from raw to published: transform, project, judge, publish, per theme.

Like the loading steps they write one row each in `beheer.stap` and look at the state of the warehouse, not at who
calls them.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime

from veiligheidsbeeld.contracts.themes import theme_names
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.steps.load import cards
from veiligheidsbeeld.steps.step import Outcome, Report, log, step

THEMES = theme_names()
# The goals of all plans, which look at every theme.
GOALS = "ivp"
# `kern` holds the shared dimensions; it is judged and published like a theme, before the themes.
MARTS = ("kern", *THEMES, GOALS)


def transform_step(settings: Settings, selector: str, *, run_id: str | None = None, report: Report = print) -> Outcome:
    """Builds a part of the dbt project: `basis` or the mart of a theme; dbt works in a process of its own."""
    with step(settings, "bouw", selector, run_id, report) as done:
        from veiligheidsbeeld.transform import transform

        found = transform(settings, selector, report=report)
        slowest = [f"{n.name} {n.seconds:.1f} s" for n in found.nodes[:3]]
        text = f"{selector}: {len(found.nodes)} nodes, {len(found.warnings)} warnings; slowest {', '.join(slowest)}"
        return done("gedaan", text, {"rijen": found.rows, "waarschuwingen": list(found.warnings)})


def project_step(settings: Settings, *, run_id: str | None = None, report: Report = print) -> Outcome:
    """Projects the goals' series to the horizons of the plans, after `basis` and before the marts."""
    with step(settings, "projecteer", GOALS, run_id, report) as done:
        from veiligheidsbeeld.goals.calculate import calculate

        found = calculate(settings)
        text = f"{found['doel_projectie']:,} projections, {found['doel_terugtoets']:,} tried on the past"
        return done("gedaan", text, {"rijen": found})


def judge_step(settings: Settings, thema: str, *, run_id: str | None = None, report: Report = print) -> Outcome:
    """Judges a candidate as a reader would see it; raises `CandidateRefused` for a red card."""

    with step(settings, "keur", thema, run_id, report) as done:
        from veiligheidsbeeld.judge import validate_candidate
        from veiligheidsbeeld.publish.publication import red_card

        verdict = validate_candidate(settings, thema)
        if not verdict.ok:
            raise red_card(thema, verdict.red)
        return done("gedaan", f"candidate of {thema}: {cards(verdict)}", verdict.as_dict())


def publish_step(settings: Settings, thema: str, *, run_id: str | None = None, report: Report = print) -> Outcome:
    """Makes a judged candidate visible in one transaction; `niets_nieuws` when it equals what is published."""

    with step(settings, "publiceer", thema, run_id, report) as done:
        from veiligheidsbeeld.publish import publish

        found = publish(settings, thema)
        rows = sum(found.tabellen.values())
        new = found.status == "gepubliceerd"
        text = f"publication {found.nr} of {thema}: {rows:,} rows in {len(found.tabellen)} tables"
        if found.zonder_doelen:
            text += f"; mart_{thema}.doelen comes with the first publication of {GOALS}"
        return done("gedaan" if new else "niets_nieuws", text if new else f"{thema} is unchanged", _facts(found))


def stale_marts(settings: Settings) -> list[str]:
    """Marts whose publication was not made from the newest deliveries by this version of the code."""
    from veiligheidsbeeld.publish import is_current

    return [mart for mart in MARTS if not is_current(settings, mart)]


def begin_marts(settings: Settings, run_id: str, *, again: bool) -> list[str]:
    """The marts that a run is to build; none when an earlier run began with the same deliveries and code.

    Events that come while a run waits start a second one: what failed in the first would fail again. `again`
    is for a run that somebody asked for.
    """
    from veiligheidsbeeld.publish import current_signature
    from veiligheidsbeeld.warehouse import connect

    signatures = {mart: current_signature(settings, mart).value for mart in MARTS}
    with connect(settings, "publicist") as connection:
        last = connection.execute(
            "select detail from beheer.stap where stap = 'begin' and run_id <> %s order by stap_id desc limit 1",
            [run_id],
        ).fetchone()
    if not again and last and last[0].get("handtekeningen") == signatures:
        return []
    stale = stale_marts(settings)
    if stale:
        text = f"to build: {', '.join(stale)}"
        started = datetime.now(UTC)
        log(settings, run_id, started, Outcome("begin", "marts", "gedaan", text, {"handtekeningen": signatures}))
    return stale


def _facts(found: object) -> dict:
    if hasattr(found, "__dataclass_fields__"):
        return json.loads(json.dumps(asdict(found), default=str))  # type: ignore[call-overload]
    return found if isinstance(found, dict) else {}
