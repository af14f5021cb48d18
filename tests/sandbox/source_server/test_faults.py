"""Every fault, met by a real client: what arrives, what does not, and for how long."""

from __future__ import annotations

import http.client
import socket
import time

import httpx
import msgspec
import pytest

from sandbox.source_server import SourceServer
from tests.places import TOWN
from tests.sandbox.source_server.conftest import CBS4, POLITIE, Client

DATA = f"{POLITIE}/47013NED/TypedDataSet"


def raw(server: SourceServer, path: str) -> tuple[http.client.HTTPResponse, http.client.HTTPConnection]:
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=10)
    connection.request("GET", f"{path}?%24format=json")
    return connection.getresponse(), connection


def test_a_status_for_one_request(server: SourceServer, client: Client) -> None:
    server.fault("status", status=500)
    failed = client.get(DATA, format="json")
    assert failed.status_code == 500
    assert "odata.error" in failed.json()
    assert client.get(DATA, format="json").status_code == 200


def test_503_says_when_to_come_back(server: SourceServer, client: Client) -> None:
    server.fault("status", status=503, retry_after=7, keer=2, tabel="03759ned")
    assert client.get(DATA).status_code == 200
    for _ in range(2):
        failed = client.get(f"{CBS4}/03759ned/Properties")
        assert (failed.status_code, failed.headers["Retry-After"]) == (503, "7")
    assert client.get(f"{CBS4}/03759ned/Properties").status_code == 200


def test_a_fault_without_a_number_lasts_until_it_is_taken_away(server: SourceServer, client: Client) -> None:
    client.http.post("/_storing", json={"soort": "status", "entiteit": "TypedDataSet/$count", "keer": None})
    for _ in range(3):
        assert client.get(f"{DATA}/$count").status_code == 500
        assert client.get(DATA, top=1).status_code == 200
    assert client.http.get("/_storing").json()[0]["geraakt"] == 3
    client.http.delete("/_storing")
    assert client.get(f"{DATA}/$count").status_code == 200


def test_a_fault_can_wait_and_can_be_for_one_part(server: SourceServer, client: Client) -> None:
    server.fault("status", deel=TOWN, na=1)
    for region, status in (("NL01  ", 200), (TOWN, 200), ("NL01  ", 200), (TOWN, 500), (TOWN, 200)):
        assert client.get(DATA, filter=f"RegioS eq '{region}'").status_code == status


def test_reset_in_the_middle_of_the_body(server: SourceServer, client: Client) -> None:
    whole = len(client.get(DATA, format="json").content)
    server.fault("reset", fractie=0.5)
    reply, connection = raw(server, DATA)
    assert reply.status == 200
    assert int(reply.headers["Content-Length"]) == whole
    received = 0
    with pytest.raises(ConnectionResetError):
        while part := reply.read1(4096):
            received += len(part)
    connection.close()
    assert 0 < received <= whole // 2
    server.fault("reset")
    with pytest.raises(httpx.TransportError):
        client.get(DATA, format="json")


def test_truncated_json_with_an_honest_length(server: SourceServer, client: Client) -> None:
    whole = client.get(DATA, format="json").content
    server.fault("afgekapt", fractie=0.25)
    reply = client.get(DATA, format="json")
    assert reply.status_code == 200
    assert reply.content == whole[: len(whole) // 4]
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(reply.content)


@pytest.mark.parametrize("form", ["lengte", "chunked"])
def test_truncated_bodies_that_http_itself_shows(server: SourceServer, form: str) -> None:
    server.fault("afgekapt", vorm=form)
    reply, connection = raw(server, DATA)
    with pytest.raises(http.client.IncompleteRead) as seen:
        reply.read()
    connection.close()
    assert seen.value.partial.startswith(b'{"odata.metadata"')


def test_a_slow_body_is_whole_in_the_end(server: SourceServer, client: Client) -> None:
    whole = client.get(DATA, format="json").content
    server.fault("traag", seconden=0.6, stukken=6)
    started, stamps = time.monotonic(), []
    with client.http.stream("GET", DATA, params={"$format": "json"}) as reply:
        content = b""
        for part in reply.iter_raw():
            content += part
            stamps.append(time.monotonic() - started)
    assert content == whole
    assert stamps[-1] >= 0.6
    assert stamps[0] < stamps[-1] - 0.3


def test_a_slow_body_does_not_hold_up_others(server: SourceServer, client: Client) -> None:
    server.fault("traag", seconden=60, tabel="47022NED")
    with socket.create_connection(("127.0.0.1", int(server.url.rsplit(":", 1)[1]))) as slow:
        slow.sendall(f"GET {POLITIE}/47022NED/TypedDataSet HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        slow.recv(10)
        started = time.monotonic()
        assert client.get(DATA, top=1).status_code == 200
        assert time.monotonic() - started < 30


def test_a_table_that_changes_while_it_is_paged(server: SourceServer, client: Client) -> None:
    info = f"{POLITIE}/47013NED/TableInfos"
    before, modified = client.rows(DATA), client.rows(info)[0]["Modified"]
    server.fault("verandert", tabel="47013NED", entiteit="TypedDataSet", na=2)
    half = len(before) // 2
    first = client.rows(DATA, top=half)
    assert first == before[:half]
    assert client.rows(info)[0]["Modified"] == modified
    assert client.rows(DATA, top=1) == before[:1]
    second = client.rows(DATA, skip=half)
    assert client.rows(info)[0]["Modified"] > modified
    # A month came, so rows moved: together the halves are no longer the table, before or after.
    joined = [(r["SoortMisdrijf"], r["RegioS"], r["Perioden"]) for r in first + second]
    assert len(joined) != len(set(joined)) or len(joined) != client.count(DATA)
    assert client.count(DATA) == len(before) + 4 * 6  # the new month, for every soort and region


def test_the_changes_of_a_changing_table_can_be_chosen(server: SourceServer, client: Client) -> None:
    change = {"soort": "code_weg", "tabel": "47013NED", "dimensie": "RegioS", "code": "RE11"}
    reply = client.http.post("/_storing", json={"soort": "verandert", "tabel": "47013NED", "wijzigingen": [change]})
    assert reply.status_code == 200
    assert "RE11  " not in {r["RegioS"] for r in client.rows(DATA)}
    assert client.http.get("/_wijziging").json()[0]["code"] == "RE11"


def test_a_fault_that_does_not_exist_is_refused(client: Client) -> None:
    for body in ({"soort": "brand"}, {"soort": "reset", "tafel": "47013NED"}, [{"soort": "reset", "fractie": "half"}]):
        reply = client.http.post("/_storing", json=body)
        assert reply.status_code == 400
        assert reply.json()["fout"]
    assert client.http.get("/_storing").json() == []


def test_the_log_of_requests_tells_what_was_asked(server: SourceServer, client: Client) -> None:
    client.rows(DATA, filter=f"RegioS eq '{TOWN}'", top=1)
    server.fault("status", status=503)
    client.get(f"{CBS4}/03759ned/Observations")
    first, second = client.http.get("/_verzoeken").json()["verzoeken"]
    assert (first["tabel"], first["entiteit"], first["filter"], first["status"]) == (
        "47013NED",
        "TypedDataSet",
        f"RegioS eq '{TOWN}'",
        200,
    )
    assert (second["tabel"], second["entiteit"], second["status"]) == ("03759ned", "Observations", 503)
    client.http.delete("/_verzoeken")
    assert client.http.get("/_verzoeken").json()["verzoeken"] == []
