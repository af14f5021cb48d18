"""Tests hold for any region: the place-bound ones of the fast tests run for one that is made from the national list.

It has no teams, organisations or plans, codes below a hundred, and a contract of its own. `make elsewhere` runs all
fast tests for such a one.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import about_the_example
from veiligheidsbeeld.region import PROJECT, SETTING
from veiligheidsbeeld.region.make import make

# What took the example for granted once, or is about it.
FILES = (
    "tests/contracts/test_reading.py",
    "tests/registers/test_contracts.py",
    "tests/registers/test_cases.py",
    "tests/survey/test_mutations.py",
    "tests/survey/test_cases.py",
    "tests/extract/test_plan.py",
    "tests/extract/test_suspects.py",
    "tests/goals/test_plans.py",
    "tests/goals/test_coverage.py",
    "tests/sandbox/sample/test_registers.py",
    "tests/sandbox/sample/test_refused.py",
    "tests/services/test_lifecycle.py",
)


@pytest.mark.timeout(600)
def test_the_fast_tests_hold_for_a_region_of_another_province(tmp_path: Path) -> None:
    folder = make(["GM0080", "GM0737", "GM0090"], "Elders", tmp_path / "elders")
    # What is asked of every contract is asked of one that it brings.
    shutil.copy(Path(__file__).with_name("ijsmeldingen.yml"), folder / "contracts" / "registers")
    command = [sys.executable, "-m", "pytest", "-n", "0", "-q", "-p", "no:cacheprovider", "-m", "unit", "-rs", *FILES]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        command, cwd=PROJECT, env=environment | {SETTING: str(folder)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    reasons = set(re.findall(r"^SKIPPED .*: of the example: (.*)$", done.stdout, re.MULTILINE))
    assert reasons == {about_the_example(file) for file in FILES} - {None}
