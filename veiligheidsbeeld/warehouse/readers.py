"""Roles that read for people and tools: how much each may take of the server, and what it begins with.

PostgreSQL lets every role change its own password and most of its own settings. What it cannot change is bound here
(`bound`) and in `readers.sql`; what it can change is watched and put back (`veiligheidsbeeld watch`).
Why: docs/decisions/0026-readers.md.
"""

from __future__ import annotations

from pathlib import Path

import psycopg
from psycopg import sql

from veiligheidsbeeld.contracts.themes import CORE, GOALS, mart_schemas

# Connections at once; the server has 80 or more (docker-compose.yml: 200), the rest is for the pipeline.
CONNECTIONS = {"bi_lezer": 40, "analist": 10}
READERS = tuple(CONNECTIONS)
GUARD = "bewaker"
# Everybody who logs in under a name of their own is a member of this role, which has no rights (`access`).
PERSONS = "persoon"
_PERSON_CONNECTIONS = 5
_SHARED = (CORE, f"mart_{GOALS}")
# What a session begins with. A reader can change these for itself: they guard against accidents. What bounds the work
# of a query is the guard; the time here also counts how long the client takes to receive the answer.
BEGINS_WITH = {
    # What is there is seen at once; a name that several marts have is that of the first, the goals of all plans.
    "search_path": ", ".join([*_SHARED, *(s for _, s, _ in mart_schemas().values() if s not in _SHARED)]),
    "default_transaction_read_only": "on",
    "statement_timeout": "1h",
    "idle_in_transaction_session_timeout": "5min",
}
# Disk that one connection may use for sorting and the like.
TEMPORARY = "2GB"
# What only the superuser can change: the disk, and that the server's log tells what is read (`services/access_log.py`),
# without the values that a program sends beside its query.
HELD_TO = {"temp_file_limit": TEMPORARY, "log_statement": "all", "log_parameter_max_length": "0"}

_SQL = Path(__file__).with_name("readers.sql")


def bound(admin: psycopg.Connection, reader: str) -> None:
    """Sets the limits of a reading role and what its sessions begin with; as the superuser."""
    name = sql.Identifier(reader)
    most = CONNECTIONS.get(reader, _PERSON_CONNECTIONS)
    admin.execute(sql.SQL("alter role {} connection limit {}").format(name, sql.Literal(most)))
    for setting, value in HELD_TO.items():
        admin.execute(sql.SQL("alter role {} set {} = {}").format(name, sql.Identifier(setting), sql.Literal(value)))
    reset(admin, reader)


def guarded(admin: psycopg.Connection, reader: str) -> None:
    """The guard may give a reader its password and settings back, and never be that reader; as the superuser."""
    query = sql.SQL("grant {} to {} with admin true, inherit false, set false")
    admin.execute(query.format(sql.Identifier(reader), sql.Identifier(GUARD)))


def persons(connection: psycopg.Connection) -> list[str]:
    """Roles of persons."""
    query = """
        select r.rolname from pg_auth_members as m
        inner join pg_roles as r on r.oid = m.member inner join pg_roles as g on g.oid = m.roleid
        where g.rolname = %s order by 1
    """
    return [name for (name,) in connection.execute(query, [PERSONS])]


def reset(connection: psycopg.Connection, reader: str) -> None:
    """Gives a reading role back what its sessions begin with, and nothing else; as the guard or the superuser."""
    name = sql.Identifier(reader)
    for database, setting in _kept(connection, reader).keys() - _made().keys():
        where = sql.SQL("in database {} ").format(sql.Identifier(database)) if database else sql.SQL("")
        connection.execute(sql.SQL("alter role {} {}reset {}").format(name, where, sql.Identifier(setting)))
    for setting, value in BEGINS_WITH.items():
        values = sql.SQL(", ").join(map(sql.Literal, value.split(", ")))
        connection.execute(sql.SQL("alter role {} set {} = {}").format(name, sql.Identifier(setting), values))


def is_as_made(connection: psycopg.Connection, reader: str) -> bool:
    """Whether the sessions of a reading role begin as they are made here."""
    return _kept(connection, reader) == _made()


def _made() -> dict[tuple[str, str], str]:
    return {("", name): value for name, value in {**BEGINS_WITH, **HELD_TO}.items()}


def _kept(connection: psycopg.Connection, reader: str) -> dict[tuple[str, str], str]:
    """Settings of a role by (database, or nothing for all of them, and name)."""
    query = """
        select coalesce(d.datname, ''), split_part(setting, '=', 1), substr(setting, strpos(setting, '=') + 1)
        from pg_db_role_setting as s
        inner join pg_roles as r on s.setrole = r.oid
        left join pg_database as d on s.setdatabase = d.oid
        cross join unnest(s.setconfig) as setting
        where r.rolname = %s
    """
    return {(database, name): value for database, name, value in connection.execute(query, [reader])}


def close_what_public_has(admin: psycopg.Connection) -> None:
    """Takes from PUBLIC, in the warehouse, what no reader needs; as the superuser."""
    admin.execute(_SQL.read_text(encoding="utf-8"))
