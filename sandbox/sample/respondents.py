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
from veiligheidsbeeld.survey.areas import areas, teams

RESPONDENTS = 60_000
_OVERSAMPLING = 450  # per municipality of the work area, above its share in the fixed part
_YOUNGEST = 15
# Share of the 15+ per age band, and how much likelier than average its members are to be a victim.
_BANDS = {"15-24": (0.145, 1.30), "25-44": (0.305, 1.15), "45-64": (0.315, 0.98), "65+": (0.235, 0.62)}
# Report and declaration against the country, per area and wave; victims likewise.
_AREA_FACTORS = {
    "SGWM": {2021: (1.06, 0.93, 0.88), 2023: (1.01, 1.00, 0.96), 2025: (0.96, 1.05, 1.03)},
    "SGWNL": {2021: (0.95, 1.02, 1.00), 2023: (0.97, 1.02, 1.02), 2025: (0.94, 1.04, 1.05)},
}
# Share of yes (None: that of `vm_landelijk`), and the odds of the young against all.
_QUESTIONS: dict[str, tuple[float | None, float]] = {
    "onveilig": (None, 1.25), "onveilig_buurt": (None, 1.15), "onveilig_uitgaan": (0.22, 1.5),
    "preventie_online": (0.61, 1.1), "cohesie": (None, 0.95), "schade_online": (0.36, 0.8),
}  # fmt: skip


@dataclass
class _Wave:
    """One wave while it is made: a weight per respondent, and answers as true, false or not known."""

    year: int
    contract: SurveyContract
    w: np.ndarray
    band: np.ndarray
    municipality: np.ndarray
    silent: np.ndarray  # respondents who leave the questions on crime unanswered
    rng: np.random.Generator
    answers: dict[str, np.ndarray] = field(default_factory=dict)


def write_survey(settings: Settings, folder: Path, count: int = RESPONDENTS) -> list[Path]:
    """Writes the waves below `<folder>/veiligheidsmonitor/`: two CSVs in different dialects and an SPSS file.

    A file that is there stays as it is (SPSS files carry the moment they were made).
    """
    contract = load_survey()
    target = folder / contract.leverancier
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for wave in contract.golven:
        last = wave == max(contract.golven)
        path = target / f"veiligheidsmonitor_{wave}.{'sav' if last else 'csv'}"
        if not path.exists():
            columns = respondents(settings.seed, wave, count)
            temporary = path.with_name(f".{path.stem}.deel{path.suffix}")
            (_write_sav if last else write_csv)(temporary, columns, wave)
            temporary.replace(path)
        written.append(path)
    return written


def respondents(seed: int, wave: int, count: int = RESPONDENTS) -> dict[str, np.ndarray]:
    """The columns of a wave under the contract's names; answers as 1 ja, 2 nee, 8 weet niet, 9 weigert, 0 not asked."""
    contract, rng = load_survey(), stream(seed, "enquete", wave)
    w, band, town, extra, age = _people(rng, wave, count)
    made = _Wave(wave, contract, w, band, town, rng.random(len(w)) < 0.008, rng)
    _victims(made)
    _behaviour(made)
    n, towns = len(w), town.tolist()
    team, district = (teams().of_municipality(kind) for kind in ("basisteam", "district"))
    columns = {
        "respondent": np.array([f"VM{wave}-{i:06d}" for i in rng.permutation(n)], object),
        "golf": np.full(n, wave),
        "gemeente_code": town,
        "basisteam": np.array([team.get(t, "") for t in towns], object),
        "district": np.array([district.get(t, "") for t in towns], object),
        "gewicht": np.round(w, 4),
        "stratum": np.char.add(np.where(extra, "L", "V"), town.astype("U6")).astype(object),
        "steekproefdeel": np.where(extra, 2, 1),
        "leeftijd": age,
        "geslacht": 1 + (rng.random(n) < 0.51),
        "opleiding": 1 + rng.choice(3, n, p=[0.26, 0.38, 0.36]),
        "arbeid": 1 + rng.choice(3, n, p=[0.52, 0.37, 0.11]),
    }
    return columns | _codes(made)


