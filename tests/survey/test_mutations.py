"""Waves written in ways that senders might: every one is read as it was meant, or refused; no number is guessed.

The truth is what was to be written; the file is one of many ways to write it, drawn by chance. What is read is compared
row by row, so a wrong town, age band, weight or answer fails wherever it stands.
"""

from __future__ import annotations

import random
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from tests.places import OTHERS, TRIO
from tests.survey.files import read, respondents, write_csv, write_sav, write_xlsx
from veiligheidsbeeld.refusals import FileRefused
from veiligheidsbeeld.region import municipalities

TOWNS = {code: municipalities()[code].own_name for code in (*TRIO, OTHERS[-1])}
# What a sender may number its towns by: a number that is a municipality's code means that one.
NUMBERS = [n for n in range(1, 99) if f"GM{n:04}" not in municipalities()]
BOUNDS = {"15-24": (15, 24), "25-44": (25, 44), "45-64": (45, 64), "65+": (65, 120)}
ANSWERS = {1: ("Ja", "ja", "JA"), 2: ("Nee", "nee", "neen?"), 8: ("Weet niet", "Weet ik niet", "WN")}


def band_of(age: int) -> str:
    return next(name for name, (low, high) in BOUNDS.items() if low <= age <= high)


class Draw:
    """One way to write a wave: `columns` as they go into the file, `truth` what they mean."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.kind = self.rng.choice(("csv", "csv", "sav", "xlsx"))
        towns = tuple(self.rng.sample(list(TOWNS), self.rng.randint(1, 4)))
        self.columns = respondents(self.rng.randint(120, 240), towns)
        self.labels: dict[str, dict] = {}
        self.truth: dict[str, list] = {}
        self.first = 2  # row of the first respondent
        for write in (self.towns, self.ages, self.weights, self.answers):
            write()

    def towns(self) -> None:
        codes = self.columns["gemeente"]
        self.truth["gemeente_code"] = codes
        own = dict(zip(TOWNS, self.rng.sample(NUMBERS, len(TOWNS)), strict=True))
        how = self.rng.choice(("code", "number", "float", "name", "own", "labelled"))
        written = {
            "code": lambda c: c,
            "number": lambda c: int(c[2:]),
            "float": lambda c: f"{int(c[2:])}.0",
            "name": lambda c: TOWNS[c],
            "own": lambda c: own[c],
            "labelled": lambda c: int(c[2:]),
        }[how]
        if how in ("own", "labelled") and self.kind == "sav":
            self.labels["gemeente"] = {written(c): name for c, name in TOWNS.items()}
        self.columns["gemeente"] = [written(c) for c in codes]

    def ages(self) -> None:
        ages = self.columns["leeftijd"]
        self.truth["leeftijdsgroep"] = [band_of(age) for age in ages]
        how = self.rng.choice(("years", "floats", "top", "bands"))
        if how == "floats":
            self.columns["leeftijd"] = [f"{age},00" for age in ages]
        elif how == "top":
            top = self.rng.choice((65, 80, 90))
            self.columns["leeftijd"] = [f"{top} jaar of ouder" if age >= top else str(age) for age in ages]
        elif how == "bands":
            usual = self.rng.random() < 0.6
            cuts = {15, 25, 45, 65} if usual else {15, *self.rng.sample(range(16, 85), 3)}
            cuts |= set(self.rng.sample(range(16, 85), self.rng.randint(0, 2)))
            form = self.rng.choice(("{}-{}", "{} t/m {} jaar", "{} tot en met {}"))
            lows = sorted(cuts)
            names = [form.format(a, b - 1) for a, b in pairwise(lows)] + [f"{lows[-1]}+"]
            self.columns["leeftijd"] = [names[sum(low <= age for low in lows) - 1] for age in ages]

    def weights(self) -> None:
        scale = self.rng.choice((1, 1, 10, 1000))
        decimals = self.rng.choice((0, 2, 3, 4)) if scale == 1000 else self.rng.choice((2, 3, 4))
        values = [round(w * scale, decimals) for w in self.columns["weegfactor"]]
        self.truth["gewicht"] = values
        form = f"{{:,.{decimals}f}}" if self.rng.random() < 0.4 else f"{{:.{decimals}f}}"
        dutch = str.maketrans(",.", ".,") if self.rng.random() < 0.6 else str.maketrans("", "")
        as_numbers = self.kind != "csv" and self.rng.random() < 0.6
        self.columns["weegfactor"] = values if as_numbers else [form.format(v).translate(dutch) for v in values]

    def answers(self) -> None:
        given = self.columns["sl_aankoopfraude"]
        self.truth["sl_aankoopfraude"] = given
        how = self.rng.choice(("code", "float", "comma", "word", "own"))
        if how == "own" and self.kind == "sav":
            numbers = dict(zip(ANSWERS, self.rng.sample(range(10), 3), strict=True))
            self.labels["sl_aankoopfraude"] = {numbers[a]: names[0] for a, names in ANSWERS.items()}
            self.columns["sl_aankoopfraude"] = [numbers[a] for a in given]
        elif how in ("word", "float", "comma"):
            word = {a: self.rng.choice(names) for a, names in ANSWERS.items()}
            forms = {"word": lambda a: word[a], "float": lambda a: f"{a}.0", "comma": lambda a: f"{a},00"}
            self.columns["sl_aankoopfraude"] = [forms[how](a) for a in given]

    def write(self, folder: Path) -> Path:
        if self.kind == "sav":
            return write_sav(folder / "golf.sav", self.columns, variable_value_labels=self.labels)
        if self.kind == "xlsx":
            above = self.rng.choice((0, 0, 2))
            self.first += above
            return write_xlsx(folder / "golf.xlsx", self.columns, startrow=above)
        before = self.rng.choice(("", "", "sep=;\n", "Veiligheidsmonitor\n"))
        self.first += bool(before)
        after = self.rng.choice(("", "", "\n", "Bron: VM\n"))
        path = write_csv(folder / "golf.csv", self.columns, before=before, after=after)
        encoding = self.rng.choice(("utf-8", "utf-8-sig", "utf-16", "cp1252"))
        path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
        return path


def outcome(seed: int, folder: Path) -> str:
    draw = Draw(seed)
    path = draw.write(folder)
    try:
        wave = read(path)
    except FileRefused as refused:
        assert refused.reden and refused.remedie and refused.eigenaar
        return f"refused: {refused.regel}"
    # A respondent of whom something could not be read is left out and named; of the others everything is right.
    gone = {r.rijnummer - draw.first for r in wave.refusals}
    for name, values in draw.truth.items():
        expected = [value for row, value in enumerate(values) if row not in gone]
        meant = pytest.approx(expected, rel=1e-9) if name == "gewicht" else expected
        assert wave.table[name].to_pylist() == meant, f"seed {seed}: {name}"
    return "read"


def test_what_is_written_is_read_or_refused(tmp_path):
    seen = Counter(outcome(seed, tmp_path) for seed in range(250))
    assert seen["read"] >= 60, seen
    assert {"refused: leeftijdsklassen", "refused: te_veel_fouten", "refused: gemeente_onbekend"} <= set(seen), seen
