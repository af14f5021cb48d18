"""Files that lied quietly, as colleagues reported them: each ends right, refused or carded, and never silently wrong.

The figures that are expected are those of the case's own description.
"""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from tests.registers.files import ask, load
from veiligheidsbeeld.contracts.register import load_registers
from veiligheidsbeeld.files.naming import municipality_names, speaks_for
from veiligheidsbeeld.refusals import FileRefused, Reading, Scope
from veiligheidsbeeld.registers.read import read_register
from veiligheidsbeeld.settings import this_day
from veiligheidsbeeld.steps.retract import retract_step

pytestmark = pytest.mark.shared


def read(shared: Path, place: str, sender: str = "GM0988", name: str = "meldingen_openbare_ruimte_2025.csv") -> Reading:
    """A case's file as border 1 receives it, fetched at the end of November 2026."""
    (folder,) = (shared / "cases").glob(f"{place.partition('/')[0]}-*")
    file = folder / place.partition("/")[2] / sender / name
    says = speaks_for(f"{sender}/{name}")
    names = municipality_names()
    return read_register(
        file,
        load_registers()[says.register],
        gemeenten={code: names[code] for code in says.gemeenten},
        scope=Scope(says.van, says.tot, says.volledig, date(2026, 11, 30)),
    )


def refused(*place: str) -> FileRefused:
    with pytest.raises(FileRefused) as found:
        read(*place)  # type: ignore[arg-type]
    return found.value


def months(reading: Reading, column: str = "datum_melding") -> Counter[int]:
    return Counter(day.month for day in reading.table[column].to_pylist())


def test_dates_opened_under_american_settings_are_refused(shared):
    refusal = refused(shared, "R01", "GM0988", "meldingen_openbare_ruimte_2025.xlsx")
    assert {r.regel for r in refusal.refusals} == {"datum_dubbelzinnig"}


def test_a_day_in_2099_has_not_happened(shared):
    refusal = refused(shared, "R10")
    assert {(r.kolom, r.regel) for r in refusal.refusals} == {("datum_afgerond", "toekomst")}


def test_thousands_that_may_be_decimals_are_refused(shared):
    refusal = refused(shared, "R11")
    assert {(r.kolom, r.regel) for r in refusal.refusals} == {("kosten", "getal_dubbelzinnig")}


def test_equal_counts_of_two_teams_are_both_refused(shared):
    refusal = refused(shared, "R12", "GM0988", "boa_2025.csv")
    assert {r.regel for r in refusal.refusals} == {"dubbele_sleutel"}


def test_hidden_rows_are_told(shared):
    reading = read(shared, "R13", "GM0988", "meldingen_openbare_ruimte_2025.xlsx")
    assert reading.table.num_rows == 40
    (told,) = [r.tekst for r in reading.remarks if r.kaart]
    assert told.startswith("30 van de 40 rijen")


def test_a_year_is_a_period_in_a_register_kept_by_the_year(shared):
    for name, rows in (("halt_2025.csv", 4), ("riec_2025.csv", 1)):
        reading = read(shared, "R14", "GM0988", name)
        assert set(reading.table["periode"].to_pylist()) == {date(2025, 1, 1)}
        assert (reading.rows, reading.refused) == (rows, 0)


def test_a_nul_byte_is_named_with_its_line(shared):
    refusal = refused(shared, "R16")
    (folder,) = (shared / "cases").glob("R16-*")
    lines = (folder / "GM0988" / "meldingen_openbare_ruimte_2025.csv").read_bytes().split(b"\n")
    (line,) = [n for n, text in enumerate(lines, 1) if b"\0" in text]
    assert refusal.regel == "nul_byte"
    assert f"Regel {line} " in refusal.reden


def test_a_separator_behind_the_headings_is_no_column(shared):
    reading = read(shared, "R17")
    assert (reading.table.num_rows, reading.refused) == (40, 0)


def test_whole_numbers_kept_as_floats_are_codes(shared):
    reading = read(shared, "R19")
    assert set(reading.table["buurtcode"].to_pylist()) == {"BU09880101"}
    assert set(reading.table["gemeente"].to_pylist()) == {"GM0988"}


def test_a_moment_with_its_offset_is_a_dutch_day(shared):
    reading = read(shared, "R20")
    assert reading.table["datum_melding"].to_pylist()[0] == date(2025, 3, 1)
    assert (reading.table.num_rows, reading.refused) == (40, 0)


