"""Processes that a server forks are what a Python of their own would be: output, environment, end."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from veiligheidsbeeld import forkserver
from veiligheidsbeeld.settings import Settings

# A module of this folder: `main` says what it found, and ends as it is told.
MODULE = "tests.forked"


@pytest.fixture(params=["forked", "by itself"])
def ask(request, fork_server, tmp_path, monkeypatch):
    """Starts the module in the way of the parameter."""
    if request.param == "by itself":
        monkeypatch.delenv("VB_FORKSERVER")
    settings = Settings.from_env({"VB_HOME": str(tmp_path)})

    def start(*arguments, output=subprocess.PIPE, **environment):
        kept = {k: v for k, v in os.environ.items() if k in ("PATH", "PYTHONPATH", "LANG")}
        process = forkserver.start(settings, MODULE, *arguments, environment=kept | environment, output=output)
        assert isinstance(process, forkserver.Forked) is (request.param == "forked")
        return process

    return start


def test_output_and_environment_are_its_own(ask):
    with ask("zeg", VB_PROEF="één") as process:
        said = process.stdout.read()
        assert process.wait() == 0
    assert said.splitlines() == ["zeg", "één", "None", str(Path.cwd()), "fout"]
    with ask("zeg", VB_ANDERS="twee") as process:
        assert process.stdout.read().splitlines()[1:3] == ["None", "twee"]
        assert process.wait() == 0


def test_without_a_pipe_it_writes_where_its_parent_does(ask, capfd):
    assert ask("zeg", output=None).wait() == 0
    found = capfd.readouterr()
    assert found.out.startswith("zeg\n")
    assert found.err == "fout\n"
    assert ask("zeg", output=subprocess.DEVNULL).wait() == 0
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("how", "code"), [("einde", 3), ("struikel", 1), ("sterf", -signal.SIGKILL)])
def test_how_it_ended_is_told(ask, how, code):
    with ask(how) as process:
        said = process.stdout.read()
        assert process.wait() == code
    assert ("ValueError: gestruikeld" in said) is (how == "struikel")


def test_it_can_be_asked_and_stopped(ask):
    process = ask("wacht")
    assert process.poll() is None
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.05)
    found = psutil.Process(process.pid)
    assert found.is_running()
    process.terminate()
    assert process.wait() == -signal.SIGTERM
    process.kill()
    assert not found.is_running()


def test_several_run_at_once_and_end_in_any_order(ask):
    first, second = ask("wacht"), ask("wacht")
    assert ask("zeg", output=subprocess.DEVNULL).wait() == 0
    second.kill()
    assert second.wait() == -signal.SIGKILL
    assert first.poll() is None
    first.kill()
    assert first.wait() == -signal.SIGKILL


def test_it_ends_with_who_asked_for_it(fork_server):
    code = (
        "import os, sys; from veiligheidsbeeld import forkserver; from veiligheidsbeeld.settings import Settings;"
        f"p = forkserver.start(Settings.from_env(), {MODULE!r}, 'wacht', environment=dict(os.environ), output=-3);"
        "print(p.pid, flush=True); p.wait()"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        process = psutil.Process(int(parent.stdout.readline()))
        time.sleep(0.2)
        assert process.parent() == fork_server
        parent.kill()
    assert psutil.wait_procs([process], timeout=10)[1] == []


def test_a_server_that_is_gone_is_done_without(tmp_path, monkeypatch):
    path = tmp_path / "s"
    monkeypatch.setenv("VB_FORKSERVER", str(path))
    settings = Settings.from_env({"VB_HOME": str(tmp_path)})
    server = subprocess.Popen([sys.executable, "-m", "veiligheidsbeeld.forkserver", str(path)])
    while not path.exists():
        time.sleep(0.01)
    assert path.stat().st_mode & 0o077 == 0, "only this user may ask"
    server.kill()
    server.wait()
    with forkserver.start(settings, MODULE, "zeg", environment=dict(os.environ), output=subprocess.PIPE) as process:
        assert isinstance(process, subprocess.Popen)
        assert process.stdout.read().startswith("zeg")
        assert process.wait() == 0
    monkeypatch.setenv("VB_FORKSERVER", str(tmp_path / ("s" * forkserver.LONGEST_PATH)))
    assert forkserver.address(settings) is None
