"""The dbt project on a real PostgreSQL: figures that can be worked out by hand from `scene`."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from tests.dbt import scene
from tests.places import BUURT_1, BUURT_2, FORMER, HEIR, NEIGHBOUR, PROVINCE, THIRD, TOGETHER, TOWN, UNIT, WIJK_1
from veiligheidsbeeld import lineage
from veiligheidsbeeld.dbt import environment, log_file
from veiligheidsbeeld.dbt_folder import dbt_folder
from veiligheidsbeeld.errors import ConfigurationError, VeiligheidsbeeldError
from veiligheidsbeeld.settings import PROJECT
from veiligheidsbeeld.steps.marts import THEMES
from veiligheidsbeeld.transform import build, transform
from veiligheidsbeeld.warehouse import connect

pytestmark = pytest.mark.timeout(900)

FIGURE = (
    "select waarde, status_waarde from kandidaat_{}.indicatorwaarden"
    " where indicator_code = %s and regio_code = %s and periode_code = %s and maat = %s"
)


@pytest.fixture
def figure(ask):
    def one(indicator, region, period, measure="aantal", theme="leefomgeving"):
        (row,) = ask(FIGURE.format(theme), indicator, region, period, measure)
        return row

    return one


def test_every_selection_is_built_without_warning(reports):
    assert set(reports) == {"basis", *THEMES, "ivp"}
    for report in reports.values():
        # Most municipalities of the work area were not delivered in this scene.
        assert [w for w in report.warnings if "gebied_gemeente" not in w] == []
        assert {n.status for n in report.nodes} <= {"success", "pass", "warn"}
        assert report.nodes[0].seconds >= report.nodes[-1].seconds > 0
    assert reports["jeugd"].rows["jeugd__indicatorwaarden"] > 1000


def test_a_candidate_is_followed_back_to_the_figures_of_the_source(built, reports):
    """By what OpenLineage is told of the models alone."""
    models = [lineage.of_model(built, n) for r in reports.values() for n in r.nodes if n.kind == "model"]
    reads = {place: model.inputs for model in models for place in model.outputs}

    def sources(schema, name):
        seen, ahead = set(), {lineage.table(built, schema, name)}
        while ahead:
            seen |= ahead
            ahead = {place for known in ahead for place in reads.get(known, ())} - seen
        return {name.rpartition(".raw.")[2] for _, name in seen if ".raw." in name}

    police = {"politie_misdrijven_gemeente", "politie_overlast_gemeente", "cbs_bevolking"}
    assert police <= sources("kandidaat_jeugd", "indicatorwaarden")
    assert sources("kandidaat_kern", "thema") == set(), "a list of the project"


def test_a_build_reads_anew_only_what_is_another_file(built, reports):
    """The home began with what was read elsewhere (tests/parse.py); were dbt to refuse that, it would say so here."""
    assert "partial pars" not in log_file(built).read_text(encoding="utf-8").lower()


def test_selections_hold_every_model_and_test_once(built, reports, tmp_path):
    done = dbt(built, tmp_path, "parse")
    assert done.returncode == 0, done.stdout[-6000:]
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    expected = sorted(n["unique_id"].split(".")[2] for n in manifest["nodes"].values())
    assert sorted(n.name for r in reports.values() for n in r.nodes) == expected


def dbt(settings, target, *arguments):
    shutil.copy2(settings.home / "dbt" / "bouw" / "partial_parse.msgpack", target)
    command = [str(Path(sys.executable).parent / "dbt"), "--log-path", str(target), "--no-use-colors"]
    command += [*arguments, "--target-path", str(target)]
    folder = str(dbt_folder(settings.home / "dbt" / "project", PROJECT, settings.region))
    command += ["--project-dir", folder, "--profiles-dir", folder]
    return subprocess.run(command, env=environment(settings), capture_output=True, text=True, check=False)


def test_unit_tests_hold(built, tmp_path):
    done = dbt(built, tmp_path, "test", "--select", "test_type:unit")
    assert done.returncode == 0, done.stdout[-6000:]
    results = json.loads((tmp_path / "run_results.json").read_text())["results"]
    assert len(results) >= 40


def test_everything_in_the_database_is_described(ask):
    silent = ask(
        """
        select c.relnamespace::regnamespace || '.' || c.relname || coalesce('.' || a.attname, '')
        from pg_class as c
        left join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where c.relkind in ('r', 'v') and c.relnamespace::regnamespace::text ~ '^(staging|intermediate|kandidaat_)'
            and (col_description(c.oid, a.attnum) is null or obj_description(c.oid) is null)
        """
    )
    assert silent == []


def test_months_years_and_sums_of_months(figure):
    assert figure("MIS-1.1.1", TOWN, "2024MM05") == (4, "gepubliceerd")
    assert figure("MIS-1.1.1", TOWN, "2024JJ00") == (48, "gepubliceerd")
    assert figure("MIS-1.1.1", TOWN, "2025RM03") == (48, "gepubliceerd")
    assert figure("MIS-1.1.1", TOWN, "2025JT03") == (12, "gepubliceerd")
    assert figure("MIS-1.1.1", TOWN, "2024JT03") == (12, "gepubliceerd")


def test_the_total_is_the_source_s_own(figure):
    # Twelve months of 40 are 480; the source says 481 because soorten without months are in the year.
    assert figure("MIS-0.0.0", TOWN, "2024JJ00") == (481, "gepubliceerd")
    assert figure("MIS-0.0.0", TOWN, "2024RM12") == (480, "gepubliceerd")


def test_a_month_that_is_missing_is_missed(figure):
    assert figure("MIS-1.1.1", THIRD, "2024MM07") == (None, "nog_niet_beschikbaar")
    assert figure("MIS-1.1.1", THIRD, "2024RM06") == (36, "gepubliceerd")
    assert figure("MIS-1.1.1", THIRD, "2024RM07") == (None, "nog_niet_beschikbaar")
    assert figure("MIS-1.1.1", TOGETHER, "2024MM07") == (None, "nog_niet_beschikbaar")
    assert figure("MIS-1.1.1", THIRD, "2024JJ00") == (36, "gepubliceerd"), "the source has the year all the same"


def test_rates_and_their_denominators(figure, ask):
    assert figure("MIS-1.1.1", TOWN, "2024JJ00", "per_1000") == (9.6, "gepubliceerd")
    assert figure("MIS-1.1.1", NEIGHBOUR, "2024JJ00", "per_1000") == (None, "onderdrukt"), "90 inhabitants"
    assert figure("MIS-1.1.1", NEIGHBOUR, "2024JJ00") == (24, "gepubliceerd")
    assert figure("MIS-3.7.4", TOWN, "2024MM05", "per_1000", "cybercrime") == (0, "nul")
    # Before the merger the heir has the inhabitants of the three that it was made of: 3,600, then its own 3,700.
    population = f"select jaar, inwoners_1_januari, herrekend from kandidaat_kern.bevolking where regio_code = '{HEIR}'"
    known = {y: (n, r) for y, n, r in ask(population + " and leeftijdsgroep = 'totaal'")}
    assert known[2018] == (3600, True)
    assert known[2019] == (3700, False)
    rate, status = figure("MIS-1.1.1", HEIR, "2018JJ00", "per_1000")
    assert (round(rate, 4), status) == (round(1000 * 12 / 3600, 4), "gepubliceerd")


def test_partnership_and_benchmark_are_ratios_of_sums(figure, ask):
    assert figure("MIS-0.0.0", TOGETHER, "2024JJ00") == (481 + 241 + 361, "gepubliceerd")
    rate, _ = figure("MIS-0.0.0", TOGETHER, "2024JJ00", "per_1000")
    assert rate == pytest.approx(1000 * 1083 / 9090)
    rows = ask(
        "select benchmark_code, waarde, benchmark_waarde, verhouding from kandidaat_leefomgeving.benchmark"
        f" where indicator_code = 'MIS-1.1.1' and regio_code = '{TOWN}' and periode_code = '2024JJ00' order by 1"
    )
    assert rows == [
        ("NL01", 9.6, 12, pytest.approx(0.8)),
        (PROVINCE, 9.6, 12, pytest.approx(0.8)),
        (UNIT, 9.6, 12, pytest.approx(0.8)),
    ]


def test_the_country_comes_from_one_table_per_indicator(figure, ask):
    assert figure("MIS-1.1.1", "NL01", "2024MM05") == (1000, "gepubliceerd")
    assert figure("MIS-3.7.4", "NL01", "2024MM05", theme="cybercrime") == (77, "gepubliceerd")
    assert figure("MIS-3.7.4", "NL01", "2022MM05", theme="cybercrime") == (None, "nog_niet_beschikbaar")
    assert figure("MIS-3.7.4", "NL01", "2024JJ00", theme="cybercrime") == (924, "gepubliceerd")
    (source,) = ask(
        "select distinct bron from kandidaat_cybercrime.indicatorwaarden where indicator_code = 'MIS-3.7.4'"
        " and regio_code = 'NL01' and waarde is not null"
    )
    assert source == ("47022NED",)


def test_zeden_has_no_months(ask, figure):
    rows = ask(
        "select distinct periode_soort, waarde, status_waarde from kandidaat_leefomgeving.indicatorwaarden"
        " where indicator_code = 'MIS-1.4.1' and periode_soort <> 'jaar'"
    )
    assert set(rows) == {(p, None, "niet_gepubliceerd_op_niveau") for p in ("maand", "r12m", "jtd")}
    assert figure("MIS-1.4.1", TOWN, "2024JJ00") == (4, "gepubliceerd")
    assert figure("MIS-1.4.1", BUURT_1, "2024JJ00") == (None, "niet_gepubliceerd_op_niveau")


def test_huisverbod_is_not_noise(ask):
    assert ask("select naam from kandidaat_kern.indicator where indicator_code = 'MIS-2.4.1'") == [
        ("Overtreding huisverbod (burengerucht, relatieproblemen)",)
    ]
    assert ask("select naam from kandidaat_kern.misdrijf where soort = '2.4.1'")[0][0].startswith(
        "Overtreding huisverbod"
    )
    rows = ask(
        "select geluid_overig, totaal_bron, status_waarde from kandidaat_leefomgeving.overlast_per_soort"
        f" where regio_code = '{TOWN}' and periode_code = '2023JJ00'"
    )
    assert rows == [(12, 12, "gepubliceerd")], "M22 and the source's total, not a sum of eight"


def test_fraud_breaks_in_2016(figure, ask):
    theme = "cybercrime"
    assert figure("MIS-3.9.1", TOWN, "2015JJ00", theme=theme) == (96, "niet_vergelijkbaar")
    assert figure("MIS-3.9.1", TOWN, "2016RM06", theme=theme) == (None, "niet_vergelijkbaar")
    assert figure("MIS-3.9.1", TOWN, "2016RM12", theme=theme) == (96, "gepubliceerd")
    series = ask(
        "select reeks, min(periode_code), max(periode_code) from kandidaat_cybercrime.indicatorwaarden"
        f" where indicator_code = 'MIS-3.9.1' and regio_code = '{TOWN}' and periode_soort = 'jaar'"
        " group by 1 order by 2"
    )
    assert series == [("tot_2016", "2014JJ00", "2015JJ00"), ("vanaf_2016", "2016JJ00", "2024JJ00")]


def test_what_the_source_left_empty(figure):
    assert figure("MIS-2.4.1", TOWN, "2024MM05") == (None, "onderdrukt")
    assert figure("MIS-1.2.4", TOWN, "2024MM05") == (None, "nog_niet_beschikbaar")


def test_districts_and_neighbourhoods(figure, ask):
    assert figure("MIS-1.1.1", WIJK_1, "2023MM02") == (3, "gepubliceerd")
    assert figure("MIS-1.1.1", WIJK_1, "2023JJ00") == (36, "gepubliceerd")
    assert figure("MIS-1.1.1", BUURT_2, "2024RM03") == (24, "gepubliceerd")
    periods = ask(
        f"select distinct periode_code from kandidaat_leefomgeving.indicatorwaarden where regio_code = '{WIJK_1}'"
        " and periode_soort = 'r12m' order by 1"
    )
    assert periods == [("2024RM03",), ("2025RM03",)]
    rates = "select count(*) from kandidaat_leefomgeving.indicatorwaarden where niveau = 'wijk' and maat <> 'aantal'"
    assert ask(rates) == [(0,)]


def test_only_the_last_month_is_provisional(ask):
    rows = ask(
        "select periode_code from kandidaat_leefomgeving.indicatorwaarden where indicator_code = 'MIS-1.1.1'"
        f" and regio_code = '{TOWN}' and maat = 'aantal' and voorlopig order by 1"
    )
    assert rows == [("2025JT03",), ("2025MM03",), ("2025RM03",)]


def test_what_the_source_calls_provisional_is_so_in_every_mart(ask):
    crimes = "select regio_code, jaar from kandidaat_leefomgeving.cbs_criminaliteit where voorlopig order by 1, 2"
    assert ask(crimes) == [(TOWN, 2023), (TOWN, 2024), ("NL01", 2023), ("NL01", 2024)]
    people = f"select distinct jaar from kandidaat_kern.bevolking where voorlopig and regio_code = '{TOWN}'"
    assert ask(people) == [(2025,)]
    survey = (
        "select distinct periode_code, voorlopig from kandidaat_cybercrime.indicatorwaarden"
        " where bron = '85472NED' and waarde is not null"
    )
    assert ask(survey) == [("2021JJ00", True)]
    # A figure that may change says so wherever it stands; of differences between own estimates none is a source's.
    silent = ask(
        "select table_schema || '.' || table_name from information_schema.columns"
        " where table_schema like 'kandidaat\\_%%' group by 1"
        " having bool_or(column_name = 'levering_id') and bool_or(column_name = 'status_waarde')"
        " and not bool_or(column_name = 'voorlopig') order by 1"
    )
    assert silent == [("kandidaat_cybercrime.verschillen",)]


def test_youth_per_1000_youths(ask):
    # 12 and 13 year olds are 5% of 5,000: 250; 12 reports on 250 youths are 48 per 1,000.
    assert ask(
        "select aantal, jongeren_12_24, per_1000_jongeren from kandidaat_jeugd.jeugdoverlast"
        f" where regio_code = '{TOWN}' and periode_code = '2023JJ00'"
    ) == [(12, 250, 48)]


def test_regions_and_their_places(ask):
    rows = ask(
        "select regio_code, niveau, ouder_code, regionale_eenheid_code, werkgebied from kandidaat_kern.regio"
        f" where regio_code in ('NL01', '{TOWN}', 'GM0363', '{BUURT_1}', '{TOGETHER}', '{UNIT}') order by 1"
    )
    assert rows == [
        (BUURT_1, "buurt", WIJK_1, UNIT, True),
        ("GM0363", "gemeente", "NL01", "RE05", False),
        (TOWN, "gemeente", PROVINCE, UNIT, True),
        ("NL01", "nederland", None, None, True),
        (UNIT, "regionale_eenheid", "NL01", UNIT, True),
        (TOGETHER, "samenwerkingsgebied", PROVINCE, UNIT, True),
    ]
    assert ask("select count(*) from kandidaat_kern.regio where regio_code in ('NL00', 'BU03630000')") == [(0,)]
    ended = ask("select van_code, naar_code, gewicht from kandidaat_kern.regio_overgang order by 1")
    assert ended == [(FORMER[0], HEIR, 1), (FORMER[1], HEIR, 1), (FORMER[2], HEIR, 1)]


def test_what_never_came_is_stated(ask):
    rows = ask(
        "select distinct dataset, niveau, status from kandidaat_kern.dekking where cellen = 0 and niveau = 'wijk'"
    )
    assert rows == [("politie_overlast_buurt", "wijk", "niet_geleverd")]
    assert ask("select distinct bron_soort from kandidaat_leefomgeving.indicatorwaarden") == [("voorbeeld",)]


def test_a_figure_leads_to_its_delivery(ask):
    rows = ask(
        "select distinct l.dataset from kandidaat_leefomgeving.indicatorwaarden as i"
        " inner join kandidaat_kern.levering as l on i.levering_id = l.levering_id and i.bron = l.tabel"
        " where i.bijgewerkt_op = l.verwerkt_op order by 1"
    )
    assert rows == [("politie_misdrijven_buurt",), ("politie_misdrijven_gemeente",), ("politie_overlast_gemeente",)]
    orphans = ask(
        "select count(*) from kandidaat_leefomgeving.indicatorwaarden"
        " where periode_soort = 'maand' and maat = 'aantal' and waarde is not null and levering_id is null"
    )
    assert orphans == [(0,)]


def test_a_candidate_that_was_moved_away_is_built_again_the_same(built, ask):
    digest = "select count(*), md5(string_agg(t::text, '|' order by t::text)) from kandidaat_jeugd.{} as t"
    tables = ("indicatorwaarden", "benchmark", "jeugdoverlast")
    before = [ask(digest.format(t)) for t in tables]
    with connect(built, "transform") as connection:
        for table in tables[:2]:
            connection.execute(f"drop table kandidaat_jeugd.{table}")
    transform(built, "jeugd")
    assert [ask(digest.format(t)) for t in tables] == before


def test_no_password_is_left_behind(built, reports):
    password = built.passwords["transform"].encode()
    files = [p for d in ("dbt", "logs") for p in (built.home / d).rglob("*") if p.is_file()]
    assert len(files) > 20
    assert [p for p in files if password in p.read_bytes()] == []


def start(settings):
    """A run in a process of its own, and the dbt process that it started."""
    code = "import sys; from tests.dbt import killed; killed.run(*sys.argv[1:])"
    command = [sys.executable, "-c", code, str(settings.home), str(settings.pg_port), settings.pg_database]
    run = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    while not (children := psutil.Process(run.pid).children()) and time.monotonic() < deadline:
        time.sleep(0.1)
    [child] = children
    return run, child


def test_a_killed_run_takes_dbt_along_and_the_next_repairs(built):
    run, child = start(built)
    os.kill(run.pid, signal.SIGKILL)
    run.communicate()
    assert psutil.wait_procs([child], timeout=15)[1] == []
    assert transform(built, "cybercrime").rows["cybercrime__benchmark"] > 0


def test_a_killed_dbt_is_told_and_may_be_tried_again(built):
    run, child = start(built)
    child.kill()
    said, _ = run.communicate(timeout=30)
    assert said.startswith("ProcessLost True dbt ended by signal 9")


def test_a_theme_that_fails_stops_no_other(built, ask):
    with connect(built, "beheer") as connection:
        connection.execute("revoke create on schema kandidaat_jeugd from transform")
        # Else it would stay as it is, and nothing could fail.
        connection.execute("delete from beheer.merk where knoop = 'kandidaat_jeugd.indicatorwaarden'")
    try:
        found = build(built, ["jeugd", "cybercrime"])
    finally:
        with connect(built, "beheer") as connection:
            connection.execute("grant create on schema kandidaat_jeugd to transform")
    assert found["cybercrime"].rows["cybercrime__benchmark"] > 0
    assert "model kandidaat_jeugd.indicatorwaarden: Database Error" in found["jeugd"].what
    assert "permission denied for schema kandidaat_jeugd" in found["jeugd"].what
    assert found["jeugd"].owner == "data-engineering"
    stamps = "select selectie, bouw is not null from beheer.kandidaat where selectie in ('jeugd', 'cybercrime')"
    assert dict(ask(stamps)) == {"jeugd": False, "cybercrime": True}, "only what was built may be published"


@pytest.fixture(scope="module")
def empty(new_warehouse_to_build):
    """A warehouse to which nothing came."""
    return new_warehouse_to_build()


def test_nothing_delivered_is_no_error(empty):
    transform(empty, "basis")
    assert transform(empty, "leefomgeving").rows["leefomgeving__indicatorwaarden"] == 0
    with connect(empty, "transform") as connection:
        states = connection.execute("select distinct status from kandidaat_kern.dekking").fetchall()
    assert states == [("niet_geleverd",)]


def test_a_broken_rule_stops_the_build_and_says_whose_it_is(empty):
    nuisance = scene.nuisance()
    nuisance.codes["Overlast"]["X99"] = "Iets nieuws"
    with connect(empty, "lader") as connection:
        nuisance.write(connection)
    with pytest.raises(VeiligheidsbeeldError) as caught:
        transform(empty, "basis")
    message = str(caught.value)
    assert "test soorten_van_de_bron_zijn_bekend: 1 rows break the rule" in message
    assert "Every soort of the source is known to the seeds" in message
    assert caught.value.owner == "data-engineering"
    assert "veiligheidsbeeld transform basis" in caught.value.remedy


def test_wrong_use_is_explained(built):
    with pytest.raises(ConfigurationError, match="basis, ondermijning"):
        transform(built, "alles")
    with pytest.raises(ConfigurationError, match="time zone"):
        transform(built, "basis", vars={"peilmoment": "2026-02-01"})
    with pytest.raises(VeiligheidsbeeldError, match=r"127\.0\.0\.1:1 "):
        transform(replace(built, pg_port=1), "basis")
