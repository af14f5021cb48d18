"""Starting services: what cannot work is said before anything is started."""

import stat

import pytest

from tests.places import TOWN
from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.region import SETTING
from veiligheidsbeeld.region.make import make
from veiligheidsbeeld.services.lifecycle import CLOSED, check_home, start_sources
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


def test_deliveries_and_logs_of_an_older_home_are_closed_to_other_accounts(tmp_path):
    for name in CLOSED:
        (tmp_path / name).mkdir()
        (tmp_path / name).chmod(0o775)
    check_home(Settings.from_env({"VB_HOME": str(tmp_path)}))
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in CLOSED} == {0o770}


def test_a_home_takes_no_other_region_but_goes_along_with_a_folder_that_moved(tmp_path):
    folder = make(["GM0344"], "Stad", tmp_path / "hier" / "stad")
    home = {"VB_HOME": str(tmp_path / "huis")}
    Settings.from_env(home | {SETTING: str(folder)}).use()
    other = make(["GM0080"], "Ander", tmp_path / "ander")
    for asked in (other, make(["GM0080"], "Stad", tmp_path / "elders" / "stad")):
        with pytest.raises(ConfigurationError, match=f"holds data of the region {folder}"):
            check_home(Settings.from_env(home | {SETTING: str(asked)}))
    check_home(Settings.from_env(home))
    (tmp_path / "daar").mkdir()
    moved = folder.rename(tmp_path / "daar" / "stad")
    check_home(Settings.from_env(home | {SETTING: str(moved)}))
    with pytest.raises(ConfigurationError, match="holds data of the region"):
        check_home(Settings.from_env(home | {SETTING: str(other)}))


def test_places_are_meant_from_where_the_command_stands(tmp_path, monkeypatch):
    """Services are started in the clone: what is relative there is another place."""
    folder = make(["GM0344"], "Stad", tmp_path / "stad")
    monkeypatch.chdir(tmp_path)
    given = {SETTING: "stad", "VB_DROP": "drop", "VB_REPORTS": "s3://bucket/antwoord", "VB_HOME": "huis"}
    settings = Settings.from_env(given)
    monkeypatch.chdir("/")
    assert (settings.region.folder, settings.drop) == (folder.resolve(), str(tmp_path / "drop"))
    assert (settings.reports, settings.home) == ("s3://bucket/antwoord", tmp_path / "huis")
