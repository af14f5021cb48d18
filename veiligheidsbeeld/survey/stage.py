"""Respondents into the warehouse: a wave to `laad`, and from there as a whole to `raw`.

Only the role that loads may read them: other roles see estimates. A wave that is delivered anew replaces the one
before it, which stays as history until its retention is over.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass

import psycopg
import pyarrow as pa
import pyarrow.csv as pa_csv
from psycopg import sql

from veiligheidsbeeld.contracts.survey import Column, SurveyContract
from veiligheidsbeeld.landing.files import Reason, RegisterFile
from veiligheidsbeeld.refusals import FileRefused, RowRefusal
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.survey import take
from veiligheidsbeeld.survey.areas import teams
from veiligheidsbeeld.survey.convert import Wave, to_wave
from veiligheidsbeeld.survey.read import read_wave_file
from veiligheidsbeeld.warehouse import connect, described
from veiligheidsbeeld.warehouse import deliveries as books
from veiligheidsbeeld.warehouse.copy import copy_in
from veiligheidsbeeld.warehouse.deliveries import Arrived, RefusedRow

_TYPES = {"antwoord": "smallint", "codes": "smallint", "golf": "smallint", "gewicht": "double precision"}
_VERSION = {
    "levering_van": ("integer not null", "levering die deze respondent bracht"),
    "levering_tot": ("integer", "levering die de golf verving; leeg: actueel"),
}
# Roles that may see every other table of raw and laad.
_OTHERS = ("transform", "publicist", "analist", "bi_lezer")


@dataclass(frozen=True)
class Staged:
    """What staging did: respondents in the file, loaded and refused; what the file left out."""

    levering_id: int
    golf: int
    respondenten: int
    geladen: int
    geweigerd: int
    afgeleid: list[str]
    niet_gevraagd: list[str]


def column_types(contract: SurveyContract) -> dict[str, str]:
    """Columns of a respondent with their types."""
    return {k.naam: _type(k) for k in contract.all_columns}


def _type(column: Column) -> str:
    return _TYPES.get(column.soort, "text")


def batch(contract: SurveyContract, year: int) -> sql.Identifier:
    """The table that a staged wave stands in."""
    return sql.Identifier("laad", f"{contract.tabel}_{year}")


def stage(settings: Settings, contract: SurveyContract, file: RegisterFile) -> Staged:
    """Stages a wave as delivery `geladen`; may be repeated at will.

    Raises `FileRefused` (and records it) when the file, or too many of its respondents, cannot enter.
    """
    year = take.wave_of(file)
    try:
        name = file.manifest.bestand
        content = read_wave_file(file.file, contract, year, name)
        wave = to_wave(content, contract, year, name=name, salt=settings.secret("zout_enquete"), teams=teams())
    except FileRefused as refusal:
        refuse(settings, contract, file, refusal)
        raise
    with connect(settings, "lader") as connection:
        connection.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"laad.{contract.tabel}"])
        ensure(connection, contract)
        levering_id = books.register(connection, Arrived.of_file(file), rows=wave.rows)
        _fill(connection, contract, wave)
        _quarantine(connection, contract, levering_id, file, wave.refusals)
        report = Staged(levering_id, year, wave.rows, wave.table.num_rows, wave.refused, wave.derived, wave.not_asked)
        counts = {"geladen": report.geladen, "geweigerd": report.geweigerd, "hersteld": dict(wave.repairs)}
        books.count(connection, levering_id, counts | {"inhoud": _fingerprint(wave.table)})
    return report


def refuse(settings: Settings, contract: SurveyContract, file: RegisterFile, refusal: FileRefused) -> None:
    """Records a refused file: beside it in landing, in quarantine, and row by row where rows are the reason."""
    take.refuse(file, Reason(refusal.regel, refusal.reden, refusal.remedie, contract.eigenaar.functie))
    with connect(settings, "lader") as connection:
        number = books.refuse_file(connection, file)
        if number is not None:
            _quarantine(connection, contract, number, file, refusal.rows)


def ensure(connection: psycopg.Connection, contract: SurveyContract) -> None:
    """Creates the raw table with comments, unreadable to others; adds columns that a newer contract brought."""
    name = contract.tabel
    table = sql.Identifier("raw", name)
    columns = {k.naam: (_type(k), k.omschrijving) for k in contract.all_columns} | _VERSION
    described.ensure(
        connection,
        "raw",
        name,
        {column: kind for column, (kind, _) in columns.items()},
        title=contract.omschrijving.strip(),
        descriptions={column: text for column, (_, text) in columns.items()},
    )
    connection.execute(
        sql.SQL("create unique index if not exists {} on {} (golf, respondent) where levering_tot is null").format(
            sql.Identifier(f"{name}_actueel"), table
        )
    )
    _close(connection, table)


def replace(connection: psycopg.Connection, contract: SurveyContract, levering_id: int, year: int) -> bool:
    """Makes a staged wave the current one; False when the same answers were current already."""
    found = connection.execute(
        """
        select nieuw.telling ->> 'inhoud' = oud.telling ->> 'inhoud'
        from raw.levering as nieuw
        cross join lateral (
            select telling from raw.levering
            where dataset = nieuw.dataset and status = 'verwerkt' and scope = nieuw.scope
                and levering_id not in (
                    select (scope ->> 'trekt_in')::integer from raw.levering where scope ? 'trekt_in'
                )
            order by verwerkt_op desc limit 1
        ) as oud
        where nieuw.levering_id = %s
        """,
        [levering_id],
    ).fetchone()
    if found == (True,):
        return False
    table, names = sql.Identifier("raw", contract.tabel), described.identifiers(column_types(contract))
    connection.execute(
        sql.SQL("update {} set levering_tot = %s where golf = %s and levering_tot is null").format(table),
        [levering_id, year],
    )
    connection.execute(
        sql.SQL("insert into {table} ({names}, levering_van) select {names}, {id} from {batch}").format(
            table=table, names=names, id=sql.Literal(levering_id), batch=batch(contract, year)
        )
    )
    return True


def read_wave(connection: psycopg.Connection, contract: SurveyContract, year: int) -> pa.Table:
    """The current respondents of a wave, as Arrow columns, by their hash."""
    wanted = {
        k.naam: _type(k) for k in contract.all_columns if k.soort not in ("respondent", "golf", "basisteam", "district")
    }
    # Always in one order: sums of floating point then end in the same digits, and equal estimates are equal.
    query = sql.SQL(
        "copy (select {} from {} where golf = {} and levering_tot is null order by respondent) to stdout (format csv)"
    ).format(described.identifiers(wanted), sql.Identifier("raw", contract.tabel), sql.Literal(year))
    content = io.BytesIO()
    with connection.cursor().copy(query) as copy:
        for block in copy:
            content.write(block)
    content.seek(0)
    arrow = {"smallint": pa.int16(), "double precision": pa.float64(), "text": pa.string()}
    return pa_csv.read_csv(
        content,
        read_options=pa_csv.ReadOptions(column_names=list(wanted)),
        convert_options=pa_csv.ConvertOptions(
            column_types={n: arrow[t] for n, t in wanted.items()}, strings_can_be_null=True, null_values=[""]
        ),
    )


def _fill(connection: psycopg.Connection, contract: SurveyContract, wave: Wave) -> None:
    table = batch(contract, wave.year)
    connection.execute(sql.SQL("drop table if exists {}").format(table))
    described.create(connection, "laad", f"{contract.tabel}_{wave.year}", column_types(contract), unlogged=True)
    _close(connection, table)
    copy_in(connection, table, wave.table)
    connection.execute(sql.SQL("analyze {}").format(table))


def _close(connection: psycopg.Connection, table: sql.Identifier) -> None:
    """Takes back what default privileges give: answers of a person are for the loading role alone."""
    connection.execute(sql.SQL("revoke all on {} from {}").format(table, described.identifiers(_OTHERS)))


def _fingerprint(table: pa.Table) -> str:
    """Of the content, not of the file: the same answers as CSV and as SPSS are the same delivery."""
    sink = pa.BufferOutputStream()
    pa_csv.write_csv(table.sort_by("respondent"), sink)
    return hashlib.sha256(sink.getvalue()).hexdigest()


def _quarantine(
    connection: psycopg.Connection,
    contract: SurveyContract,
    levering_id: int,
    file: RegisterFile,
    refusals: Iterable[RowRefusal],
) -> None:
    books.forget_rows(connection, levering_id)
    rows = RefusedRow.of_file(refusals, file.manifest.bestand)
    books.quarantine(connection, levering_id, contract.naam, contract.eigenaar.functie, rows)
