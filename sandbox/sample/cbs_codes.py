"""Code lists that the yearly v3 tables of CBS share: years, and regions from the country down to gemeenten."""

from __future__ import annotations

from functools import cache

from sandbox.sample import facts
from sandbox.sample.population import inhabitants

NOT_PLACED = "PV99"
_PROVISIONAL_YEARS = 2


def row(key: str, title: str) -> dict:
    return {"Key": key, "Title": title, "Description": "", "CategoryGroupID": None}


def periods(years: list[int]) -> list[dict]:
    """Years; the source stars the title of a provisional year."""
    found = []
    for year in years:
        provisional = year > years[-1] - _PROVISIONAL_YEARS
        status = "Voorlopig" if provisional else "Definitief"
        title = f"{year}{'*' if provisional else ''}"
        found.append({"Key": f"{year}JJ00", "Title": title, "Description": "", "Status": status})
    return found


def regions() -> list[str]:
    """Country, landsdelen, provincies and the gemeenten that the work area has or had."""
    areas = [r["code"] for r in facts.table("gebieden") if r["code"][:2] in ("NL", "LD", "PV")]
    return [*(a for a in areas if a not in ("LDG4", "LD99")), *gemeenten()]


def gemeenten() -> list[str]:
    return [r["regio"] for r in facts.table("bevolking") if r["regio"].startswith("GM")]


def existing(year: int) -> list[str]:
    """Gemeenten of the work area that exist in `year`."""
    return [code for code in gemeenten() if inhabitants(code, year) is not None]


def name(region: str) -> str:
    if region.startswith("GM"):
        return facts.by_key("bevolking", "regio")[region]["naam"]
    return facts.by_key("gebieden", "code")[region]["naam"]


@cache
def areas_of(column: str) -> frozenset[str]:
    """Every published region that a column (gemeente of the work area, or another province) is part of."""
    province = facts.by_key("bevolking", "regio")[column]["provincie"] if column.startswith("GM") else column
    landsdelen = [ld for ld, provinces in facts.LANDSDELEN.items() if province in provinces]
    return frozenset({"NL01", column, province, *landsdelen})
