"""A table of which the region has the contract, from recorded replies to the mart; the clone stays as it is.

The contract is that of docs/adding-a-dataset.md, in a copy of the example's folder.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.dbt.test_adding import block, figures, replies
from veiligheidsbeeld.region import PROJECT, SETTING, active

pytestmark = [pytest.mark.timeout(900), pytest.mark.shared]


def test_its_figures_are_those_that_were_published(new_warehouse_to_build, shared: Path, tmp_path: Path) -> None:
    settings, folder, drop = new_warehouse_to_build(), tmp_path / "streek", tmp_path / "drop"
    shutil.copytree(active({}).folder, folder)
    (folder / "contracts").mkdir()
    drop.mkdir()
    (folder / "contracts" / "cbs_woningprijzen.yml").write_text(block("adding-a-dataset.md", "yaml"), encoding="utf-8")
    command = [sys.executable, "-m", "tests.dbt.adding", str(settings.home), str(settings.pg_port)]
    done = subprocess.run(
        [*command, settings.pg_database, str(drop), str(shared / "recordings")],
        cwd=PROJECT,
        env={"PATH": os.environ["PATH"], SETTING: str(folder)},
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("[]\n"), "nothing of it is rendered into the clone"
    published = {row[1:3]: row[3] for row in figures(settings, "WON-PRIJS")}
    recorded = {(r["RegioS"], r["Perioden"]): r["Value"] for r in replies(shared, "Observations")}
    assert len(published) > 11 * (31 + 12)
    assert {cell: recorded[cell] for cell in published} == published
    assert [published["NL01", f"{year}JJ00"] for year in (2015, 2016)] == [230194, 243837]
