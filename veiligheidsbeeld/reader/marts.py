"""Questions to the marts, asked as `bi_lezer`: what the answer does not hold, no page or file can show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import class_row, dict_row

from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect

ROLE = "bi_lezer"
Row = dict[str, Any]
FIGURES = """
    with chosen as (
        select
            {theme} as theme, i.indicator_code as indicator, i.regio_code as region, i.maat as measure,
            i.reeks as series, i.periode_code as period, i.periode_soort as period_kind, p.label,
            p.eind_datum as ends, i.waarde as value, i.ondergrens as lower, i.bovengrens as upper,
            i.status_waarde as state, coalesce(i.voorlopig, false) as provisional, i.bron as source,
            max(p.eind_datum) over () as newest
        from {mart} as i
        inner join kern.periode as p on i.periode_code = p.periode_code
        where i.indicator_code = any (%s) and i.regio_code = any (%s) and i.periode_soort in ('jaar', 'r12m')
    )
    select
        theme, indicator, region, measure, series, period, period_kind, label, ends, value, lower, upper, state,
        provisional, source
    from chosen
    where
        period_kind = 'jaar' and ends > newest - make_interval(years => %s)
        or period_kind = 'r12m' and ends > newest - interval '27 months'
    order by ends, period_kind, series
"""
# Rows of the plans' tables of agreed results; who asks adds the order.
AGREEMENTS = """
    select a.*, d.plan_naam
    from mart_ivp.resultaatafspraken as a
    inner join (select distinct plan_code, plan_naam from mart_ivp.doelen) as d using (plan_code)
"""


@dataclass(frozen=True, slots=True)
class Figure:
    """A value of a mart with what belongs to it; `value` is None only together with a `state` that says why."""

    theme: str
    indicator: str
    region: str
    measure: str
    series: str
    period: str
    period_kind: str
    label: str
    ends: date
    value: float | None
    lower: float | None
    upper: float | None
    state: str
    provisional: bool
    source: str

    @property
    def cell(self) -> str:
        """Where it stands, so that a figure on paper can be looked up."""
        return "|".join((self.theme, self.indicator, self.region, self.period, self.measure, self.series))


@contextmanager
def reading(settings: Settings) -> Iterator[psycopg.Connection]:
    """A connection of the reader; raises `ConfigurationError` while nothing has been published."""
    with connect(settings, ROLE) as connection:
        if not themes(connection):
            raise ConfigurationError("Nothing is published yet.", remedy="Run `veiligheidsbeeld run` first.")
        yield connection


def themes(connection: psycopg.Connection) -> dict[str, str]:
    """Code and name of every theme of which the mart is published, in order."""
    if connection.execute("select to_regclass('kern.thema') is null").fetchone() == (True,):
        return {}
    known = connection.execute("select thema, naam from kern.thema order by volgorde").fetchall()
    there = "select to_regclass(format('mart_%%s.indicatorwaarden', %s::text)) is not null"
    return {code: name for code, name in known if connection.execute(there, [code]).fetchone() == (True,)}


def has_goals(connection: psycopg.Connection) -> bool:
    """Whether the goals of the plans are published."""
    return connection.execute("select to_regclass('mart_ivp.doelen') is not null").fetchone() == (True,)


def figures(
    connection: psycopg.Connection,
    theme: str,
    *,
    indicators: Sequence[str],
    regions: Sequence[str],
    years: int,
) -> list[Figure]:
    """Years of the last `years` years, and sums of twelve months of the last two; in order of time.

    The last is the newest period that the choice has, not today: a replay of older figures ends where they end.
    """
    query = sql.SQL(FIGURES).format(theme=sql.Literal(theme), mart=sql.Identifier(f"mart_{theme}", "indicatorwaarden"))
    with connection.cursor(row_factory=class_row(Figure)) as cursor:
        return cursor.execute(query, [list(indicators), list(regions), years]).fetchall()


def second_series(connection: psycopg.Connection) -> set[tuple[str, str, str]]:
    """Indicator, region and series of which another series is the one to show (`kern.tweede_reeks`)."""
    if connection.execute("select to_regclass('kern.tweede_reeks') is null").fetchone() == (True,):
        return set()
    query = "select indicator_code, regio_code, reeks from kern.tweede_reeks"
    return set(connection.execute(query).fetchall())


def rows(connection: psycopg.Connection, query: str | sql.Composed, parameters: Any = ()) -> list[Row]:
    """Rows of a query as dictionaries."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, parameters).fetchall()  # type: ignore[arg-type]


@dataclass(frozen=True)
class Moment:
    """What is published, and since when."""

    publication: int | None
    published: str | None
    sample: bool
    made: datetime

    @property
    def published_day(self) -> date:
        """The day of the publication; that of making where there is none."""
        return date.fromisoformat(self.published[:10]) if self.published else self.made.date()


def moment(connection: psycopg.Connection, made: datetime) -> Moment:
    """The publication of the goals that is current now, and whether figures are synthetic."""
    sample = connection.execute("select bool_or(bron_soort = 'voorbeeld') from kern.levering").fetchone()
    current: tuple[int | None, str | None] | None = None
    if has_goals(connection):
        current = connection.execute(
            "select publicatie_nr, gepubliceerd_op::text from mart_ivp.doelen_historie where vervangen_op is null"
            " order by publicatie_nr desc limit 1"
        ).fetchone()
    number, published = current or (None, None)
    return Moment(number, published, bool(sample and sample[0]), made)
