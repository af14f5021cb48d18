"""A warehouse with a small raw layer on which the whole dbt project has been built once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.dbt import register_scene, scene
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.transform import TransformReport, selectors, transform
from veiligheidsbeeld.warehouse import connect


@pytest.fixture(scope="package")
def filled(new_warehouse: Callable[[], Settings]) -> Settings:
    """Settings of a warehouse with raw data, nothing built."""
    settings = new_warehouse()
    with connect(settings, "lader") as connection:
        for delivery in (
            scene.crimes(),
            scene.crimes_per_district(),
            scene.nuisance(),
            scene.population(),
            scene.suspects(),
            scene.survey(),
        ):
            delivery.write(connection)
        scene.own_estimates(connection)
        for register in register_scene.deliveries():
            register.write(connection)
    return settings


@pytest.fixture(scope="package")
def reports(filled: Settings) -> dict[str, TransformReport]:
    """Reports of building every selection, in order."""
    return {selector: transform(filled, selector) for selector in selectors(filled)}


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
