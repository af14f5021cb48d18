"""Waves from the drop folder to estimates, in a real warehouse."""

import io
import stat
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from openpyxl import load_workbook
from rich.console import Console

from tests.places import PROVINCE, TOGETHER, TOWN
from tests.survey.conftest import QUIET, RESPONDENTS, bring_in, deliver, take_in
from veiligheidsbeeld import alerts
from veiligheidsbeeld.contracts.survey import load_survey
from veiligheidsbeeld.errors import VeiligheidsbeeldError
from veiligheidsbeeld.landing import files as land
from veiligheidsbeeld.services.bootstrap import bootstrap
from veiligheidsbeeld.settings import this_day
from veiligheidsbeeld.steps import load
from veiligheidsbeeld.steps.retention import carry_out
from veiligheidsbeeld.summary import STEPS
from veiligheidsbeeld.summary.files import show_files
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
    nested = "select distinct tegen from raw.vm_verschil where soort = 'benchmark' and regio_code = %s order by 1"
    with connect(survey, "transform") as connection:
        assert connection.execute(nested, [TOGETHER]).fetchall() == [("NL01",), (PROVINCE,)]
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
    assert take_in(survey) == []

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
    versions = one(survey, "select count(*) from raw.vm_respondent")
    assert versions == (RESPONDENTS,), "who answered the same has one version"
    # What was published before can still be told.
    first = "levering_van = (select min(levering_id) from raw.levering)"
    assert one(survey, f"select count(*), sum(p::numeric) from raw.vm_schatting where {first}") == before

    (again,) = load.merge_step(survey, [outcome.detail["levering_id"]], again=True, **QUIET)
    assert again.detail["gewijzigd"] == outcome.detail["gewijzigd"], "estimating again finds the state that it makes"
    assert one(survey, "select count(*) from raw.vm_schatting where levering_tot is null")[0] == before[0]


def test_nobody_but_the_loading_role_reads_a_respondent(survey, waves):
    deliver(survey, waves / "veiligheidsmonitor" / "veiligheidsmonitor_2023.csv")
    (loaded,) = load.load_step(survey, take_in(survey), **QUIET)

    def refused_to_all(table):
        for role in ("transform", "publicist", "analist", "bi_lezer"):
            with connect(survey, role) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"select 1 from {table}")

    refused_to_all("laad.vm_respondent_2023")
    load.validate_step(survey, [loaded.detail["levering_id"]], **QUIET)
    load.merge_step(survey, [loaded.detail["levering_id"]], **QUIET)
    bootstrap(survey)
    refused_to_all("raw.vm_respondent")
    (file,) = land.files(survey, CONTRACT.naam, areas=(land.PRIVATE,))
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
        assert take_in(survey) == []
    assert one(survey, "select array_agg(regel) from quarantaine.levering") == ([rule],)


def test_an_unjudged_wave_is_not_estimated(survey, waves):
    deliver(survey, waves / "veiligheidsmonitor" / "veiligheidsmonitor_2021.csv")
    (loaded,) = load.load_step(survey, take_in(survey), **QUIET)
    with pytest.raises(VeiligheidsbeeldError, match="is geladen, not gekeurd"):
        load.merge_step(survey, [loaded.detail["levering_id"]], **QUIET)
    assert one(survey, "select count(*) from raw.vm_schatting") == (0,)


def test_a_refused_file_leaves_the_wave_that_was_there(survey, waves):
    source = waves / "veiligheidsmonitor" / "veiligheidsmonitor_2021.csv"
    deliver(survey, source)
    bring_in(survey)
    before = one(survey, "select count(*), sum(p::numeric) from raw.vm_schatting where levering_tot is null")
    deliver(survey, source).write_text(source.read_text().replace("sl_online", "andere_kop", 1))
    (refused,) = load.load_step(survey, take_in(survey), **QUIET)
    assert refused.uitkomst == "geweigerd" and refused.detail["regel"] == "onbekende_kolom"
    assert take_in(survey) == []
    assert one(survey, "select count(*), sum(p::numeric) from raw.vm_schatting where levering_tot is null") == before
    status = "select status, reden from raw.levering order by levering_id desc limit 1"
    assert one(survey, status) == ("geweigerd", "Kolommen die niet zijn afgesproken: 'andere_kop'.")


