"""`mart_<theme>.doelen`: the goals of one theme, read from the published goals of all plans.

A copy per theme would be judged, published and turned back by itself, and could say something else than `mart_ivp`:
the goals look at deliveries, projections and a calendar day that a theme does not wait for. One publication of `ivp`
changes them all at once.
"""

from __future__ import annotations

from dataclasses import replace

import psycopg
from psycopg import sql

from veiligheidsbeeld.publish import reader_views, storage, tables
from veiligheidsbeeld.signature import CORE, GOALS

TABLE = "doelen"


def of_theme(thema: str, table: tables.Table) -> bool:
    """Whether this is such a view: no table of a theme's own, so not looked for in its candidate."""
    return thema not in (CORE, GOALS) and table.name == TABLE


def missing(connection: psycopg.Connection) -> list[str]:
    """Themes without the view."""
    return [thema for thema in _themes(connection) if _view(connection, thema) is None]


def behind(connection: psycopg.Connection) -> list[str]:
    """Themes whose view shows other columns than `mart_ivp` will, or other rows than those of `ivp`."""
    source = _source(connection)
    return [
        thema
        for thema in _themes(connection)
        if source
        and (view := _view(connection, thema))
        and (
            view.types != tables.as_read(source).types
            or not tables.reads_marks(connection, view, GOALS)
            or not storage.is_read(connection, GOALS, TABLE, view)
        )
    ]


def ensure(connection: psycopg.Connection, thema: str) -> None:
    """Makes or replaces the view of a theme."""
    source = _source(connection)
    assert source is not None
    tables.mark(connection, GOALS)
    rows, belongs = reader_views.stored_rows(connection, GOALS, source, tables.shown(GOALS))
    query = sql.SQL("select {} from {} as p where {} and p.thema = {}").format(
        tables.select_list(source), rows, belongs, sql.Literal(thema)
    )
    view = tables.as_read(replace(source, schema=tables.reader_schema(thema), name=TABLE))
    tables.make_view(connection, view, query)


def publish(connection: psycopg.Connection, candidates: list[tables.Table]) -> None:
    """At a publication of `ivp`: every theme has its view, with the comments of the goals."""
    goals = next((table for table in candidates if table.name == TABLE and "thema" in table.types), None)
    if goals is None:
        return
    for thema in missing(connection):
        ensure(connection, thema)
    for thema in _themes(connection):
        about = replace(
            goals, comment=f"Doelen van alle plannen over {thema.replace('_', ' ')}, zoals in mart_ivp.doelen."
        )
        tables.copy_comments(connection, thema, about)


def _themes(connection: psycopg.Connection) -> list[str]:
    return [thema for thema in tables.themes(connection) if thema not in (CORE, GOALS)]


def _view(connection: psycopg.Connection, thema: str) -> tables.Table | None:
    return tables.named(connection, tables.reader_schema(thema), "v", TABLE)


def _source(connection: psycopg.Connection) -> tables.Table | None:
    parent = tables.stored(connection, GOALS, TABLE)
    return parent if parent and "thema" in parent.types else None
