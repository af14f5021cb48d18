"""Commands that show: what is loaded and published, the goals, the contracts; and the warehouse in psql."""

from __future__ import annotations

import os
import sys
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from veiligheidsbeeld.cli.base import app, console, contracts_app, every_dataset, warehouse
from veiligheidsbeeld.errors import ConfigurationError


@app.command(rich_help_panel="Look")
def status() -> None:
    """What is loaded, judged, published and running."""
    from veiligheidsbeeld.summary import show_status

    with warehouse() as settings:
        show_status(console, settings)


@app.command(rich_help_panel="Look")
def docs(
    rules: Annotated[bool, typer.Option("--rules", help="Only the pages of rules; nothing has to run.")] = False,
) -> None:
    """Make pages of the dbt project: its documentation, and a Dutch page per rule that a unit test works out."""
    from veiligheidsbeeld import documentation
    from veiligheidsbeeld.settings import Settings

    console.print(str(documentation.write_rules(Settings.from_env())), markup=False)
    if not rules:
        with warehouse() as settings:
            console.print(str(documentation.write_dbt(settings)), markup=False)


@app.command(rich_help_panel="Look")
def trace(
    mart: Annotated[str, typer.Argument(help="mart_leefomgeving, or leefomgeving.")],
    indicator: Annotated[str, typer.Argument(help="Code of the indicator: MIS-1.1.1.")],
    regio: Annotated[str, typer.Argument(help="Code of the region: GM1234.")],
    periode: Annotated[str, typer.Argument(help="Code of the period: 2025JJ00, 2026RM10.")],
) -> None:
    """Show where a published figure comes from, back to the delivery and the page or file as received."""
    from veiligheidsbeeld.trace import trace as steps_of

    with warehouse() as settings:
        last = ""
        for step in steps_of(settings, mart, indicator, regio, periode):
            if step.place != last:
                console.print(step.place, style="bold", markup=False)
            last = step.place
            facts = "  ".join(f"{k}={'-' if v is None else v}" for k, v in step.facts.items() if k != "rij")
            console.print(f"  {facts}" + (f"  levering={step.delivery}" if step.delivery else ""), markup=False)


