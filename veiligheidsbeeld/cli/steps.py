"""The steps of the way of the data, each by itself, in the order in which they follow each other."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from veiligheidsbeeld.cli.base import app, chosen, deliveries, each, one_of, report, theme, warehouse, well
from veiligheidsbeeld.contracts import get_contract
from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.settings import Settings

Datasets = Annotated[
    list[str] | None, typer.Argument(help="Datasets (contract names): tables, registers, the survey; none: all.")
]
Themes = Annotated[list[str] | None, typer.Argument(help="Themes; none: all, the shared dimensions first.")]


@app.command(rich_help_panel="Steps")
def extract(
    datasets: Datasets = None,
    periode: Annotated[list[str] | None, typer.Option(help="Only this period (2023MM05); repeatable.")] = None,
    gemeente: Annotated[
        list[str] | None, typer.Option(help="Only this municipality (GM1234), of files this sender; repeatable.")
    ] = None,
    force: Annotated[
        bool, typer.Option(help="Fetch also what the source says is unchanged; take again what was refused.")
    ] = False,
    record: Annotated[
        Path | None, typer.Option(help="Keep the replies of the source in this folder, for SOURCES=<folder> to replay.")
    ] = None,
    metadata: Annotated[
        bool, typer.Option("--metadata", help="With --record: only metadata and code lists; nothing is loaded.")
    ] = False,
) -> None:
    """Fetch what is new from the source, or take files from the drop folder, into landing."""
    from veiligheidsbeeld.steps import load

    tables, dropped = chosen(datasets)
    if metadata and not record:
        raise ConfigurationError("--metadata is for what is recorded.", remedy="Add --record <folder>.")
    if record:
        from veiligheidsbeeld.cli import live

        if dropped and datasets:
            raise ConfigurationError(
                f"--record is for tables of sources, not for files ({', '.join(dropped)}).", remedy="Leave them out."
            )
        live.record_metadata(tables, record)
        if metadata:
            return
    if periode and datasets and dropped:
        raise ConfigurationError(
            f"--periode is not for files ({', '.join(dropped)}).",
            remedy="Leave it out: a file says its own period, in its name.",
        )
    with warehouse(sources=bool(tables)) as settings:
        each(
            tables,
            lambda d: load.extract_step(
                settings, d, perioden=periode or (), gemeenten=gemeente or (), force=force, report=report
            ),
        )
        if record:
            live.record_rows(settings, tables, record)
        refused = 0
        for provider in sorted({get_contract(name).provider for name in dropped}):
            # Without names everything is taken, also what has a wrong name.
            names = [name for name in dropped if get_contract(name).provider == provider] if datasets else []
            taken = load.take_step(
                settings, provider, datasets=names, leveranciers=gemeente or (), force=force, report=report
            )
            refused += taken.detail["geweigerd"]
        well(not refused)


@app.command(rich_help_panel="Steps")
def load(
    datasets: Datasets = None,
    levering: Annotated[str | None, typer.Option(help="Name of the delivery in landing; default: what is new.")] = None,
) -> None:
    """Bring deliveries from landing into a batch (`laad`), refused rows to quarantine."""
    from veiligheidsbeeld.steps import load

    tables, dropped = chosen(datasets)
    if levering and (len(tables) != 1 or dropped):
        raise ConfigurationError(
            "--levering names a delivery of one table.",
            remedy=f"Name it: `load cbs_bevolking --levering {levering}`.",
        )
    with warehouse() as settings:
        waiting = load.pending(settings, dropped)
        for table in tables:
            # A batch holds one delivery: the oldest that is new.
            waiting += [load.in_landing(settings, table, levering)] if levering else load.pending(settings, [table])[:1]
        if not waiting:
            report("nothing new in landing")
            return
        well(all(o.new for o in load.load_step(settings, waiting, report=report)))


@app.command(rich_help_panel="Steps")
def validate(
    datasets: Datasets = None,
    thema: Annotated[list[str] | None, typer.Option(help="Judge the candidate of this theme; repeatable.")] = None,
) -> None:
    """Judge loaded deliveries (or, with --thema, candidates) with Great Expectations."""
    from veiligheidsbeeld.steps import load, marts

    themes = [theme(t) for t in thema or ()]
    names = [name for kind in chosen(datasets) for name in kind]
    with warehouse() as settings:
        if themes:
            well(all(o.new for o in marts.judge_step(settings, themes, report=report)))
            return
        numbers = deliveries(settings, names, "geladen")
        if not numbers:
            report("no loaded delivery waits to be judged")
            return
        well(all(o.new for o in load.validate_step(settings, numbers, report=report)))


@app.command(rich_help_panel="Steps")
def merge(
    datasets: Datasets = None,
    again: Annotated[
        bool, typer.Option(help="Estimate the current waves of the survey anew (contract or code changed).")
    ] = False,
) -> None:
    """Bring judged deliveries into raw, history kept; waves of the survey are estimated."""
    from veiligheidsbeeld.steps import load

    names = [name for kind in chosen(datasets) for name in kind]
    with warehouse() as settings:
        numbers = _current_waves(settings, names) if again else deliveries(settings, names, "gekeurd")
        if not numbers:
            report("no judged delivery waits to be merged")
            return
        load.merge_step(settings, numbers, again=again, report=report)


def _current_waves(settings: Settings, names: list[str]) -> list[int]:
    """The delivery of each wave that was estimated last."""
    from veiligheidsbeeld.warehouse import connect

    surveys = [name for name in names if get_contract(name).kind == "survey"]
    with connect(settings, "lader") as connection:
        rows = connection.execute(
            "select max(levering_id) from raw.levering where dataset = any (%s) and status = 'verwerkt'"
            " and (telling ->> 'schattingen')::int > 0 group by scope ->> 'golf' order by 1",
            [surveys],
        ).fetchall()
    return [number for (number,) in rows]


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
    """Make judged candidates visible to readers, or bring the previous publication back; the pages follow."""
    from veiligheidsbeeld.steps import marts

    if rollback and not themas:
        raise ConfigurationError("Which theme is to be rolled back?", remedy="Name it: `publish jeugd --rollback`.")
    if naar is not None and not rollback:
        raise ConfigurationError("--naar says to which publication to turn back.", remedy="Add --rollback.")
    chosen = [theme(t) for t in themas] if themas else list(marts.MARTS)
    new: list[bool] = []
    with warehouse() as settings:

        def one(thema: str) -> None:
            if rollback:
                outcome = marts.rollback_step(settings, thema, naar, report=report)
            else:
                outcome = marts.publish_step(settings, thema, report=report)
            new.append(outcome.new)

        try:
            each(chosen, one)
        finally:
            if any(new):
                marts.show_step(settings, report=report)


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
    """Destroy files and rows that are past their retention, and list them in beheer.vernietiging."""
    from veiligheidsbeeld.steps.retention import retention_step

    with warehouse() as settings:
        retention_step(settings, dry_run=dry_run, report=report)
