"""The written rules of the layers, held against the manifest.

What does not keep to a rule yet stands in `layer_exceptions.yml`. That list may only shrink: whatever is mended, and
whatever is new and breaks a rule, fails here.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from veiligheidsbeeld.generated.text import MARK

EXCEPTIONS = yaml.safe_load(Path(__file__).with_name("layer_exceptions.yml").read_text(encoding="utf-8"))
MOST_VIEWS, MOST_LINES, MOST_RELATIONS = 5, 60, 11
_KEYS = ("sleutel", "unique")


class Project:
    """Models, seeds and sources of a manifest, and what each of them reads."""

    def __init__(self, manifest: dict) -> None:
        self.nodes = {
            name: node
            for name, node in {**manifest["nodes"], **manifest["sources"]}.items()
            if node["resource_type"] in ("model", "seed", "source")
        }
        self.models = {name: node for name, node in self.nodes.items() if node["resource_type"] == "model"}
        tests = [n for n in manifest["nodes"].values() if n["resource_type"] == "test" and n.get("test_metadata")]
        self.guarded = {t["attached_node"] for t in tests if t["test_metadata"]["name"] in _KEYS}

    def parents(self, name: str) -> list[str]:
        return [parent for parent in self.models[name]["depends_on"]["nodes"] if parent in self.nodes]

    def of_layer(self, layer: str) -> list[str]:
        return [name for name, node in self.models.items() if node["fqn"][1] == layer]


@pytest.fixture(scope="module")
def project(manifest: dict) -> Project:
    return Project(manifest)


def short(name: str) -> str:
    return name.split(".")[-1]


def check(rule: str, broken: Iterator[str]) -> None:
    assert sorted(broken) == sorted(EXCEPTIONS[rule]), f"{rule}: mend what is new, take what is mended off the list"


def test_marts_read_what_stays(project):
    """Seeds stand in `intermediate` as well."""
    check(
        "marts_read_intermediate_only",
        (
            f"{short(mart)} <- {short(parent)}"
            for mart in project.of_layer("marts")
            for parent in project.parents(mart)
            if project.nodes[parent]["schema"] != "intermediate"
        ),
    )


def test_staging_reads_sources(project):
    """And what the codes of a source stand for, by which every cell of a table that binds by title is found."""
    check(
        "staging_reads_sources_only",
        (
            f"{short(model)} <- {short(parent)}"
            for model in project.of_layer("staging")
            for parent in project.parents(model)
            if not parent.startswith("source.") and short(parent) != "stg_koppeling"
        ),
    )


def test_intermediate_reads_no_raw_table(project):
    check(
        "intermediate_reads_no_raw_table",
        (
            f"{short(model)} <- {short(parent)}"
            for model in project.of_layer("intermediate")
            for parent in project.parents(model)
            if project.nodes[parent]["schema"] not in ("staging", "intermediate")
        ),
    )


def test_every_model_guards_its_key(project):
    """Staging models of registers are guarded where they are taken together, int_register_gebeurtenis."""
    check(
        "every_model_guards_its_key",
        (
            short(name)
            for name, node in project.models.items()
            if name not in project.guarded
            and not short(name).startswith("stg_register__")
            and not any(i.get("unique") for i in node["config"].get("indexes") or [])
        ),
    )


def test_no_long_chain_of_views(project):
    @cache
    def views(name: str) -> int:
        node = project.models.get(name)
        if not node or node["config"]["materialized"] != "view":
            return 0
        return 1 + max(map(views, project.parents(name)), default=0)

    check("at_most_five_views", (short(name) for name in project.models if views(name) > MOST_VIEWS))


def test_models_can_be_read(project):
    """What is generated is as long as its contract."""
    check(
        "at_most_sixty_lines",
        (
            short(name)
            for name, node in project.models.items()
            if MARK not in node["raw_code"] and len(node["raw_code"].splitlines()) > MOST_LINES
        ),
    )


def test_a_figure_is_near_its_array(project):
    """From a reader's view to the stored array: both of these, and what is between. What a figure is looked up by
    (dimensions) and what is only a step for some figures (on the list) does not count, nor do goals: they judge
    figures that readers have in `indicatorwaarden`."""

    @cache
    def relations(name: str) -> int:
        if name.startswith("source."):
            return 1 if name.endswith("_cellen") else -99
        node = project.models.get(name)
        if not node or "dimensies" in node["fqn"]:
            return -99
        step = 0 if short(name) in EXCEPTIONS["steps_of_some_figures"] else 1
        return step + max(map(relations, project.parents(name)), default=-99)

    found = {
        short(mart): relations(mart) + 2
        for mart in project.of_layer("marts")
        if project.models[mart]["fqn"][2] != "ivp" and relations(mart) > 0
    }
    assert len(found) > 10
    assert {mart: steps for mart, steps in found.items() if steps > MOST_RELATIONS} == {}
