"""An older warehouse becomes this one: every change once, all of them or none."""

import psycopg
import pytest

from tests.publish.candidates import published, seen
from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.services.bootstrap import bootstrap
from veiligheidsbeeld.warehouse import connect, migrations

OLD = """
    create table publicatie.ivp__resultaatafspraken (publicatie_nr integer, basis_2019 integer, jaar_2023 integer);
    create view mart_ivp.resultaatafspraken as select basis_2019, jaar_2023 from publicatie.ivp__resultaatafspraken;
"""


def there(settings, name):
    with connect(settings, "postgres") as admin:
        return admin.execute("select to_regclass(%s) is not null", [name]).fetchone()[0]


def test_an_older_warehouse_is_changed_once_keeps_its_figures_and_publishes(clean_warehouse):
    published(clean_warehouse, 1.0)
    with connect(clean_warehouse, "beheer") as owner:
        owner.execute("drop table beheer.migratie")
    with connect(clean_warehouse, "publicist") as publicist:
        publicist.execute(OLD)
    bootstrap(clean_warehouse)
    assert not there(clean_warehouse, "publicatie.ivp__resultaatafspraken")
    assert not there(clean_warehouse, "mart_ivp.resultaatafspraken")
    assert seen(clean_warehouse) == {1.0}
    published(clean_warehouse, 2.0)
    assert seen(clean_warehouse) == {2.0}
    with connect(clean_warehouse, "publicist") as publicist:
        publicist.execute(OLD)
    bootstrap(clean_warehouse)
    assert there(clean_warehouse, "mart_ivp.resultaatafspraken"), "what was done is not done again"


def test_one_that_fails_leaves_everything_as_it_was(clean_warehouse, tmp_path):
    for number, text in ((9001, "create table beheer.nieuw (n integer);"), (9002, "select 1 / 0;")):
        (tmp_path / f"{number}_proef.sql").write_text(text)
    with pytest.raises(psycopg.errors.DivisionByZero), connect(clean_warehouse, "beheer") as owner:
        migrations.migrate(owner, tmp_path)
    assert not there(clean_warehouse, "beheer.nieuw")
    (tmp_path / "9002_proef.sql").write_text("insert into beheer.nieuw values (1);")
    with connect(clean_warehouse, "beheer") as owner:
        assert migrations.migrate(owner, tmp_path) == ["9001_proef", "9002_proef"]
        assert migrations.migrate(owner, tmp_path) == []
    with pytest.raises(ConfigurationError, match="newer version"):
        bootstrap(clean_warehouse)
