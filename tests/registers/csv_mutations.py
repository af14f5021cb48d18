"""Damage that only a CSV file can have: encodings, separators, quotes, lines of another length, wrong contents."""

from __future__ import annotations

import csv
import io
import zipfile

from tests.registers.drafts import Draft
from tests.registers.mutations import mutation

CSV = ("csv",)


def _free_text(draft: Draft) -> str:
    return next(c.naam for c in draft.contract.kolommen if not c.opnemen)


@mutation("tekenset", CSV)
def cp1252(draft: Draft) -> None:
    _free_text(draft)
    draft.encoding = "cp1252"
    draft.repairs.add(("", "tekenset_cp1252"))


@mutation("tekenset", CSV)
def utf8_met_bom(draft: Draft) -> None:
    draft.encoding = "utf-8-sig"


@mutation("tekenset", CSV)
def utf16(draft: Draft) -> None:
    draft.encoding = "utf-16"
    draft.repairs.add(("", "tekenset_utf16"))


@mutation("tekenset", CSV)
def utf16_zonder_bom(draft: Draft) -> None:
    draft.encoding = "utf-16-be"
    draft.repairs.add(("", "tekenset_utf16"))


@mutation("tekenset", CSV)
def dos_tekens(draft: Draft) -> None:
    draft.row().cells[_free_text(draft)] = "de ideeën van het café"
    draft.encoding = "cp850"
    draft.text_hooks.append(lambda text: text.replace("\u00a0", " ").replace("€", ""))
    draft.refused_file.add("tekenset")


@mutation("tekenset", CSV)
def half_utf8(draft: Draft) -> None:
    draft.row().cells[_free_text(draft)] = "café"
    draft.byte_hooks.append(lambda body: body + "ë".encode("cp1252"))
    draft.refused_file.add("tekenset")


@mutation("scheiding", CSV)
def komma(draft: Draft) -> None:
    draft.separator = ","


@mutation("scheiding", CSV)
def tab(draft: Draft) -> None:
    draft.separator = "\t"


@mutation("scheiding", CSV)
def streep(draft: Draft) -> None:
    draft.separator = "|"


@mutation("scheiding", CSV)
def sep_regel(draft: Draft) -> None:
    draft.prefix = "sep=;\r\n"
    draft.repairs.add(("", "sep_regel"))


@mutation("aanhaling", CSV)
def alles_aangehaald(draft: Draft) -> None:
    draft.quoting = csv.QUOTE_ALL


@mutation("regeleinde", CSV)
def unix_regels(draft: Draft) -> None:
    draft.newline = "\n"


@mutation("aanhaling", CSV)
def regels_in_een_cel(draft: Draft) -> None:
    draft.row().cells[_free_text(draft)] = 'eerste "regel"\r\ntweede regel; met scheiding\n\nlaatste'


@mutation("aanhaling", CSV)
def duimteken(draft: Draft) -> None:
    draft.row().cells[_free_text(draft)] = "buis van QQ"
    draft.text_hooks.append(lambda text: text.replace("van QQ", 'van 12"'))


@mutation("aanhaling", CSV)
def open_aanhalingsteken(draft: Draft) -> None:
    draft.row().cells[_free_text(draft)] = "QQ begin"
    draft.text_hooks.append(lambda text: text.replace("QQ begin", '"begin'))
    draft.refused_file.add("aanhalingstekens")


@mutation("regellengte", CSV)
def scheidingstekens_achteraan(draft: Draft) -> None:
    draft.text_hooks.append(lambda text: text.replace(draft.newline, draft.separator * 3 + draft.newline))


@mutation("regellengte", CSV)
def rij_te_kort(draft: Draft) -> None:
    row = draft.row()
    row.cells[[name for name, heading in draft.headings.items() if heading][-1]] = "KORT"
    draft.refuse(row, None, "aantal_kolommen")

    def shorten(text: str) -> str:
        blanks = draft.separator * list(draft.headings.values()).count("")  # columns without a name need no cell
        return text.replace(f"{draft.separator}KORT{blanks}", "").replace('"KORT"', "")

    draft.text_hooks.append(shorten)


@mutation("regellengte", CSV)
def rij_te_lang(draft: Draft) -> None:
    row = draft.row()
    row.cells[list(draft.headings)[-1]] = "LANG"
    draft.refuse(row, None, "aantal_kolommen")
    draft.text_hooks.append(lambda text: text.replace("LANG", f"LANG{draft.separator}meer"))


@mutation("regellengte", CSV)
def afgebroken_bestand(draft: Draft) -> None:
    """A file that was read while it grew: the last line stops halfway."""
    row = draft.rows[-1]
    draft.taken.append(row)
    draft.refuse(row, None, "aantal_kolommen")
    draft.byte_hooks.append(lambda body: body.rstrip()[: -len(body.rstrip().split(b"\n")[-1]) // 2 or None])


@mutation("bestand", CSV)
def leeg_bestand(draft: Draft) -> None:
    draft.byte_hooks.append(lambda _: b"")
    draft.refused_file.add("leeg_bestand")


@mutation("bestand", CSV)
def alleen_witregels(draft: Draft) -> None:
    draft.byte_hooks.append(lambda _: b"\r\n \r\n;;;\r\n")
    draft.refused_file.add("leeg_bestand")


@mutation("bestand", CSV)
def werkmap_als_csv(draft: Draft) -> None:
    def packed(body: bytes) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as package:
            package.writestr("xl/workbook.xml", body)
        return buffer.getvalue()

    draft.byte_hooks.append(packed)
    draft.refused_file.add("verkeerd_bestandstype")


@mutation("bestand", CSV)
def brief_als_csv(draft: Draft) -> None:
    draft.byte_hooks.append(lambda _: b"Geachte heer, mevrouw,\r\nBijgaand het register van dit jaar.\r\n")
    draft.refused_file.add("geen_kopregel")


@mutation("bestand", CSV)
def nulbytes(draft: Draft) -> None:
    draft.byte_hooks.append(lambda body: body + b"\0\0\0\0" * 100)
    draft.refused_file.add("nul_byte")
