"""A warehouse with a small raw layer on which the whole dbt project has been built once."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tests import parse
from tests.dbt import register_scene, scene
from veiligheidsbeeld.dbt import target
from veiligheidsbeeld.errors import VeiligheidsbeeldError
from veiligheidsbeeld.goals.calculate import calculate
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.transform import TransformReport, build, marts, transform
from veiligheidsbeeld.warehouse import connect


@pytest.fixture(scope="package")
def filled(new_warehouse_to_build: Callable[[], Settings]) -> Settings:
    """Settings of a warehouse with raw data, nothing built."""
    settings = new_warehouse_to_build()
    with connect(settings, "lader") as connection:
        for delivery in (
            scene.crimes(),
            scene.crimes_per_district(),
            scene.nuisance(),
            scene.population(),
            scene.suspects(),
            scene.cbs_crimes(),
            scene.survey(),
        ):
            delivery.write(connection)
        scene.own_estimates(connection)
        for register in register_scene.deliveries():
            register.write(connection)
    return settings


@pytest.fixture(scope="package")
def reports(filled: Settings) -> dict[str, TransformReport]:
    """Reports of building `basis`, and all themes in one run, with what is computed of the goals in between."""
    base = transform(filled, "basis")
    calculate(filled)
    return {"basis": base, **well(build(filled, marts()))}


def well(found: dict[str, TransformReport | VeiligheidsbeeldError]) -> dict[str, TransformReport]:
    """What was built; the first error when something was not."""
    for outcome in found.values():
        if isinstance(outcome, VeiligheidsbeeldError):
            raise outcome
    return found  # type: ignore[return-value]


@pytest.fixture(scope="package")
def built(filled: Settings, reports: dict[str, TransformReport]) -> Settings:
    """Settings of the warehouse with candidates of all themes."""
    return filled


@pytest.fixture
def ask(built: Settings) -> Callable[..., list[tuple]]:
    """Rows of a query as role `transform`."""

    def rows(query: str, *parameters: object) -> list[tuple]:
        with connect(built, "transform") as connection:
            return connection.execute(query, parameters).fetchall()

    return rows


@pytest.fixture(scope="package")
def parsed(project_read: Settings) -> tuple[str, dict]:
    """Output and manifest of a full parse, for which no database is needed."""
    said = (project_read.home / parse.SAID).read_text(encoding="utf-8")
    return said, json.loads((target(project_read) / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="package")
def manifest(parsed) -> dict:
    return parsed[1]
