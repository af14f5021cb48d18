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
from typing import ClassVar

import psycopg
from psycopg import sql

from veiligheidsbeeld.publish import store as stores
from veiligheidsbeeld.publish.store import OPEN, Store
from veiligheidsbeeld.publish.tables import Column, Table

FOLDED = ("indicatorwaarden", "benchmark", "mijn_cijfers")
AXIS = "periode_code"
# Figures in a block: longer ones take less room, shorter ones share more with the publication before.
LENGTH = 24

_NUMBERS = ("double precision", "integer", "bigint", "smallint", "numeric")
# Neither is as its type says: this text changes from one period to the next, and this number does not.
_CELL, _NO_CELL = "status_waarde", "levering_id"
_COMMENTS = {
    "serie_id": "Nummer van de reeks",
    "cel_id": "Nummer van de combinatie",
    "as_id": "Nummer van de rij perioden",
    "plaats": "Plaats van de periode in de rij, vanaf 1",
    "cellen": "Een cel per plaats; een enkele als alle plaatsen dezelfde hebben",
}
_MAKE = """
    create table {serie} (
        serie_id integer generated always as identity primary key, {key_types}
    ) with (autovacuum_enabled = off);
    create table {cel} (
        cel_id integer generated always as identity primary key, {figure_types}
    ) with (autovacuum_enabled = off);
    create table {as} (
        as_id integer, plaats integer, {axis} text, primary key (as_id, plaats)
    ) with (autovacuum_enabled = off);
    create table {blok} (
        serie_id integer not null, as_id integer not null, vanaf_nr integer not null, tot_nr integer not null,
        {common_types}cellen integer[] not null
    ) with (autovacuum_enabled = off);
    -- Nobody asks for a block by its cells, and statistics of arrays take a second.
    alter table {blok} alter column cellen set statistics 0
"""
# What the planner cannot know of tables that were made a moment ago: everything is joined and grouped by hashing.
_SETTINGS = """
    set local work_mem = '64MB';
    set local hash_mem_multiplier = 64;
    set local enable_mergejoin = off;
    set local enable_nestloop = off;
    set local enable_sort = off
"""
_FOLD = (
    "insert into {cel} ({figures}) select {figures} from {rows} except select {figures} from {cel}",
    """
    create temporary table perioden on commit drop as
    select {axis}, row_number() over (order by {axis})::integer as nr
    from (select distinct {axis} from {rows} where {axis} is not null) as p
    """,
    "analyze {cel}, pg_temp.perioden",
    # Candidates mostly come with their periods in order: whoever comes otherwise is put in order here.
    """
    create temporary table gevouwen on commit drop as
    select
        {keys}, {common}
        array_sort(perioden) as perioden,
        case
            when perioden = array_sort(perioden) then cellen
            else (select array_agg(u.cel order by u.nr) from unnest(perioden, cellen) as u (nr, cel))
        end as cellen
    from (
        select {keys_r}, {common_r} array_agg(coalesce(p.nr, 0)) as perioden, array_agg(f.cel_id) as cellen
        from {rows} as r
        left join pg_temp.perioden as p on r.{axis} = p.{axis}
        inner join {cel} as f on {same_figure}
        group by {grouped}
    ) as g
    """,
    "insert into {serie} ({keys}) select {keys} from pg_temp.gevouwen except select {keys} from {serie}",
    "analyze {serie}",
    """
    create temporary table blokken on commit drop as
    select
        s.serie_id, {common_r}
        r.perioden[n * {length} + 1 : (n + 1) * {length}] as perioden,
        r.cellen[n * {length} + 1 : (n + 1) * {length}] as cellen
    from pg_temp.gevouwen as r
    inner join {serie} as s on {same_key}
    cross join lateral generate_series(0, (cardinality(r.cellen) - 1) / {length}) as n
    """,
    """
    create temporary table assen on commit drop as
    select
        r.perioden, r.codes, a.as_id is null as nieuw,
        coalesce(a.as_id, m.hoogste + row_number() over (partition by a.as_id order by r.codes)) as as_id
    from (
        select perioden, (
            select array_agg(p.{axis} order by u.plaats)
            from unnest(perioden) with ordinality as u (nr, plaats)
            left join pg_temp.perioden as p on u.nr = p.nr
        ) as codes
        from (select distinct perioden from pg_temp.blokken) as b
    ) as r
    left join ({axes}) as a on r.codes = a.codes
    cross join (select coalesce(max(as_id), 0) as hoogste from {as}) as m
    """,
    """
    insert into {as} (as_id, plaats, {axis})
    select a.as_id, u.plaats, u.code
    from pg_temp.assen as a
    cross join lateral unnest(a.codes) with ordinality as u (code, plaats)
    where a.nieuw
    """,
    """
    create temporary table nieuw on commit drop as
    select
        r.serie_id, a.as_id::integer as as_id, {common_r}
        case when array_remove(r.cellen, r.cellen[1]) = '{{}}' then r.cellen[1:1] else r.cellen end as cellen
    from pg_temp.blokken as r
    inner join pg_temp.assen as a on r.perioden = a.perioden
    """,
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
    "create index if not exists {blok_index} on {blok} (serie_id)",
    "create index if not exists {axis_index} on {as} ({axis}, as_id, plaats)",
    "create index if not exists {as_index} on {as} (as_id, {axis}, plaats)",
    # Readers are planned on all of it from the transaction on that publishes it.
    "analyze {as}, {blok}",
)
_FOLDED_ROWS = "select coalesce(sum(cardinality(cellen)), 0)::bigint from pg_temp.gevouwen"
_DONE = "drop table pg_temp.perioden, pg_temp.gevouwen, pg_temp.blokken, pg_temp.assen, pg_temp.nieuw"
_AXES = "select as_id, array_agg({axis} order by plaats) as codes from {as} group by as_id"
_UNFOLDED = """
    select {columns}, b.vanaf_nr, b.tot_nr
    from {serie} as s
    inner join {blok} as b on s.serie_id = b.serie_id
    inner join {as} as a on b.as_id = a.as_id
    left join {cel} as f on f.cel_id = b.cellen[least(a.plaats, cardinality(b.cellen))]
"""
_SWEEP = (
    "delete from {serie} as s where not exists (select from {blok} as b where b.serie_id = s.serie_id)",
    "delete from {as} as a where not exists (select from {blok} as b where b.as_id = a.as_id)",
    """
    delete from {cel} as f
    where not exists (select from (select unnest(cellen) as cel_id from {blok}) as b where b.cel_id = f.cel_id)
    """,
)


