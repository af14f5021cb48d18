"""A drop folder with the sample's three waves, made once."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.sample.respondents import write_survey
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.steps import survey as steps

RESPONDENTS = 12_000


@pytest.fixture(scope="session")
def waves(tmp_path_factory) -> Path:
    """The sample at a fifth of its size."""
    folder = tmp_path_factory.mktemp("waves")
    write_survey(Settings.from_env({"VB_HOME": str(folder)}), folder, RESPONDENTS)
    return folder


@pytest.fixture
def survey(clean_warehouse, waves, tmp_path) -> Settings:
    """An empty warehouse with an empty drop folder of its own."""
    drop = tmp_path / "aanlevering"
    (drop / "veiligheidsmonitor").mkdir(parents=True)
    return replace(clean_warehouse, environ=clean_warehouse.environ | {"VB_DROP": str(drop), "VB_DROP_RUST": "0"})


def deliver(settings: Settings, source: Path, name: str | None = None) -> Path:
    """Puts a file into the sender's folder."""
    target = Path(settings.drop) / "veiligheidsmonitor" / (name or source.name)
    shutil.copy(source, target)
    os.utime(target)
    return target


def bring_in(settings: Settings) -> list:
    """The whole way for what waits in the drop folder; the outcomes of the last step."""
    quiet = {"report": lambda _: None}
    waiting = steps.survey_take_step(settings, **quiet).detail["bestanden"]
    numbers = [steps.survey_load_step(settings, name, **quiet).detail["levering_id"] for name in waiting]
    judged = steps.survey_validate_step(settings, numbers, **quiet)
    return [steps.survey_estimate_step(settings, o.detail["levering_id"], **quiet) for o in judged if o.new]
