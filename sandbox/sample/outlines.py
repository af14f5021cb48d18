"""Made-up outlines of regions: a tile per municipality, strips in it for its wijken, pieces of those for its buurten.

Nobody can take them for boundaries: they are rectangles in rows, sorted by code. They stand roughly where the province
is, so that a map opens there.
"""

from __future__ import annotations

from collections.abc import Mapping

from sandbox.sample import facts
from veiligheidsbeeld.contracts.boundaries import load_boundaries

# Per province the corner where its tiles begin (degrees, north-west) and how many stand in a row.
_PLACES = {"PV22": (6.2, 53.1, 4), "PV31": (5.6, 51.7, 4)}
_WIDTH, _HEIGHT = 0.18, 0.12
_DECIMALS = 6
Box = tuple[float, float, float, float]  # west, north, east, south


def layers() -> Mapping[str, list[dict]]:
    """Features per collection of the service of boundaries, the same for every year."""
    named = {layer.niveau: layer.laag for layer in load_boundaries().lagen}
    found: dict[str, list[dict]] = {layer: [] for layer in named.values()}
    names = {row["code"]: row["naam"] for row in (*facts.table("gebieden"), *facts.table("gemeenten"))}
    parts = {row["code"]: row["naam"] for row in facts.table("wijken_buurten")}
    for province, place in _PLACES.items():
        towns = sorted(r["code"] for r in facts.table("gemeenten") if r["provincie"] == province)
        tiles = [_tile(place, number) for number in range(len(towns))]
        found[named["provincie"]].append(_feature(province, names[province], tiles))
        for town, tile in zip(towns, tiles, strict=True):
            found[named["gemeente"]].append(_feature(town, names[town], [tile]))
            districts = sorted(code for code in parts if code.startswith(f"WK{town[2:]}"))
            for district, strip in zip(districts, _strips(tile, len(districts)), strict=True):
                found[named["wijk"]].append(_feature(district, parts[district], [strip]))
                areas = sorted(code for code in parts if code.startswith(f"BU{district[2:]}"))
                for area, piece in zip(areas, _pieces(strip, len(areas)), strict=True):
                    found[named["buurt"]].append(_feature(area, parts[area], [piece]))
    return found


def _tile(place: tuple[float, float, int], number: int) -> Box:
    west, north, columns = place
    row, column = divmod(number, columns)
    return (west + column * _WIDTH, north - row * _HEIGHT, west + (column + 1) * _WIDTH, north - (row + 1) * _HEIGHT)


def _strips(box: Box, number: int) -> list[Box]:
    west, north, east, south = box
    step = (north - south) / max(1, number)
    return [(west, north - n * step, east, north - (n + 1) * step) for n in range(number)]


def _pieces(box: Box, number: int) -> list[Box]:
    west, north, east, south = box
    step = (east - west) / max(1, number)
    return [(west + n * step, north, west + (n + 1) * step, south) for n in range(number)]


def _feature(code: str, name: str, boxes: list[Box]) -> dict:
    polygons = [[_ring(box)] for box in boxes]
    geometry = {"type": "MultiPolygon", "coordinates": polygons}
    return {"type": "Feature", "properties": {"statcode": code, "statnaam": name}, "geometry": geometry}


def _ring(box: Box) -> list[tuple[float, float]]:
    """Counterclockwise, as GeoJSON wants an outer ring."""
    west, north, east, south = (round(side, _DECIMALS) for side in box)
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]
