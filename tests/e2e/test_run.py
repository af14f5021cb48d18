"""The whole system under the real scheduler: from the source server to published marts, stopped, killed, repeated."""

import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import psycopg
import pyarrow as pa
import pytest

from sandbox.sample.registers.bad import invented_bsn
from tests import parse, roles
from tests.e2e import connections, digests, exports_by_hand, goals_by_hand, pages_by_eye, reading, screen
from tests.e2e.browser import CHROMIUM, WITHOUT, WITHOUT_FONT, has_font
from tests.places import TOWN, TOWN_NAME
from veiligheidsbeeld import pages
from veiligheidsbeeld.contracts.cube import load_cubes
from veiligheidsbeeld.orchestration.names import datasets
from veiligheidsbeeld.services import postgres
from veiligheidsbeeld.services.lifecycle import CLOSED, stop_everything
from veiligheidsbeeld.services.processes import Supervisor
from veiligheidsbeeld.settings import PROJECT, Settings
from veiligheidsbeeld.steps.marts import MARTS, THEMES
from veiligheidsbeeld.trace import trace
from veiligheidsbeeld.warehouse import connect

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(1800)]

# One gemeente at the level of wijk and buurt: the same way for fewer cells.
CHOICE = {"VB_DETAIL_GEMEENTEN": TOWN}


@pytest.fixture(scope="module")
def home(home_factory):
    home = home_factory()
    yield home
    stop_everything(settings_of(home))
    shutil.rmtree(home, ignore_errors=True)


def settings_of(home):
    return Settings.from_env({"VB_HOME": str(home)})


