"""The coverage report: on the screen and as a page."""

from __future__ import annotations

import subprocess
import sys

from veiligheidsbeeld.goals.coverage import fully, origin_of, page, render, table
from veiligheidsbeeld.goals.indicators import origins
from veiligheidsbeeld.goals.plans import PlanRegister


def goals(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "veiligheidsbeeld", "goals", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_the_page_is_current():
    assert page().read_text(encoding="utf-8") == render(), "run `veiligheidsbeeld goals --write`"


def test_counts_add_up_to_every_point():
    *plans, total = table(PlanRegister())
    assert [row[-1] for row in plans] == ["21", "17", "23", "87", "50"]
    assert total[-1] == "198"
    for row in (*plans, total):
        assert sum(map(int, row[1:-1])) == int(row[-1])


def test_what_is_measured_in_full_is_split_by_where_it_comes_from():
    """Told apart by reading the 45 points: most of them wait for files that municipalities have to deliver."""
    *plans, total = fully(PlanRegister())
    assert [sum(map(int, column)) for column in zip(*(row[1:] for row in plans), strict=True)] == [*map(int, total[1:])]
    full = [item for item in PlanRegister().items.values() if item["meetbaarheid"] == "geheel"]
    assert int(total[-1]) == len(full) == 45
    register, known = PlanRegister(), origins()
    found = {item["planitem_id"]: origin_of(register, item["planitem_id"], known) for item in full}
    assert {i for i, origin in found.items() if origin == "open"} == {"W09", "W16", "W70", "M07", "M08", "M09", "M32"}
    # Waste in the street is counted by municipalities, vandalism by the police.
    assert {i for i, origin in found.items() if origin == "meer"} == {"W26"}
    assert total == ["Totaal", "7", "0", "37", "1", "45"]


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
