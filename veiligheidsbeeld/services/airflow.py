"""Airflow as services of this copy: configuration by environment, processes, and a small REST client.

Nothing here imports Airflow (that costs four seconds); its commands are run as processes and its REST API is
called over loopback. The same commands stand in `docker-compose.yml`.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import importlib.metadata
import json
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import httpx

from veiligheidsbeeld.errors import VeiligheidsbeeldError
from veiligheidsbeeld.orchestration.names import providers
from veiligheidsbeeld.services.disk import raise_when_full
from veiligheidsbeeld.services.postgres import port_is_free
from veiligheidsbeeld.services.processes import Service, Supervisor, tail
from veiligheidsbeeld.settings import TIMEZONE, Settings
from veiligheidsbeeld.warehouse.connection import connect

# What is run, after `airflow`. No triggerer: nothing here waits for triggers, and deadline callbacks are
# synchronous. The scheduler's log server is left out: the API server reads the log files themselves.
COMMANDS: dict[str, tuple[str, ...]] = {
    "api-server": ("api-server",),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "dag-processor": ("dag-processor",),
}
MIGRATE = ("db", "migrate")
USER = "admin"
START_SECONDS = 180
FIRST_PORT, PORTS = 18080, 2000
FINAL = ("success", "failed")


def home(settings: Settings) -> Path:
    return settings.home / "airflow"


def pools() -> dict[str, int]:
    """Slots per pool: two fetches at once per provider, to be polite to public services; two heavy tasks."""
    return {**dict.fromkeys(providers(), 2), "zwaar": 2}


def port(settings: Settings) -> int:
    """The UI's port: VB_AIRFLOW_PORT, or a free one that is remembered.

    The search starts at a number that follows from the home, so that two copies that start at the same
    moment do not want the same port.
    """
    if given := settings.number("VB_AIRFLOW_PORT", 0):
        return given
    known = settings.known().get("airflow_port")
    if known and (port_is_free(known) or is_ours(settings, known)):
        return known
    start = zlib.crc32(str(settings.home).encode()) % PORTS
    for step in range(PORTS):
        candidate = FIRST_PORT + (start + step) % PORTS
        if port_is_free(candidate):
            settings.remember(airflow_port=candidate)
            return candidate
    raise VeiligheidsbeeldError(
        f"No free port for Airflow from {FIRST_PORT} to {FIRST_PORT + PORTS}.", remedy="Set VB_AIRFLOW_PORT."
    )


def is_ours(settings: Settings, number: int) -> bool:
    """Whether this copy's own API server is what listens on the port."""
    child = Supervisor(settings).known().get("api-server")
    if child is None:
        return False
    family = [child.process, *child.process.children(recursive=True)]
    return any(c.laddr.port == number for p in family for c in p.net_connections("tcp") if c.status == "LISTEN")


