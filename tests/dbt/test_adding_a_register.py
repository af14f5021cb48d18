"""The worked example of docs/adding-a-register.md, done: a contract, and the figures are there."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from veiligheidsbeeld.settings import PROJECT
from veiligheidsbeeld.warehouse import connect

PAGE = PROJECT / "docs" / "adding-a-register.md"


def block(language: str) -> str:
    """The first code block of that language in the page."""
    return re.search(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL).group(1)


def test_one_contract_makes_figures(new_warehouse, tmp_path: Path):
    copy, settings = tmp_path / "project", new_warehouse()
    skipped = shutil.ignore_patterns(".venv", ".git", "var", "__pycache__", "node_modules", "target")
    shutil.copytree(PROJECT, copy, ignore=skipped)
    (copy / "contracts" / "registers" / "wijkschouw.yml").write_text(block("yaml"), encoding="utf-8")
    heading, example = block("csv").strip().splitlines()
    drop = tmp_path / "drop"
    (drop / "GM0988").mkdir(parents=True)
    rows = [example.replace("S-001", f"S-{n:03}") for n in range(1, 8)]
    (drop / "GM0988" / "wijkschouw_2024.csv").write_text("\n".join([heading, *rows, ""]), encoding="utf-8")
    command = [sys.executable, "-m", "tests.dbt.adding", str(settings.home), str(settings.pg_port)]
    done = subprocess.run(
        [*command, settings.pg_database, str(drop)],
        cwd=copy,
        env={"PYTHONPATH": str(copy), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with connect(settings, "transform") as connection:
        found = connection.execute(
            "select indicator_code, waarde, maat, status_waarde from kandidaat_leefomgeving.indicatorwaarden"
            " where indicator_code like 'SCHOUW-%' and regio_code = 'GM0988' and periode_code = '2024JJ00'"
            " and maat <> 'per_1000' order by 1"
        ).fetchall()
    assert found == [
        ("SCHOUW-BEWONERS", 100, "procent", "gepubliceerd"),
        ("SCHOUW-DUUR-P50", 5, "dagen", "gepubliceerd"),
        ("SCHOUW-TOT", 7, "aantal", "gepubliceerd"),
    ]
