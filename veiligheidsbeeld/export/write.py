"""Writes a table as CSV for a Dutch Excel and as a workbook with what the columns and indicators mean."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import psycopg
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.export import sheets
from veiligheidsbeeld.export.table import Column, Table, Value
from veiligheidsbeeld.reader.choice import KeyFigures, key_figures
from veiligheidsbeeld.reader.marts import moment, reading
from veiligheidsbeeld.settings import Settings

Question = Callable[[psycopg.Connection, KeyFigures], Table]
MOST_ROWS = 1_000_000  # an .xlsx holds 1,048,576
# A spreadsheet takes text that begins so for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
# 413 is Dutch: the decimal comma also where the program speaks another language.
_NUMBER = "[$-413]#,##0{fraction}"
_WIDEST = 60


def folder(settings: Settings) -> Path:
    """Where exports are written, unless the caller has another place."""
    return settings.home / "export"


def write(settings: Settings, question: Question, target: Path | None = None) -> list[Path]:
    """Asks the marts and writes `<name>.csv` and `<name>.xlsx`; the paths.

    Raises `ConfigurationError` when nothing is published, when there is no row, or more than a sheet holds.
    """
    with reading(settings) as connection:
        table = question(connection, key_figures(settings))
        if not table.rows:
            raise ConfigurationError("There is nothing to export: no row fits.", remedy="Ask for less of a choice.")
        if len(table.rows) > MOST_ROWS:
            raise ConfigurationError(
                f"{len(table.rows):,} rows are more than a sheet holds.",
                remedy="Choose regions (--regio) or periods (--soort), or export `open` as Parquet.",
            )
        now = moment(connection, datetime.now(UTC))
        about = sheets.about(now)
        extra = [sheets.columns(table), sheets.definitions(connection, table), about]
    target = target or folder(settings)
    target.mkdir(parents=True, exist_ok=True)
    paths = [target / f"{table.name}.csv", target / f"{table.name}.xlsx"]
    write_csv(sheets.with_moment(table, now), paths[0])
    write_workbook([table, *extra], paths[1])
    return paths


def write_csv(table: Table, path: Path) -> None:
    """UTF-8 with a mark for Excel, `;`, decimal comma, dd-mm-jjjj."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow(column.title for column in table.columns)
        writer.writerows([written(value) for value in row] for row in table.rows)


def written(value: Value) -> str:
    """A value as a Dutch spreadsheet reads it from text; at most three decimals."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nee"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return (
            f"{value:.3f}".rstrip("0")
            .rstrip(".")
            .replace(".", ",")
            .replace("-0", "0" if round(value, 3) == 0 else "-0")
        )
    if isinstance(value, date):
        return f"{value:%d-%m-%Y}"
    return f"'{value}" if value.startswith(_FORMULA) else value


def write_workbook(tables: list[Table], path: Path) -> None:
    """A sheet per table; the first is the one that opens."""
    book = Workbook(write_only=True)
    for table in tables:
        _write_sheet(book.create_sheet(table.name.capitalize()), table)
    book.save(path)


def _write_sheet(sheet: WriteOnlyWorksheet, table: Table) -> None:
    sheet.freeze_panes = "A2"
    for number, column in enumerate(table.columns):
        longest = max((len(str(row[number] or "")) for row in table.rows[:500]), default=0)
        sheet.column_dimensions[get_column_letter(number + 1)].width = min(_WIDEST, max(longest, len(column.title)) + 2)
    sheet.append([_cell(sheet, column.title, column, bold=True) for column in table.columns])
    for row in table.rows:
        sheet.append([_cell(sheet, value, column) for value, column in zip(row, table.columns, strict=True)])
    last = f"{get_column_letter(len(table.columns))}{len(table.rows) + 1}"
    sheet.auto_filter.ref = f"A1:{last}"


def _cell(sheet: WriteOnlyWorksheet, value: Value, column: Column, *, bold: bool = False) -> WriteOnlyCell:
    shown = ("ja" if value else "nee") if isinstance(value, bool) else value
    cell = WriteOnlyCell(sheet, shown)
    if isinstance(shown, str):
        cell.data_type = "s"  # text stays text, whatever sign it begins with
        cell.alignment = Alignment(vertical="top", wrap_text=len(shown) > _WIDEST)
    elif isinstance(shown, float):
        cell.number_format = _NUMBER.format(fraction=f".{'0' * column.decimals}" if column.decimals else "")
    elif isinstance(shown, date):
        cell.number_format = "dd-mm-yyyy"
    if bold:
        cell.font = Font(bold=True)
    return cell
