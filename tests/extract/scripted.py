"""A small HTTP server on loopback whose every answer a test writes itself, byte for byte."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Answer:
    """One reply. `announced`: Content-Length when it differs from the body; `reset`: break the connection."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    announced: int | None = None
    reset: bool = False
    pause: float = 0.0  # seconds between the two halves of the body


@dataclass
class Scripted:
    url: str
    paths: list[str]
    headers: list[dict[str, str]]


@contextmanager
def scripted(answer: Callable[[str, int], Answer]) -> Iterator[Scripted]:
    """Serves `answer(path, number of the request)`; records every path asked for."""
    paths: list[str] = []
    headers: list[dict[str, str]] = []
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            with lock:
                paths.append(self.path)
                headers.append(dict(self.headers))
                number = len(paths)
            reply = answer(self.path, number)
            if reply.reset:
                # Linger 0 makes close() send RST instead of FIN.
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(reply.announced or len(reply.body)))
            self.end_headers()
            half = len(reply.body) // 2
            try:
                self.wfile.write(reply.body[:half])
                self.wfile.flush()
                time.sleep(reply.pause)
                self.wfile.write(reply.body[half:])
            except OSError:
                self.close_connection = True  # the client has had enough
            if reply.announced and reply.announced > len(reply.body):
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield Scripted(f"http://127.0.0.1:{server.server_port}", paths, headers)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
