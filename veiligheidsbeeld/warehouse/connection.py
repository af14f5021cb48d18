"""Connections to the warehouse: one way in, per role."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from veiligheidsbeeld.errors import VeiligheidsbeeldError
from veiligheidsbeeld.settings import Settings

# How long a server may take to be itself again, in seconds, and how it says that it is not (in its own language, which
# is English here).
RECOVERY_SECONDS = 60.0
_RECOVERING = re.compile("the database system is (starting up|in recovery mode|not yet accepting connections)")
_NEW_SECRETS = (
    "Put secrets.json of this home back, or correct VB_PASSWORD_*; when it is lost: `veiligheidsbeeld down`, then"
    " `veiligheidsbeeld secrets replace`."
)


@contextmanager
def connect(
    settings: Settings, role: str, *, autocommit: bool = False, database: str | None = None
) -> Iterator[psycopg.Connection]:
    """A connection as `role`; commits on success, rolls back on error, always closes.

    A server that is starting, or recovers because one of its processes died, is waited for.
    Raises `VeiligheidsbeeldError` with the address and what to do when the warehouse does not answer.
    """
    keywords = settings.conninfo(role, database=database)
    try:
        connection = _open(
            **keywords, autocommit=autocommit, application_name=f"veiligheidsbeeld:{role}", connect_timeout=10
        )
    except psycopg.OperationalError as error:
        raise VeiligheidsbeeldError(
            f"No connection to the warehouse at {keywords['host']}:{keywords['port']} as {role}: {error}",
            remedy=_NEW_SECRETS
            if "password authentication failed" in str(error)
            else "Start it with `make up`, or correct VB_PG_HOST, VB_PG_PORT and VB_PASSWORD_*.",
        ) from error
    with connection:
        yield connection


def _open(**keywords: Any) -> psycopg.Connection:
    deadline = time.monotonic() + RECOVERY_SECONDS
    while True:
        try:
            return psycopg.connect(**keywords)
        except psycopg.OperationalError as error:
            if not _RECOVERING.search(str(error)) or time.monotonic() > deadline:
                raise
        time.sleep(0.2)


def verifier(connection: psycopg.Connection, role: str, password: str) -> str:
    """What the server keeps of a password (SCRAM): a statement with it gives nothing away when it is logged."""
    return connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
