"""What must hold for any sample: the fast estimates against slow ones that share no code with them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veiligheidsbeeld.survey import interval
from veiligheidsbeeld.survey.variance import Design, covariance, difference_of, linearise

N = 60


@st.composite
def samples(draw):
    """Weights, outcomes of three questions, two overlapping domains, strata and clusters."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    strata = np.sort(rng.integers(0, draw(st.integers(1, 4)), N))
    psu = rng.integers(0, 6, N) if draw(st.booleans()) else None
    if psu is not None:
        # Two units at least in every stratum.
        first = np.concatenate([[0], np.flatnonzero(np.diff(strata)) + 1])
        strata = np.concatenate([strata, strata[first], strata[first]])
        psu = np.concatenate([psu, np.full(len(first), 7), np.full(len(first), 8)])
    else:
        first = np.concatenate([[0], np.flatnonzero(np.diff(strata)) + 1])
        strata = np.concatenate([strata, strata[first]])
    n = len(strata)
    y = rng.random((3, n)) < rng.uniform(0.1, 0.9, (3, 1))
    valid = rng.random((3, n)) < 0.9
    inner = rng.random(n) < 0.3
    return rng.lognormal(0, 0.6, n), strata, psu, y, valid, inner, inner | (rng.random(n) < 0.4)


def slow(w, strata, psu, y, mask):
    """The formulas as they are written, one row at a time."""
    total = (w * mask).sum()
    p = (w * mask * y).sum() / total
    z = w * mask * (y - p) / total
    return p, z


def slow_covariance(z1, z2, strata, psu):
    out = 0.0
    for h in np.unique(strata):
        here = strata == h
        units = np.flatnonzero(here) if psu is None else np.unique(psu[here])
        totals = [
            [z[j] if psu is None else z[here & (psu == j)].sum() for j in units] for z in (z1, z2)
        ]  # fmt: skip
        k = len(units)
        a, b = (np.array(t) - np.mean(t) for t in totals)
        out += k / (k - 1) * (a * b).sum()
    return out


def found(design, y, valid, domain):
    order = design.order
    rows = np.flatnonzero(domain[order])
    return linearise(design, rows, y[:, order][:, rows], valid[:, order][:, rows])


@given(samples())
@settings(max_examples=60, deadline=None)
def test_estimates_variances_and_covariances_are_those_of_the_formulas(sample):
    w, strata, psu, y, valid, inner, outer = sample
    design = Design(w, strata, psu)
    one, two = (found(design, y, valid, domain) for domain in (inner, outer))
    together = covariance(one, two)
    difference, se = difference_of(one, two)
    for k in range(3):
        if not (valid[k] & inner).any():
            assert np.isnan(one.p[k])
            continue
        p1, z1 = slow(w, strata, psu, y[k], valid[k] & inner)
        p2, z2 = slow(w, strata, psu, y[k], valid[k] & outer)
        assert one.p[k] == pytest.approx(p1, rel=1e-12) and one.n[k] == (valid[k] & inner).sum()
        assert one.variance[k] == pytest.approx(slow_covariance(z1, z1, strata, psu), rel=1e-9, abs=1e-18)
        assert together[k] == pytest.approx(slow_covariance(z1, z2, strata, psu), rel=1e-9, abs=1e-15)
        direct = slow_covariance(z1 - z2, z1 - z2, strata, psu)
        assert difference[k] == pytest.approx(p1 - p2, abs=1e-12)
        assert se[k] ** 2 == pytest.approx(direct, rel=1e-7, abs=1e-15)


@given(samples())
@settings(max_examples=30, deadline=None)
def test_the_jackknife_gives_nearly_the_same_variance(sample):
    w, strata, psu, y, valid, _, outer = sample
    design = Design(w, strata, psu)
    two = found(design, y, valid, outer)
    units = np.arange(len(w)) if psu is None else psu
    for k in range(3):
        mask = valid[k] & outer
        if mask.sum() < 10:
            continue
        replicates = 0.0
        for h in np.unique(strata):
            here = strata == h
            labels = np.unique(units[here])
            m = len(labels)
            for j in labels:
                gone = here & (units == j)
                weights = np.where(here & ~gone, w * m / (m - 1), np.where(gone, 0, w)) * mask
                if weights.sum() > 0:
                    replicates += (m - 1) / m * ((weights * y[k]).sum() / weights.sum() - two.p[k]) ** 2
        assert two.variance[k] == pytest.approx(replicates, rel=0.6, abs=2e-3), "of one order, not equal"


@given(st.floats(0.001, 0.999), st.floats(0.001, 0.2), st.integers(2, 500), st.integers(5, 2000))
@settings(deadline=None)
def test_intervals_hold_the_estimate_and_stay_inside(p, se, df, n):
    cell = [np.array([float(v)]) for v in (p, se, df, n)]
    for low, high in (
        interval.logit(*cell[:3]),
        interval.wilson(*cell[:3]),
        interval.arcsine(*cell[:3]),
        interval.korn_graubard(*cell),
    ):
        assert 0 <= low[0] <= p <= high[0] <= 1


@given(samples(), st.permutations([0, 1, 2]))
@settings(max_examples=20, deadline=None)
def test_the_order_of_respondents_and_the_scale_of_weights_make_no_difference(sample, order):
    w, strata, psu, y, valid, inner, _ = sample
    shuffled = np.random.default_rng(order[0]).permutation(len(w))
    one = found(Design(w, strata, psu), y, valid, inner)
    other = found(
        Design(37 * w[shuffled], strata[shuffled], None if psu is None else psu[shuffled]),
        y[:, shuffled], valid[:, shuffled], inner[shuffled],
    )  # fmt: skip
    for name in ("p", "se", "n", "kish", "deff", "df_domain"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-8, atol=1e-12)
