"""Homes of an earlier version: tables that stand in partitions are stored anew before the next publication.

Readers go on reading the partitions until their views are replaced; the partitions are dropped after that.
"""

from __future__ import annotations

from contextlib import suppress

import psycopg
from psycopg import errors as pg
from psycopg import sql

from veiligheidsbeeld.publish import history, storage, tables
from veiligheidsbeeld.publish import store as stores
from veiligheidsbeeld.publish.store import Store
from veiligheidsbeeld.publish.tables import Table


def fold(connection: psycopg.Connection, thema: str) -> None:
    """Stores the partitions of every kept publication, oldest first, unless readers read what is stored already.

    One transaction; what an earlier attempt left behind, which nobody reads, goes first.
    """
    for store, partitions in _partitioned(connection, thema):
        if not _read(connection, store, store.table):
            stores.start_anew(connection, store)
            for number, partition in partitions.items():
                store.form.fold(connection, store, partition, number)


def drop(connection: psycopg.Connection, thema: str) -> None:
    """Drops the partitions once no view reads them; one that a reader holds is left for the next time."""
    for store, partitions in _partitioned(connection, thema):
        views = [store.table, *([history.name(store.table)] if store.table in history.KEPT else [])]
        if all(_read(connection, store, view) for view in views):
            for partition in partitions.values():
                with suppress(pg.LockNotAvailable):
                    connection.execute(sql.SQL("drop table {}").format(partition.identifier))


def _partitioned(connection: psycopg.Connection, thema: str) -> list[tuple[Store, dict[int, Table]]]:
    """Tables that publications share and that have partitions, with these by publication, ascending."""
    there = tables.partitions(connection, thema)
    found = []
    for store in storage.every(connection, thema):
        names = {nr: name for name, nr in there if name == tables.partition_name(thema, store.table, nr)}
        if names:
            found.append((store, {nr: Table(tables.STORE, name, (), None) for nr, name in sorted(names.items())}))
    return found


def _read(connection: psycopg.Connection, store: Store, view: str) -> bool:
    found = tables.named(connection, tables.reader_schema(store.thema), "v", view)
    return found is not None and storage.reads(connection, store, found)
