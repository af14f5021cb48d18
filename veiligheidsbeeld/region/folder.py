"""The region that this copy works for: a folder of data, never code.

A region's folder holds `regio.yml` (its name, which municipalities get wijken and buurten), the areas and their
members (`gebied_gemeente.csv`, valid in time), how areas are called in a sentence, its organisations, and its plans
as seeds of the dbt project. What holds for the whole country stands in `dbt_project/seeds/landelijk`.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from veiligheidsbeeld.errors import ConfigurationError

# The clone: what is configured by files stands here.
PROJECT = Path(__file__).resolve().parents[2]
REGIONS = PROJECT / "regions"
NATIONAL = PROJECT / "dbt_project" / "seeds" / "landelijk"
SETTING = "VB_REGIO"
FILE = "regio.yml"


class Head(BaseModel):
    """`regio.yml`: what is said of the region as a whole."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    naam: str
    # The one that is meant when VB_REGIO names none; never with live sources.
    voorbeeld: bool = False
    # Municipalities whose wijken and buurten are fetched.
    detail: tuple[str, ...]
    # How far the figures per municipality reach: the region's own provinces, or every municipality of the country.
    gemeenten: Literal["regio", "land"] = "regio"


@dataclass(frozen=True)
class Member:
    """A municipality in an area, from `van` up to, not including, `tot`."""

    gebied: str
    soort: str  # provincie, regionale_eenheid or samenwerkingsgebied
    gemeente: str
    van: date
    tot: date


@dataclass(frozen=True)
class Municipality:
    """A municipality of the national list: `naam` as the source titles it, `also` as others write it, `tot` the day on
    which it was no more."""

    code: str
    naam: str
    provincie: str
    eenheid: str
    van: date | None
    tot: date | None
    also: tuple[str, ...]

    @property
    def own_name(self) -> str:
        """The name without the addition by which the source tells two of the same name apart."""
        return re.sub(r" \([^)]*\)$", "", self.naam)


@dataclass(frozen=True)
class Region:
    """A region's folder, read when something is asked of it."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def known_as(self) -> str:
        """What a home keeps of it: its name where the project has it, wherever that stands, else its folder."""
        return self.name if self.folder.resolve().parent == REGIONS.resolve() else str(self.folder)

    @property
    def head(self) -> Head:
        return _head(self.folder)

    def rows(self, seed: str) -> list[dict[str, str]]:
        """Rows of one of the region's own seeds."""
        found = sorted(self.folder.rglob(f"{seed}.csv"))
        if len(found) != 1:
            raise ConfigurationError(
                f"The region {self.folder} has {len(found)} files {seed}.csv; it needs one.",
                remedy="`veiligheidsbeeld region new` makes every file that a region has, beside it: copy the one that "
                "is missing."
                if not found
                else "Remove what is too much.",
            )
        return read(found[0])

    @property
    def members(self) -> tuple[Member, ...]:
        """Municipalities per area, those of former years included."""
        return _members(self.folder)

    @property
    def municipalities(self) -> list[str]:
        """Codes of all municipalities that belong or once belonged to a province of the region, sorted."""
        found = sorted({m.gemeente for m in self.members if m.soort == "provincie"})
        if not found:
            raise ConfigurationError(
                f"{self.folder / 'gebied_gemeente.csv'} names no provincie.",
                remedy="Add the municipalities of the region's provinces with gebied_soort provincie.",
            )
        return found


def active(environ: Mapping[str, str] | None = None) -> Region:
    """The region that VB_REGIO names (a folder, or a name below `regions/`); else the example."""
    given = (os.environ if environ is None else environ).get(SETTING, "")
    return example() if not given else _named(given)


@cache
def municipalities() -> dict[str, Municipality]:
    """The national list by code: every municipality since 2010, those that ended included."""
    return {
        r["gemeente_code"]: Municipality(
            r["gemeente_code"],
            r["naam"],
            r["provincie_code"],
            r["eenheid_code"],
            date.fromisoformat(r["geldig_van"]) if r["geldig_van"] else None,
            date.fromisoformat(r["geldig_tot"]) if r["geldig_tot"] else None,
            tuple(name for name in r["schrijfwijzen"].split(";") if name),
        )
        for r in read(NATIONAL / "gemeente.csv")
    }


def known() -> list[Region]:
    """The regions below `regions/`."""
    return _below(REGIONS)


def _below(folder: Path) -> list[Region]:
    return [Region(path.parent) for path in sorted(folder.glob(f"*/{FILE}"))]


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def columns(path: Path) -> list[str]:
    """The first line of a seed."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return next(csv.reader(stream), [])


def example() -> Region:
    """The region that is marked as the example. Raises `ConfigurationError` when there is not one."""
    return _example(REGIONS)


@cache
def _example(folder: Path) -> Region:
    """Found once: who asks for a region asks for each of its rows, and looking through a folder is 60 microseconds."""
    there = _below(folder)
    found = [region for region in there if region.head.voorbeeld]
    if len(found) != 1:
        raise ConfigurationError(
            f"{SETTING} is not set, and {folder} holds {len(found)} regions that are marked as the example.",
            remedy=f"Set {SETTING} to one of {', '.join(r.name for r in there)}, or to a folder of your own.",
        )
    return found[0]


def remembered(kept: str) -> str:
    """The folder of the region that a home was made for, from what it kept (`Region.known_as`): a name is one of the
    project, whatever stands where the command does. Homes of earlier versions kept the whole path, also of a region of
    the project: that of another copy of the project is the one of this copy."""
    path = Path(kept)
    elsewhere = not (path / FILE).is_file() or (path.parent.parent / "dbt_project").is_dir()
    of_a_project = path.parent == Path() or (elsewhere and path.parent.name == REGIONS.name)
    return str(REGIONS / path.name) if of_a_project and (REGIONS / path.name).is_dir() else kept


def absolute(given: str) -> str:
    """What VB_REGIO says, for processes that stand elsewhere: a folder as its whole path, a name as it is."""
    return str(Path(given).resolve()) if (Path(given) / FILE).is_file() else given


def _named(given: str) -> Region:
    for folder in (Path(given), REGIONS / given):
        if (folder / FILE).is_file():
            return Region(folder.resolve())
    raise ConfigurationError(
        f"{SETTING}={given!r} is neither a folder with {FILE} nor one of the regions of {REGIONS}.",
        remedy="Make one with `veiligheidsbeeld region new`, or choose one of: "
        + ", ".join(r.name for r in known())
        + ".",
    )


@cache
def _head(folder: Path) -> Head:
    path = folder / FILE
    try:
        head = Head.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        raise ConfigurationError(f"{path} cannot be used: {error}", remedy="See regions/README.md.") from error
    if unknown := sorted(set(head.detail) - municipalities().keys()):
        raise ConfigurationError(
            f"{path}: detail names {', '.join(unknown)}, which the national list does not have.",
            remedy="Write codes as the statistics office has them: GM and four digits.",
        )
    return head


@cache
def _members(folder: Path) -> tuple[Member, ...]:
    return tuple(
        Member(
            row["gebied_code"],
            row["gebied_soort"],
            row["gemeente_code"],
            date.fromisoformat(row["geldig_van"]),
            date.fromisoformat(row["geldig_tot"]) if row["geldig_tot"] else date.max,
        )
        for row in read(folder / "gebied_gemeente.csv")
    )
