"""Cells become binary COPY rows of a batch table: one row per series and year, arrays over its periods."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from veiligheidsbeeld.contracts.cube import PERIOD_LENGTH, CubeContract
from veiligheidsbeeld.cubes import copy_format as fmt
from veiligheidsbeeld.cubes.codes import CodeTable

# Fewer rows of one shape than this are cheaper one by one.
_WORTH_A_MATRIX = 4


@dataclass
class Cells:
    """Cells of one page as columns of one length.

    `keys` and `period` are positions in code lists, `values` one float64 column per measure (NaN = empty),
    `marks` why a value is empty (v4), `known` whether keys and period are on their lists, `sound` whether the
    whole row keeps the contract.
    """

    keys: list[np.ndarray]
    period: np.ndarray
    values: list[np.ndarray]
    marks: list[str] | None
    known: np.ndarray
    sound: np.ndarray


class DoubleCell(Exception):
    """The same cell occurs twice in one page."""


class SeriesEncoder:
    """Encodes cells for `laad.<dataset>`; `periods` are (year, kind index, position) per position in the list."""

    def __init__(self, contract: CubeContract, keys: list[CodeTable], periods: np.ndarray) -> None:
        self._contract, self._keys = contract, keys
        self._year, self._kind, self._position = periods.T

    def encode(self, cells: Cells) -> bytes:
        """COPY rows without header and trailer; raises `DoubleCell`."""
        return b"".join(self._encode(cells))

    def _encode(self, cells: Cells) -> Iterator[bytes]:
        for kind, (name, length) in enumerate(PERIOD_LENGTH.items()):
            chosen = np.flatnonzero(cells.known & (self._kind[cells.period] == kind))
            if not chosen.size:
                continue
            where = cells.period[chosen]
            series = np.zeros(chosen.size, np.int64)
            for column, table in zip(cells.keys, self._keys, strict=True):
                series = series * len(table.codes) + column[chosen]
            group, first = _group(series * 10_000 + self._year[where])
            position, good = self._position[where], cells.sound[chosen]
            bits = np.left_shift(1, position)
            present = _or_per_group(group[good], bits[good], first.size)
            if int(np.bitwise_count(present).sum()) != int(good.sum()):
                raise DoubleCell
            matrices = []
            for column in cells.values:
                matrix = np.full((first.size, length), np.nan)
                matrix[group[good], position[good]] = column[chosen][good]
                matrices.append(matrix)
            yield from self._rows(
                name,
                [column[chosen][first] for column in cells.keys],
                self._year[where][first],
                matrices,
                present,
                _or_per_group(group[~good], bits[~good], first.size),
                _marks_per_group(cells.marks, chosen, group, position, length),
            )

    def _rows(
        self,
        kind: str,
        keys: list[np.ndarray],
        years: np.ndarray,
        matrices: list[np.ndarray],
        present: np.ndarray,
        refused: np.ndarray,
        marks: dict[int, list[str | None]] | None,
    ) -> Iterator[bytes]:
        no_marks: list[str | None] = [None] * PERIOD_LENGTH[kind]
        n_fields = len(keys) + 2 + len(matrices) + (marks is not None) + 2
        empty = np.isnan(np.concatenate(matrices, axis=1))
        # Rows with the same key lengths and the same empty cells have one width: built together as one matrix.
        shape = empty @ (1 << np.arange(empty.shape[1], dtype=np.int64))
        for column, table in zip(keys, self._keys, strict=True):
            shape = shape * 16 + table.lengths[column]
        if marks:
            shape[list(marks)] = -1
        for one_shape in np.unique(shape):
            chosen = np.flatnonzero(shape == one_shape)
            if one_shape < 0 or chosen.size < _WORTH_A_MATRIX:
                for at in chosen.tolist():
                    row = [struct.pack(">h", n_fields)]
                    row += [fmt.text(table.codes[column[at]]) for column, table in zip(keys, self._keys, strict=True)]
                    row += [struct.pack(">ih", 2, years[at]), fmt.text(kind)]
                    row += [fmt.array(m[at], x.type) for x, m in zip(self._contract.maten, matrices, strict=True)]
                    if marks is not None:
                        row.append(fmt.text_array(marks.get(at, no_marks)))
                    row.append(struct.pack(">ihih", 2, present[at], 2, refused[at]))
                    yield b"".join(row)
                continue
            parts = [fmt.constant(struct.pack(">h", n_fields), chosen.size)]
            for column, table in zip(keys, self._keys, strict=True):
                width = int(table.lengths[column[chosen[0]]])
                parts.append(fmt.constant(struct.pack(">i", width), chosen.size))
                parts.append(table.matrix[column[chosen], :width])
            parts.append(fmt.smallints(years[chosen]))
            parts.append(fmt.constant(fmt.text(kind), chosen.size))
            for measure, matrix in zip(self._contract.maten, matrices, strict=True):
                parts.append(fmt.arrays(matrix[chosen], measure.type))
            if marks is not None:
                parts.append(fmt.constant(fmt.text_array(no_marks), chosen.size))
            parts += [fmt.smallints(mask[chosen]) for mask in (present, refused)]
            yield np.concatenate(parts, axis=1).tobytes()


def _group(series: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Group number of every cell and the first cell of every group; sources send series in order, mostly."""
    steps = np.diff(series)
    if (steps >= 0).all():
        change = np.concatenate([[True], steps > 0])
        return np.cumsum(change) - 1, np.flatnonzero(change)
    _, first, group = np.unique(series, return_index=True, return_inverse=True)
    return group, first


def _or_per_group(group: np.ndarray, bits: np.ndarray, size: int) -> np.ndarray:
    """Bitwise or of `bits` per group; 0 for a group without any."""
    masks = np.zeros(size, np.int64)
    if group.size:
        if (np.diff(group) < 0).any():
            order = np.argsort(group, kind="stable")
            group, bits = group[order], bits[order]
        starts = np.flatnonzero(np.concatenate([[True], np.diff(group) > 0]))
        masks[group[starts]] = np.bitwise_or.reduceat(bits, starts)
    return masks


def _marks_per_group(
    marks: list[str] | None, chosen: np.ndarray, group: np.ndarray, position: np.ndarray, length: int
) -> dict[int, list[str | None]] | None:
    """Marks other than `None` (OData v4: a plain value) per group and position."""
    if marks is None:
        return None
    found: dict[int, list[str | None]] = {}
    for at, row, slot in zip(chosen.tolist(), group.tolist(), position.tolist(), strict=True):
        if marks[at] != "None":
            found.setdefault(row, [None] * length)[slot] = marks[at]
    return found
