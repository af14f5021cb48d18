"""Marks by which a build knows what can stay (dbt_project/macros/merk.sql): they hold for one version of everything
that is not data. Any other version begins without marks, so that nothing has to be proven of code."""

from __future__ import annotations

import hashlib
import os
from importlib.metadata import version
from pathlib import Path

from veiligheidsbeeld import __version__
from veiligheidsbeeld.dbt_folder import dbt_folder
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect

CODE = "code"
_PACKAGES = ("dbt-core", "dbt-adapters", "dbt-postgres")


def renew(settings: Settings) -> None:
    """Forgets all marks when they were kept by another version; to be called before dbt reads its project."""
    with connect(settings, "transform") as connection:
        code = f"{_code(settings)} {connection.info.server_version}"
        query = "select invoer from beheer.merk where knoop = %s"
        if connection.execute(query, [CODE]).fetchone() != (code,):
            connection.execute("delete from beheer.merk")
            connection.execute("insert into beheer.merk (knoop, invoer) values (%s, %s)", [CODE, code])


def _code(settings: Settings) -> str:
    """Of all that dbt reads, what is of the region included, and of dbt itself."""
    digest = hashlib.sha256(" ".join([__version__, *map(version, _PACKAGES)]).encode())
    root = dbt_folder(settings.home / "dbt" / "project", settings.project, settings.region)
    folders = os.walk(root, followlinks=True)
    for path in sorted(Path(folder) / name for folder, _, names in folders for name in names if name[0] != "."):
        digest.update(f"\0{path.relative_to(root)}\0".encode() + path.read_bytes())
    return digest.hexdigest()
