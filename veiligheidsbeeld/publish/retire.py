"""Which publications are kept, and what of them: the newest ones whole, and of the goals of old ones what is asked for.

The figures of a theme go with their publication. What a council was told of its goals is asked for years later
(`history`), so of a publication of the goals that is no longer kept whole their table stays.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

import psycopg
from psycopg import errors as pg
from psycopg import sql

from veiligheidsbeeld.publish import earlier, history, storage, store, tables
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.signature import GOALS
from veiligheidsbeeld.warehouse import connect

# Beside the current one: whole, and of the goals.
KEEP, KEEP_GOALS = 5, 200
_CHANGES = "wijzigingen"


def kept(connection: psycopg.Connection, thema: str, keep: int = KEEP) -> list[int]:
    """The publications that are kept whole: the current one, and the newest beside it, newest first."""
    current, others = _numbers(connection, thema)
    return [*current, *others[:keep]]


def retire(settings: Settings, thema: str, keep: int = KEEP) -> None:
    """Drops what goes beyond the last `keep`; what readers hold is left for the next time."""
    with connect(settings, "publicist", autocommit=True) as connection:
        _, others = _numbers(connection, thema)
        partitions = tables.partitions(connection, thema)
        lasting = max(keep, KEEP_GOALS) if thema == GOALS else keep
        connection.execute("set lock_timeout = '300ms'")
        for place, nr in enumerate(others[keep:], keep):
            names = [name for name, of in partitions if of == nr]
            gone = names if place >= lasting else [name for name in names if not _lasts(name)]
            with suppress(pg.LockNotAvailable):
                _drop(connection, filter(tables.is_mark, names), gone)
        earlier.drop(connection, thema)
        shown = _shown(connection, keep) if thema == GOALS else None
        for stored in storage.every(connection, thema):
            with connection.transaction():
                tables.alone(connection, thema)
                store.retire(connection, stored, None if stored.table in history.KEPT else shown)
            store.clean(connection, stored)


def _numbers(connection: psycopg.Connection, thema: str) -> tuple[list[int], list[int]]:
    """The publication that readers see, if any; and all others of which something is kept, newest first."""
    query = "select publicatie_nr from beheer.publicatie_actueel where thema = %s"
    current = [nr for (nr,) in connection.execute(query, [thema]).fetchall()]
    return current, sorted({nr for _, nr in tables.partitions(connection, thema)} - set(current), reverse=True)


def _lasts(partition: str) -> bool:
    return tables.is_mark(partition) or tables.table_of(partition) in history.KEPT


def _drop(connection: psycopg.Connection, marks: Iterable[str], names: list[str]) -> None:
    """Drops partitions of a publication, all or none, with its mark locked: who holds that may still ask for them. An
    earlier version may have left partitions without their mark."""
    if not names:
        return
    with connection.transaction():
        for mark in marks:
            connection.execute(sql.SQL("lock table {}").format(sql.Identifier(tables.STORE, mark)))
        for name in names:
            connection.execute(sql.SQL("drop table {}").format(sql.Identifier(tables.STORE, name)))


def _shown(connection: psycopg.Connection, keep: int) -> list[int]:
    """The publications of the goals of which every row stays: also of one whose mark a reader held just now."""
    whole = kept(connection, GOALS, keep)
    held = {nr for name, nr in tables.partitions(connection, GOALS) if not _lasts(name)}
    return sorted({*whole, *held, *_compared_with(connection, whole)})


def _compared_with(connection: psycopg.Connection, numbers: list[int]) -> list[int]:
    """The publications that these were compared with: what changed since is told until something else is published."""
    changes = tables.stored(connection, GOALS, _CHANGES)
    if changes is None or "publicatie_was" not in changes.types:
        return []
    query = sql.SQL("select distinct publicatie_was from {} where {} = any (%s) and publicatie_was is not null").format(
        changes.identifier, sql.Identifier(tables.NUMBER)
    )
    return [nr for (nr,) in connection.execute(query, [numbers]).fetchall()]
