"""The drill: load, publish, back up, destroy, restore; the same figures, and the next look finds nothing new."""

import hashlib
import os
import shutil

import psycopg
import pytest
from psycopg import sql

from tests import roles
from tests.places import TOWN
from tests.publish.candidates import published, seen
from tests.registers.files import PROVIDER, YEAR, case, drop, load, waiting
from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.services import postgres
from veiligheidsbeeld.services.backup import backup, restore
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.steps.load import take_step
from veiligheidsbeeld.warehouse import connect

ROWS = [case("A-01", "2025-01-02"), case("A-02", "2025-02-03")]


def checksums(settings) -> dict[str, str]:
    """A fingerprint of every table, by name, of all its rows in any order."""
    with connect(settings, "postgres") as admin:
        names = admin.execute(
            "select n.nspname, c.relname from pg_class as c inner join pg_namespace as n on c.relnamespace = n.oid"
            " where c.relkind in ('r', 'p', 'v') and n.nspname !~ '^(pg_|information_schema$)'"
        ).fetchall()
        query = sql.SQL("select count(*), md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {} as t")
        return {
            f"{schema}.{table}": str(admin.execute(query.format(sql.Identifier(schema, table))).fetchone())
            for schema, table in names
        }


def contents(folder) -> dict[str, tuple]:
    return {
        str(p.relative_to(folder)): (hashlib.sha256(p.read_bytes()).hexdigest(), p.stat().st_mode)
        for p in folder.rglob("*")
        if p.is_file()
    }


@pytest.fixture
def working(clean_warehouse):
    """A home with a register in raw, a refused file, and two publications."""
    drop(clean_warehouse, YEAR, ROWS)
    drop(clean_warehouse, f"{TOWN}/verkeerd.csv", ROWS)
    load(clean_warehouse)
    published(clean_warehouse, 1.0)
    published(clean_warehouse, 2.0)
    with psycopg.connect(**clean_warehouse.conninfo("postgres", database="postgres"), autocommit=True) as admin:
        metadata = f"{clean_warehouse.pg_database}_airflow"
        admin.execute(sql.SQL("create database {} owner airflow").format(sql.Identifier(metadata)))
    with connect(clean_warehouse, "airflow", database=metadata) as airflow:
        airflow.execute("create table dag_run as select 'marts_publiceren' as dag_id")
    yield clean_warehouse
    with psycopg.connect(**clean_warehouse.conninfo("postgres", database="postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(metadata)))


def test_what_is_restored_is_what_was_there(working, home_factory, tmp_path):
    os.mkfifo(tmp_path / "pijp")
    (tmp_path / "pijp").rename(f"{working.drop}/{TOWN}/pijp")
    figures, files = checksums(working), contents(working.landing)
    made = backup(working, tmp_path / "backups", report=print)
    text = b"".join(p.read_bytes() for p in made.rglob("*") if p.is_file())
    assert [role for role, word in working.passwords.items() if word.encode() in text] == []
    shutil.rmtree(working.landing)

    home = home_factory()
    back = restore(Settings.from_env({"VB_HOME": str(home)}), made, report=print)
    try:
        assert checksums(back) == figures
        assert contents(back.landing) == files
        assert seen(back) == {2.0}
        with connect(back, "airflow", database=f"{back.pg_database}_airflow") as airflow:
            assert airflow.execute("select dag_id from dag_run").fetchall() == [("marts_publiceren",)]
        with connect(back, "postgres") as admin:
            assert roles.differences(admin)[0] == []
        assert back.passwords["beheer"] != working.passwords["beheer"]
        again = take_step(back, PROVIDER, run_id="later")
        assert (again.uitkomst, waiting(back)) == ("niets_nieuws", [])
        with pytest.raises(ConfigurationError, match="not empty"):
            restore(back, made, report=print)
    finally:
        postgres.stop(back, immediately=True)


def test_a_backup_that_is_not_whole_is_refused_before_anything_is_done(working, home_factory, tmp_path):
    made = backup(working, tmp_path, report=print)
    dump = max((made / "warehouse").iterdir(), key=lambda p: p.stat().st_size)
    dump.write_bytes(dump.read_bytes()[:-1])
    home = home_factory()
    with pytest.raises(ConfigurationError, match=dump.name):
        restore(Settings.from_env({"VB_HOME": str(home)}), made, report=print)
    assert list(home.iterdir()) == []
    with pytest.raises(ConfigurationError, match="no backup"):
        restore(Settings.from_env({"VB_HOME": str(home)}), tmp_path, report=print)
