"""What codes are called in Dutch: the rows that readers find in `kern.label`, for pages, files and the screen."""

from __future__ import annotations

import csv
from functools import cache

from veiligheidsbeeld.settings import PROJECT

SEED = PROJECT / "dbt_project" / "seeds" / "label.csv"


@cache
def labels(name: str) -> dict[str, str]:
    """Label per code of a list (`status_waarde`, `doel_status`, `maat`, ...), in their order for readers."""
    with SEED.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["lijst"] == name]
    return {row["code"]: row["label"] for row in sorted(rows, key=lambda row: int(row["volgorde"]))}


def words(name: str) -> dict[str, str]:
    """The labels as they stand within a line: a small letter first, and nothing between brackets."""
    short = {code: label.partition(" (")[0] for code, label in labels(name).items()}
    return {code: label[0].lower() + label[1:] for code, label in short.items()}
