"""CSV as municipalities send it: the encoding is proven, not guessed; the separator follows from the headings."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from veiligheidsbeeld.files.cells import Contents, Sheet, distinct
from veiligheidsbeeld.files.headings import Headed, Named, best_row
from veiligheidsbeeld.refusals import FileRefused

_SEPARATORS = ";,\t|"
_WIDEST = 500
_SAMPLE = 256 * 1024
# A record is at most this long; a longer one is an opening quote that never closes.
_BLOCK = 16 * 1024 * 1024
_UTF16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_BINARY = {b"PK": "een Excel-werkmap of zip-bestand", b"\xd0\xcf": "een oud Excel-bestand", b"%PDF": "een pdf"}
# Bytes that cp1252 does not have, or that behind a letter are an odd sign there and an accented letter in DOS (cp850).
_NOT_1252 = re.compile(rb"[a-z][\x82-\x84\x87-\x89\x8b\x98\x9b]|[\x81\x8d\x8f\x90\x9d]")
_HALF_UTF8 = re.compile(rb"\xc3[\x80-\xbf]")


def read_csv(data: bytes, contract: Headed[Named]) -> Contents:
    """The cells of a CSV file; raises `FileRefused` when encoding or quoting cannot be made out."""
    repairs: list[str] = []
    body = _utf8(data, repairs)
    if first := re.match(rb'"?sep=(.)"?\r?\n', body, re.IGNORECASE):
        # The line counts as row 1, as in a spreadsheet program that is told to show it.
        separator, skipped = first[1].decode("latin-1"), 1
        body = body[first.end() :]
        repairs.append("sep_regel")
    else:
        separator, skipped = "", 0
    separator, width, named = _dialect(body, contract, separator)
    if width == 0:
        return Contents([], repairs=repairs)
    if width > _WIDEST:
        raise FileRefused(
            "te_breed",
            f"Het bestand heeft rijen met meer dan {_WIDEST} cellen.",
            remedie="Lever alleen de afgesproken kolommen.",
            gescand=False,
        )
    sheet = _parse(body, separator, width, named, skipped, repairs)
    if not body.endswith((b"\n", b"\r")) and _may_be_cut(sheet, named, quoted=body.endswith(b'"')):
        repairs.append("zonder_regeleinde")
    return Contents([sheet], repairs=repairs)


def _may_be_cut(sheet: Sheet, named: int, *, quoted: bool) -> bool:
    """Whether the last cell of a file without a last line end may lack its end. A closing quote proves that it does
    not; so do cells of one length above it, or of as many decimals.
    """
    if quoted or not named or len(sheet.numbers) < 3 or (int(sheet.numbers[-1]), None) in sheet.troubles:
        return False
    # The first row is that of the headings, or stands above it.
    *above, last = [text.strip() for text in sheet.columns[named - 1].cast(pa.string()).to_pylist()[1:]]
    alike = {len(text) for text in above} == {len(last)}
    return not alike and not (_decimals(last) and {_decimals(text) for text in above if text} == {_decimals(last)})


def _decimals(text: str) -> int:
    match = re.search(r"[.,]([0-9]+)$", text)
    return len(match[1]) if match else 0


def _utf8(data: bytes, repairs: list[str]) -> bytes:
    for start, what in _BINARY.items():
        if data.startswith(start):
            raise FileRefused(
                "verkeerd_bestandstype",
                f"Het bestand heet CSV maar is {what}.",
                remedie="Sla het op als CSV (UTF-8) of geef het de juiste extensie.",
                gescand=False,
            )
    if data.startswith(codecs.BOM_UTF8):
        return _proven(data[3:])
    for mark, encoding in _UTF16.items():
        if data.startswith(mark):
            return _from_utf16(data[2:], encoding, repairs)
    # Latin text in UTF-16 is nought in every second byte; a stray NUL is no encoding.
    halves = data[1:4096:2].count(0), data[:4096:2].count(0)
    if max(halves) > len(data[:4096]) // 5 and min(halves) * 4 < max(halves):
        return _from_utf16(data, "utf-16-le" if halves[0] > halves[1] else "utf-16-be", repairs)
    return _proven(data, repairs)


def _from_utf16(data: bytes, encoding: str, repairs: list[str]) -> bytes:
    text = _decoded(data, encoding)
    if text is None or "\0" in text:
        raise _unknown_encoding()
    repairs.append("tekenset_utf16")
    return text.encode("utf-8")


def _proven(data: bytes, repairs: list[str] | None = None) -> bytes:
    """UTF-8 as it is; otherwise cp1252, unless it is half UTF-8 or the bytes point to another encoding."""
    if (at := data.find(b"\0")) >= 0:
        raise FileRefused(
            "nul_byte",
            f"Regel {data.count(bytes([10]), 0, at) + 1} bevat een NUL-byte: het bestand is beschadigd of afgebroken.",
            remedie="Exporteer het bestand opnieuw en lever het nogmaals aan.",
            gescand=False,
        )
    if _decoded(data, "utf-8") is not None:
        return data
    text = None if repairs is None or _HALF_UTF8.search(data) or _NOT_1252.search(data) else _decoded(data, "cp1252")
    if text is None or repairs is None:
        raise _unknown_encoding()
    repairs.append("tekenset_cp1252")
    return text.encode("utf-8")


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _unknown_encoding() -> FileRefused:
    return FileRefused(
        "tekenset",
        "De tekenset van het bestand is niet vast te stellen: letters met accenten zouden fout worden gelezen.",
        remedie="Sla het bestand op als CSV UTF-8 en lever het opnieuw aan.",
        gescand=False,
    )


def _dialect(body: bytes, contract: Headed[Named], told: str) -> tuple[str, int, int]:
    """Separator and number of columns, those under which a row of headings of the contract appears; and how many of the
    columns that row names: separators behind the last name are no columns."""
    sample = body[:_SAMPLE].decode("utf-8", errors="ignore")
    best: tuple[int, int, str, int, int] = (-1, -1, ";", 0, 0)
    for order, separator in enumerate(told or _SEPARATORS):
        records = _records(sample, separator)
        if not records:
            return separator, 0, 0
        at, score = best_row(records, contract)
        usual = Counter(len(r) for r in records[at + 1 :] or records).most_common(1)[0][0]
        named = max((i for i, text in enumerate(records[at], 1) if text.strip()), default=0)
        best = max(best, (score, -order, separator, max(named, usual), named))
    return best[2:]


def _records(sample: str, separator: str, count: int = 60) -> list[list[str]]:
    records: list[list[str]] = []
    try:
        for record in csv.reader(io.StringIO(sample, newline=""), delimiter=separator):
            if any(record):
                records.append(record)
            if len(records) == count:
                break
    except csv.Error:
        pass  # judged by the real reader
    return records


def _parse(body: bytes, separator: str, width: int, named: int, skipped: int, repairs: list[str]) -> Sheet:
    names = [str(i) for i in range(width)]
    uneven: list[tuple[int, str]] = []

    def aside(row: pyarrow.csv.InvalidRow) -> str:
        uneven.append((row.number, row.text))
        return "skip"

    # One thread: only then does the reader number the rows that it puts aside.
    options = {
        "read_options": pyarrow.csv.ReadOptions(column_names=names, use_threads=False, block_size=_BLOCK),
        "parse_options": pyarrow.csv.ParseOptions(
            delimiter=separator, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=aside
        ),
        "convert_options": pyarrow.csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), null_values=[], strings_can_be_null=False
        ),
    }
    try:
        table = pyarrow.csv.read_csv(pa.py_buffer(body), **options)
    except pa.ArrowInvalid:
        table = None  # its message quotes the row, so it goes no further
    if (
        table is None
        or any(text.count('"') % 2 for _, text in uneven)
        or (b'"' in body and _swallows(table, separator))
    ):
        raise FileRefused(
            "aanhalingstekens",
            "Het bestand is niet te lezen: een aanhalingsteken opent een cel en sluit haar niet.",
            remedie="Exporteer het bestand opnieuw; verdubbel aanhalingstekens binnen een cel.",
            gescand=False,
        )
    total = table.num_rows + len(uneven)
    numbers = np.delete(np.arange(1, total + 1, dtype=np.int32), [number - 1 for number, _ in uneven])
    sheet = Sheet("", [distinct(c) for c in table.columns], numbers)
    if uneven:
        _insert(sheet, uneven, separator, width, _least(table, uneven, named, body, repairs))
    if skipped:
        sheet.numbers = sheet.numbers + np.int32(skipped)
        sheet.troubles = {(number + skipped, at): rule for (number, at), rule in sheet.troubles.items()}
        sheet.loose = [(number + skipped, text) for number, text in sheet.loose]
    return sheet


def _swallows(table: pa.Table, separator: str) -> bool:
    """Whether a cell holds a line with as many separators as a row: a quote that was left open took it in."""
    rich = re.compile("\n" + rf"[^\n{re.escape(separator)}]*{re.escape(separator)}" * max(table.num_columns - 1, 2))
    several = (c.filter(pc.match_substring(c, "\n")).to_pylist() for c in table.columns)
    return any(rich.search(text) for texts in several for text in texts)


def _least(table: pa.Table, uneven: list[tuple[int, str]], named: int, body: bytes, repairs: list[str]) -> int:
    """How many cells a row must have at least. Some programs leave out blanks at the end of a row: so does this one
    when several rows are short and no whole row ends in a blank. The end of a file that breaks off is short too.
    """
    blank = pc.any(pc.equal(pc.utf8_length(pc.utf8_trim_whitespace(table[named - 1])), 0)).as_py() if named else True
    several = len(uneven) > 2 or (len(uneven) == 2 and body.endswith(b"\n"))
    if named > 2 and table.num_rows > 1 and several and not blank:
        repairs.append("korte_rij")
        return 2
    return named


def _insert(sheet: Sheet, uneven: list[tuple[int, str]], separator: str, width: int, least: int) -> None:
    """Puts rows of another length in their place: blanks beyond the last column go, other rows are in trouble."""
    rows = []
    for number, text in uneven:
        try:
            cells = [cell for record in csv.reader([text], delimiter=separator) for cell in record]
        except csv.Error:  # a bare line break, or a cell beyond the limit of the module
            cells = text.split(separator)
        over = [cell for cell in cells[width:] if cell.strip()]
        sheet.loose += [(number, cell) for cell in over]
        if over or len(cells) < least:
            sheet.troubles[number, None] = "aantal_kolommen"
        rows.append((cells + [""] * width)[:width])
    numbers = np.concatenate([sheet.numbers, np.array([n for n, _ in uneven], np.int32)])
    order = np.argsort(numbers, kind="stable")
    columns = [
        distinct(pa.concat_arrays([column.cast(pa.string()), pa.array(cells, pa.string())]).take(pa.array(order)))
        for column, cells in zip(sheet.columns, zip(*rows, strict=True), strict=True)
    ]
    sheet.columns, sheet.numbers = columns, numbers[order]
