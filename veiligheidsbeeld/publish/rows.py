"""Tables as stored for readers, a row once for all publications that show it.

    rij     the rows of a table, as they are, with the publications that each holds for

A publication closes the rows that went and adds those that came. Rows are compared by all their columns. Of a table
with equal rows, which cannot be told apart, every publication is whole.
"""

from __future__ import annotations

from typing import ClassVar

import psycopg
from psycopg import sql

from veiligheidsbeeld.publish import store as stores
from veiligheidsbeeld.publish import tables
from veiligheidsbeeld.publish.store import OPEN, Store
from veiligheidsbeeld.publish.tables import Column, Table

_PART = "rij"
# Types that PostgreSQL cannot compare or hash.
_INCOMPARABLE = ("json", "xml", "point")
_MAKE = """
    create table {rij} ({types}, vanaf_nr integer not null, tot_nr integer not null) with (autovacuum_enabled = off)
"""
_FOLD = (
    """
    update {rij} as b set tot_nr = {number}
    where b.tot_nr = {open} and not exists (select from {rows} as n where {same})
    """,
    """
    insert into {rij} ({columns}, vanaf_nr, tot_nr)
    select {columns}, {number}, {open} from {rows} as n
    where not exists (select from {rij} as b where b.tot_nr = {open} and {same})
    """,
)
_COUNTS = "select (select count(*) from {rows}), (select count(*) from {rij} where tot_nr = {open})"
_WHOLE = (
    "update {rij} set tot_nr = {number} where tot_nr = {open} and vanaf_nr < {number}",
    "delete from {rij} where vanaf_nr = {number}",
    "insert into {rij} ({columns}, vanaf_nr, tot_nr) select {columns}, {number}, {open} from {rows}",
)


class Rows:
    """See above."""

    PARTS: ClassVar = {_PART: "Rijen, en de publicaties waarin ze staan"}

    @staticmethod
    def fits(table: Table) -> bool:
        """Whether a table can be stored so; none that publishing itself fills in, which differs every time."""
        types = table.types
        return bool(types) and tables.ITSELF not in types and not set(types.values()) & set(_INCOMPARABLE)

    def part_of(self, column: Column) -> str:
        return _PART

    def ensure(self, connection: psycopg.Connection, store: Store) -> None:
        if not stores.exists(connection, store):
            connection.execute(_filled(_MAKE, store))
            stores.describe(connection, store, {})

    def fold(self, connection: psycopg.Connection, store: Store, rows: Table, number: int) -> int:
        self.ensure(connection, store)
        for statement in _FOLD:
            connection.execute(_filled(statement, store, rows, number))
        (given, stored) = connection.execute(_filled(_COUNTS, store, rows, number)).fetchone()  # type: ignore[misc]
        if given != stored:
            for statement in _WHOLE:
                connection.execute(_filled(statement, store, rows, number))
        # What was a key is one no longer, over all publications.
        stores.index(connection, store, _PART, rows)
        connection.execute(sql.SQL("analyze {}").format(store.part(_PART)))
        return given

    def unfolded(self, store: Store) -> sql.Composable:
        return store.part(_PART)

    def sweep(self, connection: psycopg.Connection, store: Store) -> None:
        """Nothing points to anything."""


def _filled(statement: str, store: Store, rows: Table | None = None, number: int = 0) -> sql.Composed:
    columns = store.shape.columns
    return sql.SQL(statement).format(  # type: ignore[arg-type]
        rij=store.part(_PART),
        types=sql.SQL(", ").join(map(stores.typed, columns)),
        columns=stores.names(columns),
        same=stores.alike(columns, "n", "b"),
        rows=rows.identifier if rows else sql.SQL("null"),
        number=sql.Literal(number),
        open=sql.Literal(OPEN),
    )
