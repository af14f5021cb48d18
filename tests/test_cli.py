"""The command line as a user meets it: as a process."""

import os
import subprocess
import sys

import pytest

from veiligheidsbeeld.services import postgres
from veiligheidsbeeld.services.bootstrap import bootstrap
from veiligheidsbeeld.settings import Settings

NOWHERE = "/bestaat/niet"
CLOSED = "http://127.0.0.1:9"


@pytest.fixture
def home(home_factory):
    home = home_factory()
    yield home
    postgres.stop(Settings.from_env({"VB_HOME": str(home)}))


@pytest.fixture(scope="module")
def running(home_factory):
    """A home whose warehouse runs and holds nothing."""
    home = home_factory()
    started = postgres.start(Settings.from_env({"VB_HOME": str(home)}))
    bootstrap(started)
    yield home
    postgres.stop(started)


def call(home, *arguments, **environment):
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("VB_", "SOURCES", "SAMPLE"))}
    return subprocess.run(
        [sys.executable, "-m", "veiligheidsbeeld", *arguments],
        env=clean | {"VB_HOME": str(home)} | environment,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
    )


def test_an_error_comes_with_its_remedy_and_without_a_traceback(home):
    done = call(home, "load", "bestaat_niet")
    assert done.returncode == 1
    assert "bestaat_niet" in done.stderr
    assert "cbs_bevolking" in done.stderr, "the remedy names what there is"
    assert "Traceback" not in done.stderr
    assert "Traceback" in call(home, "--debug", "load", "bestaat_niet").stderr


@pytest.mark.parametrize(
    ("command", "environment", "told"),
    [
        ("load --levering weg", {}, "names a delivery of one table"),
        ("load cbs_bevolking --levering weg", {}, "no delivery weg"),
        ("validate --thema geluk", {}, "Unknown choice 'geluk'"),
        ("transform geluk", {}, "Unknown choice 'geluk'"),
        ("transform jeugd", {}, "veiligheidsbeeld transform basis jeugd"),
        ("publish jeugd", {}, "veiligheidsbeeld transform jeugd"),
        ("publish jeugd --naar 3", {}, "--rollback"),
        ("publish --rollback", {}, "publish jeugd --rollback"),
        ("goals", {}, "No goals are published yet"),
        ("goals --plan XYZ", {}, "No goals are published yet"),
        ("pages", {}, "Nothing is published yet"),
        ("goals --id Q1", {}, "Unknown point 'Q1'"),
        ("goals --peilmoment gisteren", {}, "2026-02-01T00:00:00+01:00"),
        ("goals --peilmoment 2026-02-01T00:00:00+01:00", {}, "Nothing was known"),
        ("psql --role iemand", {}, "Unknown role 'iemand'"),
        ("init", {}, "VB_PG_HOST"),
        ("extract sluitingen --periode 2023", {}, "a file says its own period"),
        ("extract sluitingen --gemeente GM9999", {}, "Nobody sends under GM9999"),
        ("extract sluitingen", {"VB_DROP": NOWHERE}, "Make it, mount it, or correct VB_DROP"),
        ("extract vm_respondent", {"VB_DROP": NOWHERE}, "Make it, mount it, or correct VB_DROP"),
        ("extract cbs_bevolking", {"VB_SOURCE_URL": CLOSED, "VB_HTTP_ATTEMPTS": "1"}, "no complete answer"),
        ("extract cbs_bevolking", {"VB_SOURCE_URL": CLOSED, "VB_HTTP_ATTEMPTS": "vaak"}, "VB_HTTP_ATTEMPTS='vaak'"),
        ("status", {"VB_PG_HOST": "127.0.0.1", "VB_PG_PORT": "9"}, "No connection to the warehouse"),
        ("status", {"VB_PG_PORT": "vijf"}, "VB_PG_PORT='vijf' is not a whole number"),
        ("status", {"VB_HOME": __file__}, "Set VB_HOME"),
        ("run", {"SAMPLE": "enorm"}, "SAMPLE=default or SAMPLE=full"),
    ],
)
def test_a_likely_mistake_is_told_with_what_to_do(running, command, environment, told):
    done = call(running, *command.split(), **environment)
    assert done.returncode == 1
    assert told in done.stderr
    assert "What to do: " in done.stderr
    assert "Traceback" not in done.stderr


def test_sources_that_do_not_exist_are_told(home):
    done = call(home, "run", SOURCES="/bestaat/niet")
    assert done.returncode == 1
    assert "/bestaat/niet" in done.stderr


def test_one_home_takes_one_kind_of_source(home, tmp_path):
    Settings.from_env({"VB_HOME": str(home)}).use()
    done = call(home, "run", SOURCES=str(tmp_path))
    assert done.returncode == 1
    assert "SOURCES=sample" in done.stderr


def test_psql_opens_the_warehouse_read_only_and_stops_what_it_started(home):
    done = call(home, "psql", "-At", "-c", "select current_user, current_setting('transaction_read_only')")
    assert done.stdout.splitlines()[-1] == "analist|on", done.stderr
    assert postgres.postmaster(Settings.from_env({"VB_HOME": str(home)})) is None
    assert call(home, "psql", "-c", "select 1/0").returncode == 1


def test_status_of_a_new_home_tells_that_nothing_is_there(home):
    done = call(home, "status")
    assert done.returncode == 0, done.stderr
    assert "never" in done.stdout
    assert "mart_<theme>.doelen come with its first publication" in done.stdout
    assert "SAMPLE DATA" in done.stdout


def test_clean_removes_the_home_with_its_read_only_deliveries(home):
    call(home, "status")
    delivery = home / "landing" / "cbs_bevolking" / "20260101T000000Z-00000000"
    delivery.mkdir(parents=True)
    (delivery / "manifest.json").write_text("{}")
    (delivery / "manifest.json").chmod(0o444)
    delivery.chmod(0o555)
    done = call(home, "clean", "--yes")
    assert done.returncode == 0, done.stderr
    assert not home.exists()
