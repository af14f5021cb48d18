"""The whole way without Airflow: the same steps that the DAGs call, one after the other in this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from veiligheidsbeeld.contracts.cube import load_cubes
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.steps import load, marts
from veiligheidsbeeld.steps.at_fault import judge_without_files_at_fault
from veiligheidsbeeld.steps.step import Outcome


def at_source(settings: Settings, url: str, **environment: str) -> Settings:
    """Settings of a warehouse that reads from a source server."""
    named = {
        "VB_PG_HOST": settings.pg_host,
        "VB_PG_PORT": str(settings.pg_port),
        "VB_PG_DATABASE": settings.pg_database,
    }
    return replace(settings, source_url=url, environ=settings.environ | named | environment)


def bring_in(settings: Settings, datasets: list[str]) -> dict[str, Outcome]:
    """Extract, stage, judge and merge; the last outcome per dataset."""
    found: dict[str, Outcome] = {}
    staged: dict[int, str] = {}
    for dataset in datasets:
        found[dataset] = load.extract_step(settings, dataset, report=_quiet)
        if found[dataset].new:
            waiting = load.in_landing(settings, dataset, found[dataset].detail["landing"])
            (batch,) = load.load_step(settings, [waiting], report=_quiet)
            staged[batch.detail["levering_id"]] = dataset
    if staged:
        judged = load.validate_step(settings, list(staged), report=_quiet)
        for outcome in judged:
            assert outcome.uitkomst == "gedaan", outcome.boodschap
    for number, dataset in staged.items():
        (found[dataset],) = load.merge_step(settings, [number], report=_quiet)
    return found


def publish(
    settings: Settings, themes: list[str], *, before_judging: Callable[[Settings], None] = lambda settings: None
) -> dict[str, Outcome]:
    """Build, judge and publish `kern` and the themes that are stale."""
    wanted = ["kern", *themes]
    found: dict[str, Outcome] = {}
    if not set(marts.stale_marts(settings)) & set(wanted):
        return found
    marts.demand(*marts.transform_step(settings, ["basis"], report=_quiet))
    marts.project_step(settings, report=_quiet)
    for outcome in marts.transform_step(settings, themes, report=_quiet):
        marts.demand(outcome)
    before_judging(settings)
    for outcome in judge_without_files_at_fault(settings, wanted, report=_quiet):
        marts.demand(outcome)
    for theme in wanted:
        found[theme] = marts.publish_step(settings, theme, report=_quiet)
    return found


def all_datasets() -> list[str]:
    return list(load_cubes())


def _quiet(_: str) -> None:
    pass