def environment(settings: Settings, *, watched: bool = False) -> dict[str, str]:
    """Environment of every Airflow process, and so of every task; VB_* passes through.

    The database password is in a file (PGPASSFILE), so that no address with a password is ever logged.
    `watched` is for a command that waits for its runs: short pauses between looks for work, and DAG files that do not
    change meanwhile. Shorter pauses cost more CPU than they save time: at 0.1 s the scheduler took a seventh of a run.
    """
    number = port(settings)
    base = f"http://127.0.0.1:{number}"
    # HS512 wants a key of 64 bytes or more.
    signing = hashlib.sha512(settings.secret("airflow_jwt").encode()).hexdigest()
    fernet = base64.urlsafe_b64encode(hashlib.sha256(settings.secret("airflow_fernet").encode()).digest()).decode()
    database = f"{settings.pg_host}:{settings.pg_port}/{settings.pg_database}_airflow"
    options = {
        "CORE__EXECUTOR": "veiligheidsbeeld.orchestration.executor.WarmExecutor",
        "CORE__PARALLELISM": "4",
        "CORE__DAGS_FOLDER": str(settings.project / "dags"),
        "CORE__PLUGINS_FOLDER": str(home(settings) / "plugins"),
        "CORE__LOAD_EXAMPLES": "False",
        "CORE__DEFAULT_TIMEZONE": TIMEZONE,
        "CORE__FERNET_KEY": fernet,
        "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
        "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(_password_file(settings)),
        "CORE__EXECUTION_API_SERVER_URL": f"{base}/execution/",
        "DATABASE__SQL_ALCHEMY_CONN": f"postgresql+psycopg2://airflow@{database}",
        # `start` migrates when needed; the API server is already importing meanwhile.
        "DATABASE__CHECK_MIGRATIONS": "False",
        "API__HOST": "127.0.0.1",
        "API__PORT": str(number),
        "API__BASE_URL": f"{base}/",
        "API__WORKERS": "1",
        "API__SECRET_KEY": settings.secret("airflow_api"),
        "API__INSTANCE_NAME": "Veiligheidsbeeld",
        "API_AUTH__JWT_SECRET": signing,
        "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.5" if watched else "1",
        "SCHEDULER__SCHEDULER_HEARTBEAT_SEC": "5",
        "DAG_PROCESSOR__REFRESH_INTERVAL": "60",
        "DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "600" if watched else "60",
        "DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "LOGGING__BASE_LOG_FOLDER": str(home(settings) / "logs"),
        "LOGGING__DAG_PROCESSOR_CHILD_PROCESS_LOG_DIRECTORY": str(home(settings) / "logs" / "dag_processor"),
        "LOGGING__COLORED_CONSOLE_LOG": "False",
    }
    inherited = {k: v for k, v in settings.environ.items() if not k.startswith("AIRFLOW")}
    chosen = {f"AIRFLOW__{name}": value for name, value in options.items()}
    return {
        **inherited,
        **chosen,
        **variables(settings),
        "AIRFLOW_HOME": str(home(settings)),
        "PGPASSFILE": str(home(settings) / "pgpass"),
        # Read when the library is imported, which the executor does.
        "GX_ANALYTICS_ENABLED": "False",
        "PGSSLMODE": settings.conninfo("airflow")["sslmode"],
        "PYTHONUNBUFFERED": "1",
        "NO_COLOR": "1",
    }


def variables(settings: Settings) -> dict[str, str]:
    """The VB_* variables by which a task finds this very copy (no secrets: those are in the home)."""
    found = {
        "VB_HOME": str(settings.home),
        "VB_SOURCES": settings.sources,
        "VB_SAMPLE": settings.sample,
        "VB_SEED": str(settings.seed),
        "VB_PG_PORT": str(settings.pg_port),
        "VB_PG_DATABASE": settings.pg_database,
    }
    if settings.source_url:
        found["VB_SOURCE_URL"] = settings.source_url
    return found


def prepare(settings: Settings) -> None:
    """Writes the files that Airflow's processes read: passwords for the UI and for PostgreSQL (both mode 600)."""
    for folder in (home(settings), home(settings) / "logs"):
        folder.mkdir(parents=True, exist_ok=True)
    # Made before Airflow would make one itself and print it in its log.
    _private(_password_file(settings), json.dumps({USER: settings.secret("airflow_password")}))
    password = settings.passwords["airflow"].replace("\\", "\\\\").replace(":", "\\:")
    _private(home(settings) / "pgpass", f"*:*:*:airflow:{password}\n")


def start(settings: Settings, supervisor: Supervisor, *, watched: bool = False, tick: Callable[[], None]) -> None:
    """Starts Airflow's processes; the metadata database is migrated first when this version has not done so.

    Returns when all run (not: when they are healthy, see `Client.wait_until_healthy`). `tick` is called
    while waiting.
    """
    prepare(settings)
    variables = environment(settings, watched=watched)
    supervisor.start(service("api-server", variables))
    if _needs_migration(settings):
        child = supervisor.start(service("db-migrate", variables, MIGRATE))
        while child.running():
            tick()
            time.sleep(0.1)
        supervisor.stop("db-migrate")
        if child.popen and child.popen.returncode:
            raise VeiligheidsbeeldError(
                f"Airflow could not prepare its metadata database:\n{tail(child.log)}",
                remedy=f"See {child.log}; `make clean` starts anew.",
            )
        settings.remember(airflow_schema=[_version(), _revision(settings)])
    for name in ("scheduler", "dag-processor"):
        supervisor.start(service(name, variables))