def test_a_case_number_that_became_a_date_is_refused(shared):
    reading = read(shared, "R22")
    assert [(r.rijnummer, r.regel) for r in reading.refusals] == [(2, "datum_in_tekst"), (3, "datum_in_tekst")]


def test_a_sender_of_one_municipality_needs_no_column_for_it(shared):
    reading = read(shared, "R24")
    assert set(reading.table["gemeente"].to_pylist()) == {"GM0988"}
    assert reading.table.num_rows == 40


def test_a_column_that_is_not_there_is_known_not_to_be(shared):
    assert read(shared, "R25", "GM1729", "boa_2025.csv").zonder == {"uren"}
    assert {"hoeveelheid_kg", "kosten", "subsidie"} <= read(shared, "R25", "GM0981").zonder
    assert "datum_afgerond" in read(shared, "R26", "GM0981").zonder


# What needs to be known before, or what a delivery speaks for, is seen in the warehouse.


def bring(settings, shared: Path, place: str) -> dict:
    """Drops a part of a case and loads it."""
    (folder,) = (shared / "cases").glob(f"{place.partition('/')[0]}-*")
    source = folder / place.partition("/")[2]
    for file in [f for f in source.rglob("*") if f.suffix in (".csv", ".xlsx")]:
        target = Path(settings.drop) / file.parent.name / file.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    return load(settings)


def per_year(settings, register: str = "meldingen_openbare_ruimte", day: str = "datum_melding") -> dict[int, int]:
    query = f"select extract(year from {day})::int, count(*) from raw.{register} where levering_tot is null group by 1"
    return dict(ask(settings, query))


def test_a_line_below_the_table_does_not_stop_withdrawal(clean_warehouse, shared):
    bring(clean_warehouse, shared, "R03/first")
    bring(clean_warehouse, shared, "R03/second")
    assert per_year(clean_warehouse) == {2025: 34}


def test_numbers_that_begin_again_do_not_move_the_cases_of_last_year(clean_warehouse, shared):
    bring(clean_warehouse, shared, "R05/1")
    (judged,) = bring(clean_warehouse, shared, "R05/2")["keur_levering"]
    assert judged.uitkomst == "geweigerd"
    assert "rij uit andere periode" in judged.boodschap
    assert "meldingen_openbare_ruimte_2025.csv" in judged.boodschap
    assert per_year(clean_warehouse) == {2024: 60}


def test_a_count_of_a_year_has_the_year_as_its_key(clean_warehouse, shared):
    bring(clean_warehouse, shared, "R06/1")
    bring(clean_warehouse, shared, "R06/2")
    query = "select sum(afdoeningen) from raw.halt where levering_tot is null and soort = 'vermogen'"
    assert ask(clean_warehouse, query) == [(44,)]


def test_a_file_with_rows_of_one_member_speaks_for_that_member(clean_warehouse, shared):
    bring(clean_warehouse, shared, "R07")
    scopes = ask(clean_warehouse, "select scope -> 'gemeente', scope -> 'zwijgt' from raw.levering")
    assert scopes == [(["GM0988"], ["GM0946", "GM1640"])]


def test_a_year_file_of_the_running_year_ends_where_it_was_made_and_can_be_taken_back(clean_warehouse, shared):
    (judged,) = bring(clean_warehouse, shared, "R09b/1")["keur_levering"]
    ((until, made),) = ask(clean_warehouse, "select scope ->> 'tot', scope ->> 'gemaakt' from raw.levering")
    today = date.fromisoformat(made)
    assert today == this_day()
    first_of_next = date(today.year + today.month // 12, today.month % 12 + 1, 1)
    assert date.fromisoformat(until) == min(first_of_next, date(2027, 1, 1))
    if (today.year, today.month) > (2026, 7):
        assert "lege perioden" in judged.boodschap, "nothing after May, which may be right and must be looked at"
    bring(clean_warehouse, shared, "R09b/2")
    assert per_year(clean_warehouse) == {2026: 120}
    retract_step(clean_warehouse, "meldingen_openbare_ruimte", 1, reason="verkeerde periode")
    assert per_year(clean_warehouse) == {2026: 120}, "what the second file holds too stays"
    retract_step(clean_warehouse, "meldingen_openbare_ruimte", 2, reason="ook ingetrokken")
    assert per_year(clean_warehouse) == {}
