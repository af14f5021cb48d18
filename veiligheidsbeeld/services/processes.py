"""Child processes: started in a group of their own, logged, remembered on disk, and always stopped in the end.

A child that a killed command left behind is found again by its pid file and by a mark in its environment
(`VB_INSTANCE`), so that the next start cleans up. Pid files carry the start time of the process: a number
that was given to another process since is never signalled.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from veiligheidsbeeld.errors import ConfigurationError, VeiligheidsbeeldError
from veiligheidsbeeld.settings import Settings

# Airflow's scheduler needs more than six seconds to hand back its tasks; a task that ends a database
# statement needs some more.
STOP_SECONDS = 25
ORPHAN_SECONDS = 3
KILL_SECONDS = 5
# A log that is larger at a start is put aside; one such log is kept.
LOG_BYTES = 20_000_000
# The service that starts the others again.
WATCH = "watch"

Report = Callable[[str], None]


class Interrupted(BaseException):
    """The user or the system asked this command to stop (SIGINT, SIGTERM, SIGHUP)."""

    def __init__(self, number: int) -> None:
        self.signal = signal.Signals(number)
        super().__init__(self.signal.name)


@dataclass(frozen=True)
class Service:
    """A process to run: `command` (no secrets in it), `environment` in full, `name` for log and pid file."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(repr=False)
    cwd: Path | None = None


@dataclass
class Child:
    """A started service."""

    name: str
    process: psutil.Process
    log: Path
    popen: subprocess.Popen | None = None

    def running(self) -> bool:
        if self.popen is not None:
            return self.popen.poll() is None
        return self.process.is_running() and self.process.status() != psutil.STATUS_ZOMBIE


def instance(settings: Settings) -> str:
    """The mark by which every process of this copy is recognised: a digest of its home."""
    return hashlib.sha256(str(settings.home).encode()).hexdigest()[:16]


class Supervisor:
    """Starts and stops the processes of one copy of the system."""

    def __init__(self, settings: Settings, *, report: Report = lambda line: None) -> None:
        self.settings, self.report = settings, report
        self.children: dict[str, Child] = {}

    @property
    def pid_files(self) -> Path:
        return self.settings.home / "run"

    def log_file(self, name: str) -> Path:
        return self.settings.home / "logs" / f"{name}.log"

    def start(self, service: Service) -> Child:
        """Starts a service in its own session and process group, output appended to its log file."""
        log = self.log_file(service.name)
        log.parent.mkdir(parents=True, exist_ok=True)
        self.pid_files.mkdir(parents=True, exist_ok=True)
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        environment = {**service.environment, "VB_INSTANCE": instance(self.settings), "SPT_NOENV": "1"}
        with log.open("ab") as stream:
            popen = subprocess.Popen(
                service.command,
                cwd=service.cwd or self.settings.project,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
            )
        process = psutil.Process(popen.pid)
        record = {"pid": popen.pid, "created": process.create_time(), "command": list(service.command)}
        path = self.pid_files / f"{service.name}.json"
        path.with_suffix(".tmp").write_text(json.dumps(record))
        path.with_suffix(".tmp").replace(path)
        child = Child(service.name, process, log, popen)
        self.children[service.name] = child
        return child

    def known(self) -> dict[str, Child]:
        """Running services of this copy that an earlier command started, by name."""
        found = {}
        for path in sorted(self.pid_files.glob("*.json")):
            try:
                record = json.loads(path.read_text())
                process = psutil.Process(record["pid"])
                # Start times differ by a clock tick between readings.
                if abs(process.create_time() - record["created"]) < 1 and process.status() != psutil.STATUS_ZOMBIE:
                    found[path.stem] = Child(path.stem, process, self.log_file(path.stem))
            except (psutil.Error, ValueError, KeyError):
                continue
        return found

    def adopt(self) -> dict[str, Child]:
        """Takes over the running services of an earlier command."""
        self.children = {**self.known(), **self.children}
        return self.children

    def check(self) -> None:
        """Raises `VeiligheidsbeeldError` with the end of its log when a service that was started here has died.

        One of an earlier command (`up`) is started again by `watch`, and found again here.
        """
        for name, child in list(self.children.items()):
            if child.popen is None and not child.running():
                found = self.known()
                if name in found or WATCH in found:
                    self.children[name] = found.get(name, child)
                    continue
            if not child.running():
                code = child.popen.returncode if child.popen else "unknown"
                raise VeiligheidsbeeldError(
                    f"The {child.name} stopped by itself (exit code {code}). The end of its log:\n{tail(child.log)}",
                    remedy=f"See {child.log}; then run `make down` and start again.",
                )

    def stop(self, *names: str) -> None:
        """Stops the named services (all when none is named): SIGTERM to each group, then SIGKILL to what is left."""
        chosen = [c for n, c in self.children.items() if not names or n in names]
        family = [p for c in chosen for p in _family(c.process)]
        for child in chosen:
            _signal_group(child.process, signal.SIGTERM)
        if late := _wait([c.process for c in chosen], [c.popen for c in chosen if c.popen], STOP_SECONDS):
            self.report(f"ending {len(late)} processes that did not stop within {STOP_SECONDS} s")
        for child in chosen:
            _signal_group(child.process, signal.SIGKILL)
        # What had left the group (a session of its own) and was not stopped by its parent.
        orphans = _ask(family)
        _kill(_wait(orphans, [], ORPHAN_SECONDS))
        for child in chosen:
            self.children.pop(child.name, None)
            (self.pid_files / f"{child.name}.json").unlink(missing_ok=True)
        if not names:
            _kill(_wait(_ask(self.strays()), [], ORPHAN_SECONDS))

    def strays(self) -> list[psutil.Process]:
        """Processes that carry this copy's mark, whoever is their parent now (this process excepted)."""
        mark, me = instance(self.settings), psutil.Process()
        mine = {me.pid, *(p.pid for p in me.parents())}
        found = []
        for process in psutil.process_iter(["pid"]):
            if process.pid in mine:
                continue
            with contextlib.suppress(psutil.Error, OSError):
                if process.environ().get("VB_INSTANCE") == mark and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
        return found

    def clean_leftovers(self) -> int:
        """Ends what a killed command of this copy left running; the number of processes ended."""
        self.adopt()
        left = len(self.children)
        if self.children:
            self.stop()
        strays = _ask(self.strays())
        _kill(_wait(strays, [], ORPHAN_SECONDS))
        for path in self.pid_files.glob("*.json"):
            path.unlink(missing_ok=True)
        return left + len(strays)


