"""A query that the database gives up says nothing about the model: another try builds it."""

from __future__ import annotations

import threading

import psycopg
import pytest

from veiligheidsbeeld import dbt
from veiligheidsbeeld.warehouse import connect


def deadlock(settings) -> str:
    """What PostgreSQL says to one of two who wait for each other."""
    said: list[str] = []
    met = threading.Barrier(2)

    def take(first: str, second: str) -> None:
        with connect(settings, "transform") as connection:
            connection.execute(f"select pg_advisory_xact_lock({first})")
            met.wait()
            try:
                connection.execute(f"select pg_advisory_xact_lock({second})")
            except psycopg.errors.DeadlockDetected as error:
                said.append(str(error))
                connection.rollback()

    both = [threading.Thread(target=take, args=locks) for locks in (("71", "72"), ("72", "71"))]
    for one in both:
        one.start()
    for one in both:
        one.join()
    return said[0]


def ended(settings) -> str:
    """What PostgreSQL says to one whose session an administrator ends."""
    with connect(settings, "postgres") as admin, psycopg.connect(**settings.conninfo("transform")) as other:
        number = other.info.backend_pid
        admin.execute("select pg_terminate_backend(%s, 5000)", [number])
        with pytest.raises(psycopg.OperationalError) as told:
            other.execute("select 1")
        return str(told.value)


def wrong(settings) -> str:
    with connect(settings, "transform") as connection, pytest.raises(psycopg.errors.DivisionByZero) as told:
        connection.execute("select 1 / 0")
    return str(told.value)


@pytest.mark.parametrize(("say", "again"), [(deadlock, True), (ended, True), (wrong, False)])
def test_what_is_told_of_the_server_is_told_apart(clean_warehouse, say, again):
    assert dbt.of_the_server(say(clean_warehouse)) is again
