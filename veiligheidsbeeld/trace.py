"""Where a published figure comes from: each step from the row that readers see back to the file that was received.

The relations, and their order, are those of the dbt project as it was built last (`dbt.lineage`). In each one the rows
of the figure are looked up by what names it there: indicator, region, period. A relation that does not hold it gives no
step, so that one question serves figures of every kind of source. Of the registrations that a figure of a register
counts is shown where they stand, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from veiligheidsbeeld import dbt
from veiligheidsbeeld.contracts.cube import load_cubes
from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.landing import cubes as landing
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect

# Rows of one relation that are spelled out; that there are more is said.
MOST = 200
REGION = ("regio_code", "gemeente_code", "regio")
# What a step tells of a row, where the relation has it.
TOLD = (
    "maat", "reeks", "leeftijdsgroep", "doelgroep", "periode_code", "periode", "maand_index", "jaar",
    "regio_code", "regio", "gemeente_code",
    "waarde", "teller", "noemer", "geregistreerde_misdrijven", "geregistreerde_overlast", "totaal", "status_waarde",
    "bestand", "werkblad", "rijnummer", "rij",
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One row on the way: where it stands (relation, delivery or file), what it says, and of which delivery it is."""

    place: str
    facts: dict[str, Any]
    delivery: int | None = None


@dataclass(frozen=True)
class _Figure:
    indicator: str
    regions: tuple[str, ...]
    period: str
    kind: str  # maand, kwartaal, jaar, jtd, r12m
    begin: date
    end: date

    @property
    def months(self) -> tuple[int, int]:
        return self.begin.year * 12 + self.begin.month - 1, self.end.year * 12 + self.end.month - 1

    @property
    def codes(self) -> list[str]:
        """Codes by which a source names what the period is made of: its months, and the year where it is one."""
        first, last = self.months
        months = [f"{index // 12}MM{index % 12 + 1:02d}" for index in range(first, last + 1)]
        return [self.period, *months, *([f"{self.end.year}JJ00"] if self.kind == "jaar" else [])]


def trace(settings: Settings, mart: str, indicator: str, region: str, period: str) -> list[Step]:
    """Steps of a figure from `mart_<theme>.indicatorwaarden` back to landing, readers' side first.

    Raises `ConfigurationError` when the mart shows no such figure or dbt has built nothing here.
    """
    thema = mart.removeprefix("mart_")
    with connect(settings, "analist") as reader, connect(settings, "transform") as builder:
        published = _published(reader, thema, indicator, region, period)
        figure = _figure(reader, indicator, region, period)
        steps = [Step(f"mart_{thema}.indicatorwaarden", _told(row), row["levering_id"]) for row in published]
        [(root, _), *lineage] = dbt.lineage(settings, f"{thema}__indicatorwaarden").items()
        # Relations that hold the figure, or do not say of what their rows are: what they read is looked at as well.
        open_ones = {root}
        with connect(settings, "lader") as loader:
            for relation, readers in lineage:
                if readers & open_ones:
                    found = _rows(loader if relation[0] == "raw" else builder, *_as_rows(*relation), figure, steps)
                    steps += found or []
                    open_ones |= {relation} if found != [] else set()
            return [*steps, *_deliveries(settings, loader, figure, steps)]


def _as_rows(schema: str, name: str) -> tuple[str, str]:
    """The view with a row per cell of a table that holds series."""
    return (schema, f"{name}_cellen") if schema == "raw" and name in load_cubes() else (schema, name)


def _ask(connection: psycopg.Connection, query: sql.SQL | sql.Composed, *values: object) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query, values).fetchall()


def _columns(connection: psycopg.Connection, schema: str, name: str) -> list[str]:
    """Columns of a relation; none when it is not there."""
    query = "select attname from pg_attribute where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped"
    return [row["attname"] for row in _ask(connection, sql.SQL(query), f"{schema}.{name}")]


