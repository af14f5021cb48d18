import contextlib
import os
import shutil
import socket
import subprocess
from dataclasses import replace
from pathlib import Path

import psutil
import psycopg
import pytest

from tests.publish.candidates import published, seen
from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.services import postgres
from veiligheidsbeeld.services.bootstrap import bootstrap
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect


def settings_of(home: Path, **environment: str) -> Settings:
    return Settings.from_env({"VB_HOME": str(home), **environment})


@pytest.fixture(scope="module")
def home(home_factory):
    """A home whose cluster exists and is stopped at the end of every test."""
    return home_factory()


@pytest.fixture
def settings(home):
    yield settings_of(home)
    postgres.stop(settings_of(home))


def test_it_answers_on_tcp_and_on_its_socket_and_only_with_the_password(settings):
    running = postgres.start(settings)
    right = running.conninfo("postgres", database="postgres")
    directory = postgres.socket_directory(running)
    assert directory is not None
    for host in ("127.0.0.1", str(directory)):
        with psycopg.connect(**{**right, "host": host}) as connection:
            assert connection.execute("select 1").fetchone() == (1,)
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(**{**right, "host": host, "password": "raad eens"})
    open_to_others = [
        c.laddr.ip
        for c in psutil.net_connections("tcp")
        if c.status == psutil.CONN_LISTEN and c.laddr.port == running.pg_port
    ]
    assert set(open_to_others) == {"127.0.0.1"}


def test_no_password_reaches_the_log_a_command_line_or_the_data(settings):
    running = postgres.start(settings)
    bootstrap(running)
    # A statement that fails is logged with its text: this is how a password would get there.
    with psycopg.connect(**running.conninfo("postgres", database="postgres"), autocommit=True) as admin:
        admin.execute("alter role postgres set log_statement = 'all'")
    bootstrap(running)
    server = postgres.postmaster(running)
    assert server is not None
    lines = []
    for process in (server, *server.children(recursive=True)):
        with contextlib.suppress(psutil.NoSuchProcess):  # a backend that has just ended
            lines.append(" ".join(process.cmdline()))
    texts = {postgres.log_file(running): postgres.log_file(running).read_text(), Path("argv"): "\n".join(lines)}
    texts |= {p: p.read_text(errors="replace") for p in postgres.data_directory(running).glob("*.conf")}
    found = [(p, role) for p, text in texts.items() for role, word in running.passwords.items() if word in text]
    assert "statement: alter role" in texts[postgres.log_file(running)]
    assert found == []


def test_what_was_written_survives_kill_9(settings):
    running = postgres.start(settings)
    bootstrap(running)
    with connect(running, "lader") as lader:
        lader.execute("create table raw.blijft as select 42 as n")
    server = postgres.postmaster(running)
    assert server is not None
    server.kill()
    server.wait(10)
    again = postgres.start(settings)
    with connect(again, "lader") as lader:
        assert lader.execute("select n from raw.blijft").fetchall() == [(42,)]


def test_what_is_published_after_kill_9_is_numbered_on(settings, tmp_path):
    """A sequence that is made and used in one transaction is forgotten by a crash, when the log is minimal."""
    (tmp_path / "dbt_project" / "models").mkdir(parents=True)
    running = replace(postgres.start(settings), project=tmp_path)
    bootstrap(running)
    published(running, 1)
    published(running, 2)
    server = postgres.postmaster(running)
    assert server is not None
    server.kill()
    server.wait(10)
    again = replace(postgres.start(settings), project=tmp_path)
    assert seen(again) == {2}
    published(again, 3)
    assert seen(again) == {3}


def test_locks_whose_number_now_belongs_to_another_process_are_no_obstacle(settings):
    running = postgres.start(settings)
    pid_file = postgres.data_directory(running) / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    socket_lock = Path(lines[4]) / f".s.PGSQL.{running.pg_port}.lock"
    assert socket_lock.read_text().splitlines()[0] == lines[0]
    server = postgres.postmaster(running)
    assert server is not None
    server.kill()
    server.wait(10)
    user = pid_file.parent.stat().st_uid
    # Of the user that the server runs as: it takes no notice of others' processes.
    other = subprocess.Popen(["sleep", "60"], user=user)
    try:
        for lock in (pid_file, socket_lock):
            lock.write_text("\n".join([str(other.pid), *lock.read_text().splitlines()[1:]]) + "\n")
            os.chown(lock, user, -1)
        assert postgres.postmaster(settings) is None
        again = postgres.start(settings)
        with connect(again, "postgres", database="postgres") as connection:
            assert connection.execute("select 1").fetchone() == (1,)
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_a_running_server_is_used_as_it_is(settings):
    first = postgres.start(settings)
    server = postgres.postmaster(first)
    second = postgres.start(settings)
    assert (second.pg_port, postgres.postmaster(second)) == (first.pg_port, server)


def test_the_port_is_kept_and_another_is_chosen_when_it_is_taken(settings, home):
    first = postgres.start(settings)
    assert postgres.stop(first)
    assert postgres.start(settings_of(home)).pg_port == first.pg_port
    postgres.stop(first)
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", first.pg_port))
        squatter.listen()
        said = []
        moved = postgres.start(settings_of(home), report=said.append)
        assert moved.pg_port != first.pg_port
        assert any(str(first.pg_port) in line for line in said)
        postgres.stop(moved)
        with pytest.raises(ConfigurationError, match="VB_PG_PORT"):
            postgres.start(settings_of(home, VB_PG_PORT=str(first.pg_port)))


def test_two_copies_run_at_once_and_a_long_path_has_its_socket_elsewhere(settings, home_factory):
    deep = home_factory() / ("een_lange_naam_" * 8)
    other = settings_of(deep)
    try:
        one, two = postgres.start(settings), postgres.start(other)
        assert one.pg_port != two.pg_port
        directory = postgres.socket_directory(two)
        assert directory is not None
        assert deep not in directory.parents
        with psycopg.connect(**{**two.conninfo("postgres", database="postgres"), "host": str(directory)}) as connection:
            assert connection.execute("show data_directory").fetchone() == (str(postgres.data_directory(two)),)
        postgres.stop(other)
        again = postgres.start(other)
        assert postgres.socket_directory(again) == directory, "the directory is made once, not at every start"
        shutil.rmtree(directory)
    finally:
        postgres.stop(other)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_as_root_the_server_runs_as_another_user_who_can_reach_its_data(home_factory):
    private = home_factory()
    private.chmod(0o700)
    said = []
    settings = settings_of(private / "home")
    try:
        postgres.start(settings, report=said.append)
        server = postgres.postmaster(settings)
        assert server is not None
        assert server.uids().real != 0
        assert server.environ().keys().isdisjoint(k for k in os.environ if k.startswith("VB_"))
        assert private.stat().st_mode & 0o077 == 0o001, "passable, not readable"
        assert any(str(private) in line for line in said), "what was changed is told"
    finally:
        postgres.stop(settings)


def test_a_shutdown_does_not_wait_for_clients(settings):
    running = postgres.start(settings)
    client = psycopg.connect(**running.conninfo("postgres", database="postgres"))
    client.execute("select 1")
    assert postgres.stop(running)
    assert postgres.postmaster(running) is None
    with pytest.raises(psycopg.OperationalError):
        client.execute("select 1")
    client.close()