def prepare_server(settings: Settings, *, report: Callable[[str], None]) -> None:
    """Migrates Airflow's metadata and makes the pools, with the configuration found in the environment.

    For a server (docker-compose), where Airflow is configured by its own AIRFLOW__ variables.
    """
    prepare(settings)
    wanted = {name: {"slots": n, "description": "", "include_deferred": False} for name, n in pools().items()}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "pools.json"
        file.write_text(json.dumps(wanted))
        for arguments in (MIGRATE, ("pools", "import", str(file))):
            report(f"airflow {' '.join(arguments[:2])}")
            done = subprocess.run([sys.executable, "-m", "airflow", *arguments], capture_output=True, text=True)
            if done.returncode:
                raise VeiligheidsbeeldError(
                    f"`airflow {' '.join(arguments)}` failed:\n{done.stderr.strip()[-2000:]}",
                    remedy="Check AIRFLOW__DATABASE__SQL_ALCHEMY_CONN and that PostgreSQL answers.",
                )


def service(name: str, variables: dict[str, str], arguments: tuple[str, ...] | None = None) -> Service:
    """An Airflow process of this environment's own Python."""
    command = (sys.executable, "-m", "airflow", *(arguments or COMMANDS[name]))
    return Service(name, command, variables)


def _version() -> str:
    return importlib.metadata.version("apache-airflow-core")


def _revision(settings: Settings) -> str | None:
    with connect(settings, "airflow", database=f"{settings.pg_database}_airflow") as connection:
        if connection.execute("select to_regclass('alembic_version')").fetchone() == (None,):
            return None
        row = connection.execute("select version_num from alembic_version").fetchone()
        return row[0] if row else None


def _needs_migration(settings: Settings) -> bool:
    return settings.known().get("airflow_schema") != [_version(), _revision(settings)]


def _password_file(settings: Settings) -> Path:
    return home(settings) / "passwords.json"


def _private(path: Path, text: str) -> None:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(text)


@dataclass
class Task:
    """A task instance as the API gives it; times are aware datetimes."""

    dag_id: str
    run_id: str
    task_id: str
    state: str | None
    tries: int
    queued: datetime | None
    started: datetime | None
    ended: datetime | None


@dataclass
class Run:
    """A DAG run and its tasks."""

    dag_id: str
    run_id: str
    state: str
    run_type: str
    queued: datetime | None = None
    started: datetime | None = None
    ended: datetime | None = None
    tasks: list[Task] = field(default_factory=list)

    @property
    def done(self) -> bool:
        return self.state in FINAL