def environment(home):
    """What a command of a user has, who has set nothing but the home."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("VB_", "SOURCES", "SAMPLE"))}
    return clean | CHOICE | {"VB_HOME": str(home)}


class Command:
    """`veiligheidsbeeld run` as a process in a session of its own, its output read line by line."""

    def __init__(self, home, *arguments, **more):
        self.process = subprocess.Popen(
            [sys.executable, "-m", "veiligheidsbeeld", *arguments],
            env=environment(home) | {"PYTHONUNBUFFERED": "1"} | more,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.lines = []

    def until(self, pattern):
        """Reads on to the first line that fits."""
        for line in self.process.stdout:
            self.lines.append(line)
            if re.search(pattern, line):
                return line
        raise AssertionError(f"no line with {pattern!r} in:\n{self.output}")

    def end(self):
        self.lines += self.process.stdout.readlines()
        self.process.wait()
        return self.process.returncode

    @property
    def output(self):
        return "".join(self.lines)


def nothing_runs(home):
    settings = settings_of(home)
    return postgres.postmaster(settings) is None and Supervisor(settings).strays() == []


@pytest.fixture
def warehouse_of(home):
    """The warehouse that a finished run left, started for the test."""
    running = postgres.start(settings_of(home))
    yield running
    postgres.stop(running)


def counts(settings):
    """Rows of everything that a run which finds nothing new must leave as it is."""
    with psycopg.connect(**settings.conninfo("postgres")) as connection:
        tables = connection.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables"
            " where schemaname in ('raw', 'publicatie', 'quarantaine') or tablename like 'publicatie%' order by 1"
        ).fetchall()
        assert len(tables) > 20
        return {
            t: connection.execute(f"select count(*), max(xmin::text::bigint) from {t}").fetchone() for (t,) in tables
        }


@pytest.mark.parametrize(
    ("moment", "number"), [(r"PostgreSQL 18 on", signal.SIGINT), (r"\.haal_op +done", signal.SIGTERM)]
)
def test_an_interrupted_run_leaves_nothing_running(home, moment, number):
    command = Command(home, "run")
    command.until(moment)
    os.killpg(command.process.pid, number)  # as a terminal does: to the whole foreground group
    assert command.end() == 128 + number, command.output
    assert "has been stopped" in command.output
    assert nothing_runs(home)


def test_a_run_that_was_killed_while_marts_were_built_is_repaired_by_the_next_one(home):
    """Everything is loaded then, and no new delivery asks for the marts."""
    killed = Command(home, "run")
    killed.until(r"marts_publiceren +basis +done")
    killed.process.kill()
    killed.process.wait()
    assert re.search(r"_laden: run \S+ of an earlier session did not finish", killed.output), "interrupted above"
    assert not nothing_runs(home), "what it had started goes on without it"

    command = Command(home, "run")
    assert command.end() == 0, command.output
    assert "that an earlier command left running" in command.output
    assert re.search(r"marts_publiceren: run \S+ of an earlier session did not finish", command.output)
    assert "All green" in command.output
    assert "SAMPLE DATA" in command.output
    assert nothing_runs(home)


def test_everything_is_loaded_judged_and_published(warehouse_of):
    with connect(warehouse_of, "beheer") as connection:
        loaded = connection.execute("select distinct dataset from raw.levering where status = 'verwerkt'").fetchall()
        judged = connection.execute(
            "select grens, count(distinct onderwerp) from beheer.kwaliteit where geslaagd group by 1 order by 1"
        ).fetchall()
        published = connection.execute("select thema from beheer.publicatie_actueel").fetchall()
        cards = "select uitleg from beheer.kwaliteit where grens = 'kandidaat' and not geslaagd"
        assert connection.execute(cards).fetchall() == [], "a first publication has nothing to be compared with"
        # An earlier run had taken the bad files of the sample; refused files do not make a run red.
        refused = connection.execute("select count(*) from beheer.stap where uitkomst = 'geweigerd'").fetchone()
    assert refused[0] >= 7
    assert {d for (d,) in loaded} >= set(datasets())
    assert {d for d, _ in judged} == {"kandidaat", "levering"}
    assert dict(judged)["kandidaat"] == len(MARTS)
    assert dict(judged)["levering"] >= len(datasets())
    assert {t for (t,) in published} == set(MARTS)
    with connect(warehouse_of, "analist") as analyst:
        for thema in THEMES:
            rows = analyst.execute(f"select count(*), count(waarde) from mart_{thema}.indicatorwaarden").fetchone()
            assert rows[0] > 0
            assert rows[1] > 0


def test_every_published_table_is_for_the_roles_of_the_page_and_no_file_is_for_every_account(home, warehouse_of):
    with connect(warehouse_of, "postgres") as admin:
        said, used = roles.differences(admin)
    assert said == []
    assert {"kern.*", "mart_*.*", "publicatie.*", "intermediate.*", "laad.*"} <= used
    there = [home / name for name in CLOSED if (home / name).exists()]
    assert {"landing", "aanlevering", "logs"} <= {folder.name for folder in there}
    assert [folder for folder in there if folder.stat().st_mode & 0o007] == []


def test_own_figures_are_those_of_the_rows_also_where_others_see_none(warehouse_of):
    """Each town's reports per year, as its rows in raw count; and what everybody sees is the same there."""
    with connect(warehouse_of, "postgres") as admin:  # who owns everything sees everybody's
        own = admin.execute(
            "select regio_code, left(periode_code, 4)::int, aantal, vertrouwelijk from kern.mijn_cijfers"
            " where indicator_code = 'MELD-TOT' and periode_soort = 'jaar' and niveau = 'gemeente'"
        ).fetchall()
        rows = admin.execute(
            "select gemeente, extract(year from datum_ontvangst)::int, count(*) from raw.meldpunt_ondermijning"
            " where levering_tot is null group by 1, 2"
        ).fetchall()
        kept = admin.execute("select distinct extract(year from maand)::int from raw.register_geteld").fetchall()
        differ = admin.execute(
            """
            select m.indicator_code, m.regio_code, m.periode_code, m.waarde, w.waarde, m.vertrouwelijk
            from kern.mijn_cijfers as m
            inner join mart_ondermijning.indicatorwaarden as w using (indicator_code, regio_code, periode_code)
            where w.maat <> 'per_1000'
                and (
                    (w.waarde is null or w.methode is not distinct from 'afronding') <> m.vertrouwelijk
                    or not m.vertrouwelijk and w.waarde <> m.waarde
                )
            """
        ).fetchall()
        others = admin.execute("select count(*) from kern.mijn_cijfers where register = 'bibob'").fetchone()
    counted = {(town, year): number for town, year, number in rows}
    # Of years whose rows are gone by retention only counts are left.
    compared = [(town, year, number) for town, year, number, _ in own if (year,) not in kept]
    assert [row for row in compared if counted.get(row[:2], 0) != row[2]] == []
    assert len({town for town, *_ in compared}) >= 3
    assert any(0 < number < 5 and hidden for _, _, number, hidden in own), "what others do not see is there"
    assert differ == []
    assert others == (0,)


