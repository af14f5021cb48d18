"""Columns of a v3 table: named by topic and a number that shifts, so they are found by name and group.

In which group the column of the contract stands is what the snapshot of the table says. Where nobody saw the groups
of a name that occurs more than once, its unit is all there is to tell one from the other.
"""

from __future__ import annotations

from collections.abc import Iterable

from veiligheidsbeeld.binding import snapshot
from veiligheidsbeeld.binding.bind import Bound, Judgement
from veiligheidsbeeld.binding.titles import Path, Row, Titled, measures_v3, normal, shown, stem, unit
from veiligheidsbeeld.contracts.cube import CubeContract, Measure

COLUMN = "kolom"


def resolve(contract: CubeContract, properties: Iterable[Row]) -> tuple[CubeContract, list[Bound]]:
    """The contract with its measures under the names that they have at the source now, and how they were found.

    `properties`: rows of `DataProperties`. What is absent, or cannot be told apart, keeps the contract's name and is
    judged `ontbreekt` or `dubbel`.
    """
    topics = measures_v3(properties)
    if contract.bron.protocol != "odata_v3" or contract.wide or not topics:
        return contract, []
    rows = [_find(measure, topics, contract) for measure in contract.maten]
    measures = [
        m.model_copy(update={"bron": r.code}) if r.code else m for m, r in zip(contract.maten, rows, strict=True)
    ]
    return contract.model_copy(update={"maten": measures}), rows


def _find(measure: Measure, topics: list[Titled], contract: CubeContract) -> Bound:
    name = stem(measure.bron)
    found = [t for t in topics if t.stem == name]
    if group := _group(measure, contract):
        found = [t for t in found if _alike(t.path[:-1], group)]
    else:
        found = _by_unit(measure, found, contract)
    if not found:
        return Bound(COLUMN, "", shown([*(group or ()), name]), "ontbreekt", measure.kolom)
    if len(found) > 1:
        note = ", ".join(f"{t.code} ({t.unit})" for t in found)
        return Bound(COLUMN, "", name, "dubbel", measure.kolom, toelichting=note)
    (one,) = found
    known = unit(one.unit) in (None, unit(measure.eenheid))
    differs = None if known else f"verwacht {measure.eenheid}, gevonden {one.unit}"
    judged: Judgement = "gekoppeld" if known else "eenheid"
    return Bound(COLUMN, one.code, shown(one.path), judged, measure.kolom, one.unit, toelichting=differs)


def _group(measure: Measure, contract: CubeContract) -> Path | None:
    """Groups above the measure's column, where its name stands in more than one; None when nobody saw them."""
    seen = snapshot.load(contract.bron.tabel)
    alike = [m for m in seen.maten if m.code and stem(m.code) == stem(measure.bron)] if seen else []
    groups = {normal(shown(m.pad[:-1])) for m in alike}
    own = next((tuple(m.pad[:-1]) for m in alike if m.code == measure.bron), None)
    return own if own and len(groups) == len(alike) > 1 else None


def _alike(one: Path, other: Path) -> bool:
    return normal(shown(one)) == normal(shown(other))


def _by_unit(measure: Measure, found: list[Titled], contract: CubeContract) -> list[Titled]:
    """Topics of the measure's name: in its unit, else in a unit that no other measure of that name has."""
    if exact := [t for t in found if unit(t.unit) == unit(measure.eenheid)]:
        return exact
    name = stem(measure.bron)
    others = {unit(m.eenheid) for m in contract.maten if stem(m.bron) == name and m is not measure}
    free = [t for t in found if unit(t.unit) not in others]
    # A source that names no units leaves nothing but the column as it was.
    return [t for t in free if t.code == measure.bron and not t.unit] or free