def _published(
    connection: psycopg.Connection, thema: str, indicator: str, region: str, period: str
) -> list[dict[str, Any]]:
    if not _columns(connection, f"mart_{thema}", "indicatorwaarden"):
        raise ConfigurationError(
            f"There is no mart_{thema}.indicatorwaarden.",
            remedy="`veiligheidsbeeld status` lists what is published.",
        )
    query = "select * from {} where indicator_code = %s and regio_code = %s and periode_code = %s order by maat"
    mart = sql.Identifier(f"mart_{thema}", "indicatorwaarden")
    rows = _ask(connection, sql.SQL(query).format(mart), indicator, region, period)
    if not rows:
        raise ConfigurationError(
            f"mart_{thema} shows no {indicator} of {region} in {period}.",
            remedy="Look in kern.indicator, kern.regio and kern.periode which there are.",
        )
    return rows


def _figure(connection: psycopg.Connection, indicator: str, region: str, period: str) -> _Figure:
    query = "select periode_soort, begin_datum, eind_datum from kern.periode where periode_code = %s"
    [of] = _ask(connection, sql.SQL(query), period)
    query = "select gemeente_code from kern.gebied_gemeente where gebied_code = %s order by 1"
    members = [row["gemeente_code"] for row in _ask(connection, sql.SQL(query), region)]
    return _Figure(indicator, (region, *members), period, of["periode_soort"], of["begin_datum"], of["eind_datum"])


def _rows(
    connection: psycopg.Connection, schema: str, name: str, figure: _Figure, before: list[Step]
) -> list[Step] | None:
    """What a relation holds of the figure: a partnership's own rows, or where it has none those of its members.

    None for a relation that does not say which figure its rows are about.
    """
    columns = _columns(connection, schema, name)
    if schema == "raw" and "rijnummer" in columns:
        return _registrations(connection, name, before)
    if (about := _where(schema, name, columns, figure)) is None:
        return None
    condition, values, region = about
    rows: list[dict[str, Any]] = []
    for regions in filter(None, (figure.regions[:1], figure.regions[1:])):
        query = sql.SQL("select * from {} where {} and {} = any(%s) limit %s").format(
            sql.Identifier(schema, name), condition, region
        )
        rows = rows or _ask(connection, query, *values, list(regions), MOST + 1)
    rows.sort(key=lambda row: [str(row.get(c)) for c in ("maat", "periode_code", "periode", "maand_index", "datum")])
    return _steps(f"{schema}.{name}", rows)


def _where(
    schema: str, name: str, columns: list[str], figure: _Figure
) -> tuple[sql.Composable, list[Any], sql.Identifier] | None:
    """Condition under which a row is about the figure, and the column of its region; None where there is none."""
    region = next((c for c in REGION if c in columns), None)
    subject = next((c for c in columns if c == "indicator_code" or c.startswith("soort_")), None)
    # Tables of one kind of period hold no other: their names say which.
    kinds = {"r12m", "jtd", "jaar"} & set(name.split("_"))
    if region is None or subject is None:
        return None
    code = figure.indicator if subject == "indicator_code" else figure.indicator.partition("-")[2]
    if kinds and figure.kind not in kinds:
        return sql.SQL("false"), [], sql.Identifier(region)
    conditions: list[sql.Composable] = [sql.SQL("{} = %s").format(sql.Identifier(subject))]
    values: list[Any] = [code]
    first, last = figure.months
    period = next((c for c in ("periode_code", "periode") if c in columns), None)
    if period:
        conditions.append(sql.SQL("{} = any(%s)").format(sql.Identifier(period)))
        values.append([figure.period] if schema == "intermediate" else figure.codes)
    elif "eind_index" in columns:
        conditions.append(sql.SQL("eind_index = %s"))
        values.append(last)
        if "begin_index" in columns:
            conditions.append(sql.SQL("begin_index = %s"))
            values.append(first)
    elif "datum" in columns:
        conditions.append(sql.SQL("datum between %s and %s"))
        values += [figure.begin, figure.end]
    elif "maand_index" in columns:
        conditions.append(sql.SQL("maand_index between %s and %s"))
        values += [last if kinds else first, last]
        if "periode_soort" in columns:
            conditions.append(sql.SQL("periode_soort = 'MM'"))
    elif "jaar" in columns and (figure.kind == "jaar" or "maand" in columns):
        conditions.append(sql.SQL("jaar = %s"))
        values.append(figure.end.year)
        if "maand" in columns:
            conditions.append(sql.SQL("maand = %s"))
            values.append(figure.end.month)
    else:
        return None
    if "levering_tot" in columns:
        conditions.append(sql.SQL("levering_tot is null"))
    return sql.SQL(" and ").join(conditions), values, sql.Identifier(region)


