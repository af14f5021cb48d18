"""The engineer's door: every step by itself, and `run`, `up` and `down` for the whole."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from veiligheidsbeeld import __version__
from veiligheidsbeeld.contracts import get_contract, load_contracts
from veiligheidsbeeld.errors import ConfigurationError, VeiligheidsbeeldError
from veiligheidsbeeld.registers.contract import load_registers
from veiligheidsbeeld.settings import HOMES, Settings

app = typer.Typer(
    name="veiligheidsbeeld",
    help="Regional safety data warehouse: from source to published marts.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
sources_app = typer.Typer(help="The source server: the open-data sources on loopback.", no_args_is_help=True)
contracts_app = typer.Typer(help="Contracts: what a dataset is.", no_args_is_help=True)
app.add_typer(sources_app, name="sources", rich_help_panel="Services")
app.add_typer(contracts_app, name="contracts", rich_help_panel="Look")

# Wide enough for a line of the summary when the output goes to a file.
console = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 160)

Datasets = Annotated[list[str] | None, typer.Argument(help="Datasets and registers (contract names); none: all.")]
Themes = Annotated[list[str] | None, typer.Argument(help="Themes; none: all, the shared dimensions first.")]

_debug = False


def main() -> None:
    """Entry point: an error that a user can meet is shown with its remedy, not with a traceback."""
    from veiligheidsbeeld.services.processes import Interrupted

    try:
        app()
    except VeiligheidsbeeldError as error:
        if _debug:
            raise
        show_error(error)
        sys.exit(1)
    except Interrupted as stopped:
        console.print(f"Stopped by {stopped}; everything that was started has been stopped.")
        sys.exit(128 + stopped.signal)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def show_error(error: VeiligheidsbeeldError) -> None:
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    errors.print(error.what, style="red", markup=False)
    if error.owner:
        errors.print(f"Owner: {error.owner}", markup=False)
    errors.print(f"What to do: {error.remedy}", markup=False)


def _version(asked: bool) -> None:
    if asked:
        console.print(__version__)
        raise typer.Exit


@app.callback()
def options(
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    global _debug
    _debug = debug


# --- the whole -----------------------------------------------------------------------------------------


@app.command(rich_help_panel="The whole")
def run() -> None:
    """Load every source, publish the marts, print a summary, stop what was started."""
    _run(keep=False)


@app.command(rich_help_panel="The whole")
def up() -> None:
    """The same as `run`, and leave it running: Airflow and the warehouse, until `down`."""
    _run(keep=True)


def _run(*, keep: bool) -> None:
    from veiligheidsbeeld.services.run import keep_record
    from veiligheidsbeeld.services.run import run as work
    from veiligheidsbeeld.summary import Screen

    settings = Settings.from_env()
    screen = Screen(console, settings)
    with screen:
        result = work(
            settings, keep=keep, report=screen.line, tell=screen.task, busy=screen.busy, finish=screen.collect
        )
    keep_record(result)
    screen.summary(result)
    if not result.ok:
        raise typer.Exit(1)


@app.command(rich_help_panel="The whole")
def down() -> None:
    """Stop everything that runs for this copy."""
    from veiligheidsbeeld.services.lifecycle import stop_everything

    for home in _homes():
        stopped = stop_everything(Settings.from_env({**os.environ, "VB_HOME": str(home)}), report=console.print)
        console.print(f"{home}: {'stopped' if stopped else 'nothing was running'}")


@app.command(rich_help_panel="The whole")
def clean(
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Stop everything and remove what was made: warehouse, landing, logs, sample."""
    from veiligheidsbeeld.services.lifecycle import stop_everything

    homes = _homes()
    if homes and not yes:
        console.print("This removes:", *map(str, homes))
        typer.confirm("Everything loaded, its history and all publications will be gone. Go on?", abort=True)
    for home in homes:
        settings = Settings.from_env({**os.environ, "VB_HOME": str(home)})
        stop_everything(settings, report=console.print)
        if (folder := settings.known().get("pg_socket")) and home not in Path(folder).parents:
            shutil.rmtree(folder, ignore_errors=True)
        _remove(home)
        console.print(f"removed {home}")
    if HOMES.is_dir() and not any(path.is_dir() for path in HOMES.iterdir()):
        _remove(HOMES)


def _remove(folder: Path) -> None:
    """Removes a tree in which deliveries are read-only."""

    def allow(function: Callable, path: str, error: BaseException) -> None:
        Path(path).parent.chmod(0o755)
        Path(path).chmod(0o755)
        function(path)

    if folder.exists():
        if sys.version_info >= (3, 12):
            shutil.rmtree(folder, onexc=allow)
        else:
            shutil.rmtree(folder, onerror=lambda f, p, e: allow(f, p, e[1]))


