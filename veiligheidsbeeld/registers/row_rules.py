"""Rules of the contract, which are SQL, over staged rows."""

from __future__ import annotations

import psycopg
from psycopg import sql

from veiligheidsbeeld.contracts.register import RegisterContract
from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.refusals import RowRefusal


def refuse(connection: psycopg.Connection, contract: RegisterContract, levering_id: int, file: str) -> list[RowRefusal]:
    """Marks rows that break a rule of the contract; says where they stand."""
    table = sql.Identifier("laad", contract.naam)
    broken = sql.SQL(
        "select ctid, {name}::text, null::text, {words}::text from {table}"
        " where levering_id = {levering} and not geweigerd and ({condition}) is false"
    )
    queries = [
        broken.format(
            name=sql.Literal(rule.naam),
            words=sql.Literal(rule.uitleg),
            table=table,
            levering=sql.Literal(levering_id),
            condition=sql.SQL(rule.voorwaarde),
        )
        for rule in contract.regels
    ]
    if not queries:
        return []
    try:
        connection.execute(
            sql.SQL("create temp table geweigerd (plek, regel, kolom, reden) on commit drop as {}").format(
                sql.SQL(" union all ").join(queries)
            )
        )
    except (psycopg.errors.SyntaxErrorOrAccessRuleViolation, psycopg.errors.DataException) as error:
        raise ConfigurationError(
            f"Register {contract.naam}: a rule of its contract is not valid SQL: {error.diag.message_primary}.",
            remedy=f"Mend `regels` in contracts/registers/{contract.naam}.yml.",
        ) from error
    rows = connection.execute(
        sql.SQL(
            """
            select coalesce(b.werkblad, ''), b.rijnummer, g.kolom, g.regel, g.reden
            from geweigerd as g
            inner join {} as b on b.ctid = g.plek
            order by b.werkblad, b.rijnummer, g.regel
            """
        ).format(table)
    ).fetchall()
    connection.execute(
        sql.SQL("update {} as b set geweigerd = true from geweigerd as g where b.ctid = g.plek").format(table)
    )
    connection.execute("drop table geweigerd")
    return [RowRefusal(file, *row) for row in rows]
