"""The dbt project is read once, beside the loading: what comes of it is what a build takes over."""

from __future__ import annotations

import subprocess
from pathlib import Path

import psutil
import pytest

from veiligheidsbeeld.parse_ahead import FOLDER, PATIENCE, parsing
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.transform import _target, dbt_command, dbt_environment

PARSED = "partial_parse.msgpack"


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """A copy whose warehouse does not run: parsing needs none."""
    return Settings.from_env({"VB_HOME": str(tmp_path), "VB_PG_HOST": "127.0.0.1", "VB_PG_PORT": "1"})


def dbt_processes() -> list[psutil.Process]:
    return [p for p in psutil.Process().children() if "veiligheidsbeeld.dbt_process" in p.cmdline()]


def test_reading_goes_beside_and_after_everything_else(home):
    with parsing(home):
        [process] = dbt_processes()
        assert process.nice() == PATIENCE
    assert (home.home / "dbt" / FOLDER / PARSED).stat().st_size > 100_000
    assert dbt_processes() == []
    # Read once: a later run finds it.
    with parsing(home):
        assert dbt_processes() == []


def test_who_stops_waiting_leaves_no_process(home):
    with pytest.raises(KeyboardInterrupt), parsing(home):
        assert len(dbt_processes()) == 1
        raise KeyboardInterrupt
    assert dbt_processes() == []
    assert not (home.home / "dbt" / FOLDER / PARSED).exists()


def test_a_build_takes_over_what_was_read(home):
    def read(name: str) -> str:
        command = dbt_command(home, name, _target(home, name), ["parse"])
        done = subprocess.run(command, env=dbt_environment(home), capture_output=True, text=True, check=True)
        return done.stdout

    with parsing(home):
        pass
    assert "full parse" not in read("basis")
    # The same question without what was read ahead.
    for kept in home.home.glob(f"dbt/*/{PARSED}"):
        kept.unlink()
    assert "full parse" in read("basis")
