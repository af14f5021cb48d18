"""Personal data in a text: BSN, e-mail, telephone, IBAN, number plate.

A coarse pattern (RE2, over all distinct texts at once) finds what may hold any; the exact rules below judge only that.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import cache

from stdnum import iban, numdb
from stdnum.nl import bsn

_DATE = re.compile(
    r"(?<![0-9])(?:(?P<d>[0-3]?[0-9])[-/.](?P<m>[01]?[0-9])[-/.](?P<j>(?:19|20)[0-9]{2})"
    r"|(?P<j2>(?:19|20)[0-9]{2})[-/.](?P<m2>[01]?[0-9])[-/.](?P<d2>[0-3]?[0-9]))(?![0-9])"
)
# `2025-00123`: a year and a serial number, as case systems write them.
_YEAR_NUMBER = re.compile(r"(?<![0-9])(?:199[0-9]|20[0-3][0-9])[-/][0-9]{5}(?![0-9])")
_AREA_CODE = re.compile(r"(?<![0-9A-Za-z])(?:BU[0-9]{8}|WK[0-9]{6}|GM[0-9]{4})(?![0-9A-Za-z])", re.IGNORECASE)
# Nine digits as a spreadsheet writes them that takes them for a large number, and with noughts before them.
_SCIENTIFIC = re.compile(r"(?<![0-9.,])([0-9])[.,]([0-9]{7,8})E\+?0?8(?![0-9])", re.IGNORECASE)
_PADDED = re.compile(r"(?<![0-9])0{2,}([1-9][0-9]{7,8})(?![0-9])")
_DIGITS = re.compile(r"[0-9]+")
_BETWEEN = re.compile(r"[^\w]{1,3}|_{1,3}")
_ANNOUNCED = re.compile(r"(?:bsn|sofi|burgerservice(?:nr|nummer)?|nummer|nr|NL)$", re.IGNORECASE)
_VAT_TAIL = re.compile(r"B[0-9]{2}(?![0-9])", re.IGNORECASE)
# Shapes in which nine digits of two parts are taken for a BSN; three parts or more always are.
_TWO_PARTS = {(4, 5), (5, 4), (3, 6), (6, 3)}

_EMAIL = re.compile(r"[\w.+%&'-]+@[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}")
_PHONE = re.compile(
    r"(?<![0-9A-Z+])(?:(?:\+|00)31[\s().-]{0,3}(?:\(?0\)?[\s().-]{0,2})?|\(?0)(?=[1-9])(?:[0-9][\s().-]{0,3}){8}[0-9](?![0-9])"
    r"|(?<![0-9])\+[1-9](?:[ .()/-]{0,2}[0-9]){8,14}(?![0-9])"
)
_IBAN = re.compile(r"(?<![0-9A-Z])([A-Z]{2}[ .-]?[0-9]{2}(?:[ .-]?[0-9A-Z]){11,30})(?![0-9A-Z])", re.IGNORECASE)
_IBAN_COUNTRIES = numdb.get("iban")
# Number plates by sidecode. Since 1978 vowels, C and Q are not used; earlier series held other letters too.
_NEW = "[BDFGHJKLMNPRSTVWXYZ]"
_OLD_SERIES = ("LL-99-99", "99-99-LL", "99-LL-99")
_NEW_SERIES = (
    "XX-99-XX", "XX-XX-99", "99-XX-XX", "99-XXX-9", "9-XXX-99", "XX-999-X", "X-999-XX", "XXX-99-X", "X-99-XXX",
    "9-XX-999", "999-XX-9",
)  # fmt: skip


def _forms(series: tuple[str, ...], dash: str) -> str:
    signs = {"-": dash, "9": "[0-9]", "L": "[A-Z]", "X": _NEW}
    return "|".join("".join(signs[sign] for sign in one) for one in series)


def _plate(series: tuple[str, ...], dash: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![0-9A-Z-])(?:{_forms(series, dash)})(?![0-9A-Z-])", re.IGNORECASE)


_PLATE_NEW = _plate(_NEW_SERIES, "-")
_PLATE_OLD = _plate(_OLD_SERIES, "-")
# Without dashes a number of 1951-1978 is any code (GM1234) or a postcode (5911AB).
_PLATE_BARE = _plate(_NEW_SERIES, "")
_MONTH = re.compile("mrt", re.IGNORECASE)

_GAP = "[^0-9A-Za-z]{0,3}"
# For RE2, over all distinct texts at once: what may hold any of it. Apart these cost a tenth of what they do together.
COARSE = (
    rf"(?:^|[^0-9])(?:[0-9]{_GAP}){{7,8}}[0-9](?:[^0-9]|$)",
    rf"(?:^|[^0-9])(?:\+|\(?0){_GAP}(?:[0-9]{_GAP}){{8}}[0-9]",
    "@",
    r"(?i:(?:^|[^a-z0-9])[a-z]{2}[ .-]?[0-9]{2}(?:[ .-]?[a-z0-9]){11})",
    rf"(?i:(?:^|[^a-z0-9])(?:{_forms(_NEW_SERIES + _OLD_SERIES, '-')}))",
    rf"(?i:(?:^|[^a-z0-9])(?:{_forms(_NEW_SERIES, '')})(?:[^a-z0-9]|$))",
    r"(?:^|[^0-9])00[0-9]{8,}(?:[^0-9]|$)",
    r"[0-9][.,][0-9]{7,8}[eE]\+?0?8(?:[^0-9]|$)",
    # digits of other scripts
    r"[\x{0660}-\x{0669}\x{06F0}-\x{06F9}\x{FF10}-\x{FF19}\x{1D7CE}-\x{1D7FF}]",
)


def kinds(text: str, *, pattern_of_contract: bool = False) -> list[str]:
    """Kinds of personal data in a text.

    `pattern_of_contract`: the text is what its contract asks for (a case number, a code), so forms that any code may
    have by chance - plates without dashes, and those of before 1978 - are not taken for one. A BSN always is.
    """
    if not text.isascii():
        text = "".join(str(unicodedata.digit(c)) if c.isdigit() and not c.isascii() else c for c in text)
        text = re.sub("[\u00ad\u200b-\u200d\u2060\ufeff]", " ", text)
    found = []
    if any(bsn.is_valid(number) for number in bsn_candidates(text, glued=not pattern_of_contract)):
        found.append("bsn")
    if any(_EMAIL.search(text, max(at.start() - 64, 0), at.start() + 256) for at in re.finditer("@", text)):
        found.append("e-mail")
    without = _IBAN.sub(lambda match: "#" if _is_iban(match[0]) else match[0], text)
    if _PHONE.search(_DATE.sub(_no_date, without)):
        found.append("telefoon")
    if without != text:
        found.append("iban")
    if _has_plate(text, pattern_of_contract):
        found.append("kenteken")
    return found


def bsn_candidates(text: str, *, glued: bool = True) -> Iterator[str]:
    """Runs of eight or nine digits that could be a BSN: whole, or in parts with up to three signs between them.

    `glued`: also nine digits that letters touch (klant111222333); in a case number those are a number of the case.
    One of eight lost its leading zero; one behind more zeros than its own was padded, and 1,11222333E+8 is one that a
    spreadsheet took for a large number.
    """
    yield from (match[1] for match in _PADDED.finditer(text))
    yield from (match[1] + match[2].ljust(8, "0") for match in _SCIENTIFIC.finditer(text))
    text = _YEAR_NUMBER.sub("#", _AREA_CODE.sub("#", _DATE.sub(_no_date, text)))
    parts = [(m.start(), m.end()) for m in _DIGITS.finditer(text)]
    for first, (start, end) in enumerate(parts):
        lengths: tuple[int, ...] = ()
        digits = ""
        for at, stop in parts[first : first + 9]:
            if lengths and not _BETWEEN.fullmatch(text, end, at):
                break
            end = stop
            digits += text[at:stop]
            lengths += (stop - at,)
            if len(digits) > 9:
                break
            alone = _free(text, start, end) or (glued and lengths == (9,))
            if len(digits) >= 8 and _shape(lengths, len(digits)) and alone:
                yield digits


def _shape(lengths: tuple[int, ...], digits: int) -> bool:
    return len(lengths) == 1 or len(lengths) > 2 or (digits == 9 and lengths in _TWO_PARTS)


def _free(text: str, start: int, end: int) -> bool:
    """Whether no letter touches the digits, but for words that announce a number and the tail of a VAT number."""
    before = text[max(start - 20, 0) : start]
    after = text[end : end + 1]
    if before and before[-1].isalpha() and not _ANNOUNCED.search(before):
        return False
    return not after.isalpha() or bool(_VAT_TAIL.match(text, end))


def _no_date(match: re.Match[str]) -> str:
    parts = match.groupdict()
    try:
        date(int(parts["j"] or parts["j2"]), int(parts["m"] or parts["m2"]), int(parts["d"] or parts["d2"]))
    except ValueError:
        return match[0]
    return "#"


def _is_iban(text: str) -> bool:
    whole = re.sub("[ .-]", "", text).upper()
    length = _iban_length(whole[:2])
    # What follows the number may be letters of the next word.
    return len(whole) >= length > 0 and iban.is_valid(whole[:length], check_country=False)


@cache
def _iban_length(country: str) -> int:
    """Length of the numbers of a country in the register of IBANs; 0 for what is no country there."""
    ((_, known),) = _IBAN_COUNTRIES.info(country)
    return 4 + sum(map(int, re.findall(r"[0-9]+", known["bban"]))) if known else 0


def _has_plate(text: str, pattern_of_contract: bool) -> bool:
    series = (_PLATE_NEW,) if pattern_of_contract else (_PLATE_NEW, _PLATE_OLD, _PLATE_BARE)
    return any(not _MONTH.search(m[0]) for pattern in series for m in pattern.finditer(text))
