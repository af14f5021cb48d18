"""The estimators against numbers that other software gave; tolerance is that of the printed digits."""

import math
import statistics

import numpy as np
import pytest
from scipy import stats

from tests.survey import golden
from veiligheidsbeeld.survey import interval
from veiligheidsbeeld.survey.estimate import with_tests
from veiligheidsbeeld.survey.variance import Design, SinglePsuError, difference_of, linearise


def estimate(design, y, mask=None, rows=None):
    order = design.order
    rows = np.arange(len(y)) if rows is None else np.flatnonzero(np.asarray(rows)[order])
    mask = np.ones(len(y), bool) if mask is None else mask
    return linearise(design, rows, y[order][rows][None], mask[order][rows][None])


def near(value, printed, digits):
    return pytest.approx(printed, abs=0.5000001 * 10**-digits) == value


def test_ten_rows_to_ten_digits():
    found = estimate(Design(golden.TEN_W), golden.TEN_Y)
    assert near(found.p[0], 0.5272727273, 10) and found.p[0] == pytest.approx(29 / 55, rel=1e-15)
    assert near(found.se[0], 0.1752765943, 10)
    assert near(10 / found.kish[0], 1.1388429752, 10) and near(found.kish[0], 8.7808, 4)
    df = found.df("ontwerp")
    for method, printed in (
        (interval.logit(found.p, found.se, df), (0.1851939707, 0.8455275387)),
        (interval.korn_graubard(found.p, found.se, df, found.n), (0.1768656251, 0.8582644855)),
        (interval.wilson(found.p, found.se, df), (0.2060498416, 0.8273985299)),
    ):
        assert all(near(bound[0], value, 10) for bound, value in zip(method, printed, strict=True))


def test_a_domain_keeps_the_full_sample_and_the_subset_is_something_else():
    design = Design(golden.TEN_W)
    victims = golden.TEN_Y == 1
    found = estimate(design, golden.TEN_REPORTED, victims)
    assert near(found.p[0], 0.5517241379, 10) and near(found.se[0], 0.2662599173, 10)
    assert golden.TEN_REPORTED[victims].mean() == 0.5
    # The same domain given as rows is the same; throwing the other rows away first is not.
    assert estimate(design, golden.TEN_REPORTED, rows=victims).se[0] == pytest.approx(found.se[0], rel=1e-14)
    subset = estimate(Design(golden.TEN_W[victims]), golden.TEN_REPORTED[victims])
    assert near(subset.se[0], 0.2916731258, 10) and subset.se[0] != pytest.approx(found.se[0], rel=0.05)


@pytest.mark.parametrize("row", golden.MINI_TABLE, ids=lambda r: f"{r[0]}-{r[1]}")
def test_24_rows_every_column(row):
    region, indicator, n, p, se, logit_23, logit_r, kg, unweighted = row
    design, y = Design(golden.MINI_W), golden.MINI_Y[indicator]
    mask = np.ones(24, bool) if indicator == "slachtoffer" else golden.MINI_Y["slachtoffer"] == 1
    inside = np.ones(24, bool) if region == "ALL" else region == golden.MINI_REGION
    found = estimate(design, y, mask, inside)
    assert found.n[0] == n and near(found.p[0], p, 10) and near(found.se[0], se, 10)
    assert list(found.df("ontwerp")) == [23] and list(found.df("domein")) == [n - 1]
    assert near(y[mask & inside].mean(), unweighted, 6)
    for bounds, printed in (
        (interval.logit(found.p, found.se, found.df("ontwerp")), logit_23),
        (interval.logit(found.p, found.se, found.df("domein")), logit_r),
        (interval.korn_graubard(found.p, found.se, found.df("domein"), found.n), kg),
        (interval.korn_graubard(found.p, found.se, found.df("ontwerp"), np.array([24])), kg),
    ):
        assert all(near(bound[0], value, 8) for bound, value in zip(bounds, printed, strict=True)), bounds
    subset = estimate(Design(golden.MINI_W[mask & inside]), y[mask & inside])
    assert subset.p[0] == pytest.approx(found.p[0], rel=1e-14)
    assert (n < 24) == (abs(subset.se[0] / found.se[0] - 1) > 0.02), "subset first is wrong, and visibly so"


