"""Mending of single values: what comes back is what was written, and what may mean two things is refused."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from tests.places import TOWN, TOWN_NAME
from veiligheidsbeeld.contracts.register import Column
from veiligheidsbeeld.files.cells import letters, position_of, text_of
from veiligheidsbeeld.registers.dates import FIRST, LAST, Doubt, parse_date
from veiligheidsbeeld.registers.numbers import Notation, parse_number, parse_whole
from veiligheidsbeeld.registers.values import Bad

days = st.dates(FIRST, LAST)
plainly = settings(deadline=None)
DUTCH = Notation(comma=True)


def dutch(number: int | float, decimals: int = 0, thousands: str = ".") -> str:
    return f"{number:,.{decimals}f}".replace(",", "T").replace(".", ",").replace("T", thousands)


def refused(rule: str, text: str, **known) -> bool:
    with pytest.raises(Bad) as bad:
        parse_date(text, **known)
    return bad.value.rule == rule and text not in bad.value.reason


@plainly
@given(days)
def test_every_notation_gives_the_same_day(day: date) -> None:
    for text in (f"{day:%d-%m-%Y}", day.isoformat(), text_of(day), text_of(datetime(day.year, day.month, day.day))):
        assert parse_date(text) == (day, None)
    for text in (f"{day.day}-{day.month}-{day.year}", f"{day.day}/{day.month}/{day.year}", f"{day:%d.%m.%Y}"):
        assert parse_date(text)[0] == day
    assert parse_date(f"{day:%Y%m%d}") == (day, "datum_notatie")
    assert parse_date(f"{day:%d-%m-%Y} 23:59:59") == (day, "tijd_weggelaten")
    assert parse_date(f"{day:%Y-%m-%d}T08:30") == (day, "tijd_weggelaten")


@plainly
@given(days.filter(lambda d: (d - date(1899, 12, 30)).days >= 20_000))
def test_serials_of_both_systems(day: date) -> None:
    assert parse_date(str((day - date(1899, 12, 30)).days)) == (day, "excel_datumgetal")
    serial = (day - date(1904, 1, 1)).days
    assume(serial >= 20_000)
    assert parse_date(str(serial), datum1904=True) == (day, "excel_datumgetal")


def test_the_serial_of_the_requirement() -> None:
    assert parse_date("44883")[0] == date(2022, 11, 18)


@plainly
@given(days)
def test_month_before_day_is_never_taken_for_day_before_month(day: date) -> None:
    text = f"{day.month}/{day.day}/{day.year}"
    if day.day > 12:
        assert refused("datum", text)
        assert refused("datum_dubbelzinnig", "3/4/2025", doubt=Doubt.of([text, "3/4/2025"]))
    elif day.day != day.month:
        assert refused("datum_dubbelzinnig", text, doubt=Doubt.of([text, "3/14/2025"]))


@pytest.mark.parametrize(
    "text", ["31-02-2025", "18-11-22", "22-11-18", "1-1-1900", "31-12-9999", "", "12", "2025", "x"]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    assert refused("datum", text) or not text


@plainly
@given(st.text(alphabet="0123456789-/. :TZ+,janfebmrt", max_size=24))
@example("99999")
@example("00-00-0000")
@example("2025-01-01T25:99")
def test_no_text_makes_dates_stumble(text: str) -> None:
    try:
        day, _ = parse_date(text)
    except Bad:
        return
    assert FIRST <= day <= LAST


@plainly
@given(st.integers(-(2**31) + 1, 2**31 - 1))
def test_whole_numbers_survive_their_notations(number: int) -> None:
    assert parse_whole(str(number)) == (number, None)
    assert parse_whole(dutch(number))[0] == number
    assert parse_whole(dutch(number, thousands=" "))[0] == number
    assert parse_whole(f"{number},00")[0] == number


@plainly
@given(st.integers(-(10**9), 10**9), st.integers(1, 2))
def test_numbers_survive_their_notations(cents: int, decimals: int) -> None:
    number = cents / 10**decimals
    for text in (dutch(number, decimals), dutch(number, decimals, ""), dutch(number, decimals, " ")):
        assert parse_number(text, DUTCH)[0] == pytest.approx(number)
    assert parse_number(f"{number:.{decimals}f}", Notation(point=True))[0] == pytest.approx(number)
    assert parse_number(text_of(number), Notation())[0] == number


@pytest.mark.parametrize("notation", [Notation(), Notation(point=True), Notation(comma=True, point=True)])
def test_three_digits_behind_a_dot_need_proof_from_the_column(notation: Notation) -> None:
    with pytest.raises(Bad, match="getal_dubbelzinnig"):
        parse_number("1.234", notation)
    assert parse_number("1.234", DUTCH) == (1234.0, "duizendtal")
    assert parse_number("1.234.567", notation) == (1234567.0, "duizendtal")


@plainly
@given(st.text(alphabet="0123456789.,- €'", max_size=50))
@example("9" * 400)
@example("1e999")
@example("inf")
@example("nan")
@example("１２")
def test_no_text_makes_numbers_stumble(text: str) -> None:
    for parse in (parse_whole, lambda t: parse_number(t, DUTCH)):
        try:
            value, _ = parse(text)
        except Bad:
            continue
        assert abs(value) < 1e40


@given(st.integers(0, 16_383))
def test_names_of_columns(position: int) -> None:
    assert position_of(letters(position)) == position


def test_codes_are_found_by_synonym_without_case_and_signs() -> None:
    from veiligheidsbeeld.registers.codes import CodeList, TownList

    column = Column(
        naam="k",
        type="codes",
        waarden={"drugs": ["hennep/XTC"], "lijst_2": ["II"], "18+": ["18 en ouder"]},
        omschrijving="x",
    )
    codes = CodeList(column)
    assert codes.find("II") == ("lijst_2", None)
    assert codes.find("Hennep XTC") == ("drugs", "schrijfwijze_code")
    assert codes.find_several("drugs|ii, drugs") == (["drugs", "lijst_2"], "schrijfwijze_code")
    hague = TownList({"GM0518": "'s-Gravenhage", "GM0603": "Rijswijk"})
    assert {hague.find(text)[0] for text in ("'s-Gravenhage", "s Gravenhage", "Den Haag", "gemeente den haag")} == {
        "GM0518"
    }
    towns = TownList({"GM0417": "Laren (NH.)", TOWN: TOWN_NAME})
    assert {towns.find(t)[0] for t in ("Laren", "laren (nh)", "417", "GM0417")} == {"GM0417"}
    assert towns.find(f"gem. {TOWN_NAME}")[0] == TOWN
