"""Starting services: what cannot work is said before anything is started."""

import stat

import pytest

from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.services.lifecycle import CLOSED, check_home, start_sources
from veiligheidsbeeld.services.processes import Supervisor
from veiligheidsbeeld.settings import Settings


@pytest.mark.parametrize(("name", "value"), [("VB_TODAY", "gisteren"), ("VB_DETAIL_GEMEENTEN", "GM0988,GM0363")])
def test_a_sample_that_cannot_be_made_is_told_at_once(tmp_path, name, value):
    settings = Settings.from_env({"VB_HOME": str(tmp_path), name: value})
    supervisor = Supervisor(settings)
    with pytest.raises(ConfigurationError) as caught:
        start_sources(settings, supervisor)
    assert value.rpartition(",")[2] in caught.value.what
    assert name in caught.value.what + caught.value.remedy
    assert supervisor.children == {}


def test_deliveries_and_logs_of_an_older_home_are_closed_to_other_accounts(tmp_path):
    for name in CLOSED:
        (tmp_path / name).mkdir()
        (tmp_path / name).chmod(0o775)
    check_home(Settings.from_env({"VB_HOME": str(tmp_path)}))
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in CLOSED} == {0o770}
