"""Long tables (a row per figure) as stored for readers: what stays the same is stored once, over publications too.

A table of `FOLDED` becomes four tables `publicatie.<thema>__<table>__<part>`:

    serie   what all figures of a series have in common: its columns of text
    cel     every combination of numbers and status that occurs, once
    as      the periods of a block, in their order: one row per place
    blok    up to `LENGTH` consecutive figures of one series: a `cel` per place of its `as` (one for all when they are
            the same), what they have in common, and the publications that it holds for

A publication adds the blocks that changed and closes those that they replace. Why, and what it costs: decision 0024.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import psycopg
from psycopg import sql

from veiligheidsbeeld.publish import tables
from veiligheidsbeeld.publish.tables import Column, Table

FOLDED = ("indicatorwaarden", "benchmark")
AXIS = "periode_code"
# Figures in a block: longer ones take less room, shorter ones share more with the publication before.
LENGTH = 24
# `tot_nr` of a block that the newest publication still has: later than any number.
OPEN = 2**31 - 1

_NUMBERS = ("double precision", "integer", "bigint", "smallint", "numeric")
# Neither is as its type says: this text changes from one period to the next, and this number does not.
_CELL, _NO_CELL = "status_waarde", "levering_id"
_PARTS = {
    "serie": "Wat alle cijfers van een reeks gemeen hebben",
    "cel": "Elke combinatie van getallen en status die voorkomt, een keer",
    "as": "Perioden van een blok, in volgorde",
    "blok": "Opeenvolgende cijfers van een reeks, en de publicaties waarin ze staan",
}
_COMMENTS = {
    "serie_id": "Nummer van de reeks",
    "cel_id": "Nummer van de combinatie",
    "as_id": "Nummer van de rij perioden",
    "plaats": "Plaats van de periode in de rij, vanaf 1",
    "vanaf_nr": "Eerste publicatie waarin het blok staat",
    "tot_nr": f"Eerste publicatie waarin het blok niet meer staat; {OPEN}: het staat in de nieuwste",
    "cellen": "Een cel per plaats; een enkele als alle plaatsen dezelfde hebben",
}
_MAKE = """
    create table if not exists {serie} (
        serie_id integer generated always as identity primary key, {key_types}
    ) with (autovacuum_enabled = off);
    create table if not exists {cel} (
        cel_id integer generated always as identity primary key, {figure_types}
    ) with (autovacuum_enabled = off);
    create table if not exists {as} (
        as_id integer, plaats integer, {axis} text, primary key (as_id, plaats)
    ) with (autovacuum_enabled = off);
    create table if not exists {blok} (
        serie_id integer not null, as_id integer not null, vanaf_nr integer not null, tot_nr integer not null,
        {common_types}cellen integer[] not null
    ) with (autovacuum_enabled = off);
    create index if not exists {blok_index} on {blok} (serie_id);
    create index if not exists {axis_index} on {as} ({axis}, as_id, plaats);
    create index if not exists {as_index} on {as} (as_id, {axis}, plaats);
