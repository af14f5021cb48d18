"""The steps by themselves: what waits to be loaded, what is logged, how they stop."""

import os
import subprocess
import sys
import textwrap

import psycopg
import pytest

from tests.cubes.deliveries import CONTRACT, Table
from tests.places import TOWN
from veiligheidsbeeld.errors import DeliveryRefused, SourceError, SourceRefused, VeiligheidsbeeldError, may_pass
from veiligheidsbeeld.landing import cubes as landing
from veiligheidsbeeld.steps import load
from veiligheidsbeeld.warehouse import connect

DATASET = CONTRACT.naam
CELLS = {("E05", TOWN, "2023MM01"): 3, ("E05", TOWN, "2023MM02"): 4}


def waiting(settings):
    return [d.landing for d in load.pending(settings, [DATASET])]


def loaded(settings, delivery, *, merge=True):
    (staged,) = load.load_step(settings, [load.in_landing(settings, DATASET, delivery.name)], run_id="proef")
    with connect(settings, "lader") as connection:
        connection.execute(
            "update raw.levering set status = 'gekeurd' where levering_id = %s", [staged.detail["levering_id"]]
        )
    if merge:
        (merged,) = load.merge_step(settings, [staged.detail["levering_id"]], run_id="proef")
        return merged
    return staged


def log(settings):
    with connect(settings, "beheer") as connection:
        query = "select stap, onderwerp, uitkomst, detail from beheer.stap where run_id = 'proef' order by stap_id"
        return connection.execute(query).fetchall()


def test_a_delivery_waits_until_it_is_merged(clean_warehouse):
    delivery = Table(CELLS).deliver(clean_warehouse)
    assert waiting(clean_warehouse) == [delivery.name]
    loaded(clean_warehouse, delivery, merge=False)
    assert waiting(clean_warehouse) == [delivery.name], "a killed run left it judged, not merged"
    assert loaded(clean_warehouse, delivery).new
    assert waiting(clean_warehouse) == []


def test_a_newer_delivery_replaces_the_waiting_ones_it_covers_and_no_others(clean_warehouse):
    month = Table({("E05", TOWN, "2023MM01"): 3})
    january = month.deliver(clean_warehouse, perioden=["2023MM01"])
    february = month.deliver(clean_warehouse, perioden=["2023MM02"])
    assert waiting(clean_warehouse) == [january.name, february.name], "neither speaks for the other: oldest first"
    both = month.deliver(clean_warehouse, perioden=["2023MM01", "2023MM02"])
    assert waiting(clean_warehouse) == [both.name]
    everything = month.deliver(clean_warehouse)
    again = month.deliver(clean_warehouse, perioden=["2023MM02"])
    assert waiting(clean_warehouse) == [everything.name, again.name]


def test_a_refused_delivery_does_not_hold_up_its_successor(clean_warehouse):
    bad = Table(CELLS).deliver(clean_warehouse, codes={"Overlast": ["X"], "RegioS": ["X"], "Perioden": ["X"]})
    with pytest.raises(DeliveryRefused):
        load.load_step(clean_warehouse, [load.in_landing(clean_warehouse, DATASET, bad.name)], run_id="proef")
    assert waiting(clean_warehouse) == [bad.name], "the newest is tried again: the contract may have been mended"
    good = Table(CELLS).deliver(clean_warehouse, perioden=["2023MM01"])
    assert waiting(clean_warehouse) == [good.name]
    stap, onderwerp, uitkomst, detail = log(clean_warehouse)[0]
    assert (stap, onderwerp, uitkomst) == ("laad", DATASET, "geweigerd")
    assert detail["remedie"]


