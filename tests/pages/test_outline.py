"""The map of the index."""

import re
from xml.etree import ElementTree

from veiligheidsbeeld.pages.outline import outline


def feature(*rings, kind="Polygon"):
    return {"geometry": {"type": kind, "coordinates": [list(rings)] if kind == "MultiPolygon" else list(rings)}}


# Metres of the Dutch grid: a square of 1 km, and one beside it of half that height.
SQUARE = [[0, 400_000], [1000, 400_000], [1000, 401_000], [0, 401_000], [0, 400_000]]
BESIDE = [[1000, 400_000], [2000, 400_000], [2000, 400_500], [1000, 400_500], [1000, 400_000]]


def test_every_municipality_is_drawn_in_its_place_and_links_to_its_page():
    features = {"GM0001": feature(SQUARE), "GM0002": feature(BESIDE, kind="MultiPolygon"), "GM0003": feature(SQUARE)}
    svg = outline(features, {"GM0001": "Aa & Bee", "GM0002": "Cee", "GM0009": "zonder grens"})
    root = ElementTree.fromstring(svg)
    assert root.attrib["viewBox"] == "0 0 420 210", "twice as wide as it is high"
    links = {a.attrib["aria-label"]: a for a in root}
    assert {label: a.attrib["href"] for label, a in links.items()} == {
        "Aa & Bee": "regio/GM0001.html",
        "Cee": "regio/GM0002.html",
    }
    # North is up: the lower square begins halfway.
    assert re.findall(r"[\d.]+ [\d.]+", links["Cee"][0].attrib["d"])[2] == "420.0 105.0"


def test_without_boundaries_there_is_no_map():
    assert outline({}, {"GM0001": "Aa"}) == ""
