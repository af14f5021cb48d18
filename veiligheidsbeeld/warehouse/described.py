"""Tables that Python makes and describes: columns with their types, a Dutch title and a description per column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import psycopg
from psycopg import sql

# Columns of a row with history: both hold the number of a delivery.
HISTORY = {
    "levering_van": "levering die deze versie bracht",
    "levering_tot": "levering die deze versie verving of introk; leeg: actueel",
}


def identifiers(names: Iterable[str], prefix: str | None = None) -> sql.Composed:
    """`a, b, c` or `p.a, p.b, p.c`."""
    return sql.SQL(", ").join(sql.Identifier(prefix, n) if prefix else sql.Identifier(n) for n in names)


def create(
    connection: psycopg.Connection, schema: str, name: str, columns: Mapping[str, str], *, unlogged: bool = False
) -> None:
    """Makes the table when it is not there; `columns` gives the type per column."""
    connection.execute(
        sql.SQL("create {} if not exists {} ({})").format(
            sql.SQL("unlogged table" if unlogged else "table"),
            sql.Identifier(schema, name),
            sql.SQL(", ").join(sql.SQL("{} {}").format(sql.Identifier(n), sql.SQL(t)) for n, t in columns.items()),
        )
    )


def present(connection: psycopg.Connection, schema: str, name: str) -> dict[str, str]:
    """Columns of a table with their types as PostgreSQL writes them; empty when it does not exist."""
    rows = connection.execute(
        """
        select attname, format_type(atttypid, atttypmod)
        from pg_attribute
        where attrelid = to_regclass(format('%%I.%%I', %s::text, %s::text)) and attnum > 0 and not attisdropped
        order by attnum
        """,
        [schema, name],
    ).fetchall()
    return dict(rows)


def ensure(
    connection: psycopg.Connection,
    schema: str,
    name: str,
    columns: Mapping[str, str],
    *,
    title: str,
    descriptions: Mapping[str, str],
) -> None:
    """The table in its present form: made when it is new, with the columns that a newer version brought."""
    table = sql.Identifier(schema, name)
    create(connection, schema, name, columns)
    found = present(connection, schema, name)
    for column in [c for c in columns if c not in found]:
        connection.execute(
            sql.SQL("alter table {} add column {} {}").format(table, sql.Identifier(column), sql.SQL(columns[column]))
        )
    connection.execute(sql.SQL("comment on table {} is {}").format(table, sql.Literal(title)))
    for column, text in descriptions.items():
        connection.execute(
            sql.SQL("comment on column {}.{} is {}").format(table, sql.Identifier(column), sql.Literal(text))
        )
