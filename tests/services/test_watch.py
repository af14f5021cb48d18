"""A copy that stays up: what dies comes back, a disk that fills is told, lost secrets are replaced, old logs go."""

import json
import os
import stat
import subprocess
import sys
import time
from contextlib import suppress
from itertools import pairwise

import psutil
import psycopg
import pytest

from tests.places import TOWN
from veiligheidsbeeld.errors import ConfigurationError, ProcessLost, VeiligheidsbeeldError
from veiligheidsbeeld.services import health, postgres, renew, tidy
from veiligheidsbeeld.services.bootstrap import bootstrap
from veiligheidsbeeld.services.disk import raise_when_full
from veiligheidsbeeld.services.lifecycle import stop_everything, wanted_services
from veiligheidsbeeld.services.processes import Service, Supervisor, end_group
from veiligheidsbeeld.services.watch import Restarts, Watch
from veiligheidsbeeld.services.watch import ensure as watch_again
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect


@pytest.fixture(scope="module")
def home(home_factory):
    home = home_factory()
    yield home
    postgres.stop(Settings.from_env({"VB_HOME": str(home)}), immediately=True)


@pytest.fixture
def started(home, monkeypatch):
    """A copy with a warehouse and nothing else, as the watch itself finds it: by its environment."""
    monkeypatch.setenv("VB_HOME", str(home))
    settings = postgres.start(Settings.from_env())
    bootstrap(settings)
    yield settings
    postgres.stop(settings)


def messages(home):
    return [path.read_text() for path in sorted((home / "meldingen").glob("*.txt"))]


def test_a_killed_warehouse_is_started_again_and_told(started, home, monkeypatch):
    monkeypatch.setattr("veiligheidsbeeld.services.watch.wanted_services", lambda settings: ())
    monkeypatch.setenv("VB_SOURCES", "sample")
    monkeypatch.setenv("VB_SOURCE_URL", "http://127.0.0.1:9")
    said = []
    watch = Watch(Settings.from_env(), report=said.append)
    started.remember(tidied=time.time())
    server = postgres.postmaster(started)
    server.kill()
    server.wait(10)
    watch.look()
    assert postgres.postmaster(started) is None, "what `down` stopped stays down"
    started.remember(up=True)
    try:
        time.sleep(2.1)
        watch.look()
        # Its port may be another's by now: then it has a new one.
        with connect(Settings.from_env(), "analist") as connection:
            assert connection.execute("select 1").fetchone() == (1,)
        assert "postgres was started again" in messages(home)[-1]
    finally:
        started.remember(up=False)


def watchers(home):
    """Processes of the watch of this home: the keeper, and the one that looks."""
    supervisor = Supervisor(Settings.from_env({"VB_HOME": str(home)}))
    found = {}
    for process in supervisor.strays():
        # One that was killed just now may end between the two questions.
        with suppress(psutil.Error):
            if "watch" in process.cmdline():
                found[process.pid] = process
    return found


def until(found, what, seconds=60):
    deadline = time.monotonic() + seconds
    while not (value := found()):
        assert time.monotonic() < deadline, what
        time.sleep(0.1)
    return value


def test_the_watch_comes_back_whichever_of_its_two_is_killed_and_after_both_by_any_command(started, home):
    supervisor = Supervisor(started)
    # Stand-ins that live: there is nothing for the watch to start.
    for name in wanted_services(started):
        supervisor.start(Service(name, ("sleep", "600"), dict(os.environ)))
    started.remember(up=True, tidied=time.time())
    told = messages(home)

    def pair():
        found = watchers(home)
        return found if len(found) == 2 else None

    def keeper():
        return supervisor.known()["watch"].process

    try:
        watch_again(started, report=print)
        for kill_keeper in (True, False):
            processes = until(pair, "two processes look after each other")
            victim = keeper() if kill_keeper else next(p for p in processes.values() if p.pid != keeper().pid)
            victim.kill()
            until(lambda gone=victim.pid: pair() and gone not in watchers(home), f"{victim.pid} is replaced")
        for process in until(pair, "two again").values():
            process.kill()
        until(lambda: not watchers(home), "both are gone")
        command = [sys.executable, "-m", "veiligheidsbeeld", "status"]
        subprocess.run(command, env={**os.environ, "VB_HOME": str(home)}, capture_output=True, check=True)
        until(pair, "a command of the home started it again")
        assert messages(home) == told, "nothing else was started"
    finally:
        stop_everything(started)
    assert watchers(home) == {}


