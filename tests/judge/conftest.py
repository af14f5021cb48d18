from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from veiligheidsbeeld.settings import Settings


def with_project(settings: Settings, folder: Path) -> Settings:
    """The same copy with a dbt project that nobody edits meanwhile: its hash is part of a signature."""
    (folder / "dbt_project" / "models").mkdir(parents=True)
    (folder / "dbt_project" / "models" / "model.sql").write_text("select 1")
    return replace(settings, project=folder)


@pytest.fixture(scope="module")
def judged_warehouse(new_warehouse, tmp_path_factory) -> Settings:
    """One warehouse for the tests of a module."""
    return with_project(new_warehouse(), tmp_path_factory.mktemp("project"))


@pytest.fixture
def clean_warehouse(clean_warehouse: Settings, tmp_path: Path) -> Settings:
    """An empty warehouse for one test."""
    return with_project(clean_warehouse, tmp_path / "project")