def test_24_rows_sums_kish_and_difference():
    design, y = Design(golden.MINI_W), golden.MINI_Y["slachtoffer"]
    whole = estimate(design, y)
    assert whole.sum_w[0] == pytest.approx(25, rel=1e-15) and near(24 / whole.kish[0], 1.129728, 6)
    one, two = (estimate(design, y, rows=region == golden.MINI_REGION) for region in ("M1", "M2"))
    difference, se = difference_of(one, two)
    assert near(difference[0], 0.0871794872, 10) and near(se[0], 0.1910665448, 10)
    assert near(difference[0] / se[0], 0.456, 3)


@pytest.mark.parametrize(
    ("domain", "mean", "se", "se_fpc"),
    [
        (golden.FPC_X > 0, 5.448148, 0.741268, 0.616041),
        (golden.FPC_X > 4, 6.195, 0.7555129, 0.6301110),
        (golden.FPC_X <= 4, 3.314286, 0.3117042, 0.2623382),
    ],
)
def test_strata_and_finite_population_correction(domain, mean, se, se_fpc):
    sampled = np.where(golden.FPC_STRATUM == 1, 5, 3)
    for fraction, expected in ((None, se), (sampled / golden.FPC_N, se_fpc)):
        for psu in (None, np.arange(8)):
            design = Design(golden.FPC_W, golden.FPC_STRATUM, psu, fraction)
            found = estimate(design, golden.FPC_X, domain)
            digits = 6 if len(str(expected)) == 8 else 7
            assert near(found.p[0], mean, 6) and near(found.se[0], expected, digits)
            assert list(found.df("ontwerp")) == [6]


# R survey, data(api): printed estimates; the intervals follow from p, se and df alone.
@pytest.mark.parametrize(
    ("p", "se", "logit", "kg"),
    [
        (0.8279480114158234, 0.024344780113074786, (0.7745396547, 0.8708148549), (0.7741713286, 0.8734315926)),
        (0.6389360640505782, 0.03440591799726892, (0.5687210989, 0.7036757794), (0.5672187015, 0.7063547830)),
        (0.655649011943978, 0.03372549579828899, (0.5864671343, 0.7188064017), (0.5850754863, 0.7214935059)),
    ],
)
def test_intervals_of_the_api_sample(p, se, logit, kg):
    arguments = np.array([p]), np.array([se]), np.array([197])
    for bounds, printed in (
        (interval.logit(*arguments), logit),
        (interval.korn_graubard(*arguments, np.array([200])), kg),
    ):
        assert all(near(bound[0], value, 10) for bound, value in zip(bounds, printed, strict=True))
    if kg[0] == 0.7741713286:
        assert near(interval.wald(*arguments)[0][0], 0.7799381810, 10)
        assert near(interval.wald(*arguments)[1][0], 0.8759578419, 10)
        assert near(interval.wilson(*arguments)[0][0], 0.7748145864, 10)
        assert near(interval.wilson(*arguments)[1][0], 0.8706375623, 10)
        assert near(p * (1 - p) / se**2, 240.3538, 4)


@pytest.mark.parametrize(
    ("name", "mean", "se"),
    [
        ("sch.wide", 0.8279480114158234, 0.024344780113074786),
        ("awards", 0.6389360640505782, 0.03440591799726892),
        ("comp.imp", 0.655649011943978, 0.03372549579828899),
    ],
)
def test_estimates_of_the_api_sample_from_its_answers(name, mean, se):
    """Two hundred schools, stratified by type: all that a yes or no and a weight can say of them."""
    y, strata, sizes, population = [], [], [], []
    for (kind, (total, n, _, _)), yes in zip(golden.API_STRATA.items(), golden.API_YES[name], strict=True):
        y += [1.0] * yes + [0.0] * (n - yes)
        strata += [kind] * n
        sizes += [n] * n
        population += [total] * n
    weights = np.repeat(golden.API_WEIGHTS, [n for _, n, _, _ in golden.API_STRATA.values()])
    design = Design(weights, np.array(strata), None, np.array(sizes) / np.array(population))
    found = estimate(design, np.array(y))
    assert near(found.p[0], mean, 9) and near(found.se[0], se, 9)
    assert list(found.df("ontwerp")) == [197]


