"""Tables of registers, derived from the contract: `raw.<naam>` with history, `laad.<naam>` with what was delivered."""

from __future__ import annotations

import psycopg
from psycopg import sql

from veiligheidsbeeld.contracts.register import RegisterContract, load_registers
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import described
from veiligheidsbeeld.warehouse.connection import connect

_ORIGIN = {
    "bestand": ("text", "bestand waarin de rij stond"),
    "werkblad": ("text", "werkblad waarop de rij stond; leeg bij CSV"),
    "rijnummer": ("integer", "rij in het bestand, zoals een rekenblad haar nummert"),
    **{name: ("integer", text) for name, text in described.HISTORY.items()},
}
# Deliveries of several senders stand together in laad; a refused row keeps its key only: what is known of it stays.
# One past its term waits there to be counted, and does not come into raw.
_BATCH = {
    "werkblad": "text",
    "rijnummer": "integer",
    "levering_id": "integer",
    "geweigerd": "boolean",
    "verlopen": "boolean",
}


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
    if raw_columns(contract).items() - described.present(connection, "raw", contract.naam).items():
        _make_raw(connection, contract)


def _make_raw(connection: psycopg.Connection, contract: RegisterContract) -> None:
    described.ensure(
        connection,
        "raw",
        contract.naam,
        raw_columns(contract),
        title=f"{contract.titel}. {contract.omschrijving} Een rij: {contract.korrel}. Grondslag: {contract.grondslag}.",
        descriptions=descriptions(contract),
    )
    connection.execute(
        sql.SQL("create unique index if not exists {} on {} ({}) nulls not distinct where levering_tot is null").format(
            sql.Identifier(f"{contract.naam}_actueel"),
            sql.Identifier("raw", contract.naam),
            described.identifiers(key_columns(contract)),
        )
    )


def ensure_batch(connection: psycopg.Connection, contract: RegisterContract) -> None:
    """The batch table in the contract's present form; unlogged, because what is lost is staged again from landing."""
    columns = batch_columns(contract)
    if described.present(connection, "laad", contract.naam) != columns:
        table = sql.Identifier("laad", contract.naam)
        connection.execute(sql.SQL("drop table if exists {} cascade").format(table))
        described.create(connection, "laad", contract.naam, columns, unlogged=True)
