"""The answer to the sender of a file: an XLSX workbook with what was taken, mended and refused, and why."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from veiligheidsbeeld.contracts import Contract
from veiligheidsbeeld.refusals import FileRefused, PersonalDataFound, Reading

# What was mended, in words for the sender; the kinds are those of `Reading.repairs`.
MENDED = {
    "spaties": "spaties voor of achter de waarde weggelaten",
    "teken_als_leeg": "teken voor 'geen waarde' (. - x *) als leeg gelezen",
    "datum_notatie": "datum in een andere notatie gelezen",
    "excel_datumgetal": "datumgetal van Excel omgezet in een datum",
    "tijd_weggelaten": "tijd achter de datum weggelaten",
    "duizendtal": "scheiding van duizendtallen weggelaten",
    "decimale_punt": "decimale punt gelezen als decimale komma",
    "getal_notatie": "getal in een andere notatie gelezen",
    "valutateken": "valutateken weggelaten",
    "janee_notatie": "ja of nee in een andere schrijfwijze gelezen",
    "schrijfwijze_code": "schrijfwijze van de code gelijkgetrokken",
    "gemeente_notatie": "schrijfwijze van de gemeente gelijkgetrokken",
    "buurtcode_aangevuld": "voorloopnul of BU van de buurtcode aangevuld",
    "wijkcode_aangevuld": "voorloopnul of WK van de wijkcode aangevuld",
    "tekst_als_formule": 'tekst gelezen die als ="..." was opgeslagen',
    "totaalrij": "totaalrijen weggelaten",
    "kopregel": "herhaalde kopregels weggelaten",
    "lege_rij": "lege rijen tussen de gegevens weggelaten",
    "dubbele_rij": "rijen die gelijk zijn aan een eerdere weggelaten",
    "periode_notatie": "periode gelezen als haar eerste dag",
    "tijdzone": "tijdstip met tijdzone omgezet in de dag in Nederland",
    "code_als_getal": "code gelezen die als getal met een nul achter de komma was opgeslagen",
    "gemeente_van_afzender": "kolom gemeente ontbreekt; elke rij gelezen als een van de afzender",
    "voetregel": "regels onder de tabel (bron, filter, aantal) weggelaten",
    "zonder_gevallen": "gemeenten genoemd zonder gevallen, gelezen als niets gebeurd",
    "nog_niet_gebeurd": "rijen over een dag na de dag van het bestand weggelaten",
    "korte_rij": "rijen die voor de laatste kolom eindigen, aangevuld met lege cellen",
    "zonder_regeleinde": "laatste rij gelezen hoewel zij zonder regeleinde eindigt",
    "sep_regel": "regel 'sep=' boven de kopregel weggelaten",
    "tekenset_cp1252": "tekenset Windows-1252 omgezet",
    "tekenset_utf16": "tekenset UTF-16 omgezet",
}
_NOTHING = (
    "Het bestand heeft kolomnamen en geen rijen. Dat betekent: er is niets gebeurd; over de gemeente en de periode van"
    " dit bestand tellen de cijfers als nul. Klopt dat niet, lever het bestand dan opnieuw aan met de rijen."
)
_MAX_ROWS = 1_000_000
# What a spreadsheet program takes for a formula, and signs that XML cannot hold.
_ACTIVE = re.compile(r"\A[\s]*[=+\-@]")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def write_report(
    path: Path, contract: Contract | None, outcome: Reading | FileRefused, *, bestand: str, moment: datetime
) -> None:
    """Writes the report (sheets Samenvatting and Rijen, Dutch); it repeats no value of the file.

    `refusals` that the database added later (the contract's `regels`) may be appended to `outcome.refusals` first,
    with `outcome.refused` raised by the rows that they concern.
    """
    workbook = Workbook(write_only=True)
    summary = workbook.create_sheet("Samenvatting")
    summary.column_dimensions["A"].width, summary.column_dimensions["B"].width = 34, 90
    shown = outcome.bestand or bestand if isinstance(outcome, PersonalDataFound) else bestand
    for label, value in _summary(contract, outcome, shown, moment):
        _write(summary, [label, value], bold=value is None)
    details = workbook.create_sheet("Rijen")
    for letter, width in zip("ABCDE", (22, 8, 28, 24, 90), strict=True):
        details.column_dimensions[letter].width = width
    details.freeze_panes = "A2"
    _write(details, ["Werkblad", "Rij", "Kolom", "Regel", "Uitleg"], bold=True)
    for row in _details(outcome):
        _write(details, row)
    workbook.save(path)


def _summary(
    contract: Contract | None, outcome: Reading | FileRefused, bestand: str, moment: datetime
) -> Iterable[tuple[str, object]]:
    yield "Gegevens", contract.titel if contract else "onbekend"
    yield "Bestand", bestand
    yield "Gelezen op", f"{moment:%d-%m-%Y %H:%M}"
    if isinstance(outcome, FileRefused):
        yield "Uitkomst", "geweigerd; er is niets uit dit bestand overgenomen"
        yield "Regel", outcome.regel
        yield "Reden", outcome.reden
        yield "Wat te doen", outcome.remedie
        return
    yield "Uitkomst", "ingelezen" + (", behalve de genoemde rijen" if outcome.refused else "")
    if not outcome.rows:
        yield "Betekenis", _NOTHING
    yield "Rijen in het bestand", outcome.rows
    yield "Rijen overgenomen", outcome.rows - outcome.refused
    yield "Rijen geweigerd", outcome.refused
    if outcome.werkbladen and outcome.werkbladen != [""]:
        yield "Gelezen werkbladen", ", ".join(outcome.werkbladen)
    if outcome.niet_gelezen:
        yield "Niet gelezen werkbladen", ", ".join(outcome.niet_gelezen)
    for remark in outcome.remarks:
        yield "Let op", remark.tekst
    if outcome.repairs:
        yield "Hersteld", None
        for (column, kind), count in sorted(outcome.repairs.items()):
            yield column or "bestand", f"{MENDED.get(kind, kind)}: {count} keer"


def _details(outcome: Reading | FileRefused) -> Iterable[Sequence[object]]:
    if isinstance(outcome, PersonalDataFound):
        for found in outcome.vondsten:
            yield found.werkblad, found.rijnummer, found.plaats, "persoonsgegevens", f"hier staat een {found.soort}"
        return
    for refusal in outcome.refusals[:_MAX_ROWS]:
        reason = refusal.reden[:1].upper() + refusal.reden[1:] + ("" if refusal.reden.endswith(".") else ".")
        yield refusal.werkblad, refusal.rijnummer, refusal.kolom, refusal.regel, reason


def _write(sheet: WriteOnlyWorksheet, values: Sequence[object], *, bold: bool = False) -> None:
    cells = []
    for value in values:
        cell = WriteOnlyCell(sheet, value=_safe(value) if isinstance(value, str) else value)
        if isinstance(value, str):
            cell.data_type = "s"  # never a formula, whatever it begins with
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        if bold:
            cell.font = Font(bold=True)
        cells.append(cell)
    sheet.append(cells)


def _safe(text: str) -> str:
    """Names of files and sheets come from outside: made inert, also for programs that re-read the text."""
    text = _ILLEGAL.sub("", text)[:1000]
    return f"'{text}" if _ACTIVE.match(text) else text
