"""Deliveries that an earlier version merged without binding them: bound now, or named with what to do."""

from __future__ import annotations

import psycopg

from veiligheidsbeeld.binding.aliases import load_aliases
from veiligheidsbeeld.binding.bind import RED
from veiligheidsbeeld.binding.deliveries import judged, keep
from veiligheidsbeeld.contracts.cube import CubeContract, load_cubes
from veiligheidsbeeld.errors import DeliveryRefused, VeiligheidsbeeldError
from veiligheidsbeeld.landing import cubes as landing
from veiligheidsbeeld.settings import Settings


def bind_earlier(connection: psycopg.Connection, settings: Settings) -> dict[str, int]:
    """Binds what an earlier version merged without binding it; gives the number of deliveries per dataset.

    Raises `VeiligheidsbeeldError` when the newest delivery of a dataset that is bound by titles cannot be bound: its
    figures would be read by nobody, and what rests on them published empty.
    """
    found: dict[str, int] = {}
    for contract in load_cubes().values():
        waiting = connection.execute(
            """
            select l.levering_id, l.landing, l.levering_id = max(l.levering_id) over () as newest
            from raw.levering as l
            where l.dataset = %s and l.status = 'verwerkt'
            order by l.levering_id
            """,
            [contract.naam],
        ).fetchall()
        bound = {n for (n,) in connection.execute(
            "select distinct levering_id from beheer.koppeling where dataset = %s", [contract.naam]
        )}  # fmt: skip
        for levering_id, name, newest in waiting:
            if levering_id in bound:
                continue
            if why := _bind_earlier(connection, settings, contract, levering_id, name):
                if newest and load_aliases(contract.naam):
                    raise _unbound(contract, levering_id, why)
            else:
                found[contract.naam] = found.get(contract.naam, 0) + 1
    return found


def _bind_earlier(
    connection: psycopg.Connection, settings: Settings, contract: CubeContract, levering_id: int, name: str
) -> str | None:
    """Binds one delivery from what landing kept of it; why not, when it cannot be."""
    try:
        rows = judged(connection, contract, landing.find(settings, contract.naam, name), levering_id)
    except DeliveryRefused as refusal:
        return refusal.what
    if red := sorted({f"{row.pad} ({row.oordeel})" for row in rows if row.oordeel in RED}):
        return "; ".join(red)
    keep(connection, contract.naam, levering_id, rows)
    return None


def _unbound(contract: CubeContract, levering_id: int, why: str) -> VeiligheidsbeeldError:
    name = contract.naam
    return VeiligheidsbeeldError(
        f"Delivery {levering_id} of {name} was merged by an earlier version, and what its codes stand for cannot be "
        f"found: {why}",
        remedy=f"Fetch the table anew: `veiligheidsbeeld extract {name} --force`, then load, validate and merge it.",
        owner=contract.eigenaar.functie,
    )
