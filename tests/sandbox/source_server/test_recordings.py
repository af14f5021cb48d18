"""Recorded replies: any folder in the format is served; the recordings at hand give the published figures."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from sandbox.source_server import Recordings
from tests.places import TOWN
from tests.sandbox.source_server.conftest import CBS4, POLITIE, Client
from veiligheidsbeeld.errors import ConfigurationError

MARK = "Opname van eerder gegeven antwoorden van de bron"


def write(folder: Path, host: str, table: str, sets: dict[str, object]) -> None:
    place = folder / host / table
    place.mkdir(parents=True)
    for name, body in sets.items():
        (place / f"{name}.json").write_text(json.dumps(body if name == "Properties" else {"value": body}))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A sparse v3 table with a code of its own in the rows and a String topic, and a v4 table."""
    keys = ["0.0.0 ", "1.1.1 "]
    regions = ["NL01  ", TOWN]
    periods = ["2022JJ00", "2023JJ00"]
    rows = [
        {"ID": 0, "Soort": "0.0.0 ", "RegioS": "NL01  ", "Perioden": "2022JJ00", "Aantal_1": 800027, "Naam_2": "a "},
        {"ID": 3, "Soort": "0.0.0 ", "RegioS": TOWN, "Perioden": "2023JJ00", "Aantal_1": None, "Naam_2": "b "},
        {"ID": 7, "Soort": "7.7.7 ", "RegioS": TOWN, "Perioden": "2023JJ00", "Aantal_1": 4, "Naam_2": "b "},
    ]
    dimensions = [("Soort", "Dimension"), ("RegioS", "GeoDimension"), ("Perioden", "TimeDimension")]
    write(
        tmp_path,
        "dataderden.cbs.nl",
        "47999NED",
        {
            "TableInfos": [{"ID": 0, "Identifier": "47999NED", "Title": "t", "Modified": "2024-01-15T02:00:00"}],
            "DataProperties": [{"Key": k, "Type": t} for k, t in dimensions]
            + [{"Key": "", "Type": "TopicGroup"}, {"Key": "Aantal_1", "Type": "Topic"}],
            "Soort": [{"Key": k, "Title": k} for k in keys],
            "RegioS": [{"Key": k, "Title": k} for k in regions],
            "Perioden": [{"Key": k, "Title": k} for k in periods],
            "TypedDataSet": rows,
        },
    )
    write(
        tmp_path,
        "datasets.cbs.nl",
        "80000ned",
        {
            "Properties": {
                "@odata.context": "x",
                "Identifier": "80000ned",
                "Source": "CBS.",
                "Modified": "2026-06-23T00:00:00+02:00",
                "ObservationCount": 999,
            },
            "Dimensions": [{"Identifier": "RegioS"}],
            "MeasureCodes": [{"Identifier": "M1", "Index": 1, "Title": "m"}],
            "RegioSCodes": [{"Identifier": "NL01", "Index": 1, "Title": "Nederland"}],
            "Observations": [
                {
                    "Id": 4,
                    "Measure": "M1",
                    "ValueAttribute": "None",
                    "Value": 2.5,
                    "StringValue": None,
                    "RegioS": "NL01",
                },
                {"Id": 9, "Measure": "M1", "ValueAttribute": "Confidential", "Value": None, "StringValue": "x"}
                | {"RegioS": "NL01"},
            ],
        },
    )
    return tmp_path


def test_v3_rows_come_back_as_recorded(serving, folder: Path) -> None:
    _, client = serving(Recordings(folder), kind="opname")
    path = f"{POLITIE}/47999NED/TypedDataSet"
    recorded = json.loads((folder / "dataderden.cbs.nl/47999NED/TypedDataSet.json").read_text())["value"]
    assert client.rows(path) == recorded
    assert client.rows(path, filter=f"RegioS eq '{TOWN}' and Aantal_1 eq null") == recorded[1:2]
    assert client.rows(path, filter="Soort eq '7.7.7 ' or Aantal_1 gt 5") == [recorded[0], recorded[2]]
    assert client.rows(path, filter="Naam_2 eq 'b '", select="ID") == [{"ID": 3}, {"ID": 7}]
    assert client.count(path, filter="Perioden eq '2022JJ00'") == 1
    assert client.rows("/ODataCatalog/Tables", filter="Identifier eq '47999NED'")[0]["RecordCount"] == 3


