"""What a reader can work out of hidden counts: the bounds that everything published, and the rule that hides, leave."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_matrix, vstack

# An atom: municipality, month, neighbourhood and the set of indicators that its cases count for.
Atom = tuple[str, int, str, frozenset[str]]


@dataclass
class Reader:
    """Knows every published sum, that counts are not negative, and which atoms can exist. `ranges`: what the rule says
    of a sum because it is hidden, as (atoms, least, most)."""

    atoms: list[Atom]
    sums: list[tuple[list[int], float]] = field(default_factory=list)
    ranges: list[tuple[list[int], float, float]] = field(default_factory=list)

    def bounds(self, part: Iterable[int]) -> tuple[float, float]:
        """Least and greatest amount that the part can have."""
        aim = np.zeros(len(self.atoms))
        aim[list(part)] = 1
        given: dict[str, object] = {"bounds": (0, None), "method": "highs"}
        if self.sums:
            given |= {"A_eq": self._matrix([m for m, _ in self.sums]), "b_eq": [amount for _, amount in self.sums]}
        if self.ranges:
            within = self._matrix([m for m, _, _ in self.ranges])
            least, most = [low for _, low, _ in self.ranges], [high for _, _, high in self.ranges]
            given |= {"A_ub": vstack([within, -within]), "b_ub": [*most, *(-number for number in least)]}
        low, high = (linprog(sign * aim, **given) for sign in (1, -1))
        assert low.status == 0, low.message
        return low.fun, np.inf if high.status == 3 else -high.fun

    def _matrix(self, parts: list[list[int]]) -> csr_matrix:
        rows = [r for r, members in enumerate(parts) for _ in members]
        columns = [i for members in parts for i in members]
        return csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(len(parts), len(self.atoms)))


def too_narrow(bounds: tuple[float, float], minimum: int) -> bool:
    """Whether a hidden small count can neither be every number from 1 to below the threshold, nor as many numbers as
    that."""
    low, high = bounds
    return high - low < minimum - 1 - 1e-6 and not (low <= 1 + 1e-6 and high >= minimum - 1 - 1e-6)


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
