from __future__ import annotations

from dataclasses import replace

import pytest

from veiligheidsbeeld.settings import Settings


@pytest.fixture(scope="module")
def judged_warehouse(new_warehouse, tmp_path_factory) -> Settings:
    """One warehouse for the tests of a module, with a dbt project that nobody edits meanwhile."""
    project = tmp_path_factory.mktemp("project")
    (project / "dbt_project" / "models").mkdir(parents=True)
    (project / "dbt_project" / "models" / "model.sql").write_text("select 1")
    return replace(new_warehouse(), project=project)
