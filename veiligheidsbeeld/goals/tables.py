"""The tables that Python writes for the goals, beside dbt's own in `intermediate`; dbt reads them as a source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import psycopg
from psycopg import sql

from veiligheidsbeeld.warehouse import described

PROJECTION, BACK_TEST, SENTENCE = "doel_projectie", "doel_terugtoets", "doel_zin"

COLUMNS: dict[str, dict[str, tuple[str, str]]] = {
    PROJECTION: {
        "indicator_code": ("text", "Indicator"),
        "regio_code": ("text", "Regio"),
        "horizon": ("date", "Laatste dag van de twaalf maanden waarvoor verwacht wordt"),
        "verwacht": ("double precision", "Verwacht aantal; bekende maanden tellen zoals zij zijn"),
        "onder_80": ("double precision", "Ondergrens van het 80%-interval"),
        "boven_80": ("double precision", "Bovengrens van het 80%-interval"),
        "onder_95": ("double precision", "Ondergrens van het 95%-interval"),
        "boven_95": ("double precision", "Bovengrens van het 95%-interval"),
        "relatieve_fout": ("double precision", "Standaardfout van het verwachte niveau, als deel daarvan"),
        "maanden": ("integer", "Maanden waaruit het model is geschat"),
        "maanden_bekend": ("integer", "Van de twaalf maanden al bekende maanden"),
        "laatste_maand": ("date", "Eerste dag van de laatste bekende maand"),
        "methode": ("text", "gewogen_niveau (kleine reeks), theta (grote); geen_projectie: te kort of te leeg"),
    },
    BACK_TEST: {
        "indicator_code": ("text", "Indicator"),
        "regio_code": ("text", "Regio"),
        "peilmaand": ("date", "Laatste maand die het model kende"),
        "maanden_vooruit": ("integer", "Aantal maanden vooruit; de laatste twaalf daarvan zijn opgeteld"),
        "werkelijk": ("double precision", "Aantal dat het werd"),
        "verwacht": ("double precision", "Aantal dat verwacht werd"),
        "binnen_80": ("boolean", "Of het werkelijke aantal in het 80%-interval lag"),
        "binnen_95": ("boolean", "Of het werkelijke aantal in het 95%-interval lag"),
        "fout": ("double precision", "Absolute fout van de verwachting"),
        "fout_naief": ("double precision", "Absolute fout van dezelfde maanden een jaar eerder als verwachting"),
        "methode": ("text", "gewogen_niveau (kleine reeks) of theta (grote)"),
    },
    SENTENCE: {
        "doel_code": ("text", "Doel"),
        "regio_code": ("text", "Regio"),
        "zin": ("text", "De stand in een zin, gemaakt uit de cijfers"),
    },
}
_TITLES = {
    PROJECTION: "Verwachting per indicator, regio en horizon, voor de doelen van de plannen",
    BACK_TEST: "De verwachting zoals zij op eerdere momenten geweest zou zijn, naast wat het werd",
    SENTENCE: "De stand van elk doel in een zin",
}


def ensure(connection: psycopg.Connection, schema: str) -> None:
    """Makes the tables, and the columns, that are not there yet, as `transform`."""
    connection.execute("select pg_advisory_xact_lock(hashtext('veiligheidsbeeld.goals'))")
    for name, columns in COLUMNS.items():
        if columns.keys() <= described.present(connection, schema, name).keys():
            continue
        described.ensure(
            connection,
            schema,
            name,
            {column: kind for column, (kind, _) in columns.items()},
            title=_TITLES[name],
            descriptions={column: text for column, (_, text) in columns.items()},
        )


def replace(connection: psycopg.Connection, schema: str, name: str, rows: Iterable[Sequence[object]]) -> int:
    """Puts these rows in the place of what was there; readers see the old ones until the transaction ends."""
    table = sql.Identifier(schema, name)
    connection.execute(sql.SQL("delete from {}").format(table))
    written = 0
    with connection.cursor().copy(sql.SQL("copy {} from stdin").format(table)) as copy:
        for row in rows:
            copy.write_row(row)
            written += 1
    return written
