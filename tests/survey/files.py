"""Small respondent files as senders make them: CSV, workbook or SPSS, read and converted as a wave of 2023."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyreadstat

from tests.places import TRIO
from veiligheidsbeeld.contracts.survey import load_survey
from veiligheidsbeeld.survey.areas import teams
from veiligheidsbeeld.survey.convert import Wave, to_wave
from veiligheidsbeeld.survey.estimate import Sample, estimate
from veiligheidsbeeld.survey.read import read_wave_file

CONTRACT = load_survey()
YEAR = 2023
TOTAL = {"leeftijdsgroep": "totaal", "doelgroep": "totaal"}


def respondents(count: int = 300, towns: Sequence[str] = TRIO) -> dict[str, list]:
    """Answers that anybody can recompute: of every ten respondents of a town three say yes, one does not know."""
    return {
        "resp_id": [f"r{i}" for i in range(count)],
        "gemeente": [towns[i % len(towns)] for i in range(count)],
        "weegfactor": [round(0.5 + (i * 37 % 100) / 61, 4) for i in range(count)],
        "leeftijd": [15 + i * 7 % 80 for i in range(count)],
        "sl_aankoopfraude": [(1, 2, 2, 1, 2, 2, 8, 2, 1, 2)[i // len(towns) % 10] for i in range(count)],
    }


def write_csv(path: Path, columns: dict[str, list], *, separator: str = ";", before: str = "", after: str = "") -> Path:
    lines = [separator.join(columns), *(separator.join(map(str, row)) for row in zip(*columns.values(), strict=True))]
    path.write_text(before + "\n".join(lines) + "\n" + after, encoding="utf-8")
    return path


def write_xlsx(path: Path, columns: dict[str, list], **options: Any) -> Path:
    pd.DataFrame(columns).to_excel(path, index=False, **options)
    return path


def write_sav(path: Path, columns: dict[str, list], **meta: Any) -> Path:
    pyreadstat.write_sav(pd.DataFrame(columns), str(path), **meta)
    return path


def read(path: Path) -> Wave:
    found = read_wave_file(path, CONTRACT, YEAR, path.name)
    return to_wave(found, CONTRACT, YEAR, name=path.name, salt="zout", teams=teams())


def estimates(wave: Wave, indicator: str = "VM-AANKOOP-SL", **group: str) -> dict[str, dict]:
    """Estimates of one indicator by region, of everybody or of a group; regions without respondents left out."""
    table, _ = estimate(Sample.of(wave.table, CONTRACT, wave.year), CONTRACT)
    wanted = {"indicator_code": indicator, **TOTAL, **group}
    return {
        row["regio_code"]: row
        for row in table.to_pylist()
        if row["n_ongewogen"] and all(row[name] == value for name, value in wanted.items())
    }


def by_hand(columns: dict[str, list], town: str | None = None) -> float:
    """The weighted share of yes among yes and no."""
    y = np.array(columns["sl_aankoopfraude"])
    w = np.array(columns["weegfactor"], float)
    here = np.isin(y, [1, 2]) & (True if town is None else np.array(columns["gemeente"]) == town)
    return float(w[here & (y == 1)].sum() / w[here].sum())
