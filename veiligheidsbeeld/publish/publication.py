"""Publishing, turning back, and what is published."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Literal, TypeVar

import psycopg
from psycopg import errors as pg
from psycopg import sql
from psycopg.types.json import Jsonb

from veiligheidsbeeld.errors import CandidateRefused, ConfigurationError, VeiligheidsbeeldError
from veiligheidsbeeld.publish import composed, earlier, goal_views, history, reader_views, storage, tables
from veiligheidsbeeld.publish.retire import KEEP, kept, retire
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.signature import (
    BASE,
    CORE,
    GOALS,
    Signature,
    build_id,
    candidate_signature,
    current_signature,
    judged_as,
)
from veiligheidsbeeld.warehouse import connect

# Readers queue behind a lock that waits: rather give up soon and try again. Shorter than deadlock_timeout (1 s), so
# that in a knot it is the publisher who lets go and never a reader.
_LOCK_TIMEOUT = "500ms"
_ATTEMPTS = 8

_T = TypeVar("_T")


@dataclass(frozen=True)
class Publication:
    """What publishing or turning back led to: `nr` is the publication readers see now.

    `zonder_doelen`: the theme has no `doelen` to read yet, because `ivp` was never published.
    """

    thema: str
    status: Literal["gepubliceerd", "ongewijzigd", "teruggedraaid"]
    nr: int
    handtekening: str
    leveringen: list[int] = field(default_factory=list)
    tabellen: dict[str, int] = field(default_factory=dict)
    uitleg: str = ""
    seconds: float = 0.0
    zonder_doelen: bool = False


@dataclass(frozen=True)
class Kept:
    """A line of the list of publications; `bewaard`: its rows are still there to turn back to."""

    thema: str
    nr: int
    status: str
    aangemaakt_op: datetime
    actueel: bool
    leveringen: list[int]
    tabellen: dict[str, int]
    code_versie: str
    handtekening: str
    reden: str | None
    bewaard: bool


def publish(settings: Settings, thema: str, *, keep: int = KEEP, force: bool = False) -> Publication:
    """Makes the judged candidate of a theme visible, or says that nothing changed.

    Raises `CandidateRefused` when the candidate was not judged, got a red card or would break what readers use
    (recorded in `beheer.publicatie`; what is published stays), and `VeiligheidsbeeldError` when there is no
    candidate or readers held a lock too long. A publication that somebody turned back stays so until the figures
    or the code change, or `force` is given.
    """
    started = time.monotonic()
    with connect(settings, "publicist") as connection:
        _check_theme(connection, thema)
        there = tables.tables(connection, tables.candidate_schema(thema), "r")
        signature = candidate_signature(connection, settings, thema) if there else current_signature(settings, thema)
        if not force and (unchanged := _unchanged(connection, signature)):
            return unchanged
        if not there:
            raise _no_candidate(thema)
    try:
        _widen(settings, signature)
        made = _patiently(settings, thema, lambda c: _publish(c, signature))
    except CandidateRefused as refusal:
        record_refusal(settings, signature, refusal)
        raise
    with suppress(psycopg.Error):
        retire(settings, thema, keep)
    return Publication(**{**made.__dict__, "seconds": round(time.monotonic() - started, 2)})


def rollback(settings: Settings, thema: str, naar: int | None = None) -> Publication:
    """Brings back the publication before the current one, or publication `naar`; one row changes.

    Raises `ConfigurationError` naming the kept publications when there is nothing to turn back to.
    """
    started = time.monotonic()

    def turn(connection: psycopg.Connection) -> Publication:
        _check_theme(connection, thema)
        current = _current(connection, thema)
        whole = set(kept(connection, thema))
        choice = [
            nr for nr in whole if current and nr != current[0] and (naar == nr or (naar is None and nr < current[0]))
        ]
        if not choice or not current:
            others = sorted(whole - ({current[0]} if current else set()))
            raise ConfigurationError(
                f"Theme {thema} cannot be turned back"
                + (f" to publication {naar}." if naar else ": there is no earlier publication."),
                remedy=f"Kept besides the current one: {', '.join(map(str, others)) or 'none'}"
                " (`veiligheidsbeeld status` lists them).",
            )
        target = max(choice)
        _switch(connection, thema, current[0], target, "terugdraaien")
        row = connection.execute(
            "select handtekening, leveringen, tabellen from beheer.publicatie where publicatie_nr = %s", [target]
        ).fetchone()
        assert row is not None
        text = f"{thema}: publicatie {current[0]} teruggedraaid, lezers zien weer publicatie {target}."
        return Publication(thema, "teruggedraaid", target, row[0], row[1], row[2], text)

    done = _patiently(settings, thema, turn)
    return Publication(**{**done.__dict__, "seconds": round(time.monotonic() - started, 2)})


def is_current(settings: Settings, thema: str) -> bool:
    """Whether building and publishing now would change nothing: same deliveries, same code."""
    signature = current_signature(settings, thema)
    with connect(settings, "publicist") as connection:
        return _unchanged(connection, signature) is not None


def publications(settings: Settings) -> list[Kept]:
    """All publications and refused candidates, newest first per theme."""
    with connect(settings, "publicist") as connection:
        whole = {(thema, nr) for thema in tables.themes(connection) for nr in kept(connection, thema)}
        rows = connection.execute(
            """
            select p.thema, p.publicatie_nr, p.status, p.aangemaakt_op, a.publicatie_nr is not null,
                p.leveringen, p.tabellen, p.code_versie, p.handtekening, p.reden
            from beheer.publicatie as p
            left join beheer.publicatie_actueel as a on a.publicatie_nr = p.publicatie_nr
            order by p.thema, p.publicatie_nr desc
            """
        ).fetchall()
    return [Kept(*r, bewaard=(r[0], r[1]) in whole) for r in rows]  # type: ignore[misc]


def _widen(settings: Settings, signature: Signature) -> None:
    """Makes room for new columns, one lock and one transaction at a time; until the switch they are empty.

    A publisher that dies in here leaves columns without content, and nothing that reads wrong.
    """
    thema = signature.thema
    candidates = _patiently(settings, thema, lambda c: _acceptable(c, signature))
    _patiently(settings, thema, partial(earlier.fold, thema=thema))
    for table in candidates:
        with connect(settings, "publicist") as connection:
            columns = tables.new_columns(connection, thema, table)
        if columns:
            _patiently(settings, thema, partial(storage.add_columns, thema=thema, table=table.name, columns=columns))
        with connect(settings, "publicist") as connection:
            seen = tables.named(connection, tables.reader_schema(thema), "v", table.name) is not None
            behind = seen and reader_views.is_behind(connection, thema, table.name)
        if behind:
            _patiently(settings, thema, partial(reader_views.ensure, thema=thema, table=table.name))
    with connect(settings, "publicist") as connection:
        old = history.behind(connection, thema, existing=True)
    for name in old:
        _patiently(settings, thema, partial(history.ensure, thema=thema, table=name))
    if thema == GOALS:
        with connect(settings, "publicist") as connection:
            late = goal_views.behind(connection)
        for theme in late:
            _patiently(settings, thema, partial(goal_views.ensure, thema=theme))


def _acceptable(connection: psycopg.Connection, signature: Signature) -> list[tables.Table]:
    """The candidate's tables, once it is judged, green and harmless to readers; raises `CandidateRefused` else."""
    thema = signature.thema
    candidates = tables.tables(connection, tables.candidate_schema(thema), "r")
    if not candidates:
        raise _no_candidate(thema)
    _check_verdict(connection, signature)
    views = tables.tables(connection, tables.reader_schema(thema), "v")
    made_here = (goal_views.of_theme, composed.is_composed, history.is_history)
    published = [view for view in views if not any(made(thema, view) for made in made_here)]
    if broken := tables.breaking_changes(candidates, published):
        raise tables.refuse_breaking(thema, broken)
    return candidates


