"""Code lists of a delivery: read from landing, checked against the contract, kept with history."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from veiligheidsbeeld.contracts.cube import CubeContract
from veiligheidsbeeld.errors import DeliveryRefused
from veiligheidsbeeld.landing.cubes import Delivery

# More codes than this share that do not look like the contract's codes: another classification, not a typing error.
_MAX_FOREIGN = 0.05
# Fields of a source's code row that have a column of their own; the rest is kept as `extra`.
_OWN_FIELDS = {"Key", "Identifier", "Title", "Description", "ID", "Index"}


@dataclass(frozen=True)
class Code:
    code: str
    title: str
    description: str | None
    extra: dict[str, Any]


def read_codelists(contract: CubeContract, delivery: Delivery) -> dict[str, list[Code]]:
    """Code list per source dimension (periods included), codes trimmed, in the source's order.

    Raises `DeliveryRefused` when a list of the contract is missing, empty, or evidently another classification.
    """
    found: dict[str, list[Code]] = {}
    wanted = {k.bron: k.patroon for k in contract.sleutels} | {contract.periode: r"^\d{4}(MM|KW|JJ)\d\d$"}
    for dimension, pattern in wanted.items():
        codes = [_code(row) for row in delivery.code_rows(dimension)]
        foreign = [c.code for c in codes if pattern and not re.match(pattern, c.code)]
        if not codes or len(foreign) > _MAX_FOREIGN * len(codes):
            seen = f"holds codes such as {foreign[:3]}" if codes else "is missing or empty"
            raise DeliveryRefused(
                f"{contract.naam} ({contract.bron.tabel}): code list {dimension} {seen}; "
                f"the contract expects {pattern or 'at least one code'}.",
                remedy="Compare the source's code list with the contract; adapt the contract if the source changed.",
                owner=contract.eigenaar.functie,
            )
        found[dimension] = codes
    return found


def merge_codelists(
    connection: psycopg.Connection, contract: CubeContract, lists: dict[str, list[Code]], levering_id: int
) -> int:
    """Keeps history of code lists: closes changed and vanished codes, adds new versions; returns changes."""
    connection.execute(
        "create temp table codes_nieuw (dimensie text, code text, volgorde integer, titel text, omschrijving text,"
        " extra jsonb) on commit drop"
    )
    with connection.cursor().copy("copy codes_nieuw from stdin") as copy:
        for dimension, codes in lists.items():
            for order, c in enumerate(codes):
                copy.write_row((dimension, c.code, order, c.title, c.description, Jsonb(c.extra)))
    # The position in the list shifts whenever a code is added; that alone is no new version.
    closed = connection.execute(
        """
        update raw.codelijst as oud
        set levering_tot = %(levering)s
        where oud.dataset = %(dataset)s
            and oud.levering_tot is null
            and not exists (
                select from codes_nieuw as n
                where (n.dimensie, n.code) = (oud.dimensie, oud.code)
                    and (n.titel, n.omschrijving, n.extra)
                    is not distinct from (oud.titel, oud.omschrijving, oud.extra)
            )
        """,
        {"levering": levering_id, "dataset": contract.naam},
    ).rowcount
    added = connection.execute(
        """
        insert into raw.codelijst (dataset, dimensie, code, volgorde, titel, omschrijving, extra, levering_van)
        select %(dataset)s, n.dimensie, n.code, n.volgorde, n.titel, n.omschrijving, n.extra, %(levering)s
        from codes_nieuw as n
        where not exists (
            select from raw.codelijst as oud
            where oud.dataset = %(dataset)s and oud.levering_tot is null
                and (oud.dimensie, oud.code) = (n.dimensie, n.code)
        )
        """,
        {"levering": levering_id, "dataset": contract.naam},
    ).rowcount
    return closed + added


def _code(row: dict[str, Any]) -> Code:
    code = str(row.get("Key") or row.get("Identifier") or "").strip()
    extra = {
        k: v.strip() if isinstance(v, str) else v for k, v in row.items() if k not in _OWN_FIELDS and v is not None
    }
    description = row.get("Description")
    return Code(code, str(row.get("Title") or "").strip(), description.strip() if description else None, extra)
