"""Municipalities beside all of their size in the country, where the marts hold the figures of all of these."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from veiligheidsbeeld.reader.marts import Figure

# What `benchmark_code` is called for a class that `kern.regio` numbers.
PREFIX = "GK"
# A class has one figure, however many municipalities are held against it.
FIGURES = """
    select
        {theme} as theme, b.indicator_code as indicator, b.benchmark_code as region, 'per_1000' as measure,
        b.reeks as series, b.periode_code as period, b.periode_soort as period_kind, p.label, p.eind_datum as ends,
        b.benchmark_waarde as value, null::double precision as lower, null::double precision as upper,
        'gepubliceerd' as state, bool_or(coalesce(b.voorlopig, false)) as provisional, b.bron as source
    from {mart} as b
    inner join kern.periode as p on b.periode_code = p.periode_code
    where b.benchmark_niveau = 'grootteklasse' and b.indicator_code = any (%s) and b.benchmark_waarde is not null
    group by 2, 3, 5, 6, 7, 8, 9, 10, 15
"""
MEMBERS = """
    select grootteklasse, count(*) from kern.regio
    where niveau = 'gemeente' and geldig_tot is null and grootteklasse is not null
    group by 1
"""


def figures(connection: psycopg.Connection, theme: str, indicators: Sequence[str]) -> list[Figure]:
    """Rates of the classes of which every municipality has its figure; none where the theme has no rates."""
    if connection.execute("select to_regclass(%s) is null", [f"mart_{theme}.benchmark"]).fetchone() == (True,):
        return []
    query = sql.SQL(FIGURES).format(theme=sql.Literal(theme), mart=sql.Identifier(f"mart_{theme}", "benchmark"))
    with connection.cursor(row_factory=class_row(Figure)) as cursor:
        return cursor.execute(query, [list(indicators)]).fetchall()


def members(connection: psycopg.Connection) -> dict[str, int]:
    """How many municipalities the country has of each class."""
    return {f"{PREFIX}{number}": count for number, count in connection.execute(MEMBERS).fetchall()}
