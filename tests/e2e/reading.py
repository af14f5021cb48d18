"""What a reader finds: views that a BI tool can open as they are, and queries as such tools write them.

Each check takes a published warehouse and works as `bi_lezer`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg

from tests.e2e.raw_rows import Raw
from tests.places import PROVINCE, PROVINCE_TITLE, TOWN, TOWN_NAME
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect

# What a preview may touch, in blocks of 8 kB: a block in memory costs about a microsecond.
MOST_BLOCKS = 1_000_000
STARS = (
    "select p.jaar, r.provincie_code, sum(i.waarde) from {mart}.indicatorwaarden as i"
    " inner join kern.regio as r using (regio_code) inner join kern.periode as p using (periode_code)"
    " where i.periode_soort = 'jaar' and i.niveau = 'gemeente' and i.maat = 'aantal' group by 1, 2",
    "select i.*, r.naam, p.begin_datum from {mart}.indicatorwaarden as i inner join kern.regio as r using (regio_code)"
    " inner join kern.periode as p using (periode_code) limit 1000",
    "select extract(year from begin_datum), provincie, sum(aantal) from {mart}.cijfers"
    " where periode_soort = 'jaar' and niveau = 'gemeente' group by 1, 2",
)
# Of a few figures: these run, and are not planned by what columns hold apart.
FEW = (
    "select r.naam, i.waarde from {mart}.indicatorwaarden as i inner join kern.regio as r using (regio_code)"
    f" where i.indicator_code = 'MIS-3.7.4' and i.niveau = 'gemeente' and r.provincie_code = '{PROVINCE}'"
    " and i.periode_code = '2025JJ00' and i.maat = 'per_1000' order by 2 desc",
    "select begin_datum, regio, aantal, per_1000, per_1000_nederland from {mart}.cijfers"
    f" where regio = '{TOWN_NAME}' and indicator_code = 'MIS-3.7.4' and periode_soort = 'maand' order by 1",
    "select regio, per_1000 from {mart}.cijfers_per_jaar where indicator_code = 'MIS-3.7.4' and is_laatste",
)
# Of figures by the names of what they are about, as people choose them in a filter.
NAMED = (
    "select status, count(*) from {mart}.cijfers where indicator = '{name}' and niveau = 'gemeente' group by 1",
    "select eind_datum, per_1000, per_1000_nederland from {mart}.cijfers"
    f" where indicator = '{{name}}' and regio = '{TOWN_NAME}' and periode_soort = 'maand'",
    "select begin_datum, sum(aantal) from {mart}.cijfers_per_maand where indicator = '{name}' group by 1",
)


def views(connection: psycopg.Connection) -> list[str]:
    """Every view that a reader sees."""
    rows = connection.execute(
        "select format('%I.%I', schemaname, viewname) from pg_views"
        " where schemaname = 'kern' or schemaname like 'mart\\_%' order by 1"
    )
    return [name for (name,) in rows]


def time_axis(settings: Settings) -> None:
    """The rule of Superset and Metabase: the first date or timestamp column is the time axis."""
    with connect(settings, "bi_lezer") as connection:
        columns = connection.execute(
            "select format('%I.%I', table_schema, table_name), column_name, data_type from information_schema.columns"
            " where (table_schema = 'kern' or table_schema like 'mart\\_%')"
            " and data_type ~ '^(date|time)' order by 1, ordinal_position"
        ).fetchall()
    first = {view: (column, kind) for view, column, kind in reversed(columns)}
    assert {view: found for view, found in first.items() if found[0] not in ("begin_datum", "eind_datum")} == {}
    assert [column for column in columns if column[2] != "date"] == [], (
        "a moment is text, or a tool takes it for a date"
    )
    with connect(settings, "bi_lezer") as connection:
        wide = {name for name in views(connection) if "cijfers" in name or name.endswith("indicatorwaarden")}
        assert wide and wide <= first.keys()


def described(settings: Settings) -> None:
    """Every view and column says what it is, and `kern.kolom` says the same."""
    with connect(settings, "bi_lezer") as connection:
        silent = connection.execute(
            "select schema, tabel, kolom from kern.kolom"
            " where coalesce(omschrijving, '') = '' or coalesce(omschrijving_tabel, '') = ''"
        ).fetchall()
        assert silent == []
        counted = connection.execute(
            "select count(*) from information_schema.columns"
            " where table_schema = 'kern' or table_schema like 'mart\\_%'"
        ).fetchone()
        assert connection.execute("select count(*) from kern.kolom").fetchone() == counted
        units = connection.execute(
            "select distinct kolom, eenheid from kern.kolom where tabel = 'cijfers' and kolom in ('aantal', 'per_1000')"
        ).fetchall()
        assert sorted(units) == [("aantal", "Aantal"), ("per_1000", "Per 1.000 inwoners")]


def previews(settings: Settings) -> None:
    """The first thousand rows of every view are there without reading what is behind them."""
    with connect(settings, "bi_lezer") as connection:
        work = {
            name: explain(connection, f"select * from {name} limit 1000", "analyze, buffers")
            for name in views(connection)
        }
    touched = {name: plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] for name, plan in work.items()}
    assert {name: blocks for name, blocks in touched.items() if blocks > MOST_BLOCKS} == {}


def stars(settings: Settings, mart: str) -> None:
    """Queries of dashboards run, planned on what is there: within a factor ten on every scan."""
    with connect(settings, "bi_lezer") as connection:
        for query in FEW:
            assert connection.execute(query.format(mart=mart)).fetchall()  # type: ignore[arg-type]
        for query in STARS:
            plan = explain(connection, query.format(mart=mart), "analyze")
            wrong = [
                scan for scan in scans(plan, limited="limit" in query) if not scan[1] / 10 <= scan[2] <= scan[1] * 10
            ]
            assert (query, wrong) == (query, [])


def names_reach_series(settings: Settings, mart: str, indicator: str) -> None:
    """A filter on a name is carried out before the figures are read: no part of the store is read whole."""
    with connect(settings, "bi_lezer") as connection:
        (name,) = connection.execute(
            "select naam from kern.indicator where indicator_code = %s", [indicator]
        ).fetchone()  # type: ignore[misc]
        for query in NAMED:
            plan = explain(connection, query.format(mart=mart, name=name), "analyze")
            assert (query, [node for node in nodes(plan) if whole(node)]) == (query, [])


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", []):
        yield from nodes(part)


def whole(node: dict[str, Any]) -> bool:
    return node["Node Type"] == "Seq Scan" and "__indicatorwaarden__" in node["Relation Name"]


def explain(connection: psycopg.Connection, query: str, options: str) -> dict[str, Any]:
    (plan,) = connection.execute(f"explain ({options}, format json) {query}").fetchone()  # type: ignore[misc, arg-type]
    return plan[0]["Plan"]


def scans(plan: dict[str, Any], *, limited: bool) -> Iterator[tuple[str, float, float]]:
    """Relation, rows expected and found of the scans carried out; a row is the least that is expected of one.

    A scan below a limit stops when it has enough, so that it finds less than there is.
    """
    if "Relation Name" in plan and plan["Actual Loops"]:
        expected, actual = max(1.0, plan["Plan Rows"]), max(1.0, plan["Actual Rows"])
        if not (limited and actual < expected):
            yield plan["Relation Name"], expected, actual
    for part in plan.get("Plans", []):
        yield from scans(part, limited=limited)


def one_row_per_figure(settings: Settings, mart: str) -> None:
    with connect(settings, "bi_lezer") as connection:
        twice = connection.execute(
            f"select indicator_code, regio_code, periode_code from {mart}.cijfers"  # type: ignore[arg-type]
            " group by 1, 2, 3 having count(*) > 1"
        ).fetchall()
        assert twice == []
        lost = connection.execute(
            "select distinct indicator_code, regio_code, periode_code from"  # type: ignore[arg-type]
            f" {mart}.indicatorwaarden except select indicator_code, regio_code, periode_code from {mart}.cijfers"
        ).fetchall()
        assert lost == []


def codes_have_names(settings: Settings) -> None:
    """Every code of a list stands in `kern.label`, in whatever view it occurs."""
    with connect(settings, "bi_lezer") as connection:
        lists = dict(connection.execute("select lijst, array_agg(code) from kern.label group by lijst").fetchall())
        columns: dict[str, dict[str, str]] = {}
        for view, table, column in connection.execute(
            "select format('%I.%I', table_schema, table_name), table_name, column_name from information_schema.columns"
            " where (table_schema = 'kern' or table_schema like 'mart\\_%') and table_name !~ '(_historie$|^cijfers)'"
        ):
            if (name := code_list(table, column)) in lists:
                columns.setdefault(view, {})[column] = name
        assert {"status_waarde", "niveau", "maat", "thema"} <= {n for of in columns.values() for n in of.values()}
        unknown = set()
        for view, of in columns.items():
            rows = connection.execute(f"select distinct {', '.join(of)} from {view}").fetchall()  # type: ignore[arg-type]
            for (column, name), codes in zip(of.items(), zip(*rows, strict=True), strict=bool(rows)):
                unknown |= {(view, column, code) for code in codes if code is not None and code not in lists[name]}
        assert not unknown, unknown


def code_list(table: str, column: str) -> str:
    """The list of `kern.label` that a column takes its codes from, as the label's own description says it."""
    if column.startswith("status_") and column not in ("status_was", "status_is"):
        return "status_waarde"
    if column == "status":
        return {"doelen": "doel_status", "plantotalen": "doel_status", "dekking": "dekking_status"}.get(table, "")
    return column