"""
# Analysed in between: each statement is planned on what the one before it found, and readers on all of it.
_FOLD = (
    "analyze {rows}",
    "insert into {serie} ({keys}) select {keys} from {rows} except select {keys} from {serie}",
    "insert into {cel} ({figures}) select {figures} from {rows} except select {figures} from {cel}",
    # Without these PostgreSQL takes a hash for one of two hundred, and joins by sorting everything twice.
    "drop statistics if exists {serie_hash}, {cel_hash}",
    "create statistics {serie_hash} on ({hash_key}) from {serie}",
    "create statistics {cel_hash} on ({hash_figure}) from {cel}",
    "analyze {serie}, {cel}",
    """
    create temporary table gevouwen on commit drop as
    with heel as (
        select
            s.serie_id, {common_of_row}
            array_agg(r.{axis} order by r.{axis}) as perioden,
            array_agg(f.cel_id order by r.{axis}) as cellen
        from {rows} as r
        inner join {serie} as s
            on {hash_key_r} = {hash_key_s} and nullif({key_r} is not distinct from {key_s}, false) is not null
        inner join {cel} as f
            on {hash_figure_r} = {hash_figure_f}
            and nullif({figure_r} is not distinct from {figure_f}, false) is not null
        group by {grouped}
    )
    select
        serie_id, {common}
        perioden[n * {length} + 1 : (n + 1) * {length}] as perioden,
        cellen[n * {length} + 1 : (n + 1) * {length}] as cellen
    from heel, generate_series(0, (cardinality(cellen) - 1) / {length}) as n
    """,
    "analyze pg_temp.gevouwen",
    """
    insert into {as} (as_id, plaats, {axis})
    select m.hoogste + p.nr, u.plaats, u.periode
    from (select coalesce(max(as_id), 0) as hoogste from {as}) as m
    cross join (
        select perioden, row_number() over (order by perioden) as nr
        from (select perioden from pg_temp.gevouwen except select perioden from ({axes}) as a) as nieuw
    ) as p
    cross join unnest(p.perioden) with ordinality as u (periode, plaats)
    """,
    """
    create temporary table nieuw on commit drop as
    select
        g.serie_id, a.as_id, {common_g}
        case when array_remove(g.cellen, g.cellen[1]) = '{{}}' then g.cellen[1:1] else g.cellen end as cellen
    from pg_temp.gevouwen as g
    inner join ({axes}) as a on g.perioden = a.perioden
    """,
    "analyze pg_temp.nieuw",
    """
    update {blok} as b set tot_nr = {number}
    where b.tot_nr = {open} and not exists (select from pg_temp.nieuw as n where {same})
    """,
    """
    insert into {blok} (serie_id, as_id, vanaf_nr, tot_nr, {common} cellen)
    select n.serie_id, n.as_id, {number}, {open}, {common_n} n.cellen
    from pg_temp.nieuw as n
    where not exists (select from {blok} as b where b.tot_nr = {open} and {same})
    order by n.serie_id, n.as_id
    """,
    "drop table pg_temp.gevouwen, pg_temp.nieuw",
    "analyze {as}, {blok}",
)
_AXES = "select as_id, array_agg({axis} order by plaats) as perioden from {as} group by as_id"
_UNFOLDED = """
    select {columns}, b.vanaf_nr, b.tot_nr
    from {serie} as s
    inner join {blok} as b on s.serie_id = b.serie_id
    inner join {as} as a on b.as_id = a.as_id
    left join {cel} as f on f.cel_id = b.cellen[least(a.plaats, cardinality(b.cellen))]
