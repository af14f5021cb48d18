import os
import signal
import subprocess
import sys
import time

import psutil
import pytest

from veiligheidsbeeld.errors import ConfigurationError, VeiligheidsbeeldError
from veiligheidsbeeld.services import processes
from veiligheidsbeeld.services.processes import Service, Supervisor, exclusive
from veiligheidsbeeld.settings import Settings

STUBBORN = "import signal,time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
# A child of the service that leaves its process group and outlives it.
STRAY = (
    "import subprocess,sys,time; subprocess.Popen([sys.executable,'-c','import time;time.sleep(600)'],"
    "start_new_session=True); print('up', flush=True); time.sleep(600)"
)


@pytest.fixture
def settings(tmp_path):
    return Settings.from_env({"VB_HOME": str(tmp_path)})


def service(name, code):
    return Service(name, (sys.executable, "-c", code), dict(os.environ))


def wait_for(condition, seconds=10):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true"
        time.sleep(0.02)


def is_up(child):
    return child.log.exists() and b"up" in child.log.read_bytes()


def test_stopping_takes_stubborn_and_stray_processes_along(settings, monkeypatch):
    monkeypatch.setattr(processes, "STOP_SECONDS", 0.5)
    supervisor = Supervisor(settings)
    children = [supervisor.start(service("koppig", STUBBORN)), supervisor.start(service("zwerver", STRAY))]
    wait_for(lambda: all(is_up(c) for c in children))
    wait_for(lambda: len(supervisor.strays()) == 3)
    supervisor.stop()
    assert supervisor.strays() == []
    assert not any(c.running() for c in children)
    assert list(supervisor.pid_files.glob("*.json")) == []


def test_leftovers_of_a_killed_command_are_found_and_ended(settings):
    first = Supervisor(settings)
    child = first.start(service("dienst", STRAY))
    wait_for(lambda: is_up(child))
    # The command that started it is gone: another supervisor knows only what is on disk.
    second = Supervisor(settings)
    assert list(second.known()) == ["dienst"]
    assert second.clean_leftovers() >= 1
    wait_for(lambda: not child.running())
    assert second.strays() == []


def test_a_reused_process_number_is_never_signalled(settings):
    innocent = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    try:
        supervisor = Supervisor(settings)
        supervisor.pid_files.mkdir(parents=True)
        started = psutil.Process(innocent.pid).create_time()
        (supervisor.pid_files / "dienst.json").write_text(
            f'{{"pid": {innocent.pid}, "created": {started - 3600}, "command": []}}'
        )
        assert supervisor.clean_leftovers() == 0
        assert innocent.poll() is None
    finally:
        innocent.kill()
        innocent.wait()


def test_a_service_that_dies_is_reported_with_the_end_of_its_log(settings):
    supervisor = Supervisor(settings)
    child = supervisor.start(service("kort", "import sys; print('geen geheugen meer'); sys.exit(3)"))
    wait_for(lambda: not child.running())
    with pytest.raises(VeiligheidsbeeldError, match=r"(?s)kort stopped.*exit code 3.*geen geheugen meer"):
        supervisor.check()


def test_two_commands_cannot_work_in_one_home(settings):
    with exclusive(settings), pytest.raises(ConfigurationError, match="at work in"), exclusive(settings):
        pass
    with exclusive(settings):
        pass


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_command_stops_what_it_started(settings, number):
    code = f"""
import os, sys, time
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.services.processes import Interrupted, Service, Supervisor, interruptible
supervisor = Supervisor(Settings.from_env({{"VB_HOME": {str(settings.home)!r}}}))
try:
    with interruptible():
        try:
            supervisor.start(Service("dienst", (sys.executable, "-c", {STRAY!r}), dict(os.environ)))
            print("started", flush=True)
            time.sleep(600)
        finally:
            supervisor.stop()
except Interrupted as stopped:
    print("stopped by", stopped, flush=True)
"""
    command = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert command.stdout.readline() == "started\n"
    supervisor = Supervisor(settings)
    wait_for(lambda: len(supervisor.strays()) == 2)
    command.send_signal(number)
    command.send_signal(number)
    output, _ = command.communicate(timeout=20)
    assert output == f"stopped by {number.name}\n"
    assert supervisor.strays() == []
