"""The coverage report: on the screen and as a page."""

from __future__ import annotations

import subprocess
import sys

from veiligheidsbeeld.goals.coverage import PAGE, render, table
from veiligheidsbeeld.goals.plans import PlanRegister


def goals(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "veiligheidsbeeld", "goals", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_the_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == render(), "run `veiligheidsbeeld goals --write`"


def test_counts_add_up_to_every_point():
    *plans, total = table(PlanRegister())
    assert [row[-1] for row in plans] == ["21", "17", "23", "87", "50"]
    assert total[-1] == "198"
    for row in (*plans, total):
        assert sum(map(int, row[1:-1])) == int(row[-1])


def test_the_table_is_shown():
    done = goals("--coverage")
    assert done.returncode == 0, done.stderr
    assert "IVP Weert-Nederweert-Leudal" in done.stdout
    assert "198" in done.stdout


def test_a_point_is_explained():
    shown = goals("--id", "W86").stdout
    assert "niet uitgevoerd" in shown
    assert "ADRES-SPOOK-CONTROLE" in shown


def test_an_unknown_point_is_told_with_its_remedy():
    done = goals("--id", "W88")
    assert done.returncode == 1
    assert "W88" in done.stderr
    assert "W86" in done.stderr
