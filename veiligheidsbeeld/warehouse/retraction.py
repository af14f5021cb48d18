"""A delivery is taken back: what was known before it is known again, for every kind of dataset.

Taking back is a delivery of its own (`scope.trekt_in` names the one that it takes back): history is added to and never
rewritten, so that what was published in between can still be read as it was. It speaks for nothing: months that only
the delivery taken back spoke for are unknown again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.warehouse import described
from veiligheidsbeeld.warehouse.deliveries import Entry
from veiligheidsbeeld.warehouse.history import EVERYTHING, NOTHING

# Deliveries that were taken back, and those that took them back.
_TAKEN_BACK = "select (scope ->> 'trekt_in')::integer from raw.levering where scope ? 'trekt_in'"
_TAKING_BACK = "select levering_id from raw.levering where scope ? 'trekt_in'"


class Kept(NamedTuple):
    """A table of `raw` with history and its keys; the rest are conditions on its rows (`r`).

    `among`: the rows of the dataset. `spoken`: a later delivery says the same or otherwise, so that they stay as that
    one left them. `own`: the delivery itself spoke for them in full, so that what stands for its sake alone goes too.
    """

    name: str
    keys: tuple[str, ...]
    among: sql.Composable = EVERYTHING
    spoken: sql.Composable = NOTHING
    own: sql.Composable = NOTHING


def later(connection: psycopg.Connection, entry: Entry) -> list[int]:
    """Deliveries of the dataset that came after this one and stand."""
    query = sql.SQL(
        "select levering_id from raw.levering where dataset = {dataset} and status = 'verwerkt' and levering_id > {id}"
        " and levering_id not in ({taken_back}) and not scope ? 'trekt_in' order by levering_id"
    )
    rows = connection.execute(
        query.format(dataset=sql.Literal(entry.dataset), id=sql.Literal(entry.number), taken_back=sql.SQL(_TAKEN_BACK))
    ).fetchall()
    return [number for (number,) in rows]


def retract(connection: psycopg.Connection, entry: Entry, tables: Iterable[Kept], reason: str) -> dict[str, int]:
    """Takes a delivery back in the caller's transaction; rows by what became of them.

    Raises `ConfigurationError` when it does not stand in raw, or was taken back before.
    """
    if entry.status != "verwerkt" or "trekt_in" in entry.scope:
        raise ConfigurationError(
            f"Delivery {entry.number} of {entry.dataset} does not stand in raw ({entry.status}).",
            remedy="`veiligheidsbeeld status` lists the deliveries; one that was refused changed nothing.",
        )
    retraction = _enter(connection, entry, reason)
    found = {"vervallen": 0, "hersteld": 0}
    for table in tables:
        closed, restored = _restore(connection, table, entry.number, retraction)
        found["vervallen"] += closed
        found["hersteld"] += restored
    # `dekking`: what it spoke for is no longer spoken for, so that marts are made anew also when no row changed.
    connection.execute(
        "update raw.levering set telling = %s where levering_id = %s",
        [Jsonb({"nieuw": 0, "gewijzigd": 0, "dekking": 1, **found}), retraction],
    )
    return found | {"levering_id": retraction}


def _enter(connection: psycopg.Connection, entry: Entry, reason: str) -> int:
    row = connection.execute(
        """
        insert into raw.levering (dataset, bron_soort, tabel, adres, opgehaald_op, landing, inhoud_sha256, rijen, scope,
            status, reden, verwerkt_op)
        select dataset, bron_soort, 'intrekking van levering ' || levering_id, adres, now(),
            'intrekking-' || levering_id, inhoud_sha256, 0,
            scope - 'zonder' - 'zwijgt' || jsonb_build_object('trekt_in', levering_id, 'volledig', false),
            'verwerkt', %s, clock_timestamp()
        from raw.levering where levering_id = %s
        on conflict (dataset, landing) do nothing
        returning levering_id
        """,
        [reason, entry.number],
    ).fetchone()
    if row is None:
        raise ConfigurationError(
            f"Delivery {entry.number} of {entry.dataset} was taken back before.", remedy="Nothing to do."
        )
    return row[0]


# Of every key that the delivery touched: the current version, when it goes, and the version that comes back. That is
# the last one before the delivery, of those that no other retraction took away; or the current one, when a later
# delivery held it too. What a later delivery brought stays.
_COMPARE = """
    create temp table terug on commit drop as
    with geraakt as (
        select distinct {keys} from {raw} as r
        where {among} and (
            r.levering_van = {id} or r.levering_tot = {id}
            or (r.levering_tot is null and r.levering_van in ({taking_back}) and r.levering_van > {id} and {own})
            or (r.levering_tot in ({taken_back}) and {own})
        )
    ),
    eerder as (
        select distinct on ({g_keys}) r.ctid as plek, {spoken} as besproken, {g_keys}
        from geraakt as g
        inner join {raw} as r on {on_r} and {among}
        where r.levering_van < {id} and r.levering_van not in ({taken_back})
            and (r.levering_tot is null or r.levering_tot >= {id} or r.levering_tot in ({taken_back}))
        order by {g_keys}, r.levering_van desc
    ),
    nu as (
        select r.ctid as plek, r.levering_van, {spoken} as besproken, {g_keys}
        from geraakt as g
        inner join {raw} as r on {on_r} and {among}
        where r.levering_tot is null
    )
    select n.plek as nu,
        case when n.besproken then n.plek when not coalesce(e.besproken, false) then e.plek end as terug
    from geraakt as g
    left join nu as n on {on_n}
    left join eerder as e on {on_e}
    where n.plek is null or n.levering_van <= {id} or n.levering_van in ({taking_back})
"""


def _restore(connection: psycopg.Connection, table: Kept, number: int, retraction: int) -> tuple[int, int]:
    """Closes and brings back versions of one table; how many of each."""
    columns = [c for c in described.present(connection, "raw", table.name) if not c.startswith("levering_")]
    if not columns:
        return 0, 0
    parts = {
        "raw": sql.Identifier("raw", table.name),
        "keys": described.identifiers(table.keys),
        "g_keys": described.identifiers(table.keys, "g"),
        "columns": described.identifiers(columns),
        "among": table.among,
        "spoken": table.spoken,
        "own": table.own,
        "id": sql.Literal(number),
        "retraction": sql.Literal(retraction),
        "taken_back": sql.SQL(_TAKEN_BACK),
        "taking_back": sql.SQL(_TAKING_BACK),
        **{f"on_{alias}": _same_key(table.keys, alias) for alias in "rne"},
    }
    connection.execute(sql.SQL(_COMPARE).format(**parts))
    # Copied before the current versions are closed: closing moves them, and one of each key may be current.
    copying = "create temp table vroeger on commit drop as select r.* from {raw} as r, terug where r.ctid = terug.terug"
    connection.execute(sql.SQL(copying).format(**parts))
    closing = "update {raw} as r set levering_tot = {retraction} from terug as t where r.ctid = t.nu"
    closed = connection.execute(sql.SQL(closing).format(**parts)).rowcount
    adding = "insert into {raw} ({columns}, levering_van) select {columns}, {retraction} from vroeger"
    restored = connection.execute(sql.SQL(adding).format(**parts)).rowcount
    connection.execute("drop table terug, vroeger")
    return closed, restored


def _same_key(keys: Iterable[str], alias: str) -> sql.Composed:
    pairs = (
        sql.SQL("g.{0} is not distinct from {1}.{0}").format(sql.Identifier(k), sql.Identifier(alias)) for k in keys
    )
    return sql.SQL(" and ").join(pairs)
