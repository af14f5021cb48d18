"""Reads cells of a cube by code, the way a user of the source would."""

from __future__ import annotations

import numpy as np

from sandbox.source_server.cube import NULL, Cube


class Table:
    """Cells by trimmed code: `table["0.0.0", "GM0988", "2023JJ00"]`; a slice takes a whole dimension.

    A single cell is a number or None when empty; more cells come as an array of floats with NaN for empty.
    """

    def __init__(self, cube: Cube) -> None:
        self.cube = cube
        key = "Key" if cube.protocol == "v3" else "Identifier"
        self.codes = {d: [str(row[key]).rstrip() for row in cube.codes[d]] for d in cube.dimensions}
        self.periods = self.codes["Perioden"]

    def __getitem__(self, where: tuple) -> float | np.ndarray | None:
        return self.cells(self.cube.measures[0], *where)

    def cells(self, measure: str, *where: object) -> float | np.ndarray | None:
        """Cells of one measure; `where` has a code, a list of codes or `slice(None)` per dimension."""
        index = [self._positions(d, w) for d, w in zip(self.cube.dimensions, where, strict=True)]
        array = self.cube.values[measure][np.ix_(*[np.atleast_1d(i) for i in index])]
        found = array.astype(float)
        if array.dtype.kind == "i":
            found[array == NULL] = np.nan
        kept = found[tuple(0 if np.ndim(i) == 0 else slice(None) for i in index)]
        if np.ndim(kept):
            return kept
        return None if np.isnan(kept) else float(kept)

    def _positions(self, dimension: str, wanted: object) -> int | np.ndarray:
        codes = self.codes[dimension]
        if isinstance(wanted, str):
            return codes.index(wanted)
        if isinstance(wanted, slice):
            return np.arange(len(codes))
        return np.array([codes.index(w) for w in wanted])

    def months(self, year: int) -> list[str]:
        return [p for p in self.periods if p.startswith(f"{year}MM")]

    def regions(self, prefix: str) -> list[str]:
        dimension = "WijkenEnBuurten" if "WijkenEnBuurten" in self.codes else "RegioS"
        return [c for c in self.codes[dimension] if c.startswith(prefix)]
