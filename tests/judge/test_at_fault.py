"""What border 2 finds and one sender's file explains: named, taken back, told, and lifted by a better file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.judge import marts
from tests.places import NEIGHBOUR, NEIGHBOUR_NAME, TOGETHER, TOWN, UNIT
from tests.registers.files import REGISTER, ask, bring, case, known
from veiligheidsbeeld import alerts
from veiligheidsbeeld.judge import validate_candidate
from veiligheidsbeeld.settings import this_day
from veiligheidsbeeld.steps.at_fault import take_back
from veiligheidsbeeld.steps.marts import judge_step
from veiligheidsbeeld.warehouse import connect

FIGURES = "kandidaat_jeugd.indicatorwaarden"
NEXT_YEAR = f"{this_day().year + 1}JJ00"
OWN, BESIDE = f"{TOWN}/{REGISTER}_2025.csv", f"{NEIGHBOUR}/{REGISTER}_2025.csv"
# A figure over time to come: of one region, from one delivery.
TO_COME = """
    insert into {t} (indicator_code, regio_code, niveau, periode_code, periode_soort, maat, waarde, teller, n,
        status_waarde, bron, bron_soort, reeks, levering_id)
    values ('MELD-TOT', '{region}', 'x', '{period}', 'jaar', 'aantal', 12, 12, 12, 'gepubliceerd', 'x', 'voorbeeld',
        'doorlopend', {number})
"""


@pytest.fixture
def delivered(clean_warehouse):
    """Files of two senders, of which the first says something of next year, and the area of both that follows."""
    marts.fill_raw(clean_warehouse)
    wrong = bring(clean_warehouse, [case("A-01", "2025-01-02"), case("A-02", "2025-03-04")], OWN)
    good = bring(clean_warehouse, [case("B-01", "2025-01-02", gemeente=NEIGHBOUR_NAME)], BESIDE)
    marts.build(clean_warehouse)
    figure(clean_warehouse, TOWN, wrong)
    # An area carries the number of the last of its deliveries.
    figure(clean_warehouse, TOGETHER, good)
    return clean_warehouse, wrong, good


def figure(settings, region: str, number: int) -> None:
    with connect(settings, "transform") as connection:
        connection.execute(TO_COME.format(t=FIGURES, region=region, period=NEXT_YEAR, number=number))


def test_the_card_names_file_sender_owner_and_remedy(delivered):
    settings, wrong, _ = delivered
    verdict = validate_candidate(settings, "jeugd")
    (sentence,) = verdict.red
    for words in (OWN, f"levering {wrong}", "coordinator ondermijning (gemeente)", "opnieuw aan"):
        assert words in sentence
    assert BESIDE not in sentence
    assert set(verdict.files) == {wrong}


def test_a_table_of_a_source_that_breaks_the_rule_too_is_no_fault_of_a_file(delivered):
    settings, _, _ = delivered
    (number,) = ask(settings, "select levering_id from raw.levering where dataset = 'politie_overlast_gemeente'")[0]
    figure(settings, UNIT, number)
    verdict = validate_candidate(settings, "jeugd")
    assert OWN in verdict.red[0]
    assert verdict.files == {}


def test_another_red_card_keeps_files_where_they_are(delivered):
    settings, _, _ = delivered
    ask(settings, f"update {FIGURES} set bron_soort = 'proef' where levering_id is null returning 1", "transform")
    verdict = validate_candidate(settings, "jeugd")
    assert len(verdict.red) > 1
    assert verdict.files == {}


def test_it_is_taken_back_and_told_and_a_better_file_takes_its_place(delivered):
    settings, wrong, _ = delivered
    (judged,) = judge_step(settings, ["jeugd"], report=lambda line: None)
    take_back(settings, judged.detail["bestanden"], run_id="proef", report=lambda line: None)
    assert (known(settings), known(settings, NEIGHBOUR)) == ({}, {"B-01": "drugs"})
    (told,) = alerts.refused_files(settings, ["proef"])
    assert (told.subject, told.step, told.owner) == (OWN, "kandidaat", "coordinator ondermijning")
    listed = "select levering_id, regel, eigenaar from quarantaine.levering"
    assert ask(settings, listed) == [(wrong, "kandidaat", "coordinator ondermijning")]
    assert list((Path(settings.reports) / TOWN).iterdir())
    messages = "".join(p.read_text() for p in (settings.home / "meldingen").iterdir())
    assert OWN in messages
    bring(settings, [case("A-01", "2025-01-02"), case("A-02", "2025-03-05")], OWN)
    assert set(known(settings)) == {"A-01", "A-02"}
