"""Municipalities of the sample's registers: their people, neighbourhoods, and a character of their own per register."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

from sandbox.sample import facts
from sandbox.sample.streams import stream
from veiligheidsbeeld.files.naming import municipality_names

WEERT = "GM0988"
# The years that a register file may hold; the sample ends with the last complete month of its clock.
FIRST_YEAR = 2019


@dataclass(frozen=True)
class Place:
    code: str
    naam: str
    buurten: tuple[str, ...]

    def thousands(self, year: int) -> float:
        """Inhabitants on 1 January in thousands; the last known year stands for later ones."""
        row = facts.by_key("bevolking", "regio")[self.code]
        known = {int(y): int(v) for y, v in row.items() if y.isdigit() and v}
        return known[max(min(known), min(year, max(known)))] / 1000

    def expected(self, seed: int, register: str, year: int, per_1000: float) -> float:
        """Mean number of events in a year: people, and how busy the register is in this municipality."""
        own = math.exp(stream(seed, "register", register, self.code).normal(0, 0.18))
        return per_1000 * self.thousands(year) * own


@cache
def place(code: str) -> Place:
    buurten = tuple(r["code"] for r in facts.table("wijken_buurten") if r["code"].startswith(f"BU{code[2:]}"))
    return Place(code, municipality_names()[code], buurten)
