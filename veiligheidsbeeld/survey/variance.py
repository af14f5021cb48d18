"""Hajek ratio with Taylor-linearised variance, for many outcomes at once, over the full sample.

A respondent i of weight w and outcome y, in domain D:  p = sum(wDy) / sum(wD),  z = wD(y - p) / sum(wD). The variance
is that of the total of z between primary sampling units (PSU) within strata; units outside the domain count with
z = 0, so the number of units is always that of the whole sample.

Source of the formulas: Särndal, Swensson & Wretman (1992), 5.6-5.8, as the R package survey computes them
(`svymean` on a subset of a design).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

# One PSU in a stratum has no variance of its own: refuse, centre it at the mean of all units, or let it count as
# certain (no contribution).
SinglePsu = Literal["fout", "midden", "zeker"]
# Degrees of freedom: of the whole design, or only PSUs and strata that the domain has members in (R: degf).
Freedom = Literal["domein", "ontwerp"]


class SinglePsuError(ValueError):
    """A stratum holds one PSU, and the contract does not say how to go on."""


class Design:
    """Weights, strata, PSUs and sampling fractions of a whole sample.

    Rows are kept in the order of stratum and PSU; `order` brings other columns of the sample into it. PSU numbers
    need only differ within their stratum. `fraction` is n/N per row, the same within a stratum (finite population
    correction); None: none.
    """

    def __init__(
        self,
        weight: np.ndarray,
        stratum: np.ndarray | None = None,
        psu: np.ndarray | None = None,
        fraction: np.ndarray | None = None,
        single_psu: SinglePsu = "fout",
    ) -> None:
        n = len(weight)
        codes = np.zeros(n, np.int64) if stratum is None else np.unique(stratum, return_inverse=True)[1]
        units = np.arange(n) if psu is None else np.unique(psu, return_inverse=True)[1]
        self.order = np.lexsort((units, codes)) if stratum is not None or psu is not None else np.arange(n)
        codes, units = codes[self.order], units[self.order]
        self.weight = np.asarray(weight, float)[self.order]
        self.clustered = psu is not None
        new = np.concatenate([[True], (codes[1:] != codes[:-1]) | (units[1:] != units[:-1])])
        self.unit = np.cumsum(new) - 1  # PSU number per row, ascending
        self.stratum_of = codes[new]  # stratum per PSU, ascending
        self.per_stratum = np.bincount(self.stratum_of).astype(float)
        sampled = np.zeros(len(self.per_stratum))
        if fraction is not None:
            sampled[codes] = np.asarray(fraction, float)[self.order]
        single = self.per_stratum == 1
        self.single_psu = single_psu
        if single.any() and single_psu == "fout":
            raise SinglePsuError(f"{int(single.sum())} of {len(single)} strata hold one PSU")
        self.alone = single
        self.factor = (1 - sampled) * np.where(single, 1.0, self.per_stratum / np.maximum(self.per_stratum - 1, 1))
        if single_psu == "zeker":
            self.factor[single] = 0

    @property
    def units(self) -> int:
        return len(self.stratum_of)

    @property
    def strata(self) -> int:
        return len(self.per_stratum)


@dataclass(frozen=True)
class Linear:
    """Estimates of k outcomes in one domain, with what their variances and covariances are made of.

    `z` (k x u) holds the linearised totals of the PSUs with members in the domain, `units` their numbers.
    """

    design: Design
    p: np.ndarray
    sum_w: np.ndarray
    n: np.ndarray
    spread: np.ndarray  # weighted variance of the outcome in the domain; p(1 - p) for yes or no
    kish: np.ndarray
    z: np.ndarray
    units: np.ndarray
    df_domain: np.ndarray
    total: np.ndarray  # sum of weight x outcome: people, where weights add up to people
    se_total: np.ndarray

    @cached_property
    def sum_z(self) -> np.ndarray:
        """Sum of z per stratum (k x strata)."""
        return _per_stratum(self.design, self.z, self.units)

    @cached_property
    def variance(self) -> np.ndarray:
        return np.maximum(covariance(self, self), 0)

    @property
    def se(self) -> np.ndarray:
        return np.sqrt(self.variance)

    @property
    def deff(self) -> np.ndarray:
        """Variance against that of a simple random sample of the same size; not a number without spread."""
        return np.divide(self.variance * self.n, self.spread, out=np.full(len(self.p), np.nan), where=self.spread > 0)

    @property
    def n_eff(self) -> np.ndarray:
        """Base over design effect; without spread (p is 0 or 1) Kish's, which needs the weights only."""
        known = (self.variance > 0) & (self.spread > 0)
        return np.where(known, self.spread / np.where(known, self.variance, 1), self.kish)

    def df(self, rule: Freedom) -> np.ndarray:
        whole = np.full(len(self.p), self.design.units - self.design.strata)
        return whole if rule == "ontwerp" else self.df_domain


