"""OData v4 over real HTTP."""

from __future__ import annotations

import httpx
import numpy as np
import pytest

from sandbox.source_server.cube import VALUE_ATTRIBUTES
from tests.places import FORMER, PROVINCE, TOWN
from tests.sandbox.source_server.conftest import CBS4, Client
from tests.sandbox.source_server.tables import bevolking

TABLE = f"{CBS4}/03759ned"


def rows(client: Client, path: str, **options: object) -> list[dict]:
    reply = client.get(path, **options)
    assert reply.status_code == 200, reply.text
    return reply.json()["value"]


def test_observations_are_cells_with_the_measure_innermost(client: Client) -> None:
    cube = bevolking()
    shape = cube.values["M000352"].shape
    expected = []
    for number, place in enumerate(np.ndindex(*shape)):
        keys = {d: cube.codes[d][at]["Identifier"] for d, at in zip(cube.dimensions, place, strict=True)}
        for position, measure in enumerate(r["Identifier"] for r in cube.codes["Measure"]):
            if measure not in cube.values:
                continue  # a phantom measure has no observations
            value = cube.values[measure][place]
            expected.append(
                {
                    "Id": number * 3 + position,
                    "Measure": measure,
                    "ValueAttribute": VALUE_ATTRIBUTES[cube.attributes[measure][place]],
                    "Value": None if np.isnan(value) else value,
                    "StringValue": None,
                    **keys,
                }
            )
    assert rows(client, f"{TABLE}/Observations") == expected


def test_metadata_sets(client: Client) -> None:
    dimensions = rows(client, f"{TABLE}/Dimensions")
    assert {d["Identifier"]: d["Kind"] for d in dimensions} == {
        "Leeftijd": "Dimension",
        "RegioS": "GeoDimension",
        "Perioden": "TimeDimension",
    }
    assert [m["Identifier"] for m in rows(client, f"{TABLE}/MeasureCodes")] == ["M000352", "M000999", "M000365"]
    assert [r["Identifier"] for r in rows(client, f"{TABLE}/RegioSCodes")] == ["NL01", PROVINCE, TOWN, FORMER[1]]
    assert rows(client, f"{TABLE}/RegioSGroups") == []
    document = client.get(TABLE).json()
    for entry in document["value"]:
        assert client.get(f"{TABLE}/{entry['url']}").status_code == 200


def test_properties_is_a_singleton_that_counts_the_observations(client: Client) -> None:
    body = client.get(f"{TABLE}/Properties").json()
    assert body["Identifier"] == "03759ned"
    assert body["ObservationCount"] == client.count(f"{TABLE}/Observations") == 3 * 4 * 2 * 2
    assert body["Source"] == "Voorbeeldgegevens, synthetisch"
    assert body["Title"] == "Bevolking; proef"


def test_filter_select_top_skip_and_count(client: Client) -> None:
    text = f"Measure eq 'M000352' and RegioS eq '{TOWN}' and (Perioden eq '2018JJ00' or Perioden eq '2019JJ00')"
    found = rows(client, f"{TABLE}/Observations", filter=text, select="Leeftijd,Value")
    assert [list(r) for r in found] == [["Value", "Leeftijd"]] * 6
    assert client.count(f"{TABLE}/Observations", filter=text) == 6
    assert rows(client, f"{TABLE}/Observations", filter=text, select="Leeftijd,Value", top=2, skip=3) == found[3:5]
    body = client.get(f"{TABLE}/Observations", filter=text, count="true", top=1).json()
    assert body["@odata.count"] == 6
    empty = rows(client, f"{TABLE}/Observations", filter="ValueAttribute eq 'Impossible'")
    assert {(r["RegioS"], r["Perioden"], r["Value"]) for r in empty} == {(FORMER[1], "2019JJ00", None)}


def test_the_wrong_letter_case_gives_nothing_instead_of_an_error(client: Client) -> None:
    assert rows(client, f"{CBS4}/03759NED/Observations") == []
    assert "Identifier" not in client.get(f"{CBS4}/03759NED/Properties").json()
    assert client.count(f"{CBS4}/03759NED/Observations") == 0
    assert client.get(f"{CBS4}/99999NED/Observations").status_code == 404


def test_pages_of_a_hundred_thousand_can_be_followed(serving) -> None:
    server, _ = serving({"03759ned": bevolking(ages=15_000)})  # 240,000 observations
    link, sizes, ids = f"{server.url}{TABLE}/Observations", [], set()
    while link:
        body = httpx.get(link, trust_env=False, timeout=30).json()
        sizes.append(len(body["value"]))
        ids.update(r["Id"] for r in body["value"])
        link = body.get("@odata.nextLink")
    assert sizes == [100_000, 100_000, 40_000]
    assert len(ids) == 240_000


def test_catalogue_of_datasets(client: Client) -> None:
    assert [d["Identifier"] for d in rows(client, f"{CBS4}/Datasets")] == ["03759ned"]
    chosen = rows(client, f"{CBS4}/Datasets", filter="Identifier eq '03759NED'", select="Identifier,Modified")
    assert chosen == []
    assert rows(client, "/datasets.cbs.nl/odata/v1/Datasets", select="Identifier") == [{"Identifier": "03759ned"}]


@pytest.mark.parametrize("text", ["RegioS in ('NL01')", "substringof('GM',RegioS)", "Onbekend eq 1"])
def test_errors_are_odata_errors(client: Client, text: str) -> None:
    reply = client.get(f"{TABLE}/Observations", filter=text)
    assert reply.status_code == 400
    assert reply.json()["error"]["message"]


def test_search_does_nothing(client: Client) -> None:
    assert rows(client, f"{CBS4}/Datasets", search="huizen") == rows(client, f"{CBS4}/Datasets")


def test_v3_services_do_not_know_v4_tables_nor_the_other_way_round(client: Client) -> None:
    assert client.get("/ODataApi/odata/03759ned/TypedDataSet").status_code == 404
    assert client.get(f"{CBS4}/47013NED/Observations").status_code == 404
