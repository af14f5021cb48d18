"""A process of its own in a copy of the project: renders, and brings what was recorded from source to mart."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

from sandbox.source_server import Recordings, serve
from tests.e2e import way
from veiligheidsbeeld import generated
from veiligheidsbeeld.services.bootstrap import bootstrap
from veiligheidsbeeld.settings import Settings


def run(home: str, port: str, database: str, recordings: str) -> None:
    print(json.dumps([str(path) for path in generated.write()]))
    environment = {"VB_HOME": home, "VB_PG_PORT": port, "VB_PG_DATABASE": database, "VB_SOURCES": recordings}
    settings = Settings.from_env(environment)
    bootstrap(settings)
    with serve(Recordings(Path(recordings)), kind="opname") as server:
        at_source = way.at_source(replace(settings, sources=recordings), server.url, VB_SOURCE_URL=server.url)
        outcomes = way.bring_in(at_source, way.all_datasets())
        assert outcomes["cbs_woningprijzen"].uitkomst == "gedaan", outcomes["cbs_woningprijzen"]
        way.publish(at_source, ["leefomgeving"])


if __name__ == "__main__":
    run(*sys.argv[1:])
