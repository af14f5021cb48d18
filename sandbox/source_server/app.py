"""The HTTP side: requests in, replies out, faults where they were asked for. Listens on loopback only.

A thread per connection, one reply in the making at a time: threads that render together only wait for each other.
Processor time for 12 million rows in pages of 10,000, same pages, other work on the machine (median of 3): this
server 4.8 s, asyncio streams 4.2 s, aiohttp 5.8 s, threads that render together 7.2 s.
"""

from __future__ import annotations

import contextlib
import socket
import socketserver
import struct
import sys
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import msgspec

from sandbox.source_server import features, odata_v3, odata_v4
from sandbox.source_server.changes import Change
from sandbox.source_server.cube import Cube
from sandbox.source_server.faults import Fault, Faults
from sandbox.source_server.requests import JSON, Query, Reply, RequestError, Route, route
from sandbox.source_server.store import Store
from sandbox.source_server.table import Table

HOST = "127.0.0.1"
MARK_HEADER = "X-Veiligheidsbeeld-Bron"
# http.sys, on which the sources run, refuses longer request lines unless it is told otherwise.
MAX_URL = 16_384
_REMEMBERED = 20_000  # requests in the log
_POLL = 0.03  # seconds within which a stop is noticed
_SETTLE = 0.05  # seconds for the first part of a body to arrive before the connection is reset


@dataclass
class SourceServer:
    """What is served, and how it is made to fail; may be used from any thread while it serves."""

    store: Store
    internal_hosts: bool = True
    layers: features.Layers = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    url: str = ""
    requests: deque[dict] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
    most_at_once: int = 0
    _now: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _rendering: threading.Lock = field(default_factory=threading.Lock)

    def fault(self, soort: str, **fields: Any) -> None:
        """Adds a fault; the fields are those of `Fault`."""
        self.faults.add(msgspec.convert({"soort": soort, **fields}, Fault))

    def change(self, soort: str, tabel: str, **fields: Any) -> dict:
        """Changes the data; the fields are those of `Change`. Raises `ChangeError` when it does not fit."""
        return self.store.change(msgspec.convert({"soort": soort, "tabel": tabel, **fields}, Change))

    def forget_requests(self) -> None:
        """Empties the log of requests."""
        self.requests.clear()
        self.most_at_once = 0

    @contextlib.contextmanager
    def noted(self, note: dict) -> Iterator[None]:
        """Counts a request under way and keeps `note` about it in the log, before the client has its reply."""
        started = time.perf_counter()
        self.requests.append(note)
        with self._lock:
            self._now += 1
            self.most_at_once = max(self.most_at_once, self._now)
        try:
            yield
        finally:
            with self._lock:
                self._now -= 1
            note["ms"] = round((time.perf_counter() - started) * 1000, 2)

    def answer(self, wanted: Route | None, query: Query, own: str) -> Reply:
        """The reply to one request, without faults; `own` is the scheme and authority that the client used."""
        if wanted is not None and wanted.service == "features":
            return features.answer(self.layers, wanted.entity, query)
        if wanted is None:
            return odata_v4.error(404, "No service of the sources has this path.")
        v4 = wanted.service == "v4"
        if wanted.table is not None and wanted.table in self.store:
            self.store.table(wanted.table)  # loading may take seconds: others need not wait for it
        try:
            with self._rendering:
                if v4:
                    prefix = f"{own}/{wanted.host}" if wanted.host else own
                    reply = odata_v4.answer(self.store, wanted, query, prefix)
                else:
                    links = odata_v3.Links(own, self.internal_hosts)
                    reply = odata_v3.answer(self.store, wanted, query, links)
        except RequestError as error:
            if v4:
                return odata_v4.error(error.status, error.message)
            return odata_v3.error(error.status, error.message, query)
        reply.headers.update({"OData-Version": "4.0"} if v4 else {"DataServiceVersion": "3.0;"})
        return reply

    def change_while_paging(self, fault: Fault, table: str | None) -> None:
        """Carries out the changes of a `verandert` fault; by default a new month and some restated figures."""
        changes = fault.wijzigingen
        if not changes and table is not None:
            changes = [
                Change(soort="maand_erbij", tabel=table),
                Change(soort="herzien", tabel=table, aantal=20),
            ]
        for change in changes:
            self.store.change(change)


