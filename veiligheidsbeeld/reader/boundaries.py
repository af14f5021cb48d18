"""Boundaries of municipalities, where the region has them: `grenzen.geojson` in its folder.

The project brings none. Those of Statistics Netherlands (CBS/PDOK) carry the code of the municipality in `statcode`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.settings import Settings

FILE = "grenzen.geojson"
# What boundary files call the code of a municipality.
KEYS = ("statcode", "GM_CODE", "gemeentecode", "regio_code")
Feature = dict[str, Any]


def of_region(settings: Settings) -> dict[str, Feature]:
    """Feature per code of a municipality; empty where the region has no file."""
    path = settings.region.folder / FILE
    return read(path) if path.exists() else {}


def read(path: Path) -> dict[str, Feature]:
    """Feature per code; raises `ConfigurationError` when the file is no GeoJSON or no feature carries a code."""
    try:
        features = json.loads(path.read_text(encoding="utf-8"))["features"]
        found = {code: feature for feature in features if (code := _code(feature))}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ConfigurationError(
            f"{path} is no GeoJSON with features: {error}.", remedy="Save the boundaries as GeoJSON first."
        ) from error
    if not found:
        raise ConfigurationError(
            f"No boundary of {path} carries the code of a municipality.",
            remedy=f"The code (GM1234) has to stand in one of: {', '.join(KEYS)}.",
        )
    return found


def _code(feature: Feature) -> str | None:
    properties = feature.get("properties") or {}
    return next((str(properties[key]) for key in KEYS if key in properties), None)
