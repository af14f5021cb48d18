"""Raw tables, derived from the contract.

A raw row is one series (all keys) in one year: every measure is an array over the periods of that year, because
the sources are dense cubes and a row per cell is 10 to 200 times slower to compare and store. Views named
`<dataset>_cellen` show one row per cell.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

from veiligheidsbeeld.contracts.cube import PERIOD_LENGTH, CubeContract
from veiligheidsbeeld.warehouse import described
from veiligheidsbeeld.warehouse.described import identifiers

PERIOD_COLUMNS = {
    "jaar": "smallint",
    "periode_soort": "text",
}
MASKS = {"aanwezig": "smallint"}

COMMENTS = {
    "jaar": "kalenderjaar van de perioden in deze rij",
    "periode_soort": "MM maanden (12 plaatsen), KW kwartalen (4), JJ het jaar (1)",
    "aanwezig": "bitmasker van de perioden die de bron leverde; bit 0 is de eerste",
    "kenmerk": "per periode waarom de waarde ontbreekt, volgens de bron",
    **described.HISTORY,
}


def batch_columns(contract: CubeContract) -> dict[str, str]:
    """Columns of `laad.<dataset>` with their types, in the order in which rows are copied in."""
    columns = {k.kolom: "text" for k in contract.sleutels} | PERIOD_COLUMNS
    columns |= {m.kolom: f"{m.type}[]" for m in contract.maten}
    if contract.kenmerk:
        columns["kenmerk"] = "text[]"
    return columns | MASKS | {"geweigerd": "smallint"}


def raw_columns(contract: CubeContract) -> dict[str, str]:
    """Columns of `raw.<dataset>` with their types; everything of a batch but the refused positions."""
    columns = {name: kind for name, kind in batch_columns(contract).items() if name != "geweigerd"}
    return columns | dict.fromkeys(described.HISTORY, "integer")


def series_columns(contract: CubeContract) -> list[str]:
    """What identifies a raw row among the current ones."""
    return [*contract.key_columns, *PERIOD_COLUMNS]


def value_columns(contract: CubeContract) -> list[str]:
    """The array columns and the mask: what a new version of a row can change."""
    return [m.kolom for m in contract.maten] + (["kenmerk"] if contract.kenmerk else []) + list(MASKS)


def ensure_raw(connection: psycopg.Connection, contract: CubeContract) -> None:
    """Creates the raw table with its key, comments and cell view; adds columns a newer contract brought."""
    texts = COMMENTS | {k.kolom: k.omschrijving for k in contract.sleutels}
    texts |= {m.kolom: m.omschrijving for m in contract.maten}
    columns = raw_columns(contract)
    new = not described.present(connection, "raw", contract.naam)
    described.ensure(
        connection,
        "raw",
        contract.naam,
        columns,
        title=f"{contract.titel}. {contract.omschrijving} {contract.bronvermelding}.",
        descriptions={name: texts[name] for name in columns},
    )
    if new:
        connection.execute(
            sql.SQL("create unique index {} on {} ({}) where levering_tot is null").format(
                sql.Identifier(f"{contract.naam}_actueel"),
                sql.Identifier("raw", contract.naam),
                identifiers(series_columns(contract)),
            )
        )
    connection.execute(_cell_view(contract, "raw", list(described.HISTORY)))


def recreate_batch(connection: psycopg.Connection, contract: CubeContract) -> None:
    """An empty batch table; unlogged, because a batch lost in a crash is staged again from landing."""
    table = sql.Identifier("laad", contract.naam)
    connection.execute(sql.SQL("drop table if exists {} cascade").format(table))
    described.create(connection, "laad", contract.naam, batch_columns(contract), unlogged=True)
    connection.execute(_cell_view(contract, "laad", []))


def _cell_view(contract: CubeContract, schema: str, versions: list[str]) -> sql.Composed:
    arrays = [m.kolom for m in contract.maten] + (["kenmerk"] if contract.kenmerk else [])
    length = sql.SQL(" ").join(
        sql.SQL("when {} then {}").format(sql.Literal(kind), sql.Literal(n)) for kind, n in PERIOD_LENGTH.items()
    )
    return sql.SQL(
        """
        create or replace view {view} as
        select
            {keys},
            s.jaar || s.periode_soort
            || case s.periode_soort when 'JJ' then '00' else lpad(p.nr::text, 2, '0') end as periode,
            s.jaar,
            s.periode_soort,
            p.nr::smallint as periode_nr,
            {arrays}{versions}
        from {table} as s
        inner join (values (1), (2), (3), (4), (5), (6), (7), (8), (9), (10), (11), (12)) as p (nr)
            on p.nr <= case s.periode_soort {length} end and (s.aanwezig >> (p.nr - 1)) & 1 = 1
        """
    ).format(
        view=sql.Identifier(schema, f"{contract.naam}_cellen"),
        keys=identifiers(contract.key_columns, "s"),
        arrays=sql.SQL(", ").join(sql.SQL("s.{0}[p.nr] as {0}").format(sql.Identifier(name)) for name in arrays),
        versions=sql.SQL("").join(sql.SQL(", s.{}").format(sql.Identifier(v)) for v in versions),
        table=sql.Identifier(schema, contract.naam),
        length=length,
    )
