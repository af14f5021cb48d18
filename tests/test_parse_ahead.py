"""The dbt project is read once, beside the loading: what comes of it is what a build takes over."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from veiligheidsbeeld.parse_ahead import FOLDER, PATIENCE, parsing
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.transform import _target, dbt_command, dbt_process

PARSED = "partial_parse.msgpack"


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """A copy whose warehouse does not run: parsing needs none."""
    return Settings.from_env({"VB_HOME": str(tmp_path), "VB_PG_HOST": "127.0.0.1", "VB_PG_PORT": "1"})


@pytest.fixture
def started(fork_server: psutil.Process) -> Callable[[], list[psutil.Process]]:
    """Processes that did not run before the test."""
    before = set(fork_server.children())
    return lambda: [p for p in fork_server.children() if p not in before]


def read(settings: Settings, name: str) -> str:
    """What dbt says first when a build reads the project: whether it takes over what was read before."""
    command = dbt_command(settings, name, _target(settings, name), ["parse"])
    with dbt_process(settings, command, subprocess.PIPE) as process:
        said = ""
        for line in process.stdout:
            said += line
            if "full parse" in line:
                process.kill()
        return said


def test_what_was_read_beside_everything_else_is_taken_over(home, started):
    with parsing(home):
        [process] = started()
        assert process.nice() == PATIENCE
    assert (home.home / "dbt" / FOLDER / PARSED).stat().st_size > 100_000
    assert started() == []
    # Read once: a later run finds it, and so does a build.
    with parsing(home):
        assert started() == []
    assert "full parse" not in read(home, "basis")
    # The same question without what was read ahead.
    for kept in home.home.glob(f"dbt/*/{PARSED}"):
        kept.unlink()
    assert "full parse" in read(home, "basis")


def test_who_stops_waiting_leaves_no_process(home, started):
    with pytest.raises(KeyboardInterrupt), parsing(home):
        assert len(started()) == 1
        raise KeyboardInterrupt
    assert started() == []
    assert not (home.home / "dbt" / FOLDER / PARSED).exists()
