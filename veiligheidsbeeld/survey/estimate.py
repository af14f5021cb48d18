"""A wave of respondents becomes estimates: every indicator, in every region, for every group, with its differences.

All work is done on one matrix of answers (indicators x respondents, a byte each), a block of indicators at a time, so
that memory stays small; see docs/decisions/0011-survey.md for what SQL would take.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa

from veiligheidsbeeld.contracts.survey import TOTAAL, Groep, Indicator, SurveyContract
from veiligheidsbeeld.survey import interval
from veiligheidsbeeld.survey.areas import NEDERLAND, Gebied, benchmarks, gebieden
from veiligheidsbeeld.survey.variance import Lineair, Ontwerp, lineariseer, verschil

# Indicators worked on at a time: some ten MB per million respondents and indicator.
_BLOK = 9
_JA, _NEE, _ONBEKEND, _BUITEN = 1, 0, -1, -2


@dataclass(frozen=True)
class Steekproef:
    """One wave in the order of its design: answers per indicator, and what regions and groups are cut by."""

    golf: int
    ontwerp: Ontwerp
    antwoord: np.ndarray
    indicatoren: tuple[Indicator, ...]
    gemeente: np.ndarray
    leeftijdsgroep: np.ndarray
    codes: dict[str, np.ndarray]

    @classmethod
    def van(cls, tabel: pa.Table, contract: SurveyContract, golf: int) -> Steekproef:
        """From the columns of raw; a question that the wave did not ask is left out."""
        ontwerp = Ontwerp(
            tabel["gewicht"].to_numpy(),
            _of_geen(tabel["stratum"]),
            _of_geen(tabel["psu"]),
            enkele_psu=contract.schatting.enkele_psu,
        )
        orde = ontwerp.volgorde

        def codes(kolom: str) -> np.ndarray:
            return tabel[kolom].fill_null(0).to_numpy()[orde].astype(np.int8)

        asked = [i for i in contract.indicatoren if tabel[i.kolom].null_count < len(tabel)]
        answers = np.empty((len(asked), len(tabel)), np.int8)
        a = contract.antwoorden
        for row, indicator in zip(answers, asked, strict=True):
            given = codes(indicator.kolom)
            row[:] = np.select([given == a.ja.code, given == a.nee.code], [_JA, _NEE], _ONBEKEND)
            if indicator.onder:
                row[codes(indicator.onder) != a.ja.code] = _BUITEN
        return cls(
            golf,
            ontwerp,
            answers,
            tuple(asked),
            _tekst(tabel["gemeente_code"])[orde],
            _tekst(tabel["leeftijdsgroep"])[orde],
            {k.naam: codes(k.naam) for k in contract.kolommen if k.soort == "codes"},
        )

    def in_groep(self, groep: Groep) -> np.ndarray:
        inside = np.ones(len(self.gemeente), bool)
        if groep.leeftijdsgroep != TOTAAL:
            inside &= self.leeftijdsgroep == groep.leeftijdsgroep
        for kolom, code in groep.waar.items():
            inside &= self.codes[kolom] == code
        return inside

    def in_gebied(self, gebied: Gebied) -> np.ndarray:
        if gebied.code == NEDERLAND:
            return np.ones(len(self.gemeente), bool)
        return np.isin(self.gemeente, list(gebied.gemeenten))


@dataclass
class _Cellen:
    """Columns of a table that grows by one part per region, group and block of indicators."""

    kolommen: dict[str, list] = field(default_factory=dict)

    def voeg_toe(self, aantal: int, **waarden: object) -> None:
        for naam, waarde in waarden.items():
            part = waarde if isinstance(waarde, np.ndarray) else np.full(aantal, waarde, object)
            self.kolommen.setdefault(naam, []).append(part)

    def samen(self) -> dict[str, np.ndarray]:
        return {naam: np.concatenate(parts) for naam, parts in self.kolommen.items()}


def schat(steekproef: Steekproef, contract: SurveyContract) -> tuple[pa.Table, pa.Table]:
    """Estimates (columns of raw.vm_schatting) and differences with larger regions (raw.vm_verschil)."""
    cells, differences = _Cellen(), _Cellen()
    for groep in contract.groepen:
        wanted = steekproef.in_groep(groep)
        rows = {g.code: np.flatnonzero(wanted & steekproef.in_gebied(g)) for g in gebieden()}
        for block in _blokken(len(steekproef.indicatoren)):
            _blok(steekproef, contract, groep, block, rows, cells, differences)
    estimates = _beoordeel(cells.samen(), contract)
    return als_tabel(estimates), als_tabel(vergelijk(differences.samen(), estimates))


def als_tabel(columns: dict[str, np.ndarray]) -> pa.Table:
    """Not a number becomes null on the way to the warehouse."""
    return pa.table({name: pa.array(column, from_pandas=True) for name, column in columns.items()})


def _blokken(aantal: int) -> Iterator[slice]:
    return (slice(start, min(start + _BLOK, aantal)) for start in range(0, aantal, _BLOK))


def _blok(
    steekproef: Steekproef,
    contract: SurveyContract,
    groep: Groep,
    block: slice,
    rows: dict[str, np.ndarray],
    cells: _Cellen,
    differences: _Cellen,
) -> None:
    codes = np.array([i.code for i in steekproef.indicatoren[block]], object)
    answers = steekproef.antwoord[block]
    compared_with: dict[str, Lineair] = {}
    towards = {code for g in gebieden() for code in benchmarks(g)}
    for gebied in gebieden():
        here = answers[:, rows[gebied.code]]
        valid = here >= _NEE
        found = lineariseer(steekproef.ontwerp, rows[gebied.code], here, valid)
        key = {
            "golf": steekproef.golf,
            "regio_code": gebied.code,
            "niveau": gebied.niveau,
            "leeftijdsgroep": groep.leeftijdsgroep,
            "doelgroep": groep.doelgroep,
            "indicator_code": codes,
        }
        base = (here != _BUITEN).sum(axis=1)
        df = found.df(contract.schatting.vrijheidsgraden)
        cells.voeg_toe(
            len(codes),
            **key,
            p=found.p,
            se=found.se,
            n_ongewogen=found.n,
            sum_w=found.som_w,
            n_eff=found.n_eff,
            deff=found.deff,
            kish=found.kish,
            n_interval=_n_interval(found, contract),
            df=df,
            pct_missing=np.divide(100.0 * (base - found.n), base, out=np.full(len(base), np.nan), where=base > 0),
        )
        for code in benchmarks(gebied):
            difference, se = verschil(found, compared_with[code])
            other = compared_with[code].df(contract.schatting.vrijheidsgraden)
            differences.voeg_toe(
                len(codes),
                **key,
                soort="benchmark",
                tegen=code,
                verschil=difference,
                se=se,
                df=np.minimum(df, other),
                methode="genest_gelineariseerd",
            )
        if gebied.code in towards:
            compared_with[gebied.code] = found


def _n_interval(found: Lineair, contract: SurveyContract) -> np.ndarray:
    """The base that goes with the degrees of freedom: of the domain, or of the whole sample."""
    if contract.schatting.vrijheidsgraden == "domein":
        return found.n
    return np.full(len(found.n), len(found.ontwerp.gewicht))


def _beoordeel(cells: dict[str, np.ndarray], contract: SurveyContract) -> dict[str, np.ndarray]:
    """Adds interval, status and reason to the estimates of a wave."""
    rules, how = contract.onderdrukking, contract.schatting
    kish, n_interval = cells.pop("kish"), cells.pop("n_interval")
    p, n = cells["p"], cells["n_ongewogen"]
    low, high, method = interval.kies(
        p, cells["se"], cells["df"], n_interval, kish, methode=how.methode,
        klein=n < how.kleine_basis,
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


def vergelijk(differences: dict[str, np.ndarray], estimates: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Adds test, interval, overlap and status to differences between regions of one wave."""
    at = {key: i for i, key in enumerate(_sleutels(estimates, "regio_code"))}
    mine = np.array([at[key] for key in _sleutels(differences, "regio_code")])
    other = np.array([at[key] for key in _sleutels(differences, "tegen")])
    return toets(differences, _deel(estimates, mine), _deel(estimates, other))


