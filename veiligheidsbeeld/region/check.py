"""What a region's folder holds, what is wrong in it, and what stays empty because it is not there."""

from __future__ import annotations

from dataclasses import dataclass

from veiligheidsbeeld.region.folder import NATIONAL, Region, municipalities, read

# What a reader of the marts misses while a seed has no rows.
_EMPTY = {
    "plan": "no plans: mart_ivp and the goals of every theme stay empty",
    "doel": "no goals: nothing is measured against a plan",
    "basisteam_gemeente": "no police teams: figures of basisteams and districten keep the source's own title",
    "organisatie": "no other organisations: coverage counts municipalities alone",
    "regio_grens": "no boundaries: kern.regio_grens stays empty; `veiligheidsbeeld region boundaries` brings them",
    "resultaatafspraak": "no agreed results: mart_ivp.resultaatafspraken stays empty",
}


@dataclass(frozen=True)
class Finding:
    """One line of the check: `wrong` has to be mended before anything is loaded; else it says what stays empty."""

    text: str
    wrong: bool


def check(region: Region) -> list[Finding]:
    """Faults first, then what is absent."""
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