@app.command(rich_help_panel="Look", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def psql(
    context: typer.Context,
    role: Annotated[str, typer.Option(help="Database role.")] = "analist",
) -> None:
    """Open the warehouse in psql; what follows is handed on, as in `psql -c 'select 1'`."""
    import subprocess

    from veiligheidsbeeld.services import postgres

    with warehouse() as settings:
        if role not in settings.passwords:
            raise ConfigurationError(
                f"Unknown role {role!r}.", remedy=f"Choose one of: {', '.join(sorted(settings.passwords))}."
            )
        found = settings.conninfo(role)
        environment = {
            **os.environ,
            "PGHOST": str(found["host"]),
            "PGPORT": str(found["port"]),
            "PGDATABASE": str(found["dbname"]),
            "PGUSER": role,
            "PGPASSWORD": str(found["password"]),
            "PGAPPNAME": "veiligheidsbeeld:psql",
        }
        done = subprocess.run([str(postgres.binary("psql")), *context.args], env=environment, check=False)
    raise typer.Exit(done.returncode)


@app.command(rich_help_panel="Look")
def registers() -> None:
    """All registers that municipalities may send: grain, owner, legal framework, retention."""
    from veiligheidsbeeld.cli.registers import listing

    console.print(listing())


@app.command(rich_help_panel="Look")
def goals(
    plan: Annotated[list[str] | None, typer.Option(help="Only this plan (its `plan_code`); repeatable.")] = None,
    regio: Annotated[list[str] | None, typer.Option(help="Only this region, by code or name; repeatable.")] = None,
    statuses: Annotated[
        list[str] | None, typer.Option("--status", help="Only this status (van_koers, ...); repeatable.")
    ] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV, with every sentence whole.")] = False,
    publicatie: Annotated[int | None, typer.Option(help="As in this earlier publication of `ivp`.")] = None,
    peilmoment: Annotated[
        str | None, typer.Option(help="As known at this moment (2026-02-01T00:00:00+01:00), rebuilt from raw.")
    ] = None,
    coverage: Annotated[bool, typer.Option("--coverage", help="Per plan: how its points are measured.")] = False,
    item: Annotated[str | None, typer.Option("--id", help="Everything about one point, such as W86.")] = None,
    write: Annotated[bool, typer.Option("--write", help="Bring the page plannen-dekking.md up to date.")] = False,
) -> None:
    """The goals of the plans: where they stand and why; and every point measured, or explained."""
    from veiligheidsbeeld.cli import goals as plans
    from veiligheidsbeeld.goals import screen as scherm
    from veiligheidsbeeld.goals import standing as stand

    if item:
        for line in plans.point(item):
            console.print(line, markup=False)
    if coverage:
        console.print(plans.coverage_table())
    if write:
        console.print(plans.write_page())
    if item or coverage or write:
        return
    if publicatie and peilmoment:
        raise ConfigurationError("--publicatie and --peilmoment exclude each other.", remedy="Give one of the two.")
    with warehouse(quiet=as_csv) as settings:
        rows = stand.as_known(settings, peilmoment) if peilmoment else stand.published(settings, publicatie)
    if not rows:
        raise ConfigurationError(
            "No goals are published yet.",
            remedy="Run `veiligheidsbeeld run`, or step by step: transform, validate --thema ivp, publish ivp."
            " `goals --coverage` tells of the plans without figures.",
        )
    found = stand.chosen(rows, plan or (), regio or (), statuses or ())
    if as_csv:
        scherm.write_csv(sys.stdout, found)
    else:
        scherm.show(console, found, regions=bool(plan or regio))


@contracts_app.command("list")
def contracts_list() -> None:
    """All datasets with kind, ground, grain, owner."""
    headings = ("dataset", "kind", "provider", "frequency", "legal frame", "grain", "owner", "themes")
    table = Table(*headings, box=None, header_style="bold")
    for c in every_dataset().values():
        table.add_row(
            c.naam, c.kind, c.provider, c.frequentie, c.wettelijk_kader, c.korrel, c.eigenaar.title, ", ".join(c.themas)
        )  # fmt: skip
    console.print(table)


@contracts_app.command("check")
def contracts_check(
    datasets: Annotated[
        list[str] | None, typer.Argument(help="With --live: tables (contract names); none: all.")
    ] = None,
    live: Annotated[
        bool, typer.Option("--live", help="Compare with the source's metadata; nothing is loaded.")
    ] = False,
    plan: Annotated[bool, typer.Option("--plan", help="With --live: what a first load would take.")] = False,
    accept: Annotated[bool, typer.Option("--accept", help="With --live: renew contracts/metadata.")] = False,
) -> None:
    """Read every contract; with --live also what the sources say now. Exit code 1: a load would break."""
    if not live:
        kinds = Counter(contract.kind for contract in every_dataset().values())
        console.print(
            f"{kinds.total()} contracts are valid: " + ", ".join(f"{n} of kind {kind}" for kind, n in kinds.items())
        )
        return
    from veiligheidsbeeld.cli.live import check

    if not check(datasets, plan=plan, accept=accept):
        raise typer.Exit(1)


@contracts_app.command("accept")
def contracts_accept(
    file: Annotated[Path, typer.Argument(help="A completed file of <home>/koppelingen.", exists=True, dir_okay=False)],
) -> None:
    """Take over what people decided about the titles of a source; the next load binds by it."""
    from veiligheidsbeeld.binding import proposal
    from veiligheidsbeeld.goals.indicators import indicator_names

    path, taken = proposal.accept(file, list(indicator_names()))
    console.print(f"{taken} paths taken over into {path}. Next: load, validate and merge the dataset again.")
