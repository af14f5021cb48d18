"""A new theme is a row of the list, two models, and their description."""

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


def test_a_new_theme_is_four_files(tmp_path: Path) -> None:
    copy = tmp_path / "copy" / "dbt_project"
    shutil.copytree(PROJECT / "dbt_project", copy, ignore=shutil.ignore_patterns("target", "logs"))
    touched = {
        "seeds/thema.csv": (copy / "seeds" / "thema.csv").read_text(encoding="utf-8")
        + "verkeer,VER,Verkeersveiligheid,Ongevallen en gedrag in het verkeer,6,false\n",
        "models/marts/verkeer/verkeer__indicatorwaarden.sql": "{{ indicatorwaarden_van('verkeer') }}\n",
        "models/marts/verkeer/verkeer__laatste_periode.sql": "{{ laatste_perioden_van('verkeer') }}\n",
        "models/marts/verkeer/_verkeer.yml": _described(copy),
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
    for table in ("indicatorwaarden", "laatste_periode"):
        mart = nodes[f"model.veiligheidsbeeld.verkeer__{table}"]
        assert (mart["schema"], mart["alias"]) == ("kandidaat_verkeer", table)
        assert mart["config"]["contract"]["enforced"]


def _described(project: Path) -> str:
    """As the columns of another theme are: the shape of what every theme has is the same in all."""
    text = (project / "models" / "marts" / "_kerntabellen.yml").read_text(encoding="utf-8")
    shapes, models = text.split("models:\n", 1)
    wanted = [m for m in models.split("\n\n") if re.search(r"name: jeugd__(indicatorwaarden|laatste_periode)", m)]
    return shapes + "models:\n" + "\n\n".join(wanted).replace("jeugd__", "verkeer__") + "\n"
