"""`kern.mijn_cijfers`: exact counts, each row for those alone who log in for its area.

The rows come from a function that runs as the publisher and asks who logged in. A view with a condition, or a policy on
the table, would leave the choice of rows to the planner: a cheap condition of the reader's own may then be tried first,
and EXPLAIN ANALYZE shows whether a row of somebody else passed it. Of a function it shows nothing but its result.
Why: docs/decisions/0033-access.md.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

from veiligheidsbeeld.publish import store as stores
from veiligheidsbeeld.publish import tables
from veiligheidsbeeld.publish.tables import Table
from veiligheidsbeeld.signature import CORE
from veiligheidsbeeld.warehouse.access import AREA_ROLES
from veiligheidsbeeld.warehouse.readers import READERS

TABLE = "mijn_cijfers"
_FUNCTION = sql.Identifier(tables.STORE, TABLE)
# The role of an area ends with the code of the area.
_BODY = """
    select {columns} from {rows} as p
    where {belongs}
        and p.regio_code = any (array(
            select upper(regexp_replace(rolname, {prefix}, '')) from pg_catalog.pg_roles
            where rolname ~ {prefix} and pg_has_role(session_user, oid, 'usage')
        ))
"""


def is_own(thema: str, table: str) -> bool:
    return (thema, table) == (CORE, TABLE)


def is_behind(connection: psycopg.Connection, view: Table) -> bool:
    """Whether the view reads the rows otherwise than by the function."""
    return f"{tables.STORE}.{TABLE}()" not in tables.definition(connection, view)


def definition(connection: psycopg.Connection) -> str:
    """What the function asks; nothing before the first publication."""
    found = connection.execute(
        "select prosrc from pg_proc where oid = to_regprocedure(%s)", [f"{tables.STORE}.{TABLE}()"]
    ).fetchone()
    return found[0] if found else ""


def rows_of_reader(
    connection: psycopg.Connection, shape: Table, rows: sql.Composable, belongs: sql.Composable
) -> sql.Composable:
    """Makes the function over stored rows, called `p`; what a view selects from, to be called `p` as well.

    It names its columns: while a publication adds one to what is stored, readers get what they got.
    """
    _drop_other(connection, shape)
    body = sql.SQL(_BODY).format(
        columns=stores.names(shape.columns, "p"),
        rows=rows,
        belongs=belongs,
        prefix=sql.Literal(f"^({'|'.join(AREA_ROLES.values())})"),
    )
    connection.execute(
        sql.SQL(
            "create or replace function {}() returns table ({}) language sql stable security definer"
            " set search_path = pg_catalog, pg_temp as {}"
        ).format(
            _FUNCTION,
            sql.SQL(", ").join(map(stores.typed, shape.columns)),
            sql.Literal(body.as_string(connection)),
        )
    )
    connection.execute(sql.SQL("revoke all on function {}() from public").format(_FUNCTION))
    readers = sql.SQL(", ").join(map(sql.Identifier, READERS))
    connection.execute(sql.SQL("grant execute on function {}() to {}").format(_FUNCTION, readers))
    return sql.SQL("{}()").format(_FUNCTION)


def _drop_other(connection: psycopg.Connection, shape: Table) -> None:
    """A function is not replaced by one with other columns: it goes first, with the view on it."""
    found = connection.execute(
        "select pg_get_function_result(to_regprocedure(%s))", [f"{tables.STORE}.{TABLE}()"]
    ).fetchone()
    wanted = ", ".join(f"{c.name} {c.type}" for c in shape.columns)
    if found and found[0] not in (None, f"TABLE({wanted})"):
        view = sql.Identifier(tables.reader_schema(CORE), TABLE)
        connection.execute(sql.SQL("drop view if exists {}").format(view))
        connection.execute(sql.SQL("drop function {}()").format(_FUNCTION))
