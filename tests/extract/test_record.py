"""What a source said, kept by `extract --record`, is replayed by `SOURCES=<folder>` as if the source spoke."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sandbox.source_server import Recordings, serve
from veiligheidsbeeld.cli import app
from veiligheidsbeeld.contracts.cube import get_cube
from veiligheidsbeeld.errors import DeliveryRefused
from veiligheidsbeeld.extract import extract
from veiligheidsbeeld.extract.record import record_delivery, record_metadata
from veiligheidsbeeld.landing.cubes import Delivery

V3, V4 = "cbs_criminaliteit", "cbs_bevolking"


def content(delivery: Delivery) -> dict:
    """Rows, code lists and spoken metadata as they stand in landing; addresses and the server's marks left out."""
    rows = [row for _, body in delivery.pages() for row in json.loads(body)["value"]]
    lists = {name: delivery.rows(name) for name in delivery.manifest.codelijsten}
    spoken = {n: delivery.rows(n) for n in delivery.manifest.metagegevens if n not in ("TableInfos", "Properties")}
    return {"rows": rows, "lists": lists, "spoken": spoken, "scope": delivery.manifest.scope}


@pytest.mark.parametrize("dataset", [V3, V4])
def test_a_recording_replays_to_the_same_landing(dataset, settings, settings_for, tmp_path):
    contract = get_cube(dataset)
    first = extract(settings, contract, report=lambda _: None)
    record_delivery(contract, first, tmp_path / "opname")
    with serve(Recordings(tmp_path / "opname"), kind="opname") as replay:
        elsewhere = settings_for(replay.url, home="elders", VB_SOURCES=str(tmp_path / "opname"))
        second = extract(elsewhere, contract, report=lambda _: None)
    assert first.manifest.rijen > 10
    assert content(second) == content(first)
    assert second.manifest.inhoud_sha256 == first.manifest.inhoud_sha256


@pytest.mark.parametrize("dataset", [V3, V4])
def test_metadata_alone_asks_for_no_figure(dataset, settings, settings_for, source, tmp_path):
    contract = get_cube(dataset)
    place = record_metadata(settings, contract, tmp_path / "opname", report=lambda _: None)
    names = {path.stem for path in place.iterdir()}
    assert not names & {"TypedDataSet", "Observations"}
    assert names >= ({"TableInfos", "DataProperties", "RegioS"} if dataset == V3 else {"Properties", "RegioSCodes"})
    asked = {request["entiteit"] for request in source.requests}
    assert not asked & {"TypedDataSet", "Observations"}, "metadata only: no row was asked for"


def test_a_table_that_would_be_refused_is_recorded_all_the_same(settings, source, tmp_path):
    contract = get_cube(V3)
    other = contract.model_copy(update={"sleutels": contract.sleutels[1:]})
    with pytest.raises(DeliveryRefused):
        extract(settings, other, report=lambda _: None)
    place = record_metadata(settings, other, tmp_path / "opname", report=lambda _: None)
    assert len(json.loads((place / "SoortMisdrijf.json").read_text())["value"]) == 2


def test_the_command_records_metadata_without_a_warehouse(source, tmp_path, monkeypatch):
    monkeypatch.setenv("VB_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("VB_SOURCE_URL", source.url)
    folder: Path = tmp_path / "opname"
    done = CliRunner().invoke(app, ["extract", V4, "--record", str(folder), "--metadata"])
    assert done.exit_code == 0, done.output
    assert (folder / "datasets.cbs.nl" / "03759ned" / "MeasureCodes.json").exists()
    assert not list(folder.rglob("Observations.json"))
