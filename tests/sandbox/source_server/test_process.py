"""The server as a process, a real client of the sources against it, and what rendering costs."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import cbsodata
import psutil
import pytest

from sandbox.source_server.cube import Cube
from tests.places import TOWN
from tests.sandbox.source_server.conftest import POLITIE, Client
from tests.sandbox.source_server.tables import WIJKEN, buurt
from tests.sandbox.source_server.test_recordings import folder  # noqa: F401 - a fixture


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., tuple[subprocess.Popen, str]]]:
    """Starts the module in a home of this test; gives the process and its address."""
    with contextlib.ExitStack() as stack:

        def run(*arguments: str) -> tuple[subprocess.Popen, str]:
            environ = {k: v for k, v in os.environ.items() if not k.startswith(("VB_", "SOURCES", "SAMPLE"))}
            process = subprocess.Popen(
                [sys.executable, "-m", "sandbox.source_server", "--home", str(tmp_path / "home"), *arguments],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=environ,
                text=True,
            )
            stack.callback(process.communicate)
            stack.callback(process.kill)
            line = process.stdout.readline()
            return process, json.loads(line)["url"] if line else ""

        yield run


def test_it_prints_its_address_and_stops_on_a_signal(start, folder: Path) -> None:  # noqa: F811
    for number in (signal.SIGTERM, signal.SIGINT):
        process, url = start("--port", "0", "--sources", str(folder))
        assert Client(url).http.get("/_gezond").json()["bron_soort"] == "opname"
        process.send_signal(number)
        output, errors = process.communicate(timeout=10)
        assert (process.returncode, output, errors) == (0, "", "")


def test_it_listens_on_loopback_only(start, folder: Path) -> None:  # noqa: F811
    process, _ = start("--sources", str(folder))
    listening = [c.laddr.ip for c in psutil.Process(process.pid).net_connections() if c.status == "LISTEN"]
    assert listening == ["127.0.0.1"]


def test_it_stops_with_open_connections_and_slow_bodies(start, folder: Path) -> None:  # noqa: F811
    process, url = start("--sources", str(folder))
    client = Client(url)
    client.http.post("/_storing", json={"soort": "traag", "seconden": 60})
    with socket.create_connection(("127.0.0.1", int(url.rsplit(":", 1)[1]))) as waiting:
        waiting.sendall(f"GET {POLITIE}/47999NED/TypedDataSet HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        waiting.recv(10)
        process.terminate()
        assert process.wait(timeout=5) == 0


def test_changes_are_kept_in_the_home(start, folder: Path) -> None:  # noqa: F811
    first, url = start("--sources", str(folder))
    path = f"{POLITIE}/47999NED/TypedDataSet"
    change = {"soort": "code_weg", "tabel": "47999NED", "dimensie": "RegioS", "code": "NL01"}
    assert Client(url).http.post("/_wijziging", json=change).status_code == 200
    first.terminate()
    first.wait(timeout=10)
    _, url = start("--sources", str(folder))
    assert {r["RegioS"] for r in Client(url).rows(path)} == {TOWN}


def test_a_taken_port_and_live_sources_are_refused_with_a_reason(start, folder: Path) -> None:  # noqa: F811
    _, url = start("--sources", str(folder))
    port = url.rsplit(":", 1)[1]
    second, _ = start("--sources", str(folder), "--port", port)
    _, errors = second.communicate(timeout=10)
    assert second.returncode == 1
    assert port in errors
    live, _ = start("--sources", "live")
    _, errors = live.communicate(timeout=10)
    assert live.returncode == 1
    assert "Remedy" in errors


@pytest.fixture
def cbs_client(serving, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cube]:
    """cbsodata pointed at a server with a table of three pages; its options are global, so they are put back."""
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    cube = buurt(regions=250)
    server, _ = serving({cube.identifier: cube}, internal_hosts=False)
    url, https = cbsodata.options.catalog_url, cbsodata.options.use_https
    cbsodata.options.use_https = False
    cbsodata.options.catalog_url = server.url.removeprefix("http://")
    yield cube
    cbsodata.options.catalog_url, cbsodata.options.use_https = url, https


def test_cbsodata_reads_a_table_of_several_pages(cbs_client: Cube) -> None:
    rows = cbsodata.get_data("47022NED", typed=False)  # its flag is inverted: False asks for TypedDataSet
    values = cbs_client.values["GeregistreerdeMisdrijven_1"]
    assert len(rows) == values.size > 20_000
    got = [r["GeregistreerdeMisdrijven_1"] for r in rows]
    expected = [None if v < 0 else v for v in values.ravel().tolist()]
    assert got == expected
    assert rows[24]["WijkenEnBuurten"] == f"Buurt {WIJKEN[1]}"
    untyped = cbsodata.get_data("47022NED", typed=True, filters="SoortMisdrijf eq '1.4.1 '")
    assert {r["GeregistreerdeMisdrijven_1"].strip() for r in untyped} == {"."}


def test_cbsodata_reads_metadata_and_the_catalogue(cbs_client: Cube) -> None:
    assert cbsodata.get_info("47022NED")["Modified"] == cbs_client.info["Modified"]
    listed = [r["Key"] for r in cbsodata.get_meta("47022NED", "Perioden")]
    assert listed == [r["Key"] for r in cbs_client.codes["Perioden"]]
    assert [r["Identifier"] for r in cbsodata.get_table_list()] == ["47022NED"]