def test_the_questions_of_analysts_have_an_answer(warehouse_of):
    """Every query of the analysts' guide runs as `analist` and finds rows, but for changes since an earlier time."""
    page = (PROJECT / "docs" / "analist.md").read_text(encoding="utf-8")
    # A moment that the guide names is an example; what was known then is asked here of one after this publication.
    later = f"'{datetime.now(UTC) + timedelta(days=1):%Y-%m-%d %H:%M}'"
    queries = [
        re.sub(r"'\d{4}-\d\d-\d\d \d\d:\d\d'", later, query)
        for query in re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    ]
    assert len(queries) >= 7
    with connect(warehouse_of, "analist") as analyst:
        answers = [analyst.execute(query).fetchall() for query in queries]
    # After the first publication nothing can have changed yet.
    unanswered = [q for q, a in zip(queries, answers, strict=True) if not a]
    assert [q for q in unanswered if "mart_ivp.wijzigingen" not in q] == []
    assert len(unanswered) == 1
    text = str(answers)
    assert "Westerveld" in text, "the one municipality of Drenthe whose Damocles policy is out of date"
    assert "tegenover" in text and "in Limburg" in text


def test_readers_open_every_view(warehouse_of):
    reading.time_axis(warehouse_of)
    reading.described(warehouse_of)
    reading.codes_have_names(warehouse_of)
    reading.previews(warehouse_of)
    reading.one_row_per_figure(warehouse_of, "mart_cybercrime")
    reading.names_reach_series(warehouse_of, "mart_cybercrime", "MIS-3.7.4")


def test_a_figure_of_the_police_is_traced_to_the_page_that_was_received(warehouse_of):
    with connect(warehouse_of, "analist") as analyst:
        (period, value) = analyst.execute(
            "select periode_code, waarde from mart_leefomgeving.indicatorwaarden where indicator_code = 'MIS-1.1.1'"
            f" and regio_code = '{TOWN}' and periode_soort = 'r12m' and maat = 'aantal' and waarde is not null"
            " order by periode_code desc limit 1"
        ).fetchone()
    steps = trace(warehouse_of, "mart_leefomgeving", "MIS-1.1.1", TOWN, period)
    assert steps[0].place == "mart_leefomgeving.indicatorwaarden"
    assert steps[0].facts["waarde"] == value
    # The page as the source sent it, read without the code that loads it.
    [page] = [s.facts["bestand"] for s in steps if s.place == "landing" and "misdrijven_gemeente" in s.facts["bestand"]]
    months = {s.facts["periode"] for s in steps if s.place == "raw.politie_misdrijven_gemeente_cellen"}
    assert len(months) == 12
    records = json.loads(pa.CompressedInputStream(page, "zstd").read())["value"]
    found = [
        record["GeregistreerdeMisdrijven_1"]
        for record in records
        if record["RegioS"].strip() == TOWN
        and record["SoortMisdrijf"].strip() == "1.1.1"
        and record["Perioden"] in months
    ]
    assert len(found) == 12
    assert sum(found) == value


