"""`<table>_historie`: figures and goals as any kept publication showed them, with from when to when it was seen.

The moments are text and not dates: a BI tool would take them for the date of a figure. A publication that was turned
back to is seen more than once, and then has a row for each time.
"""

from __future__ import annotations

from dataclasses import replace

import psycopg
from psycopg import sql

from veiligheidsbeeld.publish import reader_views, storage, tables
from veiligheidsbeeld.publish.shown import text_of

SUFFIX = "_historie"
# What a reader may want back as it was published: figures and goals.
KEPT = ("indicatorwaarden", "doelen")
OWN = (
    tables.Column(tables.NUMBER, "integer", "Nummer van de publicatie"),
    tables.Column("gepubliceerd_op", "text", "Moment waarop lezers haar te zien kregen (Nederlandse tijd)"),
    tables.Column("vervangen_op", "text", "Moment waarop een andere in haar plaats kwam; leeg: nu te zien"),
)


def name(table: str) -> str:
    return f"{table}{SUFFIX}"


def is_history(thema: str, view: tables.Table) -> bool:
    """Whether this is such a view: no table of a theme's own, so not looked for in its candidate."""
    return view.name in map(name, KEPT)


def behind(connection: psycopg.Connection, thema: str, *, existing: bool = False) -> list[str]:
    """Tables of a theme whose view lacks columns of what was published, or (unless `existing`) is not there."""
    found = []
    for table in KEPT:
        parent, view = tables.stored(connection, thema, table), _view(connection, thema, table)
        if parent and (
            view.types != _shown(parent, thema).types or not storage.is_read(connection, thema, table, view)
            if view
            else not existing
        ):
            found.append(table)
    return found


def ensure(connection: psycopg.Connection, thema: str, table: str) -> None:
    """Makes or replaces the view."""
    parent = tables.stored(connection, thema, table)
    assert parent is not None
    tables.mark(connection, thema)
    seen = """
        select naar_nr, {since} as gepubliceerd_op, {until} as vervangen_op
        from beheer.publicatie_log
        where thema = {thema}
    """
    query = """
        select z.naar_nr as {number}, z.gepubliceerd_op, z.vervangen_op, {columns}
        from {stored} as p
        inner join ({seen}) as z on {belongs}
        where z.naar_nr in (select k.{number} from {marks} as k)
    """
    log = sql.SQL(seen).format(
        since=text_of(sql.SQL("moment")),
        until=text_of(sql.SQL("lead(moment) over (order by moment)")),
        thema=sql.Literal(thema),
    )
    rows, belongs = reader_views.stored_rows(connection, thema, parent, sql.Identifier("z", "naar_nr"))
    rows = sql.SQL(query).format(
        number=sql.Identifier(tables.NUMBER),
        columns=tables.select_list(parent),
        stored=rows,
        belongs=belongs,
        seen=log,
        marks=sql.Identifier(tables.STORE, tables.parent_name(thema, tables.MARKS)),
    )
    tables.make_view(connection, _shown(parent, thema), rows)


def publish(connection: psycopg.Connection, thema: str, candidates: list[tables.Table]) -> None:
    """At a publication: the views are there, with the comments of what they hold."""
    for table in behind(connection, thema):
        ensure(connection, thema, table)
    for candidate in candidates:
        if candidate.name in KEPT:
            about = f"{candidate.comment or candidate.name} Zoals gepubliceerd, per bewaarde publicatie."
            view = replace(_shown(candidate, thema), comment=about)
            tables.copy_comments(connection, thema, view)


def _shown(table: tables.Table, thema: str) -> tables.Table:
    """The view on a stored table or its candidate, columns as readers see them."""
    view = tables.as_read(table)
    name_ = name(view.name.removeprefix(tables.parent_name(thema, "")))
    return replace(view, schema=tables.reader_schema(thema), name=name_, columns=(*OWN, *view.columns))


def _view(connection: psycopg.Connection, thema: str, table: str) -> tables.Table | None:
    return tables.named(connection, tables.reader_schema(thema), "v", name(table))
