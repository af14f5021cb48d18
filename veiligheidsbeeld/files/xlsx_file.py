"""XLSX by calamine, after the guards; what it does not tell (errors, formulas) from the XML."""

from __future__ import annotations

import html
import io
import posixpath
import re
import zipfile
from collections.abc import Iterator

import numpy as np
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from veiligheidsbeeld.files import xlsx_guard
from veiligheidsbeeld.files.cells import Contents, Sheet, position_of, typed_column

_SHEET = re.compile(r"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(r"""([\w:]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_SPECIAL = re.compile(rb"""[<:]f[ >/]|\bt=["']e["']""")
_SIGNS = (b"<f", b":f", b't="e"', b"t='e'")
_FORMULA = re.compile(rb"<(?:f|formula[12]?)\b[^>]*>([^<]+)<")
_PLACE = re.compile(rb"""\br=["']([A-Z]{1,3})(\d{1,7})["']""")
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*>")
_HIDDEN = re.compile(rb"""\shidden=["'](?:1|true)["']""")
_ROW_NUMBER = re.compile(rb"""\sr=["'](\d+)["']""")
_TEXT = re.compile(r">([^<]+)<")
# Of a drawing only what is written in it: its measures are numbers too.
_DRAWN = re.compile(r"<a:t\b[^>]*>([^<]+)<")
_RECORD = re.compile(r"""\b(?:v|name|caption|sqref|target|content|title|descr)\s*=\s*"([^"]+)\"""", re.IGNORECASE)
# Parts that hold nothing that a person typed. Author and company are ignored, never kept.
_NOT_SEARCHED = re.compile(
    r"xl/(styles|sharedStrings|calcChain|metadata)\.xml$|xl/theme/|docProps/(app|core)\.xml$"
    r"|_rels/\.rels$|\[Content_Types\]|\.(png|jpe?g|gif|emf|wmf|bin)$",
    re.IGNORECASE,
)
_STRING = re.compile(r"<(?:\w+:)?si\b[^>]*>(.*?)</(?:\w+:)?si>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
_MARGIN = re.compile(r"<(?:\w+:)?(?:odd|even|first)(?:Header|Footer)\b[^>]*>([^<]+)<")


def read_xlsx(data: bytes) -> Contents:
    """All sheets, hidden ones too, and every other text of the workbook; raises `FileRefused`."""
    with xlsx_guard.open_package(data) as package:
        workbook_xml = xlsx_guard.part(package, "xl/workbook.xml").decode("utf-8", "replace")
        parts = _sheet_parts(package, workbook_xml)
        contents = Contents([], texts=list(_texts(package, set(parts.values()))))
        date1904 = bool(re.search(r"""date1904=["'](1|true)["']""", workbook_xml))
        findings = {}
        hidden = {}
        for name, entry in parts.items():
            body = xlsx_guard.part(package, entry)
            xlsx_guard.check_extent(body)
            findings[name] = _special_cells(body)
            hidden[name] = _hidden_rows(body)
            tail = body[body.find(b"headerFooter") :][:100_000] if b"headerFooter" in body else b""
            margins = _MARGIN.findall(tail.decode("utf-8", "replace"))
            contents.texts += [(f"kop- of voettekst van werkblad {len(findings)}", html.unescape(t)) for t in margins]
            written = _FORMULA.findall(body) if b"<f" in body else []
            contents.texts += [("formule of keuzelijst", html.unescape(t.decode("utf-8", "replace"))) for t in written]
            del body
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            for number, known in enumerate(workbook.sheets_metadata, 1):
                if known.typ is not SheetTypeEnum.WorkSheet:
                    continue
                if known.name not in findings:
                    raise xlsx_guard.unreadable()
                sheet = _sheet(workbook.get_sheet_by_index(number - 1), findings[known.name])
                sheet.zichtbaar, sheet.datum1904 = known.visible is SheetVisibleEnum.Visible, date1904
                sheet.hidden = hidden[known.name]
                contents.sheets.append(sheet)
    except (CalamineError, ValueError, OSError, MemoryError):
        broken = True
    except BaseException as error:  # a panic of the reader is no Exception
        if type(error).__name__ != "PanicException":
            raise
        broken = True
    else:
        broken = False
    if broken:
        raise xlsx_guard.unreadable()
    return contents


def _sheet(source: CalamineSheet, troubles: dict[tuple[int, int | None], str]) -> Sheet:
    rows = source.to_python(skip_empty_area=False)
    height = len(rows)
    width = max(map(len, rows), default=0)
    columns = [list(values) for values in zip(*rows, strict=True)] if width else []
    del rows
    merged = source.merged_cell_ranges or []
    troubles = dict(troubles)
    for (top, left), (bottom, right) in merged:
        for row in range(top, min(bottom, height - 1) + 1):
            for at in range(left, min(right, width - 1) + 1):
                troubles.setdefault((row + 1, at), "samengevoegd")
        # A heading that stands over several rows names its column in each of them.
        if left == right and left < width and bottom < min(50, height):
            columns[left][top : bottom + 1] = [columns[left][top]] * (bottom - top + 1)
    numbers = np.arange(1, height + 1, dtype=np.int32)
    made = [typed_column(values) for values in columns]
    return Sheet(source.name, [c for c, _ in made], numbers, troubles=troubles, typed=[t for _, t in made])


def _special_cells(body: bytes) -> dict[tuple[int, int | None], str]:
    """Places of formulas and error values; calamine gives the former's last result and nothing for the latter."""
    found: dict[tuple[int, int | None], str] = {}
    # Most sheets have none, and looking for fixed signs takes a fraction of what the pattern takes.
    for hit in _SPECIAL.finditer(body) if any(sign in body for sign in _SIGNS) else ():
        start = max(body.rfind(b"<c ", 0, hit.start()), body.rfind(b":c ", 0, hit.start()))
        place = _PLACE.search(body, max(start, 0), hit.end()) or _PLACE.search(body, hit.end(), hit.end() + 64)
        if start < 0 or place is None:
            raise xlsx_guard.unreadable()
        error = body[hit.start() : hit.start() + 1] == b"t"
        found[int(place[2]), position_of(place[1].decode())] = "excelfout" if error else "formule"
    return found


def _hidden_rows(body: bytes) -> frozenset[int]:
    """Numbers of rows that are not shown; a filter hides them, and calamine reads them all the same."""
    if b"hidden=" not in body:
        return frozenset()
    return frozenset(int(m[1]) for tag in _ROW.findall(body) if _HIDDEN.search(tag) and (m := _ROW_NUMBER.search(tag)))


def _sheet_parts(package: zipfile.ZipFile, workbook_xml: str) -> dict[str, str]:
    """Name of each sheet -> its part in the package."""
    relations = xlsx_guard.part(package, "xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets = {a.get("Id"): a.get("Target", "") for a in map(_attributes, _RELATION.findall(relations))}
    found = {}
    for attributes in map(_attributes, _SHEET.findall(workbook_xml)):
        relation = next((v for k, v in attributes.items() if k.endswith(":id")), None)
        target = targets.get(relation, "")
        entry = target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")
        if entry.startswith("xl/worksheets/"):
            found[attributes.get("name", "")] = entry
    return found


def _attributes(tag: str) -> dict[str, str]:
    return {m[1]: html.unescape(m[2] if m[2] is not None else m[3]) for m in _ATTRIBUTE.finditer(tag)}


def _texts(package: zipfile.ZipFile, sheets: set[str]) -> Iterator[tuple[str, str]]:
    """Texts outside the cells: comments, shapes, pivot caches, defined names, links; and strings no cell shows."""
    for entry in package.namelist():
        if entry == "xl/sharedStrings.xml":
            body = xlsx_guard.part(package, entry).decode("utf-8", "replace")
            yield from (("gedeelde tekst", html.unescape(_TAG.sub("", text))) for text in set(_STRING.findall(body)))
        elif entry not in sheets and not _NOT_SEARCHED.search(entry):
            body = xlsx_guard.part(package, entry).decode("utf-8", "replace")
            where = "opmerking" if "omment" in entry else "deel van de werkmap"
            written = _DRAWN if "/drawings/drawing" in entry else _TEXT
            for text in {*written.findall(body), *_RECORD.findall(body)}:
                yield where, html.unescape(text)
