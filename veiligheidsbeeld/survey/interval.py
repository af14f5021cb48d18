"""Confidence intervals of a proportion from a complex sample, for many cells at once.

`se` and `df` come from the design; `n` is the unweighted base, counted as `df` is (in the domain, or in the whole
sample). Formulas: Korn & Graubard (1998) as NCHS and R's
`svyciprop(method = "beta")` use it; logit as SUDAAN and `svyciprop(method = "xlogit")`; arcsine as
`svyciprop(method = "asin")`; Wilson with the effective
base p(1-p)/V and the t-quantile, as `svyciprop(method = "wilson")` of survey 4.5.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from scipy import special, stats

ALPHA = 0.05
Method = Literal["logit", "wilson", "korn_graubard", "wald", "arcsinus"]
Bounds = tuple[np.ndarray, np.ndarray]


def t_quantile(df: np.ndarray, alpha: float = ALPHA) -> np.ndarray:
    """t with `df` degrees of freedom; nan when there are none."""
    df = np.asarray(df, float)
    return np.where(df > 0, stats.t.ppf(1 - alpha / 2, np.where(df > 0, df, 1)), np.nan)


def wald(p: np.ndarray, se: np.ndarray, df: np.ndarray, alpha: float = ALPHA) -> Bounds:
    """Symmetric; can leave 0..1. The only one that serves a mean as well."""
    margin = t_quantile(df, alpha) * se
    return p - margin, p + margin


def logit(p: np.ndarray, se: np.ndarray, df: np.ndarray, alpha: float = ALPHA) -> Bounds:
    """Symmetric on the scale of log-odds, so inside 0..1, and asymmetric as the bounds that CBS publishes."""
    odds, margin = special.logit(p), t_quantile(df, alpha) * se / (p * (1 - p))
    return special.expit(odds - margin), special.expit(odds + margin)


def wilson(p: np.ndarray, se: np.ndarray, df: np.ndarray, alpha: float = ALPHA) -> Bounds:
    t, base = t_quantile(df, alpha), p * (1 - p) / se**2
    centre = (p + t**2 / (2 * base)) / (1 + t**2 / base)
    half = t * np.sqrt(4 * base * p * (1 - p) + t**2) / (2 * base) / (1 + t**2 / base)
    return centre - half, centre + half


def arcsine(p: np.ndarray, se: np.ndarray, df: np.ndarray, alpha: float = ALPHA) -> Bounds:
    """Symmetric on the scale on which the variance of a proportion does not depend on it; held inside 0..1."""
    angle, margin = np.arcsin(np.sqrt(p)), t_quantile(df, alpha) * se / (2 * np.sqrt(p * (1 - p)))
    low, high = np.clip(angle - margin, 0, np.pi / 2), np.clip(angle + margin, 0, np.pi / 2)
    return np.sin(low) ** 2, np.sin(high) ** 2


def korn_graubard(p: np.ndarray, se: np.ndarray, df: np.ndarray, n: np.ndarray, alpha: float = ALPHA) -> Bounds:
    """Clopper-Pearson on the effective base, adjusted for the degrees of freedom: conservative, for small bases."""
    base = p * (1 - p) / se**2 * (t_quantile(np.asarray(n) - 1, alpha) / t_quantile(df, alpha)) ** 2
    return clopper_pearson(base * p, base, alpha)


def clopper_pearson(hits: np.ndarray, base: np.ndarray, alpha: float = ALPHA) -> Bounds:
    """Exact interval of `hits` out of `base`, both of which need not be whole."""
    return stats.beta.ppf(alpha / 2, hits, base - hits + 1), stats.beta.ppf(1 - alpha / 2, hits + 1, base - hits)


def exact_one_sided(p: np.ndarray, n_eff: np.ndarray, alpha: float = ALPHA) -> Bounds:
    """When nobody or everybody said yes: one bound is the estimate itself, the other exact on Kish's base."""
    width = 1 - (alpha / 2) ** (1 / n_eff)
    return np.where(p == 0, 0.0, 1 - width), np.where(p == 0, width, 1.0)


def choose(
    p: np.ndarray,
    se: np.ndarray,
    df: np.ndarray,
    n: np.ndarray,
    kish: np.ndarray,
    *,
    method: Method = "logit",
    small: np.ndarray | bool = False,
    alpha: float = ALPHA,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Bounds and the method that gave them, per cell.

    Where the base is `klein` Korn-Graubard; at p = 0 or 1 the one-sided exact bound. A cell without base, or without
    a variance to go by, gets `geen` and no bounds.
    """
    p, se, df, n, kish = np.broadcast_arrays(*(np.asarray(a, float) for a in (p, se, df, n, kish)))
    low, high = np.full(p.shape, np.nan), np.full(p.shape, np.nan)
    used = np.full(p.shape, "geen", dtype=object)
    edge = ((p == 0) | (p == 1)) & (kish > 0)
    inner = (p > 0) & (p < 1) & (se > 0) & (df > 0)
    by_small = inner & small

    def fill(cells: np.ndarray, name: str, bounds: Bounds) -> None:
        low[cells], high[cells] = (np.clip(bound, 0, 1) for bound in bounds)
        used[cells] = name

    fill(edge, "exact_eenzijdig", exact_one_sided(p[edge], kish[edge], alpha))
    fill(by_small, "korn_graubard", korn_graubard(p[by_small], se[by_small], df[by_small], n[by_small], alpha))
    rest = inner & ~by_small
    if method == "korn_graubard":
        fill(rest, method, korn_graubard(p[rest], se[rest], df[rest], n[rest], alpha))
    else:
        by_name = {"logit": logit, "wilson": wilson, "wald": wald, "arcsinus": arcsine}
        fill(rest, method, by_name[method](p[rest], se[rest], df[rest], alpha))
    return low, high, used
