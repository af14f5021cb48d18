"""A delivery as the warehouse keeps it: its row in `raw.levering`."""

from __future__ import annotations

from typing import NamedTuple

import psycopg

from veiligheidsbeeld.errors import VeiligheidsbeeldError


class Levering(NamedTuple):
    """What a step that brings a delivery into raw needs of it; `telling` is what earlier steps counted."""

    status: str
    scope: dict
    landing: str
    tabel: str
    telling: dict


def held(
    connection: psycopg.Connection, levering_id: int, status: str, *, dataset: str, owner: str, remedy: str
) -> Levering:
    """The delivery, locked until the transaction ends; `VeiligheidsbeeldError` when its status is another."""
    row = connection.execute(
        "select status, scope, landing, tabel, telling from raw.levering where levering_id = %s for update",
        [levering_id],
    ).fetchone()
    if row is None or row[0] != status:
        raise VeiligheidsbeeldError(
            f"{dataset}: delivery {levering_id} is {row[0] if row else 'unknown'}, not {status}.",
            remedy=remedy,
            owner=owner,
        )
    return Levering(*row)
