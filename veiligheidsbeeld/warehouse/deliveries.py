"""The books: every delivery with its state, what was refused and why, and what was destroyed.

One line per delivery in `raw.levering`, whatever its kind: `geladen` when its batch stands, `gekeurd` or `geweigerd`
when it was judged, `verwerkt` when it is in raw.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from veiligheidsbeeld.errors import DeliveryRefused, VeiligheidsbeeldError
from veiligheidsbeeld.landing.files import Reason, RegisterFile
from veiligheidsbeeld.refusals import RowRefusal

# A delivery that is wrong throughout need not be listed row by row.
MAX_LISTED = 10_000


@dataclass(frozen=True)
class Arrived:
    """What is written down of a delivery when it is loaded; the fields are columns of `raw.levering`."""

    dataset: str
    landing: str
    bron_soort: str
    tabel: str
    adres: str
    gewijzigd_bron: str | None
    opgehaald_op: str
    inhoud_sha256: str
    scope: dict | None
    versie: str | None = None

    @classmethod
    def of_file(cls, file: RegisterFile) -> Arrived:
        m = file.manifest
        return cls(
            m.dataset, file.name, m.bron_soort, m.bestand, m.adres, m.gewijzigd, m.opgehaald_op, m.inhoud_sha256,
            m.scope,
        )  # fmt: skip


class Entry(NamedTuple):
    """A line of the books; `counts` is what the steps counted so far, `file` the table or file at the source."""

    number: int
    dataset: str
    status: str
    scope: dict
    landing: str
    file: str
    fetched: datetime
    rows: int
    counts: dict


@dataclass(frozen=True)
class Destroyed:
    """One line of the list: `wat` (`bestand` or `rijen`) of which part, how many, by which rule."""

    dataset: str
    wat: str
    partitie: str
    aantal: int
    regel: str
    inhoud_sha256: str | None = None


class RefusedRow(NamedTuple):
    """A row that stays outside raw, as `quarantaine.rij` lists it; `content` is empty for files of people."""

    bestand: str
    werkblad: str | None
    rijnummer: int
    kolom: str | None
    regel: str
    reden: str
    content: Mapping[str, Any] = MappingProxyType({})

    @classmethod
    def of_file(cls, refusals: Iterable[RowRefusal], file: str) -> list[RefusedRow]:
        return [cls(file, r.werkblad or None, r.rijnummer, r.kolom, r.regel, r.reden) for r in refusals]


_ENTRY = (
    "select levering_id, dataset, status, scope, landing, tabel, opgehaald_op, rijen, telling from raw.levering"
    " where levering_id = %s"
)


def register(
    connection: psycopg.Connection,
    arrived: Arrived,
    *,
    rows: int,
    status: str = "geladen",
    reason: str | None = None,
) -> int:
    """The number of a delivery, with this status; `DeliveryRefused` for one that is in raw already."""
    values = asdict(arrived) | {"rijen": rows, "status": status, "reden": reason, "scope": Jsonb(arrived.scope)}
    row = connection.execute(
        sql.SQL(
            "insert into raw.levering as l ({}) values ({}) on conflict (dataset, landing) do update"
            " set status = excluded.status, reden = excluded.reden, rijen = excluded.rijen, scope = excluded.scope"
            " where l.status <> 'verwerkt' returning levering_id"
        ).format(sql.SQL(", ").join(map(sql.Identifier, values)), sql.SQL(", ").join(map(sql.Placeholder, values))),
        values,
    ).fetchone()
    if row is None:
        raise DeliveryRefused(
            f"{arrived.dataset}: delivery {arrived.landing} has been processed before.",
            remedy=f"Nothing to do; `veiligheidsbeeld extract {arrived.dataset} --force` fetches it anew.",
        )
    return row[0]


def entry(connection: psycopg.Connection, number: int) -> Entry:
    """The line of a delivery; `VeiligheidsbeeldError` when there is none."""
    row = connection.execute(_ENTRY, [number]).fetchone()  # type: ignore[arg-type]
    if row is None:
        raise VeiligheidsbeeldError(
            f"Delivery {number} is unknown.", remedy="`veiligheidsbeeld status` lists the deliveries."
        )
    return Entry(*row)


def held(connection: psycopg.Connection, number: int, status: str, *, owner: str) -> Entry:
    """The line, locked until the transaction ends; `VeiligheidsbeeldError` when its status is another."""
    connection.execute("select from raw.levering where levering_id = %s for update", [number])
    found = entry(connection, number)
    if found.status != status:
        step = "validate" if status == "gekeurd" else "merge"
        raise VeiligheidsbeeldError(
            f"{found.dataset}: delivery {number} is {found.status}, not {status}.",
            remedy=f"Run `veiligheidsbeeld {step} {found.dataset}` first.",
            owner=owner,
        )
    return found


def with_status(connection: psycopg.Connection, datasets: Collection[str], status: str) -> list[int]:
    """Numbers of these datasets' deliveries in this state, oldest first."""
    rows = connection.execute(
        "select levering_id from raw.levering where dataset = any (%s) and status = %s order by levering_id",
        [list(datasets), status],
    ).fetchall()
    return [number for (number,) in rows]


