"""Numbers, dates and states as Dutch readers write them. One place, so that page, sheet and message agree."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from veiligheidsbeeld.contracts.labels import words
from veiligheidsbeeld.numbers import number, short
from veiligheidsbeeld.settings import TIMEZONE

# Decimals per measure; what is counted is whole, a mean of counts is not.
DECIMALS = {"euro": 0, "procent": 1, "per_1000": 1, "per_10000": 1, "dagen": 0, "kilogram": 0, "uren": 0}
MEASURES = words("maat")
# What is said of figures that were made up.
SAMPLE = "Voorbeeldcijfers: gemaakt om mee te oefenen. Gebruik of citeer ze niet."
# Why there is no figure (`status_waarde`).
STATES = words("status_waarde")
MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip


def amount(value: float | None, measure: str, state: str = "") -> str:
    """A figure with its unit, or in words why there is none."""
    if value is None:
        return STATES.get(state, "onbekend")
    text = short(value) if measure == "aantal" else number(value, DECIMALS.get(measure, 1))
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
