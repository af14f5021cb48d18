"""A wave of respondents becomes estimates: every indicator, in every region, for every group, with its differences.

All work is done on one matrix of answers (indicators x respondents, a byte each), a block of indicators at a time, so
that memory stays small; see docs/decisions/0011-survey.md for what SQL would take.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from veiligheidsbeeld.contracts.survey import TOTAL, Group, Indicator, SurveyContract
from veiligheidsbeeld.survey import interval
from veiligheidsbeeld.survey.areas import COUNTRY, Area, benchmarks, covered
from veiligheidsbeeld.survey.tables import KEY
from veiligheidsbeeld.survey.variance import Design, Linear, difference_of, linearise

# Indicators worked on at a time: some ten MB per million respondents and indicator.
_BLOCK = 9
_FIGURES = (
    "p", "se", "n_ongewogen", "sum_w", "totaal", "se_totaal", "n_eff", "deff", "kish", "n_interval", "df",
    "pct_missing",
)  # fmt: skip
_COMPARED = ("soort", "tegen", "verschil", "se", "df", "methode")
_YES, _NO, _UNKNOWN, _OUTSIDE = 1, 0, -1, -2


@dataclass(frozen=True)
class Sample:
    """One wave in the order of its design: answers per indicator, and what regions and groups are cut by."""

    year: int
    design: Design
    answers: np.ndarray
    indicators: tuple[Indicator, ...]
    municipality: np.ndarray
    age_band: np.ndarray
    codes: dict[str, np.ndarray]

    @classmethod
    def of(cls, table: pa.Table, contract: SurveyContract, year: int) -> Sample:
        """From the columns of raw; a question that the wave did not ask is left out."""
        design = Design(
            table["gewicht"].to_numpy(),
            _or_nothing(table["stratum"]),
            _or_nothing(table["psu"]),
            single_psu=contract.schatting.enkele_psu,
        )
        order = design.order

        def codes(column: str) -> np.ndarray:
            return table[column].fill_null(0).to_numpy()[order].astype(np.int8)

        asked = [i for i in contract.indicators if table[i.column].null_count < len(table)]
        answers = np.empty((len(asked), len(table)), np.int8)
        a = contract.antwoorden
        for row, indicator in zip(answers, asked, strict=True):
            given = codes(indicator.column)
            row[:] = np.select([given == a.ja.code, given == a.nee.code], [_YES, _NO], _UNKNOWN)
            if indicator.under:
                row[codes(indicator.under) != a.ja.code] = _OUTSIDE
        return cls(
            year,
            design,
            answers,
            tuple(asked),
            _texts(table["gemeente_code"])[order],
            _texts(table["leeftijdsgroep"])[order],
            {k.naam: codes(k.naam) for k in contract.kolommen if k.soort == "codes"},
        )

    def in_group(self, group: Group) -> np.ndarray:
        inside = np.ones(len(self.municipality), bool)
        if group.leeftijdsgroep != TOTAL:
            inside &= self.age_band == group.leeftijdsgroep
        for column, code in group.waar.items():
            inside &= self.codes[column] == code
        return inside

    def covered(self, contract: SurveyContract) -> list[Area]:
        """The areas that this sample speaks for, the largest first."""
        codes, counts = np.unique(self.municipality, return_counts=True)
        return covered(dict(zip(codes.tolist(), counts.tolist(), strict=True)), contract.dekking)

    def in_area(self, area: Area) -> np.ndarray:
        if area.code == COUNTRY:
            return np.ones(len(self.municipality), bool)
        return np.isin(self.municipality, list(area.municipalities))


@dataclass
class _Cells:
    """Columns of a table that grows by one part per region, group and block of indicators."""

    columns: dict[str, list[np.ndarray]]

    @classmethod
    def of(cls, *names: str) -> _Cells:
        return cls({name: [np.empty(0, object)] for name in names})

    def add(self, count: int, values: Mapping[str, object]) -> None:
        for name, value in values.items():
            part = value if isinstance(value, np.ndarray) else np.full(count, value, object)
            self.columns[name].append(part)

    def joined(self) -> dict[str, np.ndarray]:
        return {name: np.concatenate(parts[1:] or parts) for name, parts in self.columns.items()}


def estimate(sample: Sample, contract: SurveyContract) -> tuple[pa.Table, pa.Table]:
    """Estimates (columns of raw.vm_schatting) and differences with larger regions (raw.vm_verschil)."""
    cells, differences = _Cells.of(*KEY, *_FIGURES), _Cells.of(*KEY, *_COMPARED)
    areas = sample.covered(contract)
    for group in contract.groepen:
        wanted = sample.in_group(group)
        rows = {g.code: np.flatnonzero(wanted & sample.in_area(g)) for g in areas}
        for block in _blocks(len(sample.indicators)):
            _estimate_block(sample, contract, group, block, areas, rows, cells, differences)
    estimates = _judged(cells.joined(), contract)
    return as_table(estimates), as_table(compare(differences.joined(), estimates))


def as_table(columns: dict[str, np.ndarray]) -> pa.Table:
    """Not a number becomes null on the way to the warehouse."""
    return pa.table({name: pa.array(column, from_pandas=True) for name, column in columns.items()})


def _blocks(count: int) -> Iterator[slice]:
    return (slice(start, min(start + _BLOCK, count)) for start in range(0, count, _BLOCK))


def _estimate_block(
    sample: Sample,
    contract: SurveyContract,
    group: Group,
    block: slice,
    areas: Sequence[Area],
    rows: dict[str, np.ndarray],
    cells: _Cells,
    differences: _Cells,
) -> None:
    codes = np.array([i.code for i in sample.indicators[block]], object)
    answers = sample.answers[block]
    compared_with: dict[str, Linear] = {}
    towards = {code for g in areas for code in benchmarks(g)}
    for area in areas:
        here = answers[:, rows[area.code]]
        valid = here >= _NO
        found = linearise(sample.design, rows[area.code], here, valid)
        key = {
            "golf": sample.year,
            "regio_code": area.code,
            "niveau": area.level,
            "leeftijdsgroep": group.leeftijdsgroep,
            "doelgroep": group.doelgroep,
            "indicator_code": codes,
        }
        base = (here != _OUTSIDE).sum(axis=1)
        df = found.df(contract.schatting.vrijheidsgraden)
        cells.add(
            len(codes),
            key
            | {
                "p": found.p,
                "se": found.se,
                "n_ongewogen": found.n,
                "sum_w": found.sum_w,
                "totaal": found.total,
                "se_totaal": found.se_total,
                "n_eff": found.n_eff,
                "deff": found.deff,
                "kish": found.kish,
                "n_interval": _n_interval(found, contract),
                "df": df,
                "pct_missing": np.divide(
                    100.0 * (base - found.n), base, out=np.full(len(base), np.nan), where=base > 0
                ),
            },
        )
        for code in (code for code in benchmarks(area) if code in compared_with):
            difference, se = difference_of(found, compared_with[code])
            other = compared_with[code].df(contract.schatting.vrijheidsgraden)
            differences.add(
                len(codes),
                key
                | {
                    "soort": "benchmark",
                    "tegen": code,
                    "verschil": difference,
                    "se": se,
                    "df": np.minimum(df, other),
                    "methode": "genest_gelineariseerd",
                },
            )
        if area.code in towards:
            compared_with[area.code] = found


def _n_interval(found: Linear, contract: SurveyContract) -> np.ndarray:
    """The base that goes with the degrees of freedom: of the domain, or of the whole sample."""
    if contract.schatting.vrijheidsgraden == "domein":
        return found.n
    return np.full(len(found.n), len(found.design.weight))


def _judged(cells: dict[str, np.ndarray], contract: SurveyContract) -> dict[str, np.ndarray]:
    """Adds interval, status and reason to the estimates of a wave."""
    rules, how = contract.onderdrukking, contract.schatting
    kish, n_interval = cells.pop("kish"), cells.pop("n_interval")
    p, n = cells["p"], cells["n_ongewogen"]
    low, high, method = interval.choose(
        p, cells["se"], cells["df"], n_interval, kish, method=how.methode,
        small=n < how.kleine_basis,
    )  # fmt: skip
    width = high - low
    reasons = np.select(
        [n < rules.min_n, cells["n_eff"] < rules.min_n_eff, np.isnan(width), width >= rules.max_breedte],
        [
            f"basis kleiner dan {rules.min_n} respondenten",
            f"effectieve basis kleiner dan {rules.min_n_eff:g}",
            "interval niet te berekenen",
            f"interval {100 * rules.max_breedte:g} procentpunt of breder",
        ],
        "",
    ).astype(object)
    hidden = reasons != ""
    reasons[~hidden] = None
    relative = np.divide(width, p, out=np.full(len(p), np.inf), where=p > 0)
    return cells | {
        "se": np.where(np.isnan(p), np.nan, cells["se"]),
        "n_eff": np.where(np.isnan(p), np.nan, cells["n_eff"]),
        "ondergrens": low,
        "bovengrens": high,
        "methode": method,
        "status": np.where(hidden, "onderdrukt", "gepubliceerd").astype(object),
        "reden": reasons,
        "indicatief": relative > rules.indicatief,
    }


def compare(differences: dict[str, np.ndarray], estimates: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Adds test, interval, overlap and status to differences between regions of one wave."""
    at = {key: i for i, key in enumerate(_keys(estimates, "regio_code"))}
    mine = np.array([at[key] for key in _keys(differences, "regio_code")], int)
    other = np.array([at[key] for key in _keys(differences, "tegen")], int)
    return with_tests(differences, _part(estimates, mine), _part(estimates, other))