def test_a_month_of_a_neighbourhood_is_traced_to_its_cell(warehouse_of):
    """It has no row of its own between the arrays of the source and the mart."""
    with connect(warehouse_of, "analist") as analyst:
        (region, period, value) = analyst.execute(
            "select regio_code, periode_code, waarde from mart_leefomgeving.indicatorwaarden"
            " where indicator_code = 'MIS-1.1.1' and niveau = 'buurt' and periode_soort = 'maand' and waarde > 1"
            " order by periode_code desc, regio_code limit 1"
        ).fetchone()
    steps = trace(warehouse_of, "mart_leefomgeving", "MIS-1.1.1", region, period)
    [cell] = [s for s in steps if s.place == "raw.politie_misdrijven_buurt_cellen"]
    assert (cell.facts["regio"], cell.facts["periode"]) == (region, period)
    assert cell.facts["geregistreerde_misdrijven"] == value
    assert any("misdrijven_buurt" in s.facts["bestand"] for s in steps if s.place == "landing")


def test_a_figure_of_a_register_is_traced_to_the_lines_of_the_file(warehouse_of):
    with connect(warehouse_of, "analist") as analyst:
        (value,) = analyst.execute(
            "select waarde from mart_ondermijning.indicatorwaarden where indicator_code = 'SLUIT-PAND'"
            f" and regio_code = '{TOWN}' and periode_code = '2025JJ00' and maat = 'aantal'"
        ).fetchone()
    steps = trace(warehouse_of, "ondermijning", "SLUIT-PAND", TOWN, "2025JJ00")
    lines = [s for s in steps if s.place == "raw.sluitingen"]
    assert len(lines) == value > 1
    [sheet] = {s.facts["werkblad"] for s in lines}
    [folder] = {Path(s.facts["bestand"]) for s in steps if s.place == "landing" and s.delivery == lines[0].delivery}
    rows = pd.read_excel(folder / "bestand.xlsx", sheet_name=sheet, header=None)
    # Line numbers are those of the sheet, from 1.
    dates = {str(cell)[:4] for s in lines for cell in rows.iloc[s.facts["rijnummer"] - 1] if "2025" in str(cell)}
    assert dates == {"2025"}


@pytest.mark.parametrize(
    ("mart", "indicators", "dataset"), [("jeugd", "VERD-%", "cbs_verdachten"), ("cybercrime", "VM-%", "vm_")]
)
def test_figures_of_cbs_and_the_survey_are_traced_to_their_delivery(warehouse_of, mart, indicators, dataset):
    with connect(warehouse_of, "analist") as analyst:
        figure = analyst.execute(
            f"select indicator_code, regio_code, periode_code from mart_{mart}.indicatorwaarden"
            " where indicator_code like %s and waarde is not null order by 1, 2, 3 limit 1",
            [indicators],
        ).fetchone()
    steps = trace(warehouse_of, mart, *figure)
    assert any(s.facts["dataset"].startswith(dataset) for s in steps if s.place == "raw.levering")
    kept = [Path(s.facts["bestand"]) for s in steps if s.place == "landing"]
    assert kept and all(path.exists() for path in kept)


def test_goals_are_what_arithmetic_by_hand_says(warehouse_of):
    assert goals_by_hand.check(warehouse_of) == []


def test_homes_of_tests_begin_with_what_dbt_reads_in_a_home_from_nothing(warehouse_of, project_read):
    read = parse.without_moments(parse.in_home(warehouse_of))
    assert read == parse.without_moments(parse.known(project_read, warehouse_of))
    assert len(read["nodes"]) > 500


@pytest.mark.parametrize("width", [80, 100, 120])
def test_what_a_run_says_is_readable_on_a_terminal(warehouse_of, width):
    """Up to where to look: there a path or a command is one line, however long, so that it is copied whole."""
    lines = screen.end_of_run(warehouse_of, width)
    told = lines[: lines.index("Where to look")]
    assert len(told) > 60
    assert screen.unreadable(told, width) == []
    index = pages.folder(warehouse_of) / "index.html"
    assert f"pages (Dutch) {index}" in lines
    assert any(line.endswith(r"psql -c '\dv mart_*.*'") for line in lines)


