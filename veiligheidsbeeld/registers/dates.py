"""Dates as registers write them. Day before month is the contract's notation; what may be otherwise is not guessed.

Whether a column can be trusted is read off the column (`Doubt`): one notation that holds no day above 12 beside another
that holds no other days was opened under other settings than it was written with (docs/decisions/0019).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from veiligheidsbeeld.registers.values import Bad

Grain = Literal["jaar", "kwartaal", "maand"]
COMPACT = re.compile(r"(?:19|20)[0-9]{6}")
_AGREED = re.compile(r"(?:([0-9]{4})-([0-9]{2})-([0-9]{2})|([0-9]{2})-([0-9]{2})-([0-9]{4}))(?:T00:00:00)?")
_DAY_FIRST = re.compile(r"([0-9]{1,2})([-/. ])([0-9]{1,2})\2([0-9]{4})")
_YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
_NAMED = re.compile(r"([0-9]{1,2})[- ]([a-z]{3,9})\.?[- ]([0-9]{4})", re.IGNORECASE)
_TWO_DIGITS = re.compile(
    r"[0-9]{1,2}[-/. ](?:[0-9]{1,2}|[a-z]{3,9})[-/. ][0-9]{2}|[0-9]{2}[-/.][0-9]{1,2}[-/.][0-9]{1,2}", re.I
)
_DAYS = re.compile(r"([0-9]{5})(?:,[0-9]+)?")
_TIME = re.compile(
    r"(.+?)(?:T|\s+)([0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?)\s*(Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_MONTHS = "januari februari maart april mei juni juli augustus september oktober november december".split()  # noqa: SIM905
_SHORT = {m[:3]: i for i, m in enumerate(_MONTHS, 1)} | {"mrt": 3, "sept": 9}
_BY_NAME = {m: i for i, m in enumerate(_MONTHS, 1)} | _SHORT
# Notations without a sign between the figures, in which nothing shows which of them is the day.
_UNSIGNED = {"jjjjmmdd": COMPACT, "datumgetal": _DAYS, "naam": _NAMED}
_AS_AGREED = frozenset("-/. ")
# Periods by their name, for a column that holds periods: 2025; 2025-03, 03-2025, 2025M03, maart 2025; 2025K1, K1 2025.
_YEAR = re.compile(r"((?:19|20)[0-9]{2})(?:[.,]0+)?")
_MONTH = re.compile(
    r"(?P<j>(?:19|20)[0-9]{2})(?:[-/. ]|M{1,2})?(?P<m>[0-9]{2})|(?P<m2>[0-9]{1,2})[-/. ](?P<j2>(?:19|20)[0-9]{2})", re.I
)
_NAMED_MONTH = re.compile(r"([a-z]{3,9})\.?[- ]((?:19|20)[0-9]{2})|((?:19|20)[0-9]{2})[- ]([a-z]{3,9})\.?", re.I)
_QUARTER = re.compile(
    r"(?P<j>(?:19|20)[0-9]{2})[- ]?[KQ]W?[- ]?0?(?P<k>[1-4])|[KQ]0?(?P<k2>[1-4])[-/ ](?P<j2>(?:19|20)[0-9]{2})"
    r"|(?P<k3>[1-4])e?[- ]kwartaal[- ](?P<j3>(?:19|20)[0-9]{2})|kwartaal (?P<k4>[1-4])[- ](?P<j4>(?:19|20)[0-9]{2})",
    re.I,
)
# Registers do not reach further; a date beyond is a slip or a filler such as 31-12-9999.
FIRST, LAST = date(1950, 1, 1), date(2099, 12, 31)
_LONGEST = 40
# So many dates without a day above 12 are no chance: two in a hundred times beside dates with one, and where there is
# no other sign three in a thousand.
_TELLING, _ALONE = 4, 6
_EPOCH = {False: date(1899, 12, 30), True: date(1904, 1, 1)}
_HERE = ZoneInfo("Europe/Amsterdam")


@dataclass(frozen=True)
class Doubt:
    """Notations (their sign, `jjjj` where the year stands first, or how else) in which day and month may be swapped.

    `swapped`: something in the column shows that they are; `unproven`: they may be, and too few dates tell. A notation
    that the contract asks for needs no proof by itself, unless many of its days, and not always the same one, are 12 or
    less, or a column of periods has several days of one month and no other month; slashes do. A number of days or the
    name of a month cannot be swapped, but a program that took a date the wrong way writes it so too.
    """

    swapped: frozenset[str] = frozenset()
    unproven: frozenset[str] = frozenset()

    @classmethod
    def of(cls, texts: Iterable[str], grain: Grain | None = None, *, datum1904: bool = False) -> Doubt:
        """What a column says; `texts` are its distinct texts."""
        seen: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for text in texts:
            if (parts := _parts(text, datum1904)) and _may_be(*parts[1:]):
                notation, day, month = parts
                seen[notation].append((day, month))
        low = {n for n, found in seen.items() if all(day <= 12 for day, _ in found)}
        high = {n for n, found in seen.items() if all(day > 12 for day, _ in found)}
        month_first = {n for n, found in seen.items() if any(day <= 12 < month for day, month in found)}
        opened = {n for n in low if high and len(seen[n]) >= _TELLING}
        swapped = month_first | opened
        odd = {n for n in low & _AS_AGREED if _too_low(seen[n], grain)}
        return cls(frozenset(swapped), frozenset((low if high else odd | ({"/"} & low)) - swapped))


def _too_low(found: list[tuple[int, int]], grain: Grain | None) -> bool:
    """Whether days that are all 12 or less look like months."""
    days, months = {day for day, _ in found}, {month for _, month in found}
    return len(days) > 1 and (len(found) >= _ALONE or (grain in ("maand", "kwartaal") and len(months) == 1))


NO_DOUBT = Doubt()


def parse_date(
    text: str, *, doubt: Doubt = NO_DOUBT, datum1904: bool = False, grain: Grain | None = None
) -> tuple[date, str | None]:
    """The day and what was mended (None: as agreed, jjjj-mm-dd or dd-mm-jjjj); raises `Bad`.

    `datum1904`: serials count from 1904. `grain`: the column holds periods, so that the first day of that period comes
    back, whichever of its days was written; a period may then be written by its name (2025, maart 2025, 2025K1).
    """
    if len(text) > _LONGEST:
        raise Bad("datum", "dit is geen datum; schrijf dd-mm-jjjj")
    if grain and (period := _named_period(text, grain)):
        return _within(period), "periode_notatie"
    day, kind = _parse(text, datum1904)
    first = floor(day, grain)
    if (parts := _parts(text, datum1904)) and parts[0] in doubt.swapped and not _same_swapped(day, grain):
        raise Bad("datum_dubbelzinnig", "in deze kolom zijn dag en maand niet zeker; schrijf overal dd-mm-jjjj")
    return first, kind or ("periode_notatie" if first != day else None)


def unproven(text: str, doubt: Doubt, grain: Grain | None = None, *, datum1904: bool = False) -> bool:
    """Whether nothing in the column shows that the day stands first in this text, and it matters."""
    parts = _parts(text, datum1904)
    return bool(parts and parts[0] in doubt.unproven and not _same_swapped(_parse(text, datum1904)[0], grain))


def midnights_elsewhere(texts: Iterable[str]) -> set[str]:
    """Texts that say midnight by another clock than ours, in a column in which all do: a program kept days as moments.

    Without a zone 22:00 and 23:00, which is midnight here in universal time: read as it stands, the day is one too
    early. With one 00:00, where that is the evening before here: the day that stands there may have been meant. None
    of fewer than `_TELLING` texts.
    """
    timed = {text: match for text in texts if (match := _TIME.fullmatch(text))}
    clocks = {match[2][:5] for match in timed.values()}
    zoned = {bool(match[3]) for match in timed.values()}
    exact = all(re.fullmatch(r"[0-9:]{5}(?::00(?:[.,]0+)?)?", match[2]) for match in timed.values())
    if len(timed) < _TELLING or not exact or len(zoned) > 1:
        return set()
    if zoned == {False}:
        return set(timed) if clocks <= {"22:00", "23:00"} else set()
    return {text for text in timed if clocks == {"00:00"} and _moved(text)}


def _moved(text: str) -> bool:
    """Whether a moment with its zone was on another day here than it says."""
    try:
        return _parse(text, False)[0] != _parse(_TIME.fullmatch(text)[1], False)[0]  # type: ignore[index]
    except Bad:
        return False


def floor(day: date, grain: Grain | None) -> date:
    """The first day of the period that holds a day; the day itself without a grain."""
    if grain is None:
        return day
    month = {"jaar": 1, "kwartaal": (day.month - 1) // 3 * 3 + 1, "maand": day.month}[grain]
    return date(day.year, month, 1)


def _parts(text: str, datum1904: bool) -> tuple[str, int, int] | None:
    """Notation, day and month of a date, as the contract reads them; None for what is no date."""
    if match := _TIME.fullmatch(text):
        text = match[1]
    if match := _DAY_FIRST.fullmatch(text):
        return match[2], int(match[1]), int(match[3])
    if match := _YEAR_FIRST.fullmatch(text):
        return "jjjj", int(match[4]), int(match[3])
    for notation, form in _UNSIGNED.items():
        if form.fullmatch(text):
            try:
                day = _parse(text, datum1904)[0]
            except Bad:
                return None
            return notation, day.day, day.month
    return None


def _may_be(day: int, month: int) -> bool:
    """Whether two figures are a day and a month in one order or the other; 31-02 is neither."""
    one, other = sorted((day, month))
    return 1 <= one <= 12 and 1 <= other <= (29 if one == 2 else 30 if one in (4, 6, 9, 11) else 31)


def _same_swapped(day: date, grain: Grain | None) -> bool:
    """Whether a day means the same with day and month swapped, or cannot be swapped."""
    return day.day > 12 or floor(date(day.year, day.day, day.month), grain) == floor(day, grain)


def _parse(text: str, datum1904: bool) -> tuple[date, str | None]:
    if match := _AGREED.fullmatch(text):
        year, month, day = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
        return _day(year, month, day), None
    if match := _TIME.fullmatch(text):
        found = _parse(match[1], datum1904)[0]
        return (_here(found, match[2], match[3]), "tijdzone") if match[3] else (found, "tijd_weggelaten")
    if match := _DAY_FIRST.fullmatch(text):
        day, _, month, year = match.groups()
        if int(day) <= 12 < int(month):
            raise Bad("datum", "de maand staat voor de dag; schrijf dd-mm-jjjj")
        return _day(year, month, day), "datum_notatie"
    if match := _YEAR_FIRST.fullmatch(text):
        return _day(match[1], match[3], match[4]), "datum_notatie"
    if (match := _NAMED.fullmatch(text)) and (number := _BY_NAME.get(match[2].lower())):
        return _day(match[3], str(number), match[1]), "datum_notatie"
    if COMPACT.fullmatch(text) and (compact := parse_compact(text)):
        return compact, "datum_notatie"
    if match := _DAYS.fullmatch(text):
        return _within(_EPOCH[datum1904] + timedelta(days=int(match[1]))), "excel_datumgetal"
    if _TWO_DIGITS.fullmatch(text):
        raise Bad("datum", "het jaartal heeft twee cijfers; schrijf dd-mm-jjjj")
    raise Bad("datum", "dit is geen datum; schrijf dd-mm-jjjj")


def _here(day: date, clock: str, zone: str) -> date:
    """The Dutch day of a moment that says how far its clock is from UTC."""
    hour, minute = clock.split(":")[:2]
    sign = "+00" if zone[0].isalpha() else zone
    try:
        moment = datetime.fromisoformat(f"{day.isoformat()}T{hour.zfill(2)}:{minute}{sign[:3]}:{sign[3:][-2:] or '00'}")
    except ValueError:
        raise Bad("datum", "dit tijdstip bestaat niet") from None
    return _within(moment.astimezone(_HERE).date())


def _named_period(text: str, grain: Grain) -> date | None:
    """The first day of a period of this grain that is written by its name; None when the text is something else."""
    if grain == "jaar":
        match = _YEAR.fullmatch(text)
        return date(int(match[1]), 1, 1) if match else None
    if grain == "kwartaal":
        match = _QUARTER.fullmatch(text)
        parts = {k[0]: int(v) for k, v in match.groupdict().items() if v} if match else {}
        return date(parts["j"], parts["k"] * 3 - 2, 1) if parts else None
    if match := _NAMED_MONTH.fullmatch(text):
        number = _BY_NAME.get((match[1] or match[4]).lower())
        return date(int(match[2] or match[3]), number, 1) if number else None
    if match := _MONTH.fullmatch(text):
        parts = {k[0]: int(v) for k, v in match.groupdict().items() if v}
        return date(parts["j"], parts["m"], 1) if 1 <= parts["m"] <= 12 else None
    return None


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
