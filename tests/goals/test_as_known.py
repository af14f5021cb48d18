"""Asked as of an earlier publication, or an earlier moment, the goal table is as it was then."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from tests.goals import sixth_plan as zesde_plan
from tests.goals.conftest import SINCE, ask, build, burglaries, change_row, deliver, publish
from tests.places import NEIGHBOUR, NEIGHBOUR_NAME, THIRD, TOWN, TOWN_NAME
from veiligheidsbeeld.goals import standing as stand
from veiligheidsbeeld.transform import transform
from veiligheidsbeeld.warehouse import connect

pytestmark = pytest.mark.timeout(900)

CHANGES = """
    select doel_code, regio_code, reden, status_was, status_is, waarde_was, waarde_is from mart_ivp.wijzigingen
    where soort = 'doel'
"""

EXPECTATION = "vergelijking of verwachting veranderd"


@pytest.fixture(scope="module")
def history(filled, first, project):
    """Two publications; between them the source restated a month and a target was changed."""
    number, between = first
    deliver(filled, burglaries(extra={(TOWN, "2025MM03"): 60}, merged=datetime.now(UTC).isoformat()))
    change_row(project, "plannen/doel", {"doel_code": "VHT-INBRAAK-150"}, streefwaarde="110")
    build(filled)
    return filled, number, publish(filled), between


def table(rows) -> dict[tuple[str, str], stand.Stand]:
    return {(r.doel_code, r.regio_naam): r for r in rows if r.plan_code == zesde_plan.PLAN}


def shown(history, project, *arguments: str) -> str:
    """What `veiligheidsbeeld goals` prints about the sixth plan: into a pipe every sentence whole."""
    settings = history[0]
    known = settings.conninfo("transform")
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("VB_", "SOURCES", "SAMPLE"))} | {
        "VB_HOME": str(settings.home), "VB_PG_HOST": str(known["host"]), "VB_PG_PORT": str(known["port"]),
        "VB_PG_DATABASE": str(known["dbname"]), "PYTHONPATH": str(project),
    }  # fmt: skip
    command = [sys.executable, "-m", "veiligheidsbeeld", "goals", "--plan", zesde_plan.PLAN, *arguments]
    done = subprocess.run(command, env=environment, cwd=project, capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_each_publication_gives_its_own_table(history):
    settings, first, second, _ = history
    then, now = table(stand.published(settings, first)), table(stand.published(settings, second))
    town, neighbour = ("VHT-INBRAAK-150", TOWN_NAME), ("VHT-INBRAAK-150", NEIGHBOUR_NAME)
    assert then[town].zin.startswith("Diefstal/inbraak woning 120 in ")
    assert "het doel is 150" in then[town].zin
    assert now[town].zin.startswith("Diefstal/inbraak woning 180 in ")
    assert "het doel is 110" in now[town].zin
    # 120 was below 150 and is not below 110.
    assert then[neighbour].status == "gehaald" != now[neighbour].status
    assert table(stand.published(settings)) == now


def test_the_command_shows_a_publication(history, project):
    settings, first, second, _ = history
    town = ("VHT-INBRAAK-150", TOWN_NAME)
    then, now = table(stand.published(settings, first))[town].zin, table(stand.published(settings, second))[town].zin
    earlier, current = shown(history, project, "--publicatie", str(first)), shown(history, project)
    assert then in earlier and now not in earlier
    assert now in current and then not in current
    assert current == shown(history, project, "--publicatie", str(second))


def test_what_changed_and_why(history):
    settings, *_ = history
    found = {(goal, region): rest for goal, region, *rest in ask(settings, CHANGES) if goal.startswith("VHT")}
    assert found["VHT-INBRAAK", TOWN][0] == "cijfer herzien door de bron"
    assert found["VHT-INBRAAK", TOWN][3:] == [120, 180]
    assert found["VHT-INBRAAK-150", NEIGHBOUR][:2] == ["doel bijgesteld", "gehaald"]
    # Nothing came in about the neighbour.
    assert found.get(("VHT-INBRAAK", NEIGHBOUR), [EXPECTATION])[0] == EXPECTATION


def test_which_figures_changed_between_which_publications(history):
    """March 2025 in the town had 60 more: in its year and twelve months, and in those of every area around it."""
    settings, first, second, _ = history
    query = """
        select regio_code, periode_was, waarde_was, waarde_is, publicatie_was, publicatie_is from mart_ivp.wijzigingen
        where soort = 'cijfer' and indicator_code = 'MIS-1.1.1' and maat = 'aantal'
    """
    found = {(region, period): rest for region, period, *rest in ask(settings, query)}
    assert found[TOWN, "2025RM03"] == [120, 180, first, second]
    assert found[zesde_plan.AREA, "2025RM03"] == [360, 420, first, second]
    assert not {region for region, _ in found} & {NEIGHBOUR, THIRD}


def test_any_moment_is_asked_in_sql(history):
    settings, first, second, between = history
    query = f"""
        select publicatie_nr, waarde from mart_ivp.doelen_historie
        where doel_code = 'VHT-INBRAAK' and regio_code = '{TOWN}' and gepubliceerd_op <= %(moment)s
            and (vervangen_op is null or vervangen_op > %(moment)s)
    """
    with connect(settings, "analist") as connection:
        (dutch,) = connection.execute(
            "select to_char(%s::timestamptz at time zone 'Europe/Amsterdam', 'YYYY-MM-DD HH24:MI:SS')", [between]
        ).fetchone()
        assert connection.execute(query, {"moment": dutch}).fetchall() == [(first, 120)]
        assert connection.execute(query, {"moment": "2999-01-01"}).fetchall() == [(second, 180)]


def test_publishing_the_same_again_keeps_what_changed(history):
    settings, _, second, _ = history
    before = sorted(ask(settings, CHANGES), key=str)
    transform(settings, "ivp")
    assert publish(settings, force=True) > second
    assert sorted(ask(settings, CHANGES), key=str) == before


def test_a_moment_gives_the_figures_as_they_were_known(history, project):
    settings, first, _, between = history
    key = ("VHT-INBRAAK", TOWN_NAME)
    before = stand.published(settings)
    made = (
        "select oid, relname from pg_class where relnamespace in ('intermediate'::regnamespace, %s::regnamespace)"
        " order by oid"
    )
    built = ask(settings, made, "kandidaat_ivp")
    known = shown(history, project, "--peilmoment", between)
    assert table(stand.published(settings, first))[key].zin in known
    assert table(before)[key].zin not in known
    # What readers see now is untouched.
    assert stand.published(settings) == before
    assert "180 in" in table(before)[key].zin
    month = (
        "select waarde, levering_id from {}.int_maand_gemeente"
        f" where indicator_code = 'MIS-1.1.1' and regio_code = '{TOWN}' and maand_index = 2025 * 12 + 2"
    )
    assert ask(settings, month.format("peilmoment_intermediate")) == [(SINCE, 1)]
    ((now, delivery),) = ask(settings, month.format("intermediate"))
    assert (now, delivery > 2) == (SINCE + 60, True)
    assert ask(settings, made, "kandidaat_ivp") == built, "looking back leaves the build that counts alone"
