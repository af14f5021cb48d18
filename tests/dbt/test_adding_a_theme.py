"""A new theme is a row of the list, a model, and its description."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from veiligheidsbeeld.contracts.themes import load_themes, theme_names
from veiligheidsbeeld.dbt_folder import dbt_folder
from veiligheidsbeeld.region import active
from veiligheidsbeeld.settings import PROJECT


def test_a_new_theme_is_three_files(tmp_path: Path) -> None:
    copy = tmp_path / "copy" / "dbt_project"
    shutil.copytree(PROJECT / "dbt_project", copy, ignore=shutil.ignore_patterns("target", "logs"))
    touched = {
        "seeds/thema.csv": (copy / "seeds" / "thema.csv").read_text(encoding="utf-8")
        + "verkeer,VER,Verkeersveiligheid,Ongevallen en gedrag in het verkeer,6,false\n",
        "models/marts/verkeer/verkeer__indicatorwaarden.sql": "{{ indicatorwaarden_van('verkeer') }}\n",
        "models/marts/verkeer/verkeer__indicatorwaarden.yml": _described(copy),
    }
    for name, text in touched.items():
        (copy / name).parent.mkdir(exist_ok=True)
        (copy / name).write_text(text, encoding="utf-8")
    assert [theme.thema for theme in load_themes(copy / "seeds" / "thema.csv")] == [*theme_names(), "verkeer"]
    command = [str(Path(sys.executable).parent / "dbt"), "--log-path", str(tmp_path), "parse", "--no-partial-parse"]
    folder = str(dbt_folder(tmp_path / "project", copy.parent, active()))
    command += ["--project-dir", folder, "--profiles-dir", folder, "--target-path", str(tmp_path / "target")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    nodes = json.loads((tmp_path / "target" / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    mart = nodes["model.veiligheidsbeeld.verkeer__indicatorwaarden"]
    assert (mart["schema"], mart["alias"]) == ("kandidaat_verkeer", "indicatorwaarden")
    assert mart["config"]["contract"]["enforced"]


def _described(project: Path) -> str:
    """As the columns of another theme are: the shape of `indicatorwaarden` is the same in all."""
    text = (project / "models" / "marts" / "_kerntabellen.yml").read_text(encoding="utf-8")
    shapes = text[: text.index("  - name:", text.index("  - name:") + 1)]
    return re.sub(r"name: \w+__indicatorwaarden", "name: verkeer__indicatorwaarden", shapes)
