"""Which periods a sample edition holds: it grows with the calendar, as the sources do."""

from __future__ import annotations

import datetime
from typing import NamedTuple

from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.settings import Settings, this_day

MONTHS = (
    *("januari", "februari", "maart", "april", "mei", "juni"),
    *("juli", "augustus", "september", "oktober", "november", "december"),
)
FIRST_YEAR = 2012
# The politie publishes a month about the 15th of the next one; CBS publishes population around 23 June and
# registered crime in spring, suspects in March.
MONTHLY_DAY = 15
POPULATION_DAY = (6, 23)
CRIME_DAY = (4, 15)
SUSPECTS_DAY = (3, 27)
# The Veiligheidsmonitor asks in odd years, since its redesign in 2021, and publishes about 1 March of the next year.
FIRST_WAVE = 2021
SURVEY_DAY = (3, 1)
SURVEY_TABLES = ("85146NED", "85322NED", "85472NED", "85846NED")


class Period(NamedTuple):
    """A month (`month` 1..12) or a whole year (`month` 0)."""

    year: int
    month: int

    @property
    def key(self) -> str:
        return f"{self.year}MM{self.month:02d}" if self.month else f"{self.year}JJ00"

    @property
    def title(self) -> str:
        return f"{self.year} {MONTHS[self.month - 1]}" if self.month else str(self.year)


def today(settings: Settings) -> datetime.date:
    """The date the sample pretends it is: `VB_TODAY` (yyyy-mm-dd) or the day that it is."""
    given = settings.environ.get("VB_TODAY")
    if not given:
        return this_day()
    try:
        day = datetime.date.fromisoformat(given)
    except ValueError as error:
        raise ConfigurationError(
            f"VB_TODAY={given!r} is not a date.", remedy="Write it as yyyy-mm-dd, or leave it out."
        ) from error
    if day < datetime.date(2016, 1, 1):
        raise ConfigurationError(
            f"VB_TODAY={given!r} is before the sample can start.", remedy="Give a date from 2016-01-01."
        )
    return day


def last_month(day: datetime.date) -> Period:
    """The last month that the politie has published on `day`."""
    back = 1 if day.day >= MONTHLY_DAY else 2
    index = day.year * 12 + day.month - 1 - back
    return Period(index // 12, index % 12 + 1)


def published_on(period: Period) -> datetime.date:
    """The day on which `period` appeared in the monthly tables."""
    index = period.year * 12 + period.month
    return datetime.date(index // 12, index % 12 + 1, MONTHLY_DAY)


def population_year(day: datetime.date) -> int:
    """The last year whose 1 January population is published on `day`."""
    return day.year if (day.month, day.day) >= POPULATION_DAY else day.year - 1


def crime_year(day: datetime.date) -> int:
    """The last year of registered crime that CBS has published on `day`."""
    return day.year - 1 if (day.month, day.day) >= CRIME_DAY else day.year - 2


def suspects_year(day: datetime.date) -> int:
    """The last year of suspects that CBS has published on `day`."""
    return day.year - 1 if (day.month, day.day) >= SUSPECTS_DAY else day.year - 2


def waves(day: datetime.date) -> list[int]:
    """Waves of the Veiligheidsmonitor that are published on `day`; the first one always is."""
    later = range(FIRST_WAVE + 2, day.year, 2)
    return [FIRST_WAVE, *(y for y in later if day >= datetime.date(y + 1, *SURVEY_DAY))]


def survey_year(day: datetime.date) -> int:
    """The last wave of the Veiligheidsmonitor that is published on `day`."""
    return waves(day)[-1]


def periods(first_year: int, last: Period, *, years: bool) -> list[Period]:
    """Periods in the order of the source's code list: the months of a year, then the year once it is over."""
    found = []
    for year in range(first_year, last.year + 1):
        until = last.month if year == last.year else 12
        found += [Period(year, month) for month in range(1, until + 1)]
        if years and until == 12:
            found.append(Period(year, 0))
    return found
