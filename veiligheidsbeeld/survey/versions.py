"""New estimates beside the ones that are known: what changed or vanished is closed, what is new is added."""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
import pyarrow as pa
from psycopg import sql

from veiligheidsbeeld.survey.tables import COLUMNS, KEYS
from veiligheidsbeeld.warehouse.copy import copy_in


@dataclass(frozen=True)
class Changes:
    """Rows by what the new set did to them."""

    new: int
    changed: int
    gone: int
    same: int


def update(
    connection: psycopg.Connection, name: str, rows: pa.Table, scope: sql.Composable, levering_id: int
) -> Changes:
    """Makes `rijen` all that is current within `bereik` (a condition on raw); repeatable for the same delivery."""
    table = sql.Identifier("raw", name)
    columns = [c for c in COLUMNS[name] if not c.startswith("levering_")]
    listed = sql.SQL(", ").join(map(sql.Identifier, columns))
    parts = {"raw": table, "columns": listed, "scope": scope, "id": sql.Literal(levering_id)}
    connection.execute(
        sql.SQL("create temp table nieuw on commit drop as select {columns} from {raw} where false").format(**parts)
    )
    copy_in(connection, sql.Identifier("nieuw"), rows.select(columns))
    connection.execute("analyze nieuw")
    # What an earlier try with this delivery did is undone first.
    connection.execute(sql.SQL("delete from {raw} where levering_van = {id} and {scope}").format(**parts))
    connection.execute(
        sql.SQL("update {raw} set levering_tot = null where levering_tot = {id} and {scope}").format(**parts)
    )
    alike = sql.SQL(" and ").join(
        sql.SQL("n.{0} = r.{0}" if c in KEYS[name] else "n.{0} is not distinct from r.{0}").format(sql.Identifier(c))
        for c in columns
    )
    keys = sql.SQL(" and ").join(sql.SQL("n.{0} = r.{0}").format(sql.Identifier(c)) for c in KEYS[name])
    closed, changed = connection.execute(
        sql.SQL(
            "with r as (update {raw} as r set levering_tot = {id} where levering_tot is null and {scope}"
            " and not exists (select from nieuw as n where {alike}) returning {names})"
            " select count(*), count(n.golf) from r left join nieuw as n on {keys}"
        ).format(**parts, alike=alike, keys=keys, names=_of("r", KEYS[name]))
    ).fetchone()  # type: ignore[misc]
    added = connection.execute(
        sql.SQL(
            "insert into {raw} ({columns}, levering_van) select {columns}, {id} from nieuw as n"
            " where not exists (select from {raw} as r where r.levering_tot is null and {keys})"
        ).format(**parts, keys=keys)
    ).rowcount
    connection.execute("drop table nieuw")
    return Changes(added - changed, changed, closed - changed, rows.num_rows - added)


def _of(alias: str, names: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(alias, name) for name in names)
