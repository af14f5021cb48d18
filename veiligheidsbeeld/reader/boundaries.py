"""Boundaries for maps, as readers find them: the newest of each region in `kern.regio_grens`, in degrees."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

Geometry = Mapping[str, Any]
QUERY = "select regio_code, grens, bron from kern.regio_grens where niveau = %s and is_laatste order by regio_code"


@dataclass(frozen=True)
class Boundaries:
    """A Polygon or MultiPolygon of GeoJSON per code, and who has to be named below a map of them."""

    geometries: Mapping[str, Geometry]
    sources: tuple[str, ...] = ()


def boundaries(connection: psycopg.Connection, level: str = "gemeente") -> Boundaries:
    """Those of one level; none while the region has none, or `kern` was published by an earlier version."""
    if connection.execute("select to_regclass('kern.regio_grens') is null").fetchone() == (True,):
        return Boundaries({})
    rows = connection.execute(QUERY, [level]).fetchall()
    return Boundaries({code: json.loads(text) for code, text, _ in rows}, tuple(sorted({row[2] for row in rows})))
