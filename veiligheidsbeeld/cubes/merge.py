"""`laad.<dataset>` -> `raw.<dataset>`: one set-wise comparison inside the delivery's scope, history kept.

Inside the scope a cell that the batch does not hold has been withdrawn; outside it nothing is said. A refused
cell leaves what was known. Everything happens in one transaction: a killed process changes nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import psycopg
from psycopg import sql

from veiligheidsbeeld.contracts.cube import PERIOD_LENGTH, CubeContract
from veiligheidsbeeld.cubes import ddl
from veiligheidsbeeld.cubes.codelists import merge_codelists, read_codelists
from veiligheidsbeeld.cubes.decode import parse_period
from veiligheidsbeeld.landing import cubes as landing
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect, history
from veiligheidsbeeld.warehouse import deliveries as books
from veiligheidsbeeld.warehouse.described import identifiers
from veiligheidsbeeld.warehouse.history import Batch, Kept, Scope

_ALL = 2**12 - 1


@dataclass(frozen=True)
class MergeReport:
    """Raw rows (a series in a year) by what the delivery did to them, and changed code-list entries."""

    levering_id: int
    dataset: str
    nieuw: int
    gewijzigd: int
    vervallen: int
    gelijk: int
    codes: int

    @property
    def changed(self) -> bool:
        """Whether anything became known, other or withdrawn."""
        return bool(self.nieuw or self.gewijzigd or self.vervallen or self.codes)


def merge(settings: Settings, contract: CubeContract, levering_id: int) -> MergeReport:
    """Brings a judged batch into raw and marks its delivery `verwerkt`.

    Raises `VeiligheidsbeeldError` when the delivery is not the judged one that stands in `laad`.
    """
    with connect(settings, "lader") as connection:
        connection.execute("set local work_mem = '128MB'")
        connection.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"laad.{contract.naam}"])
        delivery = books.held(connection, levering_id, "gekeurd", owner=contract.eigenaar.functie)
        batch = Batch(_batch_as_known(connection, contract, delivery.scope))
        counts = history.merge(
            connection, kept(contract), batch, levering_id, Scope(_in_scope(contract, delivery.scope))
        )
        codelists = read_codelists(contract, landing.find(settings, contract.naam, delivery.landing))
        codes = merge_codelists(connection, contract, codelists, levering_id)
        report = MergeReport(levering_id, contract.naam, **asdict(counts), codes=codes)
        books.merged(connection, levering_id, asdict(report))
    return report


def kept(contract: CubeContract) -> Kept:
    """The raw table of a dataset: a series in a year, and its arrays."""
    return Kept(
        sql.Identifier("raw", contract.naam), tuple(ddl.series_columns(contract)), tuple(ddl.value_columns(contract))
    )


def _batch_as_known(connection: psycopg.Connection, contract: CubeContract, scope: dict) -> sql.Composable:
    """The batch as complete rows: positions it does not speak for are taken over from what is current.

    A delivery of whole years without refused cells is used as it stands; else a temporary table is made.
    """
    table = sql.Identifier("laad", contract.naam)
    partial = scope.get("perioden") is not None
    refused = connection.execute(
        sql.SQL("select exists (select from {} where geweigerd <> 0)").format(table)
    ).fetchone()
    if not partial and refused == (False,):
        return table
    _scope_masks(connection, scope.get("perioden"))
    keys = ddl.series_columns(contract)
    arrays = [m.kolom for m in contract.maten] + (["kenmerk"] if contract.kenmerk else [])
    types = ddl.batch_columns(contract)
    merged = [
        sql.SQL(
            """(
                select array_agg(
                    case when (m.gesproken >> (p - 1)) & 1 = 1 then b.{name}[p] else r.{name}[p] end order by p
                )
                from generate_series(1, cardinality(coalesce(b.{name}, r.{name}))) as p
            )::{kind} as {name}"""
        ).format(name=sql.Identifier(name), kind=sql.SQL(types[name]))
        for name in arrays
    ]
    # Rows the batch is silent about, yet inside the scope, come along with only the positions outside it.
    connection.execute(
        sql.SQL(
            """
            create temp table bekend on commit drop as
            with batch as (select * from {table}),
            actueel as (select * from {raw} where levering_tot is null and {in_scope}),
            gepaard as (
                select {keys}, b as b, r as r, s.masker & ~coalesce(b.geweigerd, 0) as gesproken
                from batch as b
                full outer join actueel as r using ({keys})
                inner join bereik as s using (jaar, periode_soort)
            )
            select
                {m_keys},
                {merged},
                ((coalesce(b.aanwezig, 0) & m.gesproken) | (coalesce(r.aanwezig, 0) & ~m.gesproken))::smallint
                as aanwezig
            from gepaard as m
            cross join lateral (select (m.b).*) as b
            cross join lateral (select (m.r).*) as r
            """
        ).format(
            table=table,
            raw=sql.Identifier("raw", contract.naam),
            in_scope=_in_scope(contract, scope),
            keys=identifiers(keys),
            m_keys=identifiers(keys, "m"),
            merged=sql.SQL(", ").join(merged),
        )
    )
    connection.execute("delete from bekend where aanwezig = 0")
    connection.execute("analyze bekend")
    return sql.SQL("bekend")


def _scope_masks(connection: psycopg.Connection, periods: list[str] | None) -> None:
    """Table `bereik`: per year and kind of period the positions that the delivery speaks for."""
    connection.execute("create temp table bereik (jaar smallint, periode_soort text, masker int) on commit drop")
    masks: dict[tuple[int, str], int] = {}
    for parsed in map(parse_period, periods or []):
        if parsed:
            year, kind, position = parsed
            slot = (year, list(PERIOD_LENGTH)[kind])
            masks[slot] = masks.get(slot, 0) | 1 << position
    if periods is None:
        masks = {(year, kind): _ALL for year in range(1900, 2100) for kind in PERIOD_LENGTH}
    connection.cursor().executemany(
        "insert into bereik values (%s, %s, %s)", [(*slot, mask) for slot, mask in masks.items()]
    )


def _in_scope(contract: CubeContract, scope: dict) -> sql.Composable:
    """Condition on rows of raw: the regions and years that the delivery speaks for."""
    conditions: list[sql.Composable] = [sql.SQL("true")]
    if contract.regio and (regions := scope.get("regio")) is not None:
        conditions.append(sql.SQL("{} = any ({})").format(sql.Identifier(contract.regio.kolom), sql.Literal(regions)))
    if scope.get("perioden") is not None:
        conditions.append(sql.SQL("(jaar, periode_soort) in (select jaar, periode_soort from bereik)"))
    return sql.SQL(" and ").join(conditions)