def test_what_keeps_dying_is_started_ever_less_often():
    restarts, at = Restarts(), []
    for second in range(3600):
        if restarts.may("scheduler", second):
            restarts.note("scheduler", second)
            at.append(second)
    pauses = [b - a for a, b in pairwise(at)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == 300
    assert restarts.may("api-server", 3600), "another service does not wait for it"


def test_what_a_dead_service_left_running_is_ended_before_it_starts_again(home):
    supervisor = Supervisor(Settings.from_env({"VB_HOME": str(home)}))
    code = "import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']); "
    child = supervisor.start(Service("leader", (sys.executable, "-c", code + "time.sleep(600)"), dict(os.environ)))
    deadline = time.monotonic() + 20
    while len(supervisor.strays()) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    child.popen.kill()
    child.popen.wait()
    assert len(supervisor.strays()) == 1
    end_group(supervisor, "leader")
    assert supervisor.strays() == []


def test_a_disk_that_is_nearly_full_is_told_once_and_a_full_one_is_named_as_the_cause(started, home, monkeypatch):
    monkeypatch.setenv("VB_DISK_FREE", "1000000")
    watch = Watch(Settings.from_env(), report=print)
    watch.settings = Settings.from_env()
    before = len(messages(home))
    watch._space()
    watch._space()
    told = messages(home)[before:]
    assert len(told) == 1
    assert str(home) in told[0]
    assert [c.state for c in health.checks(Settings.from_env()) if c.name == "disk_free_bytes"] == [
        health.State.warning
    ]
    raise_when_full(Settings.from_env())
    monkeypatch.setattr("veiligheidsbeeld.services.disk.FULL", 1_000_000.0)
    with pytest.raises(ProcessLost, match="is full"):
        raise_when_full(Settings.from_env())


def test_lost_secrets_are_replaced(started, home):
    old = json.loads((home / "secrets.json").read_text())
    with pytest.raises(ConfigurationError, match="running"):
        renew.replace_secrets(Settings.from_env(), report=print)
    postgres.stop(started)
    (home / "secrets.json").unlink()
    lost = postgres.start(Settings.from_env())
    with pytest.raises(VeiligheidsbeeldError) as refused, connect(lost, "analist"):
        pass
    assert "secrets replace" in refused.value.remedy
    postgres.stop(lost)
    renew.replace_secrets(Settings.from_env(), report=print)
    assert stat.S_IMODE((home / "secrets.json").stat().st_mode) == 0o600
    again = postgres.start(Settings.from_env())
    bootstrap(again)
    for role in ("postgres", "bi_lezer", "beheer"):
        with psycopg.connect(**again.conninfo(role)) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(**{**again.conninfo(role), "password": old[f"password_{role}"]})
    log = postgres.log_file(again).read_text()
    assert [name for name, word in json.loads((home / "secrets.json").read_text()).items() if word in log] == []


def test_health_says_what_is_and_its_exit_code_is_the_worst(started, home):
    def ask(*arguments):
        command = [sys.executable, "-m", "veiligheidsbeeld", "health", *arguments]
        return subprocess.run(command, env={**os.environ, "VB_HOME": str(home)}, capture_output=True, text=True)

    done = ask("--format", "json")
    found = json.loads(done.stdout)
    states = {(c["name"], c["subject"]): c["state"] for c in found["checks"]}
    assert states["warehouse_seconds", "warehouse"] == "ok"
    assert states["publication_age_seconds", "kern"] == "warning"
    assert (done.returncode, found["status"]) == (1, "warning")
    text = ask("--format", "prometheus").stdout
    samples = [line for line in text.splitlines() if not line.startswith("#")]
    assert all(len(line.rpartition(" ")[0]) > 0 and float(line.rpartition(" ")[2]) >= 0 for line in samples)
    assert 'veiligheidsbeeld_state{check="warehouse_seconds",subject="warehouse"} 0' in samples
    postgres.stop(started)
    down = ask()
    assert down.returncode == 2
    assert "critical  warehouse_seconds" in down.stdout


def test_old_logs_and_messages_go_and_a_large_log_is_begun_anew(tmp_path, monkeypatch):
    monkeypatch.setattr(tidy, "_clean_metadata", lambda settings, moment: None)  # Airflow's own: tests/e2e
    settings = Settings.from_env({"VB_HOME": str(tmp_path), "VB_KEEP_DAYS": "30"})
    old, new = tmp_path / "airflow" / "logs" / "a" / "old.log", tmp_path / "airflow" / "logs" / "b" / "new.log"
    told, answer = tmp_path / "berichten" / "7" / "plan.txt", tmp_path / "terugmelding" / TOWN / "a.xlsx"
    for path in (old, new, told, answer):
        path.parent.mkdir(parents=True)
        path.write_text("x")
    os.utime(old, (time.time() - 31 * 86400,) * 2)
    os.utime(told, (time.time() - 401 * 86400,) * 2)
    os.utime(answer, (time.time() - 399 * 86400,) * 2)
    large = tmp_path / "logs" / "scheduler.log"
    large.parent.mkdir()
    with large.open("ab") as writer:
        writer.write(b"x" * (tidy.LOG_BYTES + 1))
        writer.flush()
        tidy.tidy(settings)
        writer.write(b"next\n")
    assert large.read_bytes() == b"next\n"
    assert large.with_suffix(".log.1").stat().st_size == tidy.LOG_BYTES + 1
    assert (old.parent.exists(), new.exists()) == (False, True)
    assert (told.parent.exists(), answer.exists()) == (False, True)
