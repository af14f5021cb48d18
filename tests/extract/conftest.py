"""A source server with small tables per test, and settings that point at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sandbox.source_server import SourceServer, serve
from tests.extract import sources
from tests.places import CHOSEN, NEIGHBOUR, TOWN
from veiligheidsbeeld.settings import Settings

# Impatient, so that a fault costs a test no more than a few hundredths of a second.
IMPATIENT = {"VB_HTTP_BACKOFF": "0.01", "VB_HTTP_ATTEMPTS": "3", "VB_DETAIL_GEMEENTEN": f"{NEIGHBOUR},{TOWN}"}


@pytest.fixture
def source() -> Iterator[SourceServer]:
    cubes = (
        sources.misdrijven_gemeente(),
        sources.misdrijven_buurt(),
        sources.criminaliteit(),
        sources.bevolking(),
    )
    with serve({cube.identifier: cube for cube in cubes}) as server:
        yield server


@pytest.fixture
def settings_for(tmp_path: Path) -> Callable[..., Settings]:
    """Settings of a home of this test; the same home every time unless `home` says otherwise."""

    def make(url: str, *, home: str = "home", **environ: str) -> Settings:
        return Settings.from_env(
            {"VB_HOME": str(tmp_path / home), "VB_SOURCE_URL": url, **IMPATIENT, **CHOSEN, **environ}
        )

    return make


@pytest.fixture
def settings(settings_for: Callable[..., Settings], source: SourceServer) -> Settings:
    return settings_for(source.url)
