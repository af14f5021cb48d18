"""Asked as of an earlier publication, or an earlier moment, the goal table is as it was then."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.doelen import zesde_plan
from tests.doelen.conftest import ask, build, burglaries, change_row, deliver, publish
from veiligheidsbeeld.doelen import stand
from veiligheidsbeeld.transform import transform

pytestmark = pytest.mark.timeout(900)

CHANGES = "select doel_code, regio_code, reden, status_was, status_is, waarde_was, waarde_is from mart_ivp.wijzigingen"

EXPECTATION = "vergelijking of verwachting veranderd"


@pytest.fixture(scope="module")
def history(filled, first, project):
    """Two publications; between them the source restated a month and a target was changed."""
    number, between = first
    deliver(filled, burglaries(extra={("GM0114", "2025MM03"): 60}, merged=datetime.now(UTC).isoformat()))
    change_row(project, "plannen/doel", {"doel_code": "VHT-INBRAAK-150"}, streefwaarde="110")
    build(filled)
    return filled, number, publish(filled), between


def table(rows) -> dict[tuple[str, str], stand.Stand]:
    return {(r.doel_code, r.regio_naam): r for r in rows if r.plan_code == zesde_plan.PLAN}


def test_each_publication_gives_its_own_table(history):
    settings, first, second, _ = history
    then, now = table(stand.published(settings, first)), table(stand.published(settings, second))
    emmen, coevorden = ("VHT-INBRAAK-150", "Emmen"), ("VHT-INBRAAK-150", "Coevorden")
    assert then[emmen].zin.startswith("Diefstal/inbraak woning 120 in ")
    assert "het doel is 150" in then[emmen].zin
    assert now[emmen].zin.startswith("Diefstal/inbraak woning 180 in ")
    assert "het doel is 110" in now[emmen].zin
    # 120 was below 150 and is not below 110.
    assert then[coevorden].status == "gehaald" != now[coevorden].status
    assert table(stand.published(settings)) == now


def test_what_changed_and_why(history):
    settings, *_ = history
    found = {(goal, region): rest for goal, region, *rest in ask(settings, CHANGES) if goal.startswith("VHT")}
    assert found["VHT-INBRAAK", "GM0114"][0] == "cijfer herzien door de bron"
    assert found["VHT-INBRAAK", "GM0114"][3:] == [120, 180]
    assert found["VHT-INBRAAK-150", "GM0109"][:2] == ["doel bijgesteld", "gehaald"]
    # Nothing came in about Coevorden.
    assert found.get(("VHT-INBRAAK", "GM0109"), [EXPECTATION])[0] == EXPECTATION


def test_publishing_the_same_again_keeps_what_changed(history):
    settings, _, second, _ = history
    before = sorted(ask(settings, CHANGES), key=str)
    transform(settings, "ivp")
    assert publish(settings, force=True) > second
    assert sorted(ask(settings, CHANGES), key=str) == before


def test_a_moment_gives_the_figures_as_they_were_known(history):
    settings, first, _, between = history
    then, known = table(stand.published(settings, first)), table(stand.as_known(settings, between))
    key = ("VHT-INBRAAK", "Emmen")
    assert (known[key].status, known[key].peildatum) == (then[key].status, then[key].peildatum)
    assert known[key].zin == then[key].zin
    # What readers see now is untouched.
    assert "180 in" in table(stand.published(settings))[key].zin
