"""Creates database, roles, schemas and grants; safe to run at every start."""

from __future__ import annotations

from pathlib import Path

import psycopg
from psycopg import sql

from veiligheidsbeeld.settings import ROLES, Settings
from veiligheidsbeeld.survey import tables as survey_tables
from veiligheidsbeeld.warehouse import mart_schemas
from veiligheidsbeeld.warehouse.connection import connect

_SQL = Path(__file__).parents[1] / "warehouse"
READERS = ("bi_lezer", "analist")


def bootstrap(settings: Settings) -> None:
    """Brings the warehouse to the state this version expects.

    Needs the superuser (role `postgres`) for roles and database; everything inside belongs to `beheer`.
    """
    with connect(settings, "postgres", database="postgres", autocommit=True) as admin:
        for role in (*ROLES, "airflow"):
            _ensure_role(admin, role, settings.passwords[role])
        # Roles that read for people cannot write by accident, nor hold a query open for ever.
        for role in READERS:
            admin.execute(sql.SQL("alter role {} set default_transaction_read_only = on").format(sql.Identifier(role)))
            admin.execute(sql.SQL("alter role {} set statement_timeout = '120s'").format(sql.Identifier(role)))
        _ensure_database(admin, settings.pg_database, owner="beheer")
        _ensure_database(admin, f"{settings.pg_database}_airflow", owner="airflow")
    with connect(settings, "beheer") as connection:
        connection.execute("select pg_advisory_xact_lock(hashtext('veiligheidsbeeld.bootstrap'))")
        connection.execute((_SQL / "schemas.sql").read_text(encoding="utf-8"))
        mart_schemas.create(connection)
        survey_tables.ensure(connection)
    with connect(settings, "postgres") as admin:
        admin.execute("revoke create on schema public from public")
        admin.execute((_SQL / "grants.sql").read_text(encoding="utf-8"))
        mart_schemas.grant(admin)
    from veiligheidsbeeld.registers.ddl import ensure_all  # needs connections, and those are this package's

    ensure_all(settings)


def _ensure_role(admin: psycopg.Connection, role: str, password: str) -> None:
    exists = admin.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone()
    verb = sql.SQL("alter" if exists else "create")
    # The server gets a SCRAM verifier, never the password: a logged statement then gives nothing away.
    verifier = admin.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    admin.execute(sql.SQL("{} role {} login password {}").format(verb, sql.Identifier(role), sql.Literal(verifier)))


def _ensure_database(admin: psycopg.Connection, name: str, *, owner: str) -> None:
    if not admin.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
        admin.execute(
            sql.SQL(
                "create database {} owner {} template template0 encoding 'UTF8' "
                "locale_provider builtin builtin_locale 'C.UTF-8' locale 'C'"
            ).format(sql.Identifier(name), sql.Identifier(owner))
        )
        admin.execute(sql.SQL("revoke all on database {} from public").format(sql.Identifier(name)))
        if owner == "beheer":
            for role in ROLES:
                admin.execute(
                    sql.SQL("grant connect{} on database {} to {}").format(
                        sql.SQL("" if role in READERS else ", temporary"), sql.Identifier(name), sql.Identifier(role)
                    )
                )
