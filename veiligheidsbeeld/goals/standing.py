"""The goal table: as it is published now, as it was in an earlier publication, or as it was known at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from veiligheidsbeeld.errors import ConfigurationError, VeiligheidsbeeldError
from veiligheidsbeeld.publish import reader_views, tables
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect

MART = "ivp"


@dataclass(frozen=True)
class Stand:
    """One goal in one region."""

    plan_code: str
    plan_naam: str
    doel_code: str
    doel: str
    region: str
    regio_naam: str
    hele_gebied: bool
    status: str
    zin: str
    peildatum: date | None
    bron_soort: str
    grond: str | None


@dataclass(frozen=True)
class Change:
    """A goal of the area of its plan whose status is another than in the publication before; None: not there then."""

    plan_code: str
    doel: str
    status_was: str | None
    status_is: str | None


# Publications from before `grond` have no such column, and then say nothing of it.
_EXPRESSIONS = {"grond": sql.SQL("to_jsonb(p) ->> 'grond' as grond"), "region": sql.SQL("regio_code as region")}
_COLUMNS = sql.SQL(", ").join(_EXPRESSIONS.get(n) or sql.Identifier(n) for n in Stand.__dataclass_fields__)
_ORDER = sql.SQL("order by plan_code, hele_gebied desc, doel_code, regio_naam")


def published(settings: Settings, publicatie: int | None = None) -> list[Stand]:
    """Goals of the current publication, or of an earlier one that is still kept."""
    with connect(settings, "publicist") as connection:
        current = connection.execute(
            "select publicatie_nr from beheer.publicatie_actueel where thema = %s", [MART]
        ).fetchone()
        if current is None:
            return []
        number = publicatie or current[0]
        kept = sorted({nr for _, nr in tables.partitions(connection, MART)})
        shape = tables.stored(connection, MART, "doelen")
        if shape is None or number not in kept:
            raise ConfigurationError(
                f"Publication {number} of {MART} is not kept.",
                remedy=f"Kept are: {', '.join(map(str, kept))}; for an older moment use --peilmoment.",
            )
        return _rows(connection, *reader_views.stored_rows(connection, MART, shape, sql.Literal(number)))


def changed(settings: Settings) -> list[Change]:
    """Goals whose status changed with the current publication, for the area of the plan as a whole."""
    query = (
        "select w.plan_code, w.doel, w.status_was, w.status_is from mart_ivp.wijzigingen as w"
        " left join mart_ivp.doelen as d on w.doel_code = d.doel_code and w.regio_code = d.regio_code"
        " where w.soort = 'doel' and w.status_was is distinct from w.status_is and coalesce(d.hele_gebied, true)"
        " order by w.plan_code, w.doel"
    )
    with connect(settings, "bi_lezer") as connection:
        if connection.execute("select to_regclass('mart_ivp.wijzigingen') is null").fetchone() == (True,):
            return []
        with connection.cursor(row_factory=class_row(Change)) as cursor:
            return cursor.execute(query).fetchall()


def as_known(settings: Settings, moment: str) -> list[Stand]:
    """Goals rebuilt from what was in raw at `moment` (ISO 8601 with a time zone); what is published stays as it is."""
    from veiligheidsbeeld.goals.calculate import calculate
    from veiligheidsbeeld.transform import transform

    transform(settings, "basis", vars={"peilmoment": moment})
    calculate(settings, looking_back=True)
    transform(settings, MART, vars={"peilmoment": moment})
    with connect(settings, "transform") as connection:
        return _rows(connection, sql.Identifier(f"peilmoment_kandidaat_{MART}", "doelen"), sql.SQL("true"))


def chosen(
    rows: Iterable[Stand], plans: Sequence[str] = (), regions: Sequence[str] = (), statuses: Sequence[str] = ()
) -> list[Stand]:
    """The goals of these plans, regions (code or name) and statuses; all where none is named.

    An unknown one is an error that lists the known ones.
    """
    rows = list(rows)
    _known("goals of plan", plans, {r.plan_code for r in rows})
    _known("goals of region", regions, {r.region for r in rows} | {r.regio_naam for r in rows})
    _known("goals with status", statuses, {r.status for r in rows})
    return [
        r
        for r in rows
        if (not plans or r.plan_code in plans)
        and (not regions or r.region in regions or r.regio_naam in regions)
        and (not statuses or r.status in statuses)
    ]


def _known(what: str, asked: Sequence[str], known: set[str]) -> None:
    if unknown := set(asked) - known:
        raise VeiligheidsbeeldError(
            f"No {what} {', '.join(sorted(unknown))}.", remedy=f"Choose from: {', '.join(sorted(known))}."
        )


def _rows(connection: psycopg.Connection, table: sql.Composable, condition: sql.Composable) -> list[Stand]:
    query = sql.SQL("select {} from {} as p where {} {}").format(_COLUMNS, table, condition, _ORDER)
    with connection.cursor(row_factory=class_row(Stand)) as cursor:
        return cursor.execute(query).fetchall()
