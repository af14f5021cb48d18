"""Whole numbers with given margins: the arithmetic that keeps a sample additive to the last digit."""

from __future__ import annotations

import numpy as np

_MONTHS = 12


def whole(weights: np.ndarray, total: int) -> np.ndarray:
    """`total` split in proportion to `weights` (1-D, not all zero) by largest remainder; int64."""
    exact = np.asarray(weights, dtype=float) * (total / np.sum(weights))
    parts = np.floor(exact).astype(np.int64)
    short = int(total - parts.sum())
    if short:
        parts[np.argsort(parts - exact, kind="stable")[:short]] += 1
    return parts


def fit(affinity: np.ndarray, rows: np.ndarray, columns: np.ndarray, rounds: int = 25) -> np.ndarray:
    """Scales `affinity` [rows, columns] until its margins are `rows` and `columns` (equal sums assumed).

    Iterative proportional fitting that ends on the rows, so row sums are exact and column sums close.
    """
    table = affinity.astype(float)
    for _ in range(rounds):
        table *= (columns / np.maximum(table.sum(axis=0), 1e-12))[None, :]
        table *= (rows / np.maximum(table.sum(axis=1), 1e-12))[:, None]
    return table


def draw_rows(expected: np.ndarray, rows: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Draws every row of `expected` as a multinomial with exactly `rows[i]` in it; int64."""
    share = expected / np.maximum(expected.sum(axis=1, keepdims=True), 1e-12)
    return rng.multinomial(rows.astype(np.int64), share)


def settle_columns(counts: np.ndarray, columns: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Moves incidents between columns of `counts` [rows, columns] until the column sums are `columns`.

    An incident keeps its row, so row sums stay; equal grand totals assumed.
    """
    counts = counts.copy()
    surplus = counts.sum(axis=0) - columns
    moved = np.zeros(len(counts), dtype=np.int64)
    for column in np.flatnonzero(surplus > 0):
        taken = rng.multivariate_hypergeometric(counts[:, column], int(surplus[column]))
        counts[:, column] -= taken
        moved += taken
    labels = np.repeat(np.arange(len(counts)), moved)
    rng.shuffle(labels)
    receivers = np.repeat(np.arange(len(columns)), np.maximum(-surplus, 0))
    np.add.at(counts, (labels, receivers), 1)
    return counts


def set_group(counts: np.ndarray, group: np.ndarray, wanted: int, pool: np.ndarray, rng: np.random.Generator):
    """Changes `counts` (1-D) in place so that `group` (mask) holds `wanted`; the mask `pool` gives or takes."""
    short = int(wanted - counts[group].sum())
    giver, taker = (pool & ~group, group) if short > 0 else (group, pool & ~group)
    weights = counts[taker] + 1.0
    counts[np.flatnonzero(giver)] -= rng.multivariate_hypergeometric(counts[giver], abs(short))
    counts[np.flatnonzero(taker)] += rng.multinomial(abs(short), weights / weights.sum())


def over_months(regions: np.ndarray, months: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """A random table [regions, 12] with row sums `regions` and column sums `months` (equal totals); int32.

    Every incident gets a month by shuffling, so both margins hold exactly.
    """
    labels = np.repeat(np.arange(_MONTHS, dtype=np.int32), months)
    rng.shuffle(labels)
    labels += np.repeat(np.arange(len(regions), dtype=np.int32) * _MONTHS, regions)
    cells = np.bincount(labels, minlength=len(regions) * _MONTHS)
    return cells.reshape(len(regions), _MONTHS).astype(np.int32)
