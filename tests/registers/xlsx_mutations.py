"""Damage that only a workbook can have: sheets, merged cells, errors, formulas, programs, bombs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from tests.places import TOWN_NAME
from tests.registers.drafts import Draft, Row
from tests.registers.mutations import mutation

XLSX = ("xlsx",)


def place(draft: Draft, row: Row, column: str) -> str:
    return f"{get_column_letter(list(draft.headings).index(column) + 1)}{draft.number(row)}"


def with_part(name: str, body: bytes | Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Adds a part to the package, or rewrites one."""

    def hook(data: bytes) -> bytes:
        buffer = io.BytesIO()
        with (
            zipfile.ZipFile(io.BytesIO(data)) as old,
            zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as new,
        ):
            for entry in old.namelist():
                if entry != name:
                    new.writestr(entry, old.read(entry))
            new.writestr(name, body(old.read(name)) if callable(body) else body)
        return buffer.getvalue()

    return hook


SHEET = "xl/worksheets/sheet1.xml"


@mutation("bladen", XLSX)
def verborgen_blad(draft: Draft) -> None:
    def hook(book: Workbook) -> None:
        hidden = book.create_sheet("Keuzelijsten", 0)
        hidden.append(["gemeente", "iets"])
        hidden.append([TOWN_NAME, "anders"])
        hidden.sheet_state = "veryHidden"
        book.active = book["Register"]

    draft.book_hooks.append(hook)


@mutation("bladen", XLSX)
def toelichting_op_blad(draft: Draft) -> None:
    draft.book_hooks.append(lambda book: book.create_sheet("Toelichting", 0).append(["Export van het zaaksysteem"]))


@mutation("bladen", XLSX)
def leeg_blad(draft: Draft) -> None:
    draft.book_hooks.append(lambda book: book.create_sheet("Blad2"))


@mutation("bladen", XLSX)
def register_alleen_verborgen(draft: Draft) -> None:
    def hook(book: Workbook) -> None:
        book["Register"].sheet_state = "hidden"
        book.active = book.create_sheet("Blad2")

    draft.book_hooks.append(hook)
    draft.refused_file.add("leeg_bestand")


@mutation("", XLSX)
def foutcel(draft: Draft) -> None:
    row, column = draft.row(), draft.column("datum", verplicht=True).naam
    draft.book_hooks.append(lambda book: book["Register"].__setitem__(place(draft, row, column), "#REF!"))
    draft.refuse(row, column, "excelfout")


@mutation("", XLSX)
def formule(draft: Draft) -> None:
    row, column = draft.row(), draft.column("datum", verplicht=True).naam
    draft.book_hooks.append(lambda book: book["Register"].__setitem__(place(draft, row, column), "=TODAY()"))
    draft.refuse(row, column, "formule")


@mutation("", XLSX)
def formule_in_totaal(draft: Draft) -> None:
    draft.rows.append(Row({}, kept=False, loose=["Totaal", None, None, "=SUM(A2:A9)"]))
    draft.repairs.add(("", "totaalrij"))


@mutation("", XLSX)
def samengevoegde_cellen(draft: Draft) -> None:
    column = draft.column("datum", verplicht=True).naam
    first, second = draft.rows[10], draft.rows[11]
    draft.taken += [first, second]
    draft.book_hooks.append(
        lambda book: book["Register"].merge_cells(f"{place(draft, first, column)}:{place(draft, second, column)}")
    )
    for row in (first, second):
        draft.refuse(row, column, "samengevoegd")


@mutation("boven", XLSX)
def samengevoegde_koppen(draft: Draft) -> None:
    draft.above = [["Zaak", None, "Verloop"]]

    def hook(book: Workbook) -> None:
        sheet = book["Register"]
        sheet["A1"] = sheet["A2"].value
        sheet.merge_cells("A1:A2")
        sheet.merge_cells("C1:E1")

    draft.book_hooks.append(hook)


@mutation("datumstelsel", XLSX)
def datumstelsel_1904(draft: Draft) -> None:
    row, column = draft.row(), draft.column("datum", verplicht=True).naam
    row.cells[column] = (row.values[column] - date(1904, 1, 1)).days
    draft.repairs.add((column, "excel_datumgetal"))
    draft.book_hooks.append(lambda book: setattr(book, "epoch", datetime(1904, 1, 1)))


