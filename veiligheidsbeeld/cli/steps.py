"""The steps of the way of the data, each by itself, in the order in which they follow each other."""

from __future__ import annotations

from typing import Annotated

import typer

from veiligheidsbeeld.cli.base import app, chosen, console, deliveries, each, one_of, report, theme, warehouse, well
from veiligheidsbeeld.errors import ConfigurationError

Datasets = Annotated[list[str] | None, typer.Argument(help="Datasets and registers (contract names); none: all.")]
Themes = Annotated[list[str] | None, typer.Argument(help="Themes; none: all, the shared dimensions first.")]


@app.command(rich_help_panel="Steps")
def extract(
    datasets: Datasets = None,
    periode: Annotated[list[str] | None, typer.Option(help="Only this period (2023MM05); repeatable.")] = None,
    gemeente: Annotated[
        list[str] | None, typer.Option(help="Only this municipality (GM1234), of registers this sender; repeatable.")
    ] = None,
    force: Annotated[bool, typer.Option(help="Fetch also what the source says is unchanged.")] = False,
) -> None:
    """Fetch what is new from the source, or for registers from the drop folder, into landing."""
    from veiligheidsbeeld.cli import registers as files
    from veiligheidsbeeld.steps import load

    tables, registers = chosen(datasets)
    if periode and datasets and registers:
        raise ConfigurationError(
            f"--periode is not for registers ({', '.join(registers)}).",
            remedy="Leave it out: a file says its own period, in its name.",
        )
    with warehouse(sources=bool(tables)) as settings:
        each(
            tables,
            lambda d: load.extract_step(
                settings, d, perioden=periode or (), gemeenten=gemeente or (), force=force, report=report
            ),
        )
        if registers:
            well(files.extract(settings, registers, leveranciers=gemeente or (), force=force, report=report))


@app.command(rich_help_panel="Steps")
def load(
    datasets: Datasets = None,
    levering: Annotated[
        str | None, typer.Option(help="Name of the delivery in landing; default: the first new one.")
    ] = None,
) -> None:
    """Copy a delivery from landing into a batch (`laad`), refused rows to quarantine."""
    from veiligheidsbeeld.cli import registers as files
    from veiligheidsbeeld.steps import load

    def step(dataset: str) -> None:
        waiting = load.pending(settings, dataset)
        name = levering or (waiting[0].name if waiting else None)
        if name is None:
            report(f"laad {dataset}: nothing new in landing")
        else:
            load.stage_step(settings, dataset, name, report=report)

    tables, registers = chosen(datasets)
    if levering and (len(tables) != 1 or registers):
        raise ConfigurationError(
            "--levering names a delivery of one dataset.",
            remedy=f"Name it: `load cbs_bevolking --levering {levering}`.",
        )
    with warehouse() as settings:
        each(tables, step)
        if registers:
            well(files.load(settings, registers, report=report))


@app.command(rich_help_panel="Steps")
def validate(
    datasets: Datasets = None,
    thema: Annotated[list[str] | None, typer.Option(help="Judge the candidate of this theme; repeatable.")] = None,
) -> None:
    """Judge loaded batches (or, with --thema, candidates) with Great Expectations."""
    from veiligheidsbeeld.cli import registers as files
    from veiligheidsbeeld.steps import load, marts

    themes = [theme(t) for t in thema or ()]
    tables, registers = chosen(datasets)
    with warehouse() as settings:
        if themes:
            well(all(o.new for o in marts.judge_step(settings, themes, report=report)))
            return
        passed = files.validate(settings, registers, report=report)
        numbers = deliveries(settings, tables, "geladen")
        if not numbers:
            report("no loaded batch of a dataset waits to be judged")
        else:
            outcomes = load.validate_step(settings, list(numbers.values()), report=report)
            passed = passed and all(o.new for o in outcomes)
        well(passed)