def test_v4_rows_come_back_as_recorded(serving, folder: Path) -> None:
    _, client = serving(Recordings(folder), kind="opname")
    path = f"{CBS4}/80000ned"
    recorded = json.loads((folder / "datasets.cbs.nl/80000ned/Observations.json").read_text())["value"]
    assert client.get(f"{path}/Observations").json()["value"] == recorded
    assert client.get(f"{path}/Properties").json()["ObservationCount"] == 999
    assert client.get(f"{path}/Observations", filter="Value gt 2").json()["value"] == recorded[:1]


def test_recordings_are_marked_as_recordings(serving, folder: Path) -> None:
    _, client = serving(Recordings(folder), kind="opname")
    info = client.get(f"{POLITIE}/47999NED/TableInfos", format="json")
    assert info.headers["X-Veiligheidsbeeld-Bron"] == "opname"
    assert info.json()["value"][0]["Source"] == MARK
    assert client.get(f"{CBS4}/80000ned/Properties").json()["Source"] == f"{MARK}. CBS."


def test_what_was_not_recorded_is_not_there(serving, folder: Path) -> None:
    (folder / "datasets.cbs.nl/80000ned/Observations.json").unlink()
    _, client = serving(Recordings(folder), kind="opname")
    assert client.get(f"{CBS4}/80000ned/Observations").status_code == 404
    assert client.get(f"{CBS4}/80000ned/RegioSGroups").status_code == 404
    assert client.get(f"{POLITIE}/47999NED/CategoryGroups", format="json").status_code == 404


def test_recordings_change_too(serving, folder: Path) -> None:
    server, client = serving(Recordings(folder), kind="opname")
    path = f"{POLITIE}/47999NED/TypedDataSet"
    server.change("maand_erbij", "47999NED")
    added = [r for r in client.rows(path) if r["Perioden"] == "2024JJ00"]
    assert [(r["Soort"], r["Aantal_1"]) for r in added] == [("0.0.0 ", None), ("7.7.7 ", 4)]
    new = ["GM0990", "GM0991"]
    server.change("herindeling", "47999NED", dimensie="RegioS", code=TOWN, naar=new)
    assert {r["RegioS"] for r in client.rows(path)} == {"NL01  ", *new}
    assert [r["Aantal_1"] for r in client.rows(path, filter="Soort eq '7.7.7 '")] == [2, 2, 2, 2]
    cell = {"Soort": "0.0.0", "RegioS": "NL01", "Perioden": "2022JJ00", "Aantal_1": 1}
    server.change("herzien", "47999NED", cellen=[cell])
    assert client.rows(path, filter="RegioS eq 'NL01  '")[0]["Aantal_1"] == 1
    server.change("onbekende_code", "47999NED", dimensie="Soort", code="9.9.9", waar={"RegioS": ["NL01"]})
    assert client.rows(path, filter="RegioS eq 'NL01  '")[0]["Soort"] == "9.9.9 "
    ids = [r["ID"] for r in client.rows(path)]
    assert ids == sorted(ids)


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("TypedDataSet", '{"value": [', "is not JSON"),
        ("Perioden", "[]", "has no `value`"),
        ("TableInfos", '{"value": []}', "neither TableInfos.json"),
    ],
)
def test_a_broken_recording_is_named(folder: Path, name: str, text: str, said: str) -> None:
    (folder / "dataderden.cbs.nl/47999NED" / f"{name}.json").write_text(text)
    with pytest.raises(ConfigurationError, match=said) as seen:
        Recordings(folder)["47999NED"]
    assert "47999NED" in str(seen.value)


def test_a_folder_without_recordings_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no <host>"):
        Recordings(tmp_path)


# --- the recordings of the reference folder ---------------------------------------------------------------


@pytest.fixture
def replay(serving, shared: Path) -> Client:
    return serving(Recordings(shared / "recordings"), kind="opname")[1]