@mutation("", XLSX)
def waarheidswaarde(draft: Draft) -> None:
    row, column = draft.row(), draft.column("janee").naam
    row.cells[column] = row.values[column]


@mutation("", XLSX)
def datum_van_een_code(draft: Draft) -> None:
    """What a spreadsheet program made of a code such as 1-2."""
    row, column = draft.row(), draft.column("code", verplicht=True).naam
    row.cells[column] = datetime(2025, 2, 1)
    draft.refuse(row, column, "datum_in_tekst")


@mutation("", XLSX)
def auteur(draft: Draft) -> None:
    """Who made the file is no part of its contents: it is neither read nor a reason to refuse."""
    draft.book_hooks.append(lambda book: setattr(book.properties, "creator", "auteur@example.org"))


@mutation("bestand", XLSX)
def macro(draft: Draft) -> None:
    draft.byte_hooks.append(with_part("xl/vbaProject.bin", b"\0"))
    draft.refused_file.add("macro")


@mutation("bestand", XLSX)
def externe_koppeling(draft: Draft) -> None:
    draft.byte_hooks.append(with_part("xl/externalLinks/externalLink1.xml", b"<externalLink/>"))
    draft.refused_file.add("externe_koppeling")


@mutation("bestand", XLSX)
def ingesloten_bestand(draft: Draft) -> None:
    draft.byte_hooks.append(with_part("xl/embeddings/oleObject1.bin", b"\0"))
    draft.refused_file.add("ingesloten_bestand")


@mutation("bestand", XLSX)
def zipbom(draft: Draft) -> None:
    draft.byte_hooks.append(with_part("xl/media/image1.xml", b"0" * (100 << 20)))
    draft.refused_file.add("zipbom")


@mutation("bestand", XLSX)
def zipbom_van_delen(draft: Draft) -> None:
    def hook(data: bytes) -> bytes:
        buffer = io.BytesIO(data)
        with zipfile.ZipFile(buffer, "a") as package:
            for number in range(2_100):
                package.writestr(f"xl/deel{number}.xml", b"")
        return buffer.getvalue()

    draft.byte_hooks.append(hook)
    draft.refused_file.add("zipbom")


@mutation("bestand", XLSX)
def zip_die_liegt(draft: Draft) -> None:
    """The directory says that a sheet is small."""

    def hook(data: bytes) -> bytes:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            size = package.getinfo(SHEET).file_size
        return data.replace(size.to_bytes(4, "little"), (500).to_bytes(4, "little"))

    draft.byte_hooks.append(hook)
    draft.refused_file.add("onleesbaar")


@mutation("bestand", XLSX)
def entiteiten(draft: Draft) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bb">]>'
    draft.byte_hooks.append(with_part(SHEET, lambda body: bomb + body))
    draft.refused_file.add("xml_entiteiten")


@mutation("bestand", XLSX)
def verre_cel(draft: Draft) -> None:
    draft.book_hooks.append(lambda book: book["Register"].__setitem__("XFD1048576", 1))
    draft.refused_file.add("te_groot_werkblad")


@mutation("bestand", XLSX)
def versleuteld(draft: Draft) -> None:
    draft.byte_hooks.append(
        lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512 + "EncryptedPackage".encode("utf-16-le")
    )
    draft.refused_file.add("versleuteld")


@mutation("bestand", XLSX)
def oude_werkmap(draft: Draft) -> None:
    draft.byte_hooks.append(lambda _: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512)
    draft.refused_file.add("verkeerd_bestandstype")


@mutation("bestand", XLSX)
def afgebroken_werkmap(draft: Draft) -> None:
    draft.byte_hooks.append(lambda body: body[: len(body) // 2])
    draft.refused_file.add("onleesbaar")


@mutation("bestand", XLSX)
def csv_als_werkmap(draft: Draft) -> None:
    draft.byte_hooks.append(lambda _: f"zaaknummer;gemeente\r\n1;{TOWN_NAME}\r\n".encode())
    draft.refused_file.add("onleesbaar")


@mutation("bestand", XLSX)
def blad_stuk(draft: Draft) -> None:
    draft.byte_hooks.append(with_part(SHEET, lambda body: body[: len(body) // 2]))
    draft.refused_file.add("onleesbaar")


@mutation("bestand", XLSX)
def lege_werkmap(draft: Draft) -> None:
    draft.byte_hooks.append(lambda _: b"")
    draft.refused_file.add("leeg_bestand")
