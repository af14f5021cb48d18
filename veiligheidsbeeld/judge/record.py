"""What becomes of a judgement: rows in `beheer.kwaliteit`, the status of a delivery, the quarantine."""

from __future__ import annotations

import psycopg
from psycopg.types.json import Jsonb

from veiligheidsbeeld.contracts import Owner
from veiligheidsbeeld.judge.verdict import Finding, Verdict


def keep(
    connection: psycopg.Connection,
    border: str,
    subject: str,
    findings: list[Finding],
    *,
    levering_id: int | None = None,
    signature: str | None = None,
) -> None:
    """One row per expectation, all with the moment of this transaction."""
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            insert into beheer.kwaliteit
                (grens, onderwerp, levering_id, handtekening, verwachting, kolom, kaart, geslaagd, uitleg, waargenomen)
            values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
            """,
            [
                (
                    border,
                    subject,
                    levering_id,
                    signature,
                    f.rule,
                    f.column,
                    f.card,
                    f.passed,
                    f.explanation,
                    Jsonb(f.observed),
                )
                for f in findings
            ],
        )


def settle_delivery(connection: psycopg.Connection, owner: Owner, levering_id: int, findings: list[Finding]) -> None:
    """Marks a delivery `gekeurd`, or `geweigerd` with every broken rule in `quarantaine.levering`."""
    broken = [f for f in findings if not f.passed and f.card == "rood"]
    connection.execute(
        "update raw.levering set status = %s, reden = %s where levering_id = %s and status = 'geladen'",
        ["geweigerd" if broken else "gekeurd", " ".join(f.explanation for f in broken) or None, levering_id],
    )
    with connection.cursor() as cursor:
        cursor.executemany(
            """
            insert into quarantaine.levering (levering_id, dataset, landing, regel, reden, remedie, eigenaar)
            select levering_id, dataset, landing, %s, %s, %s, %s from raw.levering where levering_id = %s
            """,
            [(f.rule, f.explanation, f.remedy, owner.functie, levering_id) for f in broken],
        )


def stored_verdict(connection: psycopg.Connection, levering_id: int, subject: str) -> Verdict | None:
    """The last judgement of a delivery as it was kept; None when it was never judged."""
    rows = connection.execute(
        """
        select kaart, geslaagd, uitleg from beheer.kwaliteit
        where grens = 'levering' and levering_id = %(id)s
            and gekeurd_op = (
                select max(gekeurd_op) from beheer.kwaliteit where grens = 'levering' and levering_id = %(id)s
            )
        order by kwaliteit_id
        """,
        {"id": levering_id},
    ).fetchall()
    if not rows:
        return None
    failed = [(card, text) for card, passed, text in rows if not passed]
    return Verdict(
        subject,
        [text for card, text in failed if card == "rood"],
        [text for card, text in failed if card == "geel"],
        len(rows) - len(failed),
        0.0,
    )
