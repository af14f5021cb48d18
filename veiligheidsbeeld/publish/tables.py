"""The tables of a publication: from candidate to partition, and the views through which they are read.

Everything here happens inside the caller's transaction, as `publicist`. Nothing waits for readers but `add_columns`
and replacing a view; both are rare, and each belongs in a transaction of its own: held together with another lock
they could end in a deadlock with somebody who reads two tables.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import psycopg
from psycopg import errors as pg
from psycopg import sql

from veiligheidsbeeld.errors import CandidateRefused, ConfigurationError, VeiligheidsbeeldError
from veiligheidsbeeld.publish import shown as views

NUMBER = "publicatie_nr"
# A column of a candidate in which publishing fills in its own number.
ITSELF = "publicatie_is"
STORE = "publicatie"
# One row per kept publication of a theme, partitioned as the theme's tables are; see `shown`.
MARKS = "publicatie"
_MAX_NAME = 63


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    comment: str | None


@dataclass(frozen=True)
class Table:
    """A table or view as the catalogue knows it, columns in order."""

    schema: str
    name: str
    columns: tuple[Column, ...]
    comment: str | None

    @property
    def identifier(self) -> sql.Identifier:
        return sql.Identifier(self.schema, self.name)

    @property
    def types(self) -> dict[str, str]:
        return {c.name: c.type for c in self.columns}


def as_read(table: Table) -> Table:
    """The table as the view on it shows it; a view stays as it is, but for what an earlier version showed."""
    known = {c.name: c.comment for c in table.columns}
    shown = (Column(c.name, c.type, known.get(c.name, c.comment)) for c in views.columns(table.types))
    return replace(table, columns=tuple(shown))


def candidate_schema(thema: str) -> str:
    return f"kandidaat_{thema}"


def reader_schema(thema: str) -> str:
    """Where readers look: `kern` for the shared dimensions, `mart_<thema>` for a theme."""
    return "kern" if thema == "kern" else f"mart_{thema}"


def parent_name(thema: str, table: str) -> str:
    return f"{thema}__{table}"


def partition_name(thema: str, table: str, part: int | str) -> str:
    """The partition of a publication, or another part in which a table is stored."""
    name = f"{parent_name(thema, table)}__{part}"
    if len(name) > _MAX_NAME:
        raise ConfigurationError(
            f"Table {table} of theme {thema} would be stored as {name}, longer than {_MAX_NAME} characters.",
            remedy="Give the mart model a shorter name.",
        )
    return name


def themes(connection: psycopg.Connection) -> list[str]:
    """Everything that can be published: each schema `kandidaat_<thema>`."""
    rows = connection.execute(
        "select substr(nspname, 11) from pg_namespace where nspname like 'kandidaat\\_%' order by 1"
    ).fetchall()
    return [row[0] for row in rows]


def tables(connection: psycopg.Connection, schema: str, kinds: str, like: str = "%") -> list[Table]:
    """Tables of a schema by kind (`r` table, `p` partitioned, `v` view), with columns, types and comments."""
    rows = connection.execute(
        """
        select c.relname, obj_description(c.oid, 'pg_class'), a.attname, format_type(a.atttypid, a.atttypmod),
            col_description(c.oid, a.attnum)
        from pg_class as c
        left join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relnamespace = to_regnamespace(%s) and c.relkind = any (%s) and c.relname like %s
        order by c.relname, a.attnum
        """,
        [schema, list(kinds), like],
    ).fetchall()
    found: dict[str, tuple[str | None, list[Column]]] = {}
    for name, comment, column, kind, column_comment in rows:
        columns = found.setdefault(name, (comment, []))[1]
        if column is not None:
            columns.append(Column(column, kind, column_comment))
    return [Table(schema, name, tuple(columns), comment) for name, (comment, columns) in found.items()]


def named(connection: psycopg.Connection, schema: str, kind: str, name: str) -> Table | None:
    """The one table of that kind and name, when it is there."""
    return next(iter(tables(connection, schema, kind, name.replace("_", "\\_"))), None)


def breaking_changes(candidates: list[Table], published: list[Table]) -> list[str]:
    """What readers of the published views would lose: tables, columns, types (Dutch sentences)."""
    new = {t.name: as_read(t) for t in candidates}
    broken = []
    for view in map(as_read, published):
        if view.name not in new:
            broken.append(f"tabel {view.name} ontbreekt in de kandidaat")
            continue
        types = new[view.name].types
        for column in view.columns:
            if column.name not in types:
                broken.append(f"kolom {view.name}.{column.name} ontbreekt in de kandidaat")
            elif types[column.name] != column.type:
                broken.append(f"kolom {view.name}.{column.name} is {types[column.name]} in plaats van {column.type}")
    return broken


def refuse_breaking(thema: str, broken: list[str]) -> CandidateRefused:
    return CandidateRefused(
        f"The candidate of {thema} would break what readers use: {'; '.join(broken)}.",
        remedy="Keep the old column or table and add the new one beside it under a new name (for instance"
        " indicatorwaarden_v2); drop the old view when nobody reads it any more.",
        owner="data-engineering",
    )


def adopt(connection: psycopg.Connection, thema: str, candidate: Table, number: int) -> int:
    """Turns a candidate table into the partition of publication `number`; returns its rows.

    The check constraint makes attaching free of a scan; the table keeps its rows, indexes and statistics.
    """
    rows = connection.execute(sql.SQL("select count(*) from {}").format(candidate.identifier)).fetchone()[0]  # type: ignore[index]
    if ITSELF in candidate.types:
        query = sql.SQL("update {} set {} = {}").format(candidate.identifier, sql.Identifier(ITSELF), number)
        connection.execute(query)
    parent = ensure_parent(connection, thema, candidate)
    name = partition_name(thema, candidate.name, number)
    partition = sql.Identifier(STORE, name)
    _alter(connection, candidate.identifier, "add column {} integer not null default {}", NUMBER, number)
    _alter(connection, candidate.identifier, "add constraint {} check ({} = {})", "op_nummer", NUMBER, number)
    _rename_indexes(connection, candidate, name)
    _alter(connection, candidate.identifier, "owner to publicist")
    _alter(connection, candidate.identifier, f"set schema {STORE}")
    _alter(connection, sql.Identifier(STORE, candidate.name), "rename to {}", name)
    _know_number(connection, name, number)
    connection.execute(
        sql.SQL("alter table {} attach partition {} for values in ({})").format(parent, partition, sql.Literal(number))
    )
    _alter(connection, partition, "drop constraint {}", "op_nummer")
    # Joins are planned on the statistics of the whole, which PostgreSQL never gathers by itself.
    connection.execute(sql.SQL("analyze only {}").format(parent))
    return rows


def _know_number(connection: psycopg.Connection, partition: str, number: int) -> None:
    """Statistics of the column that was added after the candidate was analysed, and that every view filters by.

    Without them PostgreSQL expects one row in two hundred, and joins what it takes for a handful by nested loops. All
    rows have the one number, so nothing has to be read for it.
    """
    connection.execute(
        """
        select pg_restore_attribute_stats(
            'schemaname', %s::text, 'relname', %s::text, 'attname', %s::text, 'inherited', false, 'version', 180000,
            'null_frac', 0::real, 'avg_width', 4, 'n_distinct', 1::real,
            'most_common_vals', %s::text, 'most_common_freqs', '{1}'::real[]
        )
        """,
        [STORE, partition, NUMBER, f"{{{number}}}"],
    )


def settle_numbers(connection: psycopg.Connection, thema: str) -> None:
    """Writes down where the numbering of a theme's stored rows is.

    With `wal_level = minimal` PostgreSQL logs nothing of a sequence in the transaction that makes it, and believes of
    the next thirty numbers that they were logged: after a crash it would give them again. Setting a sequence ends that.
    """
    connection.execute(
        """
        select setval(format('%%I.%%I', schemaname, sequencename)::regclass, last_value) from pg_sequences
        where schemaname = %s and sequencename like %s and last_value is not null
        """,
        [STORE, f"{thema}\\_\\_%"],
    )


def mark(connection: psycopg.Connection, thema: str, number: int | None = None) -> None:
    """Marks publication `number`, and every kept one that is not marked yet, as one whose partitions are there."""
    parent = sql.Identifier(STORE, parent_name(thema, MARKS))
    connection.execute(
        sql.SQL("create table if not exists {} ({} integer not null) partition by list ({})").format(
            parent, sql.Identifier(NUMBER), sql.Identifier(NUMBER)
        )
    )
    there = partitions(connection, thema)
    marked = {nr for name, nr in there if name == partition_name(thema, MARKS, nr)}
    for nr in sorted({nr for _, nr in there} - marked | ({number} - marked if number else set())):
        partition = sql.Identifier(STORE, partition_name(thema, MARKS, nr))
        connection.execute(sql.SQL("create table {} as select {} as {}").format(partition, nr, sql.Identifier(NUMBER)))
        _alter(connection, partition, "alter column {} set not null", NUMBER)
        connection.execute(
            sql.SQL("alter table {} attach partition {} for values in ({})").format(parent, partition, nr)
        )
        connection.execute(sql.SQL("analyze {}").format(partition))


def alone(connection: psycopg.Connection, thema: str) -> None:
    """Waits until no other publisher works on the theme; until the end of the transaction."""
    connection.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"publicatie.{thema}"])


def table_of(partition: str) -> str:
    """The table that a partition belongs to, by its name."""
    return partition.split("__")[-2]


def is_mark(partition: str) -> bool:
    return table_of(partition) == MARKS


def shown(thema: str) -> sql.Composed:
    """The number of the publication that a statement shows: the newest of which its plan has the partitions.

    A plan lists the partitions of its moment; the statement (or, with a prepared statement in a transaction, a much
    later one) sees a number of its own moment. By the number alone it would find nothing when something was published
    in between. The marks are planned with the statement, before the tables: what they hold, the tables hold as well.
    """
    return sql.SQL(
        "(select l.naar_nr from beheer.publicatie_log as l inner join {} as k on l.naar_nr = k.{}"
        " where l.thema = {} order by l.moment desc limit 1)"
    ).format(sql.Identifier(STORE, parent_name(thema, MARKS)), sql.Identifier(NUMBER), sql.Literal(thema))


def reads_marks(connection: psycopg.Connection, view: Table, thema: str) -> bool:
    """Whether a view looks for its number as `shown` says; those of earlier versions do not."""
    return f"{parent_name(thema, MARKS)} k" in definition(connection, view)


def definition(connection: psycopg.Connection, view: Table) -> str:
    """The query of a view, as PostgreSQL writes it."""
    query = "select pg_get_viewdef(format('%%I.%%I', %s::text, %s::text)::regclass)"
    return connection.execute(query, [view.schema, view.name]).fetchone()[0]  # type: ignore[index]


def _alter(connection: psycopg.Connection, table: sql.Identifier, action: str, *parts: str | int) -> None:
    filled = [sql.Identifier(p) if isinstance(p, str) else sql.Literal(p) for p in parts]
    connection.execute(sql.SQL("alter table {} {}").format(table, sql.SQL(action).format(*filled)))  # type: ignore[arg-type]


def new_columns(connection: psycopg.Connection, thema: str, candidate: Table) -> list[Column]:
    """Columns of the candidate that its parent lacks; none when there is no parent yet."""
    parent = stored(connection, thema, candidate.name)
    return [c for c in candidate.columns if c.name not in parent.types] if parent else []


def add_columns(connection: psycopg.Connection, thema: str, table: str, columns: list[Column]) -> None:
    """Adds columns to a parent; they are empty in the publications so far."""
    added = sql.SQL(", ").join(
        sql.SQL("add column if not exists {} {}").format(sql.Identifier(c.name), sql.SQL(c.type)) for c in columns
    )
    parent = sql.Identifier(STORE, parent_name(thema, table))
    connection.execute(sql.SQL("alter table {} {}").format(parent, added))


def stored(connection: psycopg.Connection, thema: str, table: str) -> Table | None:
    """The partitioned table that holds all publications of a table, once there is one, but for the number."""
    found = named(connection, STORE, "p", parent_name(thema, table))
    return without_number(found) if found else None


def without_number(parent: Table) -> Table:
    return replace(parent, columns=tuple(c for c in parent.columns if c.name != NUMBER))


def ensure_parent(connection: psycopg.Connection, thema: str, candidate: Table) -> sql.Identifier:
    """The partitioned table that holds all publications of a table; made at the first one."""
    parent = sql.Identifier(STORE, parent_name(thema, candidate.name))
    if stored(connection, thema, candidate.name) is None:
        columns = sql.SQL(", ").join(
            sql.SQL("{} {}").format(sql.Identifier(c.name), sql.SQL(c.type)) for c in candidate.columns
        )
        connection.execute(
            sql.SQL("create table {} ({}, {} integer not null) partition by list ({})").format(
                parent, columns, sql.Identifier(NUMBER), sql.Identifier(NUMBER)
            )
        )
    return parent


def _rename_indexes(connection: psycopg.Connection, candidate: Table, partition: str) -> None:
    """Index names follow the partition, so that the indexes of the next candidate cannot collide with them."""
    names = connection.execute(
        """
        select i.relname from pg_index as x
        inner join pg_class as i on i.oid = x.indexrelid
        where x.indrelid = format('%%I.%%I', %s::text, %s::text)::regclass
        order by i.oid
        """,
        [candidate.schema, candidate.name],
    ).fetchall()
    for nr, (name,) in enumerate(names, 1):
        suffix = f"_i{nr}"
        connection.execute(
            sql.SQL("alter index {} rename to {}").format(
                sql.Identifier(candidate.schema, name), sql.Identifier(partition[: _MAX_NAME - len(suffix)] + suffix)
            )
        )


def indexed(connection: psycopg.Connection, table: str, schema: str = STORE) -> list[tuple[str, ...]]:
    """The columns of every index of a table, in order."""
    found = connection.execute(
        """
        select array_agg(a.attname::text order by k.nr) from pg_index as x
        cross join unnest(x.indkey::smallint[]) with ordinality as k (attnum, nr)
        inner join pg_attribute as a on a.attrelid = x.indrelid and a.attnum = k.attnum
        where x.indrelid = format('%%I.%%I', %s::text, %s::text)::regclass
        group by x.indexrelid
        order by x.indexrelid
        """,
        [schema, table],
    ).fetchall()
    return [tuple(names) for (names,) in found]


def select_list(parent: Table) -> sql.Composed:
    """The columns of a view on the table, called `p`."""
    return sql.SQL(", ").join(
        sql.SQL("{} as {}").format(c.expression, sql.Identifier(c.name)) for c in views.columns(parent.types)
    )


def make_view(connection: psycopg.Connection, view: Table, query: sql.Composable) -> None:
    """Makes or replaces a view of readers with these columns.

    PostgreSQL replaces a view only when its columns stay as they are, with others behind them. One of an earlier
    version that differs goes and comes back in this transaction, comments included; raises `VeiligheidsbeeldError`
    when somebody's own view rests on it.
    """
    there = named(connection, view.schema, "v", view.name)
    before = list(there.types.items()) if there else []
    stays = before == list(view.types.items())[: len(before)]
    if there and not stays:
        try:
            connection.execute(sql.SQL("drop view {}").format(view.identifier))
        except pg.DependentObjectsStillExist as error:
            raise VeiligheidsbeeldError(
                f"View {view.schema}.{view.name} gets other columns; this rests on it: {error.diag.message_detail}.",
                remedy="Drop what was made on it, publish again, and make it anew.",
            ) from error
    connection.execute(sql.SQL("create or replace view {} as {}").format(view.identifier, query))
    if there and not stays:
        known = {c.name: c.comment for c in there.columns}
        columns = tuple(replace(c, comment=known.get(c.name, c.comment)) for c in view.columns)
        comment(connection, replace(view, columns=columns, comment=there.comment))


def copy_comments(connection: psycopg.Connection, thema: str, candidate: Table) -> None:
    """Gives the view the candidate's comments."""
    comment(connection, replace(as_read(candidate), schema=reader_schema(thema)))


