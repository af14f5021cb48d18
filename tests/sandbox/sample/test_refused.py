"""A sample that cannot be made, or is not of the region, is told before anything is started."""

import pytest

from tests.places import TOWN
from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.region import SETTING
from veiligheidsbeeld.region.make import make
from veiligheidsbeeld.services.lifecycle import start_sources
from veiligheidsbeeld.services.processes import Supervisor
from veiligheidsbeeld.services.run import fill_drop
from veiligheidsbeeld.settings import Settings


@pytest.mark.parametrize(("name", "value"), [("VB_TODAY", "gisteren"), ("VB_DETAIL_GEMEENTEN", f"{TOWN},GM0363")])
def test_a_sample_that_cannot_be_made_is_told_at_once(tmp_path, name, value):
    settings = Settings.from_env({"VB_HOME": str(tmp_path), name: value})
    supervisor = Supervisor(settings)
    with pytest.raises(ConfigurationError) as caught:
        start_sources(settings, supervisor)
    assert value.rpartition(",")[2] in caught.value.what
    assert name in caught.value.what + caught.value.remedy
    assert supervisor.children == {}


@pytest.mark.parametrize(("town", "why"), [("GM0344", "has no figures of PV26"), ("GM0114", "has files of GM0888")])
def test_a_region_that_the_sample_is_not_of_is_told_at_once(tmp_path, town, why):
    """Another province, and a part of the example: its files would be of senders that the region does not have."""
    folder = make([town], "Streek", tmp_path / "streek")
    settings = Settings.from_env({"VB_HOME": str(tmp_path / "huis"), SETTING: str(folder)})
    with pytest.raises(ConfigurationError, match="There is no sample for the region Streek") as caught:
        start_sources(settings, Supervisor(settings))
    assert why in caught.value.what and "SOURCES=live" in caught.value.remedy


def test_a_sample_drop_folder_that_cannot_be_made_leaves_nothing_behind(tmp_path):
    settings = Settings.from_env({"VB_HOME": str(tmp_path), "VB_TODAY": "2019-02-30"})
    killed = tmp_path / "aanlevering.bezig" / "GM0988"
    killed.mkdir(parents=True)
    with pytest.raises(ConfigurationError):
        fill_drop(settings, report=lambda line: None)
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith("aanlevering")] == []
