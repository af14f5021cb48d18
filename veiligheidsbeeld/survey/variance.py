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
EnkelePsu = Literal["fout", "midden", "zeker"]
# Degrees of freedom: of the whole design, or only PSUs and strata that the domain has members in (R: degf).
Vrijheid = Literal["domein", "ontwerp"]


class EnkelePsuFout(ValueError):
    """A stratum holds one PSU, and the contract does not say how to go on."""


class Ontwerp:
    """Weights, strata, PSUs and sampling fractions of a whole sample.

    Rows are kept in the order of stratum and PSU; `volgorde` brings other columns of the sample into it. PSU numbers
    need only differ within their stratum. `fractie` is n/N per row, the same within a stratum (finite population
    correction); None: none.
    """

    def __init__(
        self,
        gewicht: np.ndarray,
        stratum: np.ndarray | None = None,
        psu: np.ndarray | None = None,
        fractie: np.ndarray | None = None,
        enkele_psu: EnkelePsu = "fout",
    ) -> None:
        n = len(gewicht)
        codes = np.zeros(n, np.int64) if stratum is None else np.unique(stratum, return_inverse=True)[1]
        units = np.arange(n) if psu is None else np.unique(psu, return_inverse=True)[1]
        self.volgorde = np.lexsort((units, codes)) if stratum is not None or psu is not None else np.arange(n)
        codes, units = codes[self.volgorde], units[self.volgorde]
        self.gewicht = np.asarray(gewicht, float)[self.volgorde]
        self.geclusterd = psu is not None
        new = np.concatenate([[True], (codes[1:] != codes[:-1]) | (units[1:] != units[:-1])])
        self.unit = np.cumsum(new) - 1  # PSU number per row, ascending
        self.stratum_van = codes[new]  # stratum per PSU, ascending
        self.per_stratum = np.bincount(self.stratum_van).astype(float)
        fraction = np.zeros(len(self.per_stratum))
        if fractie is not None:
            fraction[codes] = np.asarray(fractie, float)[self.volgorde]
        single = self.per_stratum == 1
        self.enkele_psu = enkele_psu
        if single.any() and enkele_psu == "fout":
            raise EnkelePsuFout(f"{int(single.sum())} of {len(single)} strata hold one PSU")
        self.alleen = single
        self.factor = (1 - fraction) * np.where(single, 1.0, self.per_stratum / np.maximum(self.per_stratum - 1, 1))
        if enkele_psu == "zeker":
            self.factor[single] = 0

    @property
    def units(self) -> int:
        return len(self.stratum_van)

    @property
    def strata(self) -> int:
        return len(self.per_stratum)


@dataclass(frozen=True)
class Lineair:
    """Estimates of k outcomes in one domain, with what their variances and covariances are made of.

    `z` (k x u) holds the linearised totals of the PSUs with members in the domain, `units` their numbers.
    """

    ontwerp: Ontwerp
    p: np.ndarray
    som_w: np.ndarray
    n: np.ndarray
    spreiding: np.ndarray  # weighted variance of the outcome in the domain; p(1 - p) for yes or no
    kish: np.ndarray
    z: np.ndarray
    units: np.ndarray
    df_domein: np.ndarray

    @cached_property
    def som_z(self) -> np.ndarray:
        """Sum of z per stratum (k x strata)."""
        return _per_stratum(self.ontwerp, self.z, self.units)

    @cached_property
    def variantie(self) -> np.ndarray:
        return np.maximum(covariantie(self, self), 0)

    @property
    def se(self) -> np.ndarray:
        return np.sqrt(self.variantie)

    @property
    def deff(self) -> np.ndarray:
        """Variance against that of a simple random sample of the same size; not a number without spread."""
        return np.divide(
            self.variantie * self.n, self.spreiding, out=np.full(len(self.p), np.nan), where=self.spreiding > 0
        )

    @property
    def n_eff(self) -> np.ndarray:
        """Base over design effect; without spread (p is 0 or 1) Kish's, which needs the weights only."""
        known = (self.variantie > 0) & (self.spreiding > 0)
        return np.where(known, self.spreiding / np.where(known, self.variantie, 1), self.kish)

    def df(self, regel: Vrijheid) -> np.ndarray:
        whole = np.full(len(self.p), self.ontwerp.units - self.ontwerp.strata)
        return whole if regel == "ontwerp" else self.df_domein


