"""Numbers, dates and states as Dutch readers write them. One place, so that page, sheet and message agree."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from veiligheidsbeeld.contracts.labels import words
from veiligheidsbeeld.settings import TIMEZONE

# Decimals per measure; whole for what is counted.
DECIMALS = {"aantal": 0, "euro": 0, "procent": 1, "per_1000": 1, "per_10000": 1, "dagen": 0, "kilogram": 0, "uren": 0}
MEASURES = words("maat")
# Why there is no figure (`status_waarde`).
STATES = words("status_waarde")
MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip


def number(value: float, decimals: int = 0) -> str:
    """1234.56 -> 1.234,6: point between thousands, comma for the fraction, halves away from zero."""
    rounded = Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return f"{rounded + 0:,f}".translate(str.maketrans(",.", ".,"))


def amount(value: float | None, measure: str, state: str = "") -> str:
    """A figure with its unit, or in words why there is none."""
    if value is None:
        return STATES.get(state, "onbekend")
    decimals = DECIMALS.get(measure, 1) or (0 if measure != "aantal" or value == round(value) else 1)
    text = number(value, decimals)
    return {"procent": f"{text}%", "euro": f"€ {text}", "kilogram": f"{text} kg", "uren": f"{text} uur"}.get(
        measure, f"{text} dagen" if measure == "dagen" else text
    )


def change(percentage: float) -> str:
    """A sign and a word beside the number, so that colour is never needed."""
    text = number(abs(percentage), 1)
    if text == "0,0":
        return "gelijk"
    return f"▲ {text}% hoger" if percentage > 0 else f"▼ {text}% lager"


def day(moment: date | datetime) -> str:
    """30 november 2026, in the Netherlands."""
    local = moment.astimezone(ZoneInfo(TIMEZONE)) if isinstance(moment, datetime) else moment
    return f"{local.day} {MONTHS[local.month - 1]} {local.year}"


def minute(moment: datetime) -> str:
    """30 november 2026, 11:30 uur."""
    return f"{day(moment)}, {moment.astimezone(ZoneInfo(TIMEZONE)):%H:%M} uur"
