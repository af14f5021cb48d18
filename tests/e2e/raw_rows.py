"""Current rows of the raw tables, added up in Python: what goals computed by hand start from."""

from __future__ import annotations

import csv
from datetime import date
from functools import cache
from math import nan
from typing import Any

import psycopg
from psycopg.rows import dict_row

from sandbox.sample.registers import drop
from sandbox.sample.registers.places import FIRST_YEAR
from veiligheidsbeeld.contracts.register import get_register
from veiligheidsbeeld.region import active

GEBIEDEN = active().folder / "gebied_gemeente.csv"

Row = dict[str, Any]


@cache
def leden(regio: str) -> tuple[str, ...]:
    """The municipalities of an area today; of a municipality itself."""
    with GEBIEDEN.open(encoding="utf-8") as file:
        found = [r["gemeente_code"] for r in csv.DictReader(file) if r["gebied_code"] == regio and not r["geldig_tot"]]
    return tuple(found) or (regio,)


class Raw:
    """Current rows of the raw tables, read once."""

    def __init__(self, connection: psycopg.Connection, seed: int) -> None:
        self.seed = seed
        self.cursor = connection.cursor(row_factory=dict_row)
        self.rows = cache(self._rows)

    def _rows(self, table: str, where: str = "true") -> list[Row]:
        return self.cursor.execute(
            f"select * from raw.{table} where levering_tot is null and {where}"  # type: ignore[arg-type]
        ).fetchall()

    def months(self, indicator: str, regio: str) -> dict[int, float]:
        """Police figures per month (year x 12 + month - 1), a province as the source has it."""
        kind, code = indicator.split("-", 1)
        name, column = ("misdrijven", "soort_misdrijf") if kind == "MIS" else ("overlast", "soort_overlast")
        cells = self.rows(f"politie_{name}_gemeente_cellen", f"{column} = '{code}' and periode_soort = 'MM'")
        regios = (regio,) if regio.startswith("PV") else leden(regio)
        found: dict[int, float] = {}
        for cell in cells:
            if cell["regio"] in regios:
                month = cell["jaar"] * 12 + cell["periode_nr"] - 1
                value = cell[f"geregistreerde_{name}"]
                found[month] = found.get(month, 0) + (nan if value is None else value)  # unknown is never zero
        return found

    def inhabitants(self, regio: str, year: int) -> float:
        cells = self.rows("cbs_bevolking_cellen", f"leeftijd = '10000' and maat = 'M000352' and jaar = {year}")
        regios = (regio,) if regio.startswith("PV") else leden(regio)
        return sum(c["waarde"] for c in cells if c["regio"] in regios)

    def suspects(self, kind: str, age: str, regio: str) -> dict[int, float]:
        """Suspects per year, of the age group with this title at the source; of an area the sum of rounded counts."""
        titles = self.rows("codelijst", "dataset = 'cbs_verdachten' and dimensie = 'Leeftijd'")
        (code,) = [t["code"] for t in titles if t["titel"] == age]
        found: dict[int, float] = {}
        for cell in self.rows("cbs_verdachten_cellen", f"leeftijd = '{code}'"):
            if cell["regio"] in leden(regio):
                value = cell[kind]
                found[cell["jaar"]] = found.get(cell["jaar"], 0) + (nan if value is None else value)
        return found

    def register(self, name: str, regio: str) -> list[Row]:
        return [r for r in self.rows(name) if r["gemeente"] in leden(regio)]

    def sent(self, name: str, regio: str) -> list[Row]:
        """Cases of a register, with those of which the rows are past their retention: as the sample made them."""
        found = []
        for gemeente in leden(regio):
            first, last = self.covered(name, gemeente)
            everything = drop.Span(date(FIRST_YEAR, 1, 1), last, "")
            columns = drop.table(self.seed, gemeente, name, everything)
            rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
            found += [r for r in rows if r[get_register(name).scope_datum] < first]
        return found + self.register(name, regio)

    def covered(self, name: str, regio: str) -> tuple[date, date]:
        """First and first later day over which all municipalities of an area have delivered a register."""
        scopes = self.cursor.execute(
            "select scope from raw.levering where dataset = %s and status = 'verwerkt'", [name]
        ).fetchall()
        spans: dict[str, list[tuple[str, str]]] = {g: [] for g in leden(regio)}
        for scope in (s["scope"] for s in scopes if s["scope"]["volledig"]):
            for gemeente in set(scope["gemeente"]) & set(spans):
                spans[gemeente].append((scope["van"], scope["tot"]))
        first, last = max(min(s)[0] for s in spans.values()), min(max(t for _, t in s) for s in spans.values())
        return date.fromisoformat(first), date.fromisoformat(last)

    def estimate(self, indicator: str, regio: str, wave: int) -> Row:
        where = f"indicator_code = '{indicator}' and leeftijdsgroep = 'totaal' and doelgroep = 'totaal'"
        return next(r for r in self.rows("vm_schatting", where) if (r["regio_code"], r["golf"]) == (regio, wave))

    def difference(self, indicator: str, regio: str, wave: int, other: str) -> Row:
        where = f"indicator_code = '{indicator}' and leeftijdsgroep = 'totaal' and doelgroep = 'totaal'"
        key = (regio, wave, other)
        return next(r for r in self.rows("vm_verschil", where) if (r["regio_code"], r["golf"], r["tegen"]) == key)

    def wave(self, indicator: str) -> int:
        return max(r["golf"] for r in self.rows("vm_schatting", f"indicator_code = '{indicator}'"))