"""
# True of nearly all blocks stored, but a comparison with a number that it does not know yet the planner expects of one
# in three, and both of one in nine. That an expression is not null it expects of nearly all rows; so above, where equal
# hashes are looked at again.
_BELONGS = "nullif(p.vanaf_nr <= {number} and p.tot_nr > {number}, false) is not null"
_RETIRE = (
    """
    delete from {blok} as b
    where b.tot_nr < {open}
        and not exists (select from {marks} as k where k.{nr} >= b.vanaf_nr and k.{nr} < b.tot_nr)
    """,
    "delete from {serie} as s where not exists (select from {blok} as b where b.serie_id = s.serie_id)",
    "delete from {as} as a where not exists (select from {blok} as b where b.as_id = a.as_id)",
    """
    delete from {cel} as f
    where not exists (select from (select unnest(cellen) as cel_id from {blok}) as b where b.cel_id = f.cel_id)
    """,
)


@dataclass(frozen=True)
class Store:
    """Where the figures of a table are kept: `shape` has its columns, as candidates have them."""

    thema: str
    table: str
    shape: Table

    def part(self, name: str) -> sql.Identifier:
        return sql.Identifier(tables.STORE, f"{tables.parent_name(self.thema, self.table)}__{name}")

    def columns(self, part: str) -> list[Column]:
        """Columns of the table that a part keeps: `serie`, `cel`, `as` or `blok`."""
        return [c for c in self.shape.columns if _part(c) == part]


def folds(table: Table) -> bool:
    """Whether a candidate, or the table that has its columns, is stored as series."""
    name = table.name.rpartition("__")[2]
    return name in FOLDED and {"serie", "cel", "as"} <= {_part(c) for c in table.columns}


def stored(connection: psycopg.Connection, thema: str, table: str) -> Store | None:
    """The store of a table that was published before as one that folds, whatever is in it."""
    shape = tables.stored(connection, thema, table)
    return Store(thema, table, shape) if shape and folds(shape) else None


def adopt(connection: psycopg.Connection, thema: str, candidate: Table, number: int) -> int:
    """Publishes a candidate as number `number`; returns its rows. The candidate is gone then."""
    tables.ensure_parent(connection, thema, candidate)
    store = stored(connection, thema, candidate.name)
    assert store is not None
    ensure(connection, store)
    index(connection, store, candidate.schema, candidate.name)
    rows = connection.execute(sql.SQL("select count(*) from {}").format(candidate.identifier)).fetchone()[0]  # type: ignore[index]
    fold(connection, store, candidate.identifier, number)
    connection.execute(sql.SQL("drop table {}").format(candidate.identifier))
    return rows


def ensure(connection: psycopg.Connection, store: Store) -> None:
    """The four tables are there, with room for every column."""
    if _exists(connection, store):
        return
    connection.execute(_filled(_MAKE, store))
    for part, about in _PARTS.items():
        connection.execute(
            sql.SQL("comment on table {} is {}").format(store.part(part), f"{about} ({store.table} van {store.thema}).")
        )
    for part, name in connection.execute(
        "select substring(c.relname from '__([a-z]+)$'), a.attname from pg_class as c"
        " inner join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0"
        " where c.oid = any (%s::regclass[])",
        [[store.part(part).as_string(connection) for part in _PARTS]],
    ).fetchall():
        text = _COMMENTS.get(name) or f"Kolom {name} van {store.table}"
        connection.execute(
            sql.SQL("comment on column {}.{} is {}").format(store.part(part), sql.Identifier(name), text)
        )


def add_columns(connection: psycopg.Connection, thema: str, table: str, columns: list[Column]) -> None:
    """Adds columns to a table that is stored as series; they are empty in the publications so far."""
    tables.add_columns(connection, thema, table, columns)
    store = stored(connection, thema, table)
    if store is None or not _exists(connection, store):
        return
    for column in columns:
        connection.execute(
            sql.SQL("alter table {} add column if not exists {}").format(store.part(_part(column)), _typed(column))
        )
        connection.execute(
            sql.SQL("comment on column {}.{} is {}").format(
                store.part(_part(column)), sql.Identifier(column.name), f"Kolom {column.name} van {table}"
            )
        )


def fold(connection: psycopg.Connection, store: Store, rows: sql.Identifier, number: int) -> None:
    """Stores the rows of a table as publication `number`, which is higher than those so far."""
    for statement in _FOLD:
        connection.execute(_filled(statement, store, rows=rows, number=sql.Literal(number)))


def unfolded(store: Store) -> sql.Composable:
    """The table as rows again, of every publication kept, with `vanaf_nr` and `tot_nr`: what a view calls `p`."""
    names = sql.SQL(", ").join(sql.Identifier(_ALIASES[_part(c)], c.name) for c in store.shape.columns)
    return sql.SQL("({})").format(_filled(_UNFOLDED, store, columns=names))


def belongs(number: sql.Composable) -> sql.Composable:
    """Whether a row of `unfolded`, called `p`, is of a publication."""
    return sql.SQL(_BELONGS).format(number=number)


def is_read(connection: psycopg.Connection, store: Store, view: Table) -> bool:
    """Whether a view reads what is stored here; those of earlier versions do not."""
    return f"{tables.parent_name(store.thema, store.table)}__blok" in tables.definition(connection, view)


def start_anew(connection: psycopg.Connection, store: Store) -> None:
    """Empties the store, before anybody reads it."""
    connection.execute(
        sql.SQL("drop table if exists {}").format(sql.SQL(", ").join(store.part(part) for part in _PARTS))
    )
    ensure(connection, store)


def retire(connection: psycopg.Connection, store: Store) -> None:
    """Deletes what no publication with a mark shows; what is asked of a plan made before is under such a mark."""
    for statement in _RETIRE:
        if not connection.execute(_filled(statement, store)).rowcount and statement is _RETIRE[0]:
            return


def clean(connection: psycopg.Connection, store: Store) -> None:
    """Room of what went can be used again; outside a transaction, and soon done: only changed pages are looked at."""
    names = sql.SQL(", ").join(store.part(part) for part in _PARTS)
    connection.execute(sql.SQL("vacuum {}").format(names))


def _exists(connection: psycopg.Connection, store: Store) -> bool:
    query = "select to_regclass(%s) is not null"
    return connection.execute(query, [store.part("blok").as_string(connection)]).fetchone() == (True,)


def index(connection: psycopg.Connection, store: Store, schema: str, table: str) -> None:
    """Series are found by what the rows of a table were found by: its indexes, but for what is no key of a series."""
    keys = [c.name for c in store.columns("serie")]
    found = connection.execute(
        """
        select array_agg(a.attname::text order by k.nr) from pg_index as x
        cross join unnest(x.indkey::smallint[]) with ordinality as k (attnum, nr)
        inner join pg_attribute as a on a.attrelid = x.indrelid and a.attnum = k.attnum
        where x.indrelid = format('%%I.%%I', %s::text, %s::text)::regclass
        group by x.indexrelid
        """,
        [schema, table],
    ).fetchall()
    for (names,) in found:
        columns = [name for name in names if name in keys]
        name = f"{tables.parent_name(store.thema, store.table)}__serie_{'_'.join(columns)}"[:63]
        if columns:
            connection.execute(
                sql.SQL("create index if not exists {} on {} ({})").format(
                    sql.Identifier(name), store.part("serie"), sql.SQL(", ").join(map(sql.Identifier, columns))
                )
            )


_ALIASES = {"serie": "s", "cel": "f", "as": "a", "blok": "b"}


def _part(column: Column) -> str:
    """The part that keeps a column, by its type."""
    if column.name == AXIS:
        return "as"
    number = column.type.partition("(")[0] in _NUMBERS and column.name != _NO_CELL
    return "cel" if number or column.name == _CELL else "serie" if column.type == "text" else "blok"


def _typed(column: Column) -> sql.Composable:
    return sql.SQL("{} {}").format(sql.Identifier(column.name), sql.SQL(column.type))  # type: ignore[arg-type]


def _filled(statement: str, store: Store, **more: sql.Composable) -> sql.Composed:
    return sql.SQL(statement).format(**{**dict(_pieces(store)), **more})  # type: ignore[arg-type]


def _pieces(store: Store) -> Iterator[tuple[str, sql.Composable]]:
    """What the statements above leave open, but for the rows and the number of a publication."""
    for part in _PARTS:
        yield part, store.part(part)
    name = tables.parent_name(store.thema, store.table)
    yield "blok_index", sql.Identifier(f"{name}__blok_i1")
    yield "axis_index", sql.Identifier(f"{name}__as_i1")
    yield "as_index", sql.Identifier(f"{name}__as_i2")
    for part in ("serie", "cel"):
        yield f"{part}_hash", sql.Identifier(tables.STORE, f"{name}__{part}_hash")
    yield "marks", sql.Identifier(tables.STORE, tables.parent_name(store.thema, tables.MARKS))
    yield "nr", sql.Identifier(tables.NUMBER)
    yield "axis", sql.Identifier(AXIS)
    yield "length", sql.Literal(LENGTH)
    yield "open", sql.Literal(OPEN)
    yield "axes", sql.SQL(_AXES).format(**{"axis": sql.Identifier(AXIS), "as": store.part("as")})
    keys, figures, common = (store.columns(part) for part in ("serie", "cel", "blok"))
    yield "keys", _names(keys)
    yield "figures", _names(figures)
    yield "key_types", sql.SQL(", ").join(map(_typed, keys))
    yield "figure_types", sql.SQL(", ").join(map(_typed, figures))
    yield "common_types", _each(map(_typed, common))
    yield "common", _each(sql.Identifier(c.name) for c in common)
    for alias, label in (("r", "common_of_row"), ("g", "common_g"), ("n", "common_n")):
        yield label, _each(sql.Identifier(alias, c.name) for c in common)
    yield "grouped", sql.SQL(", ").join([sql.SQL("s.serie_id"), *(sql.Identifier("r", c.name) for c in common)])
    for what, columns, alias in (("key", keys, "s"), ("figure", figures, "f")):
        yield f"hash_{what}", _hash(columns)
        for of in ("r", alias):
            yield f"{what}_{of}", sql.SQL("row({})").format(_names(columns, of))
            yield f"hash_{what}_{of}", _hash(columns, of)
    held = [*(c.name for c in common), "cellen"]
    yield (
        "same",
        sql.SQL(" and ").join(
            [
                sql.SQL("n.serie_id = b.serie_id and n.as_id = b.as_id"),
                *(
                    sql.SQL("{} is not distinct from {}").format(*(sql.Identifier(a, name) for a in "nb"))
                    for name in held
                ),
            ]
        ),
    )


def _hash(columns: list[Column], alias: str | None = None) -> sql.Composed:
    return sql.SQL("hash_record_extended(row({}), 0)").format(_names(columns, alias))


def _names(columns: list[Column], alias: str | None = None) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(alias, c.name) if alias else sql.Identifier(c.name) for c in columns)


def _each(parts) -> sql.Composable:
    """Parts of a list that goes on behind them."""
    return sql.SQL("").join(sql.SQL("{}, ").format(part) for part in parts)
