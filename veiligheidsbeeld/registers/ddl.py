"""Tables of registers, derived from the contract: `raw.<naam>` with history, `laad.<naam>` with what was delivered."""

from __future__ import annotations

import psycopg
from psycopg import sql

from veiligheidsbeeld.load.ddl import identifiers
from veiligheidsbeeld.registers.contract import RegisterContract, load_registers
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse.connection import connect

_ORIGIN = {
    "bestand": ("text", "bestand waarin de rij stond"),
    "werkblad": ("text", "werkblad waarop de rij stond; leeg bij CSV"),
    "rijnummer": ("integer", "rij in het bestand, zoals een rekenblad haar nummert"),
    "levering_van": ("integer", "levering die deze versie bracht"),
    "levering_tot": ("integer", "levering die deze versie verving of introk; leeg: actueel"),
}
# Deliveries of several senders stand together in laad; a refused row keeps its key only: what is known of it stays.
_BATCH = {"werkblad": "text", "rijnummer": "integer", "levering_id": "integer", "geweigerd": "boolean"}


def content_columns(contract: RegisterContract) -> dict[str, str]:
    """The contract's columns that may enter, with their types."""
    return {c.naam: c.sql_type for c in contract.opgenomen}


def key_columns(contract: RegisterContract) -> list[str]:
    """What identifies a row among the current ones; a case number of one municipality says nothing in another."""
    return [*contract.sleutel, *({"gemeente"} - set(contract.sleutel))]


def raw_columns(contract: RegisterContract) -> dict[str, str]:
    return content_columns(contract) | {name: kind for name, (kind, _) in _ORIGIN.items()}


def batch_columns(contract: RegisterContract) -> dict[str, str]:
    return content_columns(contract) | _BATCH


def descriptions(contract: RegisterContract) -> dict[str, str]:
    """Dutch descriptions of the columns of `raw.<naam>`."""
    return {c.naam: c.omschrijving for c in contract.opgenomen} | {n: text for n, (_, text) in _ORIGIN.items()}


def ensure_all(settings: Settings) -> None:
    """Creates the raw tables of all registers, also of those that nobody delivers yet: the models read them."""
    with connect(settings, "lader") as connection:
        connection.execute("select pg_advisory_xact_lock(hashtext('veiligheidsbeeld.registers'))")
        for contract in load_registers().values():
            _make_raw(connection, contract)


def ensure_raw(connection: psycopg.Connection, contract: RegisterContract) -> None:
    """The raw table in the contract's present form: made when it is new, with the columns a newer contract brought."""
    if raw_columns(contract).items() - _columns(connection, "raw", contract.naam).items():
        _make_raw(connection, contract)


def _make_raw(connection: psycopg.Connection, contract: RegisterContract) -> None:
    table = sql.Identifier("raw", contract.naam)
    columns = raw_columns(contract)
    connection.execute(_create(table, columns))
    found = _columns(connection, "raw", contract.naam)
    for name in [n for n in columns if n not in found]:
        connection.execute(
            sql.SQL("alter table {} add column {} {}").format(table, sql.Identifier(name), sql.SQL(columns[name]))
        )
    connection.execute(
        sql.SQL("create unique index if not exists {} on {} ({}) nulls not distinct where levering_tot is null").format(
            sql.Identifier(f"{contract.naam}_actueel"), table, identifiers(key_columns(contract))
        )
    )
    text = f"{contract.titel}. {contract.omschrijving} Een rij: {contract.korrel}. Grondslag: {contract.grondslag}."
    connection.execute(sql.SQL("comment on table {} is {}").format(table, sql.Literal(text)))
    for name, words in descriptions(contract).items():
        connection.execute(
            sql.SQL("comment on column {}.{} is {}").format(table, sql.Identifier(name), sql.Literal(words))
        )


def ensure_batch(connection: psycopg.Connection, contract: RegisterContract) -> None:
    """The batch table in the contract's present form; unlogged, because what is lost is staged again from landing."""
    table = sql.Identifier("laad", contract.naam)
    columns = batch_columns(contract)
    if _columns(connection, "laad", contract.naam) != columns:
        connection.execute(sql.SQL("drop table if exists {} cascade").format(table))
        connection.execute(_create(table, columns, unlogged=True))


def _columns(connection: psycopg.Connection, schema: str, table: str) -> dict[str, str]:
    rows = connection.execute(
        """
        select attname, format_type(atttypid, atttypmod)
        from pg_attribute
        where attrelid = to_regclass(format('%%I.%%I', %s::text, %s::text)) and attnum > 0 and not attisdropped
        order by attnum
        """,
        [schema, table],
    ).fetchall()
    return dict(rows)


def _create(table: sql.Identifier, columns: dict[str, str], *, unlogged: bool = False) -> sql.Composed:
    lines = sql.SQL(", ").join(sql.SQL("{} {}").format(sql.Identifier(n), sql.SQL(t)) for n, t in columns.items())
    kind = sql.SQL("unlogged table" if unlogged else "table")
    return sql.SQL("create {} if not exists {} ({})").format(kind, table, lines)
