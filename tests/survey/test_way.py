"""Waves from the drop folder to estimates, in a real warehouse."""

import stat
from datetime import timedelta

import psycopg
import pytest

from tests.survey.conftest import RESPONDENTS, bring_in, deliver
from veiligheidsbeeld.contracts.survey import load_survey
from veiligheidsbeeld.errors import VeiligheidsbeeldError
from veiligheidsbeeld.registers.retention import this_day
from veiligheidsbeeld.services.bootstrap import bootstrap
from veiligheidsbeeld.steps import survey as steps
from veiligheidsbeeld.survey import take
from veiligheidsbeeld.survey.retention import destroy_expired
from veiligheidsbeeld.warehouse import connect

CONTRACT = load_survey()


def one(settings, query, *values):
    with connect(settings, "lader") as connection:
        return connection.execute(query, values).fetchone()


def test_three_waves_become_estimates_and_differences(survey, waves):
    for path in sorted((waves / "veiligheidsmonitor").iterdir()):
        deliver(survey, path)
    outcomes = bring_in(survey)
    assert [o.uitkomst for o in outcomes] == ["gedaan"] * 3
    assert one(survey, "select count(*), count(distinct (golf, respondent)) from raw.vm_respondent") == (
        3 * RESPONDENTS,
        3 * RESPONDENTS,
    )
    # No figure without its uncertainty, no row without a status, nothing that a small base would give away.
    assert one(
        survey,
        """
        select count(*) filter (where status = 'gepubliceerd'
                and (n_ongewogen < 50 or n_eff < 30 or bovengrens - ondergrens >= 0.3 or p is null)),
            count(*) filter (where status = 'gepubliceerd' and (p < ondergrens or p > bovengrens)),
            count(*) filter (where (status = 'onderdrukt') <> (reden is not null)),
            count(*) filter (where p is not null and methode = 'geen' and status = 'gepubliceerd')
        from raw.vm_schatting
        """,
    ) == (0, 0, 0, 0)
    bounds = {"SL": (0.167, 0.172), "MELD": (0.457, 0.473), "AANG": (0.181, 0.194)}
    for measure, (low, high) in bounds.items():
        (p,) = one(
            survey,
            "select p from raw.vm_schatting where golf = 2021 and regio_code = 'NL01' and indicator_code = %s"
            " and leeftijdsgroep = 'totaal' and doelgroep = 'totaal'",
            f"VM-ONLINE-{measure}",
        )
        assert low <= p <= high, measure
    pairs = "select array_agg(distinct golf || '-' || tegen) from raw.vm_verschil where soort = 'golf'"
    assert sorted(one(survey, pairs)[0]) == ["2023-2021", "2025-2021", "2025-2023"]
    nested = "select distinct tegen from raw.vm_verschil where soort = 'benchmark' and regio_code = 'SGWM' order by 1"
    with connect(survey, "transform") as connection:
        assert connection.execute(nested).fetchall() == [("NL01",), ("PV31",)]
    independent = one(
        survey,
        """
        select max(abs(v.se - sqrt(a.se ^ 2 + b.se ^ 2)))
        from raw.vm_verschil as v
        inner join raw.vm_schatting as a using (golf, regio_code, leeftijdsgroep, doelgroep, indicator_code)
        inner join raw.vm_schatting as b using (regio_code, leeftijdsgroep, doelgroep, indicator_code)
        where v.soort = 'golf' and b.golf::text = v.tegen
        """,
    )
    assert independent[0] < 1e-12


