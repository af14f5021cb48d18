"""Whether a copy is well: for a person, for a monitoring system by exit code or JSON, or for Prometheus.

Looks and starts nothing. Each check says ok, warning or critical, with a number where there is one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from enum import IntEnum
from itertools import groupby

import httpx
import psycopg

from veiligheidsbeeld.errors import VeiligheidsbeeldError
from veiligheidsbeeld.landing import cubes
from veiligheidsbeeld.landing.files import damaged
from veiligheidsbeeld.services import access_log, airflow, postgres
from veiligheidsbeeld.services.disk import disk
from veiligheidsbeeld.services.lifecycle import wanted_services
from veiligheidsbeeld.services.processes import WATCH, Supervisor
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect

MESSAGE_HOURS = 24
_EXECUTION_API = "AIRFLOW__CORE__EXECUTION_API_SERVER_URL"


class State(IntEnum):
    """How a check went; the worst of them is the exit code, as Nagios and its kin read it."""

    ok = 0
    warning = 1
    critical = 2


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; `value` is in the unit that the end of `name` gives."""

    name: str
    subject: str
    state: State
    says: str
    value: float | None = None


def checks(settings: Settings) -> list[Check]:
    """Everything that is looked at, in a fixed order."""
    looks: list[Callable[[Settings], Iterable[Check]]] = [
        _warehouse,
        _services,
        _airflow,
        _space,
        _landing,
        _reads,
        _messages,
    ]
    return [check for look in looks for check in look(settings)]


def worst(found: Iterable[Check]) -> State:
    return max((check.state for check in found), default=State.ok)


def as_json(found: list[Check]) -> str:
    """One object: `status`, and `checks` with name, subject, state, says, value."""
    listed = [{**asdict(check), "state": check.state.name} for check in found]
    return json.dumps({"status": worst(found).name, "checks": listed}, indent=1)


def as_prometheus(found: list[Check]) -> str:
    """Text exposition format 0.0.4: per check its state (0 ok, 1 warning, 2 critical) and its value."""
    lines = [
        "# HELP veiligheidsbeeld_state 0 ok, 1 warning, 2 critical",
        "# TYPE veiligheidsbeeld_state gauge",
        *(f'veiligheidsbeeld_state{{check="{c.name}",subject="{_escaped(c.subject)}"}} {c.state:d}' for c in found),
    ]
    measured = sorted((c for c in found if c.value is not None), key=lambda c: c.name)
    for name, group in groupby(measured, key=lambda c: c.name):
        lines.append(f"# TYPE veiligheidsbeeld_{name} gauge")
        lines += [f'veiligheidsbeeld_{name}{{subject="{_escaped(c.subject)}"}} {c.value:g}' for c in group]
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _warehouse(settings: Settings) -> Iterable[Check]:
    began = time.monotonic()
    try:
        with connect(settings, "analist") as connection:
            published = connection.execute(
                "select thema, extract(epoch from now() - sinds)::float from beheer.publicatie_actueel order by 1"
            ).fetchall()
    except (VeiligheidsbeeldError, psycopg.Error) as error:
        yield Check("warehouse_seconds", "warehouse", State.critical, getattr(error, "what", str(error)))
        return
    took = time.monotonic() - began
    yield Check("warehouse_seconds", "warehouse", State.ok, f"answers in {took:.2f} s", took)
    if not published:
        yield Check("publication_age_seconds", "kern", State.warning, "nothing was ever published")
    for theme, age in published:
        yield Check("publication_age_seconds", theme, State.ok, f"published {age / 86400:.1f} days ago", age)


def _services(settings: Settings) -> Iterable[Check]:
    """The processes of `up`; those of docker-compose.yml are for the engine to look after."""
    if not postgres.is_embedded(settings):
        return
    if not settings.known().get("up"):
        yield Check("service_running", "up", State.warning, "`up` has not been called, or `down` has")
        return
    running = Supervisor(settings).known()
    for name in (*wanted_services(settings), WATCH):
        there = name in running
        # Without the watch nothing is lost yet; without another service nothing is loaded.
        state = State.ok if there else State.warning if name == WATCH else State.critical
        yield Check("service_running", name, state, "runs" if there else "does not run", float(there))


def _airflow(settings: Settings) -> Iterable[Check]:
    if given := settings.environ.get(_EXECUTION_API):
        base = given.removesuffix("/").removesuffix("/execution")
    elif settings.known().get("up"):
        base = f"http://127.0.0.1:{airflow.port(settings)}"
    else:
        return
    try:
        said = httpx.get(f"{base}/api/v2/monitor/health", timeout=20, trust_env=False).raise_for_status().json()
    except (httpx.HTTPError, ValueError) as error:
        yield Check("airflow_healthy", "api-server", State.critical, f"does not answer: {error}", 0.0)
        return
    for name in ("metadatabase", "scheduler", "dag_processor"):
        well = (said.get(name) or {}).get("status") == "healthy"
        state, words = (State.ok, "healthy") if well else (State.critical, "gives no sign of life")
        yield Check("airflow_healthy", name, state, words, float(well))


def _space(settings: Settings) -> Iterable[Check]:
    found = disk(settings)
    state = State.critical if found.full else State.warning if found.nearly_full else State.ok
    yield Check("disk_free_bytes", str(settings.home), state, str(found), float(found.free))


def _landing(settings: Settings) -> Iterable[Check]:
    """Files of senders whose manifest cannot be read: they are passed over, and count in nothing. And deliveries of
    sources that were put aside: they were, or will be, asked for again."""
    found = damaged(settings)
    says = f"{found[0].what} {found[0].remedy}" if found else "every file has its manifest"
    yield Check("damaged_files", "landing", State.critical if found else State.ok, says, float(len(found)))
    aside = cubes.aside(settings)
    says = (
        f"{aside[0]}: the source is asked again; see why the disk changed a file, then remove it" if aside else "none"
    )
    yield Check("damaged_deliveries", "landing", State.warning if aside else State.ok, says, float(len(aside)))


def _reads(settings: Settings) -> Iterable[Check]:
    """Whether the watch can see who reads: without the server's log `beheer.inzage` stays empty."""
    there = access_log.log_files(settings)
    says = ", ".join(map(str, there)) or "the server's log is not there (VB_PG_LOG): who reads what is not noted"
    yield Check("access_log", "warehouse", State.ok if there else State.warning, says, float(len(there)))


def _messages(settings: Settings) -> Iterable[Check]:
    """Messages of failed runs, missed deadlines and restarts: people have had them, monitoring counts them."""
    since = time.time() - MESSAGE_HOURS * 3600
    count = sum(path.stat().st_mtime > since for path in (settings.home / "meldingen").glob("*.txt"))
    state = State.warning if count else State.ok
    yield Check("messages", "meldingen", state, f"{count} messages in {MESSAGE_HOURS} hours", float(count))