def test_one_psu_in_a_stratum_follows_the_contract():
    y, w = np.array([1, 0, 1, 1.0]), np.array([1, 2, 1, 1.0])
    strata = np.array([1, 1, 1, 2])
    with pytest.raises(SinglePsuError):
        Design(w, strata)
    certain = estimate(Design(w, strata, single_psu="zeker"), y)
    centred = estimate(Design(w, strata, single_psu="midden"), y)
    z = w * (y - certain.p[0]) / w.sum()
    first = 3 / 2 * ((z[:3] - z[:3].mean()) ** 2).sum()
    assert certain.variance[0] == pytest.approx(first, rel=1e-12)
    assert centred.variance[0] == pytest.approx(first + z[3] ** 2, rel=1e-12), "the mean of all z is 0"


def test_nobody_or_everybody_gets_a_one_sided_exact_bound_and_never_nan():
    p, se, df = np.array([0.0, 1.0, np.nan, 0.5]), np.array([0.0, 0.0, 0.0, 0.0]), np.array([9, 9, -1, 0])
    low, high, method = interval.choose(p, se, df, [10, 10, 0, 1], [8.0, 8.0, 0.0, 1.0])
    assert list(method) == ["exact_eenzijdig", "exact_eenzijdig", "geen", "geen"]
    assert (low[0], high[1]) == (0, 1) and high[0] == pytest.approx(1 - 0.025 ** (1 / 8))
    assert low[1] == pytest.approx(1 - high[0])
    assert np.isnan(low[2:]).all()


def test_arcsine_is_its_formula_in_another_form():
    """sin(a)^2 = (1 - cos 2a) / 2 and 2 asin(sqrt p) = acos(1 - 2p), so no root and no sine is needed."""
    found = estimate(Design(golden.TEN_W), golden.TEN_Y)
    p, se = found.p[0], found.se[0]
    margin = 2.262157163 * se / math.sqrt(p * (1 - p))  # t with 9 degrees of freedom, from a table
    low, high = ((1 - math.cos(math.acos(1 - 2 * p) + sign * margin)) / 2 for sign in (-1, 1))
    bounds = interval.arcsine(found.p, found.se, found.df("ontwerp"))
    assert (bounds[0][0], bounds[1][0]) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))
    wide = interval.arcsine(np.array([0.02]), np.array([0.02]), np.array([9]))
    assert wide[0][0] == 0 and wide[1][0] > 0.02, "the lower bound stays at nought and does not turn back"


def test_totals_by_hand():
    """Ten rows: 1.2 + 1.5 + 2 + 1.1; twenty-four rows by strata, with the variance of what each row brings."""
    found = estimate(Design(golden.TEN_W), golden.TEN_Y)
    squares = 1.2**2 + 1.5**2 + 2**2 + 1.1**2
    assert found.total[0] == pytest.approx(5.8)
    assert found.se_total[0] == pytest.approx(math.sqrt(10 / 9 * (squares - 5.8**2 / 10)))
    # The total of two strata of R's data(fpc): 3 x 29.7 + 4 x 14.5, and the sum of their variances.
    strata = estimate(Design(golden.FPC_W, golden.FPC_STRATUM), golden.FPC_X)
    assert strata.total[0] == pytest.approx(147.1)
    variance = 0.0
    for rows, weight in ((golden.FPC_X[:5], 3), (golden.FPC_X[5:], 4)):
        variance += len(rows) * weight**2 * statistics.variance(rows.tolist())
    assert strata.se_total[0] == pytest.approx(math.sqrt(variance))
    clustered = estimate(Design(golden.FPC_W, golden.FPC_STRATUM, np.arange(8)), golden.FPC_X)
    assert clustered.se_total[0] == pytest.approx(strata.se_total[0], rel=1e-12)


