"""Creates database, roles, schemas and grants; safe to run at every start."""

from __future__ import annotations

from pathlib import Path

import psycopg
from psycopg import sql

from veiligheidsbeeld.settings import ROLES, Settings
from veiligheidsbeeld.survey import tables as survey_tables
from veiligheidsbeeld.warehouse import access, mart_schemas, migrations, readers
from veiligheidsbeeld.warehouse.connection import connect, verifier

_SQL = Path(__file__).parents[1] / "warehouse"
# Who may not make temporary tables.
_NO_TABLES = (*readers.READERS, readers.GUARD)
# Who has connections that nobody else can take.
_PIPELINE = ("lader", "transform", "publicist", "beheer", readers.GUARD, "airflow")


def bootstrap(settings: Settings) -> None:
    """Brings the warehouse to the state this version expects.

    Needs the superuser (role `postgres`) for roles and database; everything inside belongs to `beheer`.
    """
    with connect(settings, "postgres", database="postgres", autocommit=True) as admin:
        for role in (*ROLES, "airflow"):
            _ensure_role(admin, role, settings.passwords[role])
        admin.execute(sql.SQL("alter role {} createrole").format(sql.Identifier(readers.GUARD)))
        access.ensure_roles(admin, settings.region)
        for reader in (*readers.READERS, *readers.persons(admin)):
            readers.bound(admin, reader)
            readers.guarded(admin, reader)
        for role in _PIPELINE:
            admin.execute(sql.SQL("grant pg_use_reserved_connections to {}").format(sql.Identifier(role)))
        # The guard sees what the readers do, and may end it; it reads no table.
        admin.execute(sql.SQL("grant pg_read_all_stats, pg_signal_backend to {}").format(sql.Identifier(readers.GUARD)))
        _ensure_database(admin, settings.pg_database, owner="beheer")
        _ensure_database(admin, f"{settings.pg_database}_airflow", owner="airflow")
        # Whoever may log in may use these otherwise, for large objects and temporary tables as well.
        admin.execute("revoke all on database postgres, template1 from public")
    with connect(settings, "beheer") as connection:
        connection.execute("select pg_advisory_xact_lock(hashtext('veiligheidsbeeld.bootstrap'))")
        connection.execute((_SQL / "schemas.sql").read_text(encoding="utf-8"))
        migrations.migrate(connection)
        mart_schemas.create(connection)
        survey_tables.ensure(connection)
    with connect(settings, "postgres") as admin:
        admin.execute("revoke create on schema public from public")
        admin.execute("select pg_advisory_xact_lock(hashtext('veiligheidsbeeld.bootstrap'))")
        admin.execute((_SQL / "grants.sql").read_text(encoding="utf-8"))
        readers.close_what_public_has(admin)
        mart_schemas.grant(admin)
    from veiligheidsbeeld.registers.ddl import ensure_all  # needs connections, and those are this package's

    ensure_all(settings)


def _ensure_role(admin: psycopg.Connection, role: str, password: str) -> None:
    exists = admin.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone()
    verb = sql.SQL("alter" if exists else "create")
    kept = sql.Literal(verifier(admin, role, password))
    admin.execute(sql.SQL("{} role {} login password {}").format(verb, sql.Identifier(role), kept))


def _ensure_database(admin: psycopg.Connection, name: str, *, owner: str) -> None:
    if not admin.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
        make_database(admin, name, owner=owner)
    open_database(admin, name, owner=owner)


def make_database(admin: psycopg.Connection, name: str, *, owner: str) -> None:
    """An empty database, which sorts the same on every machine."""
    admin.execute(
        sql.SQL(
            "create database {} owner {} template template0 encoding 'UTF8' "
            "locale_provider builtin builtin_locale 'C.UTF-8' locale 'C'"
        ).format(sql.Identifier(name), sql.Identifier(owner))
    )


def open_database(admin: psycopg.Connection, name: str, *, owner: str = "beheer") -> None:
    """Says who may connect to a database, and who may make temporary tables in it."""
    admin.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(name)))
    if owner == "beheer":
        for role in ROLES:
            what = sql.SQL("connect" if role in _NO_TABLES else "connect, temporary")
            admin.execute(
                sql.SQL("grant {} on database {} to {}").format(what, sql.Identifier(name), sql.Identifier(role))
            )
