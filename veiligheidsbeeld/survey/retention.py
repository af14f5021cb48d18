"""Retention of the survey: files and respondents past their term are destroyed and listed; estimates stay.

A wave that another delivery replaced is of no more use than its file, and goes with the term of files.
"""

from __future__ import annotations

from datetime import date, timedelta

import psycopg
from psycopg import sql

from veiligheidsbeeld.contracts.survey import SurveyContract
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.survey.take import files
from veiligheidsbeeld.warehouse import connect
from veiligheidsbeeld.warehouse.deliveries import Destroyed, enlist

_DELIVERIES = """
    select r.golf, r.levering_van, count(*)
    from raw.{tabel} as r
    inner join raw.levering as van on van.levering_id = r.levering_van
    left join raw.levering as tot on tot.levering_id = r.levering_tot
    where van.verwerkt_op < {today} - {rows} or tot.verwerkt_op < {today} - {files}
    group by r.golf, r.levering_van
"""


def destroy_expired(
    settings: Settings, contract: SurveyContract, *, today: date, dry_run: bool = False
) -> list[Destroyed]:
    """Destroys what is past its term and lists it; with `dry_run` only says what would go."""
    term = contract.bewaartermijn
    with connect(settings, "lader") as connection:
        connection.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"laad.{contract.tabel}"])
        found = []
        for year, number, count in _expired(connection, contract, today):
            rule = f"respondenten {term.raw_dagen} dagen na verwerking, {term.landing_dagen} na vervanging"
            found.append(Destroyed(contract.tabel, "rijen", f"golf {year}, levering {number}", count, rule))
            if not dry_run:
                table = sql.Identifier("raw", contract.tabel)
                connection.execute(sql.SQL("delete from {} where levering_van = %s").format(table), [number])
        settled = connection.execute(
            "select landing from raw.levering where dataset = %(dataset)s and verwerkt_op < %(limit)s"
            " union select landing from quarantaine.levering where dataset = %(dataset)s and geweigerd_op < %(limit)s",
            {"dataset": contract.tabel, "limit": today - timedelta(days=term.landing_dagen)},
        ).fetchall()
        for file in files(settings, contract):
            if (file.name,) in settled and not file.destroyed:
                rule = f"bestand {term.landing_dagen} dagen na verwerking of weigering"
                digest = file.manifest.inhoud_sha256
                found.append(Destroyed(contract.tabel, "bestand", file.name, 1, rule, digest))
                if not dry_run:
                    file.path.chmod(0o700)
                    file.destroy(rule, today.isoformat())
        if not dry_run:
            enlist(connection, found)
    return found


def _expired(connection: psycopg.Connection, contract: SurveyContract, today: date) -> list[tuple[int, int, int]]:
    there = connection.execute("select to_regclass(%s) is not null", [f"raw.{contract.tabel}"]).fetchone()
    days = contract.bewaartermijn.raw_dagen
    if there != (True,):
        return []
    return connection.execute(
        sql.SQL(_DELIVERIES).format(  # type: ignore[arg-type]
            tabel=sql.Identifier(contract.tabel),
            today=sql.Literal(today),
            rows=sql.Literal(timedelta(days=days or 365_000)),
            files=sql.Literal(timedelta(days=contract.bewaartermijn.landing_dagen)),
        )
    ).fetchall()
