"""OGC API Features as PDOK speaks it: a collection in pages, each with a link to the next.

Nobody here saw the service answer. From code of others: the path, `limit`, `jaarcode`, degrees unless asked otherwise,
and `links` with `rel: next`. Chosen here: the cursor and the error body (RFC 7807, as the standard advises).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import msgspec

from sandbox.source_server.requests import BOUNDARIES, Query, Reply

_HOST = "api.pdok.nl"
_GEOJSON = "application/geo+json"
_LARGEST = 1000
Layers = Mapping[str, Sequence[dict]]


def answer(layers: Layers, layer: str, query: Query) -> Reply:
    """A page of a collection; links name the public host, whatever the client asked."""
    features = layers.get(layer)
    if features is None:
        return _problem(404, f"The requested collection {layer} does not exist.")
    try:
        limit = min(_LARGEST, int(query.options.get("limit", "10")))
        start = int(query.options.get("cursor", "0"))
    except ValueError:
        return _problem(400, "limit and cursor are whole numbers.")
    year = query.options.get("jaarcode")
    chosen = features[start : start + limit]
    links = [{"rel": "self", "href": f"https://{_HOST}/{'/'.join(BOUNDARIES)}/collections/{layer}/items"}]
    if start + limit < len(features):
        following = urlencode({**query.options, "cursor": str(start + limit)})
        links.append({"rel": "next", "href": f"{links[0]['href']}?{following}"})
    body = {
        "type": "FeatureCollection",
        "features": [{**f, "properties": {**f["properties"], "jaarcode": int(year)}} if year else f for f in chosen],
        "links": links,
        "numberReturned": len(chosen),
    }
    return Reply(msgspec.json.encode(body), _GEOJSON)


def _problem(status: int, detail: str) -> Reply:
    return Reply(msgspec.json.encode({"status": status, "title": "Error", "detail": detail}), _GEOJSON, status)
