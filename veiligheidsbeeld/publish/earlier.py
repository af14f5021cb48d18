"""Homes of an earlier version: long tables that stand in partitions are folded before the next publication.

Readers go on reading the partitions until their views are replaced; the partitions are dropped after that.
"""

from __future__ import annotations

from contextlib import suppress

import psycopg
from psycopg import errors as pg
from psycopg import sql

from veiligheidsbeeld.publish import history, series, tables


def fold(connection: psycopg.Connection, thema: str) -> None:
    """Stores the partitions of every kept publication as series, oldest first, unless readers read series already.

    One transaction; what an earlier attempt left behind, which nobody reads, goes first.
    """
    for store, numbers in _partitioned(connection, thema):
        if not _read(connection, store, tables.reader_schema(thema), store.table):
            series.start_anew(connection, store)
            for number in numbers:
                series.index(connection, store, tables.STORE, tables.partition_name(thema, store.table, number))
                series.fold(connection, store, _partition(store, number), number)


def drop(connection: psycopg.Connection, thema: str) -> None:
    """Drops the partitions once every view reads series; one that a reader holds is left for the next time."""
    for store, numbers in _partitioned(connection, thema):
        schema = tables.reader_schema(thema)
        views = [store.table, *([history.name(store.table)] if store.table in history.KEPT else [])]
        if all(_read(connection, store, schema, view) for view in views):
            for number in numbers:
                with suppress(pg.LockNotAvailable):
                    connection.execute(sql.SQL("drop table {}").format(_partition(store, number)))


def _partitioned(connection: psycopg.Connection, thema: str) -> list[tuple[series.Store, list[int]]]:
    """Tables that are stored as series and have partitions, with the numbers of these, ascending."""
    there = tables.partitions(connection, thema)
    found = []
    for table in series.FOLDED:
        numbers = sorted(nr for name, nr in there if name == tables.partition_name(thema, table, nr))
        if numbers and (store := series.stored(connection, thema, table)):
            found.append((store, numbers))
    return found


def _partition(store: series.Store, number: int) -> sql.Identifier:
    return sql.Identifier(tables.STORE, tables.partition_name(store.thema, store.table, number))


def _read(connection: psycopg.Connection, store: series.Store, schema: str, view: str) -> bool:
    found = tables.named(connection, schema, "v", view)
    return found is not None and series.is_read(connection, store, found)
