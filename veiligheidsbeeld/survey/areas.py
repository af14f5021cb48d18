"""Regions of a respondent: police teams of the work area, and which regions estimates are made for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from veiligheidsbeeld.contracts.survey import Coverage
from veiligheidsbeeld.files.cells import normal
from veiligheidsbeeld.region import Region, active

COUNTRY = "NL01"
_LEVELS = ("provincie", "samenwerkingsgebied")


@dataclass(frozen=True)
class Area:
    """A region: the municipalities it holds, or (for the Netherlands) everybody."""

    code: str
    level: str
    municipalities: frozenset[str]


class Teams:
    """Police teams and districts by code or name, and those of each municipality of the work area."""

    def __init__(self, rows: list[dict[str, str]]) -> None:
        self._of = {
            kind: {r["gemeente_code"]: r[f"{kind}_code"] for r in rows if not r["geldig_tot"]}
            for kind in ("basisteam", "district")
        }
        self._codes = {
            kind: {normal(r[f"{kind}_{by}"]): r[f"{kind}_code"] for r in rows for by in ("code", "naam")}
            for kind in ("basisteam", "district")
        }

    def code(self, kind: str, *words: str) -> str | None:
        """The code that one of `words` names; None for a team outside the work area."""
        return next((c for w in words if (c := self._codes[kind].get(normal(w)))), None)

    def of_municipality(self, kind: str) -> dict[str, str]:
        return self._of[kind]


def teams() -> Teams:
    """Teams and districts of the work area."""
    return _teams(active())


def areas() -> tuple[Area, ...]:
    """Regions for which estimates are made, the largest first."""
    return _areas(active())


@cache
def _teams(region: Region) -> Teams:
    return Teams(region.rows("basisteam_gemeente"))


@cache
def _areas(region: Region) -> tuple[Area, ...]:
    found: dict[tuple[str, str], set[str]] = {(COUNTRY, "nederland"): set()}
    for row in region.rows("gebied_gemeente"):
        if row["gebied_soort"] in _LEVELS and not row["geldig_tot"]:
            found.setdefault((row["gebied_code"], row["gebied_soort"]), set()).add(row["gemeente_code"])
    work = sorted(set().union(*(towns for (_, kind), towns in found.items() if kind == "provincie")))
    for kind, level in (("district", "politiedistrict"), ("basisteam", "basisteam")):
        for town, code in _teams(region).of_municipality(kind).items():
            found.setdefault((code, level), set()).add(town)
    for town in work:
        found[town, "gemeente"] = {town}
    return tuple(Area(code, level, frozenset(towns)) for (code, level), towns in found.items())


def covered(respondents: Mapping[str, int], rule: Coverage) -> list[Area]:
    """The areas that a sample with so many respondents per municipality speaks for, the largest first.

    A sample of a part of an area says nothing about the area. A municipality of its own is always itself.
    """
    sampled = {town for town, count in respondents.items() if count >= rule.min_per_gemeente}
    national = len(respondents) >= rule.gemeenten_nederland
    return [
        area
        for area in areas()
        if area.level == "gemeente" or (national if area.code == COUNTRY else area.municipalities <= sampled)
    ]


def benchmarks(area: Area) -> list[str]:
    """Regions that a region is compared with: the country, and the province that holds it."""
    if area.code == COUNTRY:
        return []
    larger = [g for g in areas() if g.level == "provincie" and g.code != area.code]
    return [COUNTRY, *(g.code for g in larger if area.municipalities < g.municipalities)]
