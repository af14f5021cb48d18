"""`laad.<register>` -> `raw.<register>`: one set-wise comparison inside what the file speaks for, history kept.

Inside the scope (municipalities x period) a row that the file no longer holds has been withdrawn, unless the file is
an addition (`_aanvulling`). A refused row leaves what was known of it; when its key cannot be read, nothing is
withdrawn. Rows past their term are counted and do not come in. Everything happens in one transaction: a killed process
changes nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date

import psycopg
from psycopg import sql

from veiligheidsbeeld.contracts.register import RegisterContract
from veiligheidsbeeld.registers import counts, ddl, retention
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect, history
from veiligheidsbeeld.warehouse import deliveries as books
from veiligheidsbeeld.warehouse.deliveries import Entry
from veiligheidsbeeld.warehouse.described import identifiers
from veiligheidsbeeld.warehouse.history import Batch, Kept, Scope


@dataclass(frozen=True)
class MergeReport:
    """Rows by what the delivery did to them; `dekking`: 1 when it speaks for more than was spoken for before."""

    levering_id: int
    dataset: str
    nieuw: int
    gewijzigd: int
    vervallen: int
    gelijk: int
    dekking: int

    @property
    def changed(self) -> bool:
        return bool(self.nieuw or self.gewijzigd or self.vervallen or self.dekking)


def merge(settings: Settings, contract: RegisterContract, levering_id: int) -> MergeReport:
    """Brings a judged delivery into raw and marks it `verwerkt`.

    Raises `VeiligheidsbeeldError` when it was not judged, or when a crash emptied the batch table since.
    """
    with connect(settings, "lader") as connection:
        connection.execute("set local work_mem = '128MB'")
        connection.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"laad.{contract.naam}"])
        delivery = books.held(connection, levering_id, "gekeurd", owner=contract.eigenaar.functie)
        require_staged(connection, contract, delivery)
        # First what is known goes past its term, so that no month is both counted and in raw.
        retention.retire(connection, contract)
        counts.keep_delivered(connection, contract, levering_id)
        found = history.merge(
            connection,
            kept(contract),
            batch(contract, levering_id),
            levering_id,
            _scope(contract, levering_id, delivery.scope),
            constant={"bestand": delivery.file},
        )
        coverage = _new_coverage(connection, contract, levering_id)
        report = MergeReport(levering_id, contract.naam, **asdict(found), dekking=coverage)
        books.merged(connection, levering_id, asdict(report))
        connection.execute(
            "update raw.levering set scope = scope - 'verlopen_van' where levering_id = %s", [levering_id]
        )
        if delivery.scope["van"] < retention.horizon(contract).isoformat():  # a month ended since it was staged
            retention.retire(connection, contract)
        connection.execute(
            sql.SQL("delete from {} where levering_id = %s").format(sql.Identifier("laad", contract.naam)),
            [levering_id],
        )
    return report


def require_staged(connection: psycopg.Connection, contract: RegisterContract, delivery: Entry) -> None:
    """Raises `VeiligheidsbeeldError` when the delivery does not stand whole in `laad.<register>`."""
    books.require_staged(
        connection,
        delivery,
        contract.naam,
        owner=contract.eigenaar.functie,
        where=sql.SQL("levering_id = {} and not geweigerd and not verlopen").format(sql.Literal(delivery.number)),
        exactly=delivery.counts.get("geladen", -1),
    )


def kept(contract: RegisterContract) -> Kept:
    """The raw table of a register: its key among the current rows, and what of it is compared."""
    keys = ddl.key_columns(contract)
    return Kept(
        sql.Identifier("raw", contract.naam),
        keys=tuple(keys),
        compared=tuple(name for name in ddl.content_columns(contract) if name not in keys),
        carried=("werkblad", "rijnummer"),
        optional=frozenset(key for key in keys if not contract.kolom(key).verplicht),
    )


def batch(contract: RegisterContract, levering_id: int) -> Batch:
    """What a file brought: rows within their term; of a refused row the key alone."""
    where = sql.SQL("levering_id = {} and not verlopen").format(sql.Literal(levering_id))
    return Batch(sql.Identifier("laad", contract.naam), where, sql.SQL("geweigerd"))


def _scope(contract: RegisterContract, levering_id: int, scope: dict) -> Scope:
    """The municipalities, and of their rows those in the period; an addition withdraws nothing, and neither does a
    file with a row whose key cannot be read."""
    return Scope(
        sql.SQL("gemeente = any({})").format(sql.Literal(scope["gemeente"])),
        sql.SQL(
            "({volledig} and {datum} >= {van} and {datum} < {tot} and not exists ("
            "select from {batch} where levering_id = {levering} and not verlopen and geweigerd"
            " and num_nulls({keys}) > 0))"
        ).format(
            volledig=sql.Literal(scope["volledig"]),
            datum=sql.Identifier(contract.scope_datum),
            van=sql.Literal(date.fromisoformat(scope["van"])),
            tot=sql.Literal(date.fromisoformat(scope["tot"])),
            batch=sql.Identifier("laad", contract.naam),
            levering=sql.Literal(levering_id),
            keys=identifiers(ddl.key_columns(contract)),
        ),
    )


def _new_coverage(connection: psycopg.Connection, contract: RegisterContract, levering_id: int) -> int:
    row = connection.execute(
        """
        select not exists (
            select from raw.levering as v
            where v.dataset = l.dataset and v.status = 'verwerkt' and v.levering_id <> l.levering_id
                and v.scope -> 'gemeente' @> (l.scope -> 'gemeente')
                and v.scope ->> 'van' <= l.scope ->> 'van' and v.scope ->> 'tot' >= l.scope ->> 'tot'
                and (v.scope ->> 'volledig')::boolean >= (l.scope ->> 'volledig')::boolean
                and coalesce(v.scope -> 'zonder', '[]') <@ coalesce(l.scope -> 'zonder', '[]')
                and not exists (
                    select from raw.levering as t where (t.scope ->> 'trekt_in')::integer = v.levering_id
                )
        )
        from raw.levering as l
        where l.levering_id = %s
        """,
        [levering_id],
    ).fetchone()
    return int(row is not None and row[0])
