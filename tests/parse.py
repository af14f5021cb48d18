"""What dbt reads of the project, which costs it more than a build of little data, is read once per run of the tests.

`begin` gives a home what was read elsewhere, as a home has that of its build before. dbt holds it against the project
and region of that home, file by file, and reads anew what differs; for another connection it reads everything anew. So
what says where it was read is rewritten: the folder, the database, which stands in every node, and the hash of the
connection. tests/e2e/test_run.py holds it against what a real run read.
"""

from __future__ import annotations

import pprint
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgpack
import yaml
from jinja2.nativetypes import NativeEnvironment

from tests.places import CHOSEN
from veiligheidsbeeld import dbt
from veiligheidsbeeld.dbt_folder import dbt_folder
from veiligheidsbeeld.settings import Settings

SAID = "gezegd.txt"
# Names nothing else, so that every place where it stands is the database's.
DATABASE = "waar_dbt_het_project_las"


def somewhere(home: Path) -> Settings:
    """Of no warehouse: reading asks for none."""
    return Settings.from_env({"VB_HOME": str(home), "VB_PG_DATABASE": DATABASE, "VB_PG_PORT": "1", **CHOSEN})


def read(settings: Settings) -> str:
    """Has dbt read everything into the home of `somewhere`; what it says. Whatever it warns of is an error."""
    folder, target = str(_folder(settings)), dbt.target(settings)
    command = [str(Path(sys.executable).parent / "dbt"), "--log-path", str(target), "--no-use-colors"]
    command += ["--warn-error-options", '{"error": "all"}', "--no-partial-parse", "parse", "--show-all-deprecations"]
    command += ["--target-path", str(target), "--project-dir", folder, "--profiles-dir", folder]
    done = subprocess.run(
        command, env=dbt.environment(settings), capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def begin(before: Settings, settings: Settings) -> None:
    """Gives the home of `settings` what was read in that of `before`."""
    target = dbt.target(settings)
    target.mkdir(parents=True, exist_ok=True)
    (target / dbt.READ).write_bytes(msgpack.packb(known(before, settings)))


def known(before: Settings, settings: Settings) -> dict[str, Any]:
    """What was read in the home of `before`, as if in that of `settings`."""
    places = {before.pg_database: settings.pg_database, str(_folder(before)): str(_folder(settings))}

    def moved(value: Any) -> Any:
        if isinstance(value, str):
            for old, new in places.items():
                value = value.replace(old, new)
            return value
        if isinstance(value, dict):
            return {key: moved(part) for key, part in value.items()}
        return [moved(part) for part in value] if isinstance(value, list) else value

    found = moved(in_home(before))
    found["state_check"]["profile_hash"] = _connection(settings)
    return found


def in_home(settings: Settings) -> dict[str, Any]:
    """What is kept of the last reading."""
    return msgpack.unpackb((dbt.target(settings) / dbt.READ).read_bytes(), strict_map_key=False)


def without_moments(value: Any) -> Any:
    """All but when it was read, and by which call."""
    if isinstance(value, dict):
        return {key: without_moments(part) for key, part in value.items() if key not in ("created_at", "metadata")}
    return [without_moments(part) for part in value] if isinstance(value, list) else value


def _folder(settings: Settings) -> Path:
    return dbt_folder(settings.home / "dbt" / "project", settings.project, settings.region)


def _connection(settings: Settings) -> dict[str, str]:
    """As dbt's build_manifest_state_check has it; were it another, dbt would read everything anew."""
    from dbt.adapters.postgres import PostgresCredentials
    from dbt.artifacts.resources import FileHash

    profiles = yaml.safe_load((settings.project / "dbt_project" / "profiles.yml").read_text(encoding="utf-8"))
    jinja = NativeEnvironment()
    jinja.filters["as_number"] = int
    texts = {
        key: jinja.from_string(value).render(env_var=dbt.environment(settings).get) if isinstance(value, str) else value
        for key, value in profiles["veiligheidsbeeld"]["outputs"]["warehouse"].items()
        if key not in ("type", "threads", "password")
    }
    known = PostgresCredentials.from_dict(PostgresCredentials.translate_aliases(texts | {"password": ""}))
    return FileHash.from_contents(pprint.pformat(sorted(known.connection_info()))).to_dict()
