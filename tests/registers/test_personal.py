"""What counts as personal data in a text, and what does not."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.places import BUURT_1, TOWN, WIJK_1
from tests.registers.personal_data import NOTATIONS, bsns, failing, passes
from veiligheidsbeeld.registers.personal import COARSE, kinds


def _coarse(text: str) -> bool:
    return any(pc.match_substring_regex(pa.array([text]), form)[0].as_py() for form in COARSE)


def _found(text: str) -> list[str]:
    """As the scan does: the exact rules see only what the coarse patterns let through."""
    return kinds(text) if _coarse(text) else []


@settings(deadline=None)
@given(bsns, st.sampled_from(sorted(NOTATIONS)))
def test_a_bsn_is_found_in_every_notation(number: str, notation: str) -> None:
    assert "bsn" in _found(NOTATIONS[notation](number))


@settings(deadline=None)
@given(bsns.filter(lambda n: n[0] == "0" and n[1] != "0"))
def test_a_bsn_that_lost_its_zero_is_found(number: str) -> None:
    assert "bsn" in _found(str(int(number)))


@settings(deadline=None)
@given(failing)
def test_a_number_that_fails_the_proof_is_no_bsn(number: str) -> None:
    assert "bsn" not in _found(number)


@settings(deadline=None)
@given(st.integers(1, 999_999_999).map(lambda n: f"{n:09d}"), st.integers(0, 8), st.integers(1, 9))
def test_the_proof_catches_every_single_wrong_digit(digits: str, at: int, shift: int) -> None:
    assert ("bsn" in kinds(digits)) == passes(digits)
    if passes(digits):
        assert "bsn" not in kinds(digits[:at] + str((int(digits[at]) + shift) % 10) + digits[at + 1 :])


# Invented accounts in the shape that each country registered.
ACCOUNTS = {
    "IS": "0123004567891202690009",
    "MC": "01234056780000000000119",
    "UA": "3000010000012345678901234",
    "SM": "U0123404321000000012345",
    "RS": "105000000012345678",
    "AD": "00019999AB1234567890",
    "XK": "1000000012345678",
}


def account(country: str, rest: str) -> str:
    """With the check digits that make the whole 1 modulo 97 (ISO 7064)."""
    number = int("".join(str(int(sign, 36)) for sign in f"{rest}{country}00"))
    return f"{country}{98 - number % 97:02d}{rest}"


@pytest.mark.parametrize("country", ACCOUNTS)
def test_an_account_of_any_country_is_found(country: str) -> None:
    whole = account(country, ACCOUNTS[country])
    spaced = " ".join(whole[at : at + 4] for at in range(0, len(whole), 4))
    assert "iban" in _found(whole)
    assert "iban" in _found(f"graag op {spaced.lower()} van de stichting")
    wrong = whole[:-1] + ("8" if whole[-1] != "8" else "7")
    assert "iban" not in _found(wrong)


@pytest.mark.parametrize("text", ["klant111222333", "111222333jansen", "dossier_a111222333b.pdf"])
def test_a_bsn_that_letters_touch_is_found_but_not_in_a_number_of_a_case(text: str) -> None:
    assert _found(text) == ["bsn"]
    assert _found(text.replace("111222333", "111222334")) == []
    assert kinds("zaak111222333", pattern_of_contract=True) == []


def test_the_numbers_of_the_requirement() -> None:
    assert _found("111222333") == ["bsn"]
    assert _found("123456789") == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("mail naar iemand@example.org", "e-mail"),
        ("voornaam.achternaam+tag@sub.example.nl;", "e-mail"),
        ("06-12345678", "telefoon"),
        ("06 12 34 56 78", "telefoon"),
        ("0612345678", "telefoon"),
        ("(077) 123 45 67", "telefoon"),
        ("+31 6 12345678", "telefoon"),
        ("+31 (0)77-1234567", "telefoon"),
        ("0031612345678", "telefoon"),
        ("+32 475 12 34 56", "telefoon"),
        ("NL91ABNA0417164300", "iban"),
        ("rekening NL91 ABNA 0417 1643 00 van", "iban"),
        ("be68 5390 0754 7034", "iban"),
        ("GV-123-B", "kenteken"),
        ("12-xx-bb", "kenteken"),
        ("kenteken AB-12-34 gezien", "kenteken"),
        ("GV123B", "kenteken"),
        ("auto 1ZZZ23 zonder streepjes", "kenteken"),
        ("9-XX-999", "kenteken"),
    ],
)
def test_other_kinds_are_found(text: str, kind: str) -> None:
    assert _found(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "18-11-2022",
        "2022-11-18 14:30:00",
        "01-02-2025 tot 03-04-2025",
        "1-mrt-25",
        f"{BUURT_1} en {WIJK_1} in {TOWN}",
        "Z2025-000123",
        "ZK-0001A",
        "zaak 2025-00123",
        "5911 AB en 5911AB",
        "12345678901",
        "1.234.567,89",
        "NL91ABNA0417164301",
        "6.1234567, 51.2517912",
        "art. 13b Opiumwet; 10 planten, 250 gram",
        "een @ zonder adres",
        "versie 1.2.3",
        "",
    ],
)
def test_ordinary_texts_are_left_alone(text: str) -> None:
    assert _found(text) == []


@settings(deadline=None)
@given(st.text())
def test_the_coarse_patterns_let_through_whatever_the_rules_find(text: str) -> None:
    assert not kinds(text) or _coarse(text)


def test_a_case_number_of_the_contract_is_no_plate_by_chance_but_may_be_a_bsn() -> None:
    assert kinds("WE-25-01", pattern_of_contract=True) == []
    assert kinds("GV-123-B", pattern_of_contract=True) == ["kenteken"]
    assert kinds("111222333", pattern_of_contract=True) == ["bsn"]


@pytest.mark.parametrize(
    "text", ["1,11222333E+08", "1.11222333E+8", "1,11222333e8", "000111222333", "00000111222333", "nr 00111222333."]
)
def test_a_number_that_a_program_rewrote_is_found(text: str) -> None:
    assert "bsn" in _found(text)


@pytest.mark.parametrize("text", ["1,11222334E+08", "000111222334", "1,11222333E+11"])
def test_what_only_looks_rewritten_is_none(text: str) -> None:
    assert "bsn" not in kinds(text)
