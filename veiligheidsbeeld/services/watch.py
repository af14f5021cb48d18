"""Keeps a copy well while it stays up (`veiligheidsbeeld watch`): what died is started again, readers are kept to their
limits, a disk that fills up is told before it is full, and old logs and records go.

`up` leaves it running, with a keeper that starts it again (`keep`), and that it starts again in its turn; when both
were killed, the next command of the home does so. In docker-compose.yml it is a service, and the engine its keeper.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import psutil
import psycopg

from veiligheidsbeeld import alerts
from veiligheidsbeeld.errors import VeiligheidsbeeldError
from veiligheidsbeeld.services import access_log, airflow, postgres, tidy
from veiligheidsbeeld.services.disk import REMEDY, disk
from veiligheidsbeeld.services.guard import Guard, put_back
from veiligheidsbeeld.services.lifecycle import start_sources, uses_source_server, wanted_services
from veiligheidsbeeld.services.processes import WATCH, Service, Supervisor, end_group
from veiligheidsbeeld.settings import PROJECT, Settings
from veiligheidsbeeld.warehouse import connect, readers

Report = Callable[[str], None]

# Seconds between looks.
TICK, ROLES, SPACE, TIDY = 2.0, 60.0, 60.0, 86_400.0
# A service that dies again within a minute waits longer each time, to this number of seconds.
STEADY, LONGEST = 60.0, 300.0


@dataclass
class Restarts:
    """When a service was started again last, and how long the next time must wait; seconds of a steady clock."""

    started: dict[str, float] = field(default_factory=dict)
    pause: dict[str, float] = field(default_factory=dict)

    def may(self, name: str, now: float) -> bool:
        return now - self.started.get(name, -LONGEST) >= self.pause.get(name, 0.0)

    def note(self, name: str, now: float) -> None:
        again = now - self.started.get(name, -2 * LONGEST) < STEADY + self.pause.get(name, 0.0)
        self.pause[name] = min(LONGEST, max(2.0, 2 * self.pause.get(name, 0.0))) if again else 0.0
        self.started[name] = now


class Watch:
    """The duties of one copy, each at its own pace."""

    def __init__(self, settings: Settings, *, report: Report) -> None:
        self.settings, self.report = settings, report
        self.supervisor = Supervisor(settings, report=report)
        self.guard, self.restarts = Guard(), Restarts()
        self.warned = False
        self._next: dict[str, float] = {}

    def run(self, keeper: int | None = None) -> None:
        """Looks until a signal ends it; ends by itself when another process already does so for this home.

        `keeper` is the process that would start this one again: when it is gone, there is a new one.
        """
        with (self.settings.home / "watch.lock").open("a") as mine:
            try:
                fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self.report("this home is watched already")
                return
            while keeper in (None, os.getppid()):
                self.look()
                time.sleep(TICK)
        ensure(self.settings, report=self.report)

    def look(self) -> None:
        """Does every duty that is due; one that fails is told, and does not hold up the others."""
        self.settings = Settings.from_env()
        self._when_due("services", TICK, self._services)
        self._when_due("readers", TICK, self._readers)
        self._when_due("roles", ROLES, self._roles)
        self._when_due("reads", ROLES, self._reads)
        self._when_due("disk", SPACE, self._space)
        if time.time() - self.settings.known().get("tidied", 0.0) > TIDY:
            self._when_due("tidy", 3600.0, self._tidy)

    def _when_due(self, name: str, every: float, duty: Callable[[], None]) -> None:
        if time.monotonic() < self._next.get(name, 0.0):
            return
        self._next[name] = time.monotonic() + every
        try:
            duty()
        except (VeiligheidsbeeldError, psycopg.Error, psutil.Error, OSError) as error:
            self.report(f"{name}: {error}")

    def _services(self) -> None:
        if not self.settings.known().get("up"):
            return
        now = time.monotonic()
        if postgres.is_embedded(self.settings) and postgres.postmaster(self.settings) is None:
            self._start("postgres", now, lambda: postgres.start(self.settings, report=self.report))
        running = self.supervisor.known()
        for name in wanted_services(self.settings):
            if name not in running:
                self._start(name, now, partial(self._start_service, name))

    def _start(self, name: str, now: float, start: Callable[[], object]) -> None:
        if self.restarts.may(name, now):
            self.restarts.note(name, now)
            start()
            what = "the process had ended by itself, and was started again"
            remedy = f"Nothing, unless it comes back: see {self.supervisor.log_file(name)}."
            self._tell(f"{name} was started again", name, "watch", what, remedy)

    def _start_service(self, name: str) -> None:
        end_group(self.supervisor, name)
        if name == "source-server":
            start_sources(self.settings, self.supervisor, wait=False)
        else:
            airflow.prepare(self.settings)
            self.supervisor.start(airflow.service(name, airflow.environment(self.settings)))

    def _readers(self) -> None:
        with connect(self.settings, "bewaker", autocommit=True) as connection:
            for line in self.guard.look(connection):
                self.report(line)

    def _roles(self) -> None:
        with connect(self.settings, "bewaker", autocommit=True) as connection:
            for line in put_back(self.settings, connection):
                remedy = "Find out who did it: everybody who has the password can. Change it if it may have got around."
                self._tell("a reading role was changed", line.partition(":")[0], "watch", line, remedy)

    def _reads(self) -> None:
        with connect(self.settings, "bewaker", autocommit=True) as connection:
            access_log.collect(self.settings, connection, [*readers.READERS, *readers.persons(connection)])

    def _space(self) -> None:
        found = disk(self.settings)
        if found.nearly_full and not self.warned:
            self._tell("the disk is nearly full", str(self.settings.home), "disk", str(found), REMEDY)
        self.warned = found.nearly_full

    def _tidy(self) -> None:
        self._reads()  # before a large log is begun anew
        for line in tidy.tidy(self.settings):
            self.report(line)
        self.settings.remember(tidied=time.time())

    def _tell(self, title: str, subject: str, step: str, what: str, remedy: str) -> None:
        failure = alerts.Failure(subject, step, what, alerts.OWNER, remedy)
        alerts.send(self.settings, f"watch_{title}", alerts.compose(title, [failure]))


def ensure(settings: Settings, *, report: Report) -> None:
    """Starts the watch of a copy that is up and is not watched: nobody else does when it dies."""
    if not postgres.is_embedded(settings) or not settings.known().get("up"):
        return
    supervisor = Supervisor(settings, report=report)
    if WATCH not in supervisor.known():
        arguments, variables = command(settings)
        supervisor.start(Service(WATCH, arguments, variables, PROJECT))
        report("the watch of this copy had ended, and was started again")


def command(settings: Settings) -> tuple[tuple[str, ...], dict[str, str]]:
    """Command and environment of this process, for `up` to leave behind."""
    variables = {**airflow.variables(settings), "PYTHONUNBUFFERED": "1"}
    if uses_source_server(settings):
        variables.pop("VB_SOURCE_URL", None)  # that of this copy, not one that was given
    return (sys.executable, "-m", "veiligheidsbeeld", "watch", "--keep"), {**settings.environ, **variables}


def keep() -> None:
    """Starts the watch, and starts it again whenever it ends, until a signal ends both."""
    while True:
        began = time.monotonic()
        child = subprocess.Popen([sys.executable, "-m", "veiligheidsbeeld", "watch", "--keeper", str(os.getpid())])
        try:
            child.wait()
        finally:
            child.terminate()
            child.wait()
        time.sleep(max(0.0, 10.0 - (time.monotonic() - began)))
