"""Retention: what is past its term goes, is listed, and does not come back; only its counts stay.

A period of which nothing was counted is unknown then, not zero.
"""

import random
from datetime import date, timedelta

import pytest

from tests.places import BUURT_1, BUURT_2, TOWN, TOWN_NAME
from tests.registers.files import CONTRACT, PROVIDER, REGISTER, ask, case, drop, known, load, waiting
from veiligheidsbeeld.contracts.register import load_registers
from veiligheidsbeeld.errors import VeiligheidsbeeldError
from veiligheidsbeeld.landing import files as land
from veiligheidsbeeld.registers import counts, ddl
from veiligheidsbeeld.registers.merge import merge
from veiligheidsbeeld.registers.retention import horizon, retire
from veiligheidsbeeld.settings import this_day
from veiligheidsbeeld.steps.load import load_step, take_step
from veiligheidsbeeld.steps.retention import carry_out, retention_step
from veiligheidsbeeld.warehouse import connect

TERM = CONTRACT.bewaartermijn
TODAY = this_day()
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
    drop(clean_warehouse, f"{TOWN}/{REGISTER}_{start.year}-{TODAY.year}.csv", rows)
    drop(clean_warehouse, f"{TOWN}/onbekend.csv", rows)
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


def test_rows_of_which_the_contract_was_taken_away_are_told_every_day_and_stop_nothing_else(loaded):
    with connect(loaded, "lader") as connection:
        connection.execute("create table raw.verdwenen_register (zaaknummer text)")
        connection.execute(
            "create table raw.verdwenen_tabel (waarde integer); insert into raw.verdwenen_tabel values (1)"
        )
        connection.execute("create view raw.verdwenen_tabel_cellen as select 1 as waarde")
    try:
        retention_step(loaded)
        with connect(loaded, "lader") as connection:
            connection.execute("insert into raw.verdwenen_register values ('Z1')")
            connection.execute("update raw.levering set verwerkt_op = verwerkt_op - interval '9999 days'")
        for _ in range(2):
            with pytest.raises(VeiligheidsbeeldError, match=r"destroys: raw\.verdwenen_register\."):
                retention_step(loaded)
        assert [f.file.exists() for f in land.files(loaded, areas=(land.CLEAN,))] == [False]
    finally:
        with connect(loaded, "lader") as connection:
            connection.execute("drop table raw.verdwenen_register; drop table raw.verdwenen_tabel cascade")
            connection.execute("drop view if exists raw.verdwenen_tabel_cellen")


def test_rows_go_with_the_coverage_of_their_period(loaded):
    start = horizon(CONTRACT)
    today = start + timedelta(days=TERM.raw_dagen + 32)
    carry_out(loaded, today=today)
    assert set(known(loaded)) == {"A-03"}
    rows = [row for row in ask(loaded, LISTED) if row[1] == "rijen"]
    assert rows[0][:2] == (REGISTER, "rijen")
    assert rows[0][2].startswith(f"{TOWN} {start.year}")
    covered = ask(loaded, f"select scope ->> 'van' from raw.levering where dataset = '{REGISTER}'")
    assert covered == [(horizon(CONTRACT, today).isoformat(),)], "unknown again, not zero"