def comment(connection: psycopg.Connection, view: Table) -> None:
    """Gives a view these comments, where they differ."""
    known = named(connection, view.schema, "v", view.name)
    assert known is not None
    if view.comment != known.comment:
        connection.execute(sql.SQL("comment on view {} is {}").format(view.identifier, sql.Literal(view.comment)))
    before = {c.name: c.comment for c in known.columns}
    for column in view.columns:
        if column.comment != before.get(column.name):
            connection.execute(
                sql.SQL("comment on column {}.{} is {}").format(
                    view.identifier, sql.Identifier(column.name), sql.Literal(column.comment)
                )
            )


def partitions(connection: psycopg.Connection, thema: str) -> list[tuple[str, int]]:
    """All kept partitions of a theme as (name, publication number)."""
    rows = connection.execute(
        """
        select c.relname, substring(pg_get_expr(c.relpartbound, c.oid) from '\\d+')::integer
        from pg_inherits as i
        inner join pg_class as c on c.oid = i.inhrelid
        inner join pg_class as p on p.oid = i.inhparent
        where p.relnamespace = to_regnamespace(%s) and p.relname like %s and c.relispartition
        order by 2, 1
        """,
        [STORE, f"{thema}\\_\\_%"],
    ).fetchall()
    return [(row[0], row[1]) for row in rows]
