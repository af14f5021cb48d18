"""A register file in landing -> `laad.<register>`: read, searched, mended, judged row by row; bad rows aside.

Registered in `raw.levering`, not yet compared with what is known. A refused file changes nothing but the books.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

import psycopg
import pyarrow as pa
import pyarrow.compute as pc
from psycopg import sql

from veiligheidsbeeld.contracts.register import RegisterContract
from veiligheidsbeeld.errors import VeiligheidsbeeldError
from veiligheidsbeeld.files.aside import put_aside
from veiligheidsbeeld.files.naming import municipality_names
from veiligheidsbeeld.landing import files as land
from veiligheidsbeeld.landing.files import RegisterFile
from veiligheidsbeeld.refusals import FileRefused, Reading
from veiligheidsbeeld.registers import ddl, row_rules
from veiligheidsbeeld.registers.proven import named_scope, proven_scope
from veiligheidsbeeld.registers.read import check_share, read_register
from veiligheidsbeeld.registers.retention import cut_delivery, horizon
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect
from veiligheidsbeeld.warehouse import deliveries as books
from veiligheidsbeeld.warehouse.copy import copy_in
from veiligheidsbeeld.warehouse.deliveries import Arrived, RefusedRow


@dataclass(frozen=True)
class StageReport:
    """What staging did: rows in the file, staged, refused; what was mended by kind; rows too old to be kept."""

    levering_id: int
    dataset: str
    rijen: int
    geladen: int
    geweigerd: int
    verlopen: int
    hersteld: dict[str, int] = field(default_factory=dict)


@dataclass
class Staged:
    """The report, and the reading with what the database refused on top, for the answer to the sender."""

    report: StageReport
    reading: Reading


def stage(settings: Settings, contract: RegisterContract, file: RegisterFile) -> Staged:
    """Brings a file into `laad.<register>` as delivery `geladen`; may be repeated at will.

    Raises `FileRefused` when the file, or too many of its rows, cannot enter; it is then put aside with its reason
    and what was known stays.
    """
    try:
        reading = _read(contract, file)
    except FileRefused as refusal:
        put_aside(settings, contract, file, refusal)
        raise
    file = land.admit(settings, file)
    with connect(settings, "lader", autocommit=True) as connection:
        # One writer per register; held by the session, so a killed process lets go of it.
        connection.execute("select pg_advisory_lock(hashtext(%s))", [f"laad.{contract.naam}"])
        try:
            with connection.transaction():
                staged = _stage(connection, contract, file, reading)
        except FileRefused as refusal:
            put_aside(settings, contract, file, refusal)
            raise
    return staged


def _read(contract: RegisterContract, file: RegisterFile) -> Reading:
    scope = named_scope(file.manifest)
    if not file.file.exists():
        raise VeiligheidsbeeldError(
            f"{file.subject} is no longer in landing: {file.file} is gone.",
            remedy="Restore the folder from a backup, or have the file sent again.",
        )
    names = municipality_names()
    return read_register(
        file.file,
        contract,
        gemeenten={code: names[code] for code in (file.manifest.scope or {})["gemeente"]},
        scope=scope,
    )


def _stage(connection: psycopg.Connection, contract: RegisterContract, file: RegisterFile, reading: Reading) -> Staged:
    table = sql.Identifier("laad", contract.naam)
    ddl.ensure_raw(connection, contract)
    ddl.ensure_batch(connection, contract)
    arrived = replace(Arrived.of_file(file), scope=proven_scope(contract, file.manifest, reading))
    levering_id = books.register(connection, arrived, rows=reading.rows)
    connection.execute(
        sql.SQL(
            "delete from {} as b using raw.levering as l"
            " where l.levering_id = b.levering_id and (l.status not in ('geladen', 'gekeurd') or l.levering_id = %s)"
        ).format(table),
        [levering_id],
    )
    books.forget_rows(connection, levering_id)
    limit = horizon(contract)
    cut_delivery(connection, levering_id, limit)
    expired_rows = pc.less(reading.table[contract.scope_datum], pa.scalar(limit)).fill_null(False)
    copy_in(connection, table, _batch(reading.table, levering_id, expired_rows, refused=False))
    if reading.refused_keys is not None and reading.refused_keys.num_rows:
        none = pa.repeat(pa.scalar(False), reading.refused_keys.num_rows)
        copy_in(connection, table, _batch(reading.refused_keys, levering_id, none, refused=True))
    found = row_rules.refuse(connection, contract, levering_id, file.manifest.bestand)
    reading.refusals += found
    reading.refused += len({(r.werkblad, r.rijnummer) for r in found})
    check_share(reading, contract, file.manifest.bestand)
    rows = RefusedRow.of_file(reading.refusals, file.manifest.bestand)
    books.quarantine(connection, levering_id, contract.naam, contract.eigenaar.functie, rows)
    staged = connection.execute(
        sql.SQL(
            "select count(*) filter (where not verlopen), count(*) filter (where verlopen) from {}"
            " where levering_id = %s and not geweigerd"
        ).format(table),
        [levering_id],
    ).fetchone()
    assert staged is not None
    loaded, expired = staged
    report = StageReport(
        levering_id, contract.naam, reading.rows, loaded, reading.refused, expired, _mended(reading.repairs)
    )
    remarks = [{"regel": r.regel, "tekst": r.tekst} for r in reading.remarks if r.kaart]
    counted = {
        "opmerkingen": remarks,
        "geladen": loaded,
        "geweigerd": report.geweigerd,
        "verlopen": expired,
        "hersteld": report.hersteld,
    }
    books.count(connection, levering_id, counted)
    return Staged(report, reading)


def _batch(rows: pa.Table, levering_id: int, expired: pa.Array, *, refused: bool) -> pa.Table:
    rows = rows.append_column("levering_id", pa.repeat(pa.scalar(levering_id, pa.int32()), rows.num_rows))
    rows = rows.append_column("geweigerd", pa.repeat(pa.scalar(refused), rows.num_rows))
    return rows.append_column("verlopen", expired)


def _mended(repairs: Counter[tuple[str, str]]) -> dict[str, int]:
    return {f"{column}: {kind}" if column else kind: count for (column, kind), count in sorted(repairs.items())}
