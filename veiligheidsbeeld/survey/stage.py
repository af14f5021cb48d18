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
from psycopg.types.json import Jsonb

from veiligheidsbeeld.contracts.survey import Kolom, SurveyContract
from veiligheidsbeeld.landing.files import Reason, RegisterFile
from veiligheidsbeeld.refusals import FileRefused, PersonalDataFound, RowRefusal
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.survey import take as neem_in
from veiligheidsbeeld.survey.areas import teams
from veiligheidsbeeld.survey.convert import Golf, zet_om
from veiligheidsbeeld.survey.personal import zoek
from veiligheidsbeeld.survey.read import lees
from veiligheidsbeeld.warehouse import connect, described
from veiligheidsbeeld.warehouse import deliveries as books
from veiligheidsbeeld.warehouse.copy import copy_in

_TYPES = {"antwoord": "smallint", "codes": "smallint", "golf": "smallint", "gewicht": "double precision"}
_VERSIE = {
    "levering_van": ("integer not null", "levering die deze respondent bracht"),
    "levering_tot": ("integer", "levering die de golf verving; leeg: actueel"),
}
# Roles that may see every other table of raw and laad.
_ANDEREN = ("transform", "publicist", "analist", "bi_lezer")


@dataclass(frozen=True)
class LaadVerslag:
    """What staging did: respondents in the file, loaded and refused; what the file left out."""

    levering_id: int
    golf: int
    respondenten: int
    geladen: int
    geweigerd: int
    afgeleid: list[str]
    niet_gevraagd: list[str]


def kolommen(contract: SurveyContract) -> dict[str, str]:
    """Columns of a respondent with their types."""
    return {k.naam: _type(k) for k in contract.alle_kolommen}


def _type(kolom: Kolom) -> str:
    return _TYPES.get(kolom.soort, "text")


def batch(contract: SurveyContract, golf: int) -> sql.Identifier:
    """The table that a staged wave stands in."""
    return sql.Identifier("laad", f"{contract.tabel}_{golf}")


def laad(settings: Settings, contract: SurveyContract, file: RegisterFile) -> LaadVerslag:
    """Stages a wave as delivery `geladen`; may be repeated at will.

    Raises `FileRefused` (and records it) when the file, or too many of its respondents, cannot enter.
    """
    golf = neem_in.golf_van(file)
    try:
        bestand = lees(file.file)
        zoek(bestand, contract, golf, file.manifest.bestand)
        wave = zet_om(
            bestand, contract, golf, naam=file.manifest.bestand, zout=settings.secret("zout_enquete"), teams=teams()
        )
    except FileRefused as refusal:
        weiger(settings, contract, file, refusal)
        raise
    with connect(settings, "lader") as connection:
        connection.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"laad.{contract.tabel}"])
        ensure(connection, contract)
        levering_id = books.register(connection, file, rows=wave.rijen)
        _vul(connection, contract, wave)
        _quarantaine(connection, contract, levering_id, wave.weigeringen)
        report = LaadVerslag(
            levering_id, golf, wave.rijen, wave.tabel.num_rows, wave.geweigerd, wave.afgeleid, wave.niet_gevraagd
        )
        counts = {"geladen": report.geladen, "geweigerd": report.geweigerd, "inhoud": _vingerafdruk(wave.tabel)}
        connection.execute("update raw.levering set telling = %s where levering_id = %s", [Jsonb(counts), levering_id])
    return report


def weiger(settings: Settings, contract: SurveyContract, file: RegisterFile, refusal: FileRefused) -> None:
    """Records a refused file: beside it in landing, in quarantine, and row by row where rows are the reason."""
    neem_in.weiger(file, Reason(refusal.regel, refusal.reden, refusal.remedie, contract.eigenaar.functie))
    with connect(settings, "lader") as connection:
        number = books.refuse(connection, file)
        if number is not None:
            _quarantaine(connection, contract, number, _rijen(refusal, file.manifest.bestand))


def _rijen(refusal: FileRefused, naam: str) -> list[RowRefusal]:
    if not isinstance(refusal, PersonalDataFound):
        return refusal.refusals
    return [
        RowRefusal(naam, "", v.rijnummer or 0, v.plaats, refusal.regel, f"hier staat een {v.soort}")
        for v in refusal.vondsten
    ]


