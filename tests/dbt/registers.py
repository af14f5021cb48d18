"""Registers in raw, made by hand: rows and a scope, as a delivery that was merged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from veiligheidsbeeld.contracts.register import get_register
from veiligheidsbeeld.registers import ddl
from veiligheidsbeeld.warehouse.described import identifiers


@dataclass
class RegisterDelivery:
    """Rows of one register; `gemeenten` and [`van`, `tot`) are what the delivery speaks for, `says` what else its scope
    holds (columns that it did not have, the day on which it was made)."""

    register: str
    gemeenten: list[str]
    van: str
    tot: str
    rows: list[dict[str, Any]] = field(default_factory=list)
    merged: str = "2026-01-16 03:00:00+01"
    says: dict[str, Any] = field(default_factory=dict)

    def write(self, connection: psycopg.Connection) -> int:
        """Puts the rows into raw as current; returns the number of the delivery."""
        contract = get_register(self.register)
        ddl.ensure_raw(connection, contract)
        number = connection.execute(
            """
            insert into raw.levering (dataset, bron_soort, tabel, adres, opgehaald_op, landing, inhoud_sha256, rijen,
                scope, status, verwerkt_op)
            select %(register)s, 'voorbeeld', 'proef.csv', 'map', %(at)s, 'register-' || count(*), 'x', %(rows)s,
                %(scope)s, 'verwerkt', %(at)s
            from raw.levering
            returning levering_id
            """,
            {
                "register": self.register,
                "at": self.merged,
                "rows": len(self.rows),
                "scope": Jsonb(
                    {"gemeente": self.gemeenten, "van": self.van, "tot": self.tot, "volledig": True} | self.says
                ),
            },
        ).fetchone()[0]
        for line, row in enumerate(self.rows, 2):
            full = row | {"bestand": "proef.csv", "rijnummer": line, "levering_van": number}
            connection.execute(
                sql.SQL("insert into raw.{} ({}) values ({})").format(
                    sql.Identifier(self.register),
                    identifiers(list(full)),
                    sql.SQL(", ").join(sql.Placeholder() for _ in full),
                ),
                list(full.values()),
            )
        return number
