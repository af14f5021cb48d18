"""Fixtures that every test may use: a real PostgreSQL 18 with the warehouse's roles, schemas and grants."""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from psycopg import sql

from tests import parse
from tests.places import CHOSEN, REGION
from veiligheidsbeeld.services import postgres
from veiligheidsbeeld.services.bootstrap import bootstrap, open_database
from veiligheidsbeeld.settings import PROJECT, Settings

SHARED = PROJECT.parent / "shared"


# Files, and folders by a stroke at their end, that are about the example region, by the reason why.
NAMED = yaml.safe_load((Path(__file__).parent / "region" / "named_exceptions.yml").read_text(encoding="utf-8"))

# Folders of which the tests named use one warehouse that the folder builds once: they stay on one worker.
SCENES = {
    "tests/dbt": ("test_build", "test_survey", "test_registers", "test_suspects", "test_unchanged"),
    "tests/goals": ("test_as_known", "test_sixth_plan"),
}
# What takes minutes goes first: workers then end at about the same time.
FIRST = ("tests/e2e/test_run.py", *SCENES, "tests/e2e")


# Fixtures that give a warehouse, or the home for one.
DATABASE = {"home_factory", "new_warehouse", "warehouse", "clean_warehouse"}


def kind(item: pytest.Item) -> str:
    """The mark of a test, by what it uses; `make unit` and so on choose by it."""
    folder, _, name = item.nodeid.split("::", 1)[0].rpartition("/")
    if (folder, name) == ("tests/dashboards", "test_drawn.py"):
        return "dashboards"
    if (folder, name) == ("tests", "test_sso.py"):
        return "sso"
    if folder == "tests/e2e":
        return "e2e"
    if folder == "tests/dbt" or name.removesuffix(".py") in SCENES.get(folder, ()):
        return "dbt"
    return "database" if DATABASE & set(getattr(item, "fixturenames", ())) else "unit"


def about_the_example(file: str) -> str | None:
    """Why a test file is about the example region alone; None where it holds for every region."""
    reasons = ((entry, reason) for reason, entries in NAMED.items() for entry in entries)
    return next((r for entry, r in reasons if file == entry or (entry.endswith("/") and file.startswith(entry))), None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker(kind(item))
        if reason := about_the_example(item.nodeid.split("::", 1)[0]):
            item.add_marker("of_the_example")
            if not REGION.head.voorbeeld:
                item.add_marker(pytest.mark.skip(reason=f"of the example: {reason}"))
    if not SHARED.is_dir():
        for item in items:
            if item.get_closest_marker("shared"):
                item.add_marker(pytest.mark.skip(reason=f"the reference folder {SHARED} is not here"))
    items.sort(key=lambda item: next((n for n, first in enumerate(FIRST) if item.nodeid.startswith(first)), len(FIRST)))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file per worker, and a scene per worker."""
    from xdist.scheduler import LoadScopeScheduling

    class SceneScheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.split("::", 1)[0]
            folder, _, name = file.rpartition("/")
            return folder if name.removesuffix(".py") in SCENES.get(folder, ()) else file

    return SceneScheduling(config, log)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The reference folder; use it together with `@pytest.mark.shared`."""
    return SHARED


@pytest.fixture(scope="session")
def home_factory() -> Iterator[Callable[[], Path]]:
    """Makes empty homes (VB_HOME) outside pytest's own temporary directory.

    pytest takes all rights of others from its directory at every start, and the server's system user must
    be able to pass.
    """
    made: list[Path] = []

    def make() -> Path:
        made.append(Path(tempfile.mkdtemp(prefix="vb-test-")))
        made[-1].chmod(0o755)
        return made[-1]

    yield make
    for home in made:
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def _server(home_factory: Callable[[], Path]) -> Iterator[Settings]:
    """A running server with an untouched warehouse `sjabloon` from which the others are copied."""
    settings = Settings.from_env({"VB_HOME": str(home_factory()), "VB_PG_DATABASE": "sjabloon", **CHOSEN})
    started = postgres.start(settings)
    try:
        bootstrap(started)
        yield started
    finally:
        postgres.stop(settings, immediately=True)


@pytest.fixture(scope="session")
def new_warehouse(_server: Settings, home_factory: Callable[[], Path]) -> Callable[[], Settings]:
    """Gives a new, bootstrapped and empty warehouse in a home of its own, within some tens of milliseconds."""
    numbers = itertools.count(1)

    def make() -> Settings:
        home = home_factory()
        shutil.copy2(_server.home / "secrets.json", home)
        name = f"proef_{next(numbers)}"
        with psycopg.connect(**_server.conninfo("postgres", database="postgres"), autocommit=True) as admin:
            admin.execute(sql.SQL("create database {} owner beheer template sjabloon").format(sql.Identifier(name)))
            open_database(admin, name)
        return replace(_server, home=home, pg_database=name, environ={"VB_HOME": str(home), **CHOSEN})

    return make


@pytest.fixture(scope="session")
def project_read(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the home in which dbt read the project; the worker that asks first does it for all."""
    folder = tmp_path_factory.getbasetemp()
    folder = (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "gelezen"
    folder.mkdir(exist_ok=True)
    settings, said = parse.somewhere(folder), folder / parse.SAID
    with (folder / "slot").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not said.exists():
            said.write_text(parse.read(settings), encoding="utf-8")
    return settings


@pytest.fixture(scope="session")
def new_warehouse_to_build(new_warehouse: Callable[[], Settings], project_read: Settings) -> Callable[[], Settings]:
    """Gives a new warehouse in whose home dbt has read the project, as it has after its first build."""

    def make() -> Settings:
        settings = new_warehouse()
        parse.begin(project_read, settings)
        return settings

    return make


@pytest.fixture(scope="session")
def warehouse(new_warehouse: Callable[[], Settings]) -> Settings:
    """Settings of one bootstrapped warehouse that all tests share; leave nothing behind that another trips over."""
    return new_warehouse()


@pytest.fixture
def clean_warehouse(_server: Settings, new_warehouse: Callable[[], Settings]) -> Iterator[Settings]:
    """Settings of an empty bootstrapped warehouse for this test alone, which is gone afterwards."""
    settings = new_warehouse()
    yield settings
    with psycopg.connect(**_server.conninfo("postgres", database="postgres"), autocommit=True) as admin:
        admin.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(settings.pg_database)))
    shutil.rmtree(settings.home, ignore_errors=True)