def test_a_halved_wave_gets_a_red_card(survey, waves):
    source = waves / "veiligheidsmonitor" / "veiligheidsmonitor_2021.csv"
    deliver(survey, source)
    bring_in(survey)
    lines = source.read_bytes().splitlines(keepends=True)
    deliver(survey, source).write_bytes(b"".join(lines[: len(lines) // 3]))
    (loaded,) = load.load_step(survey, take_in(survey), **QUIET)
    (judged,) = load.validate_step(survey, [loaded.detail["levering_id"]], **QUIET)
    assert judged.uitkomst == "geweigerd" and "omvang gehalveerd" in judged.boodschap
    assert one(survey, "select count(*) from raw.vm_respondent where levering_tot is null") == (RESPONDENTS,)


def _yellow(settings) -> str:
    """What is said of a file that is taken all the same."""
    (loaded,) = load.load_step(settings, take_in(settings)[-1:], **QUIET)
    (judged,) = load.validate_step(settings, [loaded.detail["levering_id"]], **QUIET)
    assert judged.uitkomst == "gedaan"
    return " ".join(judged.detail["yellow"])


def test_a_wave_that_looks_like_none_of_before_is_carded(survey, waves):
    source = waves / "veiligheidsmonitor" / "veiligheidsmonitor_2021.csv"
    deliver(survey, source)
    bring_in(survey)
    heading, *rows = [line.replace('"', "").split(";") for line in source.read_text().splitlines()]
    asked, weight, number = heading.index("sl_online"), heading.index("weegfactor"), heading.index("respondent_id")

    def again(change) -> str:
        changed = [heading, *(change([*row]) for row in rows)]
        deliver(survey, source).write_text("".join(";".join(row) + "\n" for row in changed))
        return _yellow(survey)

    def swapped(row):
        row[asked] = {"1": "2", "2": "1"}.get(row[asked], row[asked])
        return row

    def put(at, value):
        return lambda row: [*row[:at], value, *row[at + 1 :]]

    assert "sl_online: " in again(swapped)
    assert "sl_online: geen antwoorden" in again(put(asked, ""))
    assert "'gewogen'" in again(put(weight, "1"))
    rows += [[*row[:number], f"{row[number]}b", *row[number + 1 :]] for row in rows]
    assert "'dubbele antwoorden'" in again(lambda row: row)


def _answer(settings) -> dict:
    """What the sender reads: the newest workbook in its folder, as its cells."""
    folder = Path(settings.reports) / "veiligheidsmonitor"
    newest = max(folder.iterdir(), key=lambda p: p.stat().st_mtime_ns)
    return dict(load_workbook(newest)["Samenvatting"].iter_rows(values_only=True))


@pytest.mark.parametrize("how", ["wrong name", "unknown column", "red card"])
def test_a_wave_that_is_refused_is_answered_told_and_named(survey, waves, how):
    source = waves / "veiligheidsmonitor" / "veiligheidsmonitor_2021.csv"
    if how == "red card":
        deliver(survey, source)
        bring_in(survey)
        deliver(survey, source).write_bytes(b"".join(source.read_bytes().splitlines(keepends=True)[:4000]))
    elif how == "wrong name":
        deliver(survey, source, "veiligheidsmonitor_2024.csv")
    else:
        deliver(survey, source).write_text(source.read_text().replace("sl_online", "andere_kop", 1))
    bring_in(survey)
    # The sender, in Dutch.
    answer = _answer(survey)
    rule, words, remedy = {
        "wrong name": ("golf onbekend", "kent golf 2024 niet", "Kies uit"),
        "unknown column": ("onbekende_kolom", "Kolommen die niet zijn afgesproken", ""),
        "red card": ("keuring", "omvang gehalveerd", "lever het bestand opnieuw aan"),
    }[how]
    assert answer["Uitkomst"] == "geweigerd; er is niets uit dit bestand overgenomen"
    assert answer["Regel"] == rule and words in answer["Reden"] and remedy in answer["Wat te doen"]
    # The owner: one message, in the same language.
    (message,) = (p.read_text() for p in (survey.home / "meldingen").iterdir())
    assert message.startswith("1 bestand is geweigerd")
    assert words in message and f"Eigenaar: {CONTRACT.eigenaar.functie}" in message and "Te doen:" in message
    # The summary, and the task that keeps the DAG from being green.
    (refused,) = alerts.refused_files(survey, ["proef"])
    name = "veiligheidsmonitor_2024.csv" if how == "wrong name" else source.name
    assert (refused.subject, refused.step) == (f"veiligheidsmonitor/{name}", rule)
    with connect(survey, "beheer") as connection:
        rows = connection.execute(STEPS, [["proef"]]).fetchall()
    screen = io.StringIO()
    show_files(Console(file=screen, width=250), {(stap, s): (o, text, d) for stap, s, o, text, d in rows})
    assert f"veiligheidsmonitor/{name}" in screen.getvalue() and CONTRACT.eigenaar.functie in screen.getvalue()


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
        return [(d.wat, d.aantal) for d in carry_out(survey, today=today, **options)]

    assert after(29) == []
    files = [("bestand", 1), ("bestand", 1)]
    assert after(31, dry_run=True) == [("rijen", 9), *files] == after(31)
    assert after(31) == []
    assert after(1096) == [("rijen", RESPONDENTS - 9)]
    assert one(survey, "select count(*) from raw.vm_respondent") == (0,)
    assert one(survey, "select count(*) from raw.vm_schatting where levering_tot is null") == estimates
    assert one(survey, "select sum(aantal) from beheer.vernietiging") == (RESPONDENTS + 2,)


def test_a_wave_of_one_town_is_told_and_speaks_for_that_town(survey, waves):
    source = waves / "veiligheidsmonitor" / "veiligheidsmonitor_2021.csv"
    heading, *lines = source.read_bytes().splitlines(keepends=True)
    deliver(survey, source).write_bytes(b"".join([heading, *(line for line in lines if TOWN.encode() in line)]))
    (loaded,) = load.load_step(survey, take_in(survey), **QUIET)
    (judged,) = load.validate_step(survey, [loaded.detail["levering_id"]], **QUIET)
    (card,) = judged.detail["yellow"]
    assert "dekking" in card and "NL01" in card and PROVINCE in card
    load.merge_step(survey, [loaded.detail["levering_id"]], **QUIET)
    regions = "select array_agg(distinct regio_code) from raw.vm_schatting where n_ongewogen > 0"
    assert one(survey, regions) == ([TOWN],)
    assert one(survey, "select count(*) from raw.vm_verschil") == (0,)