def test_rows_past_their_term_do_not_come_in(loaded):
    start = horizon(CONTRACT)
    old = case("A-00", (start - timedelta(days=1)).isoformat())
    drop(
        loaded, f"{TOWN}/{REGISTER}_{start.year - 1}-{start.year}.csv", [old, case("A-01", start.isoformat(), "wapens")]
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


COUNTED = "select gemeente, count(*)::int, min(maand), max(maand) from raw.register_geteld group by 1 order by 1"


def _sums(settings):
    """Exact cases per measure and year, from rows and from what is left of them; of totals per month as well."""
    measures = {i.code: i for i in CONTRACT.indicatoren if i.berekening in counts.SUMMED}
    found = {}
    for code, i in measures.items():
        rows = (
            f"select date_trunc('month', {i.datum})::date as maand, ({i.teller or 1})::float8 as waarde"
            f" from raw.{REGISTER} where levering_tot is null and {i.datum} is not null and ({i.waar or 'true'})"
        )
        left = f"select periode, waarde from raw.register_telling where '{code}' = any (indicatoren) and soort = "
        kinds = f"select max(soort) from raw.register_telling where soort <> 'buurt' and indicatoren = array['{code}']"
        left += f"coalesce(({kinds}), 'deel')"
        part = "maand" if code == "MELD-TOT" else "date_trunc('year', maand)::date"
        query = f"select {part}::text, sum(waarde) from ({rows} union all {left}) as s (maand, waarde) group by 1"
        found[code] = dict(ask(settings, query))
    return found


@pytest.fixture
def years(clean_warehouse):
    """Reports of three years, of all kinds, some of them settled long after they came; and a day in between."""
    start = horizon(CONTRACT)
    chance = random.Random(3)
    rows = []
    for number in range(240):
        day = start + timedelta(days=chance.randrange(1000))
        done = day + timedelta(days=chance.choice([3, 40, 400]))
        kind, way = chance.choice(["drugs", "wapens", "omg"]), chance.choice(["meldpunt", "mma"])
        place = chance.choice([BUURT_1, BUURT_2, ""])
        who = chance.choice(["anoniem", "inwoner", ""])
        rows.append([f"A-{number:03}", TOWN_NAME, f"{day}", way, kind, who, place, f"{done}", "controle"])
    headings = ["zaaknummer", "gemeente", "datum_ontvangst", "kanaal", "thema", "melder", "buurtcode"]
    headings += ["datum_afgerond", "afdoening"]

    def send(name, sent=rows):
        drop(clean_warehouse, f"{TOWN}/{REGISTER}_{name}.csv", sent, headings)
        return load(clean_warehouse)

    send(f"{start.year}-{TODAY.year}")
    return clean_warehouse, send, rows, start + timedelta(days=TERM.raw_dagen + 500)


def test_sums_are_the_same_before_and_after_rows_are_destroyed(years):
    settings, _, rows, today = years
    before = _sums(settings)
    carry_out(settings, today=today)
    left = ask(settings, f"select count(*), min(datum_ontvangst) from raw.{REGISTER}")
    assert 0 < left[0][0] < len(rows)
    assert left[0][1] >= horizon(CONTRACT, today)
    assert _sums(settings) == before
    carry_out(settings, today=today + timedelta(days=400))
    assert _sums(settings) == before, "and when the rest goes, month by month"
    assert sum(before["MELD-TOT"].values()) == len(rows)


def test_what_is_left_is_no_finer_than_disclosure_control_needs(years):
    settings, _, rows, today = years
    carry_out(settings, today=today)
    text = ask(settings, "select string_agg(t::text, ' ') from raw.register_telling as t")[0][0]
    assert not [row[0] for row in rows if row[0] in text]
    kinds = (
        "select soort, bool_and(extract(month from periode) = 1), count(distinct buurt) > 1 from raw.register_telling"
    )
    assert ask(settings, f"{kinds} where extract(day from periode) = 1 group by 1 order by 1") == [
        ("buurt", True, True),
        ("deel", True, False),
        ("totaal", False, False),
    ], "only totals have months, and only they, per year, have neighbourhoods"
    days = "select count(*) from raw.register_telling where extract(day from periode) <> 1"
    assert ask(settings, days) == [(0,)]


def test_a_month_is_counted_once_whatever_is_delivered_again(years):
    settings, send, rows, _ = years
    start = horizon(CONTRACT)
    days = [f"{start.year - 1}-0{n % 9 + 1}-10" for n in range(30)]
    old = [[f"O-{n:02}", TOWN_NAME, day, *rows[n][3:7], day, "politie"] for n, day in enumerate(days)]
    send(f"{start.year - 2}-{TODAY.year}", [*rows, *old])
    first = _sums(settings)
    assert sum(first["MELD-TOT"].values()) == len(rows) + 30
    assert ask(settings, f"select count(*) from raw.{REGISTER} where zaaknummer like 'O-%'") == [(0,)]
    claimed = ask(settings, COUNTED)
    last = (start - timedelta(days=1)).replace(day=1)
    assert [(row[2], row[3]) for row in claimed] == [(date(start.year - 1, 1, 1), last)], "before that nobody knows"
    send(f"{start.year - 2}-{TODAY.year}", [*rows, *old[:-1]])
    send(f"{start.year - 1}", old)
    send(f"{start.year - 1}_aanvulling", [["O-99", *old[0][1:]]])
    assert _sums(settings) == first
    assert ask(settings, COUNTED) == claimed


def test_a_contract_may_say_that_nothing_is_left(years):
    settings, _, _, today = years
    term = TERM.model_copy(update={"aantallen": False})
    contract = CONTRACT.model_copy(update={"bewaartermijn": term})
    with connect(settings, "lader") as connection:
        assert retire(connection, contract, today)
    assert ask(settings, "select * from raw.register_telling") == ask(settings, COUNTED) == []


def test_every_register_can_be_counted(clean_warehouse):
    """Also one of which nothing can be summed: what is in force on a day ends with its rows."""
    registers = load_registers().values()
    assert {m for r in registers for m in {i.berekening for i in r.indicatoren}} > set(counts.SUMMED)
    with connect(clean_warehouse, "lader") as connection:
        for register in registers:
            ddl.ensure_raw(connection, register)
            ddl.ensure_batch(connection, register)
            counts.keep_known(connection, register, "2022-01-01")
            counts.keep_delivered(connection, register, 1)


def test_a_month_that_ended_between_staging_and_merging_is_counted_and_gone(clean_warehouse):
    """Staged on the last day of the term: what was kept then is past it when it is merged."""
    start = horizon(CONTRACT)
    rows = [case("A-01", start.isoformat()), case("A-02", (start + timedelta(days=45)).isoformat())]
    drop(clean_warehouse, f"{TOWN}/{REGISTER}_{start.year}-{TODAY.year}.csv", rows)
    take_step(clean_warehouse, PROVIDER)
    (staged,) = load_step(clean_warehouse, waiting(clean_warehouse))
    number = staged.detail["levering_id"]
    before = (start - timedelta(days=1)).replace(day=1)
    with connect(clean_warehouse, "lader") as connection:
        connection.execute(f"update laad.{REGISTER} set datum_ontvangst = %s where zaaknummer = 'A-01'", [before])
        connection.execute(
            "update raw.levering set status = 'gekeurd', scope = scope || jsonb_build_object('van', %s::text)",
            [before.isoformat()],
        )
    merge(clean_warehouse, CONTRACT, number)
    assert set(known(clean_warehouse)) == {"A-02"}
    totals = "select periode, n from raw.register_telling where soort = 'totaal' and indicatoren = array['MELD-TOT']"
    assert ask(clean_warehouse, totals) == [(before, 1)]
    assert ask(clean_warehouse, "select scope ->> 'van' from raw.levering") == [(start.isoformat(),)]
