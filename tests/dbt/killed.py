"""A run in a process of its own, to be killed."""

from __future__ import annotations

from veiligheidsbeeld.errors import may_pass
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.transform import transform


def run(home: str, port: str, database: str) -> None:
    environment = {"VB_HOME": home, "VB_PG_PORT": port, "VB_PG_DATABASE": database}
    try:
        transform(Settings.from_env(environment), "cybercrime")
    except Exception as error:
        print(type(error).__name__, may_pass(error), error, flush=True)
