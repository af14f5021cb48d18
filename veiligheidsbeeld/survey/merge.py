"""A judged wave becomes current and is estimated, in one transaction: a killed process changes nothing."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import psycopg
import pyarrow as pa
from psycopg import sql

from veiligheidsbeeld.contracts.survey import SurveyContract
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.survey import differences, estimate, stage, tables
from veiligheidsbeeld.warehouse import connect, described, history
from veiligheidsbeeld.warehouse import deliveries as books
from veiligheidsbeeld.warehouse.copy import copy_in
from veiligheidsbeeld.warehouse.history import Batch, Counts, Kept, Scope


@dataclass(frozen=True)
class Merged:
    """What a wave brought; all zero when its answers were the known ones."""

    levering_id: int
    dataset: str
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


def merge(settings: Settings, contract: SurveyContract, levering_id: int, *, again: bool = False) -> Merged:
    """Brings the wave of a judged delivery into raw, estimates it when that changed anything, and marks it `verwerkt`.

    `again` estimates a wave that is current once more, after a change of contract or code. Raises
    `VeiligheidsbeeldError` when the delivery is not in that state.
    """
    with connect(settings, "lader") as connection:
        connection.execute("set local work_mem = '128MB'")
        # Whole sets are compared, of sizes that the planner cannot know before the tables have been analysed.
        connection.execute("set local enable_nestloop = off")
        connection.execute("select pg_advisory_xact_lock(hashtext(%s))", [f"laad.{contract.naam}"])
        status = "verwerkt" if again else "gekeurd"
        delivery = books.held(connection, levering_id, status, owner=contract.eigenaar.functie)
        year = int(delivery.scope["golf"])
        report = Merged(levering_id, contract.naam, year)
        if again or merge_respondents(connection, contract, levering_id, year).changed:
            report = _estimate(connection, contract, levering_id, year)
        counts = {k: v for k, v in asdict(report).items() if k not in ("golf", "levering_id", "dataset")}
        books.merged(connection, levering_id, counts)
        connection.execute(sql.SQL("drop table if exists {}").format(stage.batch(contract, year)))
    return report


def kept(contract: SurveyContract) -> Kept:
    """The raw table of respondents: one row each, by the hash that stands for a person in one wave."""
    keys = ("golf", "respondent")
    compared = tuple(name for name in stage.column_types(contract) if name not in keys)
    return Kept(sql.Identifier("raw", contract.naam), keys, compared)


def merge_respondents(connection: psycopg.Connection, contract: SurveyContract, levering_id: int, year: int) -> Counts:
    """Respondents who answered the same keep their version; others get a new one."""
    batch = Batch(stage.batch(contract, year))
    return history.merge(connection, kept(contract), batch, levering_id, Scope(_of_wave(year)))


def _renew(
    connection: psycopg.Connection, name: str, rows: pa.Table, scope: sql.Composable, levering_id: int
) -> Counts:
    """Makes these rows all that is current within a scope, also when this delivery was estimated before."""
    target = tables.kept(name)
    columns = [*target.keys, *target.compared]
    connection.execute(
        sql.SQL("create temp table nieuw on commit drop as select {} from {} where false").format(
            described.identifiers(columns), target.table
        )
    )
    copy_in(connection, sql.Identifier("nieuw"), rows.select(columns))
    connection.execute("analyze nieuw")
    history.take_back(connection, target, levering_id, scope)
    counts = history.merge(connection, target, Batch(sql.Identifier("nieuw")), levering_id, Scope(scope))
    connection.execute("drop table nieuw")
    return counts


def _of_wave(year: int) -> sql.Composed:
    return sql.SQL("golf = {}").format(sql.Literal(year))


def _estimate(connection: psycopg.Connection, contract: SurveyContract, levering_id: int, year: int) -> Merged:
    sample = estimate.Sample.of(stage.read_wave(connection, contract, year), contract, year)
    estimated, compared_regions = estimate.estimate(sample, contract)
    scope = _of_wave(year)
    changed = _renew(connection, tables.ESTIMATES, estimated, scope, levering_id)
    benchmarks = sql.SQL("soort = 'benchmark' and {}").format(scope)
    _renew(connection, tables.DIFFERENCES, compared_regions, benchmarks, levering_id)
    compared = compared_regions.num_rows
    if (between := differences.between_waves(connection, contract, year)) is not None:
        pairs = sql.SQL("soort = 'golf' and (golf = {0} or tegen = {0}::text)").format(sql.Literal(year))
        _renew(connection, tables.DIFFERENCES, between, pairs, levering_id)
        compared += between.num_rows
    return Merged(
        levering_id,
        contract.naam,
        year,
        respondenten=len(sample.municipality),
        antwoorden=int(sample.answers.size),
        schattingen=estimated.num_rows,
        gepubliceerd=estimated["status"].to_pylist().count("gepubliceerd"),
        verschillen=compared,
        nieuw=changed.nieuw,
        gewijzigd=changed.gewijzigd,
        vervallen=changed.vervallen,
    )
