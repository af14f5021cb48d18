"""What tables have in common whose publications share what did not change (`series`, `rows`).

What is stored says from which publication on it is shown, and until which. A publication closes what it no longer has
and adds what it has anew; what no kept publication shows goes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

import psycopg
from psycopg import sql

from veiligheidsbeeld.publish import tables
from veiligheidsbeeld.publish.tables import Column, Table

FROM, UNTIL = "vanaf_nr", "tot_nr"
# `tot_nr` of what the newest publication still has: later than any number.
OPEN = 2**31 - 1
COMMENTS = {
    FROM: "Eerste publicatie waarin dit staat",
    UNTIL: f"Eerste publicatie waarin dit niet meer staat; {OPEN}: het staat in de nieuwste",
}
# True of nearly all that is stored, but a comparison with a number that it does not know yet the planner expects of one
# in three, and both of one in nine. That an expression is not null it expects of nearly all rows.
_BELONGS = "nullif(p.vanaf_nr <= {number} and p.tot_nr > {number}, false) is not null"
_RETIRE = """
    delete from {lasting} as b
    where b.tot_nr < {open}
        and not exists (
            select from {marks} as k
            where k.{nr} >= b.vanaf_nr and k.{nr} < b.tot_nr and ({shown}::integer[] is null or k.{nr} = any({shown}))
        )
