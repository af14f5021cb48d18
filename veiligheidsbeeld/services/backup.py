"""A copy of everything that cannot be made again, and the way back from it into an empty home.

Kept are the dumps of the warehouse and of Airflow's metadata (`pg_dump`, one moment each) and, after those, the files
of the home: landing and drop folder, answers, messages. What a later run makes by itself (logs, dbt's target, the
sample) is not kept. Secrets are kept apart, where asked; without them a restored home gets new ones. A backup has its
own checksums, and takes its name only when it is whole. What may be lost is what came in since the last one.
Why, and how long: docs/decisions/0027-backup.md.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from psycopg import sql

from veiligheidsbeeld import __version__
from veiligheidsbeeld.errors import ConfigurationError, VeiligheidsbeeldError
from veiligheidsbeeld.services import postgres
from veiligheidsbeeld.services.bootstrap import bootstrap, make_database, open_database
from veiligheidsbeeld.services.processes import exclusive
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse.connection import connect

Report = Callable[[str], None]

# Of a home: what a run makes by itself, what belongs to this machine, and what is secret.
NOT_KEPT = frozenset(
    {"postgres", "postgres.new", "socket", "airflow", "dbt", "data_docs", "sample", "logs", "run", "slots"}
    | {"backups"}
)
# What state.json knows of the data, not of the machine.
_FACTS = ("sources", "sample", "regio")
_SUMS, _ABOUT, _FILES = "SHA256SUMS", "backup.json", "home"
_DUMPS = {"warehouse": "", "airflow": "_airflow"}
_PARTS = 2


def backup(settings: Settings, folder: Path, *, secrets: Path | None = None, report: Report) -> Path:
    """Makes a backup below `folder`, also while the system works; gives its place, `<folder>/<moment>`.

    `secrets` is a file (mode 600) for the passwords and keys of the home, such as the salt of the survey.

    Raises `VeiligheidsbeeldError` when a part cannot be made; nothing with the name of a backup is there then.
    """
    made = folder / datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    busy = made.with_name(f".{made.name}.busy")
    shutil.rmtree(busy, ignore_errors=True)
    busy.mkdir(parents=True, mode=0o700)
    for name, suffix in _DUMPS.items():
        report(f"database {name}")
        _tool(
            settings,
            "pg_dump",
            *("--format=directory", f"--jobs={_PARTS}", "--compress=gzip:1", "--statistics"),
            *("--file", str(busy / name), settings.pg_database + suffix),
        )
    report("files of the home")
    for path in settings.home.iterdir():
        if path.is_dir() and path.name not in NOT_KEPT:
            shutil.copytree(path, busy / _FILES / path.name, symlinks=True, ignore=_no_file)
    known = settings.known()
    about = {"version": __version__, "made": made.name, **{name: known.get(name) for name in _FACTS}}
    (busy / _ABOUT).write_text(json.dumps(about, indent=1))
    (busy / _SUMS).write_text("".join(f"{digest}  {name}\n" for name, digest in _sums(busy).items()))
    busy.rename(made)
    if secrets:
        _private_copy(settings.home / "secrets.json", secrets)
    return made


def restore(settings: Settings, made: Path, *, secrets: Path | None = None, report: Report) -> Settings:
    """Brings a backup into an empty home, whose warehouse runs afterwards; gives the settings with its port.

    Raises `ConfigurationError` when the home holds something or the backup is not whole, before anything is done.
    """
    about = _checked(made)
    if any(name.name not in ("lock", "state.json") for name in settings.home.glob("*")):
        raise ConfigurationError(
            f"{settings.home} is not empty.",
            remedy="Restore into another VB_HOME, or remove this one first (`veiligheidsbeeld clean`).",
        )
    with exclusive(settings):
        if secrets:
            _private_copy(secrets, settings.home / "secrets.json")
        started = postgres.start(settings, report=report)
        bootstrap(started)  # roles and databases; what it put in them goes again
        for name, suffix in _DUMPS.items():
            report(f"database {name}")
            _empty(started, started.pg_database + suffix, owner="beheer" if not suffix else "airflow")
            database = started.pg_database + suffix
            _tool(started, "pg_restore", "--exit-on-error", f"--jobs={_PARTS}", "--dbname", database, str(made / name))
        bootstrap(started)
        report("files of the home")
        if (made / _FILES).is_dir():
            shutil.copytree(made / _FILES, started.home, dirs_exist_ok=True)
        started.remember(**{name: about[name] for name in _FACTS if about.get(name)})
    return started


def _checked(made: Path) -> dict:
    """What a backup says of itself, once every file of it is as it was written."""
    try:
        about = json.loads((made / _ABOUT).read_text())
        lines = (made / _SUMS).read_text().splitlines()
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"{made} is no backup: {error}.", remedy="Name a folder that `backup` made."
        ) from error
    wanted = {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
    found = _sums(made)
    if wrong := sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name)):
        raise ConfigurationError(
            f"The backup {made} is damaged: {', '.join(wrong[:3])}{' and more' if wrong[3:] else ''}.",
            remedy="Take an earlier one, or the copy that stands elsewhere.",
        )
    return about


def _sums(folder: Path) -> dict[str, str]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    found = {}
    for path in paths:
        if path != folder / _SUMS:
            with path.open("rb") as file:
                found[str(path.relative_to(folder))] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def _no_file(folder: str, names: list[str]) -> list[str]:
    """Pipes, sockets and devices, which a sender may have put in the drop folder: reading one may never end."""
    paths = {name: Path(folder) / name for name in names}
    return [name for name, path in paths.items() if not (path.is_symlink() or path.is_file() or path.is_dir())]


def _private_copy(path: Path, target: Path) -> None:
    target.touch(mode=0o600)
    target.chmod(0o600)
    target.write_bytes(path.read_bytes())


def _empty(settings: Settings, name: str, *, owner: str) -> None:
    with connect(settings, "postgres", database="postgres", autocommit=True) as admin:
        admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
        make_database(admin, name, owner=owner)
        open_database(admin, name, owner=owner)


def _tool(settings: Settings, name: str, *arguments: str) -> None:
    """A program of PostgreSQL as the superuser; the password goes by its environment."""
    found = settings.conninfo("postgres")
    variables = {"PGHOST": str(found["host"]), "PGPORT": str(found["port"]), "PGUSER": "postgres"}
    done = subprocess.run(
        [str(postgres.binary(name)), *arguments],
        env={**os.environ, **variables, "PGPASSWORD": str(found["password"])},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise VeiligheidsbeeldError(
            f"{name} failed: {done.stderr.strip()[-1500:]}", remedy="Make room or mend what it says, and try again."
        )
