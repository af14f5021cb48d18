"""New secrets for a copy with an embedded server: after a leak, or when `secrets.json` is lost."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from veiligheidsbeeld.errors import ConfigurationError, VeiligheidsbeeldError
from veiligheidsbeeld.services import airflow, postgres
from veiligheidsbeeld.services.bootstrap import bootstrap
from veiligheidsbeeld.services.processes import Supervisor, exclusive
from veiligheidsbeeld.services.system_user import server_user
from veiligheidsbeeld.settings import Settings

Report = Callable[[str], None]


def replace_secrets(settings: Settings, *, report: Report) -> Path:
    """Makes every secret anew and gives it to the server and to Airflow; the old file is kept beside the new one.

    The superuser gets its password without being asked for the old one: by PostgreSQL's single-user mode, which needs
    the files of a stopped server. Raises `ConfigurationError` while anything of this copy runs, and for a server of
    your own (VB_PG_HOST), where the passwords come from the environment.
    """
    path = settings.home / "secrets.json"
    if not postgres.is_embedded(settings):
        raise ConfigurationError(
            "The passwords of this server come from the environment (VB_PG_HOST is set).",
            remedy="Change them in .env; for each role `alter role ... password` as postgres, or run `init` again.",
        )
    if not (postgres.data_directory(settings) / "PG_VERSION").exists():
        raise ConfigurationError(
            f"{settings.home} holds no warehouse.", remedy="Set VB_HOME to the copy that is meant."
        )
    with exclusive(settings):
        if postgres.postmaster(settings) or Supervisor(settings).known():
            raise ConfigurationError(f"{settings.home} is running.", remedy="Stop it first: `veiligheidsbeeld down`.")
        if path.exists():
            kept = path.with_name(f"secrets.{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json")
            path.rename(kept)
            report(f"the old secrets are in {kept}; remove that file when nothing needs it")
        fresh = replace(settings)  # without what was read before
        _set_superuser(fresh, fresh.passwords["postgres"])
        started = postgres.start(fresh, report=report)
        try:
            bootstrap(started)
            airflow.prepare(started)
        finally:
            postgres.stop(started, report=report)
    return path


def _set_superuser(settings: Settings, password: str) -> None:
    user = server_user()
    data = postgres.data_directory(settings)
    statement = f"alter role postgres password '{password}'\n"
    done = subprocess.run(
        [str(postgres.binary("postgres")), "--single", "-D", str(data), "postgres"],
        cwd=data,
        input=statement,
        capture_output=True,
        text=True,
        check=False,
        **user.popen_arguments(),
    )
    if done.returncode or "ERROR" in done.stderr:
        raise VeiligheidsbeeldError(
            "The superuser could not be given a new password: " + done.stderr.replace(password, "***").strip()[-500:],
            remedy="See whether the files of the server are whole (`logs/postgres.log`), then try again.",
        )