def _homes() -> list[Path]:
    """The homes this command is about: the one of VB_HOME or SOURCES, else all of this clone."""
    settings = Settings.from_env()
    if os.environ.get("VB_HOME") or os.environ.get("SOURCES") or os.environ.get("VB_SOURCES"):
        return [settings.home] if settings.home.exists() else []
    return settings.homes()


# --- the steps -----------------------------------------------------------------------------------------


@contextmanager
def _warehouse(*, sources: bool = False) -> Iterator[Settings]:
    from veiligheidsbeeld.services import lifecycle

    settings = Settings.from_env()
    lifecycle.check_home(settings)
    with lifecycle.warehouse(settings, report=console.print) as started:
        if sources:
            with lifecycle.sources(started) as served:
                yield served
        else:
            yield started


def _chosen(names: list[str] | None) -> tuple[list[str], list[str]]:
    """Datasets and registers among the names; all of both when none is named."""
    if not names:
        return list(load_contracts()), list(load_registers())
    registers = [name for name in names if name in load_registers()]
    return [get_contract(name).naam for name in names if name not in registers], registers


def _each(subjects: list[str], step: Callable[[str], object]) -> None:
    """Does a step for every subject; one that fails does not stop the others, and the exit code tells."""
    failed = 0
    for subject in subjects:
        try:
            step(subject)
        except VeiligheidsbeeldError as error:
            if _debug:
                raise
            show_error(error)
            failed += 1
    if failed:
        raise typer.Exit(1)


def _well(done: bool) -> None:
    """The exit code tells when something was refused."""
    if not done:
        raise typer.Exit(1)


def _report(line: str) -> None:
    console.print(line, markup=False)


@app.command(rich_help_panel="Steps")
def extract(
    datasets: Datasets = None,
    periode: Annotated[list[str] | None, typer.Option(help="Only this period (2023MM05); repeatable.")] = None,
    gemeente: Annotated[
        list[str] | None, typer.Option(help="Only this municipality (GM0988), of registers this sender; repeatable.")
    ] = None,
    force: Annotated[bool, typer.Option(help="Fetch also what the source says is unchanged.")] = False,
) -> None:
    """Fetch what is new from the source, or for registers from the drop folder, into landing."""
    from veiligheidsbeeld import cli_registers, pipeline

    tables, registers = _chosen(datasets)
    if periode and datasets and registers:
        raise ConfigurationError(
            f"--periode is not for registers ({', '.join(registers)}).",
            remedy="Leave it out: a file says its own period, in its name.",
        )
    with _warehouse(sources=bool(tables)) as settings:
        _each(
            tables,
            lambda d: pipeline.extract_step(
                settings, d, perioden=periode or (), gemeenten=gemeente or (), force=force, report=_report
            ),
        )
        if registers:
            _well(cli_registers.extract(settings, registers, leveranciers=gemeente or (), force=force, report=_report))


@app.command(rich_help_panel="Steps")
def load(
    datasets: Datasets = None,
    levering: Annotated[
        str | None, typer.Option(help="Name of the delivery in landing; default: the first new one.")
    ] = None,
) -> None:
    """Copy a delivery from landing into a batch (`laad`), refused rows to quarantine."""
    from veiligheidsbeeld import cli_registers, pipeline

    def step(dataset: str) -> None:
        waiting = pipeline.pending(settings, dataset)
        name = levering or (waiting[0].name if waiting else None)
        if name is None:
            _report(f"laad {dataset}: nothing new in landing")
        else:
            pipeline.stage_step(settings, dataset, name, report=_report)

    tables, registers = _chosen(datasets)
    if levering and (len(tables) != 1 or registers):
        raise ConfigurationError(
            "--levering names a delivery of one dataset.",
            remedy=f"Name it: `load cbs_bevolking --levering {levering}`.",
        )
    with _warehouse() as settings:
        _each(tables, step)
        if registers:
            _well(cli_registers.load(settings, registers, report=_report))


