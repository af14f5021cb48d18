"""Files that lie: true rows first, then written as programs, settings and people change them.

A lie writes the truth in its way and knows nothing of the reader. Whatever it does, the figures that come out must be
those of the truth, or the file or its rows be refused, or carded.
"""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from tests.places import NAMES, NEIGHBOUR_NAME, TOWN, TOWN_NAME

HEADINGS = [
    "Meldingsnummer",
    "Gemeente",
    "Categorie",
    "Datum melding",
    "Afgehandeld",
    "Kilogram",
    "Opruimkosten",
    "Buurt",
]
FIELDS = [
    "meldingsnummer",
    "gemeente",
    "soort",
    "datum_melding",
    "datum_afgerond",
    "hoeveelheid_kg",
    "kosten",
    "buurtcode",
]
COUNT_HEADINGS = ["gemeente", "Maand", "Thema", "soort", "minderjarig", "aantal", "uren"]
COUNT_FIELDS = ["gemeente", "periode", "onderwerp", "soort", "minderjarig", "aantal", "uren"]
MONTHS = "januari februari maart april mei juni juli augustus september oktober november december".split()  # noqa: SIM905


_TOWN = ContextVar("town", default=(TOWN, TOWN_NAME))


@contextmanager
def told_by(code: str, name: str) -> Iterator[None]:
    """Lies are about this municipality and sent by it."""
    token = _TOWN.set((code, name))
    try:
        yield
    finally:
        _TOWN.reset(token)


@dataclass
class Lie:
    """A file: its bytes, the register, and the truth that it tells or hides; `gone` are rows that it may not hold."""

    body: bytes
    truth: list[dict[str, Any]]
    kind: str = "csv"
    register: str = "meldingen_openbare_ruimte"
    absent: set[str] = field(default_factory=set)
    sender: dict[str, str] = field(default_factory=lambda: dict([_TOWN.get()]))


LIES: dict[str, Callable[[random.Random], Lie]] = {}


def lie(function: Callable[[random.Random], Lie]) -> Callable[[random.Random], Lie]:
    LIES[function.__name__] = function
    return function


def cases(rng: random.Random, rows: int = 40, **fixed: Any) -> list[dict[str, Any]]:
    """True cases of one municipality in 2025."""
    made = []
    code, _ = _TOWN.get()
    for number in range(rows):
        day = date(2025, 1, 1) + timedelta(rng.randrange(365))
        made.append(
            {
                "meldingsnummer": f"M-{number:04}",
                "gemeente": code,
                "soort": rng.choice(["afval", "drugsafval", "graffiti", "groen"]),
                "datum_melding": day,
                "datum_afgerond": day + timedelta(rng.randrange(1, 40)) if rng.random() < 0.7 else None,
                "hoeveelheid_kg": round(rng.uniform(0.5, 900), 1) if rng.random() < 0.5 else None,
                "kosten": round(rng.uniform(10, 9000), 2) if rng.random() < 0.6 else None,
                "buurtcode": f"BU{code[2:]}{rng.randrange(10):02}{rng.randrange(10):02}",
            }
            | fixed
        )
    return made


def counts(rng: random.Random) -> list[dict[str, Any]]:
    """True counts of the twelve months of 2025."""
    return [
        {
            "gemeente": _TOWN.get()[0], "periode": date(2025, month, 1), "onderwerp": topic, "soort": "controle",
            "minderjarig": False, "aantal": rng.randrange(1, 60), "uren": round(rng.uniform(1, 40), 1),
        }
        for month in range(1, 13)
        for topic in ("afval", "hond", "parkeren")
    ]  # fmt: skip


