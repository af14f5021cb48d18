"""Respondent files of the Veiligheidsmonitor: nobody in them exists.

Three waves, as a region receives them: a fixed part over the whole country and oversampling in the work area, very
unequal weights. National shares are those of `data/vm_landelijk.csv` (2021: published by CBS for online crime as a
whole, the shares of its kinds after OVeC 2022); regions and ages differ from them by factors of the sample's own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from sandbox.sample import facts
from sandbox.sample.streams import stream
from veiligheidsbeeld.contracts.survey import SurveyContract, load_survey
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.survey.areas import gebieden, teams

RESPONDENTEN = 60_000
_OVERSAMPLING = 450  # per municipality of the work area, above its share in the fixed part
_JONGSTE = 15
# Share of the 15+ per age band, and how much likelier than average its members are to be a victim.
_BANDEN = {"15-24": (0.145, 1.30), "25-44": (0.305, 1.15), "45-64": (0.315, 0.98), "65+": (0.235, 0.62)}
# Report and declaration against the country, per area and wave; victims likewise.
_GEBIED = {
    "SGWM": {2021: (1.06, 0.93, 0.88), 2023: (1.01, 1.00, 0.96), 2025: (0.96, 1.05, 1.03)},
    "SGWNL": {2021: (0.95, 1.02, 1.00), 2023: (0.97, 1.02, 1.02), 2025: (0.94, 1.04, 1.05)},
}
# Share of yes (None: that of `vm_landelijk`), and the odds of the young against all.
_VRAGEN: dict[str, tuple[float | None, float]] = {
    "onveilig": (None, 1.25), "onveilig_buurt": (None, 1.15), "onveilig_uitgaan": (0.22, 1.5),
    "preventie_online": (0.61, 1.1), "cohesie": (None, 0.95), "schade_online": (0.36, 0.8),
}  # fmt: skip


@dataclass
class _Golf:
    """One wave while it is made: a weight per respondent, and answers as true, false or not known."""

    jaar: int
    contract: SurveyContract
    w: np.ndarray
    band: np.ndarray
    gemeente: np.ndarray
    stil: np.ndarray  # respondents who leave the questions on crime unanswered
    rng: np.random.Generator
    antwoord: dict[str, np.ndarray] = field(default_factory=dict)


def write_survey(settings: Settings, folder: Path, respondenten: int = RESPONDENTEN) -> list[Path]:
    """Writes the waves below `<folder>/veiligheidsmonitor/`: two CSVs in different dialects and an SPSS file.

    A file that is there stays as it is (SPSS files carry the moment they were made).
    """
    contract = load_survey()
    target = folder / contract.leverancier
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for golf in contract.golven:
        last = golf == max(contract.golven)
        path = target / f"veiligheidsmonitor_{golf}.{'sav' if last else 'csv'}"
        if not path.exists():
            columns = respondents(settings.seed, golf, respondenten)
            temporary = path.with_name(f".{path.stem}.deel{path.suffix}")
            (_write_sav if last else write_csv)(temporary, columns, golf)
            temporary.replace(path)
        written.append(path)
    return written


def respondents(seed: int, golf: int, respondenten: int = RESPONDENTEN) -> dict[str, np.ndarray]:
    """The columns of a wave under the contract's names; answers as 1 ja, 2 nee, 8 weet niet, 9 weigert, 0 not asked."""
    contract, rng = load_survey(), stream(seed, "enquete", golf)
    w, band, town, extra, age = _people(rng, golf, respondenten)
    made = _Golf(golf, contract, w, band, town, rng.random(len(w)) < 0.008, rng)
    _slachtoffers(made)
    _gedrag(made)
    n = len(w)
    columns = {
        "respondent": np.array([f"VM{golf}-{i:06d}" for i in rng.permutation(n)], object),
        "golf": np.full(n, golf),
        "gemeente_code": town,
        "basisteam": np.array([teams().van_gemeente("basisteam").get(t, "") for t in town.tolist()], object),
        "district": np.array([teams().van_gemeente("district").get(t, "") for t in town.tolist()], object),
        "gewicht": np.round(w, 4),
        "stratum": np.char.add(np.where(extra, "L", "V"), town.astype("U6")).astype(object),
        "steekproefdeel": np.where(extra, 2, 1),
        "leeftijd": age,
        "geslacht": 1 + (rng.random(n) < 0.51),
        "opleiding": 1 + rng.choice(3, n, p=[0.26, 0.38, 0.36]),
        "arbeid": 1 + rng.choice(3, n, p=[0.52, 0.37, 0.11]),
    }
    return columns | _codes(made)


