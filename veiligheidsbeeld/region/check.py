"""What a region's folder holds, what is wrong in it, and what stays empty because it is not there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from veiligheidsbeeld.region.boundaries import path_of
from veiligheidsbeeld.region.folder import NATIONAL, Region, columns, example, municipalities, read

# What a reader of the marts misses while a seed has no rows.
_EMPTY = {
    "plan": "no plans: mart_ivp and the goals of every theme stay empty",
    "doel": "no goals: nothing is measured against a plan",
    "basisteam_gemeente": "no police teams: figures of basisteams and districten keep the source's own title",
    "organisatie": "no other organisations: coverage counts municipalities alone",
    "regio_grens": "no boundaries: kern.regio_grens stays empty; `veiligheidsbeeld region boundaries` brings them",
    "resultaatafspraak": "no agreed results: mart_ivp.resultaatafspraken stays empty",
}

_DAYS = {"van", "tot", "geldig_van", "geldig_tot", "horizon", "datum"}
# Codes of which those of indicators are made.
_CODES = {"programma_code", "locatie_code"}


@dataclass(frozen=True)
class Finding:
    """One line of the check: `wrong` has to be mended before anything is loaded; else it says what stays empty."""

    text: str
    wrong: bool


def check(region: Region) -> list[Finding]:
    """Faults first, then what is absent. Of a folder whose files cannot be read only that is said."""
    if unreadable := files(region):
        return unreadable
    members, every = region.members, municipalities()
    areas = {m.gebied for m in members}
    towns = {m.gemeente for m in members}
    found = [
        f"gebied_gemeente.csv names {c}, which the national list does not have" for c in sorted(towns - every.keys())
    ]
    found += [
        f"regio.yml: detail names {c}, which lies in no province of gebied_gemeente.csv"
        for c in region.head.detail
        if c not in {m.gemeente for m in members if m.soort == "provincie"}
    ]
    found += [
        f"gebied_gemeente.csv: {m.gemeente} lies in {every[m.gemeente].provincie}, not in {m.gebied}"
        for m in members
        if m.soort == "provincie" and m.gemeente in every and every[m.gemeente].provincie != m.gebied
    ]
    teams = {r[c] for r in region.rows("basisteam_gemeente") for c in ("basisteam_code", "district_code")}
    national = {r["gebied_code"] for r in read(NATIONAL / "gebied.csv")}
    for seed, column in (("plan", "gebied_code"), ("doel", "gebied_code"), ("doel", "benchmark_gebied")):
        used = {r[column] for r in region.rows(seed)} - {""}
        strange = sorted(used - areas - towns - teams - national)
        found += [f"{seed}.csv: {column} {code} is no area of the region" for code in strange]
    found += [
        f"plan {r['plan_code']}: its area {r['gebied_code']} has no municipalities in gebied_gemeente.csv"
        for r in region.rows("plan")
        if r["gebied_code"] not in areas
    ]
    wrong = [Finding(text, wrong=True) for text in found]
    return wrong + [Finding(text, wrong=False) for seed, text in _EMPTY.items() if not region.rows(seed)]


def files(region: Region) -> list[Finding]:
    """What keeps the files from being read: absent, columns that differ from the example's, days that are none."""
    found = list(_columns(region))
    return [Finding(text, wrong=True) for text in found or _values(region)]


def _columns(region: Region) -> Iterator[str]:
    for path in sorted(example().folder.rglob("*.csv")):
        present = sorted(region.folder.rglob(path.name))
        if len(present) != 1:
            yield f"{path.name} stands there {len(present)} times, not once; `region new` makes one to copy"
            continue
        wanted, has = columns(path), columns(present[0])
        if len(has) == 1 and ";" in has[0]:
            yield f"{path.name} is separated by semicolons: save it with commas"
        elif lacking := [c for c in wanted if c not in has]:
            yield f"{path.name} lacks the columns {', '.join(lacking)}: add them to its first line, values may be empty"
        elif unknown := [c or "(without a name)" for c in has if c not in wanted]:
            yield f"{path.name} has columns that nobody knows: {', '.join(unknown)}"


def _values(region: Region) -> Iterator[str]:
    for path in sorted(set(region.folder.rglob("*.csv")) - {path_of(region)}):
        for number, row in enumerate(read(path), 2):
            where = f"{path.name}, line {number}"
            if None in row or None in row.values():
                yield f"{where} has not as many values as the first line has columns"
                continue
            for column in _DAYS & row.keys():
                if row[column] and not _is_day(row[column]):
                    yield f"{where}: {column} is {row[column]!r}; a day is written as 2026-12-31"
            if path.stem == "gebied_gemeente" and not row["geldig_van"]:
                yield f"{where}: geldig_van is empty; since when is {row['gemeente_code']} in {row['gebied_code']}?"
            for column in _CODES & row.keys():
                if not re.fullmatch(r"[a-z0-9_]+", row[column]):
                    yield f"{where}: {column} is {row[column]!r}; use small letters, digits and _"


def _is_day(text: str) -> bool:
    try:
        return len(text) == 10 and bool(date.fromisoformat(text))
    except ValueError:
        return False
