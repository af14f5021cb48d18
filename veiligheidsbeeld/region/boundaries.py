"""Boundaries of a region, `regio_grens.csv` in its folder: read from GeoJSON, simplified, kept per year.

Coordinates are degrees (WGS 84, longitude first), as GeoJSON has them. They are rounded, and points that fall together
become one: neighbours lose the same points, so that no gap opens between them.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.region.folder import Region, read

Feature = Mapping[str, Any]
_CORNERS = 4  # of a closed ring: three, and the first again


class Boundary(msgspec.Struct, frozen=True):
    """A row of the file; `grens` is a Polygon or MultiPolygon as GeoJSON text."""

    regio_code: str
    jaar: int
    naam: str
    niveau: str
    grens: str
    bron: str
    bron_soort: str


def path_of(region: Region) -> Path:
    return region.folder / "regio_grens.csv"


def keep(region: Region, year: int, boundaries: Iterable[Boundary]) -> Path:
    """Writes the boundaries of a year beside those of other years; what the file had of that year goes."""
    path = path_of(region)
    others = [row for row in read(path) if row["jaar"] != str(year)] if path.exists() else []
    names = Boundary.__struct_fields__
    rows = [[row[name] for name in names] for row in others] + [
        [*map(str, msgspec.structs.astuple(b))] for b in boundaries
    ]
    beside = path.with_suffix(".nieuw")
    with beside.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(sorted(rows))
    beside.replace(path)
    return path


def wanted(region: Region) -> dict[str, set[str]]:
    """Per level the codes of which the region has figures: of wijken and buurten the municipality (`GM1234`)."""
    detail = set(region.head.detail)
    return {
        "provincie": {m.gebied for m in region.members if m.soort == "provincie"},
        "gemeente": set(region.municipalities),
        "wijk": detail,
        "buurt": detail,
    }


def is_wanted(level: str, code: str, codes: Mapping[str, set[str]]) -> bool:
    """Whether a region is one of those; a wijk or buurt carries the digits of its municipality."""
    return (f"GM{code[2:6]}" if level in ("wijk", "buurt") else code) in codes[level]


def simplified(geometry: Mapping[str, Any] | None, decimals: int) -> str:
    """GeoJSON text of a Polygon or MultiPolygon, rounded; ValueError for anything else or nothing."""
    kind = geometry["type"] if geometry else None
    if geometry is None or kind not in ("Polygon", "MultiPolygon"):
        raise ValueError(f"{kind} is no boundary")
    given = geometry["coordinates"] if kind == "MultiPolygon" else [geometry["coordinates"]]
    polygons = [rings for polygon in given if (rings := _rings(polygon, decimals))]
    # A region that is smaller than what is kept of a coordinate stays as it came.
    polygons = polygons or [[[list(point[:2]) for point in ring] for ring in polygon] for polygon in given]
    if any(abs(x) > 180 or abs(y) > 90 for polygon in polygons for ring in polygon for x, y in ring):
        raise ValueError("coordinates are not degrees (WGS 84)")
    kind, coordinates = ("Polygon", polygons[0]) if len(polygons) == 1 else ("MultiPolygon", polygons)
    return json.dumps({"type": kind, "coordinates": coordinates}, separators=(",", ":"))


def features_in(path: Path) -> list[Feature]:
    """The features of a GeoJSON file; raises `ConfigurationError` when it is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))["features"]
        if not isinstance(found, list):
            raise TypeError("`features` is no list")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigurationError(
            f"{path} is no GeoJSON with features: {error}.", remedy="Save the boundaries as GeoJSON first."
        ) from error
    return found


def _rings(polygon: Sequence[Sequence[Sequence[float]]], decimals: int) -> list[list[list[float]]]:
    """The outer ring and what is cut out of it; nothing when the outer ring is too small to be left."""
    rings = [_ring(ring, decimals) for ring in polygon]
    return [rings[0], *(ring for ring in rings[1:] if len(ring) >= _CORNERS)] if len(rings[0]) >= _CORNERS else []


def _ring(points: Sequence[Sequence[float]], decimals: int) -> list[list[float]]:
    kept: list[list[float]] = []
    for point in points:
        place = [round(float(point[0]), decimals), round(float(point[1]), decimals)]
        if not kept or kept[-1] != place:
            kept.append(place)
    return kept