def _people(rng: np.random.Generator, wave: int, size: int) -> tuple[np.ndarray, ...]:
    """Weights, age bands, municipalities, whether oversampled, and ages; weights add up to the 15+ of the country."""
    towns, people = _inhabitants(wave)
    work = np.isin(towns, facts.work_gemeenten())
    extra_each = min(_OVERSAMPLING, size // (3 * int(work.sum())))
    fixed = size - extra_each * int(work.sum())
    drawn = rng.multinomial(fixed, people / people.sum())
    town = np.concatenate([np.repeat(towns, drawn), np.repeat(towns[work], extra_each)])
    extra = np.arange(size) >= fixed
    names, shares = list(_BANDS), np.array([share for share, _ in _BANDS.values()])
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


def _inhabitants(wave: int) -> tuple[np.ndarray, np.ndarray]:
    """Municipalities with their 15+; where only the province is known, shared out by registered crime."""
    known, rows = facts.by_key("bevolking", "regio"), [r for r in facts.table("gemeenten") if r["provincie"]]
    rows = [r for r in rows if (r["misdrijven_2023"] and r["provincie"] in known and r["code"] < "GM0998")
            or r["code"] > "GM0999"]  # fmt: skip
    crime = {p: sum(int(r["misdrijven_2023"]) for r in rows if r["provincie"] == p) for p in known}
    year = str(min(wave, 2026))
    people = [
        float(known[r["code"]][year] or 0)
        if r["code"] in known and known[r["code"]][year]
        else float(known[r["provincie"]][year]) * int(r["misdrijven_2023"]) / crime[r["provincie"]]
        for r in rows
    ]
    return np.array([r["code"] for r in rows], object), 0.845 * np.array(people)


def _target(offence: str, measure: str, wave: int) -> float:
    row = next(r for r in facts.table("vm_landelijk") if (r["delict"], r["maat"]) == (offence, measure))
    return float(row[str(wave)]) / 100


def _factor(wave: _Wave, which: int) -> np.ndarray:
    """The region's own factor per respondent: victims (0), report (1), declaration (2)."""
    factors = {
        t: _AREA_FACTORS[g.code][wave.year][which] for g in areas() if g.code in _AREA_FACTORS for t in g.municipalities
    }
    return np.array([factors.get(t, 1.0) for t in wave.municipality.tolist()])


def _victims(wave: _Wave) -> None:
    """Who was a victim of what: from the root down, so that every group is the union of its parts."""
    risk = np.array([factor for _, factor in _BANDS.values()])[wave.band] * _factor(wave, 0)
    answers = ~wave.silent
    root = next(d for d in wave.contract.delicten if d.ouder is None)
    total = wave.w[answers].sum()
    wave.answers[f"sl_{root.kolom}"] = _draw(wave, answers, _target(root.code, "SL", wave.year) * total, risk)
    for group in wave.contract.delicten:
        parts, victims = wave.contract.parts(group.code), wave.answers[f"sl_{group.kolom}"]
        if not parts:
            continue
        wanted = np.array([_target(d.code, "SL", wave.year) for d in parts]) * total
        first = np.where(victims, wave.rng.choice(len(parts), len(victims), p=wanted / wanted.sum()), -1)
        for i, part in enumerate(parts):
            mine = first == i
            more = _draw(wave, victims & ~mine, wanted[i] - wave.w[mine].sum(), np.ones(len(mine)))
            wave.answers[f"sl_{part.kolom}"] = mine | more


def _draw(wave: _Wave, among: np.ndarray, weight: float, risk: np.ndarray) -> np.ndarray:
    """Respondents drawn with these risks until they weigh `weight` (none when it is negative)."""
    key = np.where(among, wave.rng.exponential(size=len(among)) / risk, np.inf)
    order = np.argsort(key)
    chosen = np.zeros(len(among), bool)
    heavy = np.cumsum(wave.w[order]) <= weight
    chosen[order[heavy]] = True
    return chosen & among


def _behaviour(wave: _Wave) -> None:
    """Report and declaration per kind of crime; the level is tuned until the country's total is the wanted one."""
    leaves = [d for d in wave.contract.delicten if not wave.contract.parts(d.code)]
    root = next(d for d in wave.contract.delicten if d.ouder is None)
    victims = wave.answers[f"sl_{root.kolom}"]
    silent = victims & (wave.rng.random(len(victims)) < 0.02)
    lot = wave.rng.random(len(victims))
    for measure, prefix, which in (("MELD", "meld", 1), ("AANG", "aang", 2)):
        wave.answers[f"stil_{prefix}"] = silent
        counted = victims & ~silent
        bar = np.zeros(len(victims))
        rates = {d.kolom: _target(d.code, measure, wave.year) * _factor(wave, which) for d in leaves}
        for column, rate in rates.items():
            bar = np.where(wave.answers[f"sl_{column}"], np.maximum(bar, rate), bar)
        level = _level(wave, lot, bar, counted, _target(root.code, measure, wave.year))
        for column, rate in rates.items():
            wave.answers[f"{prefix}_{column}"] = wave.answers[f"sl_{column}"] & (lot < rate * level)
        for group in reversed(wave.contract.delicten):
            if parts := wave.contract.parts(group.code):
                any_part = np.logical_or.reduce([wave.answers[f"{prefix}_{d.kolom}"] for d in parts])
                wave.answers[f"{prefix}_{group.kolom}"] = any_part


def _level(wave: _Wave, lot: np.ndarray, bar: np.ndarray, counted: np.ndarray, wanted: float) -> float:
    """The level at which the weighted share of `lot < bar * level` among `counted` is `wanted`."""
    ratio = np.divide(lot, bar, out=np.full(len(lot), np.inf), where=bar > 0)[counted]
    order = np.argsort(ratio)
    w = wave.w[counted][order]
    return float(ratio[order][np.searchsorted(np.cumsum(w), wanted * w.sum())])


def _codes(wave: _Wave) -> dict[str, np.ndarray]:
    contract, out = wave.contract, {}
    a = contract.antwoorden
    for measure in contract.maten.values():
        for offence in contract.delicten:
            yes = wave.answers[f"{measure.voorvoegsel}_{offence.kolom}"]
            code = np.where(yes, a.ja.code, a.nee.code)
            if measure.noemer == "iedereen":
                code = np.where(wave.silent, a.weigert.code, code)
            else:
                code = np.where(wave.answers[f"stil_{measure.voorvoegsel}"], a.weet_niet.code, code)
                code = np.where(wave.answers[f"sl_{offence.kolom}"], code, 0)
            out[f"{measure.voorvoegsel}_{offence.kolom}"] = code
    root = f"sl_{contract.delicten[0].kolom}"
    for question in contract.vragen:
        level, youth = _QUESTIONS[question.kolom]
        share = level or _target(question.indicator.split("-")[1], "BEL", wave.year)
        odds = np.where(wave.band == 0, youth, 1.0) * share / (1 - share)
        lot = wave.rng.random(len(wave.w))
        code = np.where(lot < odds / (1 + odds), a.ja.code, a.nee.code)
        code = np.where(wave.rng.random(len(lot)) < 0.015, a.weet_niet.code, code)
        out[question.kolom] = code if question.noemer == "iedereen" else np.where(wave.answers[root], code, 0)
    return out


def write_csv(path: Path, columns: dict[str, np.ndarray], wave: int) -> None:
    """2021: semicolons, decimal commas, cp1252; later: commas, UTF-8 with BOM, groups of delicts left out."""
    old = wave == min(load_survey().golven)
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


def _write_sav(path: Path, columns: dict[str, np.ndarray], wave: int) -> None:
    import pandas as pd
    import pyreadstat

    contract = load_survey()
    answers = {a.code: a.namen[0].capitalize() for a in contract.antwoorden.every}
    labels: Any = {name: answers for name in columns if name in contract.answer_columns}
    labels |= {k.naam: {c: names[0] for c, names in k.waarden.items()} for k in contract.kolommen if k.waarden}
    frame = pd.DataFrame(
        {
            name: np.where(column == 0, np.nan, column.astype(float)) if column.dtype.kind in "iu" else column
            for name, column in columns.items()
        }
    ).rename(columns={"gewicht": f"weegfactor_{wave}"})
    missing: Any = {name: [8, 9] for name in contract.answer_columns if name in frame}
    pyreadstat.write_sav(
        frame,
        str(path),
        variable_value_labels=labels,
        missing_ranges=missing,
        file_label="Voorbeeld: niemand hierin bestaat",
    )