class _HTTPServer(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port: int, source: SourceServer) -> None:
        self.source = source
        self.stopping = threading.Event()
        self.to_reset: set[socket.socket] = set()
        self._open: set[socket.socket] = set()
        super().__init__((HOST, port), _Handler)
        source.url = f"http://{HOST}:{self.server_port}"

    def server_bind(self) -> None:
        # HTTPServer looks the host's name up here; a loopback server needs none.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        self._open.discard(request)
        if request in self.to_reset:
            self.to_reset.discard(request)
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is no error; anything else is told on stderr."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def stop(self) -> None:
        """Stops listening and ends what is open."""
        self.stopping.set()
        self.shutdown()
        self.server_close()
        for connection in list(self._open):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _HTTPServer

    def log_message(self, format: str, *args: object) -> None:
        """Requests are kept in `SourceServer.requests` instead of on the screen."""

    def version_string(self) -> str:
        return "veiligheidsbeeld-bronserver"

    def do_GET(self) -> None:
        if len(self.path) > MAX_URL:
            return self._give(odata_v4.error(414, f"The request line is longer than {MAX_URL} bytes."))
        path, _, raw = self.path.partition("?")
        if admin := _ADMIN.get(path):
            return self._admin(admin)
        try:
            self._source(path, raw)
        except Exception as error:  # a reply that could not be made is a fault of this server: say so
            self._give(odata_v4.error(500, f"{type(error).__name__}: {error}"))
            raise

    def do_POST(self) -> None:
        admin = _ADMIN.get(self.path.partition("?")[0])
        if not admin:
            return self._give(odata_v4.error(405, "Only GET is answered here."))
        self._admin(admin)

    do_DELETE = do_POST

    def _admin(self, admin: Any) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        try:
            data, status = admin(self.server.source, self.command, body), 200
        except (msgspec.MsgspecError, ValueError) as error:  # ChangeError is a ValueError
            data, status = {"fout": str(error)}, 400
        self._give(Reply(msgspec.json.encode(data), JSON, status))

    def _source(self, path: str, raw: str) -> None:
        source, wanted, query = self.server.source, route(path), Query.parse(raw)
        entity = wanted.fault_entity if wanted else ""
        note: dict[str, Any] = {"pad": path, "tabel": wanted and wanted.table, "entiteit": entity}
        note |= {"filter": query.filter, "skip": query.options.get("$skip")}
        with source.noted(note):
            fault = source.faults.meet(wanted.table, entity, query.filter) if wanted else None
            if fault:
                note["storing"] = fault.soort
                if fault.soort == "verandert":
                    source.change_while_paging(fault, wanted.table if wanted else None)
                    fault = None
            reply = source.answer(wanted, query, f"http://{self.headers.get('Host') or source.url[7:]}")
            note |= {"status": reply.status, "bytes": len(reply.body)}
            if fault is None:
                self._give(reply)
            elif fault.soort == "status":
                note["status"] = fault.status
                self._give(_failure(fault, wanted, query))
            else:
                self._misbehave(fault, reply)

    def _head(self, reply: Reply, **headers: str) -> None:
        self.send_response(reply.status)
        self.send_header("Content-Type", reply.content_type)
        self.send_header(MARK_HEADER, self.server.source.store.kind)
        for name, value in {**reply.headers, **headers}.items():
            self.send_header(name, value)
        self.end_headers()

    def _give(self, reply: Reply) -> None:
        self._head(reply, **{"Content-Length": str(len(reply.body))})
        self.wfile.write(reply.body)

    def _misbehave(self, fault: Fault, reply: Reply) -> None:
        whole = {"Content-Length": str(len(reply.body))}
        part = reply.body[: int(len(reply.body) * fault.fractie)]
        if fault.soort == "traag":
            self._head(reply, **whole)
            pieces = max(1, fault.stukken)
            size = max(1, -(-len(reply.body) // pieces))
            for start in range(0, len(reply.body), size):
                if self.server.stopping.wait(fault.seconden / pieces):
                    break
                self.wfile.write(reply.body[start : start + size])
            return
        if fault.soort == "afgekapt" and fault.vorm == "eerlijk":
            return self._give(Reply(part, reply.content_type, reply.status, reply.headers))
        self.close_connection = True
        if fault.soort == "afgekapt" and fault.vorm == "chunked":
            self._head(reply, **{"Transfer-Encoding": "chunked"})
            self.wfile.write(b"%x\r\n%b\r\n" % (len(part), part))
            return
        self._head(reply, **whole)
        self.wfile.write(part)
        if fault.soort == "reset":
            self.server.stopping.wait(_SETTLE)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.server.to_reset.add(self.connection)


def _failure(fault: Fault, wanted: Route | None, query: Query) -> Reply:
    text = "Er is een fout opgetreden (nagebootst)."
    v4 = wanted is None or wanted.service == "v4"
    reply = odata_v4.error(fault.status, text) if v4 else odata_v3.error(fault.status, text, query)
    if fault.status in (429, 503):
        reply.headers["Retry-After"] = str(fault.retry_after)
    return reply


def _admin_health(source: SourceServer, method: str, body: bytes) -> object:
    return {"url": source.url, "bron_soort": source.store.kind, "tabellen": source.store.identifiers}


def _admin_faults(source: SourceServer, method: str, body: bytes) -> object:
    if method == "POST":
        given = msgspec.json.decode(body, type=Fault | list[Fault])
        for fault in given if isinstance(given, list) else [given]:
            source.faults.add(fault)
    elif method == "DELETE":
        source.faults.clear()
    return source.faults.describe()


def _admin_changes(source: SourceServer, method: str, body: bytes) -> object:
    if method == "POST":
        given = msgspec.json.decode(body, type=Change | list[Change])
        return [source.store.change(c) for c in (given if isinstance(given, list) else [given])]
    if method == "DELETE":
        source.store.reset()
    return msgspec.to_builtins(source.store.changes)


def _admin_requests(source: SourceServer, method: str, body: bytes) -> object:
    if method == "DELETE":
        source.forget_requests()
    return {"meest_tegelijk": source.most_at_once, "verzoeken": list(source.requests)}


_ADMIN = {
    "/_gezond": _admin_health,
    "/_storing": _admin_faults,
    "/_wijziging": _admin_changes,
    "/_verzoeken": _admin_requests,
}


@contextlib.contextmanager
def serve(
    tables: Mapping[str, Cube | Table],
    port: int = 0,
    *,
    kind: str = "voorbeeld",
    internal_hosts: bool = True,
    state: Path | None = None,
    layers: features.Layers | None = None,
) -> Iterator[SourceServer]:
    """Serves tables on loopback while the block runs; the yielded server has `url`, `fault()` and `change()`.

    `tables` gives a `Cube` (or a `Table`, as `Recordings` does) per identifier; port 0 takes a free one, a taken
    port raises `OSError`. `kind` is `voorbeeld` or `opname`, `state` the file in which changes are kept, `layers` the
    boundaries per collection.
    """
    source = SourceServer(Store(tables, kind=kind, state=state), internal_hosts, layers or {})
    server = _HTTPServer(port, source)
    thread = threading.Thread(target=server.serve_forever, args=(_POLL,), name="bronserver", daemon=True)
    thread.start()
    try:
        yield source
    finally:
        server.stop()
        thread.join(timeout=10)
