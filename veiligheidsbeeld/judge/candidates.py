"""Border 2: a candidate before it is published, and what follows from the verdict."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from veiligheidsbeeld.errors import ConfigurationError, VeiligheidsbeeldError
from veiligheidsbeeld.judge import blame, record
from veiligheidsbeeld.judge.verdict import Finding, Verdict
from veiligheidsbeeld.publish import tables
from veiligheidsbeeld.publish.publication import record_refusal, red_card
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.signature import BASE, CORE, build_id, candidate_signature, judged_as
from veiligheidsbeeld.warehouse import connect

if TYPE_CHECKING:
    from veiligheidsbeeld.judge.engine import Judge

log = logging.getLogger(__name__)

MART_OWNER = "data-engineering"


def validate_candidate(settings: Settings, thema: str) -> Verdict:
    """Judges one candidate, as `validate_candidates` does; raises the error when it could not be judged."""
    found = validate_candidates(settings, [thema])[thema]
    if isinstance(found, VeiligheidsbeeldError):
        raise found
    return found


def validate_candidates(settings: Settings, themas: Iterable[str]) -> dict[str, Verdict | VeiligheidsbeeldError]:
    """Judges candidates of themes (or `kern`) as they stand; publishing asks for these verdicts.

    Kept under the candidate's signature and build, so that a verdict counts for no other candidate; a red card is
    listed in `beheer.publicatie` as well. A theme without a candidate gets an error for a verdict. Trouble with the
    database is raised: another try may do better.
    """
    from veiligheidsbeeld.judge.engine import Judge

    found: dict[str, Verdict | VeiligheidsbeeldError] = {}
    with Judge(settings, "publicist") as judge:
        for thema in dict.fromkeys(themas):
            try:
                found[thema] = _validate_candidate(settings, judge, thema)
            except VeiligheidsbeeldError as error:
                found[thema] = error
            except (psycopg.OperationalError, OSError):
                raise
            except Exception as error:
                log.exception("%s could not be judged", thema)
                found[thema] = VeiligheidsbeeldError(
                    f"{thema} could not be judged: {type(error).__name__}: {error}",
                    remedy="This is a fault in the rules or their code: see the log of this step.",
                    owner=MART_OWNER,
                )
        judge.publish_docs()
    return found


def _validate_candidate(settings: Settings, judge: Judge, thema: str) -> Verdict:
    started = time.monotonic()
    with connect(settings, "publicist") as connection:
        known = tables.themes(connection)
        if thema not in known:
            raise ConfigurationError(f"Unknown theme {thema!r}.", remedy=f"Choose one of: {', '.join(known)}.")
        signature = candidate_signature(connection, settings, thema)
        build = build_id(connection, thema)
        columns = _columns(connection, tables.candidate_schema(thema), "r")
        published, code = _published(connection, thema)
        core = _columns(connection, tables.reader_schema(CORE), "v")
        today = connection.execute("select current_date").fetchone()[0]  # type: ignore[index]
    if build is None:
        raise VeiligheidsbeeldError(
            f"There is no candidate of {thema}: schema {tables.candidate_schema(thema)} holds no table.",
            remedy=f"Build it first: `veiligheidsbeeld transform {BASE if thema == CORE else thema}`.",
        )
    _analyze(settings, thema, columns)
    from expectations import candidate as border
    from expectations import core as core_border
    from expectations.tables import Candidate

    same_code = code == signature.code_versie
    facts = Candidate(thema, columns, published, same_code, frozenset(core), signature.leveringen, today)
    findings: list[Finding] = []
    for table, suite in (core_border if thema == CORE else border).suites(facts).items():
        label = f"{tables.reader_schema(thema)}.{table}"
        subject, run = f"{tables.candidate_schema(thema)}_{table}", f"bouw_{build}"
        schema = tables.candidate_schema(thema)
        found = judge.judge(subject, schema, table, suite, label=label, run=run, owner=MART_OWNER)
        conditions = {} if thema == CORE else border.by_file(facts, table)
        if any(f.rule in conditions and not f.passed for f in found):
            with connect(settings, "publicist") as connection:
                found = blame.named(settings, connection, sql.Identifier(schema, table), found, conditions)
        findings += [replace(f, rule=f"{table}: {f.rule}") for f in found]
    with connect(settings, "publicist") as connection:
        record.keep(connection, "kandidaat", thema, findings, signature=judged_as(signature, build))
    verdict = Verdict.of(thema, findings, time.monotonic() - started)
    if not verdict.ok:
        record_refusal(settings, signature, red_card(thema, verdict.red))
    return verdict


def _analyze(settings: Settings, thema: str, names: Iterable[str]) -> None:
    """Statistics for the judge's questions; they stay with the rows, so the first readers have them as well."""
    with connect(settings, "publicist", autocommit=True) as connection:
        for name in names:
            table = sql.Identifier(tables.candidate_schema(thema), name)
            connection.execute(sql.SQL("analyze {}").format(table))


def _published(connection: psycopg.Connection, thema: str) -> tuple[dict[str, int], str | None]:
    """Rows per table and code version of the publication that readers see; nothing before the first."""
    row = connection.execute(
        """
        select p.tabellen, p.code_versie from beheer.publicatie_actueel as a
        inner join beheer.publicatie as p on p.publicatie_nr = a.publicatie_nr
        where a.thema = %s
        """,
        [thema],
    ).fetchone()
    return row or ({}, None)


def _columns(connection: psycopg.Connection, schema: str, kinds: str) -> dict[str, tuple[str, ...]]:
    return {t.name: tuple(t.types) for t in tables.tables(connection, schema, kinds)}
