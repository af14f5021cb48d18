"""A build leaves what did not change, and never leaves what did: after anything, it equals a build from nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random

import pytest

from tests.dbt import changes
from veiligheidsbeeld import marks
from veiligheidsbeeld.errors import ProcessLost
from veiligheidsbeeld.settings import PROJECT, Settings
from veiligheidsbeeld.transform import transform
from veiligheidsbeeld.warehouse import connect

pytestmark = pytest.mark.timeout(3600)

# What is made of the sources alone.
APART = {
    "int_cel_gemeente", "int_maandreeks_buurt", "int_maand_gemeente", "int_cijfer", "int_enquete", "int_kubus",
    "int_bevolking", "int_noemer", "int_dekking",
}  # fmt: skip
# Changes in a row, of the nine that there are: each costs a build. All nine, and other orders, were run by hand.
SOME, SEEDS = 4, [21]


@pytest.fixture(scope="module")
def line(built, _server, home_factory) -> Settings:
    """A warehouse in which everything was built once."""
    settings = changes.twin(_server, built, home_factory(), "rij")
    changes.everything(settings)
    return settings


def numbers(settings: Settings) -> dict[str, int]:
    """What tells the builds of a table apart."""
    query = (
        "select relname, oid::bigint from pg_class where relkind = 'r' and relnamespace = 'intermediate'::regnamespace"
    )
    with connect(settings, "transform") as connection:
        return dict(connection.execute(query).fetchall())


def sessions(settings: Settings) -> int:
    """Sessions that the warehouse has seen."""
    with connect(settings, "postgres") as admin:
        query = "select sessions from pg_stat_database where datname = current_database()"
        return admin.execute(query).fetchone()[0]


def test_nothing_new_leaves_everything(line):
    """But for what a model of an earlier version left, and what was made on that."""
    before, seen = numbers(line), sessions(line)
    with connect(line, "transform") as connection:
        connection.execute("create table intermediate.int_van_vroeger as select 1 as een")
        connection.execute("create view staging.stg_van_vroeger as select * from intermediate.int_van_vroeger")
    report = transform(line, "basis")
    assert numbers(line) == before
    assert sessions(line) - seen < len(report.nodes) / 10, "a thread of dbt keeps its connection"
    # What the plans' goals may become is computed between `basis` and the themes, and a test of a view reads it.
    assert {n.name for n in report.nodes if not n.unchanged} <= {"sleutel_int_doelstatus_doel_code__regio_code"}


def test_a_register_leaves_police_and_survey_alone(line):
    before = numbers(line)
    changes.a_register(line, Random(1))
    report = transform(line, "basis")
    built = {name for name, number in numbers(line).items() if before[name] != number}
    assert "int_register_cijfer" in built
    assert not built & APART
    assert report.rows["int_cijfer"] > 1000, "what stays is counted as well"


def leftovers(settings: Settings) -> int:
    with connect(settings, "transform") as connection:
        query = "select count(*) from pg_class where relname ~ '__dbt_(tmp|backup)'"
        return connection.execute(query).fetchone()[0]


def test_threads_that_lost_their_connection_end_the_try_and_the_next_goes_on(line):
    """As when an administrator ends the sessions of dbt: nothing is said of the models. What such an end can leave goes
    at the next build, also where the table that it belongs to stays."""
    changes.a_register(line, Random(5))
    ends = (
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name = 'veiligheidsbeeld:dbt'"
    )

    def end() -> None:
        with connect(line, "postgres") as admin:
            ended.extend(admin.execute(ends).fetchall())

    ended: list[tuple[bool]] = []
    raised = changes.while_building(line, 120, end)
    assert len(ended) > 1 and {gone for (gone,) in ended} == {True}
    assert isinstance(raised, ProcessLost), raised
    with connect(line, "transform") as connection:
        connection.execute("alter table intermediate.int_regio rename to int_regio__dbt_backup")
        connection.execute("create table intermediate.int_regio (like intermediate.int_regio__dbt_backup)")
        connection.execute("create view intermediate.int_regio__dbt_tmp as select 1 as een")
    assert leftovers(line) >= 2
    assert not [n for n in transform(line, "basis").nodes if n.failed]
    assert leftovers(line) == 0
    with connect(line, "transform") as connection:
        assert connection.execute("select count(*) from intermediate.int_regio").fetchone() > (2,)


@pytest.mark.parametrize("seed", SEEDS)
def test_after_anything_it_equals_a_build_from_nothing(line, _server, home_factory, seed):
    """Compared once, at the end, which is a build from nothing of minutes: what was left wrongly stays wrong."""
    chance = Random(seed)
    order = chance.sample(changes.CHANGES, SOME)
    for change in order[:-1]:
        change(line, chance)
        changes.build(line, ["basis"])
    order[-1](line, chance)
    told = changes.said(changes.everything(line))
    found, so_far = changes.contents(line), [change.__name__ for change in order]
    wanted, told_anew = changes.from_nothing(_server, line, home_factory())
    assert {name for name in wanted.keys() | found if wanted.get(name) != found.get(name)} == set(), so_far
    assert told == told_anew, so_far


def test_no_text_asks_for_less_than_a_day():
    """Marks know the day, and no hour."""
    asks = r"\bnow\(|current_(date|time)|localtime|_timestamp\(|'now'|'today'|random\(|invocation_id|run_started"
    files = [p for kind in ("models", "macros", "tests") for p in (PROJECT / "dbt_project" / kind).rglob("*.sql")]
    assert len(files) > 200
    found = {p.name for p in files if re.search(asks, p.read_text(encoding="utf-8"), re.IGNORECASE)}
    assert found == {"peildag.sql"}


def test_no_text_leaves_a_setting_to_the_next_node():
    """A thread of dbt keeps its session, and what it set."""
    # Not the `set` of an upsert.
    sets = r"^\s*set\s+(?!local\b)\w+\s*(=|to)(?!.*\bexcluded\.)|set_config|create\s+temp|\bdiscard\b|pg_advisory_lock"
    files = [p for p in (PROJECT / "dbt_project").rglob("*.*") if p.suffix in (".sql", ".yml")]
    assert len(files) > 300
    lines = ((p.name, line) for p in files for line in p.read_text(encoding="utf-8").splitlines())
    assert [(name, line) for name, line in lines if re.search(sets, line, re.IGNORECASE)] == []


@pytest.mark.parametrize("changed", ["dbt_project/models/x.sql", "dbt_project/macros/x.sql", "dbt_project/models/x.md"])
def test_another_text_forgets_all_marks(warehouse, tmp_path, changed):
    other = replace(warehouse, project=tmp_path)
    (tmp_path / changed).parent.mkdir(parents=True)
    kept = []
    for text in ("a", "a", "b"):
        (tmp_path / changed).write_text(text)
        with connect(warehouse, "transform") as connection:
            connection.execute("insert into beheer.merk (knoop, invoer) values ('proef', 'x') on conflict do nothing")
        marks.renew(other)
        with connect(warehouse, "transform") as connection:
            found = connection.execute("select count(*) from beheer.merk where knoop = 'proef'").fetchone()
            kept.append(found[0])
    assert kept == [0, 1, 0]
