"""The source server, and preparing a server of your own."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from veiligheidsbeeld.cli.base import app, console, one_of, report, secrets_app, sources_app
from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.settings import PROJECT, Settings


@sources_app.command("serve")
def sources_serve(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.")] = 0,
) -> None:
    """Serve the sample (or the recordings of SOURCES) as the sources would, until interrupted."""
    from veiligheidsbeeld.services import sandbox

    settings = Settings.from_env()
    command = sandbox.source_server("--port", str(port))
    os.chdir(PROJECT)
    os.execve(command[0], command, {**os.environ, **sandbox.environment(settings)})  # noqa: S606


@app.command(rich_help_panel="Services")
def init() -> None:
    """Prepare the databases: roles, schemas, Airflow's metadata and pools (for docker-compose)."""
    from veiligheidsbeeld.services import airflow, postgres
    from veiligheidsbeeld.services.bootstrap import bootstrap

    settings = Settings.from_env()
    if postgres.is_embedded(settings):
        raise ConfigurationError(
            "`init` prepares a server of your own, and VB_PG_HOST names none.",
            remedy="Set VB_PG_HOST and VB_PG_PORT; the embedded server is prepared by `run` and `up`.",
        )
    bootstrap(settings)
    airflow.prepare_server(settings, report=report)
    console.print("ready")


@app.command(rich_help_panel="Services")
def watch(
    kept: Annotated[bool, typer.Option("--keep", help="Start it again when it ends.")] = False,
    keeper: Annotated[int | None, typer.Option(hidden=True)] = None,
) -> None:
    """Look after a running copy until interrupted: restarts, limits of readers, disk, old logs (`up` leaves it)."""
    from veiligheidsbeeld.services.processes import interruptible
    from veiligheidsbeeld.services.watch import Watch, keep

    with interruptible():
        if kept:
            keep()
        Watch(Settings.from_env(), report=lambda line: print(line, flush=True)).run(keeper)


@app.command(rich_help_panel="Services")
def dashboards() -> None:
    """Show the dashboards of Superset on a warehouse that is up (`make dashboards` installs it); `down` stops it."""
    from veiligheidsbeeld.services import superset
    from veiligheidsbeeld.services.processes import Supervisor, exclusive, interruptible

    settings = Settings.from_env()
    supervisor = Supervisor(settings, report=report)
    with exclusive(settings), interruptible():
        running = superset.NAME in supervisor.known()
        try:
            address = superset.start(settings, supervisor, report=report)
        except BaseException:
            # What a command starts and does not finish, it stops.
            if not running and superset.NAME in supervisor.children:
                supervisor.stop(superset.NAME)
            raise
    for name in superset.boards(settings):
        report(f"{address}/superset/dashboard/{name}/")
    report(f"user {superset.USER}, password: superset_password in {settings.home / 'secrets.json'}")


@app.command(rich_help_panel="Look")
def health(
    form: Annotated[str, typer.Option("--format", help="text, json or prometheus.")] = "text",
) -> None:
    """Whether this copy is well; nothing is started. Exit code 0: yes; 1: something asks for a look; 2: it is not."""
    from veiligheidsbeeld.services import health as looks

    found = looks.checks(Settings.from_env())
    if one_of(form, ["text", "json", "prometheus"]) == "text":
        for check in found:
            console.print(f"{check.state.name:<9} {check.name} {check.subject}: {check.says}", markup=False)
    else:
        print(looks.as_json(found) if form == "json" else looks.as_prometheus(found), end="")
    raise typer.Exit(looks.worst(found))


@secrets_app.command("replace")
def secrets_replace() -> None:
    """Give every role and Airflow new secrets: after a leak, or when secrets.json is lost (`down` first)."""
    from veiligheidsbeeld.services import renew

    console.print(str(renew.replace_secrets(Settings.from_env(), report=report)), markup=False)
