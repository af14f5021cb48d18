"""The two borders: which table is judged against which suite, by whom, and what follows from the verdict."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from veiligheidsbeeld.contracts.cube import CubeContract, get_cube
from veiligheidsbeeld.cubes.codelists import read_codelists
from veiligheidsbeeld.errors import ConfigurationError, VeiligheidsbeeldError
from veiligheidsbeeld.judge import record
from veiligheidsbeeld.judge.verdict import Finding, Verdict
from veiligheidsbeeld.landing import cubes as landing
from veiligheidsbeeld.publish import tables
from veiligheidsbeeld.publish.publication import record_refusal, red_card
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.signature import BASE, CORE, build_id, candidate_signature, judged_as
from veiligheidsbeeld.warehouse import connect

if TYPE_CHECKING:
    from veiligheidsbeeld.judge.engine import Judge

log = logging.getLogger(__name__)

MART_OWNER = "data-engineering"


@dataclass(frozen=True)
class _Delivery:
    levering_id: int
    contract: CubeContract
    landing: str
    fetched: datetime
    status: str
    cells: int


def validate_deliveries(settings: Settings, levering_ids: Iterable[int]) -> dict[int, Verdict]:
    """Judges staged deliveries and marks them `gekeurd` or `geweigerd`; refused ones go to `quarantaine.levering`.

    A delivery judged before is not judged again: its kept verdict comes back. Raises `VeiligheidsbeeldError` when
    a delivery is unknown or its batch is no longer staged; nothing is marked then.
    """
    verdicts: dict[int, Verdict] = {}
    open_ones: list[_Delivery] = []
    with connect(settings, "lader") as connection:
        for levering_id in dict.fromkeys(levering_ids):
            delivery = _delivery(connection, levering_id)
            stored = None
            if delivery.status != "geladen":
                stored = record.stored_verdict(connection, levering_id, delivery.contract.naam)
            if stored is None:
                _staged(connection, delivery)
                open_ones.append(delivery)
            else:
                verdicts[levering_id] = stored
    if not open_ones:
        return verdicts
    from veiligheidsbeeld.judge.engine import Judge

    with Judge(settings, "lader") as judge:
        from expectations import delivery as border

        for one in open_ones:
            started = time.monotonic()
            _put_codes(settings, one)
            suite = border.suite(one.contract, border.Batch(one.levering_id, one.fetched))
            name = one.contract.naam
            findings = judge.judge(
                f"levering_{name}",
                "laad",
                name,
                suite,
                label=name,
                run=f"levering_{one.levering_id}",
                owner=owner(one.contract),
            )
            with connect(settings, "lader") as connection:
                record.keep(connection, "levering", one.contract.naam, findings, levering_id=one.levering_id)
                record.settle_delivery(connection, one.contract.eigenaar, one.levering_id, findings)
            verdicts[one.levering_id] = Verdict.of(one.contract.naam, findings, time.monotonic() - started)
        judge.publish_docs()
    return verdicts


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


def owner(contract: CubeContract) -> str:
    """Who answers for a dataset, as analysts read it."""
    return f"{contract.eigenaar.functie} ({contract.eigenaar.organisatie})"


def _delivery(connection: psycopg.Connection, levering_id: int) -> _Delivery:
    row = connection.execute(
        "select dataset, landing, opgehaald_op, status, rijen from raw.levering where levering_id = %s", [levering_id]
    ).fetchone()
    if row is None:
        raise VeiligheidsbeeldError(
            f"Delivery {levering_id} is unknown.", remedy="`veiligheidsbeeld status` lists the deliveries."
        )
    return _Delivery(levering_id, get_cube(row[0]), row[1], row[2], row[3], row[4])


def _staged(connection: psycopg.Connection, delivery: _Delivery) -> None:
    """A batch table is unlogged and belongs to the newest delivery only: after a crash it is empty."""
    name = delivery.contract.naam
    table = connection.execute("select to_regclass(format('laad.%%I', %s::text)) is not null", [name]).fetchone()
    full = table == (True,) and connection.execute(
        sql.SQL("select exists (select from {})").format(sql.Identifier("laad", name))
    ).fetchone() == (True,)
    if not full and delivery.cells:
        raise VeiligheidsbeeldError(
            f"{name}: delivery {delivery.levering_id} is not staged (laad.{name} is empty or absent).",
            remedy=f"Run `veiligheidsbeeld load {name}`: it stages the delivery again from landing.",
            owner=owner(delivery.contract),
        )


def _put_codes(settings: Settings, delivery: _Delivery) -> None:
    """Lays the delivered code lists beside the batch, so that SQL can compare codes."""
    contract = delivery.contract
    lists = read_codelists(contract, landing.find(settings, contract.naam, delivery.landing))
    with connect(settings, "lader") as connection:
        connection.execute("select pg_advisory_xact_lock(hashtext('laad.codelijst'))")
        connection.execute(
            "create unlogged table if not exists laad.codelijst (dataset text, dimensie text, code text)"
        )
        connection.execute("delete from laad.codelijst where dataset = %s", [contract.naam])
        with connection.cursor().copy("copy laad.codelijst from stdin") as copy:
            for dimension, codes in lists.items():
                for code in codes:
                    copy.write_row((contract.naam, dimension, code.code))
