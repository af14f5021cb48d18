"""Retention of register rows: by whole months they are counted, destroyed and listed, and the coverage is cut.

Before the term is over rather than after, and the record of coverage (`raw.levering.scope`) is cut with them: a period
whose rows are gone is unknown again, not zero. Of months that were delivered in full the sums stay (`counts`): these
are known as before, everything else about them is not.
"""

from __future__ import annotations

from datetime import date, timedelta

import psycopg
from psycopg import sql

from veiligheidsbeeld.contracts.register import RegisterContract
from veiligheidsbeeld.registers import counts
from veiligheidsbeeld.settings import this_day
from veiligheidsbeeld.warehouse.deliveries import Destroyed, enlist


def horizon(contract: RegisterContract, today: date | None = None) -> date:
    """The first day whose rows are still kept: the start of the first month that lies wholly within the term."""
    if contract.bewaartermijn.raw_dagen is None:
        return date.min
    oldest = (today or this_day()) - timedelta(days=contract.bewaartermijn.raw_dagen)
    return oldest if oldest.day == 1 else (oldest.replace(day=1) + timedelta(days=32)).replace(day=1)


def retire(connection: psycopg.Connection, contract: RegisterContract, today: date | None = None) -> list[Destroyed]:
    """Counts, destroys and lists the rows of a register past their term, all or nothing with the transaction."""
    today = today or this_day()
    gone = expired_rows(connection, contract, today)
    limit = horizon(contract, today)
    if limit == date.min:
        return []
    counts.keep_known(connection, contract, limit.isoformat())
    query = sql.SQL("delete from {} where {} < %s").format(
        sql.Identifier("raw", contract.naam), sql.Identifier(contract.scope_datum)
    )
    connection.execute(query, [limit])
    _cut_coverage(connection, contract, limit)
    enlist(connection, gone)
    return gone


def cut_delivery(connection: psycopg.Connection, levering_id: int, limit: date) -> None:
    """Lets a delivery speak for what is still kept; where it began is remembered until it is merged."""
    connection.execute(
        """
        update raw.levering
        set scope = scope || jsonb_build_object(
            'van', least(scope ->> 'tot', %(limit)s),
            'verlopen_van', coalesce(scope ->> 'verlopen_van', scope ->> 'van')
        )
        where levering_id = %(levering)s and scope ->> 'van' < least(scope ->> 'tot', %(limit)s)
        """,
        {"levering": levering_id, "limit": limit.isoformat()},
    )


def expired_rows(connection: psycopg.Connection, contract: RegisterContract, today: date) -> list[Destroyed]:
    days = contract.bewaartermijn.raw_dagen
    there = connection.execute(
        "select to_regclass(format('raw.%%I', %s::text)) is not null", [contract.naam]
    ).fetchone()
    if days is None or there != (True,):
        return []
    query = sql.SQL(
        "select gemeente || ' ' || extract(year from {day}), count(*) from {table} where {day} < %s"
        " group by 1 order by 1"
    ).format(day=sql.Identifier(contract.scope_datum), table=sql.Identifier("raw", contract.naam))
    rule = f"rijen {days} dagen na {contract.scope_datum}, per hele maand"
    rows = connection.execute(query, [horizon(contract, today)]).fetchall()
    return [Destroyed(contract.naam, "rijen", part, count, rule) for part, count in rows]


def _cut_coverage(connection: psycopg.Connection, contract: RegisterContract, limit: date) -> None:
    connection.execute(
        """
        update raw.levering
        set scope = scope || jsonb_build_object('van', least(scope ->> 'tot', %(limit)s))
        where dataset = %(dataset)s and status = 'verwerkt' and scope ->> 'van' < least(scope ->> 'tot', %(limit)s)
        """,
        {"dataset": contract.naam, "limit": limit.isoformat()},
    )
