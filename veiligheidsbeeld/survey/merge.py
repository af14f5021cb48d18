"""A judged wave becomes current and is estimated, in one transaction: a killed process changes nothing."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from veiligheidsbeeld.contracts.survey import SurveyContract
from veiligheidsbeeld.errors import VeiligheidsbeeldError
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.survey import differences as verschil
from veiligheidsbeeld.survey import estimate as schat
from veiligheidsbeeld.survey import stage as load
from veiligheidsbeeld.survey import tables as tabellen
from veiligheidsbeeld.survey import versions as versies
from veiligheidsbeeld.warehouse import connect, levering


@dataclass(frozen=True)
class Verslag:
    """What a wave brought; all zero when its answers were the known ones."""

    levering_id: int
    golf: int
    respondenten: int = 0
    antwoorden: int = 0
    schattingen: int = 0
    gepubliceerd: int = 0
    verschillen: int = 0
    nieuw: int = 0
    gewijzigd: int = 0
    vervallen: int = 0

    @property
    def changed(self) -> bool:
        return bool(self.nieuw or self.gewijzigd or self.vervallen)


def golf_van_levering(settings: Settings, contract: SurveyContract, levering_id: int) -> int:
    """The wave of a delivery; `VeiligheidsbeeldError` when there is no such delivery."""
    with connect(settings, "lader") as connection:
        row = connection.execute(
            "select scope ->> 'golf' from raw.levering where levering_id = %s and dataset = %s",
            [levering_id, contract.tabel],
        ).fetchone()
    if row is None:
        raise VeiligheidsbeeldError(
            f"Survey delivery {levering_id} is unknown.", remedy="`veiligheidsbeeld survey` lists what is there."
        )
    return int(row[0])


def verwerk(settings: Settings, contract: SurveyContract, levering_id: int, *, opnieuw: bool = False) -> Verslag:
    """Replaces the wave of a judged delivery and its estimates, and marks the delivery `verwerkt`.

    `opnieuw` estimates a wave that is current once more, after a change of contract or code. Raises
    `VeiligheidsbeeldError` when the delivery is not in that state.
    """
    golf = golf_van_levering(settings, contract, levering_id)
    with connect(settings, "lader") as connection:
        connection.execute("set local work_mem = '128MB'")
        # Whole sets are compared, of sizes that the planner cannot know before the tables have been analysed.
        connection.execute("set local enable_nestloop = off")
        connection.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"laad.{contract.tabel}"])
        levering.held(
            connection,
            levering_id,
            "verwerkt" if opnieuw else "gekeurd",
            dataset=contract.tabel,
            owner=contract.eigenaar.functie,
            remedy="Run `veiligheidsbeeld survey`: it takes, loads, judges and estimates what is waiting.",
        )
        report = Verslag(levering_id, golf)
        if opnieuw or load.vervang(connection, contract, levering_id, golf):
            report = _schat(connection, contract, levering_id, golf)
        counts = {k: v for k, v in asdict(report).items() if k not in ("golf", "levering_id")}
        connection.execute(
            "update raw.levering set status = 'verwerkt', verwerkt_op = coalesce(verwerkt_op, clock_timestamp()),"
            " telling = telling || %s where levering_id = %s",
            [Jsonb(counts), levering_id],
        )
        connection.execute(sql.SQL("drop table if exists {}").format(load.batch(contract, golf)))
    return report


def _schat(connection: psycopg.Connection, contract: SurveyContract, levering_id: int, golf: int) -> Verslag:
    sample = schat.Steekproef.van(load.lees_golf(connection, contract, golf), contract, golf)
    estimates, differences = schat.schat(sample, contract)
    scope = sql.SQL("golf = {}").format(sql.Literal(golf))
    changed = versies.werk_bij(connection, tabellen.SCHATTING, estimates, scope, levering_id)
    benchmarks = sql.SQL("soort = 'benchmark' and {}").format(scope)
    versies.werk_bij(connection, tabellen.VERSCHIL, differences, benchmarks, levering_id)
    compared = differences.num_rows
    if (between := verschil.tussen_golven(connection, contract, golf)) is not None:
        pairs = sql.SQL("soort = 'golf' and (golf = {0} or tegen = {0}::text)").format(sql.Literal(golf))
        versies.werk_bij(connection, tabellen.VERSCHIL, between, pairs, levering_id)
        compared += between.num_rows
    return Verslag(
        levering_id,
        golf,
        respondenten=len(sample.gemeente),
        antwoorden=int(sample.antwoord.size),
        schattingen=estimates.num_rows,
        gepubliceerd=estimates["status"].to_pylist().count("gepubliceerd"),
        verschillen=compared,
        nieuw=changed.nieuw,
        gewijzigd=changed.gewijzigd,
        vervallen=changed.vervallen,
    )
