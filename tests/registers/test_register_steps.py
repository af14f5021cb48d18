"""The steps as a run sees them: refused files are told and fail nothing, faults are told without values."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import load_workbook
from rich.console import Console

from tests.places import NEIGHBOUR, NEIGHBOUR_NAME, TOWN
from tests.registers.files import PROVIDER, REGISTER, ask, case, drop, known, load, waiting
from veiligheidsbeeld import alerts
from veiligheidsbeeld.errors import VeiligheidsbeeldError
from veiligheidsbeeld.steps.load import load_step, take_step
from veiligheidsbeeld.summary import STEPS
from veiligheidsbeeld.summary.files import show_files
from veiligheidsbeeld.warehouse import connect

YEAR = f"{TOWN}/{REGISTER}_2025.csv"
OTHER = f"{NEIGHBOUR}/{REGISTER}_2025.csv"


@pytest.fixture
def mixed(clean_warehouse):
    """A good file, one with a number of a person in it, and one with a wrong name, loaded in run `proef`."""
    drop(clean_warehouse, YEAR, [case("A-01", "2-1-2025"), case("A-02", "2025-02-03")])
    drop(clean_warehouse, OTHER, [case("A-01", "2025-01-02", note="111222333", gemeente=NEIGHBOUR_NAME)])
    drop(clean_warehouse, f"{TOWN}/{REGISTER}.csv", [case("A-01", "2025-01-02")])
    load(clean_warehouse)
    return clean_warehouse


def test_a_refused_file_is_told_and_is_no_failure(mixed):
    assert alerts.failures(mixed, ["proef"]) == []
    told = {f.subject: f for f in alerts.refused_files(mixed, ["proef"])}
    assert set(told) == {OTHER, f"{TOWN}/{REGISTER}.csv"}
    assert told[OTHER].owner == "coordinator ondermijning"
    messages = "".join(p.read_text() for p in (mixed.home / "meldingen").iterdir())
    for file in told:
        assert file in messages
    assert "111222333" not in messages


def test_the_summary_names_what_came_and_what_was_refused(mixed):
    with connect(mixed, "beheer") as connection:
        rows = connection.execute(STEPS, [["proef"]]).fetchall()
    screen = io.StringIO()
    show_files(Console(file=screen, width=200), {(stap, s): (o, text, d) for stap, s, o, text, d in rows})
    lines = [" ".join(line.split()) for line in screen.getvalue().splitlines()]
    assert "Registers registers 1, files 1, rows 2, values mended 1, rows to quarantine 0" in lines
    assert any(line.startswith(f"{OTHER} persoonsgegevens Het bestand bevat persoonsgegevens") for line in lines)


def test_each_file_is_answered_also_one_whose_name_says_nothing(mixed):
    for sender, words in ((TOWN, ("datum_ontvangst", "bestandsnaam")), (NEIGHBOUR, ("persoonsgegevens",))):
        reports = list((Path(mixed.reports) / sender).iterdir())
        assert len(reports) == len(words)
        sheets = [sheet for report in reports for sheet in load_workbook(report)]
        cells = [str(c) for sheet in sheets for row in sheet.iter_rows(values_only=True) for c in row]
        for word in words:
            assert any(word in cell for cell in cells)
        assert not any("111222333" in cell for cell in cells)


def test_a_fault_in_one_file_is_told_without_values_and_stops_no_other(clean_warehouse):
    drop(clean_warehouse, YEAR, [case("A-01", "2025-01-02")])
    drop(clean_warehouse, OTHER, [case("A-01", "2025-01-02", gemeente=NEIGHBOUR_NAME)])
    take_step(clean_warehouse, PROVIDER, run_id="proef")
    first = waiting(clean_warehouse)[0].file
    content = first.file.read_bytes()
    first.file.unlink()
    with pytest.raises(VeiligheidsbeeldError, match="1 of 2 deliveries"):
        load_step(clean_warehouse, waiting(clean_warehouse), run_id="proef")
    outcomes = ask(clean_warehouse, "select onderwerp, uitkomst from beheer.stap where stap = 'laad' order by 2")
    assert sorted(o for _, o in outcomes) == ["gedaan", "mislukt"]
    (failure,) = alerts.failures(clean_warehouse, ["proef"])
    assert failure.subject == first.subject
    first.file.write_bytes(content)
    load(clean_warehouse)
    assert known(clean_warehouse)
    assert known(clean_warehouse, NEIGHBOUR)


def test_the_command_line_takes_registers_by_name(clean_warehouse):
    drop(clean_warehouse, YEAR, [case("A-01", "2025-01-02")])
    where = {
        "VB_PG_HOST": clean_warehouse.pg_host,
        "VB_PG_PORT": str(clean_warehouse.pg_port),
        "VB_PG_DATABASE": clean_warehouse.pg_database,
    }

    def call(*arguments):
        command = [sys.executable, "-m", "veiligheidsbeeld", *arguments]
        env = os.environ | clean_warehouse.environ | where
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert REGISTER in call("registers")
    for step in ("extract", "load", "validate", "merge"):
        assert YEAR in call(step, REGISTER) or step == "extract"
    assert known(clean_warehouse) == {"A-01": "drugs"}
    assert "0 files and rows" in call("retention", "--dry-run")
    details = ask(clean_warehouse, "select detail from beheer.stap where stap = 'verwerk'")
    assert json.loads(json.dumps(details[0][0]))["nieuw"] == 1


def test_what_was_settled_is_not_opened_again_by_later_runs(mixed, capsys):
    """After years there are thousands of files in landing; a run opens those that it has something to do with."""
    manifests = list(mixed.landing.rglob("manifest.json"))
    assert len(manifests) == 3
    for path in manifests:
        path.chmod(0o600)
        path.write_text("")
    drop(mixed, f"{NEIGHBOUR}/{REGISTER}_2024.csv", [case("A-03", "2024-01-02", gemeente=NEIGHBOUR)])
    capsys.readouterr()
    load(mixed)
    assert "passed over" not in capsys.readouterr().err
    assert len(waiting(mixed)) == 0