def _publish(connection: psycopg.Connection, signature: Signature) -> Publication:
    """The one transaction: what changed stored, the number switched, comments in order, the log written."""
    thema = signature.thema
    candidates = tables.tables(connection, tables.candidate_schema(thema), "r")
    if candidates:
        names = sql.SQL(", ").join(table.identifier for table in candidates)
        connection.execute(sql.SQL("lock table {} in access exclusive mode").format(names))
    # Looked at again behind the lock: dbt may have begun to build anew.
    candidates = _acceptable(connection, signature)
    number = _register(connection, signature, "gepubliceerd")
    rows = {table.name: storage.adopt(connection, thema, table, number) for table in candidates}
    tables.settle_numbers(connection, thema)
    tables.mark(connection, thema, number)
    connection.execute("update beheer.publicatie set tabellen = %s where publicatie_nr = %s", [Jsonb(rows), number])
    current = _current(connection, thema)
    _switch(connection, thema, current[0] if current else None, number, "publiceren")
    for table in candidates:
        if reader_views.is_behind(connection, thema, table.name):
            reader_views.ensure(connection, thema, table.name)
        tables.copy_comments(connection, thema, table)
    history.publish(connection, thema, candidates)
    if thema == GOALS:
        goal_views.publish(connection, candidates)
    composed.publish(connection, thema)
    text = f"{thema}: publicatie {number} is zichtbaar ({sum(rows.values())} rijen in {len(rows)} tabellen)."
    return Publication(
        thema,
        "gepubliceerd",
        number,
        signature.value,
        list(signature.leveringen),
        rows,
        text,
        zonder_doelen=thema in goal_views.missing(connection),
    )


