"""The source server, and preparing a server of your own."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from veiligheidsbeeld.cli.base import app, console, report, sources_app
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
