"""The map of the index."""

import re
from xml.etree import ElementTree

from veiligheidsbeeld.pages.outline import outline


def polygon(*rings, kind="Polygon"):
    return {"type": kind, "coordinates": [list(rings)] if kind == "MultiPolygon" else list(rings)}


# Degrees, up to 60 north where one of length is half as wide as one of height: a square, and one beside it of half
# that height.
SQUARE = [[4, 59], [6, 59], [6, 60], [4, 60], [4, 59]]
BESIDE = [[6, 59], [8, 59], [8, 59.5], [6, 59.5], [6, 59]]


def test_every_municipality_is_drawn_in_its_place_and_links_to_its_page():
    found = {"GM0001": polygon(SQUARE), "GM0002": polygon(BESIDE, kind="MultiPolygon"), "GM0003": polygon(SQUARE)}
    svg = outline(found, {"GM0001": "Aa & Bee", "GM0002": "Cee", "GM0009": "zonder grens"})
    root = ElementTree.fromstring(svg)
    assert root.attrib["viewBox"] == "0 0 420 210", "twice as wide as it is high"
    links = {a.attrib["aria-label"]: a for a in root}
    assert {label: a.attrib["href"] for label, a in links.items()} == {
        "Aa & Bee": "regio/GM0001.html",
        "Cee": "regio/GM0002.html",
    }
    # North is up: the lower square begins halfway.
    assert re.findall(r"[\d.]+ [\d.]+", links["Cee"][0].attrib["d"])[2] == "420.0 105.0"


def test_a_name_stands_in_the_middle_of_its_municipality_where_it_fits():
    svg = outline({"GM0001": polygon(SQUARE), "GM0002": polygon(BESIDE)}, {"GM0001": "Aa & Bee", "GM0002": "C" * 40})
    root = ElementTree.fromstring(svg)
    [text] = root.iter("text")
    assert (text.text, text.attrib["x"], text.attrib["y"]) == ("Aa & Bee", "105.0", "105.0")


def test_a_long_name_stands_on_two_lines():
    """A square of 210 wide has room for some thirty letters."""
    name = "Grootveenkolonie aan het Zuiderkanaal"
    svg = outline({"GM0001": polygon(SQUARE), "GM0002": polygon(BESIDE)}, {"GM0001": name, "GM0002": "Cee"})
    found = [(text.text, text.attrib["x"]) for text in ElementTree.fromstring(svg).iter("text")]
    assert found == [("Cee", "315.0"), ("Grootveenkolonie", "105.0"), ("aan het Zuiderkanaal", "105.0")]


def test_without_boundaries_there_is_no_map():
    assert outline({}, {"GM0001": "Aa"}) == ""