def test_the_same_answers_bring_nothing_and_other_answers_replace_the_wave(survey, waves):
    source = waves / "veiligheidsmonitor" / "veiligheidsmonitor_2021.csv"
    deliver(survey, source)
    bring_in(survey)
    before = one(survey, "select count(*), sum(p::numeric) from raw.vm_schatting")
    assert steps.survey_take_step(survey, report=lambda _: None).uitkomst == "niets_nieuws"

    same = deliver(survey, source)
    same.write_bytes(source.read_bytes().replace(b";", b"|"))
    (outcome,) = bring_in(survey)
    assert outcome.uitkomst == "niets_nieuws"
    assert one(survey, "select count(*), sum(p::numeric) from raw.vm_schatting") == before

    lines = source.read_bytes().splitlines(keepends=True)
    deliver(survey, source).write_bytes(b"".join(lines[: len(lines) - 500]))
    (outcome,) = bring_in(survey)
    assert outcome.uitkomst == "gedaan" and outcome.detail["gewijzigd"] > 0
    current = "select count(*), count(distinct levering_van) from raw.vm_respondent where levering_tot is null"
    assert one(survey, current) == (RESPONDENTS - 500, 1)
    assert one(survey, "select count(*) from raw.vm_respondent") == (2 * RESPONDENTS - 500,)
    # What was published before can still be told.
    first = "levering_van = (select min(levering_id) from raw.levering)"
    assert one(survey, f"select count(*), sum(p::numeric) from raw.vm_schatting where {first}") == before

    again = steps.survey_estimate_step(survey, outcome.detail["levering_id"], again=True, report=lambda _: None)
    assert again.detail["gewijzigd"] == outcome.detail["gewijzigd"], "estimating again finds the state that it makes"
    assert one(survey, "select count(*) from raw.vm_schatting where levering_tot is null")[0] == before[0]


def test_nobody_but_the_loading_role_reads_a_respondent(survey, waves):
    deliver(survey, waves / "veiligheidsmonitor" / "veiligheidsmonitor_2023.csv")
    (name,) = steps.survey_take_step(survey, report=lambda _: None).detail["bestanden"]
    loaded = steps.survey_load_step(survey, name, report=lambda _: None)

    def refused_to_all(table):
        for role in ("transform", "publicist", "analist", "bi_lezer"):
            with connect(survey, role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"select 1 from {table}")

    refused_to_all("laad.vm_respondent_2023")
    steps.survey_validate_step(survey, [loaded.detail["levering_id"]], report=lambda _: None)
    steps.survey_estimate_step(survey, loaded.detail["levering_id"], report=lambda _: None)
    bootstrap(survey)
    refused_to_all("raw.vm_respondent")
    (file,) = take.files(survey, CONTRACT)
    assert stat.S_IMODE(file.path.stat().st_mode) == 0o700
    assert {stat.S_IMODE(p.stat().st_mode) for p in file.path.iterdir()} == {0o400}
    # The identity that the sender used is nowhere, and differs per wave.
    assert one(survey, "select count(*) from raw.vm_respondent where respondent ~ '[^0-9a-f]'") == (0,)


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("veiligheidsmonitor_2019.csv", "methodebreuk"),
        ("veiligheidsmonitor_2024.csv", "golf onbekend"),
        ("enquete 2021 definitief.csv", "bestandsnaam"),
    ],
)
def test_a_file_for_no_wave_is_refused_once(survey, waves, name, rule):
    deliver(survey, waves / "veiligheidsmonitor" / "veiligheidsmonitor_2021.csv", name)
    for _ in range(2):
        assert steps.survey_take_step(survey, report=lambda _: None).detail["bestanden"] == []
    assert one(survey, "select array_agg(regel) from quarantaine.levering") == ([rule],)


def test_an_unjudged_wave_is_not_estimated(survey, waves):
    deliver(survey, waves / "veiligheidsmonitor" / "veiligheidsmonitor_2021.csv")
    (name,) = steps.survey_take_step(survey, report=lambda _: None).detail["bestanden"]
    loaded = steps.survey_load_step(survey, name, report=lambda _: None)
    with pytest.raises(VeiligheidsbeeldError, match="is geladen, not gekeurd"):
        steps.survey_estimate_step(survey, loaded.detail["levering_id"], report=lambda _: None)
    assert one(survey, "select count(*) from raw.vm_schatting") == (0,)


