"""What must hold of the files that are exported from a published warehouse; each check gives what is wrong."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq

from tests.e2e.pages_by_eye import says
from tests.places import TOWN, TOWN_NAME
from veiligheidsbeeld import export
from veiligheidsbeeld.contracts import load_contracts
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect

OFFICE = shutil.which("soffice")
WITHOUT = "LibreOffice is not installed (Debian: apt install libreoffice-calc-nogui)"
COUNTS = {
    "doelen": ("select count(*), sum(waarde) from mart_ivp.doelen", "Waarde"),
    "resultaatafspraken": ("select count(*), sum(gemiddelde_gedrukt) from mart_ivp.resultaatafspraken", "Gemiddelde"),
}


def sheets(settings: Settings, into: Path) -> list[str]:
    """Workbook and CSV have the rows and the sum of the mart, and no cell that holds an error."""
    wrong = []
    for name, question in export.QUESTIONS.items():
        text, book = export.write(settings, question, into)
        workbook = openpyxl.load_workbook(book)
        titles, *rows = workbook.worksheets[0].iter_rows(values_only=True)
        lines = list(csv.DictReader(text.open(encoding="utf-8-sig", newline=""), delimiter=";"))
        errors = [
            c for s in workbook.worksheets for r in s.iter_rows(values_only=True) for c in r if str(c).startswith("#")
        ]
        if errors or workbook.sheetnames[1:] != ["Kolommen", "Definities", "Toelichting"]:
            wrong.append(f"{name}: {errors} {workbook.sheetnames}")
        if len(rows) != len(lines) or not rows:
            wrong.append(f"{name}: {len(rows)} rows in the workbook, {len(lines)} lines of text")
        if name in COUNTS:
            query, column = COUNTS[name]
            with connect(settings, "bi_lezer") as reader:
                count, total = reader.execute(query).fetchone()
            found = sum(row[titles.index(column)] or 0.0 for row in rows)
            typed = sum(float(line[column].replace(",", ".") or 0) for line in lines)
            if len(rows) != count or abs(found - total) > 1e-6 * total or abs(typed - total) > 0.001 * count:
                wrong.append(f"{name}: {len(rows)} rows, {found} and {typed}; the mart has {count} and {total}")
    return wrong


def in_office(settings: Settings, into: Path) -> list[str]:
    """LibreOffice shows every figure of every sheet of the goals within what its notation rounds away, and no error."""
    _, book = export.write(settings, export.QUESTIONS["doelen"], into)
    # 59: `;`, 34: quotes, 76: UTF-8; the eighth, true: as shown on the sheet; the last: every sheet.
    command = [
        OFFICE, f"-env:UserInstallation={(into / 'profile').as_uri()}", "--headless", "--convert-to",
        "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,true,false,false,-1", "--outdir", into, book,
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    wrong, figures = [], 0
    for sheet in openpyxl.load_workbook(book).worksheets:
        with (into / f"doelen-{sheet.title}.csv").open(encoding="utf-8", newline="") as stream:
            shown = list(csv.reader(stream, delimiter=";"))
        wrong += [f"{sheet.title}: {cell}" for row in shown for cell in row if cell.startswith(("#", "Err:"))]
        for values, texts in zip(sheet.iter_rows(values_only=True), shown, strict=True):
            for value, text in zip(values, texts, strict=True):
                if isinstance(value, float):
                    figures += 1
                    wrong += [] if says(text, value) else [f"{sheet.title}: {text!r} for {value}"]
    return wrong + ([] if figures > 1000 else [f"only {figures} figures"])


def budget(settings: Settings, into: Path) -> list[str]:
    """Lines of the budget that `sheets` wrote, by another way: 1000 times what was counted over who lived there."""
    lines = list(csv.DictReader((into / "begroting.csv").open(encoding="utf-8-sig", newline=""), delimiter=";"))
    wrong = []
    for theme, indicator, age in (("leefomgeving", "MIS-2.5.2", "totaal"), ("jeugd", "HALT-JONGEREN", "12-17")):
        [line] = [
            r for r in lines if (r["Gemeente"], r["Indicatorcode"], r["Jaar"]) == (TOWN_NAME, indicator, "2025")
        ]  # fmt: skip
        with connect(settings, "bi_lezer") as reader:
            (counted,) = reader.execute(
                f"select waarde from mart_{theme}.indicatorwaarden where indicator_code = %s"
                " and regio_code = %s and periode_code = '2025JJ00' and maat = 'aantal'",
                [indicator, TOWN],
            ).fetchone()
            (people,) = reader.execute(
                "select inwoners_1_januari from kern.bevolking where regio_code = %s and jaar = 2025"
                " and leeftijdsgroep = %s",
                [TOWN, age],
            ).fetchone()
        expected = 1000 * counted / people
        wrong += [] if abs(float(line["Waarde"].replace(",", ".")) - expected) < 0.001 else [f"{line}: {expected}"]
    wrong += [f"no word for {r}" for r in lines if not r["Waarde"] and r["Status"] in ("", "gepubliceerd")]
    return wrong


def open_figures(settings: Settings, into: Path) -> list[str]:
    """The Parquet file of a theme holds every figure of an open source, none of another, and what the package says."""
    package = json.loads(export.write_open(settings, into, ["cybercrime"]).read_text(encoding="utf-8"))
    [resource] = package["resources"]
    table = pq.read_table(into / resource["path"])
    closed = {c.naam for c in load_contracts().values() if c.wettelijk_kader != "open"}
    with connect(settings, "bi_lezer") as reader:
        rows = reader.execute(
            "select bron, count(*), sum(waarde) from mart_cybercrime.indicatorwaarden where bron like '%NED' group by 1"
        ).fetchall()
    found = {
        row["bron"]: (row["waarde_count"], row["waarde_sum"])
        for row in table.group_by("bron").aggregate([("waarde", "count"), ("waarde", "sum")]).to_pylist()
    }
    wrong = [f"{s}: {found.get(s)} and {total}" for s, _, total in rows if abs(found[s][1] - total) > 1e-6 * total]
    wrong += [f"{source} is not open" for source in found if source in closed or not source.endswith("NED")]
    if table.num_rows != sum(count for _, count, _ in rows) or table.num_rows != resource["rows"]:
        wrong.append(f"{table.num_rows} rows")
    fields = [field["name"] for field in resource["schema"]["fields"] if field["description"]]
    return wrong + ([] if fields == table.column_names else [f"described: {fields}"])
