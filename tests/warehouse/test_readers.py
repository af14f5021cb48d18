"""What a reading role can take of the server, change for itself, and read: tried as that role."""

import threading
import time

import psycopg
import pytest
from psycopg import sql

from tests import roles
from veiligheidsbeeld.services import guard
from veiligheidsbeeld.warehouse import connect, readers

REFUSED = psycopg.errors.InsufficientPrivilege
# What nobody's reader may do, each as a session that has put off its own reins.
FORBIDDEN = {
    "advisory lock": "select pg_advisory_lock(hashtext('veiligheidsbeeld.transform'))",
    "advisory lock, tried": "select pg_try_advisory_xact_lock(1, 2)",
    "large object": "select lo_from_bytea(0, 'x')",
    "large object, created": "select lo_create(0)",
    "temporary table": "create temporary table t (n integer)",
    "table in public": "create table public.t (n integer)",
    "table in the marts": "create table mart_jeugd.t (n integer)",
    "block of code": "do $$ begin loop end loop; end $$",
    "ending another's query": "select pg_cancel_backend(pg_backend_pid())",
    "messages": "select pg_notify('x', 'y')",
    "write-ahead log": "select pg_logical_emit_message(false, 'x', repeat('y', 100))",
    "counters of tables": "select n_tup_ins from pg_stat_all_tables",
    "counter of one table": "select pg_stat_get_live_tuples('raw.levering'::regclass)",
    "counters of the database": "select tup_inserted from pg_stat_database",
    "disk for sorting": "set temp_file_limit = '1TB'",
    "reading unseen": "set log_statement = 'none'",
    "reading unseen, for good": "alter role current_user set log_statement = 'none'",
    "disk for sorting, for good": "alter role current_user set temp_file_limit = -1",
    "more connections": "alter role current_user connection limit 100",
    "another role": "set role beheer",
    "another reader's password": "alter role beheer password 'x'",
    "a program": "copy (select 1) to program 'true'",
    "a file": "select pg_read_file('postgresql.conf')",
}


@pytest.fixture(params=readers.READERS)
def reader(request, warehouse):
    with connect(warehouse, request.param, autocommit=True) as connection:
        connection.execute("set default_transaction_read_only = off")
        yield connection


@pytest.mark.parametrize("what", FORBIDDEN)
def test_a_reader_is_refused(reader, what):
    with pytest.raises(REFUSED):
        reader.execute(FORBIDDEN[what])


def test_no_function_that_waits_writes_or_counts_is_left_to_everybody(reader):
    """The list of the server itself: a new version brings functions that nobody has thought of here."""
    found = reader.execute(
        """
        select distinct proname from pg_proc
        where has_function_privilege(oid, 'execute') and proname ~ '(advisory|^lo_|^lowrite|_stat_get_.*tup)'
        """
    ).fetchall()
    assert found == []


def test_what_a_role_begins_with_is_its_own_but_the_limit_on_disk_stays(reader, warehouse):
    role = reader.info.user
    reader.execute("alter role current_user reset all")
    try:
        kept = reader.execute(
            "select setconfig from pg_db_role_setting where setrole = current_user::regrole"
        ).fetchone()
        assert sorted(kept[0]) == sorted(f"{name}={value}" for name, value in readers.HELD_TO.items())
        with connect(warehouse, role) as again:
            assert again.execute("show temp_file_limit").fetchone() == (readers.TEMPORARY,)
    finally:
        with connect(warehouse, "bewaker") as watcher:
            readers.reset(watcher, role)
            assert readers.is_as_made(watcher, role)


def test_other_databases_of_the_server_are_closed(warehouse):
    for role in readers.READERS:
        for database in ("postgres", "template1"):
            with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
                psycopg.connect(**warehouse.conninfo(role, database=database))


def test_readers_leave_connections_to_the_pipeline(warehouse):
    with connect(warehouse, "postgres") as admin:
        most, kept = (int(admin.execute(f"show {name}").fetchone()[0]) for name in ("max_connections",
                      "superuser_reserved_connections"))  # fmt: skip
        limits = dict(admin.execute("select rolname, rolconnlimit from pg_roles where rolconnlimit > 0").fetchall())
    assert limits == readers.CONNECTIONS
    assert most - kept - sum(limits.values()) >= 20
    open_ones = []
    try:
        with pytest.raises(psycopg.OperationalError, match="too many connections for role"):
            for _ in range(readers.CONNECTIONS["analist"] + 1):
                open_ones.append(psycopg.connect(**warehouse.conninfo("analist")))
        with connect(warehouse, "bi_lezer") as other:
            assert other.execute("select 1").fetchone() == (1,)
    finally:
        for connection in open_ones:
            connection.close()