def toets(
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
    return differences | {
        "se": np.where(np.isnan(gap), np.nan, se),
        "ondergrens": low,
        "bovengrens": high,
        "z": z,
        "p_waarde": chance,
        "significant": _of_leeg(chance < interval.ALFA, testable),
        "marges_overlappen": _of_leeg(overlap, ~np.isnan(gap)),
        "status": np.where(both, "gepubliceerd", "onderdrukt").astype(object),
    }


def _of_leeg(answer: np.ndarray, known: np.ndarray) -> np.ndarray:
    """True or false, None where it cannot be told."""
    out = answer.astype(object)
    out[~known] = None
    return out


def _sleutels(columns: dict[str, np.ndarray], regio: str) -> Iterator[tuple]:
    return zip(*(columns[k] for k in (regio, "leeftijdsgroep", "doelgroep", "indicator_code")), strict=True)


def _deel(columns: dict[str, np.ndarray], rows: np.ndarray) -> dict[str, np.ndarray]:
    return {name: column[rows] for name, column in columns.items()}


def _of_geen(column: pa.ChunkedArray) -> np.ndarray | None:
    """A column of the design, or None when the wave does not have it; half a design is none."""
    return None if column.null_count else _tekst(column)


def _tekst(column: pa.ChunkedArray) -> np.ndarray:
    return np.asarray(column.to_pylist(), dtype=str)