class Series:
    """See above."""

    PARTS: ClassVar = {
        "serie": "Wat alle cijfers van een reeks gemeen hebben",
        "cel": "Elke combinatie van getallen en status die voorkomt, een keer",
        "as": "Perioden van een blok, in volgorde",
        "blok": "Opeenvolgende cijfers van een reeks, en de publicaties waarin ze staan",
    }

    @staticmethod
    def fits(table: Table) -> bool:
        """Whether a candidate, or the table that has its columns, is stored so."""
        name = table.name.rpartition("__")[2]
        return name in FOLDED and {"serie", "cel", "as"} <= {_part(c) for c in table.columns}

    def part_of(self, column: Column) -> str:
        return _part(column)

    def ensure(self, connection: psycopg.Connection, store: Store) -> None:
        if not stores.exists(connection, store):
            connection.execute(_filled(_MAKE, store))
            stores.describe(connection, store, _COMMENTS)

    def fold(self, connection: psycopg.Connection, store: Store, rows: Table, number: int) -> int:
        self.ensure(connection, store)
        connection.execute(_SETTINGS)
        for statement in _FOLD:
            connection.execute(_filled(statement, store, rows=rows.identifier, number=sql.Literal(number)))
        stores.index(connection, store, "serie", rows)
        (count,) = connection.execute(_FOLDED_ROWS).fetchone()  # type: ignore[misc]
        connection.execute(_DONE)
        return count

    def unfolded(self, store: Store) -> sql.Composable:
        columns = sql.SQL(", ").join(sql.Identifier(_ALIASES[_part(c)], c.name) for c in store.shape.columns)
        return sql.SQL("({})").format(_filled(_UNFOLDED, store, columns=columns))

    def sweep(self, connection: psycopg.Connection, store: Store) -> None:
        for statement in _SWEEP:
            connection.execute(_filled(statement, store))


_ALIASES = {"serie": "s", "cel": "f", "as": "a", "blok": "b"}


def _part(column: Column) -> str:
    """The part that keeps a column, by its type."""
    if column.name == AXIS:
        return "as"
    number = column.type.partition("(")[0] in _NUMBERS and column.name != _NO_CELL
    return "cel" if number or column.name == _CELL else "serie" if column.type == "text" else "blok"


def _filled(statement: str, store: Store, **more: sql.Composable) -> sql.Composed:
    return sql.SQL(statement).format(**{**dict(_pieces(store)), **more})  # type: ignore[arg-type]


def _pieces(store: Store) -> Iterator[tuple[str, sql.Composable]]:
    """What the statements above leave open, but for the rows and the number of a publication."""
    for part in Series.PARTS:
        yield part, store.part(part)
    yield "blok_index", sql.Identifier(f"{store.part_name('blok')}_i1")
    yield "axis_index", sql.Identifier(f"{store.part_name('as')}_i1")
    yield "as_index", sql.Identifier(f"{store.part_name('as')}_i2")
    yield "axis", sql.Identifier(AXIS)
    yield "length", sql.Literal(LENGTH)
    yield "open", sql.Literal(OPEN)
    yield "axes", sql.SQL(_AXES).format(**{"axis": sql.Identifier(AXIS), "as": store.part("as")})
    keys, figures, common = (store.columns(part) for part in ("serie", "cel", "blok"))
    yield "keys", stores.names(keys)
    yield "keys_r", stores.names(keys, "r")
    yield "figures", stores.names(figures)
    yield "key_types", sql.SQL(", ").join(map(stores.typed, keys))
    yield "figure_types", sql.SQL(", ").join(map(stores.typed, figures))
    yield "common_types", _each(map(stores.typed, common))
    yield "common", _each(sql.Identifier(c.name) for c in common)
    yield "common_r", _each(sql.Identifier("r", c.name) for c in common)
    yield "common_n", _each(sql.Identifier("n", c.name) for c in common)
    yield "grouped", stores.names([*keys, *common], "r")
    yield "same_key", stores.alike(keys, "r", "s")
    yield "same_figure", stores.alike(figures, "r", "f")
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


def _each(parts) -> sql.Composable:
    """Parts of a list that goes on behind them."""
    return sql.SQL("").join(sql.SQL("{}, ").format(part) for part in parts)
