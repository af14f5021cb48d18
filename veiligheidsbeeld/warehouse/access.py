"""Persons who log in to the warehouse under a name of their own, and for whom they see own figures.

A person is a role that may do what `analist` or `bi_lezer` may, for a time, and besides see the exact counts of areas
for which it is named (`kern.mijn_cijfers`). Areas are roles that nobody logs in with, made from the region's folder.
Who was given what, and when it ended, stays in `beheer.toegang`. Why: docs/decisions/0033-access.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

import psycopg
from psycopg import errors as pg
from psycopg import sql

from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.region import Region
from veiligheidsbeeld.settings import this_day
from veiligheidsbeeld.warehouse import readers
from veiligheidsbeeld.warehouse.connection import verifier

# By the kind of area, how its role begins; `kern.mijn_cijfers` finds the code of the area behind it.
AREA_ROLES = {"gemeente": "gemeente_", "samenwerkingsgebied": "samenwerking_"}
_NAME = re.compile(r"[a-z][a-z0-9_.-]{2,39}")


@dataclass(frozen=True)
class Person:
    """Somebody who may log in: as which reader, for which areas (codes), until when, and when they read last."""

    name: str
    reads_as: str
    own: tuple[str, ...]
    until: datetime | None
    last_read: datetime | None


def area_roles(region: Region) -> dict[str, str]:
    """Role by code of each municipality and partnership that the region has today."""
    today = [m for m in region.members if m.tot == date.max]
    towns = {m.gemeente: f"{AREA_ROLES['gemeente']}{m.gemeente.lower()}" for m in today}
    kind = "samenwerkingsgebied"
    return towns | {m.gebied: f"{AREA_ROLES[kind]}{m.gebied.lower()}" for m in today if m.soort == kind}


def ensure_roles(admin: psycopg.Connection, region: Region) -> None:
    """The roles of areas and the group of all persons, without any right of their own; as the superuser."""
    there = {name for (name,) in admin.execute("select rolname from pg_roles")}
    for role in {readers.PERSONS, *area_roles(region).values()} - there:
        admin.execute(sql.SQL("create role {} nologin").format(sql.Identifier(role)))


def grant(
    admin: psycopg.Connection, region: Region, name: str, *, reads_as: str, own: list[str], until: date, password: str
) -> None:
    """Lets a person in, or says anew what a known one may; as the superuser. The password goes as SCRAM verifier."""
    roles = area_roles(region)
    if not _NAME.fullmatch(name) or name.startswith(tuple(AREA_ROLES.values())):
        raise ConfigurationError(
            f"{name!r} cannot be the name of a person.",
            remedy="Use 3 to 40 small letters, digits and _ . -, beginning with a letter and not as areas do.",
        )
    if unknown := [code for code in own if code not in roles]:
        raise ConfigurationError(
            f"The region has no municipality or partnership {', '.join(unknown)}.",
            remedy=f"Choose from: {', '.join(sorted(roles))}.",
        )
    if until <= this_day():
        raise ConfigurationError(f"{until} is not in the future.", remedy="Give a later day with --until.")
    known = name in readers.persons(admin)
    if not known and admin.execute("select 1 from pg_roles where rolname = %s", [name]).fetchone():
        raise ConfigurationError(f"{name} is a role of the system.", remedy="Choose another name.")
    role = sql.Identifier(name)
    if known:
        _revoke_all(admin, name)
    admin.execute(
        sql.SQL("{} role {} login password {} valid until {}").format(
            sql.SQL("alter" if known else "create"), role, verifier(admin, name, password), sql.Literal(str(until))
        )
    )
    admin.execute(sql.SQL("grant {} to {} with inherit false, set false").format(sql.Identifier(readers.PERSONS), role))
    for given in (reads_as, *(roles[code] for code in own)):
        # Never `set role`: as analist itself they could change the password that all others use.
        admin.execute(sql.SQL("grant {} to {} with inherit true, set false").format(sql.Identifier(given), role))
    readers.bound(admin, name)
    readers.guarded(admin, name)
    _log(admin, name, "verleend", reads_as, own, until)


def end(admin: psycopg.Connection, name: str) -> None:
    """Ends what a person may: the sessions at once, and the login; as the superuser."""
    if name not in readers.persons(admin):
        raise ConfigurationError(f"Nobody is called {name} here.", remedy="`veiligheidsbeeld access list` names them.")
    role = sql.Identifier(name)
    admin.execute(sql.SQL("alter role {} nologin").format(role))
    admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = %s", [name])
    _revoke_all(admin, name)
    _log(admin, name, "beeindigd")
    try:
        with admin.transaction():
            admin.execute(sql.SQL("drop role {}").format(role))
    except pg.DependentObjectsStillExist as error:
        raise ConfigurationError(
            f"{name} cannot log in any more, but owns something: {error.diag.message_detail}.",
            remedy="Give that to another role (`reassign owned`), then drop the role.",
        ) from error


def listed(admin: psycopg.Connection) -> list[Person]:
    """Everybody who may log in under a name of their own."""
    codes = "|".join(AREA_ROLES.values())
    query = """
        select r.rolname,
            (array_agg(g.rolname) filter (where g.rolname = any (%s)))[1],
            coalesce(
                array_agg(upper(regexp_replace(g.rolname, %s, '')) order by g.rolname) filter (where g.rolname ~ %s),
                '{}'
            ),
            nullif(r.rolvaliduntil, 'infinity'),
            (select max(i.moment) from beheer.inzage as i where i.rol = r.rolname)
        from pg_roles as r
        inner join pg_auth_members as m on m.member = r.oid
        inner join pg_roles as g on g.oid = m.roleid
        where r.rolname = any (%s)
        group by r.oid, r.rolname, r.rolvaliduntil
        order by r.rolname
    """
    pattern = f"^({codes})"
    found = admin.execute(query, [list(readers.READERS), pattern, pattern, readers.persons(admin)]).fetchall()
    return [Person(name, reads_as, tuple(own), until, last) for name, reads_as, own, until, last in found]


def _revoke_all(admin: psycopg.Connection, name: str) -> None:
    query = """
        select g.rolname from pg_auth_members as m
        inner join pg_roles as g on g.oid = m.roleid inner join pg_roles as r on r.oid = m.member
        where r.rolname = %s
    """
    for (given,) in admin.execute(query, [name]).fetchall():
        admin.execute(sql.SQL("revoke {} from {}").format(sql.Identifier(given), sql.Identifier(name)))


def _log(
    admin: psycopg.Connection,
    name: str,
    what: str,
    reads_as: str | None = None,
    own: list[str] | None = None,
    until: date | None = None,
) -> None:
    admin.execute(
        "insert into beheer.toegang (rol, handeling, leest_als, eigen, geldig_tot) values (%s, %s, %s, %s, %s)",
        [name, what, reads_as, own or [], until],
    )