def test_total_of_apistrat():
    """A sample per type with the published mean and error: half of the schools as far above as the other below."""
    y, w, strata, expected = [], [], [], 0.0
    for name, (population, n, mean, se) in golden.API_STRATA.items():
        finite = 1 - n / population
        spread = se * math.sqrt(n / finite) * math.sqrt((n - 1) / n)
        y += [mean - spread, mean + spread] * (n // 2)
        w += [population / n] * n
        strata += [name] * n
        # The estimator has no correction for finite strata, for a survey has none to correct.
        expected += (population * se) ** 2 / finite
    found = estimate(Design(np.array(w), np.array(strata)), np.array(y))
    assert found.total[0] == pytest.approx(golden.API_TOTAL, abs=1)
    assert found.se_total[0] == pytest.approx(math.sqrt(expected), rel=1e-9)
    with_correction = sum((population * se) ** 2 for population, _, _, se in golden.API_STRATA.values())
    assert math.sqrt(with_correction) == pytest.approx(golden.API_TOTAL_SE, abs=1)


@pytest.mark.parametrize("answer", [0, 1])
def test_when_all_answer_alike_no_weights_make_a_spread(answer):
    """A thousand weightings, none round: the estimate is the answer, the interval is wide, n_eff is that of Kish."""
    rng = np.random.default_rng(20260101)
    for _ in range(1000):
        n = int(rng.integers(2, 400))
        weights = rng.lognormal(0, rng.uniform(0.1, 2), n)
        y, mask = np.full(n, answer), rng.random(n) < 0.9
        mask[0] = True
        strata = rng.integers(0, 3, n) if rng.random() < 0.3 else None
        found = estimate(Design(weights, strata, single_psu="midden"), y, mask)
        assert found.p[0] == answer and found.se[0] == 0
        kish = weights[mask].sum() ** 2 / (weights[mask] ** 2).sum()
        assert found.n_eff[0] == pytest.approx(kish) and found.n_eff[0] <= found.n[0] + 1e-9
        low, high, method = interval.choose(found.p, found.se, found.df("domein"), found.n, found.kish)
        assert method[0] == "exact_eenzijdig" and 0 <= low[0] < high[0] <= 1
        assert high[0] - low[0] == pytest.approx(1 - 0.025 ** (1 / kish))


def test_the_false_discovery_rate_is_that_of_benjamini_and_hochberg():
    """The fifteen chances of their paper (1995, section 4.1): four are called at 5%, where nine are below 5%."""
    chances = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459,
               0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]  # fmt: skip
    df = 10**9
    z = stats.norm.isf(np.array(chances) / 2)
    n = len(chances)
    family = {"golf": np.full(n, 2023), "soort": np.full(n, "benchmark"), "tegen": np.full(n, "NL01")}
    side = {"ondergrens": np.zeros(n), "bovengrens": np.ones(n), "status": np.full(n, "gepubliceerd")}
    made = with_tests(family | {"verschil": z / 100, "se": np.full(n, 0.01), "df": np.full(n, df)}, side, side)
    assert made["p_waarde"] == pytest.approx(chances, abs=1e-6)
    assert made["significant"].tolist() == [True] * 4 + [False] * 11
    assert made["p_gecorrigeerd"][3] == pytest.approx(0.0095 * 15 / 4, rel=1e-4)
    assert set(made["correctie"]) == {"benjamini_hochberg"} and set(made["toetsen"]) == {15}
    hidden = side | {"status": np.array(["onderdrukt"] * 9 + ["gepubliceerd"] * 6)}
    part = with_tests(family | {"verschil": z / 100, "se": np.full(n, 0.01), "df": np.full(n, df)}, hidden, side)
    assert part["significant"].tolist() == [None] * 9 + [False] * 6 and set(part["toetsen"][9:]) == {6}