def sums_and_neighbours(settings: Settings, mart: str, indicator: str) -> None:
    """A sum as somebody makes it who opens the view, the year before and the areas around it, against the raw rows."""
    with connect(settings, "publicist") as connection:
        raw = Raw(connection, settings.seed)
        named = PROVINCE_TITLE.split(" (")[0]
        own, around_it = raw.months(indicator, TOWN), raw.months(indicator, PROVINCE)
        inhabitants = {(r, year): raw.inhabitants(r, year) for r in (TOWN, PROVINCE) for year in (2023, 2024)}
    with connect(settings, "bi_lezer") as connection:
        sums = connection.execute(
            "select extract(month from begin_datum)::integer, sum(aantal) from"  # type: ignore[arg-type]
            f" {mart}.cijfers where indicator_code = %s and provincie like '{named}%%' and niveau = 'gemeente'"
            " and periode_soort = 'maand' and extract(year from begin_datum) = 2024 group by 1",
            [indicator],
        ).fetchall()
        assert dict(sums) == {month: around_it[2024 * 12 + month - 1] for month in range(1, 13)}
        rows = connection.execute(
            "select eind_datum, aantal, per_1000, aantal_vorig_jaar, per_1000_vorig_jaar, per_1000_provincie from"  # type: ignore[arg-type]
            f" {mart}.cijfers where indicator_code = %s and regio = '{TOWN_NAME}' and periode_soort = 'maand'"
            " and begin_datum between '2024-01-01' and '2024-12-01'",
            [indicator],
        ).fetchall()
    assert len(rows) == 12
    for end, count, rate, before, rate_before, around in rows:
        month = end.year * 12 + end.month - 1
        assert count == own[month]
        assert close(rate, 1000 * own[month] / inhabitants[TOWN, 2024])
        assert before == own[month - 12]
        assert close(rate_before, 1000 * own[month - 12] / inhabitants[TOWN, 2023])
        assert close(around, 1000 * around_it[month] / inhabitants[PROVINCE, 2024])


def close(found: float, expected: float) -> bool:
    return abs(found - expected) < 1e-9


def everything(settings: Settings, mart: str, indicator: str) -> None:
    time_axis(settings)
    described(settings)
    previews(settings)
    codes_have_names(settings)
    one_row_per_figure(settings, mart)
    stars(settings, mart)
    sums_and_neighbours(settings, mart, indicator)
