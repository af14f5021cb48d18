"""What readers can change for themselves is put back, and what they keep busy too long is ended.

PostgreSQL has no limit on the work of a query that its owner cannot lift, and lets every role change its own password.
So a process of this copy looks (`veiligheidsbeeld watch`), as role `bewaker`, which may end readers' queries and give
readers their password and settings back, and reads no table. Why: docs/decisions/0026-readers.md.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import readers
from veiligheidsbeeld.warehouse.connection import verifier

# A query may work this long, in seconds; waiting for a client that receives slowly is no work.
WORK_SECONDS = 120.0
# A query that does not listen to its cancelling is ended with its session.
GRACE_SECONDS = 10.0
# A transaction in which nothing happens, and one that goes on and on, hold back what the pipeline wants to replace.
IDLE_SECONDS = 300.0
TRANSACTION_SECONDS = 3600.0

_SESSIONS = """
    select pid, usename, state = 'active', query_start,
        coalesce(wait_event_type = 'Client', false),
        coalesce(extract(epoch from clock_timestamp() - xact_start), 0)::float,
        extract(epoch from clock_timestamp() - state_change)::float,
        extract(epoch from clock_timestamp() - query_start)::float,
        coalesce(r.rolvaliduntil < clock_timestamp(), false)
    from pg_stat_activity
    inner join pg_roles as r on r.oid = usesysid
    where usename = any (%s) and backend_type = 'client backend'
"""


@dataclass
class Guard:
    """Looks at the sessions of readers, over and over; keeps in mind how long each query has worked."""

    worked: dict[tuple[int, object], float] = field(default_factory=dict)
    looked: float | None = None

    def look(self, connection: psycopg.Connection) -> list[str]:
        """Ends what takes too long; a line for each, with who and how long (seconds), never the query itself."""
        now = time.monotonic()
        passed = now - self.looked if self.looked is not None else 0.0
        self.looked, before, self.worked = now, self.worked, {}
        said = []
        roles = [*readers.READERS, *readers.persons(connection)]
        for pid, role, active, began, receiving, transaction, resting, age, over in connection.execute(
            _SESSIONS, [roles]
        ).fetchall():
            if over:
                # PostgreSQL itself looks at the term when somebody logs in, and never again.
                connection.execute("select pg_terminate_backend(%s)", [pid])
                said.append(f"{role} (process {pid}): session ended, the time for which it may log in is over")
            elif transaction > TRANSACTION_SECONDS or (transaction and not active and resting > IDLE_SECONDS):
                connection.execute("select pg_terminate_backend(%s)", [pid])
                said.append(
                    f"{role} (process {pid}): session ended, its transaction stood open for {transaction:.0f} s"
                )
            elif active:
                worked = before.get((pid, began), 0.0) + (0.0 if receiving else min(passed, age))
                self.worked[pid, began] = worked
                if worked > WORK_SECONDS:
                    end = "terminate" if worked > WORK_SECONDS + GRACE_SECONDS else "cancel"
                    connection.execute(sql.SQL("select {}(%s)").format(sql.Identifier(f"pg_{end}_backend")), [pid])
                    said.append(f"{role} (process {pid}): query ended, it had worked for {worked:.0f} s")
        return said


def put_back(settings: Settings, connection: psycopg.Connection) -> list[str]:
    """Gives readers the password and the settings that they were made with; a line for each that had changed."""
    said = []
    for reader in (*readers.READERS, *readers.persons(connection)):
        if not readers.is_as_made(connection, reader):
            readers.reset(connection, reader)
            said.append(f"{reader}: settings of the role were changed, and are put back")
        # The password of a person is that person's own.
        if reader in readers.READERS and not _may_enter(settings, reader):
            password = sql.Literal(verifier(connection, reader, settings.passwords[reader]))
            connection.execute(sql.SQL("alter role {} password {}").format(sql.Identifier(reader), password))
            said.append(f"{reader}: the password was changed, and is put back")
    return said


def _may_enter(settings: Settings, reader: str) -> bool:
    """Whether the password opens; true as well when the server has another reason to say no."""
    try:
        psycopg.connect(**settings.conninfo(reader), connect_timeout=10).close()
    except psycopg.OperationalError as error:
        return "password authentication failed" not in str(error)
    return True
