"""A home and its places: what cannot work is said before anything is started."""

import stat

import pytest

from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.region import SETTING
from veiligheidsbeeld.region.make import make
from veiligheidsbeeld.services.lifecycle import CLOSED, check_home
from veiligheidsbeeld.settings import Settings


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