@pytest.mark.parametrize("width", [80, 100, 120])
def test_what_is_published_is_readable_on_a_terminal(home, warehouse_of, width):
    status = screen.on_terminal(width, environment(home), "status")
    goals = screen.on_terminal(width, environment(home), "goals", "--plan", "WNL", "--regio", TOWN_NAME)
    assert screen.unreadable([*status, *goals], width) == []
    assert sum(re.search(r"20\d\d-\d\d-\d\d \d\d:\d\d", line) is not None for line in status) >= len(datasets())
    # Sentences are whole, whatever the width.
    with connect(warehouse_of, "bi_lezer") as reader:
        told = reader.execute(
            f"select zin from mart_ivp.doelen where plan_code = 'WNL' and regio_naam = '{TOWN_NAME}'"
        ).fetchall()
    if width < 110:
        shown = re.sub(r"\s+", "", "".join(goals))
        assert [sentence for (sentence,) in told if re.sub(r"\s+", "", sentence) not in shown] == []


def test_goals_for_a_program_are_whole_and_nothing_else(home, warehouse_of):
    command = [sys.executable, "-m", "veiligheidsbeeld", "goals", "--csv", "--status", "van_koers"]
    text = subprocess.run(command, env=environment(home), capture_output=True, text=True, check=True).stdout
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    with connect(warehouse_of, "bi_lezer") as reader:
        told = reader.execute("select doel_code, regio_code, zin from mart_ivp.doelen where status = 'van_koers'")
        assert {(r["doelcode"], r["regiocode"], r["zin"]) for r in rows} == set(told.fetchall())


@pytest.fixture
def folder(home):
    """The pages that the run wrote."""
    if CHROMIUM is None:
        pytest.skip(WITHOUT)
    return pages.folder(settings_of(home))


def test_every_page_opens_without_error_and_for_everyone(folder):
    assert pages_by_eye.opened(folder, ["index", TOWN, "SGWM", "GM0882"]) == []


@pytest.mark.skipif(CHROMIUM is None, reason=WITHOUT)
def test_the_catalogue_opens_and_knows_every_column(warehouse_of, tmp_path):
    assert pages_by_eye.catalogue(warehouse_of, tmp_path) == []


def test_a_page_is_found_by_name_with_and_without_script(folder):
    assert pages_by_eye.searched(folder, TOWN_NAME) == []


def test_figures_on_a_page_are_those_of_the_marts(folder, warehouse_of):
    assert pages_by_eye.cells(warehouse_of, folder, TOWN, 20) == []


@pytest.mark.skipif(not has_font(), reason=WITHOUT_FONT)
def test_a_page_on_paper_has_two_sheets_per_theme_and_nothing_is_cut_off(folder, warehouse_of, tmp_path):
    assert pages_by_eye.paper(warehouse_of, folder, TOWN, tmp_path) == []


def test_what_is_exported_is_what_the_marts_hold(warehouse_of, tmp_path):
    assert exports_by_hand.sheets(warehouse_of, tmp_path) == []
    assert exports_by_hand.budget(warehouse_of, tmp_path) == []
    assert exports_by_hand.open_figures(warehouse_of, tmp_path) == []


@pytest.mark.skipif(exports_by_hand.OFFICE is None, reason=exports_by_hand.WITHOUT)
def test_what_is_exported_is_what_another_program_shows(warehouse_of, tmp_path):
    assert exports_by_hand.in_office(warehouse_of, tmp_path) == []


def test_plans_and_owners_were_told_of_the_publication_and_are_sent_it_where_asked(home, warehouse_of, tmp_path):
    assert digests.kept(warehouse_of, home) == []
    assert digests.sent(warehouse_of) == []


def test_what_a_program_is_given_opens_the_warehouse(warehouse_of, tmp_path):
    assert connections.power_bi(warehouse_of, tmp_path) == []
    assert connections.excel(warehouse_of, tmp_path) == []
    assert connections.python(warehouse_of) == []
    assert connections.qgis(warehouse_of, tmp_path) == []


