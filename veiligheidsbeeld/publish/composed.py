"""Views that readers open first, composed of the published views: `cijfers` of every theme, and `kern.kolom`.

Nothing is stored for them: they show what the views below them show, so that publishing and turning back need not know
of them. Their SQL stands in `views/`, the same for every theme; the texts of their columns in `views/kolommen.md`, or
with the columns they were taken from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import jinja2
import psycopg
from psycopg import sql

from veiligheidsbeeld import dictionary
from veiligheidsbeeld.publish import tables
from veiligheidsbeeld.settings import PROJECT
from veiligheidsbeeld.signature import CORE

_VIEWS = Path(__file__).with_name("views")
_TEMPLATES = jinja2.Environment(  # noqa: S701 (SQL, filled in with names of schemas from the list of themes)
    loader=jinja2.FileSystemLoader(_VIEWS), undefined=jinja2.StrictUndefined
)
# What a mart shows beside its tables, in the order in which one rests on the other.
_OF_CORE, _OF_THEME = ("kolom",), ("cijfers", "cijfers_per_jaar", "cijfers_per_maand")
# What must be there for it: tables of the mart itself, and of `kern`. Those of a home of an earlier version may lack
# columns until `kern` is published again, which then makes the views of all themes.
_RESTS_ON, _CORE_TABLES = (
    ("indicatorwaarden", "laatste_periode"),
    ("regio", "periode", "indicator", "label", "tweede_reeks"),
)
_CORE_COLUMNS = {"regio": {"gemeente", "provincie"}}


def is_composed(thema: str, view: tables.Table) -> bool:
    """Whether this is such a view: no table of a theme's own, so not looked for in its candidate."""
    return view.name in _names(thema)


def publish(connection: psycopg.Connection, thema: str) -> None:
    """At a publication: the views are there as this version of the code makes them, with their comments.

    A theme has them from the moment at which it and `kern` are published.
    """
    core = _views(connection, CORE)
    if not core.keys() >= set(_CORE_TABLES) or not all(
        columns <= core[table].types.keys() for table, columns in _CORE_COLUMNS.items()
    ):
        return
    for mart in tables.themes(connection) if thema == CORE else [thema]:
        there = _views(connection, mart)
        if mart == CORE or there.keys() >= set(_RESTS_ON):
            _ensure(connection, mart, there)


def _ensure(connection: psycopg.Connection, mart: str, there: Mapping[str, tables.Table]) -> None:
    schema = tables.reader_schema(mart)
    queries = {name: _query(name, schema) for name in _names(mart)}
    if any(name not in there or _differs(connection, there[name], query) for name, query in queries.items()):
        for name in reversed(queries):
            connection.execute(sql.SQL("drop view if exists {}").format(sql.Identifier(schema, name)))
        for name, query in queries.items():
            connection.execute(sql.SQL("create view {} as {}").format(sql.Identifier(schema, name), query))
    made, texts = _views(connection, mart), _texts()
    for name in queries:
        columns = tuple(replace(column, comment=texts.get(column.name)) for column in made[name].columns)
        tables.comment(connection, replace(made[name], columns=columns, comment=texts[f"weergave_{name}"]))


def _differs(connection: psycopg.Connection, view: tables.Table, query: sql.SQL) -> bool:
    """Whether the view is another than the query makes, both as PostgreSQL writes them."""
    with connection.transaction(force_rollback=True):
        connection.execute(sql.SQL("create temporary view nieuw as {}").format(query))
        (same,) = connection.execute(
            "select pg_get_viewdef('pg_temp.nieuw'::regclass) = pg_get_viewdef(%s::regclass)",
            [view.identifier.as_string(connection)],
        ).fetchone()  # type: ignore[misc]
    return not same


def _names(thema: str) -> tuple[str, ...]:
    return _OF_CORE if thema == CORE else _OF_THEME


def _views(connection: psycopg.Connection, mart: str) -> dict[str, tables.Table]:
    return {view.name: view for view in tables.tables(connection, tables.reader_schema(mart), "v")}


def _query(name: str, schema: str) -> sql.SQL:
    return sql.SQL(_TEMPLATES.get_template(f"{name}.sql").render(mart=schema))  # type: ignore[arg-type]


@cache
def _texts() -> dict[str, str]:
    """Text per column, and per view under `weergave_<name>`."""
    return {**dictionary.blocks(PROJECT / "dbt_project" / "models"), **dictionary.blocks(_VIEWS)}
