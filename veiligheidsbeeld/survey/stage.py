"""Respondents into the warehouse: a wave to `laad`.

Only the role that loads may read them: other roles see estimates.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import psycopg
import pyarrow as pa
import pyarrow.csv as pa_csv
from psycopg import sql

from veiligheidsbeeld.contracts.survey import Column, SurveyContract
from veiligheidsbeeld.files.aside import put_aside
from veiligheidsbeeld.landing import files as land
from veiligheidsbeeld.landing.files import RegisterFile
from veiligheidsbeeld.refusals import FileRefused, Reading
from veiligheidsbeeld.settings import Settings
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
class StageReport:
    """What staging did: respondents in the file, loaded and refused; what the file left out."""

    levering_id: int
    dataset: str
    golf: int
    respondenten: int
    geladen: int
    geweigerd: int
    afgeleid: list[str]
    niet_gevraagd: list[str]


@dataclass(frozen=True)
class Staged:
    """The report, and what the sender is answered."""

    report: StageReport
    reading: Reading


def column_types(contract: SurveyContract) -> dict[str, str]:
    """Columns of a respondent with their types."""
    return {k.naam: _type(k) for k in contract.all_columns}


def _type(column: Column) -> str:
    return _TYPES.get(column.soort, "text")


def batch(contract: SurveyContract, year: int) -> sql.Identifier:
    """The table that a staged wave stands in."""
    return sql.Identifier("laad", batch_name(contract, year))


def batch_name(contract: SurveyContract, year: int) -> str:
    """Its name within `laad`."""
    return f"{contract.naam}_{year}"


def wave_of(file: RegisterFile) -> int:
    """The wave that a file speaks for."""
    assert file.manifest.scope is not None, "a file that speaks for nothing is refused when it is taken"
    return int(file.manifest.scope["golf"])


def stage(settings: Settings, contract: SurveyContract, file: RegisterFile) -> Staged:
    """Stages a wave as delivery `geladen`; may be repeated at will.

    Raises `FileRefused` when the file, or too many of its respondents, cannot enter; it is then put aside with its
    reason and the wave that was there stays.
    """
    year = wave_of(file)
    try:
        name = file.manifest.bestand
        content = read_wave_file(file.file, contract, year, name)
        wave = to_wave(content, contract, year, name=name, salt=settings.secret("zout_enquete"), teams=teams())
    except FileRefused as refusal:
        put_aside(settings, contract, file, refusal)
        raise
    file = land.admit(settings, file, private=True)
    with connect(settings, "lader") as connection:
        connection.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"laad.{contract.naam}"])
        ensure(connection, contract)
        levering_id = books.register(connection, Arrived.of_file(file), rows=wave.rows)
        _fill(connection, contract, wave)
        books.forget_rows(connection, levering_id)
        rows = RefusedRow.of_file(wave.refusals, file.manifest.bestand)
        books.quarantine(connection, levering_id, contract.naam, contract.eigenaar.functie, rows)
        report = StageReport(
            levering_id, contract.naam, year, wave.rows, wave.table.num_rows, wave.refused, wave.derived, wave.not_asked
        )
        counts = {"geladen": report.geladen, "geweigerd": report.geweigerd, "hersteld": dict(wave.repairs)}
        books.count(connection, levering_id, counts)
    reading = Reading(file.manifest.bestand, wave.table, wave.rows, wave.refused, refusals=list(wave.refusals))
    reading.repairs.update({("", kind): count for kind, count in wave.repairs.items()})
    return Staged(report, reading)


def ensure(connection: psycopg.Connection, contract: SurveyContract) -> None:
    """Creates the raw table with comments, unreadable to others; adds columns that a newer contract brought."""
    name = contract.naam
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


def read_wave(connection: psycopg.Connection, contract: SurveyContract, year: int) -> pa.Table:
    """The current respondents of a wave, as Arrow columns, by their hash."""
    wanted = {
        k.naam: _type(k) for k in contract.all_columns if k.soort not in ("respondent", "golf", "basisteam", "district")
    }
    # Always in one order: sums of floating point then end in the same digits, and equal estimates are equal.
    query = sql.SQL(
        "copy (select {} from {} where golf = {} and levering_tot is null order by respondent) to stdout (format csv)"
    ).format(described.identifiers(wanted), sql.Identifier("raw", contract.naam), sql.Literal(year))
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
    described.create(connection, "laad", batch_name(contract, wave.year), column_types(contract), unlogged=True)
    _close(connection, table)
    copy_in(connection, table, wave.table)
    connection.execute(sql.SQL("analyze {}").format(table))


def _close(connection: psycopg.Connection, table: sql.Identifier) -> None:
    """Takes back what default privileges give: answers of a person are for the loading role alone."""
    connection.execute(sql.SQL("revoke all on {} from {}").format(table, described.identifiers(_OTHERS)))
