"""A judged wave becomes current and is estimated, in one transaction: a killed process changes nothing."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import psycopg
from psycopg import sql

from veiligheidsbeeld.contracts.survey import SurveyContract
from veiligheidsbeeld.errors import VeiligheidsbeeldError
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.survey import differences, estimate, stage, tables, versions
from veiligheidsbeeld.warehouse import connect
from veiligheidsbeeld.warehouse import deliveries as books


@dataclass(frozen=True)
class Merged:
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


def wave_of_delivery(settings: Settings, contract: SurveyContract, levering_id: int) -> int:
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


def merge(settings: Settings, contract: SurveyContract, levering_id: int, *, again: bool = False) -> Merged:
    """Replaces the wave of a judged delivery and its estimates, and marks the delivery `verwerkt`.

    `again` estimates a wave that is current once more, after a change of contract or code. Raises
    `VeiligheidsbeeldError` when the delivery is not in that state.
    """
    year = wave_of_delivery(settings, contract, levering_id)
    with connect(settings, "lader") as connection:
        connection.execute("set local work_mem = '128MB'")
        # Whole sets are compared, of sizes that the planner cannot know before the tables have been analysed.
        connection.execute("set local enable_nestloop = off")
        connection.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"laad.{contract.tabel}"])
        books.held(connection, levering_id, "verwerkt" if again else "gekeurd", owner=contract.eigenaar.functie)
        report = Merged(levering_id, year)
        if again or stage.replace(connection, contract, levering_id, year):
            report = _estimate(connection, contract, levering_id, year)
        counts = {k: v for k, v in asdict(report).items() if k not in ("golf", "levering_id")}
        books.merged(connection, levering_id, counts)
        connection.execute(sql.SQL("drop table if exists {}").format(stage.batch(contract, year)))
    return report


def _estimate(connection: psycopg.Connection, contract: SurveyContract, levering_id: int, year: int) -> Merged:
    sample = estimate.Sample.of(stage.read_wave(connection, contract, year), contract, year)
    estimated, compared_regions = estimate.estimate(sample, contract)
    scope = sql.SQL("golf = {}").format(sql.Literal(year))
    changed = versions.update(connection, tables.ESTIMATES, estimated, scope, levering_id)
    benchmarks = sql.SQL("soort = 'benchmark' and {}").format(scope)
    versions.update(connection, tables.DIFFERENCES, compared_regions, benchmarks, levering_id)
    compared = compared_regions.num_rows
    if (between := differences.between_waves(connection, contract, year)) is not None:
        pairs = sql.SQL("soort = 'golf' and (golf = {0} or tegen = {0}::text)").format(sql.Literal(year))
        versions.update(connection, tables.DIFFERENCES, between, pairs, levering_id)
        compared += between.num_rows
    return Merged(
        levering_id,
        year,
        respondenten=len(sample.municipality),
        antwoorden=int(sample.answers.size),
        schattingen=estimated.num_rows,
        gepubliceerd=estimated["status"].to_pylist().count("gepubliceerd"),
        verschillen=compared,
        nieuw=changed.new,
        gewijzigd=changed.changed,
        vervallen=changed.gone,
    )
