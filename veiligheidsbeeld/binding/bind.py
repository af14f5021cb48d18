"""The binding itself: titles of a delivery against the aliases, every code of the source with a judgement.

Pure: what the source says, what people decided, what was known before; out come rows for `beheer.koppeling`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from veiligheidsbeeld.binding.aliases import Alias, Aliases, MeasureAlias
from veiligheidsbeeld.binding.titles import Titled, normal, shown, unit
from veiligheidsbeeld.contracts.cube import MEASURE

Judgement = Literal[
    "gekoppeld",  # stands for `betekenis`
    "ongebruikt",  # known, and of no use here
    "ontbreekt",  # red: nothing at the source has the required path
    "dubbel",  # red: more than one thing has it
    "eenheid",  # red: bound, but in another unit
    "eenheid_onbekend",  # yellow: bound, the source names no unit
    "nieuw",  # yellow: a path that was not there before
    "gestopt",  # yellow: the source has stopped the table; the note names the likely successor
    "verdwenen",  # yellow: a path that went, or an area of the work area that the source does not have
]
RED = ("ontbreekt", "dubbel", "eenheid")
YELLOW = ("eenheid_onbekend", "nieuw", "verdwenen", "gestopt")
# Forms of codes of police areas; only these bind by title, other regions have codes that all sources share.
POLICE_AREAS = ("BT", "PD")


@dataclass(frozen=True)
class Bound:
    """One thing of the source in one delivery, or (code empty) one thing that was looked for in vain."""

    dimensie: str
    code: str
    pad: str
    oordeel: Judgement
    betekenis: str | None = None
    eenheid: str | None = None
    schaal: float = 1
    minimum: float | None = None
    maximum: float | None = None
    toelichting: str | None = None


@dataclass(frozen=True)
class Known:
    """What was bound or seen before: full paths per dimension, and the path that stood for each meaning."""

    paths: Mapping[str, Collection[str]]
    meanings: Mapping[tuple[str, str], str]


NOTHING_KNOWN = Known({}, {})


def bind(
    aliases: Aliases, titled: Mapping[str, Sequence[Titled]], areas: Mapping[str, str], known: Known
) -> list[Bound]:
    """Binds every code of the dimensions that the aliases speak of.

    `titled`: per dimension (`Measure` for measures) what the source has; `areas`: own police areas by full name.
    """
    rows = _by_title(MEASURE, titled.get(MEASURE, ()), aliases.maten, known) if aliases.maten else []
    for dimension, traits in aliases.kenmerken.items():
        rows += _by_title(dimension, titled.get(dimension, ()), traits, known)
    if aliases.gebieden:
        rows += _regions(aliases.gebieden, titled.get(aliases.gebieden, ()), areas)
    return rows


def _by_title(dimension: str, titled: Sequence[Titled], aliases: Sequence[Alias], known: Known) -> list[Bound]:
    rows: dict[str, Bound] = {}
    lost: list[Bound] = []
    for alias in aliases:
        found = _candidates(dimension, titled, alias, known)
        if not found:
            required = not isinstance(alias, MeasureAlias) or alias.verplicht
            judgement: Judgement = "ontbreekt" if required else "verdwenen"
            lost.append(Bound(dimension, "", shown(alias.pad), judgement, alias.betekent))
        elif len(found) == 1 and found[0].code not in rows:
            rows[found[0].code] = _bound(dimension, found[0], alias)
        else:  # one meaning with several paths, or one path with several meanings
            for one in found:
                note = "; ".join(shown(t.path) for t in found)
                rows[one.code] = Bound(
                    dimension, one.code, shown(one.path), "dubbel", alias.betekent, one.unit, toelichting=note
                )
    seen = {normal(path) for path in known.paths.get(dimension, ())}
    for one in titled:
        if one.code not in rows:
            judgement = "nieuw" if seen and normal(shown(one.path)) not in seen else "ongebruikt"
            rows[one.code] = Bound(dimension, one.code, shown(one.path), judgement, eenheid=one.unit)
    return [*rows.values(), *lost, *_gone(dimension, titled, lost, known)]


def _candidates(dimension: str, titled: Sequence[Titled], alias: Alias, known: Known) -> list[Titled]:
    """What the alias may mean; where a title came to stand in two groups, the path that it stood for before."""
    found = [t for t in titled if any(t.is_called(path) for path in alias.paths)]
    before = known.meanings.get((dimension, alias.betekent))
    if len(found) > 1 and before:
        return [t for t in found if normal(shown(t.path)) == normal(before)] or found
    return found


def _bound(dimension: str, one: Titled, alias: Alias) -> Bound:
    row = Bound(dimension, one.code, shown(one.path), "gekoppeld", alias.betekent, one.unit)
    if not isinstance(alias, MeasureAlias):
        return row
    row = replace(row, schaal=alias.schaal, minimum=alias.minimum, maximum=alias.largest)
    found, wanted = unit(one.unit), unit(alias.eenheid)
    if found is None:
        return replace(row, oordeel="eenheid_onbekend", toelichting=f"verwacht {alias.eenheid}")
    if found != wanted:
        return replace(row, oordeel="eenheid", toelichting=f"verwacht {alias.eenheid}, gevonden {one.unit}")
    return row


def _gone(dimension: str, titled: Sequence[Titled], lost: Sequence[Bound], known: Known) -> list[Bound]:
    """Paths that were there before and are not now, unless a required one says so already."""
    here = {normal(shown(t.path)) for t in titled}
    said = {known.meanings.get((dimension, row.betekenis or "")) for row in lost}
    said |= {path for path in known.paths.get(dimension, ()) for row in lost if normal(path).endswith(normal(row.pad))}
    return [
        Bound(dimension, "", path, "verdwenen")
        for path in known.paths.get(dimension, ())
        if normal(path) not in here and path not in said
    ]


def _regions(dimension: str, titled: Sequence[Titled], areas: Mapping[str, str]) -> list[Bound]:
    """Police areas of the work area by their name; other ones stay regions of the source, under its code."""
    own = {normal(name): code for name, code in areas.items()}
    rows: list[Bound] = []
    claimed: dict[str, list[Titled]] = {}
    for one in titled:
        title = one.path[-1]
        meaning = "NL01" if one.code == "NL00" else one.code
        note = None
        if one.code.startswith(POLICE_AREAS):
            meaning = own.get(normal(title), one.code)
            note = None if normal(title) in own else "gebied van de bron"
        claimed.setdefault(meaning, []).append(one)
        rows.append(Bound(dimension, one.code, title, "gekoppeld", meaning, toelichting=note))
    double = {meaning for meaning, found in claimed.items() if len(found) > 1}
    rows = [
        replace(row, oordeel="dubbel", toelichting="; ".join(t.path[-1] for t in claimed[row.betekenis]))
        if row.betekenis in double
        else row
        for row in rows
    ]
    if any(t.code.startswith(POLICE_AREAS) for t in titled):
        missing = [name for name, code in areas.items() if code not in claimed]
        rows += [Bound(dimension, "", name, "verdwenen", areas[name]) for name in missing]
    return rows
