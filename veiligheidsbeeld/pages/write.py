"""Writes the pages beside the ones that are there and swaps them in: a reader never finds half of them."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path
from urllib.parse import quote

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from veiligheidsbeeld.contracts.labels import words
from veiligheidsbeeld.goals.screen import STATUS
from veiligheidsbeeld.pages.chart import trend
from veiligheidsbeeld.pages.collect import Collection, collect
from veiligheidsbeeld.pages.outline import outline
from veiligheidsbeeld.reader import notation
from veiligheidsbeeld.reader.choice import key_figures
from veiligheidsbeeld.reader.marts import reading
from veiligheidsbeeld.settings import Settings

_DATE = re.compile(r"\b\d{1,2}-\d{1,2}-\d{4}\b")


def folder(settings: Settings) -> Path:
    """Where the pages stand, unless the caller has another place."""
    return settings.home / "paginas"


def write(settings: Settings, target: Path | None = None) -> Path:
    """All pages of what is published now; the index. Raises `ConfigurationError` while nothing is published."""
    target = target or folder(settings)
    with reading(settings) as connection:
        collection = collect(connection, key_figures(settings))
    making = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.rmtree(making, ignore_errors=True)
    _write_all(collection, making)
    _swap(making, target)
    return target / "index.html"


def _write_all(collection: Collection, into: Path) -> None:
    chosen = environment(collection)
    for name in ("regio", "indicator"):
        (into / name).mkdir(parents=True)
    page, definition = chosen.get_template("regio.html.j2"), chosen.get_template("indicator.html.j2")
    for region in collection.regions:
        text = page.render(page=collection.page(region), root="../")
        (into / "regio" / f"{region.code}.html").write_text(text, encoding="utf-8")
    for code, row in collection.indicators.items():
        text = definition.render(indicator=row, breaks=collection.breaks.get(code, []), root="../")
        (into / "indicator" / f"{code}.html").write_text(text, encoding="utf-8")
    (into / "index.html").write_text(chosen.get_template("index.html.j2").render(root=""), encoding="utf-8")


def _swap(made: Path, target: Path) -> None:
    old = target.with_name(f".{target.name}.{os.getpid()}.old")
    if target.exists():
        target.rename(old)
    made.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def environment(collection: Collection) -> Environment:
    """Templates with what each page may use."""
    found = templates()
    found.globals.update(
        collection=collection,
        indicators=collection.indicators,
        names=collection.names,
        moment=collection.moment,
        status=STATUS,
        trend=trend,
        maps=_maps(collection),
        measures=notation.MEASURES,
        directions=words("richting"),
    )
    return found


def _maps(collection: Collection) -> list[tuple[str, Markup]]:
    """Name and map of each province: those of a region may lie far apart."""
    towns = [region for region in collection.regions if region.kind == "gemeente"]
    found = [
        (collection.names.get(code, code), outline(collection.boundaries.geometries, {t.code: t.name for t in of_it}))
        for code in sorted({town.province for town in towns})
        if (of_it := [town for town in towns if town.province == code])
    ]
    return [(name, drawn) for name, drawn in found if drawn]


def templates(*packages: str) -> Environment:
    """Templates of these packages, on the base page and in the notation of all Dutch pages."""
    found = Environment(
        loader=ChoiceLoader([PackageLoader(name) for name in (*packages, "veiligheidsbeeld.pages")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    style = Path(__file__).with_name("templates") / "stijl.css"
    found.globals.update(sample=notation.SAMPLE, style=Markup(style.read_text(encoding="utf-8")))  # noqa: S704
    found.filters.update(
        amount=notation.amount, number=notation.number, change=notation.change, day=notation.day, minute=notation.minute
    )
    found.filters["whole_dates"] = _whole_dates
    found.filters["address"] = lambda code: quote(f"{code}.html")
    return found


def _whole_dates(text: str) -> Markup:
    """A sentence whose dates (31-12-2026) are not broken at the end of a line."""
    return Markup(_DATE.sub(r'<span class="heel">\g<0></span>', str(escape(text))))  # noqa: S704
