"""Fixtures: a running source server with small tables, and a client that asks it."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from sandbox.source_server import SourceServer, serve
from tests.sandbox.source_server.tables import all_tables

POLITIE = "/dataderden.cbs.nl/ODataFeed/odata"
API = "/dataderden.cbs.nl/ODataApi/odata"
CBS4 = "/datasets.cbs.nl/odata/v1/CBS"


# Making one per client costs more than most tests; plain HTTP does not use it.
_NO_TLS = ssl.create_default_context()


class Client:
    """Asks the server; `rows` insists on 200 and gives `value`."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, timeout=10, trust_env=False, verify=_NO_TLS)

    def get(self, path: str, **options: object) -> httpx.Response:
        """GET with OData options: `filter=` becomes `$filter=`."""
        return self.http.get(path, params={f"${k}": str(v) for k, v in options.items()})

    def body(self, path: str, **options: object) -> dict[str, Any]:
        reply = self.get(path, format="json", **options)
        assert reply.status_code == 200, reply.text
        return reply.json()

    def rows(self, path: str, **options: object) -> list[dict[str, Any]]:
        return self.body(path, **options)["value"]

    def count(self, path: str, **options: object) -> int:
        reply = self.get(f"{path}/$count", **options)
        assert reply.status_code == 200, reply.text
        return int(reply.text)


@pytest.fixture
def server() -> Iterator[SourceServer]:
    with serve(all_tables()) as running:
        yield running


@pytest.fixture
def client(server: SourceServer) -> Client:
    return Client(server.url)


@pytest.fixture
def serving() -> Iterator[Callable[..., tuple[SourceServer, Client]]]:
    """Starts servers with other tables or options; stops them at the end of the test."""
    with contextlib.ExitStack() as stack:

        def start(tables, **options) -> tuple[SourceServer, Client]:
            running = stack.enter_context(serve(tables, **options))
            return running, Client(running.url)

        yield start