@app.command(rich_help_panel="Steps")
def validate(
    datasets: Datasets = None,
    thema: Annotated[list[str] | None, typer.Option(help="Judge the candidate of this theme; repeatable.")] = None,
) -> None:
    """Judge loaded batches (or, with --thema, candidates) with Great Expectations."""
    from veiligheidsbeeld import cli_registers, pipeline

    themes = [_theme(t) for t in thema or ()]
    tables, registers = _chosen(datasets)
    with _warehouse() as settings:
        if themes:
            _each(themes, lambda t: pipeline.judge_step(settings, t, report=_report))
            return
        passed = cli_registers.validate(settings, registers, report=_report)
        numbers = _deliveries(settings, tables, "geladen")
        if not numbers:
            _report("no loaded batch of a dataset waits to be judged")
        else:
            outcomes = pipeline.validate_step(settings, list(numbers.values()), report=_report)
            passed = passed and all(o.new for o in outcomes)
        _well(passed)


@app.command(rich_help_panel="Steps")
def merge(datasets: Datasets = None) -> None:
    """Bring judged batches into raw, history kept."""
    from veiligheidsbeeld import cli_registers, pipeline

    tables, registers = _chosen(datasets)
    with _warehouse() as settings:
        cli_registers.merge(settings, registers, report=_report)
        numbers = _deliveries(settings, tables, "gekeurd")
        if not numbers:
            _report("no judged batch of a dataset waits to be merged")
        _each(list(numbers), lambda d: pipeline.merge_step(settings, d, numbers[d], report=_report))


@app.command(rich_help_panel="Steps")
def transform(
    selectie: Annotated[list[str] | None, typer.Argument(help="`basis` or themes; none: all.")] = None,
) -> None:
    """Build with dbt: staging, intermediate and shared dimensions (`basis`), then candidates per theme."""
    from veiligheidsbeeld import pipeline

    known = ["basis", *pipeline.THEMES, pipeline.GOALS]

    def build(selector: str) -> None:
        pipeline.transform_step(settings, selector, report=_report)
        if selector == "basis":
            pipeline.project_step(settings, report=_report)

    chosen = [_one_of(s, known) for s in selectie] if selectie else known
    with _warehouse() as settings:
        _each(chosen, build)


@app.command(rich_help_panel="Steps")
def publish(
    themas: Themes = None,
    rollback: Annotated[bool, typer.Option("--rollback", help="Bring the previous publication back.")] = False,
    naar: Annotated[int | None, typer.Option(help="With --rollback: to this publication.")] = None,
) -> None:
    """Make judged candidates visible to readers, or bring the previous publication back."""
    from veiligheidsbeeld import pipeline
    from veiligheidsbeeld import publish as publication

    if rollback and not themas:
        raise ConfigurationError("Which theme is to be rolled back?", remedy="Name it: `publish jeugd --rollback`.")
    if naar is not None and not rollback:
        raise ConfigurationError("--naar says to which publication to turn back.", remedy="Add --rollback.")
    chosen = [_theme(t) for t in themas] if themas else list(pipeline.MARTS)
    with _warehouse() as settings:
        if rollback:
            _each(chosen, lambda t: _report(publication.rollback(settings, t, naar).uitleg))
        else:
            _each(chosen, lambda t: pipeline.publish_step(settings, t, report=_report))


def _theme(name: str) -> str:
    from veiligheidsbeeld.pipeline import MARTS

    return _one_of(name, list(MARTS))


def _one_of(name: str, known: list[str]) -> str:
    if name not in known:
        raise ConfigurationError(f"Unknown choice {name!r}.", remedy=f"Choose one of: {', '.join(known)}.")
    return name


def _deliveries(settings: Settings, datasets: list[str], status: str) -> dict[str, int]:
    """Newest delivery per dataset, where it has this status."""
    from veiligheidsbeeld.warehouse import connect

    query = """
        select distinct on (dataset) dataset, levering_id, status
        from raw.levering where dataset = any(%s) order by dataset, levering_id desc
    """
    with connect(settings, "lader") as connection:
        rows = connection.execute(query, [datasets]).fetchall()
    return {dataset: number for dataset, number, found in rows if found == status}


# --- looking -------------------------------------------------------------------------------------------


@app.command(rich_help_panel="Look")
def status() -> None:
    """What is loaded, judged, published and running."""
    from veiligheidsbeeld.summary import show_status

    with _warehouse() as settings:
        show_status(console, settings)


@app.command(rich_help_panel="Look", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def psql(
    context: typer.Context,
    role: Annotated[str, typer.Option(help="Database role.")] = "analist",
) -> None:
    """Open the warehouse in psql; what follows is handed on, as in `psql -c 'select 1'`."""
    import subprocess

    from veiligheidsbeeld.services import postgres

    with _warehouse() as settings:
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
    from veiligheidsbeeld.cli_registers import listing

    console.print(listing())


@app.command(rich_help_panel="Steps")
def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
) -> None:
    """Destroy register files and rows that are past their retention, and list them in beheer.vernietiging."""
    from veiligheidsbeeld.registers.steps import retention_step

    with _warehouse() as settings:
        retention_step(settings, dry_run=dry_run, report=_report)


