"""The assets of Superset hang together, and ask for nothing that the marts do not have."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import Any

import pytest
import yaml

from dashboards import superset
from veiligheidsbeeld.settings import PROJECT

ASSETS = PROJECT / "dashboards" / "superset" / "assets"
MARTS = PROJECT / "dbt_project" / "models" / "marts"
# What a table's select shows: `as name`, `w.name`, or a name by itself, at the end of a line or before a comma.
SHOWN = re.compile(r"(?:\bas |\b\w+\.|^|, )(\w+)(?=,|\s*$)", re.MULTILINE)


@cache
def assets(kind: str) -> dict[str, dict[str, Any]]:
    return {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted((ASSETS / kind).rglob("*.yaml"))}


def place(dataset: dict[str, Any]) -> tuple[str, str]:
    """Schema and name of the table that a dataset shows."""
    if not dataset["sql"]:
        return dataset["schema"], dataset["table_name"]
    found = re.fullmatch(r"select \* from (\w+)\.(\w+)", dataset["sql"])
    assert found, dataset["sql"]
    return found[1], found[2]


def shown(dataset: dict[str, Any]) -> set[str]:
    """Columns of the table: those that its YAML declares, else those of the last select of its SQL, or of its own."""
    if dataset["sql"] and "json_build_object" in dataset["sql"]:
        return set(SHOWN.findall(dataset["sql"][dataset["sql"].rindex("\nselect") :]))
    schema, table = place(dataset)
    mart = schema.removeprefix("mart_")
    path = MARTS / mart / f"{mart}__{table}.sql"
    if path.with_suffix(".yml").exists():
        [model] = yaml.safe_load(path.with_suffix(".yml").read_text("utf-8"))["models"]
        return {column["name"] for column in model["columns"]}
    if table == "cijfers":
        path = PROJECT / "veiligheidsbeeld" / "publish" / "views" / "cijfers.sql"
    elif through := re.search(r"select \* from \{\{ ref\('(\w+)'\) \}\}", path.read_text("utf-8")):
        path = next((PROJECT / "dbt_project" / "models").rglob(f"{through[1]}.sql"))
    text = re.sub(r"--.*", "", path.read_text("utf-8"))
    return set(SHOWN.findall(text[text.rindex("\nselect") :]))


def columns(dataset: dict[str, Any]) -> set[str]:
    return {column["column_name"] for column in dataset["columns"]}


def asked(params: dict[str, Any]) -> set[str]:
    """Columns that a chart names, its own SQL included."""
    names = {params[key] for key in ("x_axis", "geojson") if key in params}
    names |= {name for key in ("groupby", "all_columns") for name in params.get(key, [])} | set(
        params.get("column_config", {})
    )
    names |= {yaml.safe_load(entry)[0] for entry in params.get("order_by_cols", [])}
    names |= {entry["column"] for entry in params.get("conditional_formatting", [])}
    names |= {condition["subject"] for condition in params.get("adhoc_filters", [])}
    metrics = [*params.get("metrics", []), *([params["metric"]] if "metric" in params else [])]
    own = {metric["label"]: metric["sqlExpression"] for metric in metrics if isinstance(metric, dict)}
    return names - set(own) | {name for text in own.values() for name in re.findall(r"\b(?:min|max)\((\w+)\)", text)}


def test_the_assets_are_what_the_description_says():
    wanted = superset.rendered()
    assert {path: path.read_text("utf-8") for path in ASSETS.rglob("*.yaml")} == wanted, "python -m dashboards.superset"


def test_no_asset_holds_a_password_or_an_address_of_a_copy():
    [connection] = assets("databases").values()
    assert connection["sqlalchemy_uri"] == "postgresql+psycopg2://bi_lezer@localhost/veiligheidsbeeld"
    assert "password" not in connection


def test_the_server_finds_the_place_to_put_the_address_in():
    text = (PROJECT / "dashboards" / "superset" / "server" / "serve.py").read_text("utf-8")
    [place] = re.findall(r'^PLACE = "(.+)"', text, re.MULTILINE)
    [path] = (ASSETS / "databases").glob("*.yaml")
    assert path.read_text("utf-8").count(place) == 1


def test_every_identity_is_of_one_asset():
    kinds = ("databases", "datasets", "charts", "dashboards")
    counted = Counter(asset["uuid"] for kind in kinds for asset in assets(kind).values())
    assert {uuid for uuid, count in counted.items() if count > 1} == set()
    assert sum(counted.values()) == len(list(ASSETS.rglob("*.yaml"))) - 1  # all but metadata.yaml


def test_the_sets_of_columns_are_found():
    """The reading of SQL above is not blind: it finds what is there, and no more."""
    found = shown({"schema": "mart_jeugd", "table_name": "x", "sql": "select * from mart_jeugd.cijfers"})
    assert {"regio", "per_1000", "bijgewerkt_op", "is_laatste", "levering_id"} <= found
    assert not {"naam", "label", "elders", "mart"} & found
    assert "koers_projectie" in shown({"schema": "mart_ivp", "table_name": "doelen", "sql": None})


@pytest.mark.parametrize("name", sorted(assets("datasets")))
def test_a_dataset_asks_for_columns_that_its_table_has(name: str):
    dataset = assets("datasets")[name]
    assert dataset["database_uuid"] == next(iter(assets("databases").values()))["uuid"]
    own = {column["column_name"]: column["expression"] for column in dataset["columns"]}
    there = shown(dataset)
    assert {column for column, expression in own.items() if expression is None} <= there
    derived = [expression for expression in own.values() if expression]
    assert {re.sub(r"^case (?:when )?", "", text).split()[0] for text in derived} <= there
    # What is made has a name of its own: it would hide a column.
    assert not {column for column, expression in own.items() if expression} & there


@pytest.mark.parametrize("name", sorted(assets("charts")))
def test_a_chart_asks_for_columns_that_its_dataset_has(name: str):
    chart = assets("charts")[name]
    [dataset] = [d for d in assets("datasets").values() if d["uuid"] == chart["dataset_uuid"]]
    metrics = {metric["metric_name"] for metric in dataset["metrics"]}
    assert asked(chart["params"]) <= columns(dataset) | metrics
    assert {metric for metric in chart["params"].get("metrics", []) if isinstance(metric, str)} <= metrics


@pytest.mark.parametrize("name", sorted(assets("dashboards")))
def test_a_dashboard_shows_charts_that_exist_and_filters_what_they_have(name: str):
    board = assets("dashboards")[name]
    charts = {chart["uuid"]: chart for chart in assets("charts").values()}
    datasets = {dataset["uuid"]: dataset for dataset in assets("datasets").values()}
    places = [entry for entry in board["position"].values() if isinstance(entry, dict)]
    placed = {e["meta"]["chartId"]: charts[e["meta"]["uuid"]] for e in places if e["type"] == "CHART"}
    assert len(placed) >= 5
    # Every place is the child of one other, from the root down.
    children = [child for entry in places for child in entry.get("children", [])]
    assert sorted(children) == sorted(e["id"] for e in places if e["type"] not in ("ROOT", "HEADER"))
    for asked_for in board["metadata"]["native_filter_configuration"]:
        listening = [chart for number, chart in placed.items() if number not in asked_for["scope"]["excluded"]]
        assert listening, asked_for["name"]
        for target in asked_for["targets"]:
            if column := target.get("column", {}).get("name"):
                assert column in columns(datasets[target["datasetUuid"]])
                assert all(column in columns(datasets[chart["dataset_uuid"]]) for chart in listening)
                only = {condition["subject"] for condition in asked_for["adhoc_filters"]}
                assert only <= columns(datasets[target["datasetUuid"]])
            else:
                times = [{c["operator"] for c in chart["params"]["adhoc_filters"]} for chart in listening]
                assert all("TEMPORAL_RANGE" in operators for operators in times)


def test_there_is_a_dashboard_of_every_theme_of_the_plan_and_one_of_the_goals():
    assert set(assets("dashboards")) == {"ondermijning", "jeugd", "leefomgeving", "cybercrime", "doelen"}


def test_a_map_reads_its_own_theme_and_asks_for_no_background():
    """A background would be fetched from another host."""
    maps = {name: chart for name, chart in assets("charts").items() if chart["viz_type"] == "deck_geojson"}
    assert set(maps) == {f"{theme}_kaart" for theme in ("ondermijning", "jeugd", "leefomgeving", "cybercrime")}
    for name, chart in maps.items():
        assert (chart["params"]["mapbox_style"], chart["params"]["map_style"]) == ("", "")
        assert re.findall(r"mart_\w+", assets("datasets")[name]["sql"]) == [f"mart_{name.removesuffix('_kaart')}"]


def test_what_is_sample_provisional_or_hidden_is_said_on_every_dashboard():
    for board in assets("dashboards").values():
        [text] = [
            e["meta"]["code"] for e in board["position"].values() if isinstance(e, dict) and e["type"] == "MARKDOWN"
        ]
        assert all(word in text for word in ("Voorbeeldcijfers", "Voorlopig", "Niet getoond"))
