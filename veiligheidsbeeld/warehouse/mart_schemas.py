"""The schemas of the marts, which follow from the list of themes: a candidate, and what readers see of it."""

from __future__ import annotations

import psycopg
from psycopg import sql

from veiligheidsbeeld.contracts.themes import mart_schemas

# transform builds candidates and reads what readers saw before; publicist moves candidates to where readers look.
_GRANTS = (
    "grant usage, create on schema {candidate} to transform",
    "grant usage, create on schema {mart} to publicist",
    "grant usage on schema {mart} to analist, bi_lezer, transform",
    "alter default privileges for role publicist in schema {mart}"
    " grant select on tables to analist, bi_lezer, transform",
)


def create(connection: psycopg.Connection) -> None:
    """Makes what is not there; run as the owner of the schemas."""
    for candidate, mart, about in mart_schemas().values():
        for schema in (candidate, mart):
            connection.execute(sql.SQL("create schema if not exists {}").format(sql.Identifier(schema)))
        connection.execute(sql.SQL("comment on schema {} is {}").format(sql.Identifier(mart), sql.Literal(about)))


def grant(admin: psycopg.Connection) -> None:
    for candidate, mart, _ in mart_schemas().values():
        for statement in _GRANTS:
            admin.execute(sql.SQL(statement).format(candidate=sql.Identifier(candidate), mart=sql.Identifier(mart)))
