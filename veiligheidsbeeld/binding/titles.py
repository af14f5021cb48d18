"""What a source says in words: titles, the groups above them, units, and when two of them are the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

# One way to compare names, whoever wrote them: `De Een / De Ander (BT)` and `De Een/De Ander (BT)` are one, and
# so are `VoeltZichWeleensOnveilig` (how v3 names a column) and `Voelt zich weleens onveilig` (its title).
from veiligheidsbeeld.files.cells import normal

Row = Mapping[str, Any]
Path = tuple[str, ...]

_SUFFIX = re.compile(r"_\d+$")
_GROUPS = {"TopicGroup", "GroupTopic"}
_DEPTH = 20  # groups above a title; more means that a group stands below itself


@dataclass(frozen=True)
class Titled:
    """A code of the source with its path (titles of its groups, then its own) and its unit, where it has one.

    `stem` is the name of a v3 column without its number: the source makes it of the title, so it names the same.
    """

    code: str
    path: Path
    unit: str | None = None
    stem: str | None = None

    def is_called(self, wanted: Sequence[str]) -> bool:
        """Whether the path ends with these titles; with as many titles as it has, it is this path."""
        asked = [normal(title) for title in wanted]
        if not asked or len(asked) > len(self.path):
            return False
        own = {normal(self.path[-1]), normal(self.stem or "")} - {""}
        above = [normal(title) for title in self.path[len(self.path) - len(asked) : -1]]
        return asked[-1] in own and asked[:-1] == above


def stem(column: str) -> str:
    """The name of a v3 column without the number at its end, which shifts when topics come or go."""
    return _SUFFIX.sub("", column.strip())


def unit(text: str | None) -> str | None:
    """A unit as it is compared; None when the source names none. `%` of anything is `procent`."""
    if not text or not text.strip():
        return None
    if text.strip().startswith("%") or normal(text) in ("procent", "percentage"):
        return "procent"
    return {"personen": "aantal"}.get(normal(text), normal(text))


def shown(path: Iterable[str]) -> str:
    """A path as people read it."""
    return " > ".join(path)


def measures_v4(codes: Iterable[Row], groups: Iterable[Row]) -> list[Titled]:
    """The measures of a v4 table: `MeasureCodes` and `MeasureGroups`."""
    return _of_codes(codes, groups, "MeasureGroupId", "Identifier")


def codes_v4(codes: Iterable[Row], groups: Iterable[Row]) -> list[Titled]:
    """The codes of a v4 dimension: `<Dimension>Codes` and `<Dimension>Groups`."""
    return _of_codes(codes, groups, "DimensionGroupId", "Identifier")


def codes_v3(codes: Iterable[Row], groups: Iterable[Row]) -> list[Titled]:
    """The codes of a v3 dimension, with the `CategoryGroups` of that dimension."""
    return _of_codes(codes, groups, "CategoryGroupID", "Key")


def measures_v3(properties: Iterable[Row]) -> list[Titled]:
    """The topics of a v3 table (`DataProperties`); topic groups stand among them and are named by ParentID."""
    rows = list(properties)
    above = {str(r["ID"]): (_title(r), r.get("ParentID")) for r in rows if r.get("Type") in _GROUPS and "ID" in r}
    return [
        Titled(
            str(row["Key"]).strip(),
            (*_groups(row.get("ParentID"), above), _title(row)),
            row.get("Unit"),
            stem(str(row["Key"])),
        )
        for row in rows
        if row.get("Type") == "Topic" and row.get("Key")
    ]


def _of_codes(codes: Iterable[Row], groups: Iterable[Row], parent: str, key: str) -> list[Titled]:
    above = {
        str(g.get("Id", g.get("ID", g.get("Identifier")))): (_title(g), g.get("ParentId", g.get("ParentID")))
        for g in groups
    }
    return [
        Titled(str(row[key]).strip(), (*_groups(row.get(parent), above), _title(row)), row.get("Unit")) for row in codes
    ]


def _groups(parent: Any, above: Mapping[str, tuple[str, Any]]) -> Path:
    found: list[str] = []
    while parent is not None and str(parent) in above and len(found) < _DEPTH:
        title, parent = above[str(parent)]
        found.insert(0, title)
    return tuple(found)


def _title(row: Row) -> str:
    return str(row.get("Title") or row.get("Key") or row.get("Identifier") or "").strip()