def end_group(supervisor: Supervisor, name: str) -> None:
    """Ends what a service that died left running in its process group: it holds the port, or works twice."""
    try:
        leader = json.loads((supervisor.pid_files / f"{name}.json").read_text())["pid"]
    except (OSError, ValueError, KeyError):
        return
    left = []
    for process in supervisor.strays():
        with contextlib.suppress(OSError):
            if os.getpgid(process.pid) == leader:
                left.append(process)
    _kill(_wait(_ask(left), [], ORPHAN_SECONDS))


@contextlib.contextmanager
def exclusive(settings: Settings) -> Iterator[None]:
    """Holds this copy's lock: one command at a time starts or stops services. A killed holder frees it."""
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / "lock").open("a+") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            stream.seek(0)
            raise ConfigurationError(
                f"Another command ({stream.read().strip() or 'unknown'}) is at work in {settings.home}.",
                remedy="Wait until it is ready, stop it, or give this copy another VB_HOME.",
            ) from None
        stream.truncate(0)
        stream.write(f"process {os.getpid()}")
        stream.flush()
        yield


class Interrupts:
    """Whether a signal came, and whether one may still interrupt."""

    def __init__(self) -> None:
        self.seen: list[int] = []
        self.ignored = False

    def ignore(self) -> None:
        """From here on (while stopping) signals are only noted."""
        self.ignored = True

    def handle(self, number: int, frame: object) -> None:
        self.seen.append(number)
        if len(self.seen) == 1 and not self.ignored:
            raise Interrupted(number)


@contextlib.contextmanager
def interruptible() -> Iterator[Interrupts]:
    """Turns SIGINT, SIGTERM and SIGHUP into one `Interrupted`; what comes later does not disturb the stopping."""
    interrupts = Interrupts()
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = {number: signal.signal(number, interrupts.handle) for number in numbers}
    try:
        yield interrupts
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)


def tail(log: Path, lines: int = 15, *, size: int = 20_000) -> str:
    """The last lines of a log file, indented for a message."""
    if not log.exists():
        return "  (no log)"
    with log.open("rb") as stream:
        stream.seek(max(0, stream.seek(0, os.SEEK_END) - size))
        text = stream.read().decode(errors="replace")
    return "\n".join("  " + line for line in text.splitlines()[-lines:])


def _family(process: psutil.Process) -> list[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return [process]


def _signal_group(process: psutil.Process, number: signal.Signals) -> None:
    # psutil compares start times, so a reused number is not signalled; the group outlives its leader.
    with contextlib.suppress(psutil.Error, ProcessLookupError, PermissionError):
        if process.is_running():
            os.killpg(process.pid, number)


def _wait(processes: list[psutil.Process], popens: list[subprocess.Popen], seconds: float) -> list[psutil.Process]:
    """Waits for processes to end, reaps those that are our own children, and returns who is still there."""
    deadline = time.monotonic() + seconds
    while True:
        for popen in popens:
            popen.poll()
        alive = [p for p in processes if _alive(p)]
        if not alive or time.monotonic() > deadline:
            return alive
        time.sleep(0.05)


def _ask(processes: list[psutil.Process]) -> list[psutil.Process]:
    """SIGTERM to those that still run, which are returned."""
    alive = [p for p in processes if _alive(p)]
    for process in alive:
        with contextlib.suppress(psutil.Error):
            process.terminate()
    return alive


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _kill(processes: list[psutil.Process]) -> None:
    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.kill()
    psutil.wait_procs(processes, timeout=KILL_SECONDS)