def test_the_number_of_a_person_in_a_refused_file_is_nowhere(home, warehouse_of):
    settings = settings_of(home)
    number = invented_bsn(settings.seed)
    for database in (settings.pg_database, f"{settings.pg_database}_airflow"):
        with psycopg.connect(**warehouse_of.conninfo("postgres", database=database)) as connection:
            tables = connection.execute(
                "select format('%I.%I', schemaname, tablename) from pg_tables"
                " where schemaname in ('raw', 'laad', 'quarantaine', 'beheer', 'public')"
            ).fetchall()
            for (table,) in tables:
                query = f"select exists (select from {table} as t where t::text like %s)"
                assert connection.execute(query, [f"%{number}%"]).fetchone() == (False,), f"{database}: {table}"
    outside = (Path(settings.drop), settings.landing / ".afgesloten")
    files = [p for p in settings.home.rglob("*") if p.is_file() and not any(o in p.parents for o in outside)]
    assert any("airflow" in p.parts and p.suffix == ".log" for p in files)
    assert [p for p in files if number.encode() in p.read_bytes()] == []


def test_a_second_run_finds_nothing_new_and_stays_up_as_long_as_it_is_asked_to(home):
    settings = postgres.start(settings_of(home))
    before = counts(settings)
    postgres.stop(settings)
    command = Command(home, "up")
    assert command.end() == 0, command.output
    settings = settings_of(home)
    try:
        assert command.output.count("nothing new") >= len(load_cubes())
        record = json.loads(max((home / "runs").glob("*.json")).read_text())
        assert [t for t in record["tasks"] if t["dag"] == "marts_publiceren"] == [], "the marts did not run"
        assert set(record["parts"]) >= {"services", "Airflow start-up", "tasks", "scheduling gaps"}
        assert counts(settings) == before
        services = Supervisor(settings).known()
        assert {"api-server", "scheduler", "dag-processor", "source-server"} <= set(services)
        assert screen.broken_pointers(command.output, environment(home)) == []
        killed = {name: services[name].process for name in ("scheduler", "source-server")}
        for process in killed.values():
            process.kill()
            process.wait(10)
        deadline = time.monotonic() + 240
        while not set(killed) <= set(Supervisor(settings).known()) and time.monotonic() < deadline:
            time.sleep(0.5)
        # 1: the messages of what died ask for a look.
        while (well := Command(home, "health").end()) > 1 and time.monotonic() < deadline:
            time.sleep(3)
        assert well <= 1, "what died was started again"
        services = Supervisor(settings).known()
        assert {"api-server", "scheduler", "dag-processor", "source-server", "watch"} <= set(services)
        again = Command(home, "run")
        assert again.end() == 0, again.output
        assert "using the services that `up` left running" in again.output
        assert Supervisor(settings).known().keys() == services.keys(), "run stops only what it started"
        with connect(settings, "analist") as analyst:
            assert analyst.execute("select 1").fetchone() == (1,)
    finally:
        assert Command(home, "down").end() == 0
    assert nothing_runs(home)


def test_a_run_that_cannot_start_ends_with_1_and_what_to_do(home):
    """Nothing is started; the ends of work done are 0 above, and 1 and 3 in test_recordings.py."""
    command = Command(home, "run", VB_REGIO="atlantis")
    assert command.end() == 1, command.output
    assert "VB_REGIO='atlantis' is neither a folder" in command.output and "What to do: " in command.output
    assert nothing_runs(home)


def test_no_secret_is_in_any_log_or_message(home):
    secrets = json.loads((home / "secrets.json").read_text())
    assert len(secrets) > 8
    folders = [home / name for name in ("logs", "airflow/logs", "meldingen", "runs")]
    files = [p for folder in folders for p in folder.rglob("*") if p.is_file()]
    assert len(files) > 20
    told = [(str(p), name) for p in files for name, word in secrets.items() if word in p.read_text(errors="replace")]
    assert told == []