@app.command(rich_help_panel="Steps")
def merge(datasets: Datasets = None) -> None:
    """Bring judged batches into raw, history kept."""
    from veiligheidsbeeld.cli import registers as files
    from veiligheidsbeeld.steps import load

    tables, registers = chosen(datasets)
    with warehouse() as settings:
        files.merge(settings, registers, report=report)
        numbers = deliveries(settings, tables, "gekeurd")
        if not numbers:
            report("no judged batch of a dataset waits to be merged")
        each(list(numbers), lambda d: load.merge_step(settings, d, numbers[d], report=report))


@app.command(rich_help_panel="Steps")
def transform(
    selectie: Annotated[list[str] | None, typer.Argument(help="`basis` or themes; none: all.")] = None,
) -> None:
    """Build with dbt: staging, intermediate and shared dimensions (`basis`), then candidates per theme."""
    from veiligheidsbeeld.steps import marts

    themes = [*marts.THEMES, marts.GOALS]
    chosen = [one_of(s, ["basis", *themes]) for s in selectie] if selectie else ["basis", *themes]
    with warehouse() as settings:
        if "basis" in chosen:
            [built] = marts.transform_step(settings, ["basis"], report=report)
            well(built.new)
            marts.project_step(settings, report=report)
        if after := [s for s in chosen if s != "basis"]:
            well(all(o.new for o in marts.transform_step(settings, after, report=report)))


@app.command(rich_help_panel="Steps")
def publish(
    themas: Themes = None,
    rollback: Annotated[bool, typer.Option("--rollback", help="Bring the previous publication back.")] = False,
    naar: Annotated[int | None, typer.Option(help="With --rollback: to this publication.")] = None,
) -> None:
    """Make judged candidates visible to readers, or bring the previous publication back."""
    from veiligheidsbeeld import publish as publication
    from veiligheidsbeeld.steps import marts

    if rollback and not themas:
        raise ConfigurationError("Which theme is to be rolled back?", remedy="Name it: `publish jeugd --rollback`.")
    if naar is not None and not rollback:
        raise ConfigurationError("--naar says to which publication to turn back.", remedy="Add --rollback.")
    chosen = [theme(t) for t in themas] if themas else list(marts.MARTS)
    with warehouse() as settings:
        if rollback:
            each(chosen, lambda t: report(publication.rollback(settings, t, naar).uitleg))
        else:
            each(chosen, lambda t: marts.publish_step(settings, t, report=report))


@app.command(rich_help_panel="Steps")
def retract(
    dataset: Annotated[str, typer.Argument(help="Dataset or register (contract name).")],
    levering: Annotated[int, typer.Argument(help="Number of the delivery; `status` lists them.")],
    reason: Annotated[str, typer.Option(help="Why, for those who wonder later.")],
) -> None:
    """Take a delivery back: what was known before it is known again; the marts follow with the next run."""
    from veiligheidsbeeld.steps.retract import retract_step

    with warehouse() as settings:
        retract_step(settings, dataset, levering, reason=reason, report=report)


@app.command(rich_help_panel="Steps")
def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
) -> None:
    """Destroy register files and rows that are past their retention, and list them in beheer.vernietiging."""
    from veiligheidsbeeld.steps.registers import retention_step

    with warehouse() as settings:
        retention_step(settings, dry_run=dry_run, report=report)


@app.command(rich_help_panel="Steps")
def survey(
    force: Annotated[bool, typer.Option(help="Take also files that were refused before.")] = False,
    again: Annotated[bool, typer.Option(help="Estimate the current waves again (contract or code changed).")] = False,
) -> None:
    """Bring waves of the survey from the drop folder to estimates, and list what is there."""
    from veiligheidsbeeld.cli import survey as waves

    with warehouse() as settings:
        if again:
            waves.estimate_again(settings, report=report)
            well = True
        else:
            well = waves.bring_in(settings, force=force, report=report)
        console.print(waves.listing(settings))
    if not well:
        raise typer.Exit(1)