"""


@dataclass(frozen=True)
class Store:
    """Where the rows of a table are kept: `shape` has its columns, as candidates have them."""

    thema: str
    table: str
    shape: Table
    form: Form

    def part(self, name: str) -> sql.Identifier:
        return sql.Identifier(tables.STORE, self.part_name(name))

    def part_name(self, name: str) -> str:
        return tables.partition_name(self.thema, self.table, name)

    def columns(self, part: str) -> list[Column]:
        """Columns of the table that a part keeps."""
        return [c for c in self.shape.columns if self.form.part_of(c) == part]

    @property
    def lasting(self) -> str:
        """The part whose rows say which publications they hold for."""
        return next(reversed(self.form.PARTS))


class Form(Protocol):
    """A way to store a table so."""

    # The tables that it takes, with a text for each (Dutch); the last one is the one that `Store.lasting` names.
    PARTS: ClassVar[dict[str, str]]

    def ensure(self, connection: psycopg.Connection, store: Store) -> None:
        """The tables are there, with room for every column."""

    def fold(self, connection: psycopg.Connection, store: Store, rows: Table, number: int) -> int:
        """Stores the rows of a table as publication `number`, which is higher than those so far; returns how many."""

    def part_of(self, column: Column) -> str:
        """The part that keeps a column."""

    def unfolded(self, store: Store) -> sql.Composable:
        """The rows of every publication kept, with `vanaf_nr` and `tot_nr`: what a view calls `p`."""

    def sweep(self, connection: psycopg.Connection, store: Store) -> None:
        """Deletes what nothing points to any more."""


def belongs(number: sql.Composable) -> sql.Composable:
    """Whether what is stored, called `p`, is of a publication."""
    return sql.SQL(_BELONGS).format(number=number)


def exists(connection: psycopg.Connection, store: Store) -> bool:
    query = "select to_regclass(%s) is not null"
    return connection.execute(query, [store.part(store.lasting).as_string(connection)]).fetchone() == (True,)


def adopt(connection: psycopg.Connection, store: Store, candidate: Table, number: int) -> int:
    """Publishes a candidate as number `number`; returns its rows. The candidate is gone then."""
    rows = store.form.fold(connection, store, candidate, number)
    connection.execute(sql.SQL("drop table if exists {}").format(candidate.identifier))
    return rows


def add_columns(connection: psycopg.Connection, store: Store, columns: list[Column]) -> None:
    """Adds columns; they are empty in the publications so far."""
    tables.add_columns(connection, store.thema, store.table, columns)
    if not exists(connection, store):
        return
    for column in columns:
        part = store.part(store.form.part_of(column))
        connection.execute(sql.SQL("alter table {} add column if not exists {}").format(part, typed(column)))
        _comment(connection, store, part, column.name)


def start_anew(connection: psycopg.Connection, store: Store) -> None:
    """Empties the store, before anybody reads it."""
    parts = sql.SQL(", ").join(store.part(part) for part in store.form.PARTS)
    connection.execute(sql.SQL("drop table if exists {}").format(parts))


def retire(connection: psycopg.Connection, store: Store, shown: list[int] | None) -> None:
    """Deletes what no publication with a mark shows, or none of `shown` where only these are kept whole; what is asked
    of a plan made before is under such a mark."""
    query = sql.SQL(_RETIRE).format(
        lasting=store.part(store.lasting),
        open=sql.Literal(OPEN),
        marks=sql.Identifier(tables.STORE, tables.parent_name(store.thema, tables.MARKS)),
        nr=sql.Identifier(tables.NUMBER),
        shown=sql.Literal(shown),
    )
    if connection.execute(query).rowcount:
        store.form.sweep(connection, store)


def clean(connection: psycopg.Connection, store: Store) -> None:
    """Room of what went can be used again; outside a transaction, and soon done: only changed pages are looked at."""
    parts = sql.SQL(", ").join(store.part(part) for part in store.form.PARTS)
    connection.execute(sql.SQL("vacuum {}").format(parts))


def describe(connection: psycopg.Connection, store: Store, texts: dict[str, str]) -> None:
    """Comments on the parts and their columns (Dutch); `texts`: of columns that the table itself does not have."""
    for part, about in store.form.PARTS.items():
        identifier = store.part(part)
        text = f"{about} ({store.table} van {store.thema})."
        connection.execute(sql.SQL("comment on table {} is {}").format(identifier, sql.Literal(text)))
        for (name,) in connection.execute(
            "select attname from pg_attribute where attrelid = %s::regclass and attnum > 0 and not attisdropped",
            [identifier.as_string(connection)],
        ).fetchall():
            _comment(connection, store, identifier, name, texts.get(name) or COMMENTS.get(name))


def index(connection: psycopg.Connection, store: Store, part: str, rows: Table) -> None:
    """A part is found by what the rows of a table were found by: its indexes, as far as the part has their columns."""
    known = [c.name for c in store.columns(part)]
    there = set(tables.indexed(connection, store.part_name(part)))
    for found in tables.indexed(connection, rows.name, rows.schema):
        columns = tuple(name for name in found if name in known)
        if columns and columns not in there:
            there.add(columns)
            query = sql.SQL("create index on {} ({})")
            listed = sql.SQL(", ").join(map(sql.Identifier, columns))
            connection.execute(query.format(store.part(part), listed))


def typed(column: Column) -> sql.Composable:
    return sql.SQL("{} {}").format(sql.Identifier(column.name), sql.SQL(column.type))  # type: ignore[arg-type]


def names(columns: list[Column] | tuple[Column, ...], alias: str | None = None) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(alias, c.name) if alias else sql.Identifier(c.name) for c in columns)


def hashed(columns: list[Column] | tuple[Column, ...], alias: str | None = None) -> sql.Composed:
    """One number for a row of columns: equal rows have the same."""
    return sql.SQL("hash_record_extended(row({}), 0)").format(names(columns, alias))


def alike(columns: list[Column] | tuple[Column, ...], one: str, other: str) -> sql.Composed:
    """Whether two rows have the same content, nulls included.

    Of rows with equal hashes the planner takes one in two hundred for alike, unless it is asked like this.
    """
    return sql.SQL("{} = {} and nullif(row({}) is not distinct from row({}), false) is not null").format(
        hashed(columns, one), hashed(columns, other), names(columns, one), names(columns, other)
    )


def _comment(
    connection: psycopg.Connection, store: Store, part: sql.Identifier, name: str, text: str | None = None
) -> None:
    about = text or f"Kolom {name} van {store.table}"
    connection.execute(sql.SQL("comment on column {}.{} is {}").format(part, sql.Identifier(name), sql.Literal(about)))
