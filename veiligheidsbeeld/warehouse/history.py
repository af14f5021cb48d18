"""A delivery into a table with history: one set-wise comparison, for every kind of dataset.

A row is current while `levering_tot` is empty. A delivery speaks for a part of the current rows: what it holds
otherwise is a new version of a row, what it holds no longer has been withdrawn, and about everything outside nothing
is said.
Versions are closed and added, never changed: the state after any earlier delivery can be read back.

Runs in the caller's transaction, which holds the lock of the dataset: a killed process changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import psycopg
from psycopg import sql

from veiligheidsbeeld.warehouse.described import identifiers

EVERYTHING: sql.Composable = sql.SQL("true")
NOTHING: sql.Composable = sql.SQL("false")


@dataclass(frozen=True)
class Kept:
    """A described table with history: what identifies a current row, and what makes a new version of it.

    `carried` columns come along with a version without making one (where a row stood in its file); `optional` are
    keys that may be empty, an empty one equal to an empty one.
    """

    table: sql.Identifier
    keys: tuple[str, ...]
    compared: tuple[str, ...]
    carried: tuple[str, ...] = ()
    optional: frozenset[str] = frozenset()


class Batch(NamedTuple):
    """What was delivered: rows of a table (`where` chooses them), with the columns of the table it goes to.

    `refused` is true for a row of which the key alone counts: what is known of it stays as it is.
    """

    table: sql.Composable
    where: sql.Composable = EVERYTHING
    refused: sql.Composable = NOTHING


class Scope(NamedTuple):
    """Conditions on current rows: `among` these a delivered row finds its earlier version; those of them for which
    the delivery `speaks` have been withdrawn when it does not hold them."""

    among: sql.Composable = EVERYTHING
    speaks: sql.Composable = EVERYTHING


@dataclass(frozen=True)
class Counts:
    """Rows by what a delivery did to them."""

    nieuw: int = 0
    gewijzigd: int = 0
    vervallen: int = 0
    gelijk: int = 0

    @property
    def changed(self) -> bool:
        """Whether anything became known, other or withdrawn."""
        return bool(self.nieuw or self.gewijzigd or self.vervallen)


def merge(
    connection: psycopg.Connection,
    kept: Kept,
    batch: Batch,
    levering_id: int,
    scope: Scope | None = None,
    *,
    constant: Mapping[str, object] | None = None,
) -> Counts:
    """Brings a batch into a table; the same batch again finds every row equal.

    `constant` columns get the same value in every new version. Keys must be unique within the batch and within the
    current rows.
    """
    parts = _parts(kept, batch, levering_id, scope or Scope(), constant or {})
    delivered = _number(connection, "select count(*) from {batch} where {whole}", parts)
    if not _number(connection, "select exists (select from {raw} where levering_tot is null)::int", parts):
        _run(connection, "{insert} where {whole}", parts)
        return Counts(nieuw=delivered)
    _run(connection, _COMPARE, parts)
    connection.execute("analyze verschil")
    new, withdrawn, differing = connection.execute(
        "select count(*) filter (where oud is null), count(*) filter (where nieuw is null), count(*) from verschil"
    ).fetchone()  # type: ignore[misc]
    changed = differing - new - withdrawn
    _run(connection, "update {raw} as r set levering_tot = {id} from verschil as v where r.ctid = v.oud", parts)
    _run(connection, "{insert} where exists (select from verschil as v where v.nieuw = b.ctid)", parts)
    connection.execute("drop table verschil")
    return Counts(new, changed, withdrawn, delivered - new - changed)


def take_back(connection: psycopg.Connection, kept: Kept, levering_id: int, among: sql.Composable = EVERYTHING) -> None:
    """Undoes what a delivery did to these rows: for a set that is made anew under the same delivery."""
    parts = {"raw": kept.table, "id": sql.Literal(levering_id), "among": among}
    _run(connection, "delete from {raw} where levering_van = {id} and {among}", parts)
    _run(connection, "update {raw} set levering_tot = null where levering_tot = {id} and {among}", parts)


# Where the old and the new version of every row stand that is not the same in both.
_COMPARE = """
    create temp table verschil on commit drop as
    select b.plaats_ as nieuw, r.plaats_ as oud
    from (select ctid as plaats_, coalesce({refused}, false) as geweigerd_, * from {batch} where {where}) as b
    full outer join (
        select ctid as plaats_, {speaks} as vervalt_, * from {raw} where levering_tot is null and {among}
    ) as r on {same_key}
    where not coalesce(b.geweigerd_, false)
        and (b.plaats_ is not null or r.vervalt_)
        and (b.plaats_ is null or r.plaats_ is null or not {same})
"""


def _parts(
    kept: Kept, batch: Batch, levering_id: int, scope: Scope, constant: Mapping[str, object]
) -> dict[str, sql.Composable]:
    columns = [*kept.keys, *kept.compared, *kept.carried]
    given = {name: sql.Literal(value) for name, value in {**constant, "levering_van": levering_id}.items()}
    insert = sql.SQL("insert into {raw} ({names}) select {values} from {batch} as b").format(
        raw=kept.table,
        names=identifiers([*columns, *given]),
        values=sql.SQL(", ").join([identifiers(columns, "b"), *given.values()]),
        batch=batch.table,
    )
    same = sql.SQL("(({}) is not distinct from ({}))").format(
        identifiers(kept.compared, "b"), identifiers(kept.compared, "r")
    )
    return {
        "raw": kept.table,
        "batch": batch.table,
        "where": batch.where,
        "refused": batch.refused,
        "whole": sql.SQL("{} and not coalesce({}, false)").format(batch.where, batch.refused),
        "among": scope.among,
        "speaks": scope.speaks,
        "id": sql.Literal(levering_id),
        "insert": insert,
        "same": same if kept.compared else EVERYTHING,
        "same_key": sql.SQL(" and ").join(_same_key(key, optional=key in kept.optional) for key in kept.keys),
    }


def _same_key(key: str, *, optional: bool) -> sql.Composed:
    """Equality that can be hashed, also where an empty part of a key equals an empty one."""
    one = "coalesce(b.{0}::text, '') = coalesce(r.{0}::text, '')" if optional else "b.{0} = r.{0}"
    return sql.SQL(one).format(sql.Identifier(key))


def _run(connection: psycopg.Connection, statement: str, parts: Mapping[str, sql.Composable]) -> None:
    connection.execute(sql.SQL(statement).format(**parts))  # type: ignore[arg-type]


def _number(connection: psycopg.Connection, query: str, parts: Mapping[str, sql.Composable]) -> int:
    return connection.execute(sql.SQL(query).format(**parts)).fetchone()[0]  # type: ignore[arg-type,index]
