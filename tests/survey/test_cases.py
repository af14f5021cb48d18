"""Inputs made after what senders of surveys deliver, each with the right result that its README names."""

from __future__ import annotations

import pytest

from tests.survey.files import CONTRACT, estimates, read
from veiligheidsbeeld.refusals import FileRefused

pytestmark = pytest.mark.shared
WAVE = "veiligheidsmonitor_2023"


@pytest.fixture
def cases(shared):
    return shared / "cases"


def refusal(path) -> FileRefused:
    with pytest.raises(FileRefused) as refused:
        read(path)
    assert refused.value.remedie and refused.value.eigenaar == CONTRACT.eigenaar.functie
    return refused.value


def test_s01_a_file_of_one_town_speaks_for_that_town_alone(cases):
    assert set(estimates(read(cases / f"S01-local-file-published-as-the-country/{WAVE}.sav"))) == {"GM0988"}


def test_s02_own_numbers_are_read_by_their_labels(cases):
    wave = read(cases / f"S02-own-numbering-of-municipalities/{WAVE}.sav")
    counts = {town: wave.table["gemeente_code"].to_pylist().count(town) for town in ("GM0988", "GM0946", "GM1640")}
    assert counts == {"GM0988": 196, "GM0946": 183, "GM1640": 221}
    assert {"GM0988", "GM0946", "GM1640"} <= set(estimates(wave)) and "NL01" not in estimates(wave)


def test_s03_a_band_across_two_of_the_contract_refuses_the_file(cases):
    refused = refusal(cases / f"S03-other-age-bands/{WAVE}.sav")
    assert refused.regel == "leeftijdsklassen" and "25 tot en met 64" in refused.reden


def test_s04_an_interview_date_stays_behind(cases):
    wave = read(cases / f"S04-sav-with-interview-date/{WAVE}.sav")
    assert (wave.table.num_rows, wave.refused) == (600, 0)


def test_s05_weights_with_a_thousands_dot_are_not_guessed(cases):
    refused = refusal(cases / f"S05-weights-with-thousands-dot/{WAVE}.csv")
    assert "in kolom gewicht" in refused.reden and "duizendtallen of decimalen" in refused.reden


def test_s06_codes_as_floats_are_codes(cases):
    path = cases / f"S06-codes-as-floats-in-csv/{WAVE}.csv"
    wave = read(path)
    words = [line.split(";")[4] for line in path.read_text().splitlines()[1:]]
    assert wave.refused == 0
    assert wave.table["sl_aankoopfraude"].to_pylist() == [int(float(w.replace(",", "."))) if w else None for w in words]


@pytest.mark.parametrize(
    ("kind", "mended"), [("sep", "sep_regel"), ("utf16", "tekenset_utf16"), ("footer", "voetregel")]
)
def test_s08_a_csv_as_a_spreadsheet_program_writes_it(cases, kind, mended):
    wave = read(cases / f"S08-survey-csv-of-excel/{kind}/{WAVE}.csv")
    assert wave.table.num_rows == 600
    assert wave.repairs[mended] == 1
    assert wave.refused == 0


@pytest.mark.parametrize(
    ("kind", "rule", "words"),
    [
        ("password", "versleuteld", "wachtwoord"),
        ("portable", "verkeerd_bestandstype", "portable"),
        ("truncated", "afgebroken", "afgebroken"),
    ],
)
def test_s10_every_unreadable_sav_is_told_by_its_cause(cases, kind, rule, words):
    refused = refusal(cases / f"S10-one-message-for-every-unreadable-sav/{kind}/{WAVE}.sav")
    assert refused.regel == rule and words in refused.reden


def test_s10_a_wrong_character_set_is_read_as_what_it_is(cases):
    wave = read(cases / f"S10-one-message-for-every-unreadable-sav/cp1252-declared-utf8/{WAVE}.sav")
    assert wave.table.num_rows == 60 and wave.repairs["tekenset_cp1252"] == 1