def states(connection: psycopg.Connection, datasets: Collection[str]) -> dict[tuple[str, str], str]:
    """State of every delivery of these datasets, by dataset and folder in landing."""
    rows = connection.execute(
        "select dataset, landing, status from raw.levering where dataset = any (%s)", [list(datasets)]
    ).fetchall()
    return {(dataset, landing): status for dataset, landing, status in rows}


def taken_back(connection: psycopg.Connection) -> set[tuple[str, str]]:
    """Dataset and folder in landing of deliveries that were taken back: what they said is known no more."""
    query = """
        select dataset, landing from raw.levering
        where levering_id in (select (scope ->> 'trekt_in')::integer from raw.levering where scope ? 'trekt_in')
    """
    return set(connection.execute(query).fetchall())


def count(connection: psycopg.Connection, number: int, counts: Mapping[str, object]) -> None:
    """Adds what a step counted to the line."""
    connection.execute(
        "update raw.levering set telling = telling || %s where levering_id = %s", [Jsonb(dict(counts)), number]
    )


def merged(connection: psycopg.Connection, number: int, counts: Mapping[str, object]) -> None:
    """Marks a delivery `verwerkt`; one that was so before keeps its moment."""
    count(connection, number, counts)
    connection.execute(
        "update raw.levering set status = 'verwerkt', verwerkt_op = coalesce(verwerkt_op, clock_timestamp())"
        " where levering_id = %s",
        [number],
    )


def require_staged(
    connection: psycopg.Connection,
    found: Entry,
    batch: str,
    *,
    owner: str,
    where: sql.Composable | None = None,
    exactly: int | None = None,
) -> None:
    """A batch table (`laad.<batch>`) is unlogged: after a crash it is empty, and would withdraw everything.

    Raises `VeiligheidsbeeldError` unless it holds `exactly` so many rows (None: any, when the delivery has some).
    """
    there = connection.execute("select to_regclass(format('laad.%%I', %s::text)) is not null", [batch]).fetchone()
    rows = 0
    if there == (True,):
        one = sql.SQL("" if exactly is not None else "limit 1")
        query = sql.SQL("select count(*) from (select from {} where {} {}) as staged")
        found_rows = query.format(sql.Identifier("laad", batch), where or sql.SQL("true"), one)
        rows = connection.execute(found_rows).fetchone()[0]  # type: ignore[index]
    whole = rows == exactly if exactly is not None else rows or not found.rows
    if not whole:
        raise VeiligheidsbeeldError(
            f"{found.dataset}: delivery {found.number} is not staged whole in laad.{batch}.",
            remedy=f"Run `veiligheidsbeeld load {found.dataset}`: it stages the delivery again from landing.",
            owner=owner,
        )


