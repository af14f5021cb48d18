"""What must hold of the files that are exported from a published warehouse; each check gives what is wrong."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq

from tests.places import TOWN, TOWN_NAME
from veiligheidsbeeld import export
from veiligheidsbeeld.contracts import load_contracts
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect

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


def budget(settings: Settings, into: Path) -> list[str]:
    """A line of the budget that `sheets` wrote, by another way: 1000 times what was counted over who lived there."""
    text = into / "begroting.csv"
    lines = list(csv.DictReader(text.open(encoding="utf-8-sig", newline=""), delimiter=";"))
    [line] = [
        r for r in lines if (r["Gemeente"], r["Indicatorcode"], r["Jaar"]) == (TOWN_NAME, "MIS-2.5.2", "2025")
    ]  # fmt: skip
    with connect(settings, "bi_lezer") as reader:
        ((thefts,), (people,)) = (
            reader.execute(query).fetchone()
            for query in (
                "select waarde from mart_leefomgeving.indicatorwaarden where indicator_code = 'MIS-2.5.2'"
                f" and regio_code = '{TOWN}' and periode_code = '2025JJ00' and maat = 'aantal'",
                f"select inwoners_1_januari from kern.bevolking where regio_code = '{TOWN}' and jaar = 2025"
                " and leeftijdsgroep = 'totaal'",
            )
        )
    expected = 1000 * thefts / people
    return [] if abs(float(line["Waarde"].replace(",", ".")) - expected) < 0.001 else [f"{line}: {expected}"]


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
