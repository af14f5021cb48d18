from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from veiligheidsbeeld.settings import Settings


@pytest.fixture
def clean_warehouse(clean_warehouse: Settings, tmp_path: Path) -> Settings:
    """An empty warehouse whose dbt project nobody edits while the test runs: its hash is part of a signature."""
    models = tmp_path / "project" / "dbt_project" / "models"
    models.mkdir(parents=True)
    (models / "model.sql").write_text("select 1")
    return replace(clean_warehouse, project=tmp_path / "project")
