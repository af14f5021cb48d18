"""Columns of a v3 table: named by topic and a number that shifts, so they are found by name and unit."""

from __future__ import annotations

from collections.abc import Iterable

from veiligheidsbeeld.binding.bind import Bound
from veiligheidsbeeld.binding.titles import Row, Titled, measures_v3, shown, stem, unit
from veiligheidsbeeld.contracts.cube import CubeContract, Measure

COLUMN = "kolom"


def resolve(contract: CubeContract, properties: Iterable[Row]) -> tuple[CubeContract, list[Bound]]:
    """The contract with its measures under the names that they have at the source now, and how they were found.

    `properties`: rows of `DataProperties`. A name that occurs in several groups is told apart by its unit. What is
    absent, or cannot be told apart, keeps the contract's name and is judged `ontbreekt` or `dubbel`.
    """
    topics = measures_v3(properties)
    if contract.bron.protocol != "odata_v3" or not topics:
        return contract, []
    rows = [_find(measure, topics) for measure in contract.maten]
    measures = [m.model_copy(update={"bron": r.code}) if r.code else m for m, r in zip(contract.maten, rows, strict=True)]
    return contract.model_copy(update={"maten": measures}), rows


def _find(measure: Measure, topics: list[Titled]) -> Bound:
    name = stem(measure.bron)
    found = [t for t in topics if t.stem == name]
    if len(found) > 1:
        found = [t for t in found if unit(t.unit) == unit(measure.eenheid)] or found
    if not found:
        return Bound(COLUMN, "", name, "ontbreekt", measure.kolom)
    if len(found) > 1:
        same = [t for t in found if t.code == measure.bron and not t.unit]
        if len(same) != 1:
            note = ", ".join(f"{t.code} ({t.unit})" for t in found)
            return Bound(COLUMN, "", name, "dubbel", measure.kolom, toelichting=note)
        found = same
    (one,) = found
    known = unit(one.unit) in (None, unit(measure.eenheid))
    note = None if known else f"verwacht {measure.eenheid}, gevonden {one.unit}"
    return Bound(
        COLUMN, one.code, shown(one.path), "gekoppeld" if known else "eenheid", measure.kolom, one.unit, toelichting=note
    )
