"""What only the database can say of staged rows: the contract's rules, keys that occur twice, rows past retention."""

from __future__ import annotations

import psycopg
from psycopg import sql

from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.load.ddl import identifiers
from veiligheidsbeeld.registers import ddl
from veiligheidsbeeld.registers.contract import RegisterContract
from veiligheidsbeeld.registers.findings import RowRefusal
from veiligheidsbeeld.registers.merge import horizon


def leave_out_expired(connection: psycopg.Connection, contract: RegisterContract, levering_id: int) -> int:
    """Removes rows that would be destroyed at once; how many."""
    query = sql.SQL("delete from {} where levering_id = {} and {} < {}").format(
        sql.Identifier("laad", contract.naam),
        sql.Literal(levering_id),
        sql.Identifier(contract.scope_datum),
        horizon(contract),
    )
    return connection.execute(query).rowcount


def leave_out_doubles(connection: psycopg.Connection, contract: RegisterContract, levering_id: int) -> int:
    """Removes all but the first of rows that say the same; how many."""
    query = sql.SQL(
        """
        delete from {table} as b using (
            select ctid as plek, row_number() over (partition by {columns} order by werkblad, rijnummer) as nr
            from {table}
            where levering_id = {levering} and not geweigerd
        ) as d
        where d.plek = b.ctid and d.nr > 1
        """
    ).format(
        table=sql.Identifier("laad", contract.naam),
        columns=identifiers(list(ddl.content_columns(contract))),
        levering=sql.Literal(levering_id),
    )
    if not _has_doubles(connection, contract, levering_id):
        return 0
    return connection.execute(query).rowcount


def _has_doubles(connection: psycopg.Connection, contract: RegisterContract, levering_id: int) -> bool:
    """Whether any key occurs twice: a cheap question, and mostly the answer is no."""
    query = sql.SQL(
        "select exists (select from {} where levering_id = {} and not geweigerd group by {} having count(*) > 1)"
    ).format(sql.Identifier("laad", contract.naam), sql.Literal(levering_id), identifiers(ddl.key_columns(contract)))
    return connection.execute(query).fetchone() == (True,)


def refuse(connection: psycopg.Connection, contract: RegisterContract, levering_id: int, file: str) -> list[RowRefusal]:
    """Marks rows that break a rule of the contract, or share their key with another; says where they stand."""
    table = sql.Identifier("laad", contract.naam)
    keys = ddl.key_columns(contract)
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
    words = f"de sleutel ({', '.join(keys)}) staat vaker in het bestand, met verschillende inhoud"
    if _has_doubles(connection, contract, levering_id):
        queries.append(
            sql.SQL(
                """
                select t.plek, 'sleutel_dubbel', {column}, {words}
                from (
                    select ctid as plek, count(*) over (partition by {keys}) as aantal
                    from {table}
                    where levering_id = {levering} and not geweigerd
                ) as t
                where t.aantal > 1
                """
            ).format(
                column=sql.Literal(contract.sleutel[-1]),
                words=sql.Literal(words),
                keys=identifiers(keys),
                table=table,
                levering=sql.Literal(levering_id),
            )
        )
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