def refuse(connection: psycopg.Connection, dataset: str, landing: str, reason: Reason, number: int | None) -> None:
    """Records why a delivery was refused as a whole; `number` is its line, where there is one."""
    connection.execute(
        "update raw.levering set status = 'geweigerd', reden = %s where levering_id = %s", [reason.reden, number]
    )
    list_refusal(connection, dataset, landing, reason, number)


def list_refusal(
    connection: psycopg.Connection, dataset: str, landing: str, reason: Reason, number: int | None
) -> None:
    """One line in the list of refused deliveries, whatever the delivery's own state."""
    connection.execute(
        "insert into quarantaine.levering (levering_id, dataset, landing, regel, reden, remedie, eigenaar)"
        " values (%s, %s, %s, %s, %s, %s, %s)",
        [number, dataset, landing, reason.regel, reason.reden, reason.remedie, reason.eigenaar],
    )


def refuse_file(connection: psycopg.Connection, file: RegisterFile) -> int | None:
    """Records a file with the reason that stands beside it; gives its number, where its name says what it is."""
    reason = file.reason
    assert reason is not None
    number = None
    if file.manifest.scope is not None:
        number = register(connection, Arrived.of_file(file), rows=0, status="geweigerd", reason=reason.reden)
    refuse(connection, file.manifest.dataset, file.name, reason, number)
    return number


def refusals(connection: psycopg.Connection) -> set[tuple[str, str]]:
    """Dataset and name of every refused delivery."""
    return set(connection.execute("select dataset, landing from quarantaine.levering").fetchall())


def untold(connection: psycopg.Connection, datasets: Collection[str]) -> list[tuple[str, str, Reason]]:
    """Refusals of the last week of which no step says that it told them: dataset, folder in landing, reason."""
    rows = connection.execute(
        """
        select q.dataset, q.landing, min(q.regel), string_agg(q.reden, ' '), min(q.remedie), min(q.eigenaar)
        from quarantaine.levering as q
        where q.dataset = any(%s) and q.geweigerd_op > now() - interval '7 days' and not exists (
            select 1 from beheer.stap as s
            where s.uitkomst = 'geweigerd' and s.detail ->> 'landing' = q.landing and s.detail ->> 'dataset' = q.dataset
        )
        group by q.dataset, q.landing
        order by q.landing
        """,
        [list(datasets)],
    ).fetchall()
    return [(dataset, landing, Reason(*reason)) for dataset, landing, *reason in rows]


def quarantine(
    connection: psycopg.Connection, number: int, dataset: str, owner: str, rows: Iterable[RefusedRow]
) -> None:
    """Lists refused rows, `MAX_LISTED` at most: where each stands and which rule it broke."""
    with connection.cursor().copy(
        "copy quarantaine.rij (levering_id, dataset, bestand, werkblad, rijnummer, kolom, regel, reden, rij, eigenaar)"
        " from stdin"
    ) as copy:
        for row in list(rows)[:MAX_LISTED]:
            *place, content = row
            copy.write_row((number, dataset, *place, Jsonb(dict(content)), owner))


def forget_rows(connection: psycopg.Connection, number: int) -> None:
    """Takes the refused rows of a delivery off the list, before it is loaded again."""
    connection.execute("delete from quarantaine.rij where levering_id = %s", [number])


def enlist(connection: psycopg.Connection, lines: Iterable[Destroyed]) -> None:
    """Writes what was destroyed into the list."""
    connection.cursor().executemany(
        "insert into beheer.vernietiging (dataset, wat, partitie, aantal, regel, inhoud_sha256)"
        " values (%(dataset)s, %(wat)s, %(partitie)s, %(aantal)s, %(regel)s, %(inhoud_sha256)s)",
        [asdict(line) for line in lines],
    )