class Client:
    """The REST API of this copy's Airflow, version 2."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.base = f"http://127.0.0.1:{port(settings)}"
        # No proxy settings of the environment: this is loopback.
        self.http = httpx.Client(base_url=self.base, timeout=60, trust_env=False)

    def close(self) -> None:
        self.http.close()

    def wait_until_healthy(self, dags: tuple[str, ...], *, tick: Callable[[], None]) -> None:
        """Waits until the scheduler beats and the DAGs are there, then logs in. `tick` may raise to give up."""
        deadline = time.monotonic() + START_SECONDS
        missing: list[str] = ["the API server"]
        while missing:
            if time.monotonic() > deadline:
                raise VeiligheidsbeeldError(
                    f"Airflow was not ready after {START_SECONDS} s; still missing: {', '.join(missing)}.",
                    remedy=f"See the logs in {self.settings.home / 'logs'}.",
                )
            tick()
            time.sleep(0.1)
            try:
                missing = self._missing(dags)
            except httpx.TransportError:
                continue

    def _missing(self, dags: tuple[str, ...]) -> list[str]:
        if "authorization" not in self.http.headers:
            self.http.headers["Authorization"] = f"Bearer {self._token()}"
            # The API that tasks talk to builds itself at its first request, which takes seconds: now, not then.
            threading.Thread(target=self._wake_execution_api, daemon=True).start()
        health = self.get("monitor/health")
        missing = [n for n in ("scheduler", "dag_processor") if (health.get(n) or {}).get("status") != "healthy"]
        if missing:
            return missing
        self._raise_import_errors()
        known = {d["dag_id"] for d in self.get("dags", limit=100)["dags"]}
        return [f"DAG {d}" for d in dags if d not in known]

    def _wake_execution_api(self) -> None:
        with contextlib.suppress(httpx.HTTPError):
            httpx.get(f"{self.base}/execution/variables/none", timeout=60, trust_env=False)

    def _token(self) -> str:
        credentials = {"username": USER, "password": self.settings.secret("airflow_password")}
        answer = self.http.post("/auth/token", json=credentials)
        answer.raise_for_status()
        return answer.json()["access_token"]

    def _raise_import_errors(self) -> None:
        if errors := self.get("importErrors")["import_errors"]:
            what = "\n".join(f"{e['filename']}:\n{e['stack_trace']}" for e in errors)
            raise VeiligheidsbeeldError(f"A DAG file does not load:\n{what}", remedy="Mend the DAG file.")

    def get(self, path: str, **parameters: object) -> dict:
        return self._request("GET", path, params=parameters)

    def _request(self, method: str, path: str, **arguments: object) -> dict:
        answer = self.http.request(method, f"/api/v2/{path}", **arguments)  # type: ignore[arg-type]
        if answer.is_error:
            raise_when_full(self.settings)
            raise VeiligheidsbeeldError(
                f"Airflow answered {answer.status_code} to {method} {path}: {answer.text[:500]}",
                remedy=f"See {self.settings.home / 'logs' / 'api-server.log'}.",
            )
        return answer.json() if answer.content else {}

    def ensure_pools(self) -> None:
        """Makes the pools that do not exist; slots that somebody changed in the UI stay as they are."""
        known = {p["name"] for p in self.get("pools", limit=100)["pools"]}
        for name, slots in pools().items():
            if name not in known:
                body = {"name": name, "slots": slots, "description": "see services/airflow.py"}
                self._request("POST", "pools", json=body)

    def unpause(self, dag_id: str) -> None:
        self._request("PATCH", f"dags/{dag_id}", json={"is_paused": False})

    def trigger(self, dag_id: str, conf: dict | None = None) -> str:
        """Starts a run; the id of the run."""
        body = {"logical_date": None, "conf": conf or {}}
        return self._request("POST", f"dags/{dag_id}/dagRuns", json=body)["dag_run_id"]

    def run(self, dag_id: str, run_id: str) -> Run:
        """A run with its tasks."""
        run = _run(self.get(f"dags/{dag_id}/dagRuns/{run_id}"))
        run.tasks = self.tasks(dag_id, run_id)
        return run

    def tasks(self, dag_id: str, run_id: str) -> list[Task]:
        return self._tasks(dag_id, run_id)

    def tasks_since(self, moment: datetime) -> list[Task]:
        """Tasks of any run that changed since a moment."""
        return self._tasks("~", "~", updated_at_gte=moment.isoformat())

    def _tasks(self, dag_id: str, run_id: str, **chosen: object) -> list[Task]:
        found = self.get(f"dags/{dag_id}/dagRuns/{run_id}/taskInstances", limit=100, **chosen)["task_instances"]
        return [
            Task(
                t["dag_id"],
                t["dag_run_id"],
                t["task_id"],
                t["state"],
                t["try_number"],
                *(_moment(t[k]) for k in ("queued_when", "start_date", "end_date")),
            )
            for t in found
        ]

    def unfinished(self, dag_id: str) -> list[Run]:
        """Runs that are queued or running."""
        found = self.get(f"dags/{dag_id}/dagRuns", state=["queued", "running"], limit=100)
        return [_run(r) for r in found["dag_runs"]]

    def fail(self, run: Run) -> None:
        """Marks a run, and what it has at work, as failed."""
        self._request("PATCH", f"dags/{run.dag_id}/dagRuns/{run.run_id}", json={"state": "failed"})

    def runs_since(self, dag_id: str, moment: datetime) -> list[Run]:
        """Runs of a DAG that started after a moment, oldest first, without their tasks.

        Not by `run_after`: of a run for events that is the moment of the events, which may have waited long.
        """
        found = self.get(f"dags/{dag_id}/dagRuns", start_date_gte=moment.isoformat(), order_by="start_date", limit=100)
        return [_run(r) for r in found["dag_runs"]]

    def queued_asset_events(self, dag_id: str) -> int:
        """Asset events that wait to start a run of the DAG."""
        answer = self.http.get(f"/api/v2/dags/{dag_id}/assets/queuedEvents")
        return 0 if answer.status_code == httpx.codes.NOT_FOUND else answer.json()["total_entries"]

    def task_log(self, task: Task) -> Path:
        """File with the output of the last try of a task."""
        base = home(self.settings) / "logs" / f"dag_id={task.dag_id}" / f"run_id={task.run_id}"
        return base / f"task_id={task.task_id}" / f"attempt={max(task.tries, 1)}.log"


def _run(found: dict) -> Run:
    queued, started, ended = (_moment(found[k]) for k in ("queued_at", "start_date", "end_date"))
    return Run(found["dag_id"], found["dag_run_id"], found["state"], found["run_type"], queued, started, ended)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
