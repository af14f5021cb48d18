"""What the commands share: the application, the screen, the warehouse they work on, and how failure is told."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.console import Console

from veiligheidsbeeld.contracts import Contract, get_contract, load_contracts
from veiligheidsbeeld.errors import ConfigurationError, VeiligheidsbeeldError
from veiligheidsbeeld.settings import Settings

app = typer.Typer(
    name="veiligheidsbeeld",
    help="Regional safety data warehouse: from source to published marts.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
sources_app = typer.Typer(help="The source server: the open-data sources on loopback.", no_args_is_help=True)
contracts_app = typer.Typer(help="Contracts: what a dataset is.", no_args_is_help=True)
secrets_app = typer.Typer(help="Passwords and keys of this copy.", no_args_is_help=True)
app.add_typer(secrets_app, name="secrets", rich_help_panel="Services")
app.add_typer(sources_app, name="sources", rich_help_panel="Services")
app.add_typer(contracts_app, name="contracts", rich_help_panel="Look")

# Wide enough for a line of the summary when the output goes to a file.
console = Console(highlight=False, soft_wrap=True, width=None if sys.stdout.isatty() else 160)


class Debug:
    """Whether an error is shown with its traceback (`--debug`)."""

    on = False


def show_error(error: VeiligheidsbeeldError) -> None:
    errors = Console(stderr=True, highlight=False, soft_wrap=True)
    errors.print(error.what, style="red", markup=False)
    if error.owner:
        errors.print(f"Owner: {error.owner}", markup=False)
    errors.print(f"What to do: {error.remedy}", markup=False)


@contextmanager
def warehouse(*, sources: bool = False, quiet: bool = False) -> Iterator[Settings]:
    """The warehouse for a command; `quiet` where the output is for a program."""
    from veiligheidsbeeld.services import lifecycle, watch

    settings = Settings.from_env()
    lifecycle.check_home(settings)
    say = (lambda _: None) if quiet else console.print
    watch.ensure(settings, report=say)
    with lifecycle.warehouse(settings, report=say) as started:
        if sources:
            with lifecycle.sources(started) as served:
                yield served
        else:
            yield started


def every_dataset() -> dict[str, Contract]:
    """Every dataset by name; those of the region that this home is for are among them."""
    Settings.from_env()
    return load_contracts()


def chosen(names: list[str] | None) -> tuple[list[str], list[str]]:
    """Tables of sources and datasets that are dropped as files among the names; all of both when none is named."""
    every = every_dataset()
    found = [get_contract(name) for name in names] if names else list(every.values())
    tables = [c.naam for c in found if c.kind == "cube"]
    return tables, [c.naam for c in found if c.kind != "cube"]


def each(subjects: list[str], step: Callable[[str], object]) -> None:
    """Does a step for every subject; one that fails does not stop the others, and the exit code tells."""
    failed = 0
    for subject in subjects:
        try:
            step(subject)
        except VeiligheidsbeeldError as error:
            if Debug.on:
                raise
            show_error(error)
            failed += 1
    if failed:
        raise typer.Exit(1)


def well(done: bool) -> None:
    """The exit code tells when something was refused."""
    if not done:
        raise typer.Exit(1)


def report(line: str) -> None:
    console.print(line, markup=False)


def theme(name: str) -> str:
    from veiligheidsbeeld.steps.marts import MARTS

    return one_of(name, list(MARTS))


def one_of(name: str, known: list[str]) -> str:
    if name not in known:
        raise ConfigurationError(f"Unknown choice {name!r}.", remedy=f"Choose one of: {', '.join(known)}.")
    return name


def deliveries(settings: Settings, datasets: list[str], status: str) -> list[int]:
    """Deliveries that have this status, oldest first; of a table of a source the newest delivery alone counts."""
    from veiligheidsbeeld.warehouse import connect
    from veiligheidsbeeld.warehouse import deliveries as books

    with connect(settings, "lader") as connection:
        found = [books.entry(connection, number) for number in books.with_status(connection, datasets, status)]
        query = "select dataset, max(levering_id) from raw.levering where dataset = any (%s) group by dataset"
        newest = dict(connection.execute(query, [datasets]).fetchall())
    return [e.number for e in found if get_contract(e.dataset).kind != "cube" or newest[e.dataset] == e.number]
