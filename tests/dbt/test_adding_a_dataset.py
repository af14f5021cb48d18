"""The worked example of docs/adding-a-dataset.md, done with a real table: one contract, and figures are published."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from veiligheidsbeeld.settings import PROJECT
from veiligheidsbeeld.warehouse import connect

pytestmark = [pytest.mark.shared, pytest.mark.timeout(900)]

PAGE = PROJECT / "docs" / "adding-a-dataset.md"
SKIPPED = (".venv", ".git", "var", "__pycache__", "node_modules", "target", "*.egg-info", ".*_cache")


def test_one_contract_makes_figures(new_warehouse, shared: Path, tmp_path: Path) -> None:
    copy, settings = tmp_path / "project", new_warehouse()
    shutil.copytree(PROJECT, copy, ignore=shutil.ignore_patterns(*SKIPPED))
    before = contents(copy)
    contract = re.search(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    (copy / "contracts" / "cbs_woningprijzen.yml").write_text(contract.group(1), encoding="utf-8")
    command = [sys.executable, "-m", "tests.dbt.adding_dataset", str(settings.home), str(settings.pg_port)]
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "VB_FORKSERVER")}
    done = subprocess.run(
        [*command, settings.pg_database, str(shared / "recordings")],
        cwd=copy,
        env=kept | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert {name for name, _ in contents(copy) ^ before} == {
        "contracts/cbs_woningprijzen.yml",
        "dbt_project/macros/datasets.sql",
        "dbt_project/models/staging/kubussen/stg_cbs__woningprijzen.sql",
        "dbt_project/models/staging/kubussen/stg_cbs__woningprijzen.yml",
    }
    published = figures(settings)
    recorded = {(r["RegioS"], r["Perioden"]): r for r in replies(shared, "Observations")}
    assert set(published) <= set(recorded) and len(published) > 11 * (31 + 12)
    statuses = {"None": "gepubliceerd", "Impossible": "niet_gepubliceerd_op_niveau"}
    for cell, (value, status, measure, lower, members) in published.items():
        reply = recorded[cell]
        assert (value, status, measure) == (reply["Value"], statuses[reply["ValueAttribute"]], "euro"), cell
        assert lower is None and members is None
    # As published by Statistics Netherlands: the mean price in the Netherlands in 2015 and 2016.
    assert [published["NL01", f"{year}JJ00"][0] for year in (2015, 2016)] == [230194, 243837]


def contents(project: Path) -> set[tuple[str, bytes]]:
    files = (path for path in project.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {(str(path.relative_to(project)), path.read_bytes()) for path in files}


def figures(settings) -> dict[tuple[str, str], tuple]:
    with connect(settings, "analist") as connection:
        rows = connection.execute(
            "select regio_code, periode_code, waarde, status_waarde, maat, ondergrens, teller"
            " from mart_leefomgeving.indicatorwaarden where indicator_code = 'WON-PRIJS'"
        ).fetchall()
    return {row[:2]: row[2:] for row in rows}


def replies(shared: Path, entity: str) -> list[dict]:
    folder = shared / "recordings" / "datasets.cbs.nl" / "83625NED"
    return json.loads((folder / f"{entity}.json").read_text(encoding="utf-8"))["value"]
