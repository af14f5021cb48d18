"""A small map of the municipalities that have a page, each a link; drawn from their boundaries."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from markupsafe import Markup, escape

from veiligheidsbeeld.reader.boundaries import Geometry

WIDTH = 420.0
# Width of a letter and height of a line, in the same measure.
_LETTER, _LINE = 6.6, 14.0
Point = tuple[float, float]


def outline(geometries: Mapping[str, Geometry], names: Mapping[str, str]) -> Markup:
    """The map; `names` are those of the municipalities to draw, by code. Empty where none has a boundary."""
    rings = {code: _rings(geometries[code]) for code in names if code in geometries}
    points = [point for found in rings.values() for ring in found for point in ring]
    if not points:
        return Markup("")
    # Degrees are narrower the further north.
    north = max(y for _, y in points)
    narrow = math.cos(math.radians(north))
    west, east = (chosen(x for x, _ in points) * narrow for chosen in (min, max))
    south = min(y for _, y in points)
    scale = WIDTH / ((east - west) or 1.0)
    height = (north - south) * scale

    def path(ring: Sequence[Point]) -> str:
        return "M" + "L".join(f"{(x * narrow - west) * scale:.1f} {(north - y) * scale:.1f}" for x, y in ring) + "Z"

    def label(code: str, found: Sequence[Sequence[Point]]) -> str:
        """The name in the middle of what it is of, on a line or two, where it fits."""
        across = [(x * narrow - west) * scale for ring in found for x, _ in ring]
        down = [(north - y) * scale for ring in found for _, y in ring]
        written = _lines(names[code], int((max(across) - min(across)) / _LETTER))
        first = (min(down) + max(down)) / 2 - _LINE / 2 * (len(written) - 1)
        middle = f'x="{(min(across) + max(across)) / 2:.1f}" text-anchor="middle" aria-hidden="true"'
        return "".join(
            f'<text y="{first + n * _LINE:.1f}" {middle}>{escape(one)}</text>' for n, one in enumerate(written)
        )

    areas = "".join(
        f'<a href="regio/{quote(code)}.html" aria-label="{escape(names[code])}"><path d="{"".join(map(path, found))}">'
        f"<title>{escape(names[code])}</title></path>{label(code, found)}</a>"
        for code, found in sorted(rings.items(), key=lambda item: names[item[0]])
    )
    return Markup(  # noqa: S704
        f'<svg class="kaart" viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="group" aria-label="Kaart van gemeenten">'
        f"{areas}</svg>"
    )


def _rings(geometry: Geometry) -> list[list[Point]]:
    """Outer and inner rings of a polygon or of several."""
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [[(float(p[0]), float(p[1])) for p in ring] for polygon in polygons for ring in polygon]


def _lines(name: str, most: int) -> list[str]:
    """A name on as few lines as fit, two at most, cut after a word or a hyphen; none where it does not fit."""
    if len(name) <= most:
        return [name]
    cuts = [(name[: m.end()].strip(), name[m.end() :]) for m in re.finditer(r"[ -]", name)]
    fitting = [cut for cut in cuts if max(map(len, cut)) <= most]
    return list(min(fitting, key=lambda cut: max(map(len, cut)))) if fitting else []
