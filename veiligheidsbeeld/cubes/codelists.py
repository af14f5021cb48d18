"""Code lists of a delivery: read from landing, checked against the contract, kept with history."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from veiligheidsbeeld.binding.deliveries import code_rows
from veiligheidsbeeld.contracts import periods
from veiligheidsbeeld.contracts.cube import CubeContract
from veiligheidsbeeld.errors import DeliveryRefused
from veiligheidsbeeld.landing.cubes import Delivery
from veiligheidsbeeld.warehouse import history
from veiligheidsbeeld.warehouse.history import Batch, Kept, Scope

# More codes than this share that do not look like the contract's codes: another classification, not a typing error.
_MAX_FOREIGN = 0.05
# Fields of a source's code row that have a column of their own; the rest is kept as `extra`.
_OWN_FIELDS = {"Key", "Identifier", "Title", "Description", "ID", "Index"}


# The position in the list shifts whenever a code is added; that alone is no new version.
KEPT = Kept(
    sql.Identifier("raw", "codelijst"),
    keys=("dataset", "dimensie", "code"),
    compared=("titel", "omschrijving", "extra"),
    carried=("volgorde",),
)


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
    for dimension, pattern in ({k.bron: k.patroon for k in contract.sleutels} | {contract.periode: None}).items():
        codes = [_code(row) for row in code_rows(contract, delivery, dimension)]
        if dimension == contract.periode:
            kept = set(periods.wanted(contract, [c.code for c in codes]))
            codes = [c for c in codes if c.code in kept]
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
    """Keeps history of code lists; returns the versions that were closed or added."""
    connection.execute(
        "create temp table codes_nieuw (dataset text, dimensie text, code text, volgorde integer, titel text,"
        " omschrijving text, extra jsonb) on commit drop"
    )
    with connection.cursor().copy("copy codes_nieuw from stdin") as copy:
        for dimension, codes in lists.items():
            for order, c in enumerate(codes):
                row = (contract.naam, dimension, c.code, order, c.title, c.description, Jsonb(c.extra))
                copy.write_row(row)
    own = sql.SQL("dataset = {}").format(sql.Literal(contract.naam))
    found = history.merge(connection, KEPT, Batch(sql.Identifier("codes_nieuw")), levering_id, Scope(own))
    return found.nieuw + 2 * found.gewijzigd + found.vervallen


def _code(row: dict[str, Any]) -> Code:
    code = str(row.get("Key") or row.get("Identifier") or "").strip()
    extra = {
        k: v.strip() if isinstance(v, str) else v for k, v in row.items() if k not in _OWN_FIELDS and v is not None
    }
    description = row.get("Description")
    return Code(code, str(row.get("Title") or "").strip(), description.strip() if description else None, extra)