def _registrations(connection: psycopg.Connection, name: str, before: list[Step]) -> list[Step]:
    """Rows of a register by the key that staging gave them: where they stand in which file, and nothing else."""
    keys = [step.facts["rij"] for step in before if "rij" in step.facts]
    query = (
        "select levering_van, bestand, werkblad, rijnummer from {} where levering_tot is null and"
        " levering_van || ' ' || coalesce(werkblad, '') || ' ' || rijnummer || ' ' || bestand = any(%s) limit %s"
    )
    rows = _ask(connection, sql.SQL(query).format(sql.Identifier("raw", name)), keys, MOST + 1) if keys else []
    return _steps(f"raw.{name}", rows)


def _steps(place: str, rows: list[dict[str, Any]]) -> list[Step]:
    more = [Step(place, {"rest": f"more than {MOST} rows"})] if len(rows) > MOST else []
    return [*(Step(place, _told(row), _delivery(row)) for row in rows[:MOST]), *more]


def _deliveries(
    settings: Settings, connection: psycopg.Connection, figure: _Figure, steps: list[Step]
) -> Iterator[Step]:
    """The deliveries that the steps name, and of a table the page of each cell as it was received."""
    numbers = sorted({s.delivery for s in steps if s.delivery is not None})
    query = (
        "select levering_id, dataset, tabel, opgehaald_op, landing, status from raw.levering"
        " where levering_id = any(%s) order by levering_id"
    )
    for row in _ask(connection, sql.SQL(query), numbers):
        number, dataset, name = row.pop("levering_id"), row["dataset"], row["landing"]
        yield Step("raw.levering", row, number)
        # Deliveries of the survey, and refused ones, stand in a closed part of landing.
        known = [settings.landing / dataset / name, *settings.landing.glob(f".*/{dataset}/{name}")]
        path = next((p for p in known if p.is_dir()), known[0])
        cells = [s for s in steps if s.delivery == number and s.place == f"raw.{dataset}_cellen"]
        if dataset in load_cubes() and cells and path.is_dir():
            for page, found in _pages(settings, dataset, name, figure, cells):
                yield Step("landing", {"bestand": str(path / page), "cellen": found}, number)
        else:
            yield Step("landing", {"bestand": str(path)}, number)


def _pages(
    settings: Settings, dataset: str, name: str, figure: _Figure, cells: list[Step]
) -> Iterator[tuple[str, int]]:
    """Pages that hold a record of the cells, and how many: one that names soort, region and period."""
    wanted = [
        {figure.indicator.partition("-")[2], str(cell.facts["regio"]), str(cell.facts["periode"])} for cell in cells
    ]
    for page, body in landing.find(settings, dataset, name).pages():
        records = [
            {value.strip() for value in record.values() if isinstance(value, str)}
            for record in msgspec.json.decode(body).get("value", [])
        ]
        if found := sum(any(keys <= record for record in records) for keys in wanted):
            yield page, found


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {name: row[name] for name in TOLD if name in row and (row[name] is not None or name == "waarde")}


def _delivery(row: dict[str, Any]) -> int | None:
    return row.get("levering_id") or row.get("levering_van")
