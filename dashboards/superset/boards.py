"""Dashboards: where charts stand, which filters they have, and the text that says how to read them."""

from __future__ import annotations

from typing import Any

from dashboards.superset.charts import AREAS, SERIES, Chart, of_goals, of_theme
from dashboards.superset.conditions import among, contains, equals
from dashboards.superset.datasets import all_datasets
from dashboards.superset.names import INDICATORS, PERIOD, VERSION, colours, identity, labels, theme_titles
from veiligheidsbeeld.reader.notation import SAMPLE

_COLUMNS = 12

_SAMPLE, _, _MADE_UP = SAMPLE.partition(":")
_READ = f"""### Zo leest u dit

- **{_SAMPLE}**, te zien aan *Soort bron*:{_MADE_UP}
- **Voorlopig**: een voorlopig cijfer kan bij de bron nog veranderen.
- **Niet getoond**: een leeg cijfer (N/A) is geen nul. *Wat er staat en wat niet* zegt of het onbekend of te klein is,
  nog niet beschikbaar is, of niet vergelijkbaar is. Een getelde nul staat er als 0.
- **Marge**: ligt een ander cijfer binnen de band, dan kan het verschil toeval zijn.
"""
_OF_THEME = """- **Filters**: *Plan* geldt voor de doelen; *Regio*, *Indicator*, *Soort periode* en *Tijd* voor de
  cijfers. De kaart en de ranglijst tonen altijd de nieuwste periode. Van enquêtes zijn er alleen cijfers per jaar:
  kies dan *Jaar*. Wat een kleur op de kaart betekent staat ernaast.
  Doelen van een regio vindt u met het zoekveld van de tabel.
"""
_OF_GOALS = """- **Filters**: *Plan*, *Regio* en *Periode* gelden voor de doelen, *Regio* ook voor de
  resultaatafspraken. De stand is die van de laatste publicatie.
"""


def files() -> dict[str, dict[str, Any]]:
    """Content per file below `assets/`, without its suffix."""
    made = {
        f"dashboards/{theme}": _board(theme, title, list(of_theme(theme).values()), _theme_filters(theme), _OF_THEME)
        for theme, title in theme_titles().items()
    }
    goals = list(of_goals().values())
    return {**made, "dashboards/doelen": _board("doelen", "Doelen", goals, _goal_filters(), _OF_GOALS)}


def _board(name: str, title: str, charts: list[Chart], filters: list[dict[str, Any]], text: str) -> dict[str, Any]:
    number = {chart.uuid: place for place, chart in enumerate(charts, start=1)}
    for asked in filters:
        listening = [number[chart.uuid] for chart in charts if asked["listens"] in chart.filtered]
        asked["scope"] = {"rootPath": ["ROOT_ID"], "excluded": [n for n in number.values() if n not in listening]}
        asked["chartsInScope"] = listening
        del asked["listens"]
    return {
        "dashboard_title": title,
        "description": None,
        "css": "",
        "slug": name,
        "uuid": identity(f"dashboards/{name}"),
        "position": _position(title, charts, number, _READ + text),
        "metadata": {
            "native_filter_configuration": filters,
            "label_colors": {label: colours()[label] for label in labels("doel_status").values()} | SERIES,
            "color_scheme": "supersetColors",
            "cross_filters_enabled": False,
            "filter_bar_orientation": "VERTICAL",
            "refresh_frequency": 0,
        },
        "version": VERSION,
        "published": True,
    }


