"""OData v3 over real HTTP: formats, keys, paging, the cap, counts, and the addresses that lead nowhere."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit
from xml.etree import ElementTree

import httpx
import numpy as np
import pytest

from sandbox.source_server.cube import NULL
from tests.places import PROVINCE, TOWN
from tests.sandbox.source_server.conftest import API, POLITIE, Client
from tests.sandbox.source_server.tables import REGIOS, SOORTEN, all_tables, buurt, gemeente

DATA = f"{POLITIE}/47013NED/TypedDataSet"
ATOM = {"a": "http://www.w3.org/2005/Atom"}
D = "{http://schemas.microsoft.com/ado/2007/08/dataservices}"
M = "{http://schemas.microsoft.com/ado/2007/08/dataservices/metadata}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def pages(client: Client, path: str, **options: object) -> list[dict]:
    """All pages, following links the way a careful client does: path and query on the address it knows."""
    found, body = [], client.body(path, **options)
    while True:
        found.append(body)
        if "odata.nextLink" not in body:
            return found
        link = urlsplit(body["odata.nextLink"])
        assert "127.0.0.1" not in link.netloc
        reply = client.http.get(f"/dataderden.cbs.nl{link.path}?{link.query}")
        assert reply.status_code == 200
        body = reply.json()


def test_service_document_names_the_entity_sets(client: Client) -> None:
    body = client.body(f"{POLITIE}/47013NED/")
    names = [s["name"] for s in body["value"]]
    assert names[:5] == ["TableInfos", "UntypedDataSet", "TypedDataSet", "DataProperties", "CategoryGroups"]
    assert names[5:] == ["SoortMisdrijf", "RegioS", "Perioden"]
    assert body["odata.metadata"].endswith("/47013NED/$metadata")
    for name in names:
        assert client.get(f"{POLITIE}/47013NED/{name}", format="json").status_code == 200


def test_rows_are_the_cells_of_the_cube_in_c_order(client: Client) -> None:
    cube = gemeente()
    rows = client.rows(DATA)
    shape = cube.values["Aangiften_2"].shape
    assert len(rows) == np.prod(shape)
    for row, place in zip(rows, np.ndindex(*shape), strict=True):
        assert row["ID"] == np.ravel_multi_index(place, shape)
        for dimension, at in zip(cube.dimensions, place, strict=True):
            assert row[dimension] == cube.codes[dimension][at]["Key"]
        for measure in cube.measures:
            value = cube.values[measure][place]
            assert row[measure] == (None if value == NULL else value)


@pytest.mark.parametrize("service", ["ODataFeed/odata", "ODataFeed/OData", "odatafeed/ODATA"])
def test_letter_case_of_the_path_does_not_matter(client: Client, service: str) -> None:
    assert client.count(f"/dataderden.cbs.nl/{service}/47013NED/TypedDataSet") == client.count(DATA)


def test_tables_answer_without_the_host_in_the_path_too(client: Client) -> None:
    assert client.rows("/ODataApi/odata/47013NED/Perioden") == client.rows(f"{API}/47013NED/Perioden")


def test_a_table_is_only_at_its_own_host(client: Client) -> None:
    assert client.get("/opendata.cbs.nl/ODataApi/odata/47013NED/TypedDataSet").status_code == 404
    assert client.get("/opendata.cbs.nl/ODataApi/odata/83648NED/TypedDataSet").status_code == 200


def test_keys_keep_their_padding_and_compare_exactly(client: Client) -> None:
    assert {r["SoortMisdrijf"] for r in client.rows(DATA)} == set(SOORTEN)
    assert client.count(DATA, filter="SoortMisdrijf eq '0.0.0 '") == len(REGIOS) * 26
    assert client.count(DATA, filter="SoortMisdrijf eq '0.0.0'") == 0
    assert client.count(DATA, filter="SoortMisdrijf eq '2.6.10'") == len(REGIOS) * 26


def test_the_filters_of_the_portal_work(client: Client) -> None:
    detail = f"{POLITIE}/47022NED/TypedDataSet"
    portal = f"((SoortMisdrijf eq '0.0.0 ')) and ((substring(WijkenEnBuurten,2,4) eq '{TOWN[2:]}'))"
    rows = client.rows(detail, filter=portal, select="SoortMisdrijf, Perioden, WijkenEnBuurten")
    assert {r["WijkenEnBuurten"][2:6] for r in rows} == {TOWN[2:]}
    assert list(rows[0]) == ["SoortMisdrijf", "WijkenEnBuurten", "Perioden"]
    regions = "(RegioS eq 'NL01  ') or (substringof('GM',RegioS)) or (substringof('RE',RegioS))"
    assert {r["RegioS"] for r in client.rows(DATA, filter=regions)} == set(REGIOS) - {f"{PROVINCE}  "}


def test_counts(client: Client) -> None:
    text = f"RegioS eq '{TOWN}' and (Perioden eq '2023JJ00' or Perioden eq '2024JJ00')"
    assert client.count(DATA, filter=text) == len(client.rows(DATA, filter=text)) == 2 * len(SOORTEN)
    body = client.body(DATA, filter=text, top=1, inlinecount="allpages")
    assert body["odata.count"] == str(2 * len(SOORTEN))
    assert len(body["value"]) == 1
    assert client.count(f"{POLITIE}/47013NED/RegioS", filter="startswith(Key,'GM')") == 2


def test_top_and_skip(client: Client) -> None:
    every = client.rows(DATA)
    assert client.rows(DATA, top=7, skip=600) == every[600:607]
    assert client.rows(DATA, skip=10_000) == []
    refused = client.get(f"{API}/47013NED/TypedDataSet", format="json", skip=10)
    assert refused.status_code == 400


def test_api_refuses_more_than_ten_thousand_rows(serving) -> None:
    cube = buurt(regions=100)  # 4 x 105 x 24 = 10,080 rows
    _, client = serving({"47022NED": cube})
    path = f"{API}/47022NED/TypedDataSet"
    refused = client.get(path, format="json")
    assert refused.status_code == 400
    assert "10080" in refused.json()["odata.error"]["message"]["value"]
    assert client.count(path) == 10_080
    assert len(client.rows(path, top=10_000)) == 10_000
    assert len(client.rows(path, filter="SoortMisdrijf eq '0.0.0 '")) == 105 * 24


def test_feed_pages_of_ten_thousand_cover_every_row_once(serving) -> None:
    _, client = serving({"47022NED": buurt(regions=300)})
    path = f"{POLITIE}/47022NED/TypedDataSet"
    found = pages(client, path)
    assert [len(p["value"]) for p in found] == [10_000, 10_000, 9_280]
    assert [r["ID"] for p in found for r in p["value"]] == list(range(29_280))
    chosen = pages(client, path, filter="SoortMisdrijf ne '1.4.1 '", select="ID", top=20_500)
    assert [len(p["value"]) for p in chosen] == [10_000, 10_000, 500]
    # 1.4.1 is the third of four soorten.
    assert [r["ID"] for p in chosen for r in p["value"]] == [*range(14_640), *range(21_960, 27_820)]


def test_next_links_and_catalogue_lead_to_a_host_that_does_not_resolve(serving) -> None:
    _, client = serving({"47022NED": buurt(regions=100)})
    link = client.body(f"{POLITIE}/47022NED/TypedDataSet")["odata.nextLink"]
    assert urlsplit(link).netloc == "dataderden.prod.cbsp.nl"
    assert parse_qs(urlsplit(link).query) == {"$format": ["json"], "$skip": ["10000"]}
    row = client.rows("/dataderden.cbs.nl/ODataCatalog/Tables")[0]
    assert row["ApiUrl"] == "http://dataderden.prod.cbsp.nl/ODataApi/odata/47022NED"


def test_links_can_be_followed_when_internal_hosts_are_off(serving) -> None:
    server, client = serving({"47022NED": buurt(regions=100)}, internal_hosts=False)
    link = client.body(f"{POLITIE}/47022NED/TypedDataSet")["odata.nextLink"]
    assert link.startswith(f"{server.url}/dataderden.cbs.nl/ODataFeed/")
    assert len(httpx.get(link, trust_env=False).json()["value"]) == 80


def test_code_lists_are_paged_as_well(serving) -> None:
    _, client = serving({"47022NED": buurt(regions=9_600)})
    found = pages(client, f"{POLITIE}/47022NED/WijkenEnBuurten")
    assert len({r["Key"] for p in found for r in p["value"]}) == 9_605
    cube = buurt(regions=9_600)
    cube.codes["WijkenEnBuurten"] += [{**cube.codes["WijkenEnBuurten"][0], "Key": f"BU{i:08}"} for i in range(1_000)]
    cube.values["GeregistreerdeMisdrijven_1"] = np.zeros((4, 10_605, 24), np.int32)
    cube.texts = {}
    _, client = serving({"47022NED": cube})
    assert [len(p["value"]) for p in pages(client, f"{POLITIE}/47022NED/WijkenEnBuurten")] == [10_000, 605]


def test_untyped_values_are_padded_texts(client: Client) -> None:
    path = "/opendata.cbs.nl/ODataApi/odata/83648NED/UntypedDataSet"
    first, *_, last = client.rows(path)
    assert first["TotaalGeregistreerdeMisdrijven_1"].strip() == "808030"
    assert first["TotaalGeregistreerdeMisdrijven_1"].startswith(" ")
    assert first["GeregistreerdeMisdrijvenPer1000Inw_3"].strip() == "46.0"
    assert last["TotaalGeregistreerdeMisdrijven_1"].strip() == "."
    assert last["GeregistreerdeMisdrijvenPer1000Inw_3"].strip() == "."


def test_decimals_and_nulls_of_a_cbs_table(client: Client) -> None:
    rows = client.rows("/opendata.cbs.nl/ODataApi/odata/83648NED/TypedDataSet")
    assert [r["GeregistreerdeMisdrijvenPer1000Inw_3"] for r in rows] == [46.0, 47.5, 48.1, None]
    assert [r["TotaalGeregistreerdeMisdrijven_1"] for r in rows] == [808030, 820505, 2410, None]


def test_string_topics_are_blank_where_nothing_was_registered(client: Client) -> None:
    rows = client.rows(f"{POLITIE}/47022NED/TypedDataSet", filter=f"WijkenEnBuurten eq '{TOWN}    '")
    assert {(r["GeregistreerdeMisdrijven_1"] == 0, r["SoortRegio_2"]) for r in rows} == {
        (True, " " * 8),
        (False, "Gemeente"),
    }


def test_atom_is_the_default_and_holds_the_same_rows(client: Client) -> None:
    reply = client.get(DATA, filter="SoortMisdrijf eq '1.4.1 '", top=14)
    assert reply.headers["Content-Type"].startswith("application/atom+xml")
    entries = ElementTree.fromstring(reply.content).findall("a:entry", ATOM)
    found = []
    for entry in entries:
        row: dict[str, object] = {}
        for element in entry.find(f"a:content/{M}properties", ATOM):
            number = element.get(f"{M}type") == "Edm.Int32"
            empty = element.get(f"{M}null") == "true"
            row[element.tag.removeprefix(D)] = None if empty else int(element.text) if number else element.text
        found.append(row)
    assert found == client.rows(DATA, filter="SoortMisdrijf eq '1.4.1 '", top=14)


def test_atom_pages_link_to_the_next(serving) -> None:
    _, client = serving({"47022NED": buurt(regions=100)})
    reply = client.get(f"{POLITIE}/47022NED/TypedDataSet", select="ID")
    links = ElementTree.fromstring(reply.content).findall("a:link[@rel='next']", ATOM)
    assert [parse_qs(urlsplit(link.get("href")).query)["$skip"] for link in links] == [["10000"]]


@pytest.mark.shared
def test_an_atom_entry_has_the_shape_of_a_recorded_one(client: Client, shared) -> None:
    """Same elements, attributes and order; texts that depend on the row are compared by their kind."""
    recorded = ElementTree.parse(shared / "data/politie/47022NED_TypedDataSet_atom_2023-05.xml").getroot()
    path = "/dataderden.cbs.nl/ODataFeed/OData/47022NED/TypedDataSet"
    columns = "ID,SoortMisdrijf,WijkenEnBuurten,Perioden,GeregistreerdeMisdrijven_1"
    text = f"WijkenEnBuurten eq '{TOWN}    ' and Perioden eq '2023MM02' and SoortMisdrijf eq '0.0.0 '"
    ours = ElementTree.fromstring(client.get(path, filter=text, select=columns).content)
    own_id = ours.find("a:entry/a:id", ATOM).text.rsplit("(")[1].strip(")")

    def shape(element: ElementTree.Element, row_id: str) -> list:
        attributes = {k: v.replace(f"({row_id})", "(ID)") for k, v in element.attrib.items()}
        content = (element.text or "").strip().replace(f"({row_id})", "(ID)")
        fixed = content if not element.tag.startswith(D) else ("padded" if (element.text or "")[-1] == " " else "")
        return [element.tag, attributes, fixed, [shape(child, row_id) for child in element]]

    assert shape(ours, own_id) == shape(recorded, "437512")


def test_modified_is_the_feed_s_updated(client: Client) -> None:
    feed = ElementTree.fromstring(client.get(DATA, top=1).content)
    assert feed.find("a:updated", ATOM).text == "2025-01-15T02:00:00+01:00"


def test_texts_with_markup_survive_atom(client: Client) -> None:
    feed = ElementTree.fromstring(client.get(f"{POLITIE}/47013NED/TableInfos").content)
    text = feed.find(f"a:entry/a:content/{M}properties/{D}ShortDescription", ATOM).text
    assert text == client.rows(f"{POLITIE}/47013NED/TableInfos")[0]["ShortDescription"]
    assert "Een & ander < proef" in text


def test_catalogue(client: Client) -> None:
    path = "/dataderden.cbs.nl/ODataCatalog/Tables"
    rows = client.rows(path, filter="Catalog eq 'Politie'")
    assert {r["Identifier"] for r in rows} == {"47013NED", "47022NED"}
    for row in rows:
        assert row["RecordCount"] == client.count(f"{POLITIE}/{row['Identifier']}/TypedDataSet")
    assert client.rows(path, filter="Identifier eq '83648NED'") == []
    assert client.rows("/ODataCatalog/Tables", filter="Identifier eq '83648NED'", select="Identifier") == [
        {"Identifier": "83648NED"}
    ]


def test_asking_the_catalogue_for_one_table_loads_only_that_one(serving) -> None:
    class Lazy(dict):
        asked: list[str] = []  # noqa: RUF012 - shared on purpose

        def __getitem__(self, identifier):
            self.asked.append(identifier)
            return super().__getitem__(identifier)

    tables = Lazy(all_tables())
    _, client = serving(tables)
    assert len(client.rows("/ODataCatalog/Tables", filter="Identifier eq '47013NED'")) == 1
    assert tables.asked == ["47013NED"]


@pytest.mark.parametrize(
    ("path", "options", "status"),
    [
        (DATA, {"filter": "RegioS in ('NL01  ')"}, 400),
        (DATA, {"filter": "Onbekend eq 'x'"}, 400),
        (DATA, {"select": "Onbekend"}, 400),
        (DATA, {"top": "veel"}, 400),
        (DATA, {"orderby": "ID"}, 400),
        (DATA, {"inlinecount": "some"}, 400),
        (f"{POLITIE}/47013NED/Onbekend", {}, 404),
        (f"{POLITIE}/99999NED/TypedDataSet", {}, 404),
        ("/dataderden.cbs.nl/ODataCatalog/Onbekend", {}, 404),
    ],
)
def test_errors_are_odata_errors(client: Client, path: str, options: dict, status: int) -> None:
    as_json = client.get(path, format="json", **options)
    assert as_json.status_code == status
    message = as_json.json()["odata.error"]["message"]["value"]
    as_xml = client.get(path, **options)
    assert as_xml.status_code == status
    assert ElementTree.fromstring(as_xml.content).find(f"{M}message").text == message != ""


def test_a_request_line_beyond_16_kib_is_refused(client: Client) -> None:
    text = " or ".join(f"RegioS eq 'GM{i:04}'" for i in range(1_000))
    assert client.get(DATA, format="json", filter=text).status_code == 414


def test_sample_data_say_so_everywhere(client: Client) -> None:
    info = client.rows(f"{POLITIE}/47013NED/TableInfos")[0]
    assert info["Source"] == "Voorbeeldgegevens, synthetisch"
    assert info["ShortDescription"].startswith("Voorbeeldgegevens, synthetisch")
    assert info["Title"] == "Geregistreerde misdrijven; proef"
    assert client.rows("/ODataCatalog/Tables")[0]["Source"] == "Voorbeeldgegevens, synthetisch"
    for path in (DATA, f"{DATA}/$count", f"{POLITIE}/47013NED/Perioden", f"{POLITIE}/99999NED/TypedDataSet"):
        assert client.get(path).headers["X-Veiligheidsbeeld-Bron"] == "voorbeeld"
