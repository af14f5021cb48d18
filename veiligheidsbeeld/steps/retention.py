"""Retention, of every kind: files and rows past their term are destroyed, and `beheer.vernietiging` says what and why.

Rows of registers go by whole months (`registers.retention`), also when a delivery is merged. A wave of respondents goes
as a whole, after the last delivery that changed it; a version that was replaced or withdrawn is of no more use than its
file, and goes with the term of files. Estimates stay.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import psycopg
from psycopg import sql

from veiligheidsbeeld.contracts import (
    RegisterContract,
    SurveyContract,
    get_contract,
    load_contracts,
    load_dropped,
)
from veiligheidsbeeld.contracts.reading import BOOKS
from veiligheidsbeeld.errors import VeiligheidsbeeldError
from veiligheidsbeeld.landing import files as land
from veiligheidsbeeld.landing.files import RegisterFile
from veiligheidsbeeld.registers.retention import expired_rows, retire
from veiligheidsbeeld.settings import TIMEZONE, Settings, this_day
from veiligheidsbeeld.steps.step import Outcome, Report, step
from veiligheidsbeeld.warehouse import connect
from veiligheidsbeeld.warehouse import deliveries as books
from veiligheidsbeeld.warehouse.deliveries import Destroyed

# Files that no dataset claims go as soon as those of the strictest ones.
_DAYS_UNCLAIMED = 30
# Who read what, and who was let in; no dataset, so not on the list of what was destroyed.
_READING_DAYS = 400
_AREAS = (*land.KEPT, *land.ASIDE)
_WITHOUT_END = timedelta(days=365_000)
_RESPONDENTS = """
    select r.ctid as plaats, r.golf, r.levering_van
    from raw.{table} as r
    inner join (
        select golf, greatest(max(levering_van), max(levering_tot)) as levering_id from raw.{table} group by golf
    ) as laatste on laatste.golf = r.golf
    inner join raw.levering as l on l.levering_id = coalesce(r.levering_tot, laatste.levering_id)
    where l.verwerkt_op < {today} - case when r.levering_tot is null then {rows} else {files} end
"""


def retention_step(
    settings: Settings, *, dry_run: bool = False, run_id: str | None = None, report: Report = print
) -> Outcome:
    """Destroys what is past its retention; with `dry_run` only reports what would go."""
    with step(settings, "vernietig", "bewaartermijnen", run_id, report) as done:
        found = carry_out(settings, dry_run=dry_run)
        for line in found:
            report(f"{line.dataset}: {line.aantal:,} {line.wat} ({line.partitie}), {line.regel}")
        if kept := without_contract(settings):
            raise VeiligheidsbeeldError(
                f"Rows without a contract, which no term destroys: {', '.join(f'raw.{name}' for name in kept)}.",
                remedy="Put the contract back, until its terms are over; or drop the table, when its owner says so.",
            )
        total = sum(line.aantal for line in found)
        verb = "would be destroyed" if dry_run else "destroyed and listed"
        text = f"{total:,} files and rows in {len(found)} parts {verb}"
        return done("gedaan" if found and not dry_run else "niets_nieuws", text, {"aantal": total})


def carry_out(settings: Settings, *, today: date | None = None, dry_run: bool = False) -> list[Destroyed]:
    """Destroys what is past its term and lists it; with `dry_run` only says what would go."""
    today = today or this_day()
    found: list[Destroyed] = []
    for contract in load_dropped().values():
        with connect(settings, "lader") as connection:
            connection.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"laad.{contract.naam}"])
            if isinstance(contract, SurveyContract):
                found += _respondents(connection, contract, today, dry_run=dry_run)
            elif isinstance(contract, RegisterContract):
                found += expired_rows(connection, contract, today) if dry_run else retire(connection, contract, today)
    with land.locked(settings, *{c.provider for c in load_dropped().values()}):
        for file, line in _expired_files(settings, today):
            found.append(line)
            if not dry_run:
                file.destroy(line.regel, today.isoformat())
    if not dry_run:
        _list_files(settings)
        _forget_readers(settings, today)
    return found


def without_contract(settings: Settings) -> list[str]:
    """Tables of raw with rows of which the contract was taken away, and its term with it. What is due of others was
    destroyed by then; the step fails every day until somebody decides."""
    with connect(settings, "lader") as connection:
        tables = connection.execute(
            """
            select relname from pg_class
            where relnamespace = 'raw'::regnamespace and relkind in ('r', 'p') and not relispartition
                -- Tables of sources, which have such a view, are open data and have no term.
                and to_regclass(format('raw.%I', relname || '_cellen')) is null
            order by relname
            """
        ).fetchall()
        known = {*BOOKS, *load_contracts()}
        strange = [name for (name,) in tables if name not in known]
        any_row = sql.SQL("select exists (select from {})")
        return [
            n for n in strange if connection.execute(any_row.format(sql.Identifier("raw", n))).fetchone() == (True,)
        ]


def _forget_readers(settings: Settings, today: date) -> None:
    limit = today - timedelta(days=_READING_DAYS)
    with connect(settings, "lader") as connection:
        connection.execute("delete from beheer.inzage where moment < %s", [limit])
        connection.execute("delete from beheer.toegang where coalesce(geldig_tot, moment::date) < %s", [limit])


def _respondents(
    connection: psycopg.Connection, contract: SurveyContract, today: date, *, dry_run: bool
) -> list[Destroyed]:
    there = connection.execute("select to_regclass(%s) is not null", [f"raw.{contract.naam}"]).fetchone()
    if there != (True,):
        return []
    term = contract.bewaartermijn
    parts = {
        "table": sql.Identifier(contract.naam),
        "today": sql.Literal(today),
        "rows": sql.Literal(timedelta(days=term.raw_dagen) if term.raw_dagen else _WITHOUT_END),
        "files": sql.Literal(timedelta(days=term.landing_dagen)),
    }
    expired = sql.SQL(_RESPONDENTS).format(**parts)
    query = sql.SQL("select golf, levering_van, count(*) from ({}) as oud group by golf, levering_van order by 1, 2")
    gone = connection.execute(query.format(expired)).fetchall()
    rule = f"respondenten {term.raw_dagen} dagen na verwerking, {term.landing_dagen} na vervanging"
    found = [Destroyed(contract.naam, "rijen", f"golf {year}, levering {nr}", count, rule) for year, nr, count in gone]
    if not dry_run:
        delete = sql.SQL("delete from raw.{table} as r using ({expired}) as oud where r.ctid = oud.plaats")
        connection.execute(delete.format(table=parts["table"], expired=expired))
        books.enlist(connection, found)
    return found


def _expired_files(settings: Settings, today: date) -> list[tuple[RegisterFile, Destroyed]]:
    """Files whose delivery was settled (merged or refused) longer ago than their contract allows."""
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
    known = load_contracts()
    found = []
    for file in land.files(settings, areas=_AREAS):
        name = file.manifest.dataset
        term = get_contract(name).bewaartermijn if name in known else None
        days = term.landing_dagen if term else _DAYS_UNCLAIMED
        moment = settled.get((name, file.name))
        if (
            moment
            and not file.destroyed
            and moment.astimezone(ZoneInfo(TIMEZONE)).date() + timedelta(days=days) < today
        ):
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
