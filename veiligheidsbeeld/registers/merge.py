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
from psycopg.types.json import Jsonb

from veiligheidsbeeld.contracts.register import RegisterContract
from veiligheidsbeeld.errors import VeiligheidsbeeldError
from veiligheidsbeeld.registers import counts, ddl
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.steps import retention
from veiligheidsbeeld.warehouse import connect, levering
from veiligheidsbeeld.warehouse.described import identifiers


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
        delivery = levering.held(
            connection,
            levering_id,
            "gekeurd",
            dataset=contract.naam,
            owner=contract.eigenaar.functie,
            remedy=f"Run `veiligheidsbeeld validate {contract.naam}` first.",
        )
        require_staged(connection, contract, levering_id, delivery.telling)
        # First what is known goes past its term, so that no month is both counted and in raw.
        retention.retire(connection, contract)
        counts.keep_delivered(connection, contract, levering_id)
        _compare(connection, contract, levering_id, delivery.scope)
        written = _write(connection, contract, levering_id, delivery.tabel)
        report = MergeReport(levering_id, contract.naam, *written, _new_coverage(connection, contract, levering_id))
        connection.execute(
            "update raw.levering set status = 'verwerkt', verwerkt_op = clock_timestamp(), telling = telling || %s,"
            " scope = scope - 'verlopen_van'"
            " where levering_id = %s",
            [Jsonb(asdict(report)), levering_id],
        )
        if delivery.scope["van"] < retention.horizon(contract).isoformat():  # a month ended since it was staged
            retention.retire(connection, contract)
        connection.execute(
            sql.SQL("delete from {} where levering_id = %s").format(sql.Identifier("laad", contract.naam)),
            [levering_id],
        )
    return report


def require_staged(connection: psycopg.Connection, contract: RegisterContract, levering_id: int, staged: dict) -> None:
    """A batch table is unlogged: after a crash it is empty, and an empty batch would withdraw everything."""
    there = connection.execute(
        "select to_regclass(format('laad.%%I', %s::text)) is not null", [contract.naam]
    ).fetchone()
    count = 0
    if there == (True,):
        query = sql.SQL("select count(*) from {} where levering_id = %s and not geweigerd and not verlopen")
        row = connection.execute(query.format(sql.Identifier("laad", contract.naam)), [levering_id]).fetchone()
        count = row[0] if row else 0
    if count != staged.get("geladen"):
        raise VeiligheidsbeeldError(
            f"{contract.naam}: delivery {levering_id} is not staged whole in laad.{contract.naam}.",
            remedy=f"Run `veiligheidsbeeld load {contract.naam}`: it stages the delivery again from landing.",
            owner=contract.eigenaar.functie,
        )


def _compare(connection: psycopg.Connection, contract: RegisterContract, levering_id: int, scope: dict) -> None:
    """Table `verschil`: per row that is new, changed, withdrawn or the same where its old and new versions stand."""
    keys = ddl.key_columns(contract)
    values = [name for name in ddl.content_columns(contract) if name not in keys]
    connection.execute(
        sql.SQL(
            """
            create temp table verschil on commit drop as
            with batch as (
                select ctid as plek, * from {batch} where levering_id = {levering} and not verlopen
            ),
            actueel as (
                select ctid as plek, * from {raw} where levering_tot is null and gemeente = any({gemeenten})
            ),
            spreekt as (
                select {volledig} and not exists (
                    select from batch where geweigerd and num_nulls({keys}) > 0
                ) as ook_over_wat_ontbreekt
            )
            select
                b.plek as nieuw,
                r.plek as oud,
                b.plek is not null and r.plek is not null and ({b_values}) is not distinct from ({r_values}) as gelijk
            from batch as b
            full outer join actueel as r on {on}
            where not coalesce(b.geweigerd, false)
                and (
                    b.plek is not null
                    or r.{datum} >= {van} and r.{datum} < {tot}
                    and (select ook_over_wat_ontbreekt from spreekt)
                )
            """
        ).format(
            batch=sql.Identifier("laad", contract.naam),
            raw=sql.Identifier("raw", contract.naam),
            levering=sql.Literal(levering_id),
            gemeenten=sql.Literal(scope["gemeente"]),
            volledig=sql.Literal(scope["volledig"]),
            keys=identifiers(keys),
            b_values=identifiers(values, "b"),
            r_values=identifiers(values, "r"),
            on=_on_keys(contract, keys),
            datum=sql.Identifier(contract.scope_datum),
            van=sql.Literal(date.fromisoformat(scope["van"])),
            tot=sql.Literal(date.fromisoformat(scope["tot"])),
        )
    )


def _on_keys(contract: RegisterContract, keys: list[str]) -> sql.Composed:
    """Equality of keys that can be hashed; an empty part of a key equals an empty one."""
    pairs = [
        sql.SQL("b.{0} = r.{0}").format(sql.Identifier(key))
        if contract.kolom(key).verplicht
        else sql.SQL("coalesce(b.{0}::text, '') = coalesce(r.{0}::text, '')").format(sql.Identifier(key))
        for key in keys
    ]
    return sql.SQL(" and ").join(pairs)


def _write(
    connection: psycopg.Connection, contract: RegisterContract, levering_id: int, file: str
) -> tuple[int, int, int, int]:
    """Closes what changed or vanished, inserts what is new or changed; returns (new, changed, withdrawn, same)."""
    counts = connection.execute(
        """
        select
            count(*) filter (where oud is null),
            count(*) filter (where not gelijk and oud is not null and nieuw is not null),
            count(*) filter (where nieuw is null),
            count(*) filter (where gelijk)
        from verschil
        """
    ).fetchone()
    columns = identifiers([*ddl.content_columns(contract), "werkblad", "rijnummer"])
    connection.execute("delete from verschil where gelijk")
    connection.execute("analyze verschil")
    connection.execute(
        sql.SQL("update {} as r set levering_tot = %s from verschil as v where r.ctid = v.oud").format(
            sql.Identifier("raw", contract.naam)
        ),
        [levering_id],
    )
    connection.execute(
        sql.SQL(
            "insert into {} ({}, bestand, levering_van) select {}, %s, %s from {} as b"
            " where exists (select from verschil as v where v.nieuw = b.ctid)"
        ).format(sql.Identifier("raw", contract.naam), columns, columns, sql.Identifier("laad", contract.naam)),
        [file, levering_id],
    )
    return counts  # type: ignore[return-value]


def _new_coverage(connection: psycopg.Connection, contract: RegisterContract, levering_id: int) -> int:
    row = connection.execute(
        """
        select not exists (
            select from raw.levering as v
            where v.dataset = l.dataset and v.status = 'verwerkt' and v.levering_id <> l.levering_id
                and v.scope -> 'gemeente' @> (l.scope -> 'gemeente')
                and v.scope ->> 'van' <= l.scope ->> 'van' and v.scope ->> 'tot' >= l.scope ->> 'tot'
                and (v.scope ->> 'volledig')::boolean >= (l.scope ->> 'volledig')::boolean
        )
        from raw.levering as l
        where l.levering_id = %s
        """,
        [levering_id],
    ).fetchone()
    return int(row is not None and row[0])
