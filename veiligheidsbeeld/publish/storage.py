"""How a table is stored for readers: as series, as rows that publications share, or a partition for each of them."""

from __future__ import annotations

import psycopg

from veiligheidsbeeld.publish import own, tables
from veiligheidsbeeld.publish import store as stores
from veiligheidsbeeld.publish.rows import Rows
from veiligheidsbeeld.publish.series import Series
from veiligheidsbeeld.publish.store import Store
from veiligheidsbeeld.publish.tables import Column, Table

# The first one that fits a table is taken.
FORMS = (Series(), Rows())


def stored(connection: psycopg.Connection, thema: str, table: str) -> Store | None:
    """The store of a table that was published before, whatever is in it; none when it stands in partitions."""
    shape = tables.stored(connection, thema, table)
    if shape is None:
        return None
    return next((Store(thema, table, shape, form) for form in FORMS if form.fits(shape)), None)


def is_read(connection: psycopg.Connection, thema: str, table: str, view: Table) -> bool:
    """Whether a view reads the store of a table, where it has one; those of earlier versions read partitions."""
    store = stored(connection, thema, table)
    return store is None or reads(connection, store, view)


def reads(connection: psycopg.Connection, store: Store, view: Table) -> bool:
    """Whether a view reads what is stored here, be it by a function (`own`)."""
    by_function = own.is_own(store.thema, store.table)
    text = own.definition(connection) if by_function else tables.definition(connection, view)
    return store.part_name(store.lasting) in text


def every(connection: psycopg.Connection, thema: str) -> list[Store]:
    """The stores of a theme."""
    parents = tables.tables(connection, tables.STORE, "p", f"{thema}\\_\\_%")
    names = (parent.name.removeprefix(tables.parent_name(thema, "")) for parent in parents)
    return [store for name in names if (store := stored(connection, thema, name))]


def adopt(connection: psycopg.Connection, thema: str, candidate: Table, number: int) -> int:
    """Publishes a candidate as number `number`; returns its rows. The candidate is gone then."""
    tables.ensure_parent(connection, thema, candidate)
    store = stored(connection, thema, candidate.name)
    if store is None:
        return tables.adopt(connection, thema, candidate, number)
    return stores.adopt(connection, store, candidate, number)


def add_columns(connection: psycopg.Connection, thema: str, table: str, columns: list[Column]) -> None:
    """Adds columns to a table that was published before; they are empty in the publications so far."""
    store = stored(connection, thema, table)
    if store is None:
        tables.add_columns(connection, thema, table, columns)
    else:
        stores.add_columns(connection, store, columns)
