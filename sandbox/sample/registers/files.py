"""A table becomes a file as a municipality exports it: its own headings, notations, encoding, and small defects."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from dataclasses import dataclass
from datetime import date
from typing import Any

import openpyxl

from sandbox.sample.registers.draw import Table
from veiligheidsbeeld.contracts.register import Column, RegisterContract
from veiligheidsbeeld.files.naming import municipality_names

_NOTES = ("", "", "", "zie dossier", "besproken in overleg", "café en terras", "geen bijzonderheden")
_EPOCH = date(1899, 12, 30)


@dataclass(frozen=True)
class Style:
    """How one sender's system exports."""

    soort: str = "csv"
    tekenset: str = "utf-8"
    scheiding: str = ";"
    regeleinde: str = "\r\n"
    datum: str = "%d-%m-%Y"
    ja_nee: tuple[str, str] = ("J", "N")
    komma: bool = True
    eigen_koppen: bool = False  # the headings and names of codes of the sender's own system
    gemeente: str = "naam"  # naam or code
    buurt: str = "volledig"  # volledig, or kaal: without BU and leading zeros
    gebrek: str = ""  # totaalrij, spaties, kop_herhaald, dubbel, streepje, datumgetal


STYLES = {
    "iso": Style(scheiding=",", regeleinde="\n", datum="%Y-%m-%d", komma=False, gemeente="code"),
    "zaaksysteem": Style(tekenset="cp1252", ja_nee=("ja", "nee"), eigen_koppen=True, gebrek="spaties"),
    "excel_csv": Style(tekenset="utf-8-sig", gebrek="totaalrij"),
    "oud": Style(tekenset="cp1252", ja_nee=("1", "0"), buurt="kaal", gebrek="streepje"),
    "herhaald": Style(tekenset="utf-8-sig", datum="%d/%m/%Y", eigen_koppen=True, gebrek="dubbel"),
    "pagina": Style(ja_nee=("Ja", "Nee"), gebrek="kop_herhaald"),
    "xlsx": Style(soort="xlsx", eigen_koppen=True),
    "xlsx_getal": Style(soort="xlsx", gemeente="code", gebrek="datumgetal"),
}


def render(contract: RegisterContract, table: Table, style: Style) -> bytes:
    """The bytes of the file; the same table and style give the same bytes."""
    columns = [c for c in contract.kolommen if c.naam in table]
    cells = [_column(table[c.naam], c, style) for c in columns]
    heads = [c.koppen[0] if style.eigen_koppen and c.koppen else c.naam for c in columns]
    if style.tekenset == "cp1252" and any(c.naam == "toelichting" for c in contract.kolommen):
        heads.append("toelichting")
        cells.append([_NOTES[i % len(_NOTES)] for i in range(len(table["gemeente"]))])
    rows = [list(row) for row in zip(*cells, strict=True)]
    _spoil(rows, heads, style.gebrek)
    return workbook({contract.titel[:28]: [heads, *rows]}) if style.soort == "xlsx" else _csv([heads, *rows], style)


def _column(values: list[Any], column: Column, style: Style) -> list[Any]:
    """The cells of a column; each different value is written once."""
    if column.type == "codes":
        return [_cell(v, column, style) for v in values]
    written = {v: _cell(v, column, style) for v in set(values)}
    return [written[v] for v in values]


def _cell(value: Any, column: Column, style: Style) -> Any:
    if value is None:
        return "-" if style.gebrek == "streepje" and column.type == "code" else ""
    if isinstance(value, bool):
        return style.ja_nee[0 if value else 1]
    if isinstance(value, list):
        return "|".join(value)
    if isinstance(value, date):
        if style.soort == "xlsx":
            return (value - _EPOCH).days if style.gebrek == "datumgetal" else value
        return value.strftime(style.datum)
    if isinstance(value, float):
        return value if style.soort == "xlsx" else str(value).replace(".", "," if style.komma else ".")
    if column.type == "gemeente":
        return municipality_names()[value] if style.gemeente == "naam" else value
    if column.type == "buurt" and style.buurt == "kaal":
        return value[2:].lstrip("0")
    if column.type == "code" and style.eigen_koppen and column.waarden.get(value):
        return column.waarden[value][0]
    return value if style.soort == "xlsx" else str(value)


def _spoil(rows: list[list[Any]], heads: list[str], defect: str) -> None:
    """Something that real exports have and that the reader mends without a guess."""
    middle = len(rows) // 2
    if defect == "totaalrij":
        rows.append(["Totaal", str(len(rows))] + [""] * (len(heads) - 2))
    elif defect == "spaties":
        for row in rows[::7]:
            row[:] = [f"{c}  " if isinstance(c, str) and c else c for c in row]
    elif defect == "kop_herhaald" and middle:
        rows.insert(middle, list(heads))
    elif defect == "dubbel" and rows:
        rows.insert(middle, list(rows[middle]))


def _csv(rows: list[list[Any]], style: Style) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=style.scheiding, lineterminator=style.regeleinde).writerows(rows)
    return text.getvalue().encode(style.tekenset)


def workbook(sheets: dict[str, list[list[Any]]]) -> bytes:
    """A workbook without the moment at which it was made, so that the same cells give the same bytes."""
    book = openpyxl.Workbook(write_only=True)
    for name, rows in sheets.items():
        sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", name))
        for row in rows:
            sheet.append([None if c == "" else c for c in row])
    made = io.BytesIO()
    book.save(made)
    plain = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            body = old.read(entry)
            if entry.filename == "docProps/core.xml":
                body = re.sub(rb"\d{4}-\d\d-\d\dT[0-9:]+Z", b"2020-01-01T00:00:00Z", body)
            new.writestr(zipfile.ZipInfo(entry.filename), body, zipfile.ZIP_DEFLATED)
    return plain.getvalue()