@app.command(rich_help_panel="Look")
def goals(
    plan: Annotated[list[str] | None, typer.Option(help="Only this plan (WNL, KIVWM, ...); repeatable.")] = None,
    publicatie: Annotated[int | None, typer.Option(help="As in this earlier publication of `ivp`.")] = None,
    peilmoment: Annotated[
        str | None, typer.Option(help="As known at this moment (2026-02-01T00:00:00+01:00), rebuilt from raw.")
    ] = None,
    coverage: Annotated[bool, typer.Option("--coverage", help="Per plan: how its points are measured.")] = False,
    item: Annotated[str | None, typer.Option("--id", help="Everything about one point, such as W86.")] = None,
    write: Annotated[bool, typer.Option("--write", help="Bring the page docs/plannen-dekking.md up to date.")] = False,
) -> None:
    """The goals of the plans: where they stand and why; and every point measured, or explained."""
    from veiligheidsbeeld import cli_goals
    from veiligheidsbeeld.doelen import scherm, stand

    if item:
        for line in cli_goals.point(item):
            console.print(line, markup=False)
    if coverage:
        console.print(cli_goals.coverage_table())
    if write:
        console.print(cli_goals.write_page())
    if item or coverage or write:
        return
    if publicatie and peilmoment:
        raise ConfigurationError("--publicatie and --peilmoment exclude each other.", remedy="Give one of the two.")
    with _warehouse() as settings:
        rows = stand.as_known(settings, peilmoment) if peilmoment else stand.published(settings, publicatie)
    if not rows:
        raise ConfigurationError(
            "No goals are published yet.",
            remedy="Run `veiligheidsbeeld run`, or step by step: transform, validate --thema ivp, publish ivp."
            " `goals --coverage` tells of the plans without figures.",
        )
    scherm.show(console, stand.of_plans(rows, plan or ()), regions=bool(plan))


@contracts_app.command("list")
def contracts_list() -> None:
    """All datasets with table, grain, owner."""
    table = Table("dataset", "table", "provider", "grain", "owner", "themes", box=None, header_style="bold")
    for c in load_contracts().values():
        table.add_row(
            c.naam, c.bron.tabel, c.provider, c.korrel, f"{c.eigenaar.functie} ({c.eigenaar.organisatie})",
            ", ".join(c.themas),
        )  # fmt: skip
    console.print(table)


@contracts_app.command("check")
def contracts_check() -> None:
    """Read every contract; the first fault is told with file and field."""
    console.print(f"{len(load_contracts())} contracts and {len(load_registers())} registers are valid")


@app.command(rich_help_panel="Steps")
def survey(
    force: Annotated[bool, typer.Option(help="Take also files that were refused before.")] = False,
    again: Annotated[bool, typer.Option(help="Estimate the current waves again (contract or code changed).")] = False,
) -> None:
    """Bring waves of the survey from the drop folder to estimates, and list what is there."""
    from veiligheidsbeeld import cli_survey

    with _warehouse() as settings:
        if again:
            cli_survey.estimate_again(settings, report=_report)
            well = True
        else:
            well = cli_survey.bring_in(settings, force=force, report=_report)
        console.print(cli_survey.listing(settings))
    if not well:
        raise typer.Exit(1)


# --- services ------------------------------------------------------------------------------------------


@sources_app.command("serve")
def sources_serve(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.")] = 0,
) -> None:
    """Serve the sample (or the recordings of SOURCES) as the sources would, until interrupted."""
    from veiligheidsbeeld.source_server.__main__ import main as serve

    settings = Settings.from_env()
    raise typer.Exit(serve(["--port", str(port), "--sources", settings.sources, "--home", str(settings.home)]))


@app.command(rich_help_panel="Services")
def init() -> None:
    """Prepare the databases: roles, schemas, Airflow's metadata and pools (for docker-compose)."""
    from veiligheidsbeeld.services import airflow, postgres
    from veiligheidsbeeld.warehouse import bootstrap

    settings = Settings.from_env()
    if postgres.is_embedded(settings):
        raise ConfigurationError(
            "`init` prepares a server of your own, and VB_PG_HOST names none.",
            remedy="Set VB_PG_HOST and VB_PG_PORT; the embedded server is prepared by `run` and `up`.",
        )
    bootstrap(settings)
    airflow.prepare_server(settings, report=_report)
    console.print("ready")
