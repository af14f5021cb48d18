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

import pytest

from tests.extract import sources
from tests.extract.scripted import Answer, scripted
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


ASK = """
from veiligheidsbeeld.contracts.cube import get_cube
from veiligheidsbeeld.errors import SourceError
from veiligheidsbeeld.extract import has_news
from veiligheidsbeeld.settings import Settings
try:
    print("news", has_news(Settings.from_env(), get_cube("cbs_bevolking")))
except SourceError as error:
    print(error)
"""
PROPERTIES = b'{"Identifier":"03759ned","Modified":"2026-06-23T00:00:00+02:00","Version":"1","ObservationCount":1}'


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
def secure(authority: dict[str, Path]) -> Iterator[int]:
    """A source that speaks TLS with that certificate; gives its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(PROPERTIES)))
            self.end_headers()
            self.wfile.write(PROPERTIES)

        def log_message(self, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority["host.pem"], authority["host.key"])
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


def ask(tmp_path: Path, port: int, **environ: str) -> str:
    """A process of its own, as on a server: certificates and proxies are read at its start."""
    given = {
        "PATH": os.environ["PATH"], "VB_HOME": str(tmp_path), "VB_SOURCES": "live", "VB_HTTP_ATTEMPTS": "1",
        "VB_SOURCE_URL": f"https://localhost:{port}", **environ,
    }  # fmt: skip
    done = subprocess.run([sys.executable, "-c", ASK], env=given, cwd=PROJECT, capture_output=True, text=True)
    return done.stdout + done.stderr


def test_behind_a_proxy_and_with_a_ca_of_ones_own(tmp_path, secure, proxy, authority) -> None:
    port, tunnels = proxy
    through = {"HTTPS_PROXY": f"http://127.0.0.1:{port}", "SSL_CERT_FILE": str(authority["ca.pem"])}
    assert ask(tmp_path, secure, **through) == "news True\n"
    assert tunnels == [f"localhost:{secure}"]
    # Hosts that need no proxy are asked directly.
    assert ask(tmp_path, secure, **through, NO_PROXY="localhost") == "news True\n"
    assert len(tunnels) == 1


def test_a_certificate_that_is_not_trusted_says_so(tmp_path, secure) -> None:
    said = ask(tmp_path, secure)
    assert "the certificate of localhost is not trusted" in said and "SSL_CERT_FILE" in said
