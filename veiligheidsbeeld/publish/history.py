"""`<table>_historie`: figures and goals as any kept publication showed them, with from when to when it was seen.

The moments are text and not dates: a BI tool would take them for the date of a figure. A publication that was turned
back to is seen more than once, and then has a row for each time.
"""

from __future__ import annotations

from dataclasses import replace

import psycopg
from psycopg import sql

from veiligheidsbeeld.publish import tables

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


def is_history(view: tables.Table) -> bool:
    """Whether this is such a view: no table of a theme's own, so not looked for in its candidate."""
    return view.name in map(name, KEPT)


def behind(connection: psycopg.Connection, thema: str, *, existing: bool = False) -> list[str]:
    """Tables of a theme whose view lacks columns of what was published, or (unless `existing`) is not there."""
    found = []
    for table in KEPT:
        parent, view = tables.stored(connection, thema, table), _view(connection, thema, table)
        shown = {c.name: c.type for c in OWN} | (parent.types if parent else {})
        if parent and (view.types != shown if view else not existing):
            found.append(table)
    return found


def ensure(connection: psycopg.Connection, thema: str, table: str) -> None:
    """Makes or replaces the view."""
    parent = tables.stored(connection, thema, table)
    assert parent is not None
    columns = [name for name in parent.types if name != tables.NUMBER]
    seen = """
        select
            naar_nr,
            to_char(moment at time zone 'Europe/Amsterdam', 'YYYY-MM-DD HH24:MI:SS') as gepubliceerd_op,
            to_char(
                lead(moment) over (order by moment) at time zone 'Europe/Amsterdam', 'YYYY-MM-DD HH24:MI:SS'
            ) as vervangen_op
        from beheer.publicatie_log
        where thema = {thema}
    """
    query = """
        create or replace view {view} as
        select p.{number}, z.gepubliceerd_op, z.vervangen_op, {columns}
        from {parent} as p
        inner join ({seen}) as z on p.{number} = z.naar_nr
    """
    connection.execute(
        sql.SQL(query).format(
            view=sql.Identifier(tables.reader_schema(thema), name(table)),
            number=sql.Identifier(tables.NUMBER),
            columns=sql.SQL(", ").join(sql.Identifier("p", column) for column in columns),
            parent=parent.identifier,
            seen=sql.SQL(seen).format(thema=sql.Literal(thema)),
        )
    )


def publish(connection: psycopg.Connection, thema: str, candidates: list[tables.Table]) -> None:
    """At a publication: the views are there, with the comments of what they hold."""
    for table in behind(connection, thema):
        ensure(connection, thema, table)
    for candidate in candidates:
        if candidate.name in KEPT:
            about = f"{candidate.comment or candidate.name} Zoals gepubliceerd, per bewaarde publicatie."
            shown = replace(candidate, name=name(candidate.name), columns=(*OWN, *candidate.columns), comment=about)
            tables.copy_comments(connection, thema, shown)


def _view(connection: psycopg.Connection, thema: str, table: str) -> tables.Table | None:
    escaped = name(table).replace("_", "\\_")
    return next(iter(tables.tables(connection, tables.reader_schema(thema), "v", escaped)), None)