def linearise(design: Design, rows: np.ndarray, y: np.ndarray, valid: np.ndarray) -> Linear:
    """Estimates in the domain of `rows` (ascending positions in the order of the design).

    `y` and `valid` (k x len(rows)): outcome, and whether the row counts for it. An outcome without valid rows gets
    p = nan.
    """
    w = design.weight[rows]
    base = np.where(valid, w, 0.0)
    total = base.sum(axis=1)
    some = total > 0
    scale = np.where(some, total, 1.0)[:, None]
    value = np.where(valid, y, 0)
    sums = np.einsum("kn,kn->k", base, value)
    # What sums of floating point give is held to what was answered: when all say the same, that is the estimate, with
    # no spread around it; p = 0.9999999999999998 would have some.
    lowest = np.where(valid, y, np.inf).min(axis=1, initial=np.inf)
    highest = np.where(valid, y, -np.inf).max(axis=1, initial=-np.inf)
    p = np.where(some, np.clip(sums / scale[:, 0], lowest, highest), np.nan)
    deviation = value - np.where(some, p, 0)[:, None]
    z = base * deviation
    spread = np.einsum("kn,kn->k", z, deviation) / scale[:, 0]
    z /= scale
    kish = np.divide(total**2, np.einsum("kn,kn->k", base, base), out=np.zeros(len(p)), where=some)
    n = valid.sum(axis=1)
    present = valid
    units = design.unit[rows]
    z_total = base * value
    if design.clustered and len(rows):
        starts = np.flatnonzero(np.concatenate([[True], units[1:] != units[:-1]]))
        z, z_total = (np.add.reduceat(one, starts, axis=1) for one in (z, z_total))
        units = units[starts]
        present = np.logical_or.reduceat(valid, starts, axis=1)
    sum_total = _per_stratum(design, z_total, units)
    se_total = np.sqrt(np.maximum(_covariance(design, z_total * z_total, units, sum_total, sum_total), 0))
    return Linear(design, p, total, n, spread, kish, z, units, _df(design, present, units), sums, se_total)


def covariance(one: Linear, other: Linear) -> np.ndarray:
    """Covariance of two estimates from one sample, outcome by outcome; zero only when nothing links them."""
    product, units = (one.z * one.z, one.units) if one is other else _shared(one, other)
    return _covariance(one.design, product, units, one.sum_z, other.sum_z)


def _covariance(
    design: Design, product: np.ndarray, units: np.ndarray, sums_1: np.ndarray, sums_2: np.ndarray
) -> np.ndarray:
    """Of two totals over the design, from products of what each PSU brings to both, and their sums per stratum."""
    inside = _per_stratum(design, product, units) - sums_1 * sums_2 / design.per_stratum
    if design.single_psu == "midden" and design.alone.any():
        mean_1, mean_2 = (s.sum(axis=1, keepdims=True) / design.units for s in (sums_1, sums_2))
        inside = np.where(design.alone, (sums_1 - mean_1) * (sums_2 - mean_2), inside)
    return inside @ design.factor


def difference_of(one: Linear, other: Linear) -> tuple[np.ndarray, np.ndarray]:
    """Difference of two domains of one sample and its standard error, overlap accounted for."""
    total_variance = one.variance + other.variance - 2 * covariance(one, other)
    return one.p - other.p, np.sqrt(np.maximum(total_variance, 0))


def _shared(one: Linear, other: Linear) -> tuple[np.ndarray, np.ndarray]:
    """Products of z in the PSUs that both have members in, and the numbers of those PSUs."""
    if len(one.units) > len(other.units):
        one, other = other, one
    at = np.searchsorted(other.units, one.units)
    both = np.zeros(len(one.units), bool)
    inside = at < len(other.units)
    both[inside] = other.units[at[inside]] == one.units[inside]
    return one.z[:, both] * other.z[:, at[both]], one.units[both]


def _per_stratum(design: Design, z: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Sums (k x strata) of columns that belong to `units` (ascending, so strata are contiguous)."""
    out = np.zeros((len(z), design.strata))
    if len(units):
        strata = design.stratum_of[units]
        starts = np.flatnonzero(np.concatenate([[True], strata[1:] != strata[:-1]]))
        out[:, strata[starts]] = np.add.reduceat(z, starts, axis=1)
    return out


def _df(design: Design, present: np.ndarray, units: np.ndarray) -> np.ndarray:
    in_strata = _per_stratum(design, present.astype(np.int32), units) > 0
    return present.sum(axis=1) - in_strata.sum(axis=1)
