"""Numbers as the Dutch write them: a point between thousands, a comma for the fraction. One place, for every text."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal


def number(value: float, decimals: int = 0) -> str:
    """1234.56 -> 1.234,6 with one decimal; halves away from zero, and zero has no sign.

    Fifteen digits are what a float holds for certain: a mean that comes out as 2.4499999999999997 is 2.45, and so 2,5.
    """
    rounded = Decimal(f"{value:.15g}").quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{rounded + 0:,f}".translate(str.maketrans(",.", ".,"))


def short(value: float) -> str:
    """Whole numbers whole, others with one decimal."""
    return number(value, 0 if float(value).is_integer() else 1)