def dutch(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "ja" if value else "nee"
        case float():
            return f"{value:.2f}".replace(".", ",")
        case date():
            return f"{value:%d-%m-%Y}"
    return str(value)


def csv(rows: list[list[str]], headings: list[str] | None = None, end: str = "\r\n") -> bytes:
    return "".join(";".join(row) + end for row in [headings or HEADINGS, *rows]).encode()


def table(
    truth: list[dict[str, Any]], names: list[str] | None = None, **write: Callable[[Any], str]
) -> list[list[str]]:
    return [[write.get(n, dutch)(row[n]) for n in names or FIELDS] for row in truth]


def dated(rng: random.Random, write: Callable[[date | None], str]) -> Lie:
    """True cases of which the days are written so."""
    truth = cases(rng)
    return Lie(csv(table(truth, datum_melding=write, datum_afgerond=write)), truth)


def book(
    rows: list[list[Any]],
    headings: list[str] | None = None,
    hide: tuple[int, ...] = (),
    epoch: datetime = WINDOWS_EPOCH,
) -> bytes:
    workbook = Workbook()
    workbook.epoch = epoch
    sheet = workbook.active
    for row in [headings or HEADINGS, *rows]:
        sheet.append(row)
    for number in hide:
        sheet.row_dimensions[number].hidden = True
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def swapped(day: date) -> date:
    return date(day.year, day.day, day.month)


@lie
def opened_under_american_settings(rng: random.Random) -> Lie:
    """Days up to 12 became real dates with day and month swapped; the others stayed text."""
    truth = cases(rng)
    rows = [[row[n] for n in FIELDS] for row in truth]
    for row in rows:
        for at in (3, 4):
            if row[at]:
                row[at] = swapped(row[at]) if row[at].day <= 12 else f"{row[at]:%d-%m-%Y}"
    return Lie(book(rows), truth, "xlsx")


@lie
def saved_under_american_settings(rng: random.Random) -> Lie:
    """The same, saved as CSV: what was recognised as a date is written in another notation than what was not."""
    truth = cases(rng)

    def changed(day: date | None) -> str:
        if day is None or day.day > 12:
            return f"{day.day}/{day.month}/{day.year}" if day else ""
        return swapped(day).isoformat()

    return Lie(csv(table(truth, datum_melding=changed, datum_afgerond=changed)), truth)


def opened(day: date | None, kept: Callable[[date], str]) -> str:
    """What American settings made of a Dutch date: up to the twelfth another day, kept in some way; else the text."""
    if day is None or day.day > 12:
        return dutch(day)
    return kept(swapped(day))


@lie
def swapped_days_as_numbers(rng: random.Random) -> Lie:
    return dated(rng, lambda day: opened(day, lambda other: str((other - date(1899, 12, 30)).days)))


@lie
def swapped_days_with_the_name_of_a_month(rng: random.Random) -> Lie:
    return dated(rng, lambda day: opened(day, lambda other: f"{other.day}-{MONTHS[other.month - 1][:3]}-{other.year}"))


@lie
def swapped_days_without_signs(rng: random.Random) -> Lie:
    return dated(rng, lambda day: opened(day, lambda other: f"{other:%Y%m%d}"))


@lie
def month_before_day(rng: random.Random) -> Lie:
    return dated(rng, lambda day: f"{day.month}/{day.day}/{day.year}" if day else "")


@lie
def month_before_day_with_other_signs(rng: random.Random) -> Lie:
    truth, sign = cases(rng), rng.choice("-.")

    def write(day: date | None) -> str:
        return f"{day:%m}{sign}{day:%d}{sign}{day:%Y}" if day else ""

    return Lie(csv(table(truth, datum_melding=write, datum_afgerond=write)), truth)


@lie
def month_before_day_and_no_day_after_the_twelfth(rng: random.Random) -> Lie:
    truth = cases(rng, rows=rng.randrange(3, 30))
    for row in truth:
        row["datum_melding"] = row["datum_melding"].replace(day=rng.randrange(1, 13))
        row["datum_afgerond"] = None

    def write(day: date | None) -> str:
        return f"{day.month}/{day.day}/{day.year}" if day else ""

    return Lie(csv(table(truth, datum_melding=write)), truth)


@lie
def year_day_month(rng: random.Random) -> Lie:
    return dated(rng, lambda day: f"{day:%Y-%d-%m}" if day else "")


@lie
def moments_in_universal_time(rng: random.Random) -> Lie:
    """The Dutch moment of each report, as a server in another zone writes it."""
    truth = cases(rng)
    here = ZoneInfo("Europe/Amsterdam")

    def write(day: date | None) -> str:
        if day is None:
            return ""
        moment = datetime.combine(day, time(rng.choice([0, 6, 12, 23]), rng.choice([5, 30, 59])), here).astimezone(UTC)
        return moment.isoformat() if rng.random() < 0.5 else f"{moment:%Y-%m-%dT%H:%M:%SZ}"

    return Lie(csv(table(truth, datum_melding=write, datum_afgerond=write)), truth)


@lie
def midnights_in_universal_time(rng: random.Random) -> Lie:
    """A day that a program keeps as the moment at which it begins here, by a clock that stands on universal time."""
    truth = cases(rng)
    here = ZoneInfo("Europe/Amsterdam")

    def write(day: date | None) -> str:
        return f"{datetime.combine(day, time(), here).astimezone(UTC):%Y-%m-%d %H:%M:%S}" if day else ""

    return Lie(csv(table(truth, datum_melding=write, datum_afgerond=write)), truth)


@lie
def midnights_of_a_fixed_zone(rng: random.Random) -> Lie:
    """A program that knows no summer time writes each day as its midnight, in the zone of the summer."""
    truth = cases(rng)
    write = {n: lambda day: f"{day}T00:00:00+02:00" if day else "" for n in ("datum_melding", "datum_afgerond")}
    return Lie(csv(table(truth, **write)), truth)


@lie
def days_since_1904(rng: random.Random) -> Lie:
    """A workbook of an old Apple program counts its days from another one."""
    truth = cases(rng)
    return Lie(book([[row[n] for n in FIELDS] for row in truth], epoch=MAC_EPOCH), truth, "xlsx")


@lie
def serial_numbers(rng: random.Random) -> Lie:
    return dated(rng, lambda day: str((day - date(1899, 12, 30)).days) if day else "")


@lie
def months_in_words(rng: random.Random) -> Lie:
    return dated(rng, lambda day: f"{day.day} {MONTHS[day.month - 1]} {day.year}" if day else "")


@lie
def years_of_two_digits(rng: random.Random) -> Lie:
    truth = cases(rng)

    def write(day: date | None) -> str:
        return f"{day:%d-%m-%y}" if day else ""

    return Lie(csv(table(truth, datum_afgerond=write)), truth)


@lie
def filler_for_what_still_runs(rng: random.Random) -> Lie:
    truth, filler = cases(rng), rng.choice(["31-12-2099", "31-12-9999", "2099-12-31", "01-01-2050"])
    return Lie(csv(table(truth, datum_afgerond=lambda day: dutch(day) if day else filler)), truth)


@lie
def english_thousands(rng: random.Random) -> Lie:
    truth = cases(rng)
    decimals = rng.choice([0, 0, 2])
    for row in truth:
        row["kosten"] = round(row["kosten"] or 0, decimals) * 1.0
    return Lie(csv(table(truth, kosten=lambda value: f"{value:,.{decimals}f}")), truth)


@lie
def decimals_of_three_digits(rng: random.Random) -> Lie:
    """A program that writes every weight with three decimals, behind a point or a comma."""
    truth, sign = cases(rng), rng.choice(".,")
    for row in truth:
        row["hoeveelheid_kg"] = round(rng.uniform(1, 900), 3)
    return Lie(csv(table(truth, hoeveelheid_kg=lambda value: f"{value:.3f}".replace(".", sign))), truth)


@lie
def whole_counts_with_decimals(rng: random.Random) -> Lie:
    truth, zeros, sign = counts(rng), rng.choice([1, 2, 3]), rng.choice(".,")
    write = {"aantal": lambda value: f"{value}{sign}{'0' * zeros}"}
    return Lie(csv(table(truth, COUNT_FIELDS, **write), COUNT_HEADINGS), truth, register="boa")


@lie
def text_among_number_cells(rng: random.Random) -> Lie:
    """Typed amounts in a workbook, some of them text in English notation."""
    truth = cases(rng)
    rows = [[row[n] for n in FIELDS] for row in truth]
    for row, true in zip(rows, truth, strict=True):
        if rng.random() < 0.3:
            true["kosten"] = float(rng.randrange(1000, 90000))
            row[6] = f"{true['kosten']:,.0f}"
    return Lie(book(rows), truth, "xlsx")


@lie
def codes_as_floats(rng: random.Random) -> Lie:
    truth = cases(rng)
    write = {"gemeente": lambda code: f"{int(code[2:])}.0", "buurtcode": lambda code: f"{int(code[2:])}.0"}
    return Lie(csv(table(truth, **write)), truth)


@lie
def marks_for_small_numbers(rng: random.Random) -> Lie:
    """A partner hides what is small with a mark; what it hid is no nought."""
    truth, mark = counts(rng), rng.choice(["*", "x", ".", "-"])
    write = {"uren": lambda value: mark if value < 20 else dutch(value)}
    return Lie(csv(table(truth, COUNT_FIELDS, **write), COUNT_HEADINGS), truth, register="boa")


@lie
def words_for_nothing(rng: random.Random) -> Lie:
    truth, word = cases(rng), rng.choice(["NULL", "nan", "NaT", "None", "<NA>", "null"])
    empty = {n: (lambda value: word if value is None else dutch(value)) for n in FIELDS[4:7]}
    return Lie(csv(table(truth, **empty)), truth)


@lie
def lines_below_the_table(rng: random.Random) -> Lie:
    truth = cases(rng)
    notes = [
        "Bron: zaaksysteem, uitdraai 12-11-2026",
        "Filter: status is alles",
        "(40 rijen)",
        "Aantal;40",
        "Einde export",
    ]
    body = csv(table(truth)) + "".join(f"{n}\r\n" for n in rng.sample(notes, rng.randrange(1, 3))).encode()
    return Lie(body, truth)


@lie
def totals_below_the_table(rng: random.Random) -> Lie:
    truth = cases(rng)
    total = sum(row["kosten"] or 0 for row in truth)
    return Lie(csv([*table(truth), ["Totaal", "", "", "", "", "", dutch(total), ""]]), truth)


@lie
def rows_hidden_by_a_filter(rng: random.Random) -> Lie:
    truth = cases(rng)
    hidden = tuple(rng.sample(range(2, 42), rng.randrange(1, 39)))
    kept = [row for number, row in enumerate(truth, 2) if number not in hidden]
    return Lie(book([[row[n] for n in FIELDS] for row in truth], hide=hidden), kept, "xlsx")


@lie
def nul_bytes(rng: random.Random) -> Lie:
    truth = cases(rng)
    body = csv(table(truth))
    at = rng.randrange(len(body))
    return Lie(body[:at] + b"\0" * rng.choice([1, 1, 3, 200]) + body[at:], truth)


@lie
def separators_behind_the_headings(rng: random.Random) -> Lie:
    truth, more = cases(rng), rng.randrange(1, 4)
    headings = [*HEADINGS, *[""] * more]
    rows = table(truth)
    if rng.random() < 0.5:
        rows = [[*row, *[""] * rng.choice([0, more])] for row in rows]
    return Lie(csv(rows, headings), truth)


@lie
def rows_without_their_last_blanks(rng: random.Random) -> Lie:
    truth = cases(rng)
    for row in truth:
        row["buurtcode"] = row["buurtcode"] if rng.random() < 0.6 else None
    rows = ["".join(f"{cell};" for cell in row).rstrip(";").split(";") for row in table(truth)]
    return Lie(csv(rows), truth)


@lie
def cells_lost_from_rows(rng: random.Random) -> Lie:
    """Some rows lost a cell, so that what follows moved one place."""
    truth = cases(rng)
    for row in truth:
        row["datum_afgerond"] = row["datum_afgerond"] or row["datum_melding"]
    rows = table(truth)
    for row in rng.sample(rows, rng.randrange(1, 4)):
        del row[rng.randrange(2, 8)]
    return Lie(csv(rows), truth)


@lie
def broken_off_inside_the_last_cell(rng: random.Random) -> Lie:
    """The last column holds amounts, and the copy stopped within the last of them."""
    truth = cases(rng)
    for row in truth:
        row["kosten"] = round(rng.uniform(100, 9000), rng.choice([0, 1, 2])) * 1.0
    names = [*(n for n in FIELDS if n != "kosten"), "kosten"]
    headings = [*(h for h in HEADINGS if h != "Opruimkosten"), "Opruimkosten"]
    body = csv(table(truth, names, kosten=lambda value: f"{value:g}".replace(".", ",")), headings, end="\n")
    return Lie(body[: -rng.randrange(2, 4)], truth)


@lie
def ended_where_an_export_stops(rng: random.Random) -> Lie:
    limit = rng.choice([1000, 2000])
    truth = cases(rng, rows=limit + rng.randrange(1, 300))
    return Lie(csv(table(truth[:limit])), truth)


@lie
def case_numbers_that_became_dates(rng: random.Random) -> Lie:
    truth = cases(rng)
    rows = table(truth)
    for row in rng.sample(rows, 3):
        row[0] = f"{rng.randrange(1, 13):02}-{rng.randrange(1, 13):02}-2025"
    return Lie(csv(rows), truth)


@lie
def case_numbers_that_were_rounded(rng: random.Random) -> Lie:
    truth = cases(rng)
    rows = table(truth)
    for row in rng.sample(rows, 3):
        row[0] = f"2,025{rng.randrange(10)}E+11"
    return Lie(csv(rows), truth)


@lie
def no_column_of_municipalities(rng: random.Random) -> Lie:
    truth = cases(rng)
    names = [n for n in FIELDS if n != "gemeente"]
    return Lie(csv(table(truth, names), [h for h in HEADINGS if h != "Gemeente"]), truth)


@lie
def columns_that_are_not_there(rng: random.Random) -> Lie:
    truth = cases(rng)
    gone = set(rng.sample(FIELDS[4:], rng.randrange(1, 5)))
    names = [n for n in FIELDS if n not in gone]
    return Lie(csv(table(truth, names), [HEADINGS[FIELDS.index(n)] for n in names]), truth, absent=gone)


@lie
def counts_of_two_teams(rng: random.Random) -> Lie:
    """Each count stands in two rows, of which the sum is the truth; some pairs are equal."""
    truth = counts(rng)
    rows = []
    for row in truth:
        half = row["aantal"] // 2 if rng.random() < 0.5 else rng.randrange(row["aantal"] + 1)
        rows += [row | {"aantal": half, "uren": 1.0}, row | {"aantal": row["aantal"] - half, "uren": row["uren"] - 1}]
    return Lie(csv(table(rows, COUNT_FIELDS), COUNT_HEADINGS), truth, register="boa")


@lie
def months_by_their_name(rng: random.Random) -> Lie:
    truth, form = counts(rng), rng.choice(["{j}-{m:02}", "{naam} {j}", "{m:02}-{j}", "{j}MM{m:02}", "{j}{m:02}"])
    write = {"periode": lambda day: form.format(j=day.year, m=day.month, naam=MONTHS[day.month - 1])}
    return Lie(csv(table(truth, COUNT_FIELDS, **write), COUNT_HEADINGS), truth, register="boa")


@lie
def months_by_another_of_their_days(rng: random.Random) -> Lie:
    truth, day = counts(rng), rng.choice([1, 15, 28])
    write = {"periode": lambda value: f"{value.replace(day=day):%d-%m-%Y}"}
    return Lie(csv(table(truth, COUNT_FIELDS, **write), COUNT_HEADINGS), truth, register="boa")


@lie
def months_in_american_notation(rng: random.Random) -> Lie:
    truth = counts(rng)
    write = {"periode": lambda value: f"{value.month}/1/{value.year}"}
    return Lie(csv(table(truth, COUNT_FIELDS, **write), COUNT_HEADINGS), truth, register="boa")


@lie
def members_named_by_one_row(rng: random.Random) -> Lie:
    """A partnership's file: one member with cases, one named without, one not named at all."""
    truth = cases(rng)
    rows = [*table(truth), ["", NEIGHBOUR_NAME, "", "", "", "", "", ""]]
    return Lie(csv(rows), truth, sender=NAMES)