def _position(title: str, charts: list[Chart], number: dict[str, int], text: str) -> dict[str, Any]:
    """Rows of the grid: the text first, then charts side by side as far as they fit."""
    rows: list[list[Chart]] = []
    for chart in charts:
        if rows and sum(other.width for other in rows[-1]) + chart.width <= _COLUMNS:
            rows[-1].append(chart)
        else:
            rows.append([chart])
    names = ["ROW-tekst", *(f"ROW-{place}" for place in range(1, len(rows) + 1))]
    found: dict[str, Any] = {
        "DASHBOARD_VERSION_KEY": "v2",
        "ROOT_ID": {"type": "ROOT", "id": "ROOT_ID", "children": ["GRID_ID"]},
        "GRID_ID": {"type": "GRID", "id": "GRID_ID", "children": names, "parents": ["ROOT_ID"]},
        "HEADER_ID": {"type": "HEADER", "id": "HEADER_ID", "meta": {"text": title}},
        "ROW-tekst": _row("ROW-tekst", ["MARKDOWN-tekst"]),
        "MARKDOWN-tekst": {
            "type": "MARKDOWN",
            "id": "MARKDOWN-tekst",
            "children": [],
            "parents": ["ROOT_ID", "GRID_ID", "ROW-tekst"],
            "meta": {"width": _COLUMNS, "height": 9 + 2 * text.count("\n"), "code": text},
        },
    }
    for name, row in zip(names[1:], rows, strict=True):
        found[name] = _row(name, [f"CHART-{chart.name}" for chart in row])
        for chart in row:
            found[f"CHART-{chart.name}"] = {
                "type": "CHART",
                "id": f"CHART-{chart.name}",
                "children": [],
                "parents": ["ROOT_ID", "GRID_ID", name],
                "meta": {
                    # Any number: the import puts that of the chart.
                    "chartId": number[chart.uuid],
                    "uuid": chart.uuid,
                    "sliceName": chart.title,
                    "width": chart.width,
                    "height": chart.height,
                },
            }
    return found


def _row(name: str, children: list[str]) -> dict[str, Any]:
    return {
        "type": "ROW",
        "id": name,
        "children": children,
        "parents": ["ROOT_ID", "GRID_ID"],
        "meta": {"background": "BACKGROUND_TRANSPARENT"},
    }


def _theme_filters(theme: str) -> list[dict[str, Any]]:
    in_theme = [contains("themas", theme)]
    kinds, areas = labels("periode_soort"), [equals("werkgebied", True), among("niveau", AREAS)]
    return [
        _choice("plan", "Plan", "doelen", "plan_naam"),
        _choice("regio", "Regio", "regio", "regio", first=True, only=areas),
        _choice("indicator", "Indicator", "indicator", "indicator", INDICATORS[theme], only=in_theme),
        _choice("soort_periode", "Soort periode", "periode", "soort_periode", kinds[PERIOD]),
        _time(),
    ]


def _goal_filters() -> list[dict[str, Any]]:
    return [
        _choice("plan", "Plan", "doelen", "plan_naam"),
        _choice("regio", "Regio", "doelen", "regio"),
        _choice("periode", "Periode", "doelen", "periode"),
    ]


def _choice(
    name: str,
    title: str,
    dataset: str,
    column: str,
    chosen: str | None = None,
    *,
    first: bool = False,
    only: list[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """A filter by a list; with `chosen`, or with the `first` of the list, always one value: a line has one area."""
    mask: dict[str, Any] = {"extraFormData": {}, "filterState": {}, "ownState": {}}
    if chosen:
        mask["extraFormData"] = {"filters": [{"col": column, "op": "IN", "val": [chosen]}]}
        mask["filterState"] = {"value": [chosen], "label": chosen, "validateStatus": False}
    return {
        "id": f"NATIVE_FILTER-{name}",
        "name": title,
        "description": "",
        "filterType": "filter_select",
        "type": "NATIVE_FILTER",
        "targets": [{"datasetUuid": all_datasets()[dataset].uuid, "column": {"name": column}}],
        "adhoc_filters": only or [],
        "controlValues": {
            "multiSelect": not (chosen or first),
            "enableEmptyFilter": bool(chosen or first),
            "defaultToFirstItem": first,
            "searchAllOptions": not first,
            "inverseSelection": False,
            "sortAscending": True,
        },
        "defaultDataMask": mask,
        # The first of the list is applied when the dashboard opens, not only filled in.
        "requiredFirst": first,
        "cascadeParentIds": [],
        "listens": name,
    }


def _time() -> dict[str, Any]:
    return {
        "id": "NATIVE_FILTER-tijd",
        "name": "Tijd",
        "description": "",
        "filterType": "filter_time",
        "type": "NATIVE_FILTER",
        "targets": [{}],
        "controlValues": {"enableEmptyFilter": False},
        "defaultDataMask": {"extraFormData": {}, "filterState": {}, "ownState": {}},
        "cascadeParentIds": [],
        "listens": "tijd",
    }
