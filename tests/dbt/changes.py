"""What can happen between two builds, and all that a build leaves, to be compared with a build from nothing."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

import psutil
import psycopg
from psycopg import sql

from tests import parse
from tests.dbt import register_scene, scene
from tests.dbt.registers import RegisterDelivery
from tests.places import TOWN
from veiligheidsbeeld.contracts.register import get_register
from veiligheidsbeeld.errors import VeiligheidsbeeldError
from veiligheidsbeeld.goals.calculate import calculate
from veiligheidsbeeld.registers.retention import retire
from veiligheidsbeeld.services.bootstrap import open_database
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.steps.retract import retract_step
from veiligheidsbeeld.transform import TransformReport, build
from veiligheidsbeeld.warehouse import connect

_CLOCK = sql.SQL("alter role transform in database {} set search_path = klok, pg_catalog, public")
# Themes are built whole whenever they are (docs/decisions/0035-only-what-changed.md).
BUILT = "^(staging|intermediate|kandidaat_kern)$"
Outcome = TransformReport | VeiligheidsbeeldError
Change = Callable[[Settings, Random], None]


def everything(settings: Settings) -> dict[str, Outcome]:
    """What themes are built from, as a publication asks for it."""
    found = build(settings, ["basis"])
    if not isinstance(found["basis"], VeiligheidsbeeldError):
        calculate(settings)
    return found


def contents(settings: Settings) -> dict[str, tuple]:
    """Columns, rows and comments of every relation that is built; sums of fractions may differ in their last digits."""
    found = {}
    with connect(settings, "transform") as connection:
        connection.execute("set extra_float_digits = -3")
        for name, columns in connection.execute(
            """
            select c.oid::regclass::text,
                array_agg(
                    array[attname, format_type(atttypid, atttypmod), col_description(c.oid, attnum)] order by attnum
                )
                || array[obj_description(c.oid), c.relkind::text, null]
            from pg_class as c
            inner join pg_attribute as a on a.attrelid = c.oid and attnum > 0 and not attisdropped
            where c.relkind in ('r', 'v') and c.relnamespace::regnamespace::text ~ %s and c.relname !~ '__dbt_'
            group by c.oid
            """,
            [BUILT],
        ).fetchall():
            rows = "select count(*), sum(hashtextextended(t::text, 0)) from {} as t"
            found[name] = (columns, connection.execute(sql.SQL(rows).format(sql.SQL(name))).fetchone())
    return found


def said(outcomes: dict[str, Outcome]) -> dict[str, object]:
    """What failed and what warned."""
    return {
        name: one.what.splitlines()[1:] if isinstance(one, VeiligheidsbeeldError) else sorted(one.warnings)
        for name, one in outcomes.items()
    }


def twin(server: Settings, settings: Settings, home: Path, ending: str) -> Settings:
    """A copy of a warehouse, with its marks and what dbt read; nobody may be connected to it."""
    name = f"{settings.pg_database}_{ending}"
    shutil.copy2(settings.home / "secrets.json", home)
    with psycopg.connect(**server.conninfo("postgres", database="postgres"), autocommit=True) as admin:
        copy = "drop database if exists {0} with (force); create database {0} owner beheer template {1}"
        for statement in copy.split(";"):
            admin.execute(sql.SQL(statement).format(*map(sql.Identifier, (name, settings.pg_database))))
        open_database(admin, name)
        if "klok" in _path(settings):
            admin.execute(_CLOCK.format(sql.Identifier(name)))
    copy = replace(settings, home=home, pg_database=name, environ=settings.environ | {"VB_HOME": str(home)})
    parse.begin(settings, copy)
    return copy


def from_nothing(server: Settings, settings: Settings, home: Path) -> tuple[dict[str, tuple], dict[str, object]]:
    """What a build of the same raw would leave in a copy of the warehouse in which nothing was built."""
    copy = twin(server, settings, home, "anders")
    with connect(copy, "transform") as connection:
        connection.execute("delete from beheer.merk")
        for kind, relation in connection.execute(
            "select case relkind when 'v' then 'view' else 'table' end, oid::regclass::text from pg_class"
            " where relkind in ('r', 'v') and relnamespace::regnamespace::text ~ %s",
            [BUILT],
        ).fetchall():
            connection.execute(sql.SQL("drop {} if exists {} cascade").format(sql.SQL(kind), sql.SQL(relation)))
    outcomes = everything(copy)
    return contents(copy), said(outcomes)


def _path(settings: Settings) -> str:
    with connect(settings, "transform") as connection:
        return connection.execute("show search_path").fetchone()[0]


def a_register(settings: Settings, chance: Random) -> None:
    """The same months again, with other numbers."""
    first = next(d for d in register_scene.deliveries() if d.register == "halt")
    rows = [row | {"jongeren": chance.randrange(50)} for row in first.rows]
    with connect(settings, "lader") as connection:
        closed = connection.execute(
            "update raw.halt set levering_tot = levering_van where levering_tot is null returning rijnummer"
        ).fetchall()
        number = RegisterDelivery("halt", first.gemeenten, first.van, first.tot, rows).write(connection)
        ends = "update raw.halt set levering_tot = %s where levering_tot = levering_van"
        assert connection.execute(ends, [number]).rowcount == len(closed)


def a_month(settings: Settings, chance: Random) -> None:
    """Of the police, for one kind of crime in one municipality."""
    delivery = scene.crimes()
    delivery.cells = {
        (kind, region, period): tuple(value + chance.randrange(9) for value in values)
        for (kind, region, period), values in delivery.cells.items()
        if (kind, region, period[:6]) == ("1.1.1", TOWN, "2025MM")
    }
    with connect(settings, "lader") as connection:
        delivery.write(connection)


def a_wave(settings: Settings, chance: Random) -> None:
    with connect(settings, "lader") as connection:
        connection.execute(
            "update raw.vm_schatting set p = p + %s where doelgroep = 'jongeren'", [chance.randrange(1, 9) / 1000]
        )


def a_retraction(settings: Settings, chance: Random) -> None:
    """Of the newest delivery of a register or of the police, which brings back what was before."""
    dataset = chance.choice(["halt", "politie_misdrijven_gemeente"])
    standing = (
        "select levering_id from raw.levering as l where dataset = %s and not scope ? 'trekt_in' and levering_id > 16"
        " and not exists (select from raw.levering where (scope ->> 'trekt_in')::integer = l.levering_id)"
        " order by 1 desc limit 1"
    )
    with connect(settings, "lader") as connection:
        newest = connection.execute(standing, [dataset]).fetchone()
    if newest:
        retract_step(settings, dataset, newest[0], reason="proef", report=lambda line: None)


def a_retention(settings: Settings, chance: Random) -> None:
    with connect(settings, "lader") as connection:
        retire(connection, get_register("meldpunt_ondermijning"), date(2028, chance.randrange(1, 13), 15))


def another_day(settings: Settings, chance: Random) -> None:
    """Before or after goals began to hold."""
    with connect(settings, "postgres") as connection:
        connection.execute("create schema if not exists klok; grant usage on schema klok to transform")
        known = connection.execute("select prosrc from pg_proc where pronamespace = 'klok'::regnamespace").fetchall()
        days = ("select '2023-03-01'::timestamptz", "select '2022-06-01'::timestamptz")
        query = sql.Literal(chance.choice([day for day in days if (day,) not in known]))
        now = "create or replace function klok.now() returns timestamptz language sql stable as {}"
        connection.execute(sql.SQL(now).format(query))
        connection.execute(_CLOCK.format(sql.Identifier(settings.pg_database)))


def while_building(settings: Settings, lines: int, act: Callable[[], None]) -> VeiligheidsbeeldError | None:
    """Does something when a build of `basis` has said so many lines; what the build raised."""
    said: list[str] = []
    raised: list[VeiligheidsbeeldError] = []

    def run() -> None:
        try:
            build(settings, ["basis"], report=said.append)
        except VeiligheidsbeeldError as error:
            raised.append(error)

    running, before = threading.Thread(target=run), time.monotonic()
    running.start()
    while running.is_alive() and len(said) < lines and time.monotonic() < before + 120:
        time.sleep(0.05)
    act()
    running.join()
    return next(iter(raised), None)


def _kill_dbt() -> None:
    for child in psutil.Process().children(recursive=True):
        if "veiligheidsbeeld.dbt" in child.cmdline():
            child.kill()


def a_killed_build(settings: Settings, chance: Random) -> None:
    """Of a changed register, by the kernel, when some of it is done."""
    a_register(settings, chance)
    while_building(settings, chance.randrange(60, 250), _kill_dbt)


def looking_back(settings: Settings, chance: Random) -> None:
    build(settings, ["basis"], vars={"peilmoment": "2026-02-01T00:00:00+01:00"})


def a_title(settings: Settings, chance: Random) -> None:
    """In a code list: a rule of the tables warns or fails on it, until the next change of it."""
    with connect(settings, "lader") as connection:
        connection.execute(
            "update raw.codelijst set titel ="
            " case when titel like '%% (nieuw)' then left(titel, -8) else titel || ' (nieuw)' end"
            " where dataset = 'politie_overlast_gemeente' and dimensie = 'Overlast' and levering_tot is null"
            " and code = (select min(code) from raw.codelijst where dimensie = 'Overlast')"
        )


CHANGES: tuple[Change, ...] = (
    a_register, a_month, a_wave, a_retraction, a_retention, another_day, a_killed_build, looking_back, a_title,
)  # fmt: skip
