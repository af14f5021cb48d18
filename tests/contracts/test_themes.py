"""The themes stand in one place."""

from __future__ import annotations

import re
from pathlib import Path

from veiligheidsbeeld.contracts.themes import mart_schemas, theme_names
from veiligheidsbeeld.generated.text import MARK
from veiligheidsbeeld.settings import PROJECT

CODE = ("veiligheidsbeeld", "expectations", "dags", "dbt_project", "sandbox/source_server")
# The description of each theme's own tables stands in one file until they stand beside their models; a unit test names
# themes as values; which figures of a theme come first is a list of data.
OF_THEMES_THEMSELVES = {
    "dbt_project/models/marts/_kerntabellen.yml",
    "dbt_project/models/intermediate/dimensies/int_indicator_thema.yml",
    "veiligheidsbeeld/reader/kerncijfers.yml",
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
