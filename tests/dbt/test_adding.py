"""The worked examples of docs/adding-a-register.md and docs/adding-a-dataset.md, done: a contract, and figures.

Both are done in one copy of the project and built once; the dataset's replies are recorded ones of a real table.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.places import TOWN
from veiligheidsbeeld.settings import PROJECT, Settings
from veiligheidsbeeld.warehouse import connect

pytestmark = pytest.mark.timeout(900)

SKIPPED = (".venv", ".git", "var", "__pycache__", "node_modules", "target", "*.egg-info", ".*_cache")


def block(page: str, language: str) -> str:
    """The first code block of that language in the page."""
    text = (PROJECT / "docs" / page).read_text(encoding="utf-8")
    return re.search(rf"```{language}\n(.*?)```", text, re.DOTALL).group(1)


@pytest.fixture(scope="module")
def added(new_warehouse, shared: Path, tmp_path_factory) -> tuple[Settings, set[str]]:
    """A warehouse with both, and the files of the project that it took."""
    folder = tmp_path_factory.mktemp("erbij")
    copy, drop, settings = folder / "project", folder / "drop", new_warehouse()
    shutil.copytree(PROJECT, copy, ignore=shutil.ignore_patterns(*SKIPPED))
    before = contents(copy)
    (copy / "contracts" / "cbs_woningprijzen.yml").write_text(block("adding-a-dataset.md", "yaml"), encoding="utf-8")
    register = block("adding-a-register.md", "yaml")
    (copy / "contracts" / "registers" / "wijkschouw.yml").write_text(register, encoding="utf-8")
    heading, example = block("adding-a-register.md", "csv").strip().splitlines()
    rows = [example.replace("S-001", f"S-{n:03}") for n in range(1, 8)]
    (drop / TOWN).mkdir(parents=True)
    (drop / TOWN / "wijkschouw_2024.csv").write_text("\n".join([heading, *rows, ""]), encoding="utf-8")
    command = [sys.executable, "-m", "tests.dbt.adding", str(settings.home), str(settings.pg_port)]
    recordings = [str(shared / "recordings")] if shared.is_dir() else []
    done = subprocess.run(
        [*command, settings.pg_database, str(drop), *recordings],
        cwd=copy,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return settings, {name for name, _ in contents(copy) ^ before}


def contents(project: Path) -> set[tuple[str, bytes]]:
    files = (path for path in project.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {(str(path.relative_to(project)), path.read_bytes()) for path in files}


def figures(settings: Settings, indicator: str) -> list[tuple]:
    with connect(settings, "analist") as connection:
        return connection.execute(
            "select indicator_code, regio_code, periode_code, waarde, maat, status_waarde, ondergrens, teller"
            " from mart_leefomgeving.indicatorwaarden where indicator_code like %s order by 1, 2, 3, 5",
            [indicator],
        ).fetchall()


def test_a_register_is_a_contract(added):
    settings, _ = added
    found = [row for row in figures(settings, "SCHOUW-%") if row[1:3] == (TOWN, "2024JJ00")]
    assert [(row[0], *row[3:6]) for row in found if row[4] != "per_1000"] == [
        ("SCHOUW-BEWONERS", 100, "procent", "gepubliceerd"),
        ("SCHOUW-DUUR-P50", 5, "dagen", "gepubliceerd"),
        ("SCHOUW-TOT", 7, "aantal", "gepubliceerd"),
    ]


def test_each_took_a_contract_and_what_is_rendered_from_it(added):
    _, touched = added
    assert touched == {
        "contracts/cbs_woningprijzen.yml",
        "dbt_project/macros/datasets.sql",
        "dbt_project/models/staging/kubussen/stg_cbs__woningprijzen.sql",
        "dbt_project/models/staging/kubussen/stg_cbs__woningprijzen.yml",
        "contracts/registers/wijkschouw.yml",
        "dbt_project/macros/registers.sql",
        "dbt_project/seeds/registers/register_indicator.csv",
        "dbt_project/models/staging/registers/stg_register__wijkschouw.sql",
        "dbt_project/models/staging/registers/stg_register__wijkschouw.yml",
    }


@pytest.mark.shared
def test_figures_of_the_added_dataset_are_those_that_were_published(added, shared: Path):
    settings, _ = added
    published = {row[1:3]: row[3:] for row in figures(settings, "WON-PRIJS")}
    recorded = {(r["RegioS"], r["Perioden"]): r for r in replies(shared, "Observations")}
    assert set(published) <= set(recorded) and len(published) > 11 * (31 + 12)
    statuses = {"None": "gepubliceerd", "Impossible": "niet_gepubliceerd_op_niveau"}
    for cell, (value, measure, status, lower, members) in published.items():
        reply = recorded[cell]
        assert (value, status, measure) == (reply["Value"], statuses[reply["ValueAttribute"]], "euro"), cell
        assert lower is None and members is None
    # As published by Statistics Netherlands: the mean price in the Netherlands in 2015 and 2016.
    assert [published["NL01", f"{year}JJ00"][0] for year in (2015, 2016)] == [230194, 243837]


def replies(shared: Path, entity: str) -> list[dict]:
    folder = shared / "recordings" / "datasets.cbs.nl" / "83625NED"
    return json.loads((folder / f"{entity}.json").read_text(encoding="utf-8"))["value"]
