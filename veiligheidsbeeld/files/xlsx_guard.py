"""What an XLSX package must be before anything opens it: plain XML of a sane size, without programs or links."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from veiligheidsbeeld.refusals import FileRefused

MAX_ENTRIES = 2_000
MAX_UNPACKED = 1 << 30
# Sheets of equal rows pack some sixty times; a bomb a thousand times. Below the floor a ratio does no harm.
MAX_RATIO = 150
RATIO_FLOOR = 64 << 20

_FORBIDDEN = (
    (re.compile(r"vbaProject|vbaData|/macrosheets/|/activeX/|/ctrlProps/", re.I), "macro", "een macro of besturing"),
    (
        re.compile(r"/externalLinks/|/connections\.xml|/queryTables/", re.I),
        "externe_koppeling",
        "een externe koppeling",
    ),
    (re.compile(r"/embeddings/|oleObject", re.I), "ingesloten_bestand", "een ingesloten bestand"),
)
# Cell references from column DA on, or with three letters: no register is that wide. A fixed beginning keeps it fast.
_TOO_WIDE = re.compile(rb' r="(?:[A-Z]{3}|[D-Z][A-Z])[0-9]')
_ROW = re.compile(rb'<row [^>]*?r="([0-9]+)"')
_TOO_WIDE_SLOW = re.compile(rb"""\sr\s*=\s*["'](?:[A-Z]{3}|[D-Z][A-Z])[0-9]""")
_ROW_SLOW = re.compile(rb"""<(?:\w+:)?row\b[^>]*?\sr\s*=\s*["']([0-9]+)["']""")


def open_package(data: bytes) -> zipfile.ZipFile:
    """The package, proven harmless by its directory; raises `FileRefused`."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise _refused(
                "versleuteld", "Het bestand is met een wachtwoord beveiligd.", "Lever het zonder wachtwoord."
            )
        raise _refused(
            "verkeerd_bestandstype", "Het bestand is een oude Excel-werkmap (.xls).", "Sla het op als .xlsx."
        )
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
        entries = package.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise unreadable() from None
    names = [e.filename for e in entries]
    packed, unpacked = len(data), sum(e.file_size for e in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or unpacked > max(RATIO_FLOOR, MAX_RATIO * packed):
        raise _refused(
            "zipbom",
            f"De werkmap pakt uit tot {unpacked >> 20} MB in {len(entries)} delen; dat is geen gewoon register.",
            "Exporteer het register opnieuw, of lever het als CSV.",
        )
    if any(e.flag_bits & 1 for e in entries):
        raise _refused("versleuteld", "Delen van het bestand zijn versleuteld.", "Lever het zonder wachtwoord.")
    if len(set(names)) < len(names) or any(n.startswith("/") or ".." in n.split("/") for n in names):
        raise unreadable()
    if "xl/workbook.xml" not in names:
        kind = "een binaire Excel-werkmap (.xlsb)" if "xl/workbook.bin" in names else "geen Excel-werkmap"
        raise _refused("verkeerd_bestandstype", f"Het bestand is {kind}.", "Sla het op als .xlsx of CSV.")
    for pattern, rule, what in _FORBIDDEN:
        if any(pattern.search(n) for n in names):
            raise _refused(
                rule, f"De werkmap bevat {what}.", "Kopieer alleen de waarden naar een nieuwe werkmap (.xlsx)."
            )
    return package


def part(package: zipfile.ZipFile, name: str) -> bytes:
    """One part, never more than its directory entry says, and without a document type (entities)."""
    try:
        body = package.read(name)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, KeyError):
        raise unreadable() from None
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise _refused("xml_entiteiten", "De werkmap bevat eigen XML-definities.", "Exporteer het register opnieuw.")
    return body


def check_extent(body: bytes) -> None:
    """Refuses a sheet whose far corner would make readers allocate a plane of empty cells."""
    usual = b"<row " in body and b" r='" not in body and b"r =" not in body
    rows = [int(n) for n in (_ROW if usual else _ROW_SLOW).findall(body)]
    if (_TOO_WIDE if usual else _TOO_WIDE_SLOW).search(body) or (rows and max(rows) > 20 * len(rows) + 100_000):
        raise _refused(
            "te_groot_werkblad",
            "Een werkblad heeft cellen ver buiten de tabel (meer dan 104 kolommen, of zeer ver naar beneden).",
            "Kopieer de tabel naar een nieuwe werkmap en lever die.",
        )


def _refused(rule: str, reason: str, remedy: str) -> FileRefused:
    return FileRefused(rule, reason, remedie=remedy, gescand=False)


def unreadable() -> FileRefused:
    return _refused("onleesbaar", "Het bestand is beschadigd en niet te lezen.", "Exporteer en lever het opnieuw.")
