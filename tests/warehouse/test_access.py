"""Persons who log in under a name of their own: what they may, how it ends, and what is noted of their reading."""

import os
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest

from tests.places import NEIGHBOUR, TOWN
from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.services import access_log, guard
from veiligheidsbeeld.settings import this_day
from veiligheidsbeeld.warehouse import access, connect, readers

NAME, PASSWORD = "j.proef", "een-lang-wachtwoord"
LATER = date(2999, 1, 1)


@pytest.fixture
def admin(warehouse):
    with connect(warehouse, "postgres", autocommit=True) as connection:
        yield connection
        for name in readers.persons(connection):
            access.end(connection, name)


@pytest.fixture
def person(warehouse, admin):
    access.grant(admin, warehouse.region, NAME, reads_as="analist", own=[TOWN], until=LATER, password=PASSWORD)
    return {**warehouse.conninfo("analist"), "user": NAME, "password": PASSWORD}


def test_a_person_reads_as_the_role_and_cannot_become_it(person, admin):
    kept = admin.execute("select rolpassword from pg_authid where rolname = %s", [NAME]).fetchone()[0]
    assert kept.startswith("SCRAM-SHA-256$")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(**{**person, "password": "raad eens"})
    with psycopg.connect(**person, autocommit=True) as connection:
        connection.execute("select count(*) from beheer.publicatie")
        assert connection.execute("show statement_timeout").fetchone() == ("1h",)
        connection.execute("set default_transaction_read_only = off")
        for statement in (
            "set role analist",
            f"set role gemeente_{TOWN.lower()}",
            "alter role analist password 'x'",
            f"grant gemeente_{TOWN.lower()} to bi_lezer",
            "set log_statement = 'none'",
            "alter role current_user set log_statement = 'none'",
            f"alter role \"{NAME}\" valid until 'infinity'",
            "select count(*) from beheer.inzage",
            "select pg_advisory_lock(1)",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"name": "Jan"}, "cannot be the name"),
        ({"name": "gemeente_gm9999"}, "cannot be the name"),
        ({"name": "beheer"}, "role of the system"),
        ({"own": ["GM0000"]}, "no municipality or partnership GM0000"),
        ({"until": date(2020, 1, 1)}, "not in the future"),
    ],
)
def test_what_cannot_be_granted_is_refused_and_nothing_is_left(warehouse, admin, changed, told):
    wanted = {"name": NAME, "reads_as": "analist", "own": [], "until": LATER, "password": PASSWORD, **changed}
    with pytest.raises(ConfigurationError, match=told):
        access.grant(admin, warehouse.region, **wanted)
    assert readers.persons(admin) == []


def test_access_ends_at_once_and_stays_in_the_books(warehouse, admin, person):
    access.grant(admin, warehouse.region, NAME, reads_as="bi_lezer", own=[NEIGHBOUR], until=LATER, password=PASSWORD)
    [known] = access.listed(admin)
    assert (known.name, known.reads_as, known.own) == (NAME, "bi_lezer", (NEIGHBOUR,)), "said anew, not added to"
    with psycopg.connect(**person, autocommit=True) as connection:
        connection.execute("select 1")
        access.end(admin, NAME)
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 1")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(**person)
    assert access.listed(admin) == []
    books = admin.execute(
        "select handeling, leest_als, eigen from beheer.toegang order by moment desc limit 3"
    ).fetchall()
    assert books == [("beeindigd", None, []), ("verleend", "bi_lezer", [NEIGHBOUR]), ("verleend", "analist", [TOWN])]


def test_a_session_ends_when_the_time_of_its_person_is_over(warehouse, admin, person):
    with (
        psycopg.connect(**person, autocommit=True) as connection,
        connect(warehouse, "bewaker", autocommit=True) as eye,
    ):
        connection.execute("select 1")
        assert guard.Guard().look(eye) == []
        admin.execute(f"alter role \"{NAME}\" valid until '2020-01-01'")
        [said] = guard.Guard().look(eye)
        assert NAME in said
        with pytest.raises(psycopg.OperationalError):
            connection.execute("select 1")


def test_a_persons_settings_are_put_back_and_the_password_is_their_own(warehouse, person):
    with psycopg.connect(**person, autocommit=True) as connection:
        connection.execute("set default_transaction_read_only = off")
        connection.execute("alter role current_user set statement_timeout = 0")
        connection.execute("alter role current_user password 'een-ander-wachtwoord'")
    with connect(warehouse, "bewaker", autocommit=True) as eye:
        assert guard.put_back(warehouse, eye) == [f"{NAME}: settings of the role were changed, and are put back"]
    psycopg.connect(**{**person, "password": "een-ander-wachtwoord"}).close()


