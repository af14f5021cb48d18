"""Reads the goals' monthly series, projects them to their horizons, and keeps projections and back-test."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import psycopg
from psycopg import sql

from veiligheidsbeeld.goals import tables
from veiligheidsbeeld.goals.projection import AHEAD, NONE, back_test, project
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect

# Over how many years the projection is tried on the past.
YEARS = 5

Series = dict[tuple[str, str], dict[int, float]]


def schema(*, looking_back: bool = False) -> str:
    return "peilmoment_intermediate" if looking_back else "intermediate"


def calculate(settings: Settings, *, looking_back: bool = False) -> dict[str, int]:
    """Projections and back-test of what `basis` built; rows per table. The same series give the same rows."""
    place = schema(looking_back=looking_back)
    with connect(settings, "transform") as connection:
        tables.ensure(connection, place)
        series, horizons = _series(connection, place), _horizons(connection, place)
        return {
            tables.PROJECTIE: tables.replace(connection, place, tables.PROJECTIE, _projections(series, horizons)),
            tables.TERUGTOETS: tables.replace(connection, place, tables.TERUGTOETS, _back_tests(series, set(horizons))),
        }


def _series(connection: psycopg.Connection, place: str) -> Series:
    query = sql.SQL("select indicator_code, regio_code, maand_index, waarde from {}").format(
        sql.Identifier(place, "int_doelmaand")
    )
    found: Series = defaultdict(dict)
    for indicator, region, month, value in connection.execute(query):
        found[indicator, region][month] = value
    return found


def _horizons(connection: psycopg.Connection, place: str) -> dict[tuple[str, str], set[date]]:
    query = sql.SQL("select indicator_code, regio_code, horizon from {} where maat = 'aantal'").format(
        sql.Identifier(place, "int_doel")
    )
    found: dict[tuple[str, str], set[date]] = defaultdict(set)
    for indicator, region, horizon in connection.execute(query):
        if horizon:
            found[indicator, region].add(horizon)
    return found


def _projections(series: Series, horizons: dict[tuple[str, str], set[date]]) -> Iterator[tuple]:
    for key in sorted(horizons):
        known = series.get(key)
        if not known:
            continue
        last = max(known)
        for horizon in sorted(horizons[key]):
            upto = horizon.year * 12 + horizon.month - 1
            found = project(known, upto)
            seen = sum(upto - 11 <= m <= upto for m in known)
            month = date(last // 12, last % 12 + 1, 1)
            if found is None:
                yield (*key, horizon, None, None, None, None, None, None, len(known), seen, month, NONE)
                continue
            error = found.sd_niveau() / found.verwacht if found.verwacht else None
            bounds = (*found.interval(0.80), *found.interval(0.95))
            yield (*key, horizon, found.verwacht, *bounds, error, found.months, seen, month, found.method)


def _back_tests(series: Series, wanted: set[tuple[str, str]]) -> Iterator[tuple]:
    for key in sorted(wanted & series.keys()):
        known = series[key]
        first = max(known) - 12 * YEARS
        for ahead in AHEAD:
            for origin, became, found, naive in back_test(known, ahead, first):
                low80, high80 = found.interval(0.80)
                low95, high95 = found.interval(0.95)
                yield (
                    *key, date(origin // 12, origin % 12 + 1, 1), ahead, became, found.verwacht,
                    low80 <= became <= high80, low95 <= became <= high95,
                    abs(became - found.verwacht), abs(became - naive), found.method,
                )  # fmt: skip
