"""A project for QGIS: the municipalities with the newest figures of a theme, one coloured layer per indicator.

Beside it stands the GeoJSON that its layers read, with a column per indicator; other programs read that too.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import quantiles

from jinja2 import Environment, PackageLoader, StrictUndefined

from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.numbers import number
from veiligheidsbeeld.pages.lines import lines
from veiligheidsbeeld.reader.boundaries import Boundaries, boundaries
from veiligheidsbeeld.reader.choice import key_figures
from veiligheidsbeeld.reader.marts import Figure, figures, reading, rows
from veiligheidsbeeld.reader.notation import MEASURES
from veiligheidsbeeld.settings import Settings

MUNICIPALITIES = """
    select regio_code, naam from kern.regio
    where niveau = 'gemeente' and werkgebied and geldig_tot is null
"""
# From light to dark, steps that can be told apart in grey.
COLOURS = ("217,232,245", "169,203,230", "110,165,210", "52,118,176", "13,68,120")


@dataclass(frozen=True)
class Layer:
    """An indicator of which every municipality is coloured; `steps` are bounds and text per colour."""

    column: str
    title: str
    steps: Sequence[tuple[float, float, str]]


def project(settings: Settings, folder: Path, theme: str) -> Path:
    """Writes `<theme>.geojson` and `<theme>.qgs`; the latter. `ConfigurationError` without boundaries of the region."""
    with reading(settings) as connection:
        drawn = boundaries(connection)
        names = {row["regio_code"]: row["naam"] for row in rows(connection, MUNICIPALITIES)}
        titles = {r["indicator_code"]: r["naam"] for r in rows(connection, "select * from kern.indicator")}
        chosen = key_figures(settings).themas.get(theme, [])
        found = lines(figures(connection, theme, indicators=chosen, regions=sorted(names), years=4))
    known = [line.rate for _, line in sorted(found.items()) if line.rate]
    kept = {code: name for code, name in names.items() if code in drawn.geometries}
    if not kept:
        raise ConfigurationError(
            "There are no boundaries of the municipalities of this region.",
            remedy="Bring them with `veiligheidsbeeld region boundaries`, and publish again.",
        )
    data = folder / f"{theme}.geojson"
    data.write_text(json.dumps(_features(drawn, kept, known), ensure_ascii=False), encoding="utf-8")
    shown = [layer for code in chosen if (layer := _layer(titles.get(code, code), code, known))]
    templates = Environment(
        loader=PackageLoader("veiligheidsbeeld.connect"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    text = templates.get_template("project.qgs.j2").render(
        theme=theme, data=data.name, layers=shown, colours=COLOURS, sources=drawn.sources
    )
    path = folder / f"{theme}.qgs"
    path.write_text(text, encoding="utf-8")
    return path


def _features(drawn: Boundaries, names: Mapping[str, str], known: Sequence[Figure]) -> dict:
    """A feature per municipality: per indicator its figure, and whether it is there and of when."""
    columns: dict[str, dict[str, object]] = {code: {"regio_code": code, "naam": name} for code, name in names.items()}
    for f in known:
        if f.region in columns:
            columns[f.region] |= {f.indicator: f.value, f"{f.indicator} status": f"{f.state}, {f.label}"}
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "geometry": drawn.geometries[code], "properties": found}
            for code, found in columns.items()
        ],
    }


def _layer(name: str, code: str, known: Sequence[Figure]) -> Layer | None:
    """Five groups of as many municipalities each; no layer where too few have a figure to tell them apart."""
    mine = [f for f in known if f.indicator == code and f.value is not None]
    values = sorted({f.value for f in mine if f.value is not None})
    if len(values) < len(COLOURS):
        return None
    bounds = [values[0], *quantiles(values, n=len(COLOURS), method="inclusive"), values[-1]]
    steps = [(low, high, f"{number(low, 2)} tot {number(high, 2)}") for low, high in pairwise(bounds)]
    return Layer(code, f"{name}, {MEASURES[mine[0].measure]} ({max(mine, key=lambda f: f.ends).label})", steps)
