"""How exact counts of registers could reach a reader, by the graph of the project: not but through what hides.

Every figure, verdict, sentence, bound and projection that a reader gets is a table of a mart. Whatever such a table is
made of is followed back. At the models that decide what may be shown the way ends; any other way to the rows of a
register is an exception with its ground, on a list that may only shrink (`reach_exceptions.yml`).
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
import yaml

from tests.dbt.test_layers import Project, short
from veiligheidsbeeld.contracts.register import load_registers
from veiligheidsbeeld.goals import calculate

EXCEPTIONS = yaml.safe_load(Path(__file__).with_name("reach_exceptions.yml").read_text(encoding="utf-8"))
# What these give is for readers: a figure, or the reason why there is none (decision 0034).
GATES = {"int_register_telcijfer", "int_register_doorlooptijd", "int_register_standcijfer"}
# Exact counts that are kept outside the folder of the registers.
EXACT_BY_PURPOSE = {"int_doel_aandeel"}


class Ways:
    """Who reads whom, and what Python reads to make the projections and sentences."""

    def __init__(self, project: Project) -> None:
        self.nodes = project.nodes
        by_name = {short(name): name for name in self.nodes}
        read = set(re.findall(r"\bint_\w+", Path(calculate.__file__).read_text(encoding="utf-8")))
        self.parents = {name: project.parents(name) for name in project.models}
        self.parents[calculate.__name__] = [by_name[name] for name in read]
        self.rows = {by_name[name] for name in (*load_registers(), "register_telling")}

    def inside(self, name: str) -> bool:
        """Whether a model may hold exact counts: no reader has it."""
        folder = self.nodes[name]["fqn"][1:-1] if name in self.nodes else []
        return short(name) in EXACT_BY_PURPOSE or folder == ["intermediate", "registers"] or folder[:1] == ["staging"]

    def open_ways(self) -> set[str]:
        """Every reading of exact counts by a model that is on the readers' side."""

        @cache
        def exact(name: str) -> bool:
            if name in self.rows:
                return True
            if short(name) in GATES or not self.inside(name):
                return False
            return any(exact(parent) for parent in self.parents.get(name, []))

        return {
            f"{short(child)} <- {short(parent)}"
            for child, parents in self.parents.items()
            for parent in parents
            if not self.inside(child) and exact(parent)
        }


@pytest.fixture(scope="module")
def ways(manifest: dict) -> Ways:
    return Ways(Project(manifest))


def test_no_exact_count_reaches_a_reader_but_through_what_hides(ways):
    assert all(EXCEPTIONS.values()), "every exception has its ground"
    assert ways.open_ways() == set(EXCEPTIONS), "mend what is new, take what is mended off the list"


def test_the_gates_are_the_only_way_in(ways, monkeypatch):
    """Without them the readers' figures would be found to be exact: the search does reach the rows."""
    monkeypatch.setattr("tests.dbt.test_reach.GATES", set())
    found = ways.open_ways() - set(EXCEPTIONS)
    assert {"int_indicatorwaarden <- int_waarde_register", "int_doel_telling <- int_register_telcijfer"} <= found
