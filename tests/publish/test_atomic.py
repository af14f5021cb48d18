"""Readers see whole publications only: while publishing, in long transactions, and when the publisher is killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import psycopg
import pytest

from tests.publish.candidates import COLUMNS, build, delivered, judged, published, seen
from veiligheidsbeeld import publish
from veiligheidsbeeld.errors import VeiligheidsbeeldError
from veiligheidsbeeld.publish import publication
from veiligheidsbeeld.warehouse import connect

# One statement over two tables of the theme: how many rows, and which values.
BOTH = """
    select count(*), array_agg(distinct waarde) from (
        select waarde from mart_jeugd.indicatorwaarden union all select waarde from mart_jeugd.toelichting
    ) as beide
"""


class Poller(threading.Thread):
    """Reads both tables over and over; keeps every distinct answer and the longest wait for one."""

    def __init__(self, settings) -> None:
        super().__init__(daemon=True)
        self.settings, self.stopped = settings, threading.Event()
        self.answers: set[tuple] = set()
        self.reads, self.slowest, self.failure = 0, 0.0, None

    def run(self) -> None:
        try:
            with connect(self.settings, "bi_lezer", autocommit=True) as connection:
                while not self.stopped.is_set():
                    started = time.monotonic()
                    count, values = connection.execute(BOTH).fetchone()
                    self.slowest = max(self.slowest, time.monotonic() - started)
                    self.answers.add((count, tuple(values)))
                    self.reads += 1
        except psycopg.Error as error:
            self.failure = error


@contextmanager
def polling(settings):
    poller = Poller(settings)
    poller.start()
    try:
        yield poller
    finally:
        poller.stopped.set()
        poller.join()
    assert poller.failure is None
    assert poller.reads > 20


def prepared(settings, value: float, **options) -> None:
    delivered(settings)
    build(settings, value, **options)
    judged(settings)


def test_a_reader_never_sees_half_a_publication(clean_warehouse):
    published(clean_warehouse, 0, rows=5000)
    with polling(clean_warehouse) as poller:
        for value in range(1, 8):
            published(clean_warehouse, value, rows=5000)
    assert poller.answers <= {(10_000, (float(value),)) for value in range(8)}
    assert len(poller.answers) > 2
    assert poller.slowest < 1


@pytest.mark.parametrize(("isolation", "second"), [("repeatable read", 1), ("read committed", 2)])
def test_a_transaction_over_two_statements(clean_warehouse, isolation, second):
    """Repeatable read keeps one publication over all tables; read committed moves on with the next statement."""
    published(clean_warehouse, 1)
    with connect(clean_warehouse, "bi_lezer") as reader:
        reader.execute(f"set transaction isolation level {isolation}")
        assert reader.execute("select distinct waarde from mart_jeugd.indicatorwaarden").fetchall() == [(1,)]
        # The open transaction does not hold up the publisher either.
        assert published(clean_warehouse, 2).seconds < 5
        assert reader.execute("select distinct waarde from mart_jeugd.toelichting").fetchall() == [(second,)]
        assert reader.execute("select distinct waarde from mart_jeugd.indicatorwaarden").fetchall() == [(second,)]
    assert seen(clean_warehouse) == {2}


def test_turning_back_is_whole_as_well(clean_warehouse):
    published(clean_warehouse, 1, rows=2000)
    second = published(clean_warehouse, 2, rows=2000)
    with polling(clean_warehouse) as poller:
        for _ in range(10):
            publish.rollback(clean_warehouse, "jeugd")
            publish.rollback(clean_warehouse, "jeugd", naar=second.nr)
    assert poller.answers <= {(4000, (1.0,)), (4000, (2.0,))}


def test_a_changed_view_waits_for_readers_and_lets_others_through(clean_warehouse):
    """A new column needs the view for a moment; the publisher gives way and tries again."""
    published(clean_warehouse, 1)
    prepared(clean_warehouse, 2, columns={**COLUMNS, "n": "integer"})
    with connect(clean_warehouse, "bi_lezer") as holder, polling(clean_warehouse) as poller:
        holder.execute("select 1 from mart_jeugd.indicatorwaarden limit 1")
        release = threading.Timer(2.5, holder.rollback)
        release.start()
        assert publish.publish(clean_warehouse, "jeugd").status == "gepubliceerd"
        release.join()
    assert poller.answers <= {(200, (1.0,)), (200, (2.0,))}
    assert poller.slowest < 2


def test_a_reader_that_never_lets_go_is_named(clean_warehouse, monkeypatch):
    monkeypatch.setattr(publication, "_ATTEMPTS", 1)
    published(clean_warehouse, 1)
    prepared(clean_warehouse, 2, columns={**COLUMNS, "n": "integer"})
    with connect(clean_warehouse, "bi_lezer") as holder:
        holder.execute("select 1 from mart_jeugd.indicatorwaarden limit 1")
        with pytest.raises(VeiligheidsbeeldError, match="held a lock") as stopped:
            publish.publish(clean_warehouse, "jeugd")
    assert "pg_stat_activity" in stopped.value.remedy
    assert seen(clean_warehouse) == {1}
    assert publish.publish(clean_warehouse, "jeugd").status == "gepubliceerd"


_CHILD = """
import sys
from dataclasses import replace
from pathlib import Path
from veiligheidsbeeld.publish import publish
from veiligheidsbeeld.settings import Settings
settings = replace(Settings.from_env(), project=Path(sys.argv[1]))
print("go", flush=True)
publish(settings, "jeugd")
"""


def publisher(settings) -> subprocess.Popen:
    """A publisher in a process of its own, about to begin."""
    environ = {
        **os.environ,
        "VB_HOME": str(settings.home),
        "VB_PG_HOST": settings.pg_host,
        "VB_PG_PORT": str(settings.pg_port),
        "VB_PG_DATABASE": settings.pg_database,
    }
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(settings.project)], stdout=subprocess.PIPE, env=environ, text=True
    )
    assert child.stdout.readline() == "go\n"
    return child


def test_killed_at_any_moment_readers_see_the_old_or_the_new_whole(clean_warehouse):
    rows, rounds = 20_000, 10
    published(clean_warehouse, 0, rows=rows)
    rng = random.Random(20260101)
    prepared(clean_warehouse, 0.5, rows=rows)
    began = time.monotonic()
    publish.publish(clean_warehouse, "jeugd")
    usual = time.monotonic() - began
    outcomes = set()
    with polling(clean_warehouse) as poller:
        for value in range(1, rounds + 1):
            prepared(clean_warehouse, value, rows=rows)
            [before] = seen(clean_warehouse)
            child = publisher(clean_warehouse)
            # From before the first statement to after the last; the strata leave no part of it out.
            time.sleep(usual * 1.2 * (value - 1 + rng.random()) / rounds)
            child.send_signal(signal.SIGKILL)
            child.wait()
            [after] = seen(clean_warehouse)
            assert after in (before, value)
            # The next run repairs: it publishes what was not, or finds that it was.
            repaired = publish.publish(clean_warehouse, "jeugd")
            outcomes.add(repaired.status)
            assert seen(clean_warehouse) == seen(clean_warehouse, table="mart_jeugd.toelichting") == {value}
    assert poller.answers <= {(2 * rows, (float(v),)) for v in [0, 0.5, *range(1, rounds + 1)]}
    assert "gepubliceerd" in outcomes
    with connect(clean_warehouse, "publicist") as connection:
        # Nothing half-moved is left: every partition belongs to a publication, every candidate table is gone.
        assert connection.execute(
            "select count(*) from pg_class where relnamespace = 'publicatie'::regnamespace"
            " and relkind = 'r' and not relispartition"
        ).fetchone() == (0,)
        assert connection.execute(
            "select count(*) from pg_class where relnamespace = 'kandidaat_jeugd'::regnamespace and relkind = 'r'"
        ).fetchone() == (0,)
        assert connection.execute(
            "select count(*) from beheer.publicatie where status = 'gepubliceerd'"
        ).fetchone() == (rounds + 2,)
