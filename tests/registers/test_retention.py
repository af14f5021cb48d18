"""Retention: what is past its term goes, is listed, and does not come back; its period is unknown then, not zero."""

from datetime import date, timedelta

import pytest

from tests.registers.files import CONTRACT, REGISTER, ask, case, drop, known, load
from veiligheidsbeeld.registers import land
from veiligheidsbeeld.registers.retention import carry_out, horizon
from veiligheidsbeeld.registers.steps import retention_step

TERM = CONTRACT.bewaartermijn
TODAY = date.today()
LATER = TODAY + timedelta(days=TERM.landing_dagen + 2)
LISTED = "select dataset, wat, partitie, aantal, inhoud_sha256 is not null from beheer.vernietiging order by 1, 2, 3"


@pytest.fixture
def loaded(clean_warehouse):
    """Cases of the first two months that are still kept, and of this month; and a file that was refused."""
    start = horizon(CONTRACT)
    rows = [
        case("A-01", start.isoformat()),
        case("A-02", (start + timedelta(days=45)).isoformat()),
        case("A-03", TODAY.replace(day=1).isoformat()),
    ]
    drop(clean_warehouse, f"GM0988/{REGISTER}_{start.year}-{TODAY.year}.csv", rows)
    drop(clean_warehouse, "GM0988/onbekend.csv", rows)
    load(clean_warehouse)
    return clean_warehouse


def test_the_term_goes_by_whole_months_and_never_beyond_it():
    for today in (date(2026, 11, 21), date(2026, 12, 1), date(2028, 2, 29)):
        first = horizon(CONTRACT, today)
        assert first.day == 1
        assert 0 <= (first - (today - timedelta(days=TERM.raw_dagen))).days < 31


def test_nothing_goes_before_its_term(loaded):
    assert carry_out(loaded) == []
    assert ask(loaded, LISTED) == []


def test_files_go_after_their_term_and_what_they_were_stays_known(loaded):
    plan = carry_out(loaded, today=LATER, dry_run=True)
    assert sorted(d.wat for d in plan if d.wat == "bestand") == ["bestand", "bestand"]
    assert ask(loaded, LISTED) == [], "a dry run changes nothing"
    carry_out(loaded, today=LATER)
    files = land.files(loaded, areas=(land.CLEAN, land.REFUSED))
    assert [f.file.exists() for f in files] == [False, False]
    assert all(f.manifest.inhoud_sha256 for f in files)
    listed = [row for row in ask(loaded, LISTED) if row[1] == "bestand"]
    assert sorted(listed) == sorted((f.manifest.dataset, "bestand", f.name, 1, True) for f in files)
    carry_out(loaded, today=LATER)
    assert [row for row in ask(loaded, LISTED) if row[1] == "bestand"] == listed, "and once"
    assert load(loaded)["laad"] == [], "a destroyed file is not missed"


def test_rows_go_with_the_coverage_of_their_period(loaded):
    start = horizon(CONTRACT)
    today = start + timedelta(days=TERM.raw_dagen + 32)
    carry_out(loaded, today=today)
    assert set(known(loaded)) == {"A-03"}
    rows = [row for row in ask(loaded, LISTED) if row[1] == "rijen"]
    assert rows[0][:2] == (REGISTER, "rijen")
    assert rows[0][2].startswith(f"GM0988 {start.year}")
    covered = ask(loaded, f"select scope ->> 'van' from raw.levering where dataset = '{REGISTER}'")
    assert covered == [(horizon(CONTRACT, today).isoformat(),)], "unknown again, not zero"


def test_rows_past_their_term_do_not_come_in(loaded):
    start = horizon(CONTRACT)
    old = case("A-00", (start - timedelta(days=1)).isoformat())
    drop(
        loaded, f"GM0988/{REGISTER}_{start.year - 1}-{start.year}.csv", [old, case("A-01", start.isoformat(), "wapens")]
    )
    staged = load(loaded)["laad"][0]
    assert (staged.detail["geladen"], staged.detail["verlopen"], staged.detail["geweigerd"]) == (1, 1, 0)
    assert "A-00" not in known(loaded)
    ((van,),) = ask(loaded, "select scope ->> 'van' from raw.levering order by levering_id desc limit 1")
    assert van == start.isoformat()


def test_the_step_tells_what_it_did(loaded, capsys):
    outcome = retention_step(loaded, dry_run=True, run_id="proef")
    assert outcome.uitkomst == "niets_nieuws"
    assert ask(loaded, "select stap, uitkomst from beheer.stap where stap = 'vernietig'") == [
        ("vernietig", "niets_nieuws")
    ]