def test_who_read_what_is_noted_once_and_without_the_question(warehouse, admin, person):
    with connect(warehouse, "publicist") as connection:
        connection.execute("create table if not exists kern.proef_inzage as select 1 as n")
        connection.execute("create table if not exists mart_jeugd.proef_inzage as select 1 as n")
    [home] = admin.execute("show data_directory").fetchone()
    logged = replace(
        warehouse, environ={**warehouse.environ, "VB_PG_LOG": str(Path(home).parent / "logs/postgres.log")}
    )

    def collect():
        with connect(logged, "bewaker", autocommit=True) as eye:
            access_log.collect(logged, eye, [*readers.READERS, *readers.persons(eye)])
        query = "select relatie, count(*) from beheer.inzage where rol = %s group by 1 order by 1"
        return dict(admin.execute(query, [NAME]).fetchall())

    collect()
    admin.execute("delete from beheer.inzage")
    with psycopg.connect(**person, autocommit=True) as connection:
        connection.execute("select n from proef_inzage where n::text <> 'geheim'")  # by search_path: kern
        connection.execute('select *\nfrom mart_jeugd . "proef_inzage" -- kern.niets\nwhere n = %s', [987654])
        connection.execute("declare c cursor with hold for select * from kern.proef_inzage")
        with connection.cursor().copy("copy (select * from mart_jeugd.proef_inzage) to stdout") as copy:
            list(copy)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("set log_statement to none")
    # Twice in a millisecond by one session is once.
    seen = collect()
    assert {relation: 1 <= count <= 2 for relation, count in seen.items()} == {
        "kern.proef_inzage": True,
        "mart_jeugd.proef_inzage": True,
    }
    logged.remember(inzage={})
    assert collect() == seen, "what is read again is noted once"
    log = (Path(home).parent / "logs/postgres.log").read_text()
    assert "987654" not in log, "values that a program sends beside its query are not logged"
    [person_] = access.listed(admin)
    assert person_.last_read is not None
    with pytest.raises(psycopg.errors.InsufficientPrivilege), connect(warehouse, "bewaker") as eye:
        eye.execute("select * from beheer.inzage")


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("select * from kern.regio r, doelen", {"kern.regio", "mart_ivp.doelen"}),
        ("SELECT count(*) FROM Mart_Jeugd.Cijfers", {"mart_jeugd.cijfers"}),
        ('select 1 from "mart_jeugd"."cijfers" join regio on true', {"mart_jeugd.cijfers", "kern.regio"}),
        ("select 'from kern.regio', $x$ from doelen $x$, \"kern.regio\" /* from regio */ from pg_class", set()),
        ("select regio from (select 1) as t", set()),
        ("copy mart_ivp.doelen to stdout", {"mart_ivp.doelen"}),
        ("table doelen", {"mart_ivp.doelen"}),
        ("select e'it\\'s from kern.regio' from doelen", {"mart_ivp.doelen"}),
    ],
)
def test_relations_of_a_statement(statement, found):
    known = {"regio": ["kern"], "doelen": ["mart_ivp", "mart_jeugd"], "cijfers": ["mart_jeugd"]}
    assert access_log.relations(statement, known) == found


def test_a_line_that_a_reader_made_up_is_not_believed():
    forged = "2026-01-01 10:00:00.000 CET [7] beheer@v LOG:  statement: select * from kern.regio"
    log = f"2026-01-01 10:00:00.000 CET [9] bi_lezer@v LOG:  statement: select 1;\n\t{forged}\n"
    assert [
        (r.role, r.session) for r in access_log.reads_in(log, {"bi_lezer", "beheer"}, "v", {"regio": ["kern"]})
    ] == [("bi_lezer", 9)]


def test_the_command_takes_no_password_as_argument_and_shows_a_made_one_once(home_factory):
    home = home_factory()
    secret = home / "wachtwoord"
    secret.write_text("kort")
    until = str(this_day() + timedelta(days=30))

    def call(*arguments):
        command = [sys.executable, "-m", "veiligheidsbeeld", "access", *arguments]
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("VB_", "SOURCES", "SAMPLE"))}
        return subprocess.run(command, env=clean | {"VB_HOME": str(home)}, capture_output=True, text=True, timeout=120)

    made = call("grant", NAME, "--own", TOWN.lower(), "--until", until)
    assert made.returncode == 0, made.stderr
    word = made.stdout.split("once: ")[1].strip()
    assert len(word) >= 32
    assert NAME in call("list").stdout and TOWN in call("list").stdout
    short = call("grant", NAME, "--password-file", str(secret))
    assert short.returncode == 1 and "12 characters" in short.stderr
    assert "No such option" in call("grant", NAME, "--password", "x").stderr
    assert call("end", NAME).returncode == 0
    everything = "".join(p.read_text(errors="replace") for p in home.rglob("*.log"))
    assert word not in everything