def _check_theme(connection: psycopg.Connection, thema: str) -> None:
    known = tables.themes(connection)
    if thema not in known:
        raise ConfigurationError(f"Unknown theme {thema!r}.", remedy=f"Choose one of: {', '.join(known)}.")


def _no_candidate(thema: str) -> VeiligheidsbeeldError:
    return VeiligheidsbeeldError(
        f"There is no candidate of {thema}: schema {tables.candidate_schema(thema)} holds no table.",
        remedy=f"Build it first: `veiligheidsbeeld transform {BASE if thema == CORE else thema}`.",
    )


def _unchanged(connection: psycopg.Connection, signature: Signature) -> Publication | None:
    """The current publication when it has this signature, or when the one that has it was turned back."""
    current = _current(connection, signature.thema)
    if current is None:
        return None
    if current[1] == signature.value:
        text = f"{signature.thema}: niets nieuws, publicatie {current[0]} blijft staan."
    else:
        last = connection.execute(
            """
            select p.publicatie_nr, l.moment
            from beheer.publicatie_log as l
            inner join beheer.publicatie as p on p.publicatie_nr = l.van_nr
            where l.thema = %(thema)s and l.handeling = 'terugdraaien' and p.handtekening = %(handtekening)s
                and l.moment > (
                    select max(moment) from beheer.publicatie_log
                    where thema = %(thema)s and handeling = 'publiceren'
                )
            order by l.moment desc
            """,
            {"thema": signature.thema, "handtekening": signature.value},
        ).fetchone()
        if last is None:
            return None
        text = (
            f"{signature.thema}: publicatie {last[0]} is teruggedraaid op {last[1]:%d-%m-%Y} en blijft dat tot de"
            f" cijfers veranderen; lezers zien publicatie {current[0]}."
        )
    return Publication(signature.thema, "ongewijzigd", current[0], current[1], list(signature.leveringen), {}, text)


def _current(connection: psycopg.Connection, thema: str) -> tuple[int, str] | None:
    return connection.execute(
        """
        select p.publicatie_nr, p.handtekening
        from beheer.publicatie_actueel as a
        inner join beheer.publicatie as p on p.publicatie_nr = a.publicatie_nr
        where a.thema = %s
        """,
        [thema],
    ).fetchone()