def ensure(connection: psycopg.Connection, contract: SurveyContract) -> None:
    """Creates the raw table with comments, unreadable to others; adds columns that a newer contract brought."""
    name = contract.tabel
    table = sql.Identifier("raw", name)
    columns = {k.naam: (_type(k), k.omschrijving) for k in contract.alle_kolommen} | _VERSIE
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
    _sluit(connection, table)


def vervang(connection: psycopg.Connection, contract: SurveyContract, levering_id: int, golf: int) -> bool:
    """Makes a staged wave the current one; False when the same answers were current already."""
    found = connection.execute(
        """
        select nieuw.telling ->> 'inhoud' = oud.telling ->> 'inhoud'
        from raw.levering as nieuw
        cross join lateral (
            select telling from raw.levering
            where dataset = nieuw.dataset and status = 'verwerkt' and scope = nieuw.scope
            order by verwerkt_op desc limit 1
        ) as oud
        where nieuw.levering_id = %s
        """,
        [levering_id],
    ).fetchone()
    if found == (True,):
        return False
    table, names = sql.Identifier("raw", contract.tabel), described.identifiers(kolommen(contract))
    connection.execute(
        sql.SQL("update {} set levering_tot = %s where golf = %s and levering_tot is null").format(table),
        [levering_id, golf],
    )
    connection.execute(
        sql.SQL("insert into {table} ({names}, levering_van) select {names}, {id} from {batch}").format(
            table=table, names=names, id=sql.Literal(levering_id), batch=batch(contract, golf)
        )
    )
    return True


def lees_golf(connection: psycopg.Connection, contract: SurveyContract, golf: int) -> pa.Table:
    """The current respondents of a wave, as Arrow columns, by their hash."""
    wanted = {
        k.naam: _type(k)
        for k in contract.alle_kolommen
        if k.soort not in ("respondent", "golf", "basisteam", "district")
    }
    # Always in one order: sums of floating point then end in the same digits, and equal estimates are equal.
    query = sql.SQL(
        "copy (select {} from {} where golf = {} and levering_tot is null order by respondent) to stdout (format csv)"
    ).format(described.identifiers(wanted), sql.Identifier("raw", contract.tabel), sql.Literal(golf))
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


def _vul(connection: psycopg.Connection, contract: SurveyContract, wave: Golf) -> None:
    table = batch(contract, wave.golf)
    connection.execute(sql.SQL("drop table if exists {}").format(table))
    described.create(connection, "laad", f"{contract.tabel}_{wave.golf}", kolommen(contract), unlogged=True)
    _sluit(connection, table)
    copy_in(connection, table, wave.tabel)
    connection.execute(sql.SQL("analyze {}").format(table))


def _sluit(connection: psycopg.Connection, table: sql.Identifier) -> None:
    """Takes back what default privileges give: answers of a person are for the loading role alone."""
    connection.execute(sql.SQL("revoke all on {} from {}").format(table, described.identifiers(_ANDEREN)))


def _vingerafdruk(table: pa.Table) -> str:
    """Of the content, not of the file: the same answers as CSV and as SPSS are the same delivery."""
    sink = pa.BufferOutputStream()
    pa_csv.write_csv(table.sort_by("respondent"), sink)
    return hashlib.sha256(sink.getvalue()).hexdigest()


def _quarantaine(
    connection: psycopg.Connection, contract: SurveyContract, levering_id: int, refusals: Iterable[RowRefusal]
) -> None:
    connection.execute("delete from quarantaine.rij where levering_id = %s", [levering_id])
    with connection.cursor().copy(
        "copy quarantaine.rij (levering_id, dataset, bestand, rijnummer, kolom, regel, reden, rij, eigenaar) from stdin"
    ) as copy:
        for r in refusals:
            copy.write_row(
                (levering_id, contract.tabel, r.bestand, r.rijnummer, r.kolom, r.regel, r.reden, Jsonb({}),
                 contract.eigenaar.functie)
            )  # fmt: skip
