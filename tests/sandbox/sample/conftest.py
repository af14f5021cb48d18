"""Sample cubes for the tests of this folder, generated once per date and seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from sandbox import sample
from sandbox.source_server.cube import Cube
from tests.sandbox.sample.reader import Table
from veiligheidsbeeld.settings import Settings

TODAY = "2026-11-21"


@pytest.fixture(scope="session")
def make_cubes(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Mapping[str, Cube]]:
    """`make_cubes(VB_TODAY=..., VB_SEED=...)`: sample cubes by environment; `fresh` generates them once more."""
    shared: Path = tmp_path_factory.mktemp("sample")

    def make(*, fresh: bool = False, **environ: str) -> Mapping[str, Cube]:
        home = tmp_path_factory.mktemp("sample") if fresh else shared
        return sample.cubes(Settings.from_env({"VB_HOME": str(home), "VB_TODAY": TODAY, **environ}))

    return make


@pytest.fixture(scope="session")
def cubes(make_cubes) -> Mapping[str, Cube]:
    """The default sample as on 21 November 2026 (last month October 2026)."""
    return make_cubes()


@pytest.fixture(scope="session")
def crime(cubes) -> Table:
    return Table(cubes["47013NED"])


@pytest.fixture(scope="session")
def nuisance(cubes) -> Table:
    return Table(cubes["47021NED"])


@pytest.fixture(scope="session")
def crime_detail(cubes) -> Table:
    return Table(cubes["47022NED"])


@pytest.fixture(scope="session")
def nuisance_detail(cubes) -> Table:
    return Table(cubes["47024NED"])


@pytest.fixture(scope="session")
def population(cubes) -> Table:
    return Table(cubes["03759ned"])


@pytest.fixture(scope="session")
def cbs_crime(cubes) -> Table:
    return Table(cubes["83648NED"])
