"""Dates as registers write them. Day before month is the contract's notation; what may be otherwise is not guessed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from veiligheidsbeeld.registers.values import Bad

COMPACT = re.compile(r"(?:19|20)[0-9]{6}")
_AGREED = re.compile(r"(?:([0-9]{4})-([0-9]{2})-([0-9]{2})|([0-9]{2})-([0-9]{2})-([0-9]{4}))(?:T00:00:00)?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})([-/. ])([0-9]{1,2})\2([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_NAMED = re.compile(r"([0-9]{1,2})[- ]([a-z]{3,9})\.?[- ]([0-9]{4})", re.IGNORECASE)
_TWO_DIGITS = re.compile(
    r"[0-9]{1,2}[-/. ](?:[0-9]{1,2}|[a-z]{3,9})[-/. ][0-9]{2}|[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}", re.I
)
_SERIAL = re.compile(r"[0-9]{5}")
_TIME = re.compile(r"(.+?)(?:T|\s+)([0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?)\s*(Z|[+-][0-9]{2}:?[0-9]{2})?")
_FRACTION = re.compile(r"([0-9]{5}),[0-9]+")
_MONTHS = "januari februari maart april mei juni juli augustus september oktober november december".split()  # noqa: SIM905
_SHORT = {m[:3]: i for i, m in enumerate(_MONTHS, 1)} | {"mrt": 3, "sept": 9}
_BY_NAME = {m: i for i, m in enumerate(_MONTHS, 1)} | _SHORT
# Registers do not reach further; a date beyond is a slip or a filler such as 31-12-9999.
FIRST, LAST = date(1950, 1, 1), date(2099, 12, 31)
_LONGEST = 40
_EPOCH = {False: date(1899, 12, 30), True: date(1904, 1, 1)}


def month_first(texts: Iterable[str]) -> bool:
    """Whether a column holds a date with slashes that can only be month/day/year, so that the others are in doubt."""
    for text in texts:
        match = _DAY_FIRST.match(text)
        if match and match[2] == "/" and int(match[1]) <= 12 < int(match[3]) <= 31:
            return True
    return False


def parse_date(text: str, *, doubt: bool = False, datum1904: bool = False) -> tuple[date, str | None]:
    """The day and what was mended (None: as agreed, jjjj-mm-dd or dd-mm-jjjj); raises `Bad`.

    `doubt`: the column holds month/day/year somewhere; `datum1904`: serials count from 1904.
    """
    if len(text) > _LONGEST:
        raise Bad("datum", "dit is geen datum; schrijf dd-mm-jjjj")
    if match := _AGREED.fullmatch(text):
        year, month, day = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
        return _day(year, month, day), None
    if match := _TIME.fullmatch(text):
        clock, zone = match[2], match[3]
        if zone and clock.strip("0:.,"):
            raise Bad("datum", "een tijdstip met tijdzone kan op een andere dag vallen; geef alleen de dag")
        return parse_date(match[1], doubt=doubt, datum1904=datum1904)[0], "tijd_weggelaten"
    if match := _DAY_FIRST.fullmatch(text):
        day, sign, month, year = match.groups()
        if sign == "/" and int(day) <= 12 < int(month):
            raise Bad("datum", "de maand staat voor de dag; schrijf dd-mm-jjjj")
        if sign == "/" and doubt and int(day) <= 12 and day.zfill(2) != month.zfill(2):
            raise Bad("datum_dubbelzinnig", "elders in de kolom staat de maand voor de dag; schrijf overal dd-mm-jjjj")
        return _day(year, month, day), "datum_notatie"
    if match := _YEAR_FIRST.fullmatch(text):
        return _day(match[1], match[3], match[4]), "datum_notatie"
    if (match := _NAMED.fullmatch(text)) and (number := _BY_NAME.get(match[2].lower())):
        return _day(match[3], str(number), match[1]), "datum_notatie"
    if COMPACT.fullmatch(text) and (compact := parse_compact(text)):
        return compact, "datum_notatie"
    if _SERIAL.fullmatch(text) or _FRACTION.fullmatch(text):
        return _within(_EPOCH[datum1904] + timedelta(days=int(text[:5]))), "excel_datumgetal"
    if _TWO_DIGITS.fullmatch(text):
        raise Bad("datum", "het jaartal heeft twee cijfers; schrijf dd-mm-jjjj")
    raise Bad("datum", "dit is geen datum; schrijf dd-mm-jjjj")


def parse_compact(text: str) -> date | None:
    """`20250118`, when that is a day."""
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def _day(year: str, month: str, day: str) -> date:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        raise Bad("datum", "deze dag bestaat niet") from None
    return _within(found)


def _within(found: date) -> date:
    if not FIRST <= found <= LAST:
        raise Bad("datum", f"het jaartal ligt buiten {FIRST.year} tot {LAST.year}")
    return found
