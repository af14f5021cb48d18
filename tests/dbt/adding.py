"""A process of its own in a copy of the project: renders, takes what lies in the drop folder, builds one theme."""

from __future__ import annotations

import sys

from tests.dbt import scene
from tests.registers.files import load
from veiligheidsbeeld import generated
from veiligheidsbeeld.services.bootstrap import bootstrap
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.transform import transform
from veiligheidsbeeld.warehouse import connect


def run(home: str, port: str, database: str, drop: str) -> None:
    generated.write()
    settings = Settings.from_env(
        {"VB_HOME": home, "VB_PG_PORT": port, "VB_PG_DATABASE": database, "VB_DROP": drop, "VB_DROP_RUST": "0"}
    )
    bootstrap(settings)
    with connect(settings, "lader") as connection:
        for delivery in (scene.crimes(), scene.population()):
            delivery.write(connection)
    load(settings)
    transform(settings, "basis")
    transform(settings, "leefomgeving")


if __name__ == "__main__":
    run(*sys.argv[1:])
