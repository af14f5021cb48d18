"""What a reader can work out of hidden counts: the bounds that everything published leaves, by linear programming."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix

# An atom: municipality, month, neighbourhood and the set of indicators that its cases count for.
Atom = tuple[str, int, str, frozenset[str]]


@dataclass
class Reader:
    """Knows every published sum, that counts are not negative, and which atoms can exist; nothing else."""

    atoms: list[Atom]
    sums: list[tuple[list[int], float]] = field(default_factory=list)

    def bounds(self, part: Iterable[int]) -> tuple[float, float]:
        """Least and greatest amount that the part can have."""
        aim = np.zeros(len(self.atoms))
        aim[list(part)] = 1
        rows = [r for r, (members, _) in enumerate(self.sums) for _ in members]
        columns = [i for members, _ in self.sums for i in members]
        known = csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(self.sums), len(self.atoms)))
        amounts = [amount for _, amount in self.sums]
        low, high = (
            linprog(sign * aim, A_eq=known, b_eq=amounts, bounds=(0, None), method="highs") for sign in (1, -1)
        )
        assert low.status == 0, low.message
        return low.fun, np.inf if high.status == 3 else -high.fun


def atoms(regions: Iterable[str], months: Iterable[int], districts: dict[str, list[str]],
          kinds: Iterable[frozenset[str]]) -> list[Atom]:  # fmt: skip
    """All that can exist: every kind of case in every month and neighbourhood of every municipality."""
    return [
        (region, month, district, kind)
        for region in regions
        for month in months
        for district in [*districts.get(region, []), "onbekend"]
        for kind in kinds
    ]


def kinds_of(events: Iterable[tuple[str, str]]) -> set[frozenset[str]]:
    """Sets of indicators that occur together, from (row, indicator)."""
    found: dict[str, set[str]] = defaultdict(set)
    for row, indicator in events:
        found[row].add(indicator)
    return {frozenset(kind) for kind in found.values()}