def test_a_refused_file_leaves_the_wave_that_was_there(survey, waves):
    source = waves / "veiligheidsmonitor" / "veiligheidsmonitor_2021.csv"
    deliver(survey, source)
    bring_in(survey)
    before = one(survey, "select count(*), sum(p::numeric) from raw.vm_schatting where levering_tot is null")
    deliver(survey, source).write_text(source.read_text().replace("sl_online", "andere_kop", 1))
    (name,) = steps.survey_take_step(survey, report=lambda _: None).detail["bestanden"]
    refused = steps.survey_load_step(survey, name, report=lambda _: None)
    assert refused.uitkomst == "geweigerd" and refused.detail["regel"] == "onbekende_kolom"
    assert steps.survey_take_step(survey, report=lambda _: None).detail["bestanden"] == []
    assert one(survey, "select count(*), sum(p::numeric) from raw.vm_schatting where levering_tot is null") == before
    status = "select status, reden from raw.levering order by levering_id desc limit 1"
    assert one(survey, status) == ("geweigerd", "Kolommen die niet zijn afgesproken: 'andere_kop'.")


def test_a_halved_wave_gets_a_red_card(survey, waves):
    source = waves / "veiligheidsmonitor" / "veiligheidsmonitor_2021.csv"
    deliver(survey, source)
    bring_in(survey)
    lines = source.read_bytes().splitlines(keepends=True)
    deliver(survey, source).write_bytes(b"".join(lines[: len(lines) // 3]))
    (name,) = steps.survey_take_step(survey, report=lambda _: None).detail["bestanden"]
    loaded = steps.survey_load_step(survey, name, report=lambda _: None)
    (judged,) = steps.survey_validate_step(survey, [loaded.detail["levering_id"]], report=lambda _: None)
    assert judged.uitkomst == "geweigerd" and "omvang gehalveerd" in judged.boodschap
    assert one(survey, "select count(*) from raw.vm_respondent where levering_tot is null") == (RESPONDENTS,)


def test_respondents_and_files_go_when_their_term_is_over_and_estimates_stay(survey, waves):
    source = waves / "veiligheidsmonitor" / "veiligheidsmonitor_2021.csv"
    deliver(survey, source)
    bring_in(survey)
    lines = source.read_bytes().splitlines(keepends=True)
    deliver(survey, source).write_bytes(b"".join(lines[:-9]))
    bring_in(survey)
    estimates = one(survey, "select count(*) from raw.vm_schatting where levering_tot is null")

    def after(days, **options):
        today = this_day() + timedelta(days=days)
        return [(d.wat, d.aantal) for d in destroy_expired(survey, CONTRACT, today=today, **options)]

    assert after(29) == []
    files = [("bestand", 1), ("bestand", 1)]
    assert after(31, dry_run=True) == [("rijen", RESPONDENTS), *files] == after(31)
    assert after(31) == []
    assert after(1096) == [("rijen", RESPONDENTS - 9)]
    assert one(survey, "select count(*) from raw.vm_respondent") == (0,)
    assert one(survey, "select count(*) from raw.vm_schatting where levering_tot is null") == estimates
    assert one(survey, "select sum(aantal) from beheer.vernietiging") == (2 * RESPONDENTS - 9 + 2,)


def test_a_wave_of_one_town_is_told_and_speaks_for_that_town(survey, waves):
    source = waves / "veiligheidsmonitor" / "veiligheidsmonitor_2021.csv"
    heading, *lines = source.read_bytes().splitlines(keepends=True)
    deliver(survey, source).write_bytes(b"".join([heading, *(line for line in lines if b"GM0988" in line)]))
    (name,) = steps.survey_take_step(survey, report=lambda _: None).detail["bestanden"]
    loaded = steps.survey_load_step(survey, name, report=lambda _: None)
    (judged,) = steps.survey_validate_step(survey, [loaded.detail["levering_id"]], report=lambda _: None)
    (card,) = judged.detail["yellow"]
    assert "dekking" in card and "NL01" in card and "PV31" in card
    steps.survey_estimate_step(survey, loaded.detail["levering_id"], report=lambda _: None)
    regions = "select array_agg(distinct regio_code) from raw.vm_schatting where n_ongewogen > 0"
    assert one(survey, regions) == (["GM0988"],)
    assert one(survey, "select count(*) from raw.vm_verschil") == (0,)
