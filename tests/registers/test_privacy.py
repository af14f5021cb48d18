"""Personal data anywhere in a file refuses it, names the place and never repeats the value."""

from __future__ import annotations

import io
import random
import traceback
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment

from tests.registers.drafts import GEMEENTEN, SCOPE, Draft, draft
from tests.registers.personal_data import NOTATIONS
from tests.registers.xlsx_mutations import with_part
from veiligheidsbeeld.contracts.register import load_registers
from veiligheidsbeeld.files.report import write_report
from veiligheidsbeeld.refusals import PersonalDataFound
from veiligheidsbeeld.registers.read import read_register

CONTRACT = load_registers()["meldpunt_ondermijning"]
BSN = "111222333"
LOST_ZERO = "12345672"


def _refusal(made: Draft, folder: Path) -> PersonalDataFound:
    path = made.write(folder)
    with pytest.raises(PersonalDataFound) as refused:
        read_register(path, made.contract, gemeenten=GEMEENTEN, scope=SCOPE)
    return refused.value


def _told(refusal: PersonalDataFound, folder: Path) -> str:
    """All that a log or a report could show of it."""
    report = folder / "verslag.xlsx"
    write_report(report, CONTRACT, refusal, bestand="bestand", moment=datetime(2026, 1, 2))
    cells = [str(c.value) for sheet in load_workbook(report) for row in sheet.iter_rows() for c in row]
    trace = "".join(traceback.format_exception(refusal))
    return " ".join([*cells, trace, repr(vars(refusal))])


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdigit())


# Every column with some notation, and every notation in columns of different kinds.
PLACES = sorted(
    {(c.naam, sorted(NOTATIONS)[at % len(NOTATIONS)]) for at, c in enumerate(CONTRACT.kolommen)}
    | {(column, notation) for column in ("zaaknummer", "datum_signaal", "toelichting") for notation in NOTATIONS}
)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize(("column", "notation"), PLACES)
def test_a_bsn_in_any_column_and_notation(kind: str, column: str, notation: str, tmp_path: Path) -> None:
    made = draft(CONTRACT, kind, random.Random(notation).randrange(100))
    row = made.row()
    row.cells[column] = NOTATIONS[notation](BSN)
    refusal = _refusal(made, tmp_path)
    assert [(v.rijnummer, v.soort) for v in refusal.vondsten] == [(made.number(row), "bsn")]
    assert column in refusal.vondsten[0].plaats
    assert BSN not in _told(refusal, tmp_path)
    assert BSN not in _digits(str(refusal))


@pytest.mark.parametrize("value", [111222333, 111222333.0, int(LOST_ZERO), float(LOST_ZERO)])
@pytest.mark.parametrize("column", ["zaaknummer", "buurtcode", "hardheid", "toelichting"])
def test_a_bsn_that_a_spreadsheet_took_for_a_number(value: float, column: str, tmp_path: Path) -> None:
    made = draft(CONTRACT, "xlsx", 3)
    made.row().cells[column] = value
    assert _refusal(made, tmp_path).aantal == 1


def _hidden(book: Workbook) -> None:
    sheet = book.create_sheet("Lijsten")
    sheet["C7"] = BSN
    sheet.sheet_state = "veryHidden"


def _comment(book: Workbook) -> None:
    book["Register"]["B2"].comment = Comment(f"navraag bij {BSN}", "x")


def _sheet_name(book: Workbook) -> None:
    book["Register"].title = f"dossier {BSN}"


def _far_below(book: Workbook) -> None:
    book["Register"]["B400"] = BSN


def _header(book: Workbook) -> None:
    book["Register"].oddHeader.center.text = f"dossier {BSN}"


def _formula(book: Workbook) -> None:
    book["Register"]["R3"] = f'=IF(1=2,"{BSN}","")'


def _link(book: Workbook) -> None:
    book["Register"]["A3"].hyperlink = "mailto:iemand@example.org"


