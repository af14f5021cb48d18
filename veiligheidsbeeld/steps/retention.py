"""Retention: files and rows past their term are destroyed, and `beheer.vernietiging` says what, when and why.

Rows go by whole months, before the term is over rather than after, and the record of coverage
(`raw.levering.scope`) is cut with them: a period whose rows are gone is unknown again, not zero. Of months that were
delivered in full the sums stay (`counts`): these are known as before, everything else about them is not.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from veiligheidsbeeld.contracts.register import load_registers
from veiligheidsbeeld.landing import files as land
from veiligheidsbeeld.landing.files import RegisterFile
from veiligheidsbeeld.registers.retention import ZONE, expired_rows, retire, this_day
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect
from veiligheidsbeeld.warehouse import deliveries as books
from veiligheidsbeeld.warehouse.deliveries import Destroyed

# Files that no register claims go as soon as those of the strictest ones.
_DAYS_UNCLAIMED = 30
_AREAS = (land.WAITING, land.CLEAN, land.REFUSED, land.CLOSED)


def carry_out(settings: Settings, *, today: date | None = None, dry_run: bool = False) -> list[Destroyed]:
    """Destroys what is past its term and lists it; with `dry_run` only says what would go."""
    today = today or this_day()
    found: list[Destroyed] = []
    for contract in load_registers().values():
        with connect(settings, "lader") as connection:
            connection.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"laad.{contract.naam}"])
            found += expired_rows(connection, contract, today) if dry_run else retire(connection, contract, today)
    with land.locked(settings):
        for file, line in _expired_files(settings, today):
            found.append(line)
            if not dry_run:
                file.destroy(line.regel, today.isoformat())
    if not dry_run:
        _list_files(settings)
    return found


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
        if moment and not file.destroyed and moment.astimezone(ZONE).date() + timedelta(days=days) < today:
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
        books.enlist(connection, [line for line in lines if (line.dataset, line.partitie) not in known])
