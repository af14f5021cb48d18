"""The report for the sender."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from openpyxl import load_workbook

from tests.registers import mutations
from tests.registers.drafts import GEMEENTEN, SCOPE, draft
from veiligheidsbeeld.contracts.register import load_registers
from veiligheidsbeeld.files.report import MENDED, write_report
from veiligheidsbeeld.refusals import FileRefused, RowRefusal
from veiligheidsbeeld.registers.read import read_register

CONTRACT = load_registers()["sluitingen"]
MOMENT = datetime(2026, 1, 5, 9, 30)


def _sheets(path: Path) -> dict[str, list[tuple]]:
    book = load_workbook(path)
    assert all(c.data_type != "f" for sheet in book for row in sheet.iter_rows() for c in row)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


def test_a_reading_tells_what_was_taken_mended_and_refused(tmp_path: Path) -> None:
    made = draft(CONTRACT, "csv", 2)
    for name in ("datum_amerikaans", "totaalrij", "buurt_zonder_nul"):
        mutations.MUTATIONS[name].apply(made)
    reading = read_register(made.write(tmp_path), CONTRACT, gemeenten=GEMEENTEN, scope=SCOPE)
    write_report(tmp_path / "r.xlsx", CONTRACT, reading, bestand="sluitingen_2025.csv", moment=MOMENT)
    sheets = _sheets(tmp_path / "r.xlsx")
    summary = dict(sheets["Samenvatting"])
    assert summary["Rijen overgenomen"] == 59
    assert summary["Rijen geweigerd"] == 1
    assert summary["buurtcode"].endswith("1 keer")
    row, column, rule = made.refused_rows[0]
    assert sheets["Rijen"][1][1:4] == (made.number(row), column, rule)
    assert str(row.cells[column]) not in str(sheets)


def test_names_from_outside_cannot_become_formulas(tmp_path: Path) -> None:
    evil = '=HYPERLINK("http://example.org")'
    refusal = FileRefused("regel", evil, remedie="+1", refusals=[RowRefusal("b", "@blad", 3, None, "regel", "-2+3")])
    write_report(tmp_path / "r.xlsx", CONTRACT, refusal, bestand=f"{evil}\x00.csv", moment=MOMENT)
    texts = [c for rows in _sheets(tmp_path / "r.xlsx").values() for row in rows for c in row if isinstance(c, str)]
    assert not [t for t in texts if t.startswith(("=", "+", "-", "@"))]


def test_every_kind_of_mending_has_words(tmp_path: Path) -> None:
    for mutation in mutations.MUTATIONS.values():
        for contract in load_registers().values():
            made = draft(contract, "csv", 1)
            try:
                mutation.apply(made)
            except StopIteration:
                continue
            assert {kind for _, kind in made.repairs} <= set(MENDED)
