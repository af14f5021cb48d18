"""Retention: files and rows past their term are destroyed, and `beheer.vernietiging` says what, when and why.

Rows go by whole months, before the term is over rather than after, and the record of coverage
(`raw.levering.scope`) is cut with them: a period whose rows are gone is unknown again, not zero. Of months that were
delivered in full the sums stay (`counts`): these are known as before, everything else about them is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
from psycopg import sql

from veiligheidsbeeld.contracts.register import RegisterContract, load_registers
from veiligheidsbeeld.landing import files as land
from veiligheidsbeeld.landing.files import RegisterFile
from veiligheidsbeeld.registers import counts
from veiligheidsbeeld.settings import TIMEZONE, Settings
from veiligheidsbeeld.warehouse import connect

# Files that no register claims go as soon as those of the strictest ones.
_DAYS_UNCLAIMED = 30
_ZONE = ZoneInfo(TIMEZONE)
_AREAS = (land.WAITING, land.CLEAN, land.REFUSED, land.CLOSED)


@dataclass(frozen=True)
class Destroyed:
    """One line of the list: `wat` (`bestand` or `rijen`) of which part, how many, by which rule."""

    dataset: str
    wat: str
    partitie: str
    aantal: int
    regel: str
    inhoud_sha256: str | None = None


def horizon(contract: RegisterContract, today: date | None = None) -> date:
    """The first day whose rows are still kept: the start of the first month that lies wholly within the term."""
    if contract.bewaartermijn.raw_dagen is None:
        return date.min
    oldest = (today or this_day()) - timedelta(days=contract.bewaartermijn.raw_dagen)
    return oldest if oldest.day == 1 else (oldest.replace(day=1) + timedelta(days=32)).replace(day=1)


def carry_out(settings: Settings, *, today: date | None = None, dry_run: bool = False) -> list[Destroyed]:
    """Destroys what is past its term and lists it; with `dry_run` only says what would go."""
    today = today or this_day()
    found: list[Destroyed] = []
    for contract in load_registers().values():
        with connect(settings, "lader") as connection:
            connection.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"laad.{contract.naam}"])
            found += _expired_rows(connection, contract, today) if dry_run else retire(connection, contract, today)
    with land.locked(settings):
        for file, line in _expired_files(settings, today):
            found.append(line)
            if not dry_run:
                file.destroy(line.regel, today.isoformat())
    if not dry_run:
        _list_files(settings)
    return found


def retire(connection: psycopg.Connection, contract: RegisterContract, today: date | None = None) -> list[Destroyed]:
    """Counts, destroys and lists the rows of a register past their term, all or nothing with the transaction."""
    today = today or this_day()
    gone = _expired_rows(connection, contract, today)
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


def this_day() -> date:
    return datetime.now(_ZONE).date()


def _expired_rows(connection: psycopg.Connection, contract: RegisterContract, today: date) -> list[Destroyed]:
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


def _expired_files(settings: Settings, today: date) -> list[tuple[RegisterFile, Destroyed]]:
    """Files whose delivery was settled (merged or refused) longer ago than their register allows."""
    with connect(settings, "lader") as connection:
        settled: dict[tuple[str, str], datetime] = {
            (dataset, landing): moment
            for dataset, landing, moment in connection.execute(
                """
                select dataset, landing, verwerkt_op from raw.levering where status = 'verwerkt'
                union all
                select dataset, landing, min(geweigerd_op) from quarantaine.levering group by dataset, landing
                """
            ).fetchall()
        }
    registers = load_registers()
    found = []
    for file in land.files(settings, areas=_AREAS):
        name = file.manifest.dataset
        days = registers[name].bewaartermijn.landing_dagen if name in registers else _DAYS_UNCLAIMED
        moment = settled.get((name, file.name))
        if moment and not file.destroyed and moment.astimezone(_ZONE).date() + timedelta(days=days) < today:
            rule = f"bestand {days} dagen na {'weigering' if file.reason else 'verwerking'}"
            found.append((file, Destroyed(name, "bestand", file.name, 1, rule, file.manifest.inhoud_sha256)))
    return found


def _list_files(settings: Settings) -> None:
    """Lists destroyed files from what stands in landing, so that a process that died in between loses none."""
    with connect(settings, "lader") as connection:
        known = set(
            connection.execute("select dataset, partitie from beheer.vernietiging where wat = 'bestand'").fetchall()
        )
        gone = [f for f in land.files(settings, areas=_AREAS) if f.destroyed]
        lines = [
            Destroyed(f.manifest.dataset, "bestand", f.name, 1, f.destroyed_by, f.manifest.inhoud_sha256) for f in gone
        ]
        enlist(connection, [line for line in lines if (line.dataset, line.partitie) not in known])


def enlist(connection: psycopg.Connection, lines: list[Destroyed]) -> None:
    """Writes what was destroyed into the list."""
    connection.cursor().executemany(
        "insert into beheer.vernietiging (dataset, wat, partitie, aantal, regel, inhoud_sha256)"
        " values (%s, %s, %s, %s, %s, %s)",
        [(d.dataset, d.wat, d.partitie, d.aantal, d.regel, d.inhoud_sha256) for d in lines],
    )
