"""What a reader's view shows of stored columns: moments as text, and the days that a row is about.

A BI tool takes the first date or timestamp column of a view for its time axis. So `begin_datum` and `eind_datum` stand
before every other date, computed from what the row says of its time; and a moment (of loading, of fetching) is text,
which no tool takes for a date. Spreadsheets refuse a moment with a time zone altogether.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from psycopg import sql

from veiligheidsbeeld.settings import TIMEZONE

BEGIN, END = "begin_datum", "eind_datum"
_COMMENTS = {
    BEGIN: "Eerste dag waarover deze rij gaat; leeg als die niet bekend is.",
    END: "Laatste dag waarover deze rij gaat; leeg als die niet bekend is of nog niet geweest.",
}
_YEAR, _NR = "left(p.periode_code, 4)::integer", "right(p.periode_code, 2)::integer"
# What says when a row holds, the first that a table has, with its first and its last day. `periode_code` is a year, two
# letters and the last month (00: the whole year; after KW the quarter).
_SPANS: Mapping[str, Mapping[str, str]] = {
    "periode_code": {
        BEGIN: f"""case substr(p.periode_code, 5, 2)
            when 'MM' then make_date({_YEAR}, {_NR}, 1)
            when 'KW' then make_date({_YEAR}, {_NR} * 3 - 2, 1)
            when 'RM' then (make_date({_YEAR}, {_NR}, 1) - interval '11 months')::date
            else make_date({_YEAR}, 1, 1)
        end""",
        END: f"""case substr(p.periode_code, 5, 2)
            when 'JJ' then make_date({_YEAR}, 12, 31)
            when 'KW' then (make_date({_YEAR}, {_NR} * 3, 1) + interval '1 month - 1 day')::date
            else (make_date({_YEAR}, {_NR}, 1) + interval '1 month - 1 day')::date
        end""",
    },
    "geldig_van": {BEGIN: "p.geldig_van", END: "p.geldig_tot - 1"},
    "eerste_peilmaand": {
        BEGIN: "p.eerste_peilmaand",
        END: "(p.laatste_peilmaand + interval '1 month - 1 day')::date",
    },
    "datum": {BEGIN: "p.datum"},
    "jaar": {BEGIN: "make_date(p.jaar, 1, 1)", END: "make_date(p.jaar, 12, 31)"},
}
_DATE, _MOMENT = "date", "timestamp with time zone"


@dataclass(frozen=True)
class Shown:
    """A column as readers see it, and the SQL for it; `comment` only where the stored column has none."""

    name: str
    type: str
    expression: sql.Composable
    comment: str | None = None


def columns(stored: Mapping[str, str]) -> list[Shown]:
    """The columns of a view on a table called `p`, from its columns and their types, in order."""
    return list(_columns(stored))


def text_of(moment: sql.Composable) -> sql.Composable:
    """A moment as text that sorts, in Dutch time."""
    return sql.SQL("to_char({} at time zone {}, 'YYYY-MM-DD HH24:MI:SS')").format(moment, sql.Literal(TIMEZONE))


def _columns(stored: Mapping[str, str]) -> Iterator[Shown]:
    span = None if BEGIN in stored else next((name for name in _SPANS if name in stored), None)
    # A place that stays when columns are added at the end: a view can then be replaced under its readers.
    place = next((name for name, kind in stored.items() if name == span or (span and kind == _DATE)), None)
    for name, kind in stored.items():
        if span and name == place:
            for day, expression in _SPANS[span].items():
                yield Shown(day, _DATE, sql.SQL(expression), _COMMENTS[day])  # type: ignore[arg-type]
        column = sql.Identifier("p", name)
        if kind == _MOMENT:
            yield Shown(name, "text", text_of(column))
        else:
            yield Shown(name, kind, column)