def _people(rng: np.random.Generator, golf: int, size: int) -> tuple[np.ndarray, ...]:
    """Weights, age bands, municipalities, whether oversampled, and ages; weights add up to the 15+ of the country."""
    towns, people = _inhabitants(golf)
    work = np.isin(towns, facts.work_gemeenten())
    extra_each = min(_OVERSAMPLING, size // (3 * int(work.sum())))
    fixed = size - extra_each * int(work.sum())
    drawn = rng.multinomial(fixed, people / people.sum())
    town = np.concatenate([np.repeat(towns, drawn), np.repeat(towns[work], extra_each)])
    extra = np.arange(size) >= fixed
    names, shares = list(_BANDEN), np.array([share for share, _ in _BANDEN.values()])
    # The young answer less often: their weights are larger.
    answering = shares * np.array([0.6, 0.8, 1.1, 1.3])
    band = rng.choice(len(names), size, p=answering / answering.sum())
    per_town = dict(zip(towns.tolist(), people / np.maximum(drawn + extra_each * work, 1), strict=True))
    w = np.array([per_town[t] for t in town.tolist()]) * (shares / answering)[band] * rng.lognormal(0, 0.35, size)
    w *= people.sum() / w.sum()
    lows = np.array([15, 25, 45, 65])[band]
    age = lows + (rng.random(size) * np.array([10, 20, 20, 28])[band]).astype(int)
    order = rng.permutation(size)
    return w[order], band[order], town[order], extra[order], age[order]


def _inhabitants(golf: int) -> tuple[np.ndarray, np.ndarray]:
    """Municipalities with their 15+; where only the province is known, shared out by registered crime."""
    known, rows = facts.by_key("bevolking", "regio"), [r for r in facts.table("gemeenten") if r["provincie"]]
    rows = [r for r in rows if (r["misdrijven_2023"] and r["provincie"] in known and r["code"] < "GM0998")
            or r["code"] > "GM0999"]  # fmt: skip
    crime = {p: sum(int(r["misdrijven_2023"]) for r in rows if r["provincie"] == p) for p in known}
    year = str(min(golf, 2026))
    people = [
        float(known[r["code"]][year] or 0)
        if r["code"] in known and known[r["code"]][year]
        else float(known[r["provincie"]][year]) * int(r["misdrijven_2023"]) / crime[r["provincie"]]
        for r in rows
    ]
    return np.array([r["code"] for r in rows], object), 0.845 * np.array(people)


def _target(delict: str, maat: str, golf: int) -> float:
    row = next(r for r in facts.table("vm_landelijk") if (r["delict"], r["maat"]) == (delict, maat))
    return float(row[str(golf)]) / 100


def _factor(golf: _Golf, which: int) -> np.ndarray:
    """The region's own factor per respondent: victims (0), report (1), declaration (2)."""
    factors = {t: _GEBIED[g.code][golf.jaar][which] for g in gebieden() if g.code in _GEBIED for t in g.gemeenten}
    return np.array([factors.get(t, 1.0) for t in golf.gemeente.tolist()])


def _slachtoffers(golf: _Golf) -> None:
    """Who was a victim of what: from the root down, so that every group is the union of its parts."""
    risk = np.array([factor for _, factor in _BANDEN.values()])[golf.band] * _factor(golf, 0)
    answers = ~golf.stil
    root = next(d for d in golf.contract.delicten if d.ouder is None)
    total = golf.w[answers].sum()
    golf.antwoord[f"sl_{root.kolom}"] = _kies(golf, answers, _target(root.code, "SL", golf.jaar) * total, risk)
    for group in golf.contract.delicten:
        parts, victims = golf.contract.delen(group.code), golf.antwoord[f"sl_{group.kolom}"]
        if not parts:
            continue
        wanted = np.array([_target(d.code, "SL", golf.jaar) for d in parts]) * total
        first = np.where(victims, golf.rng.choice(len(parts), len(victims), p=wanted / wanted.sum()), -1)
        for i, part in enumerate(parts):
            mine = first == i
            more = _kies(golf, victims & ~mine, wanted[i] - golf.w[mine].sum(), np.ones(len(mine)))
            golf.antwoord[f"sl_{part.kolom}"] = mine | more


def _kies(golf: _Golf, among: np.ndarray, weight: float, risk: np.ndarray) -> np.ndarray:
    """Respondents drawn with these risks until they weigh `weight` (none when it is negative)."""
    key = np.where(among, golf.rng.exponential(size=len(among)) / risk, np.inf)
    order = np.argsort(key)
    chosen = np.zeros(len(among), bool)
    heavy = np.cumsum(golf.w[order]) <= weight
    chosen[order[heavy]] = True
    return chosen & among


def _gedrag(golf: _Golf) -> None:
    """Report and declaration per kind of crime; the level is tuned until the country's total is the wanted one."""
    leaves = [d for d in golf.contract.delicten if not golf.contract.delen(d.code)]
    root = next(d for d in golf.contract.delicten if d.ouder is None)
    victims = golf.antwoord[f"sl_{root.kolom}"]
    silent = victims & (golf.rng.random(len(victims)) < 0.02)
    lot = golf.rng.random(len(victims))
    for maat, prefix, which in (("MELD", "meld", 1), ("AANG", "aang", 2)):
        golf.antwoord[f"stil_{prefix}"] = silent
        counted = victims & ~silent
        bar = np.zeros(len(victims))
        rates = {d.kolom: _target(d.code, maat, golf.jaar) * _factor(golf, which) for d in leaves}
        for kolom, rate in rates.items():
            bar = np.where(golf.antwoord[f"sl_{kolom}"], np.maximum(bar, rate), bar)
        level = _niveau(golf, lot, bar, counted, _target(root.code, maat, golf.jaar))
        for kolom, rate in rates.items():
            golf.antwoord[f"{prefix}_{kolom}"] = golf.antwoord[f"sl_{kolom}"] & (lot < rate * level)
        for group in reversed(golf.contract.delicten):
            if parts := golf.contract.delen(group.code):
                any_part = np.logical_or.reduce([golf.antwoord[f"{prefix}_{d.kolom}"] for d in parts])
                golf.antwoord[f"{prefix}_{group.kolom}"] = any_part


def _niveau(golf: _Golf, lot: np.ndarray, bar: np.ndarray, counted: np.ndarray, wanted: float) -> float:
    """The level at which the weighted share of `lot < bar * level` among `counted` is `wanted`."""
    ratio = np.divide(lot, bar, out=np.full(len(lot), np.inf), where=bar > 0)[counted]
    order = np.argsort(ratio)
    w = golf.w[counted][order]
    return float(ratio[order][np.searchsorted(np.cumsum(w), wanted * w.sum())])


def _codes(golf: _Golf) -> dict[str, np.ndarray]:
    contract, out = golf.contract, {}
    a = contract.antwoorden
    for maat in contract.maten.values():
        for delict in contract.delicten:
            yes = golf.antwoord[f"{maat.voorvoegsel}_{delict.kolom}"]
            code = np.where(yes, a.ja.code, a.nee.code)
            if maat.noemer == "iedereen":
                code = np.where(golf.stil, a.weigert.code, code)
            else:
                code = np.where(golf.antwoord[f"stil_{maat.voorvoegsel}"], a.weet_niet.code, code)
                code = np.where(golf.antwoord[f"sl_{delict.kolom}"], code, 0)
            out[f"{maat.voorvoegsel}_{delict.kolom}"] = code
    root = f"sl_{contract.delicten[0].kolom}"
    for vraag in contract.vragen:
        level, youth = _VRAGEN[vraag.kolom]
        share = level or _target(vraag.indicator.split("-")[1], "BEL", golf.jaar)
        odds = np.where(golf.band == 0, youth, 1.0) * share / (1 - share)
        lot = golf.rng.random(len(golf.w))
        code = np.where(lot < odds / (1 + odds), a.ja.code, a.nee.code)
        code = np.where(golf.rng.random(len(lot)) < 0.015, a.weet_niet.code, code)
        out[vraag.kolom] = code if vraag.noemer == "iedereen" else np.where(golf.antwoord[root], code, 0)
    return out


def write_csv(path: Path, columns: dict[str, np.ndarray], golf: int) -> None:
    """2021: semicolons, decimal commas, cp1252; later: commas, UTF-8 with BOM, groups of delicts left out."""
    old = golf == min(load_survey().golven)
    renamed = {"respondent": "respondent_id", "golf": "jaar", "gemeente_code": "gemeentecode", "gewicht": "weegfactor"}
    groups = {d.ouder for d in load_survey().delicten if d.ouder and d.ouder != "ONLINE"}
    left_out = {
        f"{m.voorvoegsel}_{d.kolom}" for m in load_survey().maten.values() for d in load_survey().delicten
        if d.code in groups and not old
    }  # fmt: skip
    left_out |= set() if old else {"stratum"}
    texts = {
        renamed.get(name, name): pa.array(_words(column, "," if old else "."))
        for name, column in columns.items()
        if name not in left_out
    }
    options = pa_csv.WriteOptions(delimiter=";" if old else ",", quoting_style="none" if old else "needed")
    sink = pa.BufferOutputStream()
    pa_csv.write_csv(pa.table(texts), sink, options)
    body = sink.getvalue().to_pybytes().decode()
    path.write_bytes(body.encode("cp1252") if old else b"\xef\xbb\xbf" + body.encode())


def _words(column: np.ndarray, point: str) -> list[str]:
    if column.dtype.kind == "f":
        return [f"{value:.4f}".replace(".", point) for value in column.tolist()]
    return ["" if value in (0, "") else str(value) for value in column.tolist()]


def _write_sav(path: Path, columns: dict[str, np.ndarray], golf: int) -> None:
    import pandas as pd
    import pyreadstat

    contract = load_survey()
    answers = {a.code: a.namen[0].capitalize() for a in contract.antwoorden.alle}
    labels: Any = {name: answers for name in columns if name in contract.antwoordkolommen}
    labels |= {k.naam: {c: names[0] for c, names in k.waarden.items()} for k in contract.kolommen if k.waarden}
    frame = pd.DataFrame(
        {
            name: np.where(column == 0, np.nan, column.astype(float)) if column.dtype.kind in "iu" else column
            for name, column in columns.items()
        }
    ).rename(columns={"gewicht": f"weegfactor_{golf}"})
    missing: Any = {name: [8, 9] for name in contract.antwoordkolommen if name in frame}
    pyreadstat.write_sav(
        frame,
        str(path),
        variable_value_labels=labels,
        missing_ranges=missing,
        file_label="Voorbeeld: niemand hierin bestaat",
    )
