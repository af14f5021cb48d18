"""Exports as a Dutch spreadsheet reads them; the table is made up here and the right answers are typed."""

import shutil
import subprocess
from datetime import date

import openpyxl
import pytest

from tests.places import THIRD_NAME, TOWN_NAME
from veiligheidsbeeld.export.table import Column, Table
from veiligheidsbeeld.export.write import write_csv, write_workbook

OFFICE = shutil.which("soffice")
TABLE = Table(
    "proef",
    [Column("Gebied", ""), Column("Waarde", "", 1), Column("Dag", ""), Column("Voorlopig", ""), Column("Noot", "")],
    [
        ["Súdwest-Fryslân", 1234.5678, date(2026, 3, 1), True, "gewoon; met teken"],
        [TOWN_NAME, -0.00001, date(2026, 12, 31), False, "=1+1"],
        [THIRD_NAME, None, None, None, None],
        ["Laren (NH.)", 43.0, date(2025, 1, 1), False, "@import"],
    ],
    frozenset(),
)


def test_a_csv_opens_in_a_dutch_excel(tmp_path):
    path = tmp_path / "proef.csv"
    write_csv(TABLE, path)
    assert path.read_bytes().decode("utf-8") == (
        "\ufeffGebied;Waarde;Dag;Voorlopig;Noot\r\n"
        'Súdwest-Fryslân;1234,568;01-03-2026;ja;"gewoon; met teken"\r\n'
        f"{TOWN_NAME};0;31-12-2026;nee;'=1+1\r\n"
        f"{THIRD_NAME};;;;\r\n"
        "Laren (NH.);43;01-01-2025;nee;'@import\r\n"
    )


def test_a_workbook_holds_numbers_and_days_and_no_formula(tmp_path):
    path = tmp_path / "proef.xlsx"
    write_workbook([TABLE], path)
    sheet = openpyxl.load_workbook(path).active
    assert [cell.value for cell in sheet["B"]] == ["Waarde", 1234.5678, -0.00001, None, 43]
    assert sheet["C2"].value.date() == date(2026, 3, 1)
    assert (sheet["E3"].value, sheet["E3"].data_type) == ("=1+1", "s")
    assert sheet.freeze_panes == "A2"


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed (Debian: apt install libreoffice-calc-nogui)")
def test_another_program_shows_the_same_figures_in_dutch_notation(tmp_path):
    write_workbook([TABLE], tmp_path / "proef.xlsx")
    # 59: `;`, 34: quotes, 76: UTF-8; the eighth, true: as shown on the sheet.
    command = [
        OFFICE, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to",
        "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,true", "--outdir", tmp_path, tmp_path / "proef.xlsx",
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    shown = (tmp_path / "proef.csv").read_text(encoding="utf-8").splitlines()
    assert shown == [
        "Gebied;Waarde;Dag;Voorlopig;Noot",
        'Súdwest-Fryslân;1.234,6;01-03-2026;ja;"gewoon; met teken"',
        f"{TOWN_NAME};0,0;31-12-2026;nee;=1+1",
        f"{THIRD_NAME};;;;",
        "Laren (NH.);43,0;01-01-2025;nee;@import",
    ]
