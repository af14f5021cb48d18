"""A run of its own process, to be killed."""

from __future__ import annotations

from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.transform import transform


def run(home: str, port: str, database: str) -> None:
    environment = {"VB_HOME": home, "VB_PG_PORT": port, "VB_PG_DATABASE": database}
    transform(Settings.from_env(environment), "cybercrime")