@pytest.mark.parametrize("hook", [_hidden, _comment, _sheet_name, _far_below, _header, _formula, _link])
def test_outside_the_register_in_a_workbook(hook: Callable[[Workbook], None], tmp_path: Path) -> None:
    made = draft(CONTRACT, "xlsx", 4)
    made.book_hooks.append(hook)
    assert BSN not in _told(_refusal(made, tmp_path), tmp_path)


def test_a_value_that_was_deleted_but_stayed_in_the_file(tmp_path: Path) -> None:
    made = draft(CONTRACT, "xlsx", 5)
    made.byte_hooks.append(with_part("xl/sharedStrings.xml", f"<sst><si><t>weg: {BSN}</t></si></sst>".encode()))
    assert [v.plaats for v in _refusal(made, tmp_path).vondsten] == ["gedeelde tekst"]


def test_a_sheet_that_the_workbook_no_longer_names(tmp_path: Path) -> None:
    made = draft(CONTRACT, "xlsx", 5)
    made.byte_hooks.append(
        with_part("xl/worksheets/sheet9.xml", f"<worksheet><c><v>{BSN}</v></c></worksheet>".encode())
    )
    assert _refusal(made, tmp_path).aantal == 1


def test_a_pivot_table_keeps_a_copy_of_its_rows(tmp_path: Path) -> None:
    made = draft(CONTRACT, "xlsx", 6)
    record = f'<pivotCacheRecords><r><s v="{BSN}"/></r></pivotCacheRecords>'.encode()
    made.byte_hooks.append(with_part("xl/pivotCache/pivotCacheRecords1.xml", record))
    assert _refusal(made, tmp_path).aantal == 1


def test_in_a_heading_a_title_and_beyond_the_last_column(tmp_path: Path) -> None:
    for change in ("heading", "title", "beyond"):
        made = draft(CONTRACT, "csv", 7)
        if change == "heading":
            made.headings["extra"] = BSN
        elif change == "title":
            made.above = [[f"lijst voor {BSN}"]]
        else:
            made.text_hooks.append(lambda text: text.rstrip() + f";;;{BSN}\r\n")
        assert BSN not in _told(_refusal(made, tmp_path), tmp_path)


def test_in_the_name_of_the_file(tmp_path: Path) -> None:
    path = draft(CONTRACT, "csv", 8).write(tmp_path)
    path = path.rename(tmp_path / f"meldpunt {BSN}.csv")
    with pytest.raises(PersonalDataFound) as refused:
        read_register(path, CONTRACT, gemeenten=GEMEENTEN, scope=SCOPE)
    assert BSN not in _told(refused.value, tmp_path)


def test_personal_data_goes_before_every_other_reason(tmp_path: Path) -> None:
    made = draft(CONTRACT, "csv", 9)
    made.row().cells["toelichting"] = BSN
    made.headings = {n: h for n, h in made.headings.items() if n != "gemeente"} | {"vreemd": "vreemd"}
    _refusal(made, tmp_path)


def test_neighbourhood_codes_without_their_letters_are_no_bsn(tmp_path: Path) -> None:
    made = draft(CONTRACT, "csv", 10)
    for row in made.rows:
        row.cells["buurtcode"] = str(row.cells["buurtcode"])[2:]
    read = read_register(made.write(tmp_path), CONTRACT, gemeenten=GEMEENTEN, scope=SCOPE)
    assert read.refused == 0


def test_the_package_is_searched_but_not_its_author(tmp_path: Path) -> None:
    made = draft(CONTRACT, "xlsx", 11)
    made.book_hooks.append(lambda book: setattr(book.properties, "creator", f"A {BSN}"))
    read = read_register(path := made.write(tmp_path), CONTRACT, gemeenten=GEMEENTEN, scope=SCOPE)
    assert read.refused == 0
    assert BSN.encode() in zipfile.ZipFile(io.BytesIO(path.read_bytes())).read("docProps/core.xml")