# So many pages are read by two processes: the error comes from one of them.
@pytest.mark.parametrize("pages", [1, 40])
def test_a_damaged_delivery_goes_aside_and_the_figures_before_it_stay(clean_warehouse, pages):
    cells = {("E05", f"GM{n:04}", "2023MM01"): n for n in range(1, 401)}
    loaded(clean_warehouse, Table(CELLS).deliver(clean_warehouse))
    damaged = Table(cells).deliver(clean_warehouse, page_size=len(cells) // pages)
    page = damaged.path / damaged.page_list()[-1].bestand
    body = bytearray(page.read_bytes())
    body[len(body) // 2] ^= 1
    page.write_bytes(body)
    with pytest.raises(DeliveryRefused, match="is damaged") as refused:
        load.load_step(clean_warehouse, load.pending(clean_warehouse, [DATASET]), run_id="proef")
    assert "asks the source again" in refused.value.remedy
    assert waiting(clean_warehouse) == [], "it does not stop the table: the next extract asks again"
    assert [path.name for path in landing.aside(clean_warehouse)] == [f"{landing.ASIDE}{damaged.name}"]
    with connect(clean_warehouse, "lader") as connection:
        figures = connection.execute(f"select count(*) from raw.{DATASET}_cellen where levering_tot is null").fetchone()
    assert figures == (len(CELLS),)
    good = Table(cells).deliver(clean_warehouse)
    assert waiting(clean_warehouse) == [good.name]
    assert loaded(clean_warehouse, good).new


def test_a_delivery_that_cannot_be_opened_waits_for_nothing_and_brings_back_no_older_one(clean_warehouse):
    old = Table(CELLS).deliver(clean_warehouse)
    merged = Table({("E05", TOWN, "2023MM01"): 5}).deliver(clean_warehouse)
    loaded(clean_warehouse, merged)
    (merged.path / "manifest.json").write_text("{")
    assert waiting(clean_warehouse) == [], f"{old.name} is older than what was merged"
    newer = Table(CELLS).deliver(clean_warehouse)
    (newer.path / "manifest.json").write_text("{")
    assert waiting(clean_warehouse) == []


def test_merging_the_same_figures_again_is_nothing_new(clean_warehouse):
    assert loaded(clean_warehouse, Table(CELLS).deliver(clean_warehouse)).uitkomst == "gedaan"
    assert loaded(clean_warehouse, Table(CELLS).deliver(clean_warehouse)).uitkomst == "niets_nieuws"
    assert [(s, u) for s, _, u, _ in log(clean_warehouse)] == [
        ("laad", "gedaan"),
        ("verwerk", "gedaan"),
        ("laad", "gedaan"),
        ("verwerk", "niets_nieuws"),
    ]


def test_a_step_that_fails_is_logged_with_its_remedy_and_raised(clean_warehouse):
    with pytest.raises(VeiligheidsbeeldError):
        load.merge_step(clean_warehouse, [4711], run_id="proef")
    (stap, _, uitkomst, detail), *more = log(clean_warehouse)
    assert (stap, uitkomst, more) == ("verwerk", "mislukt", [])
    assert "4711" in detail["wat"]
    assert detail["remedie"]


def test_a_judge_that_is_stopped_gives_no_verdict(clean_warehouse):
    """Great Expectations takes an exception in a question for an answer; SIGTERM must not become a red card."""
    staged = loaded(clean_warehouse, Table(CELLS).deliver(clean_warehouse), merge=False)
    number = staged.detail["levering_id"]
    with connect(clean_warehouse, "lader") as connection:
        connection.execute("update raw.levering set status = 'geladen' where levering_id = %s", [number])
    code = textwrap.dedent(
        f"""
        import os, signal, threading
        from veiligheidsbeeld.errors import may_pass
        from veiligheidsbeeld.judge import engine
        from veiligheidsbeeld.settings import Settings
        from veiligheidsbeeld.steps import load
        engine.load()
        import sqlalchemy
        @sqlalchemy.event.listens_for(sqlalchemy.engine.Engine, "before_cursor_execute")
        def stop(*_):
            if threading.current_thread() is threading.main_thread():
                os.kill(os.getpid(), signal.SIGTERM)
        try:
            load.validate_step(Settings.from_env(), [{number}])
        except Exception as error:
            print(type(error).__name__, may_pass(error), flush=True)
        os._exit(0)
        """
    )
    environment = os.environ | {
        "VB_HOME": str(clean_warehouse.home),
        "VB_PG_PORT": str(clean_warehouse.pg_port),
        "VB_PG_DATABASE": clean_warehouse.pg_database,
    }
    done = subprocess.run([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True, timeout=60)
    assert done.stdout == "ProcessLost True\n"
    with connect(clean_warehouse, "lader") as connection:
        state = connection.execute("select status from raw.levering where levering_id = %s", [number]).fetchone()
        cards = connection.execute("select count(*) from beheer.kwaliteit").fetchone()
    assert (state, cards) == (("geladen",), (0,))


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (SourceError("weg", remedy="later"), True),
        (SourceRefused("niet hier", remedy="vraag het", status=404), False),
        (ConnectionResetError(), True),
        (psycopg.errors.DeadlockDetected(), True),
        (DeliveryRefused("fout", remedy="herstel"), False),
        (KeyError("x"), False),
    ],
)
def test_only_what_may_pass_by_itself_is_tried_again(error, expected):
    assert may_pass(error) is expected
    wrapped = VeiligheidsbeeldError("erom", remedy="")
    wrapped.__cause__ = error
    assert may_pass(wrapped) is expected