def lineariseer(ontwerp: Ontwerp, rijen: np.ndarray, y: np.ndarray, geldig: np.ndarray) -> Lineair:
    """Estimates in the domain of `rijen` (ascending positions in the order of the design).

    `y` and `geldig` (k x len(rijen)): outcome, and whether the row counts for it. An outcome without valid rows gets
    p = nan.
    """
    w = ontwerp.gewicht[rijen]
    base = np.where(geldig, w, 0.0)
    total = base.sum(axis=1)
    some = total > 0
    scale = np.where(some, total, 1.0)[:, None]
    value = np.where(geldig, y, 0)
    p = np.where(some, np.einsum("kn,kn->k", base, value) / scale[:, 0], np.nan)
    deviation = value - np.where(some, p, 0)[:, None]
    z = base * deviation
    spread = np.einsum("kn,kn->k", z, deviation) / scale[:, 0]
    z /= scale
    kish = np.divide(total**2, np.einsum("kn,kn->k", base, base), out=np.zeros(len(p)), where=some)
    n = geldig.sum(axis=1)
    present = geldig
    units = ontwerp.unit[rijen]
    if ontwerp.geclusterd and len(rijen):
        starts = np.flatnonzero(np.concatenate([[True], units[1:] != units[:-1]]))
        z, units = np.add.reduceat(z, starts, axis=1), units[starts]
        present = np.logical_or.reduceat(geldig, starts, axis=1)
    return Lineair(ontwerp, p, total, n, spread, kish, z, units, _df(ontwerp, present, units))


def covariantie(een: Lineair, ander: Lineair) -> np.ndarray:
    """Covariance of two estimates from one sample, outcome by outcome; zero only when nothing links them."""
    ontwerp = een.ontwerp
    if een is ander:
        product, units = een.z * een.z, een.units
    else:
        product, units = _gedeeld(een, ander)
    inside = _per_stratum(ontwerp, product, units) - een.som_z * ander.som_z / ontwerp.per_stratum
    if ontwerp.enkele_psu == "midden" and ontwerp.alleen.any():
        mean_1, mean_2 = (s.sum(axis=1, keepdims=True) / ontwerp.units for s in (een.som_z, ander.som_z))
        inside = np.where(ontwerp.alleen, (een.som_z - mean_1) * (ander.som_z - mean_2), inside)
    return inside @ ontwerp.factor


def verschil(een: Lineair, ander: Lineair) -> tuple[np.ndarray, np.ndarray]:
    """Difference of two domains of one sample and its standard error, overlap accounted for."""
    variance = een.variantie + ander.variantie - 2 * covariantie(een, ander)
    return een.p - ander.p, np.sqrt(np.maximum(variance, 0))


def _gedeeld(een: Lineair, ander: Lineair) -> tuple[np.ndarray, np.ndarray]:
    """Products of z in the PSUs that both have members in, and the numbers of those PSUs."""
    if len(een.units) > len(ander.units):
        een, ander = ander, een
    at = np.searchsorted(ander.units, een.units)
    both = np.zeros(len(een.units), bool)
    inside = at < len(ander.units)
    both[inside] = ander.units[at[inside]] == een.units[inside]
    return een.z[:, both] * ander.z[:, at[both]], een.units[both]


def _per_stratum(ontwerp: Ontwerp, z: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Sums (k x strata) of columns that belong to `units` (ascending, so strata are contiguous)."""
    out = np.zeros((len(z), ontwerp.strata))
    if len(units):
        strata = ontwerp.stratum_van[units]
        starts = np.flatnonzero(np.concatenate([[True], strata[1:] != strata[:-1]]))
        out[:, strata[starts]] = np.add.reduceat(z, starts, axis=1)
    return out


def _df(ontwerp: Ontwerp, present: np.ndarray, units: np.ndarray) -> np.ndarray:
    in_strata = _per_stratum(ontwerp, present.astype(np.int32), units) > 0
    return present.sum(axis=1) - in_strata.sum(axis=1)
