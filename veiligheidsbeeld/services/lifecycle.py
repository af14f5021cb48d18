"""Starting and stopping the whole system: warehouse, source server, Airflow; and the warehouse alone for one step."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx

from veiligheidsbeeld.contracts.cube import load_cubes
from veiligheidsbeeld.errors import ConfigurationError, VeiligheidsbeeldError
from veiligheidsbeeld.region import SETTING, remembered
from veiligheidsbeeld.services import postgres, sandbox
from veiligheidsbeeld.services.bootstrap import bootstrap
from veiligheidsbeeld.services.disk import raise_when_full
from veiligheidsbeeld.services.postgres import port_is_free
from veiligheidsbeeld.services.processes import WATCH, Service, Supervisor, tail
from veiligheidsbeeld.settings import PROJECT, Settings

if TYPE_CHECKING:
    from veiligheidsbeeld.services.airflow import Client

Report = Callable[[str], None]

FIRST_SOURCE_PORT, SOURCE_PORTS = 28080, 2000
SOURCE_SECONDS = 60
SERVICES = ("api-server", "scheduler", "dag-processor")
# Folders of a home that hold deliveries, or words about them: not for every account of the machine.
CLOSED = ("landing", "aanlevering", "terugmelding", "meldingen", "logs", "airflow", "dbt", "data_docs")


class Stopwatch:
    """Seconds per phase, in the order in which they began."""

    def __init__(self) -> None:
        self.phases: dict[str, float] = {}
        self.began = time.monotonic()

    @contextlib.contextmanager
    def phase(self, name: str) -> Iterator[None]:
        started = time.monotonic()
        try:
            yield
        finally:
            self.phases[name] = self.phases.get(name, 0) + time.monotonic() - started

    @property
    def total(self) -> float:
        return time.monotonic() - self.began


def check_home(settings: Settings) -> None:
    """A home that can be used, and holds one kind of data: synthetic and real figures never meet in one warehouse."""
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(
            f"The home {settings.home} cannot be made: {error.strerror}.",
            remedy="Set VB_HOME to a folder that this user may write.",
        ) from error
    for folder in (settings.home / name for name in CLOSED):
        if folder.is_dir() and folder.stat().st_mode & 0o007 and folder.stat().st_uid == os.geteuid():
            folder.chmod(folder.stat().st_mode & ~0o007)
    known = settings.known().get("sources")
    if known and known != settings.sources:
        raise ConfigurationError(
            f"{settings.home} holds data of SOURCES={known}; it cannot take SOURCES={settings.sources} as well.",
            remedy="Set VB_HOME to another directory for the other sources, or begin anew with `make clean`.",
        )
    if settings.sources == "live" and not settings.environ.get(SETTING):
        raise ConfigurationError(
            "Live sources are asked for a region of your own, and none is chosen.",
            remedy=f"Make one with `veiligheidsbeeld region new`, and set {SETTING} to its folder.",
        )
    mine = settings.known().get("regio")
    # A folder that was moved, or a home that was restored on another machine, keeps its name.
    moved = mine and Path(mine).is_absolute() and not Path(mine).exists() and Path(mine).name == settings.region.name
    if mine and Path(remembered(mine)).resolve() != settings.region.folder.resolve() and not moved:
        raise ConfigurationError(
            f"{settings.home} holds data of the region {mine}; it cannot take {settings.region.known_as} as well.",
            remedy="Set VB_HOME to another directory for the other region; a folder that moved keeps its name.",
        )


def is_up(settings: Settings) -> bool:
    """Whether `up` left this copy running, all of it."""
    if not settings.known().get("up"):
        return False
    running = Supervisor(settings).known()
    database = not postgres.is_embedded(settings) or postgres.postmaster(settings) is not None
    return database and all(name in running for name in SERVICES)


@contextlib.contextmanager
def warehouse(settings: Settings, *, report: Report = lambda line: None) -> Iterator[Settings]:
    """The warehouse for one step: used when it runs, else started, and stopped again by its last user."""
    if not postgres.is_embedded(settings):
        yield settings
        return
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / "warehouse.users").open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        found = postgres.postmaster(settings) is not None
        started = postgres.start(settings, report=report)
        try:
            if not found:
                bootstrap(started)
                started.remember(passing=True)
            started.use()
            yield started
        finally:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if settings.known().get("passing"):
                    postgres.stop(settings, report=report)
                    settings.remember(passing=False)


@contextlib.contextmanager
def sources(settings: Settings) -> Iterator[Settings]:
    """The source server for one step: used when it runs, else started and stopped again."""
    if not uses_source_server(settings):
        yield settings
        return
    running = Supervisor(settings).known()
    if "source-server" in running and settings.source_url:
        yield settings
        return
    supervisor = Supervisor(settings)
    try:
        yield start_sources(settings, supervisor)
    finally:
        supervisor.stop("source-server")


def uses_source_server(settings: Settings) -> bool:
    """Whether the figures come from a source server of this copy (not live ones, nor one that VB_SOURCE_URL names)."""
    return settings.sources != "live" and not settings.environ.get("VB_SOURCE_URL")


def wanted_services(settings: Settings) -> tuple[str, ...]:
    """Services that run as long as a copy is up, but for the watch."""
    return (*SERVICES, "source-server") if uses_source_server(settings) else SERVICES


def start_sources(settings: Settings, supervisor: Supervisor, *, wait: bool = True) -> Settings:
    """Starts the source server, where one is used."""
    if not uses_source_server(settings):
        return settings
    if settings.sources == "sample":
        # What the server would refuse is told here, not in its log.
        sandbox.ask(settings, ["check"])
    port = _source_port(settings)
    served = replace(settings, source_url=f"http://127.0.0.1:{port}")
    settings.remember(source_url=served.source_url)
    command = sandbox.source_server("--port", str(port))
    variables = sandbox.environment(settings)
    supervisor.start(Service("source-server", command, variables, PROJECT))
    if wait:
        wait_for_sources(served, supervisor)
    return served


def wait_for_sources(settings: Settings, supervisor: Supervisor) -> None:
    """Waits until the source server accepts connections."""
    if "source-server" not in supervisor.children:
        return
    address = urlsplit(settings.source_url or "")
    deadline = time.monotonic() + SOURCE_SECONDS
    while not _answers(address.port or 0):
        supervisor.check()
        if time.monotonic() > deadline:
            log = supervisor.log_file("source-server")
            raise VeiligheidsbeeldError(
                f"The source server did not answer within {SOURCE_SECONDS} s:\n{tail(log)}", remedy=f"See {log}."
            )
        time.sleep(0.05)


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def _source_port(settings: Settings) -> int:
    if given := settings.number("VB_SOURCE_PORT", 0):
        return given
    known = urlsplit(settings.known().get("source_url") or "").port
    start = zlib.crc32(str(settings.home).encode()) % SOURCE_PORTS
    candidates = (FIRST_SOURCE_PORT + (start + step) % SOURCE_PORTS for step in range(SOURCE_PORTS))
    for port in ([known] if known else []) + list(candidates):
        if port_is_free(port):
            return port
    raise VeiligheidsbeeldError("No free port for the source server.", remedy="Set VB_SOURCE_PORT.")


def stop_services(supervisor: Supervisor) -> int:
    """Stops all services of this copy, whoever started them; how many were running.

    First the one that would start the others again. Then tasks: they tell the API server how they ended, and wait for
    it when it is gone.
    """
    supervisor.adopt()
    watched = WATCH in supervisor.children
    if watched:
        supervisor.stop(WATCH)
    first = [name for name in ("scheduler", "dag-processor", "db-migrate") if name in supervisor.children]
    if first:
        supervisor.stop(*first)
    return watched + len(first) + supervisor.clean_leftovers()


class System:
    """All services of one copy, started together; `settings` are those with the ports in use."""

    def __init__(self, settings: Settings, *, report: Report, watched: bool) -> None:
        self.settings, self.report, self.watched = settings, report, watched
        self.supervisor = Supervisor(settings, report=report)
        self.owns_database = False
        self.client: Client | None = None

    def start(self, dags: tuple[str, ...], clock: Stopwatch) -> None:
        """Starts everything and returns when Airflow is healthy and knows the DAGs.

        The slow starters overlap: Airflow imports for some seconds while the sample is generated.
        """
        from veiligheidsbeeld.services import airflow

        with clock.phase("services"):
            check_home(self.settings)
            raise_when_full(self.settings)
            if count := stop_services(self.supervisor):
                self.report(f"ended {count} processes that an earlier command left running")
            self.settings = start_sources(self.settings, self.supervisor, wait=False)
            self.owns_database = postgres.is_embedded(self.settings)
            self.settings = postgres.start(self.settings, report=self.report)
            bootstrap(self.settings)
            self.settings.use()
            self.settings.remember(up=False, passing=False)
            self.report(f"PostgreSQL 18 on {self.settings.pg_host}:{self.settings.pg_port}")
        with clock.phase("Airflow start-up"):
            self._warm_sources()
            airflow.start(self.settings, self.supervisor, watched=self.watched, tick=self.supervisor.check)
            self.client = airflow.Client(self.settings)
            self.client.wait_until_healthy(dags, tick=self.supervisor.check)
            self.client.ensure_pools()
            wait_for_sources(self.settings, self.supervisor)
            self.report(f"Airflow on {self.client.base}")

    def attach(self) -> None:
        """Uses what `up` left running."""
        from veiligheidsbeeld.services import airflow

        check_home(self.settings)
        self.supervisor.adopt()
        self.settings = postgres.start(self.settings, report=self.report)
        self.client = airflow.Client(self.settings)
        self.client.wait_until_healthy((), tick=self.supervisor.check)

    def _warm_sources(self) -> None:
        """Asks the source server for every table once, so that it generates them while Airflow starts."""
        if "source-server" not in self.supervisor.children:
            return
        wait_for_sources(self.settings, self.supervisor)
        threading.Thread(target=_ask_tables, args=[self.settings.source_url], daemon=True).start()

    def leave_up(self) -> None:
        """Leaves everything running after this command, and somebody who looks after it."""
        from veiligheidsbeeld.services import watch

        self.settings.remember(up=True)
        watch.ensure(self.settings, report=lambda line: None)

    def stop(self) -> None:
        """Stops what this command started."""
        if self.client:
            self.client.close()
        self.settings.remember(up=False)
        stop_services(self.supervisor)
        if self.owns_database:
            postgres.stop(self.settings, report=self.report)


def _ask_tables(url: str) -> None:
    with contextlib.suppress(httpx.HTTPError, json.JSONDecodeError):
        for contract in load_cubes().values():
            table, v4 = contract.bron.tabel, contract.bron.protocol == "odata_v4"
            path = f"datasets.cbs.nl/odata/v1/CBS/{table}/Properties" if v4 else f"ODataApi/odata/{table}/TableInfos"
            httpx.get(f"{url}/{path}", timeout=120, trust_env=False)


def stop_everything(settings: Settings, *, report: Report = lambda line: None) -> int:
    """`down`: stops all services and the warehouse of this copy; how many things were running."""
    # First of all: the watch starts nothing again that is not meant to be up.
    if settings.state_file.exists():
        settings.remember(up=False)
    stopped = stop_services(Supervisor(settings, report=report))
    return stopped + postgres.stop(settings, report=report)