def with_tests(
    differences: dict[str, np.ndarray], mine: dict[str, np.ndarray], other: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """The same for any two sets of estimates, row by row; an estimate without variance gives no test."""
    from scipy import stats

    gap, se, df = (np.asarray(differences[k], float) for k in ("verschil", "se", "df"))
    testable = (se > 0) & (df > 0) & ~np.isnan(gap)
    z = np.divide(gap, se, out=np.full(len(gap), np.nan), where=testable)
    chance = 2 * stats.t.sf(np.abs(z), np.where(testable, df, 1))
    low, high = interval.wald(gap, np.where(testable, se, np.nan), df)
    overlap = (mine["ondergrens"] <= other["bovengrens"]) & (other["ondergrens"] <= mine["bovengrens"])
    both = (mine["status"] == "gepubliceerd") & (other["status"] == "gepubliceerd")
    shown = testable & both
    corrected, tests = _false_discovery(differences, chance, shown)
    return differences | {
        "se": np.where(np.isnan(gap), np.nan, se),
        "ondergrens": low,
        "bovengrens": high,
        "z": z,
        "p_waarde": chance,
        "p_gecorrigeerd": corrected,
        "significant": _or_none(corrected < interval.ALPHA, shown),
        "correctie": _or_none(np.full(len(gap), "benjamini_hochberg", object), shown),
        "toetsen": _or_none(tests, shown),
        "marges_overlappen": _or_none(overlap, ~np.isnan(gap)),
        "status": np.where(both, "gepubliceerd", "onderdrukt").astype(object),
    }


def _false_discovery(
    differences: dict[str, np.ndarray], chance: np.ndarray, shown: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Chances corrected for how many differences of one wave are shown against the same area or wave, and how many.

    Benjamini & Hochberg (1995): of what is then called larger than chance, one in twenty is expected not to be. What is
    not shown takes no part, so that it cannot be told from what is.
    """
    from scipy import stats

    corrected, tests = np.full(len(chance), np.nan), np.zeros(len(chance), int)
    families = [f"{g}|{s}|{t}" for g, s, t in zip(*(differences[k] for k in ("golf", "soort", "tegen")), strict=True)]
    _, family = np.unique(families, return_inverse=True)
    for one in range(int(family.max(initial=-1)) + 1):
        here = shown & (family == one)
        if here.any():
            corrected[here], tests[here] = stats.false_discovery_control(chance[here]), here.sum()
    return corrected, tests


def _or_none(answer: np.ndarray, known: np.ndarray) -> np.ndarray:
    """True or false, None where it cannot be told."""
    out = answer.astype(object)
    out[~known] = None
    return out


def _keys(columns: dict[str, np.ndarray], region: str) -> Iterator[tuple]:
    return zip(*(columns[k] for k in (region, "leeftijdsgroep", "doelgroep", "indicator_code")), strict=True)


def _part(columns: dict[str, np.ndarray], rows: np.ndarray) -> dict[str, np.ndarray]:
    return {name: column[rows] for name, column in columns.items()}


def _or_nothing(column: pa.ChunkedArray) -> np.ndarray | None:
    """A column of the design, or None when the wave does not have it; half a design is none."""
    return None if column.null_count else _texts(column)


def _texts(column: pa.ChunkedArray) -> np.ndarray:
    return np.asarray(column.to_pylist(), dtype=str)
