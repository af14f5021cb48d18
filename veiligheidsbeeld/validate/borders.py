"""The two borders: which table is judged against which suite, by whom, and what follows from the verdict."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import psycopg
from psycopg import sql

from veiligheidsbeeld import landing
from veiligheidsbeeld.contracts import Contract, get_contract
from veiligheidsbeeld.errors import VeiligheidsbeeldError
from veiligheidsbeeld.load.codelists import read_codelists
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.validate import record
from veiligheidsbeeld.validate.verdict import Verdict
from veiligheidsbeeld.warehouse import connect


@dataclass(frozen=True)
class _Delivery:
    levering_id: int
    contract: Contract
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
    from veiligheidsbeeld.validate.engine import Judge

    with Judge(settings, "lader") as judge:
        from expectations import delivery as border

        for one in open_ones:
            started = time.monotonic()
            _put_codes(settings, one)
            suite = border.suite(one.contract, border.Batch(one.levering_id, one.fetched))
            name = one.contract.naam
            findings = judge.judge(f"levering_{name}", "laad", name, suite, label=name, owner=owner(one.contract))
            with connect(settings, "lader") as connection:
                record.keep(connection, "levering", one.contract.naam, findings, levering_id=one.levering_id)
                record.settle_delivery(connection, one.contract, one.levering_id, findings)
            verdicts[one.levering_id] = Verdict.of(one.contract.naam, findings, time.monotonic() - started)
        judge.publish_docs()
    return verdicts


def owner(contract: Contract) -> str:
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
    return _Delivery(levering_id, get_contract(row[0]), row[1], row[2], row[3], row[4])


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


def validate_candidate(settings: Settings, thema: str) -> Verdict:
    raise NotImplementedError