@pytest.mark.shared
def test_registered_crime_per_municipality_is_as_published(replay: Client, shared: Path) -> None:
    export = shared / "data/politie/47013NED_totaal_misdrijven_2022_2023.csv"
    with export.open(encoding="utf-8-sig", newline="") as file:
        published = {r[0]: r[1:3] for r in csv.reader(file, delimiter=";") if len(r) == 3 and r[1] != "aantal"}
    titles = {r["Key"]: r["Title"] for r in replay.rows(f"{POLITIE}/47013NED/RegioS")}
    served: dict[str, dict[str, int | None]] = {}
    years = "SoortMisdrijf eq '0.0.0 ' and (Perioden eq '2022JJ00' or Perioden eq '2023JJ00')"
    for row in replay.rows(f"{POLITIE}/47013NED/TypedDataSet", filter=years):
        served.setdefault(titles[row["RegioS"]], {})[row["Perioden"]] = row["GeregistreerdeMisdrijven_1"]
    figures = {name: values for name, values in published.items() if name in served}
    assert len(figures) == len(served) == 356
    for name, values in figures.items():
        expected = [None if v == "." else int(v) for v in values]
        assert [served[name]["2022JJ00"], served[name]["2023JJ00"]] == expected, name


@pytest.mark.shared
def test_limburg_and_its_municipalities_are_as_published(replay: Client, shared: Path) -> None:
    with (shared / "data/regions/limburg_reference.csv").open(encoding="utf-8", newline="") as file:
        reference = list(csv.DictReader(file))
    assert len(reference) == 31
    for row in reference:
        text = f"RegioS eq '{row['gm_code']}' and SoortMisdrijf eq '0.0.0 '"
        found = replay.rows("/dataderden.cbs.nl/ODataApi/odata/47013NED/TypedDataSet", filter=text)
        expected = [int(row["politie_47013NED_2022"]), int(row["politie_47013NED_2023"])]
        assert [r["GeregistreerdeMisdrijven_1"] for r in found] == expected


@pytest.mark.shared
def test_national_months_are_as_published(replay: Client, shared: Path) -> None:
    with (shared / "data/politie/47022NED_nederland_maand_2012-01_2022-07.csv").open(newline="") as file:
        published = {(r["crime_type_code"], r["date"][:7]): int(r["frequency"]) for r in csv.DictReader(file)}
    path = f"{POLITIE}/47022NED/TypedDataSet"
    assert replay.count(path) == len(published) == 59 * 127
    for row in replay.rows(path, filter="WijkenEnBuurten eq 'NL00      '"):
        period = row["Perioden"].replace("MM", "-")
        value = row["GeregistreerdeMisdrijven_1"]
        # The published file writes 0 where the source gives nothing.
        assert published[row["SoortMisdrijf"].strip(), period] == (value or 0)


@pytest.mark.shared
def test_national_overlast_is_as_published(replay: Client, shared: Path) -> None:
    with (shared / "data/politie/47021NED_nederland_jaar_2012_2023.csv").open(encoding="utf-8", newline="") as file:
        published = {(r["incident_type_code"], r["year"]): int(r["incident_count"]) for r in csv.DictReader(file)}
    titles = {r["Key"]: r["Title"] for r in replay.rows(f"{POLITIE}/47021NED/Overlast")}
    rows = replay.rows(f"{POLITIE}/47021NED/TypedDataSet")
    served = {(titles[r["Overlast"]], r["Perioden"][:4]): r["GeregistreerdeOverlast_1"] for r in rows}
    same = {k: v for k, v in published.items() if k in served}
    assert served == same
    assert len(served) == 108


@pytest.mark.shared
def test_recorded_v4_replies_are_given_again(replay: Client, shared: Path) -> None:
    for table in ("03759ned", "83625NED"):
        folder = shared / "recordings/datasets.cbs.nl" / table
        for path in folder.glob("*.json"):
            recorded = json.loads(path.read_text())
            given = replay.get(f"{CBS4}/{table}/{path.stem}").json()
            if path.stem == "Properties":
                assert given.pop("Source").startswith(MARK)
                recorded.pop("Source")
            assert given == recorded
    weert = "RegioS eq 'GM0988' and Measure eq 'M000352' and Perioden eq '2025JJ00'"
    assert [r["Value"] for r in replay.get(f"{CBS4}/03759ned/Observations", filter=weert).json()["value"]] == [51_355]
