"""A layer for QGIS: the newest figures of a theme per municipality, on boundaries that the user has.

The warehouse holds no boundaries: those of Statistics Netherlands (CBS/PDOK) carry the code of the municipality in
`statcode`, and that is what joins.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path

from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.export.write import written
from veiligheidsbeeld.pages.lines import lines
from veiligheidsbeeld.reader.boundaries import FILE, read
from veiligheidsbeeld.reader.choice import key_figures
from veiligheidsbeeld.reader.marts import Figure, figures, reading, rows
from veiligheidsbeeld.settings import Settings

COLUMNS = ("statcode", "naam", "indicator", "periode", "maat", "waarde", "status")


def layer(settings: Settings, folder: Path, theme: str, boundaries: Path | None = None) -> Path:
    """GeoJSON of the boundaries with the figures of the theme in it; without boundaries a CSV to join by `statcode`.

    Raises `ConfigurationError` when the boundaries cannot be read or carry no code.
    """
    found = _figures(settings, theme)
    own = settings.region.folder / FILE
    boundaries = boundaries or (own if own.exists() else None)
    if boundaries is None:
        path = folder / f"{theme}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            for name, f in found:
                value = "" if f.value is None else f.value
                writer.writerow((f.region, written(name), f.indicator, f.label, f.measure, value, f.state))
        # QGIS reads the types of the columns here; without it every column is text.
        types = ",".join('"Real"' if column == "waarde" else '"String"' for column in COLUMNS)
        path.with_suffix(".csvt").write_text(types, encoding="utf-8")
        return path
    path = folder / f"{theme}.geojson"
    path.write_text(json.dumps(_joined(boundaries, found), ensure_ascii=False), encoding="utf-8")
    return path


def _figures(settings: Settings, theme: str) -> list[tuple[str, Figure]]:
    """Name of the municipality and its newest figure that can be compared, of each chosen indicator."""
    with reading(settings) as connection:
        query = (
            "select regio_code, naam from kern.regio where niveau = 'gemeente' and werkgebied and geldig_tot is null"
        )
        names = {row["regio_code"]: row["naam"] for row in rows(connection, query)}
        chosen = key_figures(settings).themas.get(theme, [])
        found = lines(figures(connection, theme, indicators=chosen, regions=sorted(names), years=4))
    return [(names[region], line.rate) for (_, region), line in sorted(found.items()) if line.rate]


def _joined(boundaries: Path, found: Sequence[tuple[str, Figure]]) -> dict:
    known: dict[str, dict[str, object]] = {}
    for name, f in found:
        known.setdefault(f.region, {"naam": name})[f.indicator] = f.value
        known[f.region][f"{f.indicator} ({f.label})"] = f.state
    kept = [
        feature | {"properties": {"statcode": code, **known[code]}}
        for code, feature in read(boundaries).items()
        if code in known
    ]
    if not kept:
        raise ConfigurationError(
            f"No boundary of {boundaries} belongs to a municipality of this region.",
            remedy="Take the boundaries of the whole country, of this year.",
        )
    return {"type": "FeatureCollection", "features": kept}
