"""Landing -> `laad.<dataset>`: a delivery as a batch, bad rows aside, not yet compared with what is known."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import msgspec
import psycopg
from psycopg import sql

from veiligheidsbeeld.binding import wide
from veiligheidsbeeld.binding.deliveries import as_delivered, bind_delivery, own_columns
from veiligheidsbeeld.contracts.cube import CubeContract
from veiligheidsbeeld.cubes import copy_format, ddl
from veiligheidsbeeld.cubes.codelists import read_codelists
from veiligheidsbeeld.cubes.decode import Decoder, Refusal
from veiligheidsbeeld.errors import DeliveryRefused
from veiligheidsbeeld.landing.cubes import Delivery, Page
from veiligheidsbeeld.landing.files import Reason
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect
from veiligheidsbeeld.warehouse import deliveries as books
from veiligheidsbeeld.warehouse.deliveries import Arrived, RefusedRow
from veiligheidsbeeld.warehouse.described import identifiers

# Below this many pages a second process costs more than it brings.
_PAGES_FOR_TWO = 150


@dataclass(frozen=True)
class StageReport:
    """What staging did: cells and rows (series x year) in the batch, rows refused."""

    levering_id: int
    dataset: str
    cells: int
    rows: int
    refused: int


def stage(settings: Settings, contract: CubeContract, delivery: Delivery) -> StageReport:
    """Copies a delivery into `laad.<dataset>` and registers it as `geladen`; may be repeated at will.

    Raises `DeliveryRefused` (and records it in `quarantaine.levering`) when a code list is unknown, too many rows
    break a rule, or cells occur twice; the batch is then empty and raw is untouched.
    """
    contract = as_delivered(contract, delivery)
    promised = delivery.manifest.rijen * (len(_topics(contract, delivery)) if contract.wide else 1)
    with connect(settings, "lader", autocommit=True) as connection:
        levering_id = books.register(connection, _arrived(contract, delivery), rows=promised)
        # One writer per dataset; held by the session, so a killed process lets go of it.
        connection.execute("select pg_advisory_lock(hashtext(%s))", [f"laad.{contract.naam}"])
        try:
            with connection.transaction():
                ddl.ensure_raw(connection, contract)
                ddl.recreate_batch(connection, contract)
                books.forget_rows(connection, levering_id)
            codes = {name: [c.code for c in rows] for name, rows in read_codelists(contract, delivery).items()}
            served, _ = own_columns(contract, delivery)
            cells, refused = _copy(settings, served, delivery, codes, levering_id)
            _judge_refusals(contract, delivery, promised, cells, refused)
            rows = _join_split_series(connection, contract)
            connection.execute(sql.SQL("analyze {}").format(sql.Identifier("laad", contract.naam)))
            bind_delivery(connection, settings, contract, delivery, levering_id)
            return StageReport(levering_id, contract.naam, cells, rows, refused)
        except DeliveryRefused as refusal:
            reason = Reason("laden", refusal.what, refusal.remedy, contract.eigenaar.functie)
            with connection.transaction():
                books.refuse(connection, contract.naam, delivery.path.name, reason, levering_id)
            connection.execute(sql.SQL("truncate {}").format(sql.Identifier("laad", contract.naam)))
            raise


def _arrived(contract: CubeContract, delivery: Delivery) -> Arrived:
    m = delivery.manifest
    return Arrived(
        contract.naam, delivery.path.name, m.bron_soort, m.tabel, m.adres, m.gewijzigd, m.opgehaald_op,
        m.inhoud_sha256, msgspec.to_builtins(m.scope), m.versie,
    )  # fmt: skip


def _copy(
    settings: Settings, contract: CubeContract, delivery: Delivery, codes: dict[str, list[str]], levering_id: int
) -> tuple[int, int]:
    pages = delivery.page_list()
    workers = min(2, os.cpu_count() or 1) if len(pages) >= _PAGES_FOR_TWO else 1
    shares = [pages[i::workers] for i in range(workers)]
    if workers == 1:
        return _copy_files(settings, contract, delivery.path, pages, codes, levering_id)
    # Forked, not spawned: the children only open connections of their own, and importing costs a second each.
    with ProcessPoolExecutor(workers, mp_context=get_context("fork")) as pool:
        futures = [
            pool.submit(_copy_files, settings, contract, delivery.path, share, codes, levering_id) for share in shares
        ]
        done = [f.result() for f in futures]
    return sum(d[0] for d in done), sum(d[1] for d in done)


def _copy_files(
    settings: Settings,
    contract: CubeContract,
    path: Path,
    pages: Iterable[Page],
    codes: dict[str, list[str]],
    levering_id: int,
) -> tuple[int, int]:
    """Decodes pages and copies them in, one page in memory at a time; returns cells and refused rows."""
    delivery = Delivery(path, settings)
    by_column = {k.kolom: codes[k.bron] for k in contract.sleutels}
    decoder = Decoder(contract, by_column, codes[contract.periode])
    topics = _topics(contract, delivery)
    table = sql.Identifier("laad", contract.naam)
    columns = identifiers(list(ddl.batch_columns(contract)))
    cells = refused = 0
    listed: list[Refusal] = []
    with ExitStack() as stack:
        connection = stack.enter_context(connect(settings, "lader"))
        copy = stack.enter_context(
            connection.cursor().copy(sql.SQL("copy {} ({}) from stdin (format binary)").format(table, columns))
        )
        copy.write(copy_format.HEADER)
        for page in pages:
            body = delivery.read(page)
            decoded = decoder.decode(page.bestand, wide.rows(contract, body, topics) if contract.wide else body)
            copy.write(decoded.rows)
            cells += decoded.cells
            refused += len(decoded.refusals)
            listed += decoded.refusals[: max(0, books.MAX_LISTED - len(listed))]
        copy.write(copy_format.TRAILER)
    if listed:
        with connect(settings, "lader") as connection:
            rows = (RefusedRow(r.file, None, r.row, r.column, r.rule, r.reason, r.content) for r in listed)
            books.quarantine(connection, levering_id, contract.naam, contract.eigenaar.functie, rows)
    return cells, refused


def _topics(contract: CubeContract, delivery: Delivery) -> list[str]:
    return wide.columns(contract, delivery.rows("DataProperties")) if contract.wide else []


def _judge_refusals(contract: CubeContract, delivery: Delivery, promised: int, cells: int, refused: int) -> None:
    if cells + refused != promised:
        raise DeliveryRefused(
            f"{contract.naam}: {delivery.path.name} promises {promised} rows, its files hold {cells + refused}.",
            remedy="The landing folder is damaged: run `veiligheidsbeeld extract --force` to fetch the table again.",
            owner=contract.eigenaar.functie,
        )
    if refused > contract.kwaliteit.max_quarantaine * max(1, cells + refused):
        raise DeliveryRefused(
            f"{contract.naam}: {refused} of {cells + refused} rows break the contract "
            f"(allowed: {contract.kwaliteit.max_quarantaine:.2%}).",
            remedy="See quarantaine.rij for row, column and rule; ask the source, or adapt the contract.",
            owner=contract.eigenaar.functie,
        )


def _join_split_series(connection: psycopg.Connection, contract: CubeContract) -> int:
    """Joins series that a page boundary cut in two; the same cell twice refuses the delivery. Returns the rows."""
    table = sql.Identifier("laad", contract.naam)
    keys = identifiers(ddl.series_columns(contract))
    with connection.transaction():
        connection.execute(
            sql.SQL(
                """
                create temp table gedeeld on commit drop as
                select
                    {keys},
                    sum(bit_count(aanwezig::int::bit(32))) > bit_count(bit_or(aanwezig)::int::bit(32)) as dubbel
                from {table} group by {keys} having count(*) > 1
                """
            ).format(keys=keys, table=table)
        )
        double = connection.execute(sql.SQL("select {} from gedeeld where dubbel limit 1").format(keys)).fetchone()
        if double:
            raise DeliveryRefused(
                f"{contract.naam}: a cell occurs twice in the delivery, first in series {double}.",
                remedy="Run `veiligheidsbeeld extract --force`; if it stays, the source repeats rows: tell its owner.",
                owner=contract.eigenaar.functie,
            )
        on_keys = sql.SQL(" and ").join(
            sql.SQL("t.{0} = g.{0}").format(sql.Identifier(k)) for k in ddl.series_columns(contract)
        )
        connection.execute(
            sql.SQL(
                "create temp table delen on commit drop as select t.* from {table} as t inner join gedeeld as g on {on}"
            ).format(table=table, on=on_keys)
        )
        connection.execute(
            sql.SQL("delete from {table} as t using gedeeld as g where {on}").format(table=table, on=on_keys)
        )
        arrays = [m.kolom for m in contract.maten] + (["kenmerk"] if contract.kenmerk else [])
        connection.execute(
            sql.SQL(
                "insert into {table} ({keys}, {arrays}, aanwezig, geweigerd) "
                "select {keys}, {joined}, bit_or(aanwezig), bit_or(geweigerd) from delen group by {keys}"
            ).format(
                table=table,
                keys=keys,
                arrays=identifiers(arrays),
                joined=sql.SQL(", ").join(_joined_array(name) for name in arrays),
            )
        )
        return connection.execute(sql.SQL("select count(*) from {}").format(table)).fetchone()[0]  # type: ignore[index]


def _joined_array(name: str) -> sql.Composed:
    """Element-wise: per position the one part that has a value."""
    positions = sql.SQL(", ").join(
        sql.SQL("max({}[{}])").format(sql.Identifier(name), sql.Literal(i)) for i in range(1, 13)
    )
    return sql.SQL("trim_array(array[{}], 12 - max(cardinality({})))").format(positions, sql.Identifier(name))
