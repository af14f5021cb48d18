"""The steps from raw to published: transform, project, judge, publish, show.

Themes are built in one dbt run and judged in one process, and published each by itself. Like the loading steps they
write one row per subject in `beheer.stap` and look at the state of the warehouse, not at who calls them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from veiligheidsbeeld import lineage
from veiligheidsbeeld.contracts.themes import CORE, GOALS, theme_names
from veiligheidsbeeld.errors import CandidateRefused, VeiligheidsbeeldError
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.steps.step import (
    Outcome,
    Report,
    Result,
    cards,
    default_run_id,
    log,
    remedy_of,
    step,
    stoppable,
)

if TYPE_CHECKING:
    from veiligheidsbeeld.judge import Verdict
    from veiligheidsbeeld.transform import TransformReport

T = TypeVar("T")

THEMES = theme_names()
# The shared dimensions are judged and published like a theme, before the themes.
MARTS = (CORE, *THEMES, GOALS)


def transform_step(
    settings: Settings, selectors: Sequence[str], *, run_id: str | None = None, report: Report = print
) -> list[Outcome]:
    """Builds `basis`, or the marts of themes in one dbt run; one outcome each, `mislukt` for what dbt refused."""
    from veiligheidsbeeld.transform import build

    def outcome(selector: str, found: TransformReport | VeiligheidsbeeldError) -> Outcome:
        if isinstance(found, VeiligheidsbeeldError):
            return _failed("bouw", selector, found)
        slowest = [f"{n.name} {n.seconds:.1f} s" for n in found.nodes[:3]]
        stayed = sum(n.unchanged for n in found.nodes)
        text = f"{selector}: {len(found.nodes)} nodes of which {stayed} unchanged, {len(found.warnings)} warnings;"
        text += f" slowest {', '.join(slowest)}"
        return Outcome("bouw", selector, "gedaan", text, {"rijen": found.rows, "waarschuwingen": found.warnings})

    def work() -> Mapping[str, TransformReport | VeiligheidsbeeldError]:
        found = build(settings, selectors, report=report)
        models = [n for r in found.values() if not isinstance(r, Exception) for n in r.nodes if n.kind == "model"]
        lineage.tell(settings, run_id or default_run_id(), (lineage.of_model(settings, model) for model in models))
        return found

    return _each(settings, "bouw", selectors, work, outcome, run_id, report)


def project_step(settings: Settings, *, run_id: str | None = None, report: Report = print) -> Outcome:
    """Projects the goals' series to the horizons of the plans, after `basis` and before the marts."""
    with step(settings, "projecteer", GOALS, run_id, report) as done:
        from veiligheidsbeeld.goals.calculate import calculate

        found = calculate(settings)
        text = f"{found['doel_projectie']:,} projections, {found['doel_terugtoets']:,} tried on the past"
        return done("gedaan", text, {"rijen": found})


def judge_step(
    settings: Settings, themas: Sequence[str], *, run_id: str | None = None, report: Report = print
) -> list[Outcome]:
    """Judges candidates as a reader would see them; one outcome each, `geweigerd` for a red card.

    `detail["bestanden"]` of a refused one: files of registers that alone explain it (see `steps.at_fault`).
    """
    from veiligheidsbeeld.judge import validate_candidates
    from veiligheidsbeeld.publish.publication import red_card

    def outcome(thema: str, found: Verdict | VeiligheidsbeeldError) -> Outcome:
        if isinstance(found, VeiligheidsbeeldError):
            return _failed("keur", thema, found)
        if not found.ok:
            failed = _failed("keur", thema, red_card(thema, found.red))
            return replace(failed, detail=failed.detail | {"bestanden": found.files})
        return Outcome("keur", thema, "gedaan", f"candidate of {thema}: {cards(found)}", found.as_dict())

    return _each(settings, "keur", themas, lambda: validate_candidates(settings, themas), outcome, run_id, report)


def publish_step(settings: Settings, thema: str, *, run_id: str | None = None, report: Report = print) -> Outcome:
    """Makes a judged candidate visible in one transaction; `niets_nieuws` when it equals what is published.

    Readers are told of a publication of the goals.
    """
    with step(settings, "publiceer", thema, run_id, report) as done:
        from veiligheidsbeeld.publish import publish

        found = publish(settings, thema)
        rows = sum(found.tabellen.values())
        new = found.status == "gepubliceerd"
        text = f"publication {found.nr} of {thema}: {rows:,} rows in {len(found.tabellen)} tables"
        if found.zonder_doelen:
            text += f"; mart_{thema}.doelen comes with the first publication of {GOALS}"
        outcome = done("gedaan" if new else "niets_nieuws", text if new else f"{thema} is unchanged", _facts(found))
    if new and thema == GOALS:
        from veiligheidsbeeld import digest

        digest.tell(settings)
    return outcome


def rollback_step(
    settings: Settings, thema: str, naar: int | None = None, *, run_id: str | None = None, report: Report = print
) -> Outcome:
    """Brings the publication before the current one back for readers, or publication `naar`."""
    with step(settings, "publiceer", thema, run_id, report) as done:
        from veiligheidsbeeld.publish import rollback

        found = rollback(settings, thema, naar)
        return done("gedaan", found.uitleg, _facts(found))


def show_step(settings: Settings, *, run_id: str | None = None, report: Report = print) -> Outcome:
    """Writes the pages of what is published now; the marts stay published when that fails."""
    with step(settings, "toon", "paginas", run_id, report) as done:
        from veiligheidsbeeld import pages

        return done("gedaan", f"{pages.write(settings)}")


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


def demand(outcome: Outcome) -> Outcome:
    """The outcome, unless it is a failure: then the error that it tells of is raised again."""
    if outcome.uitkomst not in ("geweigerd", "mislukt"):
        return outcome
    kind = CandidateRefused if outcome.uitkomst == "geweigerd" else VeiligheidsbeeldError
    raise kind(outcome.detail["wat"], remedy=outcome.detail["remedie"], owner=outcome.detail["eigenaar"])


def _each(
    settings: Settings,
    stap: str,
    subjects: Sequence[str],
    work: Callable[[], Mapping[str, T]],
    outcome: Callable[[str, T], Outcome],
    run_id: str | None,
    report: Report,
) -> list[Outcome]:
    """Work on several subjects at once with an outcome, and a row in `beheer.stap`, for each."""
    started = datetime.now(UTC)
    try:
        with stoppable():
            found = work()
    except Exception as error:
        for subject in subjects:
            log(settings, run_id, started, Outcome(stap, subject, "mislukt", str(error), remedy_of(error)))
        raise
    outcomes = [outcome(subject, found[subject]) for subject in subjects]
    for one in outcomes:
        log(settings, run_id, started, one, report=report)
    return outcomes


def _failed(stap: str, subject: str, error: VeiligheidsbeeldError) -> Outcome:
    result: Result = "geweigerd" if isinstance(error, CandidateRefused) else "mislukt"
    return Outcome(stap, subject, result, str(error), remedy_of(error))


def _facts(found: object) -> dict:
    if hasattr(found, "__dataclass_fields__"):
        return json.loads(json.dumps(asdict(found), default=str))  # type: ignore[call-overload]
    return found if isinstance(found, dict) else {}
