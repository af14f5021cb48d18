"""The themes stand in one place, and a new one is a row, a model and its description."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

from veiligheidsbeeld.contracts.themes import load_themes, mart_schemas, theme_names
from veiligheidsbeeld.generated.text import MARK
from veiligheidsbeeld.settings import PROJECT

CODE = ("veiligheidsbeeld", "expectations", "dags", "dbt_project", "sandbox/source_server")
# The description of each theme's own tables stands in one file until they stand beside their models; a unit test names
# themes as values.
OF_THEMES_THEMSELVES = {
    "dbt_project/models/marts/_kerntabellen.yml",
    "dbt_project/models/intermediate/dimensies/_unit_dimensies.yml",
}


def named(path: Path) -> set[str]:
    """Themes that a file names; what follows from contracts names what they name."""
    text = path.read_text(encoding="utf-8")
    return (
        set()
        if MARK in text.split("\n", 1)[0]
        else {theme for theme in theme_names() if re.search(rf"(\b|mart_|kandidaat_){theme}\b", text)}
    )


def test_no_code_names_the_themes() -> None:
    """Data does: contracts and seeds say of what theme a thing is."""
    files = [p for place in CODE for kind in ("py", "sql", "yml", "md") for p in (PROJECT / place).rglob(f"*.{kind}")]
    assert len(files) > 300
    found = {str(path.relative_to(PROJECT)) for path in files if len(named(path)) > 2}
    assert found <= OF_THEMES_THEMSELVES


def test_every_theme_is_a_folder_of_marts() -> None:
    folders = {path.name for path in (PROJECT / "dbt_project" / "models" / "marts").iterdir() if path.is_dir()}
    assert folders == set(mart_schemas())
    assert list(mart_schemas())[1:-1] == list(theme_names())


def test_a_new_theme_is_three_files(tmp_path: Path) -> None:
    copy = tmp_path / "dbt_project"
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
    command += ["--project-dir", str(copy), "--profiles-dir", str(copy), "--target-path", str(tmp_path / "target")]
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
