"""Codes of one column: from what a page writes to positions in the delivered code list, and back to bytes."""

from __future__ import annotations

from itertools import repeat

import numpy as np

UNKNOWN = -1


class CodeTable:
    """Position of every code, as the source pads it and trimmed; the codes' bytes as a matrix."""

    def __init__(self, codes: list[str], width: int | None = None) -> None:
        self.codes = codes
        self._index = {code: i for i, code in enumerate(codes)}
        if width:
            self._index |= {code.ljust(width): i for i, code in enumerate(codes)}
        self._encoded_index = {code.encode(): i for code, i in self._index.items()}
        # A fixed-width byte array drops trailing NULs only; blanks stay, so padded keys are found as they are.
        encoded = [code.encode() for code in codes] or [b""]
        self.lengths = np.array([len(e) for e in encoded])
        widest = max(1, int(self.lengths.max()))
        self.matrix = np.frombuffer(b"".join(e.ljust(widest, b"\0") for e in encoded), np.uint8).reshape(-1, widest)

    def positions(self, column: list[str]) -> np.ndarray:
        """Positions of texts; UNKNOWN for what is not on the list."""
        return np.fromiter(map(self._index.get, column, repeat(UNKNOWN)), np.int64, len(column))

    def positions_of_bytes(self, column: np.ndarray) -> np.ndarray:
        """The same for a fixed-width byte column; cubes repeat themselves, so few lookups are made.

        Looked up is one value per run, or one period of the pattern when the column repeats a pattern
        (periods run fastest in a cube).
        """
        changes = np.flatnonzero(column[1:] != column[:-1]) + 1
        if changes.size * 8 < column.size:
            starts = np.concatenate([[0], changes])
            return np.repeat(self._look_up(column[starts]), np.diff(np.append(starts, column.size)))
        again = np.flatnonzero(column[1:] == column[0])
        pattern = int(again[0]) + 1 if again.size else column.size
        if (column[pattern:] == column[:-pattern]).all():
            return np.resize(self._look_up(column[:pattern]), column.size)
        return self._look_up(column)

    def _look_up(self, column: np.ndarray) -> np.ndarray:
        return np.fromiter(map(self._encoded_index.get, column.tolist(), repeat(UNKNOWN)), np.int64, column.size)