def _check_verdict(connection: psycopg.Connection, signature: Signature) -> None:
    """Refuses a candidate whose very build (see `build_id`) has no judgement without red cards."""
    thema = signature.thema
    rows = connection.execute(
        """
        select kaart, geslaagd, uitleg from beheer.kwaliteit
        where grens = 'kandidaat' and onderwerp = %(thema)s and handtekening = %(judged)s
            and gekeurd_op = (
                select max(gekeurd_op) from beheer.kwaliteit
                where grens = 'kandidaat' and onderwerp = %(thema)s and handtekening = %(judged)s
            )
        order by kwaliteit_id
        """,
        {"thema": thema, "judged": judged_as(signature, build_id(connection, thema))},
    ).fetchall()
    if not rows:
        raise CandidateRefused(
            f"The candidate of {thema} was not judged as it stands now.",
            remedy=f"Judge it first: `veiligheidsbeeld validate --thema {thema}`.",
            owner="data-engineering",
        )
    if red := [text for card, passed, text in rows if card == "rood" and not passed]:
        raise red_card(thema, red)


def _register(connection: psycopg.Connection, signature: Signature, status: str, reason: str | None = None) -> int:
    return connection.execute(
        """
        insert into beheer.publicatie (thema, status, leveringen, code_versie, handtekening, reden)
        values (%s, %s, %s, %s, %s, %s) returning publicatie_nr
        """,
        [signature.thema, status, list(signature.leveringen), signature.code_versie, signature.value, reason],
    ).fetchone()[0]  # type: ignore[index]


def red_card(thema: str, sentences: list[str]) -> CandidateRefused:
    """The refusal of a judged candidate."""
    return CandidateRefused(
        f"The candidate of {thema} got a red card: {' '.join(sentences)}",
        remedy="See beheer.kwaliteit and the Data Docs; the previous publication stays.",
        owner="data-engineering",
    )


def record_refusal(settings: Settings, signature: Signature, refusal: CandidateRefused) -> None:
    """One row per refused candidate: refusing the same again adds nothing."""
    with connect(settings, "publicist") as connection:
        last = connection.execute(
            "select status, handtekening, reden from beheer.publicatie where thema = %s"
            " order by publicatie_nr desc limit 1",
            [signature.thema],
        ).fetchone()
        if last != ("geweigerd", signature.value, refusal.what):
            _register(connection, signature, "geweigerd", refusal.what)


def _switch(connection: psycopg.Connection, thema: str, van: int | None, naar: int, act: str) -> None:
    connection.execute(
        """
        insert into beheer.publicatie_actueel (thema, publicatie_nr) values (%s, %s)
        on conflict (thema) do update set publicatie_nr = excluded.publicatie_nr, sinds = clock_timestamp()
        """,
        [thema, naar],
    )
    connection.execute(
        "insert into beheer.publicatie_log (moment, thema, handeling, van_nr, naar_nr)"
        " values (clock_timestamp(), %s, %s, %s, %s)",
        [thema, act, van, naar],
    )


def _patiently(settings: Settings, thema: str, work: Callable[[psycopg.Connection], _T]) -> _T:
    """Runs `work` in one transaction, one publisher per theme at a time; gives way to readers and tries again."""
    for attempt in range(_ATTEMPTS):
        try:
            with connect(settings, "publicist") as connection:
                connection.execute(f"set local lock_timeout = '{_LOCK_TIMEOUT}'")
                tables.alone(connection, thema)
                return work(connection)
        except (pg.LockNotAvailable, pg.DeadlockDetected) as error:
            if attempt + 1 == _ATTEMPTS:
                raise VeiligheidsbeeldError(
                    f"Theme {thema} could not be published: a reader or another process held a lock throughout"
                    f" {_ATTEMPTS} attempts ({error.diag.message_primary}).",
                    remedy="See pg_stat_activity for long transactions on the mart; end them and run it again.",
                ) from error
            time.sleep(0.25 * 2**attempt)
    raise AssertionError("unreachable")
