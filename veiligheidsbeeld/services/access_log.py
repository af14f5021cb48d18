"""Who read what: from the server's log to `beheer.inzage`, without the questions themselves.

The server logs every statement of a reading role (`readers.HELD_TO`, which a reader cannot change). Each minute the
watch reads what was added, notes moment, role, session and the tables and views that a statement names, and forgets the
rest. A line is noted once: where it ended is remembered, and what is read again is in the table already.
Why not pgaudit: docs/decisions/0033-access.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg

from veiligheidsbeeld.services import postgres
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse.readers import BEGINS_WITH

# How a statement is told, after `postgres.LOG_PREFIX`; further lines of it begin with a tab.
_STATEMENT = re.compile(
    r"(?P<moment>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} \S+) \[(?P<pid>\d+)\] (?P<role>.+?)@(?P<database>.+?) "
    r"LOG:  (?:statement|(?:execute|parse|bind) [^:]*): (?P<text>.*)",
    re.DOTALL,
)
_KNOWN = """
    select n.nspname, c.relname from pg_class as c inner join pg_namespace as n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f') and (n.nspname = 'kern' or n.nspname like 'mart\\_%')
"""
# Texts and remarks in a statement name nothing.
_UNREAD = re.compile(r"""e?'(?:[^'\\]|''|\\.)*'|--[^\n]*|/\*.*?\*/|\$(\w*)\$.*?\$\1\$""", re.DOTALL | re.IGNORECASE)
_NAME = r'(?:"[^"]+"|[a-z_]\w*)'
_NAMED = re.compile(
    rf"(?P<before>\b(?:from|join|only|table|copy)\s+|,\s*|\(\s*)?(?<![\w.\"])"
    rf"(?:(?P<schema>{_NAME})\s*\.\s*)?(?P<name>{_NAME})",
    re.IGNORECASE,
)
# What one look reads at most, in bytes; the next goes on from there.
_AT_ONCE = 50_000_000


@dataclass(frozen=True)
class Read:
    """A statement of a reading role that named a table or view."""

    moment: str
    role: str
    session: int
    relation: str


def log_files(settings: Settings) -> list[Path]:
    """The server's log: of the embedded server its own, of another what VB_PG_LOG names (a file, or a pattern)."""
    path = Path(settings.environ.get("VB_PG_LOG") or postgres.log_file(settings))
    return sorted(found for found in path.parent.glob(path.name) if found.is_file())


def collect(settings: Settings, connection: psycopg.Connection, roles: Iterable[str]) -> int:
    """Notes what was read since the last look, as the guard; the number of lines of `beheer.inzage` that it came to."""
    # Per file: which it is, and where the last look ended.
    ended = settings.known().get("inzage", {})
    known = _views(connection)
    reads: list[Read] = []
    now: dict[str, list[int]] = {}
    for path in log_files(settings):
        text, now[str(path)] = _added(path, *ended.get(str(path), (0, 0)))
        reads += reads_in(text, set(roles), settings.pg_database, known)
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(
            "insert into beheer.inzage (moment, rol, sessie, relatie) values (%s, %s, %s, %s) on conflict do nothing",
            [(read.moment, read.role, read.session, read.relation) for read in reads],
        )
    if now != ended:
        settings.remember(inzage=now)
    return len(reads)


def _added(path: Path, file: int, start: int) -> tuple[str, list[int]]:
    """What a log got since a look that ended at `start`, and where this one ends; from the top when it was begun anew.

    A message that is still being written is for the next look.
    """
    found = path.stat()
    if file != found.st_ino or start > found.st_size:
        start = 0
    with path.open("rb") as stream:
        stream.seek(start)
        added = stream.read(_AT_ONCE)
    whole = added[: added.rfind(b"\n") + 1]
    return whole.decode(errors="replace"), [found.st_ino, start + len(whole)]


def reads_in(log: str, roles: set[str], database: str, known: Mapping[str, list[str]]) -> Iterator[Read]:
    """What these roles read in this database according to a piece of the server's log.

    `known` gives the schemas of each name, in the order in which they are looked in.
    """
    for message in re.split(r"\n(?!\t)", log):
        told = _STATEMENT.match(message)
        if told and told["role"] in roles and told["database"] == database:
            for relation in sorted(relations(told["text"], known)):
                yield Read(told["moment"], told["role"], int(told["pid"]), relation)


def relations(statement: str, known: Mapping[str, list[str]]) -> set[str]:
    """Tables and views of readers that a statement names, as `schema.name`; rather one too many than one too few."""
    found = set()
    for named in _NAMED.finditer(_UNREAD.sub(" ", statement)):
        schema, name = (_folded(part) for part in (named["schema"], named["name"]))
        schemas = known.get(name, [])
        if schema in schemas:
            found.add(f"{schema}.{name}")
        elif not schema and schemas and named["before"]:
            found.add(f"{schemas[0]}.{name}")
    return found


def _folded(name: str | None) -> str:
    if name is None:
        return ""
    return name[1:-1] if name.startswith('"') else name.lower()


def _views(connection: psycopg.Connection) -> dict[str, list[str]]:
    order = BEGINS_WITH["search_path"].split(", ")
    found: dict[str, list[str]] = {}
    for schema, name in sorted(
        connection.execute(_KNOWN), key=lambda row: order.index(row[0]) if row[0] in order else len(order)
    ):
        found.setdefault(name, []).append(schema)
    return found
