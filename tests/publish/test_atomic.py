"""Readers see whole publications only: while publishing, in long transactions, and when the publisher is killed."""

from __future__ import annotations

import os
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
                    self.answers.add((count, tuple(values or ())))
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


@pytest.mark.parametrize(("isolation", "second"), [("repeatable read", 1), ("read committed", 2)])
def test_a_transaction_over_two_statements(clean_warehouse, isolation, second):
    """Repeatable read keeps one publication over all tables; read committed moves on with the next statement."""
    published(clean_warehouse, 1)
    with connect(clean_warehouse, "bi_lezer") as reader:
        reader.execute(f"set transaction isolation level {isolation}")
        assert reader.execute("select distinct waarde from mart_jeugd.indicatorwaarden").fetchall() == [(1,)]
        # The open transaction does not hold up the publisher either.
        assert published(clean_warehouse, 2).status == "gepubliceerd"
        assert reader.execute("select distinct waarde from mart_jeugd.toelichting").fetchall() == [(second,)]
        assert reader.execute("select distinct waarde from mart_jeugd.indicatorwaarden").fetchall() == [(second,)]
    assert seen(clean_warehouse) == {2}


@pytest.mark.parametrize("prepare", [False, True])
def test_a_transaction_that_asks_the_same_again(clean_warehouse, prepare):
    """A prepared statement may keep its plan, which does not list what was published since: it shows what it did."""
    published(clean_warehouse, 1)
    with connect(clean_warehouse, "bi_lezer") as reader:
        answers = []
        for value in range(2, 6):
            answers.append(reader.execute(BOTH, prepare=prepare).fetchone())
            published(clean_warehouse, value)
        answers.append(reader.execute(BOTH, prepare=prepare).fetchone())
        publish.rollback(clean_warehouse, "jeugd", naar=2)
        answers.append(reader.execute(BOTH, prepare=prepare).fetchone())
        wholes = [(200, [float(value)]) for value in (1, 2, 3, 4, 5, 2)]
        assert all(answer in wholes[: nr + 1] for nr, answer in enumerate(answers))
        newest = [values for _, values in answers[:5]]
        assert newest == sorted(newest)
        assert prepare or answers == wholes
        reader.rollback()
        assert reader.execute(BOTH, prepare=prepare).fetchone() == (200, [2])


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
        release = threading.Timer(6, holder.rollback)
        release.start()
        assert publish.publish(clean_warehouse, "jeugd").status == "gepubliceerd"
        release.join()
    assert poller.answers <= {(200, (1.0,)), (200, (2.0,))}
    assert poller.slowest < 5, "others waited as long as the publisher did"


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


# Publishes and counts its statements; kills itself with SIGKILL at the n-th, before it or while it runs.
_CHILD = """
import os, signal, sys, threading
from dataclasses import replace
from pathlib import Path
import psycopg
from veiligheidsbeeld.publish import publish
from veiligheidsbeeld.settings import Settings

settings = replace(Settings.from_env(), project=Path(sys.argv[1]))
last, count, run = int(sys.argv[2]), 0, psycopg.Connection.execute

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def execute(self, *arguments, **options):
    global count
    count += 1
    if count == last:
        threading.Timer(0.002, die).start() if count % 2 else die()
    return run(self, *arguments, **options)

psycopg.Connection.execute = execute
publish(settings, "jeugd")
print(count)
"""


def publisher(settings, kill_at: int) -> subprocess.CompletedProcess:
    """A publisher in a process of its own that dies at a statement (0: it lives)."""
    environ = {
        **os.environ,
        "VB_HOME": str(settings.home),
        "VB_PG_HOST": settings.pg_host,
        "VB_PG_PORT": str(settings.pg_port),
        "VB_PG_DATABASE": settings.pg_database,
    }
    arguments = [sys.executable, "-c", _CHILD, str(settings.project), str(kill_at)]
    return subprocess.run(arguments, env=environ, capture_output=True, text=True, timeout=60)


def test_killed_at_any_moment_readers_see_the_old_or_the_new_whole(clean_warehouse):
    rows = 20_000
    published(clean_warehouse, 0, rows=rows)
    prepared(clean_warehouse, 0.5, rows=rows)
    statements = int(publisher(clean_warehouse, 0).stdout)
    moments = sorted({*range(3, statements, statements // 9), statements - 4, statements})
    outcomes = []
    with polling(clean_warehouse) as poller:
        for value, moment in enumerate(moments, 1):
            prepared(clean_warehouse, value, rows=rows)
            [before] = seen(clean_warehouse)
            assert publisher(clean_warehouse, moment).returncode == -signal.SIGKILL
            [after] = seen(clean_warehouse)
            assert after in (before, value)
            # The next run repairs: it publishes what was not, or finds that it was.
            repaired = publish.publish(clean_warehouse, "jeugd")
            assert repaired.status == ("ongewijzigd" if after == value else "gepubliceerd")
            outcomes.append(repaired.status)
            assert seen(clean_warehouse) == seen(clean_warehouse, table="mart_jeugd.toelichting") == {value}
    assert poller.answers <= {(2 * rows, (float(v),)) for v in [0, 0.5, *range(1, len(moments) + 1)]}
    # Most of the work is before the one commit, some of it after.
    assert (outcomes[0], outcomes[-1]) == ("gepubliceerd", "ongewijzigd")
    with connect(clean_warehouse, "publicist") as connection:
        # Nothing half-moved is left: every partition belongs to a publication, every candidate table is gone.
        left = connection.execute(
            "select relname from pg_class where relkind = 'r' and not relispartition"
            " and relnamespace in ('publicatie'::regnamespace, 'kandidaat_jeugd'::regnamespace)"
            " and relname !~ '^jeugd__(indicatorwaarden__(serie|cel|as|blok)|toelichting__rij)$'"
        ).fetchall()
        assert left == []
        done = connection.execute("select count(*) from beheer.publicatie where status = 'gepubliceerd'").fetchone()
        assert done == (len(moments) + 2,)
