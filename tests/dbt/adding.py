"""A process of its own in a copy of the project: renders, and brings files and recorded replies as far as a mart.

Prints the paths that rendering wrote. Without recordings the files alone are built.
"""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

from sandbox.source_server import Recordings, serve
from tests.dbt import scene
from tests.e2e import way
from tests.places import CHOSEN
from tests.registers.files import load
from veiligheidsbeeld import generated
from veiligheidsbeeld.services.bootstrap import bootstrap
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect

# The one that is added, and those by which its regions are known; tests/e2e/test_recordings.py brings in all.
DATASETS = ["politie_misdrijven_gemeente", "cbs_bevolking", "cbs_woningprijzen"]


def run(home: str, port: str, database: str, drop: str, recordings: str = "") -> None:
    print(json.dumps([str(path) for path in generated.write()]))
    environment = {"VB_HOME": home, "VB_PG_PORT": port, "VB_PG_DATABASE": database, **CHOSEN}
    settings = Settings.from_env(environment | {"VB_DROP": drop, "VB_DROP_RUST": "0"})
    bootstrap(settings)
    load(settings)
    if not recordings:
        with connect(settings, "lader") as connection:
            for delivery in (scene.crimes(), scene.population()):
                delivery.write(connection)
        way.publish(settings, ["leefomgeving"])
        return
    with serve(Recordings(Path(recordings)), kind="opname") as server:
        at_source = way.at_source(
            replace(settings, sources=recordings), server.url, VB_SOURCES=recordings, VB_SOURCE_URL=server.url
        )
        outcomes = way.bring_in(at_source, DATASETS)
        assert outcomes["cbs_woningprijzen"].uitkomst == "gedaan", outcomes["cbs_woningprijzen"]
        way.publish(at_source, ["leefomgeving"])


if __name__ == "__main__":
    run(*sys.argv[1:])
