"""What the warehouse keeps about register files: deliveries, refused files and rows. Never a value of a row."""

from __future__ import annotations

from collections.abc import Iterable

import psycopg
from psycopg.types.json import Jsonb

from veiligheidsbeeld.contracts.register import RegisterContract
from veiligheidsbeeld.landing import files as land
from veiligheidsbeeld.landing.files import RegisterFile
from veiligheidsbeeld.refusals import RowRefusal
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect

# A file that is wrong throughout need not be listed row by row.
_MAX_LISTED = 10_000
_UPSERT = """
    insert into raw.levering as l (dataset, bron_soort, tabel, adres, gewijzigd_bron, opgehaald_op, landing,
        inhoud_sha256, rijen, scope, status, reden)
    values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
    on conflict (dataset, landing) do update
    set status = excluded.status, reden = excluded.reden, rijen = excluded.rijen
    where l.status <> 'verwerkt'
    returning levering_id
"""


def register(
    connection: psycopg.Connection,
    file: RegisterFile,
    *,
    rows: int,
    status: str = "geladen",
    reason: str | None = None,
) -> int:
    """The number of a file's delivery, with this status; one that was merged stays as it is."""
    m = file.manifest
    row = connection.execute(
        _UPSERT,
        [
            m.dataset, m.bron_soort, m.bestand, m.adres, m.gewijzigd, m.opgehaald_op, file.name, m.inhoud_sha256,
            rows, Jsonb(m.scope), status, reason,
        ],
    ).fetchone()  # fmt: skip
    assert row is not None, f"delivery {file.name} was merged before"
    return row[0]


def refuse(connection: psycopg.Connection, file: RegisterFile) -> int | None:
    """Records a refused file with the reason that stands beside it; its delivery, where its name says what it is."""
    reason = file.reason
    assert reason is not None
    number = None
    if file.manifest.scope is not None:
        number = register(connection, file, rows=0, status="geweigerd", reason=reason.reden)
    connection.execute(
        """
        insert into quarantaine.levering (levering_id, dataset, landing, regel, reden, remedie, eigenaar)
        values (%s, %s, %s, %s, %s, %s, %s)
        """,
        [number, file.manifest.dataset, file.name, reason.regel, reason.reden, reason.remedie, reason.eigenaar],
    )
    return number


def catch_up(settings: Settings) -> int:
    """Records refusals that stand in landing and not in the warehouse: a process died in between. How many."""
    aside = land.files(settings, areas=(land.REFUSED, land.CLOSED))
    with connect(settings, "lader") as connection:
        known = set(connection.execute("select dataset, landing from quarantaine.levering").fetchall())
        missing = [f for f in aside if (f.manifest.dataset, f.name) not in known]
        for file in missing:
            refuse(connection, file)
    return len(missing)


def quarantine(
    connection: psycopg.Connection,
    contract: RegisterContract,
    levering_id: int,
    file: str,
    refusals: Iterable[RowRefusal],
) -> None:
    """Lists refused rows: where each stands and which rule it broke. `rij` stays empty: it may hold personal data."""
    with connection.cursor().copy(
        "copy quarantaine.rij (levering_id, dataset, bestand, werkblad, rijnummer, kolom, regel, reden, rij, eigenaar)"
        " from stdin"
    ) as copy:
        for r in list(refusals)[:_MAX_LISTED]:
            copy.write_row(
                (levering_id, contract.naam, file, r.werkblad or None, r.rijnummer, r.kolom, r.regel, r.reden,
                 Jsonb({}), contract.eigenaar.functie)
            )  # fmt: skip
