"""What a source sees of us, and how a network between us and it is met: pace, names, a proxy, a CA of one's own."""

from __future__ import annotations

import os
import select
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from sandbox.source_server import SourceServer
from tests.extract import sources
from tests.extract.conftest import IMPATIENT
from tests.extract.scripted import Answer, scripted
from tests.places import CHOSEN
from veiligheidsbeeld.contracts.cube import get_cube
from veiligheidsbeeld.errors import SourceError
from veiligheidsbeeld.extract import has_news, table_of
from veiligheidsbeeld.settings import PROJECT, Settings


def test_who_asks_and_what_for_stand_in_every_request(settings_for) -> None:
    body = b'{"value":[]}'
    with scripted(lambda path, number: Answer(body)) as server:
        settings = settings_for(server.url, VB_CONTACT="data@voorbeeld.nl")
        with pytest.raises(SourceError):
            has_news(settings, get_cube("cbs_criminaliteit"))
    assert all("(data@voorbeeld.nl)" in h["User-Agent"] for h in server.headers)
    assert all(h["Accept"] == "application/json" for h in server.headers)


def test_requests_per_second_are_a_setting(settings_for) -> None:
    async def ask(settings: Settings) -> None:
        client, table = table_of(settings, get_cube("cbs_criminaliteit"), report=lambda _: None)
        async with client:
            for _ in range(6):
                await table.list_rows(table.address.api, "TableInfos")

    import asyncio

    with scripted(lambda path, number: Answer(b'{"value":[]}')) as server:
        began = time.monotonic()
        asyncio.run(ask(settings_for(server.url, VB_REQUESTS_PER_SECOND="10")))
        assert time.monotonic() - began >= 0.5
        assert len(server.paths) == 6


def test_news_is_a_state_that_was_not_read(settings, source) -> None:
    from veiligheidsbeeld.extract import extract

    contract = get_cube("cbs_criminaliteit")
    assert has_news(settings, contract)
    extract(settings, contract, report=lambda _: None)
    assert not has_news(settings, contract)
    measures = contract.maten[:1]
    assert has_news(settings, contract.model_copy(update={"maten": measures})), "another question is news as well"
    source.change(tabel="83648NED", soort="gewijzigd")
    assert has_news(settings, contract)
    assert sources.criminaliteit().host == "opendata.cbs.nl"


# A table of each protocol, whole.
TABLES = ("politie_misdrijven_gemeente", "cbs_criminaliteit")
FETCH = f"""
from veiligheidsbeeld.contracts.cube import get_cube
from veiligheidsbeeld.errors import SourceError
from veiligheidsbeeld.extract import extract
from veiligheidsbeeld.settings import Settings
try:
    for name in {TABLES}:
        print(extract(Settings.from_env(), get_cube(name), report=lambda line: None).manifest.inhoud_sha256)
except SourceError as error:
    print(error)
"""


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A CA that nobody trusts, and a certificate of it for localhost."""
    folder = tmp_path_factory.mktemp("ca")
    made = {n: folder / n for n in ("ca.pem", "ca.key", "host.csr", "host.pem", "host.key", "ext")}
    made["ext"].write_text("subjectAltName=DNS:localhost")
    new = ["openssl", "req", "-newkey", "rsa:2048", "-nodes", "-keyout"]
    for command in (
        [*new, made["ca.key"], "-x509", "-out", made["ca.pem"], "-days", "2", "-subj", "/CN=Eigen CA",
         "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"],
        [*new, made["host.key"], "-out", made["host.csr"], "-subj", "/CN=localhost"],
        ["openssl", "x509", "-req", "-in", made["host.csr"], "-CA", made["ca.pem"], "-CAkey", made["ca.key"],
         "-CAcreateserial", "-days", "2", "-out", made["host.pem"], "-extfile", made["ext"]],
    ):  # fmt: skip
        subprocess.run([str(part) for part in command], check=True, capture_output=True)
    return made


@pytest.fixture
def secure(authority: dict[str, Path], source: SourceServer) -> Iterator[int]:
    """The source behind TLS with that certificate; gives its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority["host.pem"], authority["host.key"])

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            with httpx.Client(trust_env=False) as client:
                answer = client.get(f"{source.url}{self.path}", headers={"Accept": self.headers["Accept"]})
            self.send_response(answer.status_code)
            self.send_header("Content-Type", answer.headers["Content-Type"])
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with _running(server):
        yield server.server_address[1]


@pytest.fixture
def proxy() -> Iterator[tuple[int, list[str]]]:
    """A forward proxy that opens tunnels; gives its port and what was asked of it."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            asked.append(self.path)
            host, port = self.path.rsplit(":", 1)
            with socket.create_connection((host, int(port))) as there:
                self.send_response(200)
                self.end_headers()
                ends = {self.connection: there, there: self.connection}
                while True:
                    for one in select.select(list(ends), [], [], 10)[0]:
                        if not (data := one.recv(65536)):
                            return
                        ends[one].sendall(data)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    with _running(server):
        yield server.server_address[1], asked


@contextmanager
def _running(server: ThreadingHTTPServer) -> Iterator[None]:
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()


def fetch(home: Path, port: int, **environ: str) -> list[str]:
    """Tables by a process of its own, as on a server: certificates and proxies are read at its start. What it says."""
    given = {
        "PATH": os.environ["PATH"], "VB_HOME": str(home), "VB_SOURCES": "live", "VB_SOURCE_URL": f"https://localhost:{port}",
        **IMPATIENT, **CHOSEN, **environ,
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-c", FETCH], env=given, cwd=PROJECT, capture_output=True, text=True)
    return (done.stdout + done.stderr).splitlines()


def test_tables_come_whole_through_a_proxy_and_with_a_ca_of_ones_own(
    tmp_path, settings, secure, proxy, authority
) -> None:
    from veiligheidsbeeld.extract import extract

    found = [extract(settings, get_cube(name), report=lambda _: None) for name in TABLES]
    as_they_are = [delivery.manifest.inhoud_sha256 for delivery in found if delivery]
    port, tunnels = proxy
    through = {"HTTPS_PROXY": f"http://127.0.0.1:{port}", "SSL_CERT_FILE": str(authority["ca.pem"])}
    assert fetch(tmp_path / "through", secure, **through) == as_they_are
    assert set(tunnels) == {f"localhost:{secure}"}
    # Hosts that need no proxy are asked directly.
    tunnels.clear()
    assert fetch(tmp_path / "beside", secure, **through, NO_PROXY="localhost") == as_they_are
    assert tunnels == []


def test_a_certificate_that_is_not_trusted_says_so(tmp_path, secure) -> None:
    (said,) = fetch(tmp_path, secure)
    assert "the certificate of localhost is not trusted" in said and "SSL_CERT_FILE" in said
