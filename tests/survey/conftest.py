"""A drop folder with the sample's three waves, made once."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.sample.respondents import write_survey
from veiligheidsbeeld.contracts import load_survey
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.steps import load
from veiligheidsbeeld.steps.kinds import Arrived
from veiligheidsbeeld.steps.step import Outcome

RESPONDENTS = 12_000
DATASET, PROVIDER = load_survey().naam, load_survey().provider
QUIET = {"run_id": "proef", "report": lambda _: None}


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


def take_in(settings: Settings) -> list[Arrived]:
    """Takes what waits in the drop folder; the files that are to be loaded."""
    load.take_step(settings, PROVIDER, **QUIET)
    return load.pending(settings, [DATASET])


def bring_in(settings: Settings) -> list[Outcome]:
    """The whole way for what waits in the drop folder; the outcomes of the last step."""
    loaded = load.load_step(settings, take_in(settings), **QUIET)
    judged = load.validate_step(settings, [o.detail["levering_id"] for o in loaded if o.new], **QUIET)
    return load.merge_step(settings, [o.detail["levering_id"] for o in judged if o.new], **QUIET)
