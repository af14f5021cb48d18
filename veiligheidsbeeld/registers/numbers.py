"""Numbers in Dutch notation: decimal comma, thousands dot. What a dot or comma means is proven by form or by column."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from veiligheidsbeeld.registers.values import Bad

_PLAIN = re.compile(r"-?[0-9]+(?:,[0-9]+)?")
_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}(?:\.[0-9]{3})+(,[0-9]+)?")
_SPACED = re.compile(r"-?[1-9][0-9]{0,2}(?:[ \u00a0\u202f'][0-9]{3})+(?:,[0-9]+)?")
_POINT = re.compile(r"-?[0-9]+\.[0-9]+")
_ENGLISH = re.compile(r"-?[1-9][0-9]{0,2}(?:,[0-9]{3})+\.[0-9]+")
_COMMA = re.compile(r"-?(?:[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})|0+,[0-9]+|[0-9.]+\.[0-9]{3},[0-9]+)")
_DOT = re.compile(r"-?(?:[0-9]+\.(?:[0-9]{1,2}|[0-9]{4,})|0+\.[0-9]+)")
_EURO = re.compile(r"(?:€|EUR)\s*|,-{1,2}$", re.IGNORECASE)
_ZEROS = re.compile(r"(-?[0-9]+)[.,]0{1,2}")
_INT32 = 2**31 - 1


@dataclass(frozen=True)
class Notation:
    """What the other values of a column prove: somewhere a decimal comma or point, somewhere thousands with a dot.

    Three digits behind a sign prove nothing, unless a nought alone stands before it (0,125).
    """

    comma: bool = False
    point: bool = False
    thousands: bool = False

    @classmethod
    def of(cls, texts: Iterable[str]) -> Notation:
        comma = point = thousands = False
        for text in texts:
            if "," in text or "." in text:
                text = _EURO.sub("", text).strip()
                comma |= bool(_COMMA.fullmatch(text))
                point |= bool(_DOT.fullmatch(text) or _ENGLISH.fullmatch(text))
                thousands |= bool(_THOUSANDS.fullmatch(text)) and not text.endswith(".000")
        return cls(comma, point, thousands)


def parse_whole(text: str, notation: Notation | None = None) -> tuple[int, str | None]:
    """A whole number; here `1.234` can only be 1234. Raises `Bad`, also for `2.000` when that may be 2.

    `notation`: what the column proves; a program that writes three decimals writes `.000` behind every number.
    """
    digits, mended = _without_euro(text)
    if match := _ZEROS.fullmatch(digits):
        digits, mended = match[1], "getal_notatie"
    elif _SPACED.fullmatch(digits) and "," not in digits:
        digits, mended = re.sub(r"[^0-9-]", "", digits), "duizendtal"
    elif (match := _THOUSANDS.fullmatch(digits)) and not match[1]:
        if notation and not notation.thousands and digits.count(".") == 1:
            raise Bad("getal_dubbelzinnig", "de punt kan hier duizendtallen of decimalen scheiden")
        digits, mended = digits.replace(".", ""), "duizendtal"
    if not re.fullmatch(r"-?[0-9]+", digits):
        raise Bad("geheel", "hier hoort een geheel getal")
    if len(digits) > 11 or abs(int(digits)) > _INT32:
        raise Bad("bereik", "het getal is te groot")
    return int(digits), mended


def parse_number(text: str, notation: Notation) -> tuple[float, str | None]:
    """A number with decimals; raises `Bad`, also where a dot or comma with three digits may mean either."""
    digits, mended = _without_euro(text)
    if _PLAIN.fullmatch(digits):
        if (notation.point or not notation.comma) and re.fullmatch(r"-?[1-9][0-9]{0,2},[0-9]{3}", digits):
            raise Bad("getal_dubbelzinnig", "de komma kan hier duizendtallen of decimalen scheiden")
        return _finite(digits.replace(",", ".")), mended
    if match := _THOUSANDS.fullmatch(digits):
        if not match[1] and digits.count(".") == 1 and (notation.point or not notation.comma):
            raise Bad("getal_dubbelzinnig", "de punt kan hier duizendtallen of decimalen scheiden")
        return _finite(digits.replace(".", "").replace(",", ".")), "duizendtal"
    if _SPACED.fullmatch(digits):
        return _finite(re.sub(r"[^0-9,-]", "", digits).replace(",", ".")), "duizendtal"
    if _ENGLISH.fullmatch(digits):
        return _finite(digits.replace(",", "")), "getal_notatie"
    if _POINT.fullmatch(digits):
        return _finite(digits), "decimale_punt"
    raise Bad("getal", "hier hoort een getal")


def check_range(value: float, minimum: float | None, maximum: float | None) -> None:
    if minimum is not None and value < minimum:
        raise Bad("bereik", f"het getal is kleiner dan {minimum:g}")
    if maximum is not None and value > maximum:
        raise Bad("bereik", f"het getal is groter dan {maximum:g}")


def _without_euro(text: str) -> tuple[str, str | None]:
    bare = _EURO.sub("", text).strip()
    return bare, "valutateken" if bare != text else None


def _finite(text: str) -> float:
    if len(text) > 40:
        raise Bad("getal", "hier hoort een getal")
    return float(text)
