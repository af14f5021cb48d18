"""Sample data: cubes of the sources' tables, generated from a seed number and marked as synthetic.

Margins are those that politie and CBS published (see `facts`); the cells within them are drawn. The same seed and
date give the same cubes. A later date adds periods and leaves earlier cells as they are, with three exceptions
that the sources have too: the month that was newest gets its late registrations (a few percent, never fewer),
aangiften appear once their quarter is over, and the mean population of a year once the year is over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from sandbox.sample import clock, facts
from sandbox.source_server.cube import Cube
from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.extract.plan import detail_gemeenten
from veiligheidsbeeld.settings import Settings

if TYPE_CHECKING:
    from sandbox.sample.police import Incidents

# Baselines of the plans are 2019-2022, so the default detail tables begin there.
_DEFAULT_DETAIL_YEAR = 2019


def cubes(settings: Settings) -> Mapping[str, Cube]:
    """Sample tables by identifier (`47013NED`, ...), each generated or read from disk at first use.

    Kept under `<home>/sample/<sample>-<seed>-<last month>/`; the arrays are read-only memory maps. Raises
    `ConfigurationError` for an unknown VB_TODAY or VB_DETAIL_GEMEENTEN.
    """
    return SampleCubes(settings)


class SampleCubes(Mapping[str, Cube]):
    """The lazy mapping behind `cubes`; safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        self.seed = settings.seed
        self.full = settings.sample == "full"
        self.today = clock.today(settings)
        self.last = clock.last_month(self.today)
        _check_region(settings)
        self.detail = _detail_gemeenten(settings)
        self.folder = settings.home / "sample" / self._name(settings)
        self._made: dict[str, Cube] = {}
        self._lock = Lock()

    def __getitem__(self, identifier: str) -> Cube:
        from sandbox.sample import store

        make = self._makers[identifier]
        with self._lock:
            if identifier not in self._made:
                self._made[identifier] = store.load_or_make(self._folder_of(identifier), make)
            return self._made[identifier]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)

    def _name(self, settings: Settings) -> str:
        name = f"{settings.sample}-{self.seed}-{self.last.key}"
        if not self.full and settings.environ.get("VB_DETAIL_GEMEENTEN"):
            name += "-" + blake2b(",".join(self.detail).encode(), digest_size=4).hexdigest()
        return name

    def _folder_of(self, identifier: str) -> Path:
        # The CBS tables have a calendar of their own within a month.
        years = {"03759ned": clock.population_year, "83648NED": clock.crime_year, "85655NED": clock.suspects_year}
        year = years.get(identifier)
        if identifier in clock.SURVEY_TABLES:
            year = clock.survey_year
        if any(row["tabel"] == identifier for row in facts.table("reeksen")):
            year = clock.crime_year
        return self.folder / (f"{identifier}-{year(self.today)}" if year else identifier)

    @cached_property
    def _makers(self) -> dict[str, Callable[[], Cube]]:
        from sandbox.sample import cbs_crime, police_buurt, police_gemeente, population, series, survey, suspects

        detail_year = clock.FIRST_YEAR if self.full else _DEFAULT_DETAIL_YEAR
        return {
            "47013NED": lambda: police_gemeente.misdrijven(self._incidents("misdrijven"), self.seed),
            "47021NED": lambda: police_gemeente.overlast(self._incidents("overlast")),
            "47022NED": lambda: police_buurt.misdrijven(
                self._incidents("misdrijven"), self.seed, self.detail, detail_year
            ),
            "47024NED": lambda: police_buurt.overlast(self._incidents("overlast"), self.seed, self.detail, detail_year),
            "03759ned": lambda: population.cube(self.seed, clock.population_year(self.today)),
            "83648NED": lambda: cbs_crime.cube(self.seed, clock.crime_year(self.today)),
            "85655NED": lambda: suspects.cube(self.seed, clock.suspects_year(self.today)),
            **{
                table: partial(series.cube, table, self.seed, clock.crime_year(self.today)) for table in series.tables()
            },
            **{table: partial(survey.cube, table, self.seed, self.today) for table in survey.TITLES},
        }

    def _incidents(self, domain: str) -> Incidents:
        # Made again for each table: cheaper than holding the counts for as long as the mapping lives.
        from sandbox.sample import police

        return police.incidents(domain, self.seed, self.last)


def _check_region(settings: Settings) -> None:
    """The sample's figures are calibrated to what was published of two provinces, its files are of partners there."""
    from sandbox.sample.registers.senders import SENDERS

    members = settings.region.members
    strange = sorted({m.gebied for m in members if m.soort == "provincie"} - set(facts.WORK_PROVINCES))
    absent = sorted(set(SENDERS) - {code for m in members for code in (m.gebied, m.gemeente)})
    if strange or absent:
        why = f"has no figures of {', '.join(strange)}" if strange else f"has files of {', '.join(absent)}"
        raise ConfigurationError(
            f"There is no sample for the region {settings.region.head.naam}: the sample {why}.",
            remedy="Set SOURCES=live, or SOURCES to a folder of recorded replies; leave VB_REGIO out for the sample.",
        )


def _detail_gemeenten(settings: Settings) -> tuple[str, ...]:
    """Gemeenten whose wijken and buurten the sample holds, sorted by code."""
    if settings.sample == "full":
        return tuple(sorted(facts.work_gemeenten()))
    codes = detail_gemeenten(settings)
    if strange := sorted(set(codes) - set(facts.work_gemeenten())):
        raise ConfigurationError(
            f"The sample holds no wijken and buurten of {', '.join(strange)}.",
            remedy="Name present gemeenten of the example region in VB_DETAIL_GEMEENTEN.",
        )
    return tuple(codes)
