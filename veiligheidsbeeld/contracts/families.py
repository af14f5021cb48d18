"""Which counts of a register belong together, so that hiding one means looking at the others.

Counts of the same thing (same date, same weight) are a family: from a total and its parts a hidden part follows.
Its total (`base`) is also published within the year; parts are published per year only. Parts that look at the same
columns say something of each other (`division`): types add up to a total, and one condition may be within another.
Parts by type and parts by place do not: each number of one goes with each of the other. Counts without a total of
which none overlaps another say nothing of each other: each is a family of its own. A total of a column
that counts a part of another column (`whole`) leaves a difference that is a count too. Why: docs/decisions/0034.
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
    """The family of an indicator, its number there (from 1, the total first), its size, whether this is the total, and
    of a part the first one that looks at the same columns."""

    family: str
    number: int
    size: int
    base: bool
    division: str | None = None


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
        divisions = _divisions(contract, ordered)
        for number, indicator in enumerate(ordered, 1):
            base = number == 1 and indicator.waar is None
            division = None if base else divisions[indicator.code]
            found[indicator.code] = Place(family, number, len(ordered), base, division)
    return [found[i.code] for i in contract.indicatoren]


def _divisions(contract: RegisterContract, members: list[Indicator]) -> dict[str, str]:
    """First member that looks at the same columns, per member; columns that a rule names together are the same here."""
    names = [k.naam for k in contract.kolommen]

    def columns(sql: str) -> set[str]:
        return set(re.findall(r"[a-z_][a-z0-9_]*", re.sub(r"'[^']*'", "", sql))).intersection(names)

    together = [columns(rule.voorwaarde) for rule in contract.regels]
    groups: list[tuple[set[str], list[str]]] = []
    for member in members:
        mine, codes = columns(member.waar or ""), [member.code]
        for rule in (r for r in together if r & mine):
            mine = mine | rule
        for group in [g for g in groups if g[0] & mine]:
            mine, codes = mine | group[0], group[1] + codes
            groups.remove(group)
        groups.append((mine, codes))
    return {code: codes[0] for _, codes in groups for code in codes}


def whole(contract: RegisterContract, indicator: Indicator) -> str | None:
    """Code of the total of which this total is a part, by the columns that they count."""
    if indicator.berekening != "telling" or indicator.waar or contract.minimum(indicator) == 1:
        return None
    column = next((k.deel_van for k in contract.kolommen if k.naam == indicator.teller), None)
    same = (i for i in contract.indicatoren if i.berekening == "telling" and i.datum == indicator.datum)
    return next((i.code for i in same if column and i.teller == column and not i.waar), None)


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
