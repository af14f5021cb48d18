"""Reads the goals' monthly series, projects them to their horizons, and says in a sentence how every goal stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from veiligheidsbeeld.goals import tables
from veiligheidsbeeld.goals.projection import AHEAD, NONE, back_test, project
from veiligheidsbeeld.goals.sentences import FEW, sentence
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect

# Over how many years the projection is tried on the past.
YEARS = 5

Series = dict[tuple[str, str], dict[int, float]]


def schema(*, looking_back: bool = False) -> str:
    return "peilmoment_intermediate" if looking_back else "intermediate"


def calculate(settings: Settings, *, looking_back: bool = False) -> dict[str, int]:
    """Projections, back-test and sentences of what `basis` built; rows per table. The same again gives the same."""
    place = schema(looking_back=looking_back)
    with connect(settings, "transform") as connection:
        tables.ensure(connection, place)
        series, horizons = _series(connection, place), _horizons(connection, place)
        made = {
            tables.PROJECTION: _projections(series, horizons),
            tables.BACK_TEST: _back_tests(series, set(horizons)),
        }
        rows = {name: tables.replace(connection, place, name, found) for name, found in made.items()}
        # The status of a goal may rest on its projection.
        return rows | {
            tables.SENTENCE: tables.replace(connection, place, tables.SENTENCE, _sentences(connection, place))
        }


def _sentences(connection: psycopg.Connection, place: str) -> list[tuple[str, str, str]]:
    query = sql.SQL(
        """
        select s.*, k.ontbreekt, g.naam as tegen_naam, g.bijvoeglijk,
            exists (
                select from {} as a
                where a.indicator_code = s.indicator_code and a.regio_code = s.regio_code and a.noemer < {}
                    and a.periode_code in (s.periode_code, s.nulmeting_jaar || 'JJ00')
            ) as weinig_zaken
        from {} as s
        left join {} as k on s.doel_code = k.doel_code and s.regio_code = k.regio_code
        left join {} as g on coalesce(s.tegen_code, s.benchmark_gebied) = g.regio_code
        order by s.doel_code, s.regio_code
        """
    ).format(
        sql.Identifier(place, "int_doel_aandeel"),
        FEW,
        *(sql.Identifier(place, name) for name in ("int_doelstatus", "int_doel_dekking", "vergelijkingsgebied")),
    )
    with connection.cursor(row_factory=dict_row) as cursor:
        return [(goal["doel_code"], goal["regio_code"], sentence(goal)) for goal in cursor.execute(query)]


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
