"""Boundaries on their way into the folder of a region: from a service on loopback, and from a file."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox.sample import outlines
from sandbox.source_server import SourceServer, serve
from veiligheidsbeeld.errors import SourceError
from veiligheidsbeeld.extract.boundaries import fetch, take
from veiligheidsbeeld.region import active, read
from veiligheidsbeeld.region.boundaries import path_of, simplified
from veiligheidsbeeld.region.make import make
from veiligheidsbeeld.settings import Settings

ITEMS = "/api.pdok.nl/cbs/gebiedsindelingen/ogc/v1/collections"


@pytest.fixture
def service() -> Iterator[SourceServer]:
    with serve({}, layers=outlines.layers()) as server:
        yield server


# The server of boundaries is the sample's, and that is of the example.
OF_EXAMPLE = active({}).head.detail[0]


@pytest.fixture
def settings(service: SourceServer, settings_for: Callable[..., Settings], tmp_path: Path) -> Settings:
    """Of a copy of the example's folder, without its boundaries."""
    folder = tmp_path / "regio"
    shutil.copytree(active({}).folder, folder)
    path_of(active({"VB_REGIO": str(folder)})).unlink()
    return settings_for(service.url, VB_REGIO=str(folder))


def test_the_example_has_what_the_command_brings(settings):
    fetch(settings, 2026, report=lambda _: None)
    assert path_of(settings.region).read_text() == path_of(active({})).read_text()
    assert not any("CBS" in row["bron"] for row in read(path_of(active({})))), "made up: nobody's but ours"


def test_pages_are_followed_to_the_last(settings, service, monkeypatch):
    """Of 43 municipalities in pages of ten, one for each; another year stands beside the first."""
    monkeypatch.setattr("sandbox.source_server.features._LARGEST", 10)
    found = fetch(settings, 2025, report=lambda _: None)
    towns = [b.regio_code for b in found if b.niveau == "gemeente"]
    assert len(towns) == len(set(towns)) == 43
    asked = [r["pad"] for r in service.requests if r["entiteit"] == "gemeente_gegeneraliseerd"]
    assert asked == [f"{ITEMS}/gemeente_gegeneraliseerd/items"] * 5
    fetch(settings, 2026, report=lambda _: None)
    fetch(settings, 2026, report=lambda _: None)
    years = [row["jaar"] for row in read(path_of(settings.region))]
    assert years.count("2025") == years.count("2026") == len(found)


def test_a_town_without_a_boundary_is_told_and_nothing_is_kept(settings, service):
    towns = service.layers["gemeente_gegeneraliseerd"]
    towns.remove(next(f for f in towns if f["properties"]["statcode"] == OF_EXAMPLE))
    with pytest.raises(SourceError, match=f"no boundary of {OF_EXAMPLE}"):
        fetch(settings, 2026, report=lambda _: None)
    assert not path_of(settings.region).exists()


def test_a_collection_that_went_is_told(settings, service):
    del service.layers["buurt_gegeneraliseerd"]
    with pytest.raises(SourceError, match=r"buurt_gegeneraliseerd does not exist.*contracts/grenzen"):
        fetch(settings, 2026, report=lambda _: None)


# A square of a hundredth of a degree with a hole, in metres of the national grid, and as no area at all.
SQUARE = [[6.0, 53.0], [6.01, 53.0], [6.01, 53.01], [6.0, 53.01], [6.0, 53.0]]


@pytest.mark.parametrize(
    ("geometry", "said"),
    [
        ({"type": "Point", "coordinates": [6, 53]}, "Point is no boundary"),
        ({"type": "Polygon", "coordinates": [[[x * 1e5, y * 1e4] for x, y in SQUARE]]}, "not degrees"),
        (None, "None is no boundary"),
    ],
)
def test_a_file_that_is_no_boundary_is_refused_by_code(settings, tmp_path, geometry, said):
    feature = {"type": "Feature", "properties": {"statcode": OF_EXAMPLE}, "geometry": geometry}
    path = tmp_path / "grenzen.geojson"
    path.write_text(json.dumps({"features": [feature]}))
    with pytest.raises(SourceError, match=f"{OF_EXAMPLE}.*{said}") as refused:
        take(settings, path, 2026)
    assert refused.value.owner is None, "a file is its reader's own"


def test_a_region_elsewhere_takes_a_file(settings_for, service, tmp_path):
    """Two names that files use for the code, a town of another province left out, another year's number."""
    folder = make(["GM0373"], "Duinen", tmp_path / "duinen")
    settings = settings_for(service.url, VB_REGIO=str(folder))
    first, *others = sorted(m.gemeente for m in settings.region.members if m.soort == "provincie" and m.tot.year > 2026)
    features = [{"properties": {"GM_CODE": first, "GM_NAAM": "Eerste"}}]
    features += [{"properties": {"gemeentecode": code, "gemeentenaam": code}} for code in (*others, OF_EXAMPLE)]
    path = tmp_path / "grenzen.geojson"
    square = {"type": "Polygon", "coordinates": [SQUARE]}
    path.write_text(json.dumps({"features": [{**f, "geometry": square} for f in features]}))
    take(settings, path, 2026)
    rows = read(path_of(settings.region))
    assert [row["regio_code"] for row in rows] == [first, *others]
    assert rows[0]["naam"] == "Eerste" and {row["niveau"] for row in rows} == {"gemeente"}
    assert {row["bron_soort"] for row in rows} == {"opname"}, "real, also where figures are those of the sample"


def test_neighbours_stay_neighbours():
    """Two areas that share a wavy side share it after rounding; a speck and what falls together go, holes stay."""
    side = [[6.0 + 0.0004 * (n % 3), 53.0 + 0.0003 * n] for n in range(30)]
    west = json.loads(simplified({"type": "Polygon", "coordinates": [[[5.9, 53.0], *side, [5.9, 53.0]]]}, 3))
    east = json.loads(simplified({"type": "Polygon", "coordinates": [[[6.1, 53.0], *side, [6.1, 53.0]]]}, 3))
    shared = west["coordinates"][0][1:-1]
    assert east["coordinates"][0][1:-1] == shared and 2 < len(shared) < len(side)
    speck = [[[6.0, 53.0], [6.0001, 53.0], [6.0001, 53.0001], [6.0, 53.0]]]
    hole = [[x - (x - 6.005) / 2, y - (y - 53.005) / 2] for x, y in SQUARE]
    kept = json.loads(simplified({"type": "MultiPolygon", "coordinates": [[SQUARE, hole], speck]}, 3))
    assert kept["type"] == "Polygon" and [len(ring) for ring in kept["coordinates"]] == [5, 5]
    alone = json.loads(simplified({"type": "MultiPolygon", "coordinates": [speck]}, 3))
    assert alone == {"type": "Polygon", "coordinates": speck}, "what is smaller than a step stays as it came"


@pytest.mark.shared
def test_boundaries_as_published(settings, shared):
    """The 43 municipalities of 2023 of the two provinces, simplified by others, come through whole."""
    found = take(settings, shared / "data" / "regions" / "gemeenten_2023.geojson", 2023)
    assert len(found) == 43
    west, south, east, north = 3.3, 50.7, 7.3, 53.7  # of the Netherlands
    for boundary in found:
        area = json.loads(boundary.grens)
        polygons = area["coordinates"] if area["type"] == "MultiPolygon" else [area["coordinates"]]
        rings = [ring for polygon in polygons for ring in polygon]
        assert all(ring[0] == ring[-1] and len(ring) >= 4 for ring in rings), boundary.regio_code
        assert all(west < x < east and south < y < north for ring in rings for x, y in ring), boundary.regio_code
