"""Boundaries of regions from an OGC API Features service (PDOK), or from a GeoJSON file that somebody saved.

They go to the folder of the region, not to landing: they change once a year, and who keeps the region reviews them.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import date
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

from veiligheidsbeeld.contracts.boundaries import Layer, load_boundaries
from veiligheidsbeeld.errors import SourceError
from veiligheidsbeeld.extract.hosts import base_of
from veiligheidsbeeld.extract.http import Client, Refused, Report
from veiligheidsbeeld.region import Region
from veiligheidsbeeld.region.boundaries import Boundary, Feature, features_in, is_wanted, keep, simplified, wanted
from veiligheidsbeeld.settings import Settings

# What files of boundaries call the code and the name of a region.
CODES = ("statcode", "GM_CODE", "gemeentecode", "regio_code")
_NAMES = ("statnaam", "GM_NAAM", "gemeentenaam", "naam")
# Kind of what a file holds: real, and kept.
FILE = "opname"
# What the outlines of the sample are called, of which CBS and PDOK know nothing.
_MADE_UP = "Verzonnen vakjes, geen grenzen"
_LEVELS = {"PV": "provincie", "GM": "gemeente", "WK": "wijk", "BU": "buurt"}


class _Link(msgspec.Struct):
    rel: str
    href: str


class _Page(msgspec.Struct):
    features: list[dict]
    links: list[_Link] = []


def fetch(settings: Settings, year: int, *, report: Report = print) -> list[Boundary]:
    """Brings the boundaries of the region's own regions into its folder, from the service; returns them.

    Raises `SourceError` when the service cannot be read, or lacks a municipality that the region had that year.
    """
    features = asyncio.run(_features(settings, year, report))
    return _keep(settings, year, features, f"{load_boundaries().titel} {year}", settings.bron_soort)


def take(settings: Settings, path: Path, year: int) -> list[Boundary]:
    """The same from a GeoJSON file in degrees; raises `ConfigurationError` when it is no GeoJSON."""
    return _keep(settings, year, features_in(path), str(path), FILE)


def _keep(settings: Settings, year: int, features: Iterable[Feature], source: str, kind: str) -> list[Boundary]:
    """`kind` is that of the source: a file holds real boundaries, whatever this copy's figures are."""
    found = list(_boundaries(settings, year, features, source, kind))
    twice = [code for code, times in Counter(b.regio_code for b in found).items() if times > 1]
    missing = sorted(_towns(settings.region, year) - {b.regio_code for b in found})
    for wrong, codes in (("more than one boundary", twice), ("no boundary", missing)):
        if codes:
            raise SourceError(
                f"{source} has {wrong} of {', '.join(codes[:5])}{f' and {len(codes) - 5} more' if codes[5:] else ''}.",
                owner=_owner(kind),
                remedy=f"Take the boundaries of one year, {year}, of all municipalities; the code of a region has to "
                f"stand in one of: {', '.join(CODES)}.",
            )
    keep(settings.region, year, found)
    return found


def _boundaries(
    settings: Settings, year: int, features: Iterable[Feature], source: str, kind: str
) -> Iterator[Boundary]:
    """Those of the region's own regions; raises `SourceError` for one that is no area in degrees."""
    contract, codes = load_boundaries(), wanted(settings.region)
    credit = _MADE_UP if kind == "voorbeeld" else contract.bronvermelding
    layers = {layer.niveau: layer for layer in contract.lagen}
    for feature in features:
        code, name = (_property(feature, names) for names in (CODES, _NAMES))
        layer = layers.get(_LEVELS.get(code[:2], ""))  # type: ignore[call-overload]
        if layer is None or not is_wanted(layer.niveau, code, codes):
            continue
        try:
            area = simplified(feature["geometry"], layer.decimalen)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise SourceError(
                f"{source}: the boundary of {code} cannot be used: {error}.",
                owner=_owner(kind),
                remedy="Take boundaries as GeoJSON, polygons in degrees (WGS 84, EPSG:4326).",
            ) from error
        yield Boundary(code, year, name, layer.niveau, area, credit, kind)


def _owner(kind: str) -> str | None:
    """Whose the source is; a file is its reader's own."""
    return None if kind == FILE else load_boundaries().eigenaar.title


def _property(feature: Feature, names: Iterable[str]) -> str:
    given = feature.get("properties") or {}
    return next((str(given[name]).strip() for name in names if given.get(name)), "")


def _towns(region: Region, year: int) -> set[str]:
    """Municipalities of the region's provinces on the first of January."""
    first = date(year, 1, 1)
    return {m.gemeente for m in region.members if m.soort == "provincie" and m.van <= first < m.tot}


async def _features(settings: Settings, year: int, report: Report) -> list[Feature]:
    """Features of all layers; the pages of one layer after another."""
    client = Client(settings, dataset="boundaries", provider="pdok", concurrent=1, report=report)
    async with client:
        return [f for layer in load_boundaries().lagen async for f in _of_layer(client, settings, layer, year)]


async def _of_layer(client: Client, settings: Settings, layer: Layer, year: int) -> AsyncIterator[Feature]:
    """Of a link to the next page the query is taken, not the host: that may be an internal one."""
    contract = load_boundaries()
    service = contract.bron
    address = f"{base_of(settings, service.host)}/{service.pad}/collections/{layer.laag}/items"
    query = {"f": "json", service.jaar: str(year), "limit": str(service.per_pagina)}
    asked: list[dict[str, str]] = []
    while query:
        if query in asked:
            raise SourceError(f"{address}: a page links to itself.", remedy="Report it to the source.")
        asked.append(query)
        try:
            page = await client.get(f"{address}?{urlencode(query)}", msgspec.json.Decoder(_Page).decode)
        except Refused as refusal:
            raise SourceError(
                f"{contract.titel}: {refusal}.",
                owner=contract.eigenaar.title,
                remedy="Compare contracts/grenzen with the collections that the service has.",
            ) from refusal
        for feature in page.features:
            # A service that does not heed the parameter gives every year.
            if _property(feature, [service.jaar]) in ("", str(year)):
                yield feature
        following = next((link.href for link in page.links if link.rel == "next"), "")
        query = dict(parse_qsl(urlsplit(following).query))
