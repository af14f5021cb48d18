"""What a file speaks for: no more than its name says, and no more than it can prove.

Its name gives the municipalities of the sender and a period. What comes after the month in which the file was made it
cannot know; of a municipality of which it holds no row and that it does not name it says nothing; of a column that it
does not have neither (docs/decisions/0019).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow.compute as pc

from veiligheidsbeeld.contracts.register import RegisterContract
from veiligheidsbeeld.landing.files import Manifest
from veiligheidsbeeld.refusals import FileRefused, Reading, Scope
from veiligheidsbeeld.settings import TIMEZONE

_ZONE = ZoneInfo(TIMEZONE)


def named_scope(manifest: Manifest) -> Scope:
    """The period that the name of a file gives; nothing in it can have happened after the day it was fetched."""
    scope = manifest.scope
    assert scope is not None, "a file that speaks for nothing is refused when it is taken"
    return Scope(
        date.fromisoformat(scope["van"]),
        date.fromisoformat(scope["tot"]),
        scope["volledig"],
        _day(manifest.opgehaald_op),
    )


def proven_scope(contract: RegisterContract, manifest: Manifest, reading: Reading) -> dict:
    """As `raw.levering.scope` keeps it: the months, municipalities and columns that the file speaks for.

    `zonder` are columns that it lacks, `zwijgt` municipalities that it does not name; `gemaakt` is the day
    on which it was made: that of the file, unless a row is younger. The month of that day is
    provisional. Raises `FileRefused` when the period of the name had not begun.
    """
    scope = manifest.scope
    assert scope is not None
    youngest = pc.max(reading.table[contract.scope_datum]).as_py() or date.min
    made = min(_day(manifest.opgehaald_op), max(_day(manifest.gewijzigd), youngest))
    end = min(date.fromisoformat(scope["tot"]), next_month(made))
    if end <= date.fromisoformat(scope["van"]):
        raise FileRefused(
            "toekomst",
            f"Het bestand is van {made:%d-%m-%Y} en gaat over een periode die toen nog niet was begonnen.",
            remedie="Lever het bestand opnieuw als de periode is begonnen, of verbeter de periode in de naam.",
            eigenaar=contract.eigenaar.functie,
            bestand=manifest.bestand,
        )
    spoken = [code for code in scope["gemeente"] if code in reading.genoemd] or scope["gemeente"]
    proven = scope | {"gemeente": spoken, "tot": end.isoformat(), "gemaakt": made.isoformat()}
    lacking = {"zonder": sorted(reading.zonder), "zwijgt": sorted({*scope["gemeente"]} - {*spoken})}
    return proven | {name: found for name, found in lacking.items() if found}


def next_month(day: date) -> date:
    """The first day of the month after."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _day(moment: str) -> date:
    return datetime.fromisoformat(moment).astimezone(_ZONE).date()
