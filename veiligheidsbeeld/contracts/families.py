"""Which counts of a register belong together, so that hiding one means looking at the others.

Counts of the same thing (same date, same weight) are a family: from a total and its parts a hidden part follows.
Its total (`base`) is also published within the year; parts are published per year only. Counts without a total of
which none overlaps another say nothing of each other: each is a family of its own. Why: docs/decisions/0010.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass

from veiligheidsbeeld.contracts.register import Indicator, RegisterContract
from veiligheidsbeeld.errors import ConfigurationError

_EQUALS = re.compile(r"^(\w+) = '([^']*)'$")


@dataclass(frozen=True)
class Place:
    """The family of an indicator, its number there (from 1, the total first), its size, whether this is the total."""

    family: str
    number: int
    size: int
    base: bool


def places(contract: RegisterContract) -> list[Place]:
    """Place of each indicator, in the order of the contract."""
    if contract.min_cel == 1:  # nothing is hidden
        return [Place(i.code, 1, 1, True) for i in contract.indicatoren]
    groups: dict[tuple[str, ...], list[Indicator]] = defaultdict(list)
    for indicator in contract.indicatoren:
        groups[_key(indicator)].append(indicator)
    found: dict[str, Place] = {}
    for members in groups.values():
        if _apart(members):
            found |= {i.code: Place(i.code, 1, 1, True) for i in members}
            continue
        # The total, then what is public whatever its number, then the others: so they are looked at.
        ordered = sorted(members, key=lambda i: (i.waar is not None, contract.minimum(i)))
        family = ordered[0].code
        if contract.minimum(ordered[0]) > min(contract.minimum(i) for i in members):
            raise ConfigurationError(
                f"{contract.naam}: a part of {family} is `openbaar`, and {family} itself is not.",
                remedy="Name the total under `openbaar` as well, or leave its parts out: they tell how large it is.",
            )
        for number, indicator in enumerate(ordered, 1):
            found[indicator.code] = Place(family, number, len(ordered), number == 1 and indicator.waar is None)
    return [found[i.code] for i in contract.indicatoren]


def _key(indicator: Indicator) -> tuple[str, ...]:
    if indicator.berekening != "telling":
        return (indicator.code,)
    return (indicator.datum, indicator.teller or "")


def _apart(members: list[Indicator]) -> bool:
    """Alone, or all of them different values of one column."""
    if len(members) == 1:
        return True
    tests = [_EQUALS.match(i.waar or "") for i in members]
    columns = {t.group(1) for t in tests if t}
    values = {t.group(2) for t in tests if t}
    return all(tests) and len(columns) == 1 and len(values) == len(members)