@pytest.fixture
def watcher(warehouse):
    with connect(warehouse, "bewaker", autocommit=True) as connection:
        yield connection


def looking(watcher, guarding, seconds):
    """What the guard says within some seconds, looking every tenth of a second."""
    said, deadline = [], time.monotonic() + seconds
    while time.monotonic() < deadline and not said:
        said += guarding.look(watcher)
        time.sleep(0.1)
    return said


def test_the_guard_reads_no_table(watcher):
    for table in ("raw.levering", "beheer.stap", "kern.regio"):
        with pytest.raises((REFUSED, psycopg.errors.UndefinedTable)):
            watcher.execute(f"select 1 from {table}")
    with pytest.raises(REFUSED):
        watcher.execute("select rolpassword from pg_authid")


def test_a_query_that_works_too_long_is_ended_whatever_its_session_set(warehouse, watcher, monkeypatch):
    monkeypatch.setattr(guard, "WORK_SECONDS", 0.5)
    ended = []

    def work():
        with psycopg.connect(**warehouse.conninfo("bi_lezer"), autocommit=True) as connection:
            connection.execute("set statement_timeout = 0")
            try:
                connection.execute("select count(*) from generate_series(1, 100000) a, generate_series(1, 100000) b")
            except psycopg.errors.QueryCanceled as error:
                ended.append(error)
            assert connection.execute("select 1").fetchone() == (1,), "the session goes on"

    thread = threading.Thread(target=work)
    thread.start()
    said = looking(watcher, guard.Guard(), 20)
    thread.join(20)
    assert len(ended) == 1
    assert "bi_lezer" in said[0]
    assert "generate_series" not in said[0]


def test_an_answer_that_is_received_slowly_is_not_ended(warehouse, watcher, monkeypatch):
    monkeypatch.setattr(guard, "WORK_SECONDS", 0.5)
    rows = "select repeat('x', 1000) from generate_series(1, 30000)"
    said, guarding, got = [], guard.Guard(), 0
    with psycopg.connect(**warehouse.conninfo("bi_lezer"), autocommit=True) as connection:
        for number, _ in enumerate(connection.cursor().stream(rows)):
            got += 1
            if number % 3000 == 0:
                said += looking(watcher, guarding, 0.2)
    assert (got, said) == (30000, [])


def test_a_transaction_in_which_nothing_happens_is_ended(warehouse, watcher, monkeypatch):
    monkeypatch.setattr(guard, "IDLE_SECONDS", 0.5)
    with psycopg.connect(**warehouse.conninfo("analist")) as connection:
        connection.execute("set idle_in_transaction_session_timeout = 0")
        connection.execute("select 1 from pg_class limit 1")
        assert "analist" in looking(watcher, guard.Guard(), 10)[0]
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 1")


def test_what_a_reader_changed_of_itself_is_put_back(warehouse, watcher):
    assert guard.put_back(warehouse, watcher) == []
    with connect(warehouse, "bi_lezer", autocommit=True) as connection:
        connection.execute("set default_transaction_read_only = off")
        connection.execute("alter role bi_lezer set statement_timeout = '1ms'")
        here = sql.Identifier(warehouse.pg_database)
        connection.execute(sql.SQL("alter role bi_lezer in database {} set search_path = nergens").format(here))
        connection.execute("alter role bi_lezer password 'buitengesloten'")
    said = guard.put_back(warehouse, watcher)
    assert [line.split(",")[0] for line in said] == [
        "bi_lezer: settings of the role were changed",
        "bi_lezer: the password was changed",
    ]
    with connect(warehouse, "bi_lezer") as connection:
        assert connection.execute("show statement_timeout").fetchone() == ("1h",)
        assert connection.execute("show search_path").fetchone()[0].startswith("kern, mart_ivp, ")
    assert guard.put_back(warehouse, watcher) == []


def test_every_table_is_for_the_roles_of_the_page(warehouse):
    with connect(warehouse, "postgres") as admin:
        said, used = roles.differences(admin)
    assert said == []
    assert {"raw.*", "beheer.*", "quarantaine.*"} <= used


def test_readers_see_the_marts_without_naming_a_schema(reader):
    (path,) = reader.execute("select current_schemas(false)").fetchone()
    marts = reader.execute("select nspname from pg_namespace where nspname = 'kern' or nspname like 'mart\\_%'")
    assert sorted(path) == sorted(name for (name,) in marts)
    # Names that several marts have: the shared dimensions and the goals of all plans go before those of a theme.
    assert path[:2] == ["kern", "mart_ivp"]
