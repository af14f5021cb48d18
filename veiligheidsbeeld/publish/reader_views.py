"""The views that readers use, one per published table: the rows of the publication that is shown."""

from __future__ import annotations

from dataclasses import replace

import psycopg
from psycopg import sql

from veiligheidsbeeld.publish import own, storage, tables
from veiligheidsbeeld.publish import store as stores
from veiligheidsbeeld.publish.tables import Table


def is_behind(connection: psycopg.Connection, thema: str, table: str) -> bool:
    """Whether the view lacks columns of what is stored, reads it as an earlier version did, or is not there."""
    found = tables.named(connection, tables.reader_schema(thema), "v", table)
    shape = tables.stored(connection, thema, table)
    if found is None or shape is None:
        return found is None
    if own.is_own(thema, table):
        behind = own.is_behind(connection, found)
    else:
        behind = not tables.reads_marks(connection, found, thema)
    return behind or found.types != tables.as_read(shape).types or not storage.is_read(connection, thema, table, found)


def ensure(connection: psycopg.Connection, thema: str, table: str) -> None:
    """Makes or replaces the view.

    The number comes from a subquery without outer references: the executor computes it once, and skips the
    partitions of other publications.
    """
    shape = tables.stored(connection, thema, table)
    assert shape is not None
    tables.mark(connection, thema)
    rows, belongs = stored_rows(connection, thema, shape, tables.shown(thema))
    if own.is_own(thema, table):
        rows, belongs = own.rows_of_reader(connection, shape, rows, belongs), sql.SQL("true")
    query = sql.SQL("select {} from {} as p where {}").format(tables.select_list(shape), rows, belongs)
    view = tables.as_read(replace(shape, schema=tables.reader_schema(thema), name=table))
    tables.make_view(connection, view, query)


def stored_rows(
    connection: psycopg.Connection, thema: str, shape: Table, number: sql.Composable
) -> tuple[sql.Composable, sql.Composable]:
    """The rows of all kept publications of a table, to be called `p`, and whether one is of publication `number`.

    Those of a home of an earlier version stand in partitions until its next publication.
    """
    store = storage.stored(connection, thema, shape.name.removeprefix(tables.parent_name(thema, "")))
    if store is not None and stores.exists(connection, store):
        return store.form.unfolded(store), stores.belongs(number)
    return shape.identifier, sql.SQL("p.{} = {}").format(sql.Identifier(tables.NUMBER), number)
