"""Events of OpenLineage: what its standard asks of each, that they join to a way, and that telling stops nothing."""

import json
import threading
from collections import defaultdict
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState, set_producer
from openlineage.client.facet_v2 import error_message_run, output_statistics_output_dataset, parent_run
from openlineage.client.serde import Serde

from tests.cubes.deliveries import CONTRACT, Table
from tests.places import TOWN
from veiligheidsbeeld import lineage
from veiligheidsbeeld.dbt import Node
from veiligheidsbeeld.errors import VeiligheidsbeeldError
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.steps import load
from veiligheidsbeeld.warehouse import connect

DATASET = CONTRACT.naam
CELLS = {("E05", TOWN, "2023MM01"): 3, ("E05", TOWN, "2023MM02"): 4}


class Address:
    """A server that keeps what is posted to it, with the key it came with."""

    def __init__(self) -> None:
        self.events: list[dict] = []
        self.asked: set[tuple[str, str | None]] = set()
        kept = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                kept.asked.add((self.path, self.headers.get("Authorization")))
                kept.events.append(json.loads(body))
                self.send_response(201)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def address():
    made = Address()
    yield made
    made.server.shutdown()


def telling(settings, **given):
    return replace(settings, environ=settings.environ | given)


def merged(settings):
    """A delivery on its way through loading and merging; the judge is passed by."""
    delivery = Table(CELLS).deliver(settings)
    (staged,) = load.load_step(settings, [load.in_landing(settings, DATASET, delivery.name)], run_id="proef")
    number = staged.detail["levering_id"]
    with connect(settings, "lader") as connection:
        connection.execute("update raw.levering set status = 'gekeurd' where levering_id = %s", [number])
    load.merge_step(settings, [number], run_id="proef")


def by_the_client(event):
    """The event that OpenLineage's own client makes of the same facts; it refuses what is no UUID, URI or moment."""
    set_producer("urn:veiligheidsbeeld")
    facets = event["run"]["facets"]
    above, wrong = facets["parent"], facets.get("errorMessage")
    made = {
        "parent": parent_run.ParentRunFacet(
            run=parent_run.Run(runId=above["run"]["runId"]), job=parent_run.Job(**above["job"])
        )
    }
    if wrong:
        made["errorMessage"] = error_message_run.ErrorMessageRunFacet(
            message=wrong["message"], programmingLanguage=wrong["programmingLanguage"]
        )
    return without_empty(
        Serde.to_dict(
            RunEvent(
                eventTime=event["eventTime"],
                eventType=RunState[event["eventType"]],
                run=Run(runId=event["run"]["runId"], facets=made),
                job=Job(**event["job"]),
                inputs=[InputDataset(namespace=p["namespace"], name=p["name"]) for p in event["inputs"]],
                outputs=[
                    OutputDataset(
                        namespace=p["namespace"],
                        name=p["name"],
                        outputFacets={
                            name: output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(
                                rowCount=facet["rowCount"]
                            )
                            for name, facet in p.get("outputFacets", {}).items()
                        },
                    )
                    for p in event["outputs"]
                ],
            )
        )
    )


def without_empty(value):
    """The client writes empty facets, which say nothing."""
    if isinstance(value, dict):
        return {k: without_empty(v) for k, v in value.items() if v not in ({}, [])}
    return [without_empty(v) for v in value] if isinstance(value, list) else value


def test_every_step_is_a_run_and_what_one_writes_the_next_one_reads(clean_warehouse, address):
    merged(telling(clean_warehouse, VB_OPENLINEAGE=address.url, VB_OPENLINEAGE_KEY="sleutel"))
    assert address.asked == {("/api/v1/lineage", "Bearer sleutel")}
    runs = defaultdict(list)
    for event in address.events:
        assert without_empty(event) == by_the_client(event)
        runs[event["run"]["runId"]].append(event)
    assert [[e["eventType"] for e in run] for run in runs.values()] == [["START", "COMPLETE"]] * 2
    assert all(first["eventTime"] <= last["eventTime"] for first, last in runs.values())
    (_, loading), (_, merging) = runs.values()
    assert [e["job"]["name"] for e in (loading, merging)] == [f"laad.{DATASET}", f"verwerk.{DATASET}"]
    assert loading["outputs"] == merging["inputs"]
    here = f"{clean_warehouse.pg_database}.raw.{DATASET}"
    assert [place["name"] for place in merging["outputs"]] == [here]
    # Both belong to one run above them.
    assert len({e["run"]["facets"]["parent"]["run"]["runId"] for e in address.events}) == 1


def test_a_step_that_fails_says_so_with_its_reason(clean_warehouse, address):
    with pytest.raises(VeiligheidsbeeldError):
        load.merge_step(telling(clean_warehouse, VB_OPENLINEAGE=address.url), [4711], run_id="proef")
    assert [e["eventType"] for e in address.events] == ["START", "FAIL"]
    assert [without_empty(e) for e in address.events] == [by_the_client(e) for e in address.events]
    assert "4711" in address.events[1]["run"]["facets"]["errorMessage"]["message"]


def test_what_dbt_built_is_told_with_its_rows(tmp_path):
    settings = Settings.from_env({"VB_HOME": str(tmp_path), "VB_PG_PORT": "5432"})
    node = Node(
        "jeugd__halt", "kandidaat_jeugd.halt", "", "model", "success", 1.5, 12, "", "", (), (), None,
        reads=("intermediate.int_halt", "raw.politie_overlast_gemeente_cellen"),
        ended="2026-11-30T12:00:01.500000+00:00",
    )  # fmt: skip
    lineage.tell(settings, "proef", [lineage.of_model(settings, node)])
    [file] = (tmp_path / "logs" / "openlineage").iterdir()
    start, end = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [without_empty(e) for e in (start, end)] == [by_the_client(e) for e in (start, end)]
    assert start["eventTime"] == "2026-11-30T12:00:00+00:00"
    assert end["outputs"][0]["outputFacets"]["outputStatistics"]["rowCount"] == 12
    # The cells are a view on the table.
    assert end["inputs"][1]["name"] == "veiligheidsbeeld.raw.politie_overlast_gemeente"


def test_an_address_that_does_not_answer_stops_nothing(clean_warehouse, address, capsys):
    address.server.shutdown()
    address.server.server_close()
    merged(telling(clean_warehouse, VB_OPENLINEAGE=address.url))
    assert "no OpenLineage events" in capsys.readouterr().err
    with connect(clean_warehouse, "lader") as connection:
        assert connection.execute("select distinct status from raw.levering").fetchall() == [("verwerkt",)]


def test_without_an_address_events_are_lines_of_a_file_per_day(clean_warehouse):
    merged(clean_warehouse)
    [file] = (clean_warehouse.home / "logs" / "openlineage").iterdir()
    found = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [(e["eventType"], e["job"]["name"].partition(".")[0]) for e in found] == [
        ("START", "laad"), ("COMPLETE", "laad"), ("START", "verwerk"), ("COMPLETE", "verwerk"),
    ]  # fmt: skip
