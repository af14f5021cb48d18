"""Superset on a warehouse that is up: a service of this copy, in an environment of its own.

Nothing here imports Superset, which cannot live beside Airflow; `dashboards/superset/server` does. What it keeps is in
`<home>/superset`. `down` stops it with the other services, and the next start uses what is there.
"""

from __future__ import annotations

import time
import zlib
from pathlib import Path

import httpx

from veiligheidsbeeld.errors import ConfigurationError, VeiligheidsbeeldError
from veiligheidsbeeld.services import postgres
from veiligheidsbeeld.services.postgres import port_is_free
from veiligheidsbeeld.services.processes import Report, Service, Supervisor, tail
from veiligheidsbeeld.settings import Settings

NAME = "superset"
USER = "admin"
# Its database is made and the assets are imported at the first start: two minutes, and longer beside other work.
START_SECONDS = 900
FIRST_PORT, PORTS = 20088, 2000


def start(settings: Settings, supervisor: Supervisor, *, report: Report) -> str:
    """Starts Superset, or finds the one that runs, and returns its address once it answers.

    Raises `ConfigurationError` when there is no warehouse to show, or Superset is not installed.
    """
    if postgres.is_embedded(settings) and postgres.postmaster(settings) is None:
        raise ConfigurationError("The warehouse does not run.", remedy="Start it first: `make up`.")
    python = settings.project / ".venv-superset" / "bin" / "python"
    if not python.exists():
        raise ConfigurationError("Superset is not installed.", remedy="Use `make dashboards`, which installs it.")
    known = NAME in supervisor.adopt()
    number = settings.known()["superset_port"] if known else _port(settings)
    address = f"http://127.0.0.1:{number}"
    if not known:
        report("starting Superset; the first time takes some minutes")
        command = (str(python), str(settings.project / "dashboards" / "superset" / "server" / "serve.py"))
        supervisor.start(Service(NAME, command, environment(settings, number)))
        settings.remember(superset_port=number)
    _wait(address, supervisor)
    return address


def environment(settings: Settings, number: int) -> dict[str, str]:
    """All that Superset is told; of the secrets its own, and the password of the role that dashboards read with."""
    passed = {name: settings.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in settings.environ}
    return {
        **passed,
        "SUPERSET_HOME": str(settings.home / "superset"),
        "SUPERSET_SECRET_KEY": settings.secret("superset_key"),
        "SUPERSET_ADMIN_PASSWORD": settings.secret("superset_password"),
        "SUPERSET_BIND": f"127.0.0.1:{number}",
        "WAREHOUSE": f"{settings.pg_host}:{settings.pg_port}/{settings.pg_database}",
        "PGPASSWORD": settings.passwords["bi_lezer"],
        "PYTHONUNBUFFERED": "1",
    }


def boards(settings: Settings) -> list[str]:
    """Names of the dashboards, as their addresses have them."""
    folder: Path = settings.project / "dashboards" / "superset" / "assets" / "dashboards"
    return sorted(path.stem for path in folder.glob("*.yaml"))


def _port(settings: Settings) -> int:
    """VB_SUPERSET_PORT, else the one of the last time when it is free, else one that follows from the home."""
    if given := settings.number("VB_SUPERSET_PORT", 0):
        return given
    first = zlib.crc32(str(settings.home).encode()) % PORTS
    known = settings.known().get("superset_port")
    for number in ([known] if known else []) + [FIRST_PORT + (first + step) % PORTS for step in range(PORTS)]:
        if port_is_free(number):
            return number
    raise VeiligheidsbeeldError("No free port for Superset.", remedy="Set VB_SUPERSET_PORT.")


def _wait(address: str, supervisor: Supervisor) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            if httpx.get(f"{address}/health", timeout=5, trust_env=False).text.strip() == "OK":
                return
        except httpx.HTTPError:
            pass
        supervisor.check()
        if time.monotonic() > deadline:
            log = supervisor.log_file(NAME)
            raise VeiligheidsbeeldError(
                f"Superset did not answer within {START_SECONDS} s:\n{tail(log)}", remedy=f"See {log}."
            )
        time.sleep(0.5)
