"""What one sheet, one column or one file proves about another; and files made to exhaust the reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.places import TOWN, TOWN_NAME
from tests.registers.drafts import GEMEENTEN, SCOPE, Draft, draft
from tests.registers.xlsx_mutations import with_part
from veiligheidsbeeld.contracts.register import load_registers
from veiligheidsbeeld.refusals import FileRefused, Reading
from veiligheidsbeeld.registers.personal import kinds
from veiligheidsbeeld.registers.read import read_register

CONTRACT = load_registers()["sluitingen"]


def _read(made: Draft, folder: Path) -> Reading:
    return read_register(made.write(folder), made.contract, gemeenten=GEMEENTEN, scope=SCOPE)


def _rules(reading: Reading) -> list[tuple[int, str | None, str]]:
    return [(r.rijnummer, r.kolom, r.regel) for r in reading.refusals]


def test_one_date_with_the_month_first_puts_the_others_of_its_column_in_doubt(tmp_path: Path) -> None:
    made = draft(CONTRACT, "csv", 1)
    first, second, third = made.rows[:3]
    first.cells["datum_besluit"], second.cells["datum_besluit"] = "04/25/2025", "03/04/2025"
    third.cells["datum_besluit"] = "05/05/2025"
    rules = _rules(_read(made, tmp_path))
    assert rules == [(2, "datum_besluit", "datum"), (3, "datum_besluit", "datum_dubbelzinnig")]


def _dated(days: list[str], headings: str = "gemeente;Maand;Thema;soort;minderjarig;aantal;uren") -> str:
    topics = ["afval", "hond", "parkeren", "overlast", "jeugd", "alcohol", "evenement", "ondermijning", "overig"]
    rows = (f"{TOWN_NAME};{day};{topics[at % 9]};controle;nee;3;1" for at, day in enumerate(days))
    return "\n".join([headings, *rows, ""])


@pytest.mark.parametrize(
    ("days", "carded"),
    [
        ([f"{month:02}-01-2025" for month in range(1, 5)], True),  # one January, or the first of four months
        ([f"01-{month:02}-2025" for month in range(1, 10)], False),
        ([f"{day:02}-0{day % 3 + 1}-2025" for day in (2, 5, 9)], False),  # too few to tell
        ([f"{day:02}-0{day % 3 + 1}-2025" for day in (2, 4, 5, 7, 8, 9, 11)], True),
        ([f"{day:02}-0{day % 3 + 1}-2025" for day in (2, 4, 5, 7, 8, 9, 13)], False),
    ],
)
def test_days_that_are_all_twelve_or_less_may_be_months(tmp_path: Path, days: list[str], carded: bool) -> None:
    path = tmp_path / "boa_2025.csv"
    path.write_text(_dated(days))
    reading = read_register(path, load_registers()["boa"], gemeenten={TOWN: TOWN_NAME}, scope=SCOPE)
    assert [r.regel for r in reading.remarks if r.kaart] == (["datum zonder bewijs"] if carded else [])


@pytest.mark.parametrize(("term", "refused"), [("31-12-2099", True), ("2051-01-01", True), ("31-12-2035", False)])
def test_a_term_far_ahead_is_a_filler(tmp_path: Path, term: str, refused: bool) -> None:
    path = tmp_path / "meldingen_openbare_ruimte_2025.csv"
    rows = [f"M-{n};{TOWN_NAME};afval;2025-03-0{n % 9 + 1};{term if n == 1 else ''}" for n in range(40)]
    path.write_text("\n".join(["Meldingsnummer;Gemeente;Categorie;Datum melding;Uiterste datum", *rows, ""]))
    scope = replace(SCOPE, gemaakt=date(2025, 12, 31))
    reading = read_register(path, load_registers()["meldingen_openbare_ruimte"], gemeenten=GEMEENTEN, scope=scope)
    assert _rules(reading) == ([(3, "uiterste_datum", "toekomst")] if refused else [])


def test_a_decimal_comma_elsewhere_in_the_column_proves_the_thousands_dot(tmp_path: Path) -> None:
    for proof, rules in (("12,5", []), ("12.5", [(2, "kosten", "getal_dubbelzinnig")])):
        made = draft(CONTRACT, "csv", 1)
        made.rows[0].cells["kosten"], made.rows[1].cells["kosten"] = "1.234", proof
        assert _rules(_read(made, tmp_path)) == rules


def test_sheets_with_the_same_headings_are_read_as_one(tmp_path: Path) -> None:
    made = draft(CONTRACT, "xlsx", 2)

    def split(book: Workbook) -> None:
        first, second = book["Register"], book.create_sheet("Tweede helft")
        rows = [[c.value for c in row] for row in first.iter_rows()]
        for row in [rows[0], *rows[31:], rows[1]]:  # the last one stands on both sheets
            second.append(row)
        first.delete_rows(32, 40)
        second["A2"] = None

    made.book_hooks.append(split)
    reading = _read(made, tmp_path)
    assert reading.werkbladen == ["Register", "Tweede helft"]
    assert [(r.werkblad, r.rijnummer, r.regel) for r in reading.refusals] == [("Tweede helft", 2, "verplicht")]
    assert (reading.rows, reading.repairs["", "dubbele_rij"]) == (60, 1)


def test_texts_that_the_workbook_shares_between_cells(tmp_path: Path) -> None:
    """As spreadsheet programs write them; also in parts of different type."""
    made = draft(CONTRACT, "xlsx", 3)
    good = _read(made, tmp_path).table
    shared: list[str] = []

    def share(body: bytes) -> bytes:
        import re

        def moved(match: re.Match[str]) -> str:
            half = len(match[2]) // 2
            shared.append(f"<si><r><t>{match[2][:half]}</t></r><r><t>{match[2][half:]}</t></r></si>")
            return f'<c {match[1]} t="s"><v>{len(shared) - 1}</v></c>'

        text = body.decode()
        assert "inlineStr" in text
        return re.sub(r'<c ([^>]*?) t="inlineStr"><is><t>([^<]*)</t></is></c>', moved, text).encode()

    made.byte_hooks += [
        with_part("xl/worksheets/sheet1.xml", share),
        lambda data: with_part(
            "xl/sharedStrings.xml",
            f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{"".join(shared)}</sst>'.encode(),
        )(data),
        with_part(
            "xl/_rels/workbook.xml.rels",
            lambda body: body.replace(
                b"</Relationships>",
                b'<Relationship Id="rId99" Target="sharedStrings.xml" Type="http://schemas.openxmlformats.org/'
                b'officeDocument/2006/relationships/sharedStrings"/></Relationships>',
            ),
        ),
    ]
    assert _read(made, tmp_path).table.equals(good)


def test_an_unfit_sheet_that_comes_near_is_not_passed_over(tmp_path: Path) -> None:
    made = draft(CONTRACT, "xlsx", 4)
    near = [c.naam for c in CONTRACT.kolommen if c.naam != "datum_besluit"]
    made.book_hooks.append(lambda book: book.create_sheet("Oude lijst").append(near))
    with pytest.raises(FileRefused) as refused:
        _read(made, tmp_path)
    assert refused.value.regel == "ontbrekende_kolom"


def test_what_was_not_searched_is_marked(tmp_path: Path) -> None:
    path = tmp_path / "sluitingen_2025.xlsx"
    path.write_bytes(b"PK geen werkmap")
    with pytest.raises(FileRefused) as refused:
        read_register(path, CONTRACT, gemeenten=GEMEENTEN, scope=SCOPE)
    assert not refused.value.gescand


@pytest.mark.parametrize(
    "text", ["a" * 300_000 + "@", "1 " * 100_000, "123456789a" * 30_000, "@" * 100_000, "A1" * 99_999]
)
def test_long_cells_do_not_hold_up_the_search(text: str) -> None:
    """Each of them took minutes with a rule that looks back or ahead over the whole text."""
    assert kinds(text) == []


def test_the_first_day_counts_and_the_last_does_not(tmp_path: Path) -> None:
    made = draft(CONTRACT, "csv", 5)
    made.rows[0].cells["datum_besluit"] = SCOPE.van
    made.rows[1].cells["datum_besluit"] = date(2026, 1, 1)
    assert _rules(_read(made, tmp_path)) == [(3, "datum_besluit", "periode")]


@pytest.mark.parametrize(
    ("rows", "bad", "taken"),
    [(5, 1, True), (5, 2, False), (3, 1, False), (1, 1, False), (10, 3, True), (20, 4, False), (40, 4, True)],
)
def test_a_few_bad_rows_do_not_refuse_a_small_file(rows: int, bad: int, taken: bool, tmp_path: Path) -> None:
    """A tenth of five rows is none: up to three rows go aside, as long as they are fewer than a third."""
    made = draft(CONTRACT, "csv", 6)
    del made.rows[rows:]
    for row in made.rows[:bad]:
        row.cells["maatregel"] = "onbekend"
    if taken:
        reading = _read(made, tmp_path)
        assert (reading.rows, reading.refused, reading.table.num_rows) == (rows, bad, rows - bad)
        return
    with pytest.raises(FileRefused) as refused:
        _read(made, tmp_path)
    assert (refused.value.regel, len(refused.value.refusals)) == ("te_veel_fouten", bad)
    assert "toegestaan is 10%, of ten hoogste 3 rijen als dat minder dan een derde is" in refused.value.reden


def test_headings_alone_say_that_nothing_happened(tmp_path: Path) -> None:
    made = draft(CONTRACT, "csv", 7)
    made.rows.clear()
    reading = read_register(made.write(tmp_path), CONTRACT, gemeenten={TOWN: TOWN_NAME}, scope=SCOPE)
    assert (reading.rows, reading.refusals, reading.table.num_rows) == (0, [], 0)
    assert reading.table.schema.names == [c.naam for c in CONTRACT.opgenomen] + ["rijnummer", "werkblad"]


def _hidden_copy(book: Workbook) -> None:
    sheet = book.copy_worksheet(book["Register"])
    sheet.sheet_state = "hidden"
    sheet.append(["ZK-0001A"])


@pytest.mark.parametrize(
    ("doubt", "whole", "why"),
    [
        (lambda made: made.below.append(["Totaal", "12"]), True, "totaalrij"),
        (lambda made: made.book_hooks.append(_hidden_copy), True, "verborgen werkblad"),
        (lambda made: None, False, "aanvulling"),
        (lambda made: None, True, "samenwerkingsverband"),
    ],
)
def test_headings_alone_are_refused_when_there_was_more_to_say(
    doubt: Callable[[Draft], None], whole: bool, why: str, tmp_path: Path
) -> None:
    made = draft(CONTRACT, "xlsx", 7)
    made.rows.clear()
    doubt(made)
    towns = GEMEENTEN if why == "samenwerkingsverband" else {TOWN: TOWN_NAME}
    with pytest.raises(FileRefused) as refused:
        read_register(made.write(tmp_path), CONTRACT, gemeenten=towns, scope=replace(SCOPE, volledig=whole))
    assert refused.value.regel == "alleen_kopregel"
    assert why in refused.value.reden
