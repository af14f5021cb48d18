"""What plans and owners are told after a publication; each check gives what is wrong."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from tests.places import TOWN_NAME
from veiligheidsbeeld import digest
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect


def kept(settings: Settings, home: Path) -> list[str]:
    """The run left a message per plan with all that is off course, and every refused file with its owner."""
    folder = max((home / "berichten").iterdir(), key=lambda path: int(path.name))
    told = {path.stem: path.read_text(encoding="utf-8") for path in folder.iterdir()}
    with connect(settings, "bi_lezer") as reader:
        off = reader.execute(
            "select plan_code, zin from mart_ivp.doelen where hele_gebied and status = 'van_koers'"
        ).fetchall()
        plans = reader.execute("select distinct plan_code from mart_ivp.doelen").fetchall()
    with connect(settings, "beheer") as connection:
        refused = connection.execute(
            "select distinct onderwerp, detail ->> 'wat', detail ->> 'eigenaar' from beheer.stap"
            " where uitkomst = 'geweigerd' and detail ? 'bestand'"
        ).fetchall()
    owners = [text for name, text in told.items() if name.startswith("eigenaar_")]
    wrong = [f"no message to plan {plan}" for (plan,) in plans if f"plan_{plan}" not in told]
    wrong += [f"plan {plan} is not told: {sentence}" for plan, sentence in off if sentence not in told[f"plan_{plan}"]]
    wrong += [
        f"{owner} is not told of {file}"
        for file, what, owner in refused
        if not any(file in text and what in text and owner in text.splitlines()[0] for text in owners)
    ]
    return wrong + [f"{name}: not marked as sample" for name, text in told.items() if "Voorbeeldcijfers" not in text]


def sent(settings: Settings) -> list[str]:
    """Every message goes to the address of all, and that of a plan to its own as well: here a server on loopback."""
    bodies: dict[str, list[dict]] = {"/alle": [], "/wnl": []}

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            bodies[self.path].append(json.loads(self.rfile.read(length)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"json://127.0.0.1:{server.server_port}"
    environ = settings.environ | {"VB_DIGEST": f"{address}/alle", "VB_DIGEST_WNL": f"{address}/wnl"}
    paths = digest.tell(replace(settings, environ=environ))
    server.shutdown()
    wrong = [] if len(bodies["/alle"]) == len(paths) > 5 else [f"{len(bodies['/alle'])} of {len(paths)} were sent"]
    (own,) = bodies["/wnl"]
    return wrong + ([] if TOWN_NAME in own["title"] and own["message"] in Path(paths[0]).parent.joinpath(
        "plan_WNL.txt").read_text(encoding="utf-8") else [f"{own}"])  # fmt: skip
