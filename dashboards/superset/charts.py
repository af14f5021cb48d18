"""Charts, and which dataset each reads. What a theme shows is written once, for all themes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from dashboards.superset.conditions import among, equals, within
from dashboards.superset.datasets import SHADES, all_datasets
from dashboards.superset.names import VERSION, colours, identity, labels, theme_titles

RATE, COUNT = ",.2f", ",.0f"
# Endings that Superset draws as a line through the points, and as a band around it.
_MIDDLE, _LOWER, _UPPER = "__yhat", "__yhat_lower", "__yhat_upper"
# What is chosen is dark on every dashboard; the others differ from it and from each other in grey as well.
SERIES = {
    **dict.fromkeys(
        (
            "Gekozen regio",
            *(f"{name}{part}" for name in ("Cijfer", "Aantal") for part in ("", _MIDDLE, _LOWER, _UPPER)),
        ),
        "#0d4478",
    ),
    "Nederland": "#b45309",
    "Regionale eenheid": "#3f9b8f",
    "Provincie": "#b0b7c0",
}
# Rows of areas that have a name of their own: that of a municipality is also that of a neighbourhood.
AREAS = ("gemeente", "samenwerkingsgebied")


@dataclass(frozen=True)
class Chart:
    """One chart; `filtered` names the filters of a dashboard that it listens to, `height` is in rows of the grid."""

    name: str
    title: str
    kind: str
    dataset: str
    text: str
    params: dict[str, Any] = field(repr=False)
    filtered: tuple[str, ...] = ()
    width: int = 6
    height: int = 50

    @property
    def uuid(self) -> str:
        return identity(f"charts/{self.name}")


def of_theme(theme: str) -> dict[str, Chart]:
    """The charts of a theme by role, in the order of its dashboard."""
    figures, listens = f"{theme}_cijfers", ("indicator", "regio", "soort_periode", "tijd")
    title, rates = theme_titles()[theme], ["per_1000", "per_1000_ondergrens", "per_1000_bovengrens"]
    found = {
        "verloop": Chart(
            f"{theme}_verloop",
            f"{title}: verloop met marge",
            "echarts_timeseries_line",
            figures,
            "Per 1.000 inwoners, of het percentage van een indicator die een percentage is. De band is de marge (95%).",
            _line(
                {
                    "Cijfer": "coalesce(max(per_1000), max(procent))",
                    f"Cijfer{_MIDDLE}": "coalesce(max(per_1000), max(procent))",
                    f"Cijfer{_LOWER}": "coalesce(max(per_1000_ondergrens), max(procent_ondergrens))",
                    f"Cijfer{_UPPER}": "coalesce(max(per_1000_bovengrens), max(procent_bovengrens))",
                },
                RATE,
            ),
            listens,
        ),
        "vergelijking": Chart(
            f"{theme}_vergelijking",
            f"{title}: naast grotere gebieden",
            "echarts_timeseries_line",
            figures,
            "De gekozen regio naast de regionale eenheid, de provincie en Nederland, in dezelfde maat.",
            _line(
                {
                    "Gekozen regio": "coalesce(max(per_1000), max(procent))",
                    "Regionale eenheid": "coalesce(max(per_1000_regionale_eenheid), max(procent_regionale_eenheid))",
                    "Provincie": "coalesce(max(per_1000_provincie), max(procent_provincie))",
                    "Nederland": "coalesce(max(per_1000_nederland), max(procent_nederland))",
                },
                RATE,
            ),
            listens,
        ),
        "kaart": Chart(
            f"{theme}_kaart",
            f"{title}: kaart (donkerder is hoger)",
            "deck_geojson",
            f"{theme}_kaart",
            "De nieuwste periode van de gekozen indicator. Wijs een gemeente aan voor het cijfer.",
            _map(),
            ("indicator", "soort_periode"),
            width=8,
        ),
        "legenda": Chart(
            f"{theme}_legenda",
            f"{title}: legenda",
            "table",
            f"{theme}_kaart",
            "Per kleur het laagste en het hoogste cijfer. Elke kleur is van ongeveer evenveel gemeenten; wie hetzelfde "
            "cijfer heeft, heeft dezelfde kleur.",
            _legend(),
            ("indicator", "soort_periode"),
            width=4,
        ),
        "ranglijst": Chart(
            f"{theme}_ranglijst",
            f"{title}: ranglijst van gemeenten",
            "table",
            figures,
            "De nieuwste periode van de gekozen indicator, van hoog naar laag. Overlappen de marges, dan kan een "
            "verschil toeval zijn.",
            _table(
                ["regio", *rates, "procent", "aantal", "aantal_vorig_jaar", "status", "vast", "periode"],
                [equals("niveau", "gemeente"), equals("is_laatste", True)],
                order=[("per_1000", False)],
                formats={**dict.fromkeys(rates, RATE), "procent": ",.1f", "aantal": COUNT, "aantal_vorig_jaar": COUNT},
            ),
            ("indicator", "soort_periode"),
            width=12,
            height=70,
        ),
        "aantal": Chart(
            f"{theme}_aantal",
            f"{title}: aantal met marge",
            "echarts_timeseries_line",
            figures,
            "Aantal gevallen. De band is de marge (95%) van het toeval; leeg waar er geen hoort te zijn.",
            _line(
                {
                    "Aantal": "max(aantal)",
                    f"Aantal{_MIDDLE}": "max(aantal)",
                    f"Aantal{_LOWER}": "max(aantal_ondergrens)",
                    f"Aantal{_UPPER}": "max(aantal_bovengrens)",
                },
                COUNT,
            ),
            listens,
        ),
        "stand": _status(theme, title, [equals("thema", theme)]),
        "herkomst": Chart(
            f"{theme}_herkomst",
            f"{title}: wat er staat en wat niet",
            "table",
            figures,
            "Hoeveel cijfers de gekozen regio en indicator hebben, en welke voorlopig zijn of niet getoond worden.",
            _counts(["soort_bron", "vast", "status"], [among("niveau", AREAS)]),
            ("indicator", "regio", "soort_periode"),
            width=12,
            height=30,
        ),
        "doelen": _goals(theme, title, [equals("thema", theme)]),
    }
    return found


def of_goals() -> dict[str, Chart]:
    """The charts of the dashboard over all plans."""
    years = [f"planjaar_{number}" for number in range(1, 5)]
    running = ["lopend_jaar", "lopend_waarde", "zelfde_maanden_vorig_jaar"]
    return {
        "stand": _status("alle", "Alle plannen", [equals("hele_gebied", True)]),
        "plannen": Chart(
            "alle_plannen",
            "Doelen per plan, in de kleuren van hiernaast",
            "echarts_timeseries_bar",
            "doelen",
            "Doelen van het hele gebied van een plan.",
            _bars("plan_naam", "stand", [equals("hele_gebied", True)]),
            ("plan", "regio", "periode"),
        ),
        "doelen": _goals("alle", "Alle plannen", []),
        "afspraken": Chart(
            "alle_resultaatafspraken",
            "Resultaatafspraken, in de vorm van het plan",
            "table",
            "resultaatafspraken",
            "Het lopende jaar staat naast dezelfde maanden van het jaar ervoor, nooit naast een heel jaar.",
            _table(
                ["regio", "rij", "gemiddelde_gedrukt", "eerste_planjaar", *years, *running, "leeg_omdat", "voetnoten"],
                order=[("volgorde", True)],
                formats={
                    "gemiddelde_gedrukt": ",.1f",
                    "eerste_planjaar": "d",
                    **dict.fromkeys([*years, *running[1:]], COUNT),
                },
            ),
            ("regio",),
            width=12,
            height=60,
        ),
        "herkomst": Chart(
            "alle_herkomst",
            "Wat er staat en wat niet",
            "table",
            "doelen",
            "Uit welke soort bron de doelen berekend zijn, en welke op voorlopige cijfers rusten.",
            _counts(["soort_bron", "vast", "stand"]),
            ("plan", "regio", "periode"),
            width=12,
            height=36,
        ),
    }


def all_charts() -> list[Chart]:
    return [*(chart for theme in theme_titles() for chart in of_theme(theme).values()), *of_goals().values()]


def files() -> dict[str, dict[str, Any]]:
    """Content per file below `assets/`, without its suffix."""
    datasets = all_datasets()
    return {
        f"charts/{chart.name}": {
            "slice_name": chart.title,
            "description": chart.text,
            "viz_type": chart.kind,
            "params": {"viz_type": chart.kind, **chart.params},
            "query_context": None,
            "cache_timeout": None,
            "uuid": chart.uuid,
            "version": VERSION,
            "dataset_uuid": datasets[chart.dataset].uuid,
        }
        for chart in all_charts()
    }


def _status(name: str, title: str, filters: list[dict[str, Any]]) -> Chart:
    params = {
        "groupby": ["stand"],
        "metric": _metric("Doelen", "count(*)"),
        "adhoc_filters": filters,
        "row_limit": 20,
        "sort_by_metric": True,
        "color_scheme": "supersetColors",
        "show_labels": True,
        "label_type": "value",
        "label_line": True,
        "labels_outside": True,
        "show_legend": True,
        # Beside it, where every name fits: below it Superset leafs through them.
        "legendType": "plain",
        "legendOrientation": "right",
        "number_format": ",d",
        "donut": True,
        "innerRadius": 40,
        "outerRadius": 58,
        "show_total": True,
    }
    return Chart(
        f"{name}_stand",
        f"{title}: stand van de doelen",
        "pie",
        "doelen",
        "Aantal doelen per stand; de kleur van een stand is overal dezelfde.",
        params,
        ("plan",) if name != "alle" else ("plan", "regio", "periode"),
    )


def _goals(name: str, title: str, filters: list[dict[str, Any]]) -> Chart:
    numbers = ["nulmeting", "waarde", "verwacht"]
    return Chart(
        f"{name}_doelen",
        f"{title}: doelen met hun stand",
        "table",
        "doelen",
        "Elk doel met de stand in woorden en waarom. Verwacht: aan het einde van het plan; de marge staat in de zin.",
        _table(
            ["plan_naam", "regio", "doel", "stand", "zin", *numbers, "vast"],
            filters,
            order=[("plan_naam", True), ("doel", True)],
            formats=dict.fromkeys(numbers, ",.1f"),
            widths={"doel": 150, "zin": 300},
        )
        | _coloured("stand", {label: colours()[label] for label in labels("doel_status").values()}),
        ("plan", "regio", "periode") if name == "alle" else ("plan",),
        width=12,
        height=70,
    )


def _line(metrics: dict[str, str], number: str) -> dict[str, Any]:
    """Lines over time. A point is one figure: where the filters leave more there is none, not their largest."""
    return {
        "x_axis": "eind_datum",
        "time_grain_sqla": None,
        "x_axis_sort_asc": True,
        "metrics": [_metric(label, f"case when count(*) = 1 then {sql} end") for label, sql in metrics.items()],
        "groupby": [],
        "adhoc_filters": [among("niveau", AREAS), within("eind_datum")],
        "row_limit": 10000,
        "truncate_metric": True,
        "show_empty_columns": False,
        "color_scheme": "supersetColors",
        "seriesType": "line",
        "show_legend": True,
        "legendType": "plain",
        "legendOrientation": "top",
        "markerEnabled": False,
        "x_axis_time_format": "%m-%Y",
        "y_axis_format": number,
        "tooltipTimeFormat": "%d-%m-%Y",
        "rich_tooltip": True,
        "truncateYAxis": False,
    }


def _map() -> dict[str, Any]:
    """Features as they come, with their own colour, and nothing below them: a background asks another host for it."""
    return {
        "geojson": "kaart",
        "adhoc_filters": [],
        "row_limit": 1000,
        "filter_nulls": True,
        "mapbox_style": "",
        "map_style": "",
        "viewport": {"longitude": 5.9, "latitude": 51.5, "zoom": 8, "bearing": 0, "pitch": 0},
        "autozoom": True,
        "filled": True,
        "stroked": True,
        "extruded": False,
        "line_width": 1,
        "line_width_unit": "pixels",
        "point_radius_scale": 100,
        # Without a colour of the chart each feature keeps its own.
        "fill_color_picker": {"r": 0, "g": 0, "b": 0, "a": 0},
        "stroke_color_picker": {"r": 0, "g": 0, "b": 0, "a": 0},
    }


def _legend() -> dict[str, Any]:
    found = _counts(["kleur"]) | {
        "metrics": [
            _metric("Van", "min(cijfer)"),
            _metric("Tot en met", "max(cijfer)"),
            _metric("Gemeenten", "count(*)"),
        ],
        "timeseries_limit_metric": _metric("Kleur", "min(kleur)"),
        "order_desc": False,
        "column_config": {
            "Van": {"d3NumberFormat": RATE},
            "Tot en met": {"d3NumberFormat": RATE},
            "Gemeenten": {"d3NumberFormat": COUNT},
        },
    }
    return found | _coloured("kleur", SHADES)


def _coloured(column: str, colour: dict[str, str]) -> dict[str, Any]:
    """The cells of a column of a table with the colour of their text behind it; Superset makes the text readable."""
    return {
        "conditional_formatting": [
            {
                "column": column,
                "operator": "=",
                "targetValue": text,
                "colorScheme": shade,
                "objectFormatting": "BACKGROUND_COLOR",
                "columnFormatting": column,
                "useGradient": False,
            }
            for text, shade in colour.items()
        ]
    }


def _bars(axis: str, series: str, filters: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "x_axis": axis,
        "xAxisForceCategorical": True,
        "metrics": [_metric("Doelen", "count(*)")],
        "groupby": [series],
        "adhoc_filters": filters,
        "orientation": "horizontal",
        "stack": "Stack",
        "row_limit": 1000,
        "truncate_metric": True,
        "color_scheme": "supersetColors",
        # Superset cuts the long names off; the ring beside it has the same colours, and names them.
        "show_legend": False,
        "y_axis_format": ",d",
        "rich_tooltip": True,
    }


def _table(
    columns: Sequence[str],
    filters: Sequence[dict[str, Any]] = (),
    *,
    order: Sequence[tuple[str, bool]] = (),
    formats: dict[str, str] | None = None,
    widths: dict[str, int] | None = None,
) -> dict[str, Any]:
    config: dict[str, dict[str, Any]] = {name: {"d3NumberFormat": number} for name, number in (formats or {}).items()}
    config |= {name: {"columnWidth": pixels} for name, pixels in (widths or {}).items()}
    return {
        "query_mode": "raw",
        "all_columns": list(columns),
        "adhoc_filters": list(filters),
        "order_by_cols": [f'["{column}", {str(ascending).lower()}]' for column, ascending in order],
        "row_limit": 1000,
        "page_length": 20,
        "include_search": True,
        "show_cell_bars": False,
        "table_timestamp_format": "%d-%m-%Y",
        "column_config": config,
    }


def _counts(columns: Sequence[str], filters: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    return {
        "query_mode": "aggregate",
        "groupby": list(columns),
        "metrics": ["rijen"],
        "all_columns": [],
        "percent_metrics": [],
        "adhoc_filters": list(filters),
        "order_by_cols": [],
        "order_desc": True,
        "row_limit": 1000,
        "show_cell_bars": False,
        "column_config": {"rijen": {"d3NumberFormat": ",d"}},
    }


def _metric(label: str, sql: str) -> dict[str, Any]:
    return {
        "expressionType": "SQL",
        "sqlExpression": sql,
        "label": label,
        "hasCustomLabel": True,
        "optionName": f"metric_{identity(label + sql)[:8]}",
    }
