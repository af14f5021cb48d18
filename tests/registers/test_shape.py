"""Files whose shape shows that something went wrong in the export: taken, and carded with what it looks like."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from tests.places import NEIGHBOUR, TOWN, TOWN_NAME
from tests.registers.files import drop, load

CASES = ["Meldingsnummer", "Gemeente", "Categorie", "Datum melding", "Afgehandeld", "Kilogram", "Buurt"]
COUNTS = ["gemeente", "Maand", "Thema", "soort", "minderjarig", "aantal", "uren"]
MOR, BOA = f"{TOWN}/meldingen_openbare_ruimte_2025.csv", f"{TOWN}/boa_2025.csv"


def cases(year: int = 2025, rows: int = 60, town: str = TOWN_NAME, **fixed: str) -> list[list[str]]:
    """Cases over a year, each handled and of some weight; `fixed` is what a column says in all of them."""
    chance = random.Random(f"{year} {town}")
    found = []
    for number in range(rows):
        day = date(year, number % 12 + 1, chance.randrange(1, 28))
        row = {
            "Meldingsnummer": f"M-{year}-{number:03}", "Gemeente": town,
            "Categorie": ("afval", "drugsafval")[number % 2],
            "Datum melding": f"{day}", "Afgehandeld": f"{day + timedelta(chance.randrange(40))}",
            "Kilogram": str(chance.randrange(100)), "Buurt": "",
        }  # fmt: skip
        found.append([*(row | fixed).values()])
    return found


def counts(amount, months=range(1, 13)) -> list[list[str]]:
    """Three topics in these months; `amount` gives the count of a month and topic."""
    return [
        [TOWN_NAME, f"2025-{month:02}", topic, "controle", "nee", str(amount(month, topic)), "5"]
        for month in months
        for topic in ("afval", "hond", "parkeren")
    ]


@pytest.fixture
def told(clean_warehouse):
    """Brings a file; gives what was said of it at border 1."""

    def bring(path: str, rows: list[list[str]], headings: list[str]) -> str:
        drop(clean_warehouse, path, rows, headings)
        (judged,) = load(clean_warehouse)["keur_levering"]
        assert judged.uitkomst == "gedaan", judged.boodschap
        return judged.boodschap

    return bring


def some(month: int, topic: str) -> int:
    return 20 + (month * 7 + len(topic) * 3) % 11


def test_a_whole_file_says_nothing_of_its_shape(told):
    assert "kaart" not in told(BOA, counts(some), COUNTS)
    said = told(MOR, cases(), CASES)
    assert not [word for word in ("lege kolom", "lege perioden", "andere gemeente") if word in said]


def test_a_column_that_is_empty_where_it_matters_is_no_nought(told):
    said = told(MOR, cases(Kilogram="", Afgehandeld=""), CASES)
    assert "'lege kolom'" in said
    assert f"{TOWN} datum_afgerond: leeg in 60 rijen" in said


def test_a_weight_is_only_asked_of_what_is_weighed(told):
    """Without a dump nobody weighs anything: an empty column of weights says nothing then."""
    assert "'lege kolom'" not in told(MOR, cases(Categorie="afval", Kilogram=""), CASES)
    again = [[*row[:5], "", *row[6:]] for row in cases()]
    assert f"{TOWN} hoeveelheid_kg: leeg in 30 rijen" in told(MOR, again, CASES)


def test_a_single_month_without_any_of_many_rows_is_told(told):
    rows = cases(rows=300)
    said = told(MOR, [row for row in rows if row[3][5:7] != "05"], CASES)
    assert "'lege perioden'" in said and f"{TOWN} vanaf 2025-05: 1 zonder rijen, gemiddeld 25.0" in said


def test_few_rows_may_lack_in_a_month_and_not_in_half_a_year(told):
    rows = cases(rows=36)
    assert "'lege perioden'" not in told(MOR, [row for row in rows if row[3][5:7] != "05"], CASES)
    said = told(MOR, [row for row in rows if row[3][5:7] < "07"], CASES)
    assert f"{TOWN} vanaf 2025-07: 6 zonder rijen, gemiddeld 3.0" in said


def test_a_number_with_digits_too_many_is_told(told):
    said = told(
        BOA, counts(lambda month, topic: 20500 if (month, topic) == (5, "hond") else some(month, topic)), COUNTS
    )
    assert "'waarde springt eruit'" in said and f"{TOWN} aantal hond controle false, rij 15" in said


def test_a_day_that_a_program_filled_in_is_told(told):
    exported = [row[:4] + (["2026-01-05"] if n % 3 else [row[4]]) + row[5:] for n, row in enumerate(cases())]
    said = told(MOR, exported, CASES)
    assert "'veel op een dag'" in said and f"{TOWN} datum_afgerond 05-01-2026: 40 van 60" in said


def test_counts_since_january_are_no_counts_of_a_month(told):
    def since_january(month: int, topic: str) -> int:
        return sum(some(m, topic) for m in range(1, month + 1))

    assert "'opgeteld over maanden'" in told(BOA, counts(since_january), COUNTS)


def test_counts_of_quarters_are_no_counts_of_months(told):
    assert "'kwartalen als maanden'" in told(BOA, counts(some, months=(3, 6, 9, 12)), COUNTS)


def test_a_sort_that_a_filter_left_out_is_told(told):
    told(f"{TOWN}/meldingen_openbare_ruimte_2024.csv", cases(2024), CASES)
    said = told(MOR, cases(Categorie="afval"), CASES)
    assert "'soort verdwenen'" in said and f"{TOWN} soort drugsafval: naar het jaar ervoor 30 rijen verwacht" in said


def test_days_that_are_lost_from_known_cases_are_told(told):
    told(MOR, cases(), CASES)
    half = [row[:4] + ([""] if n % 2 else [row[4]]) + row[5:] for n, row in enumerate(cases())]
    assert f"{TOWN} datum_afgerond: bij 30 van 60 bekende zaken" in told(MOR, half, CASES)


def test_sorts_that_changed_in_known_cases_are_told(told):
    told(MOR, cases(), CASES)
    assert f"{TOWN} soort: bij 60 van 60 bekende zaken" in told(MOR, cases(Categorie="groen"), CASES)


def test_the_file_of_a_neighbour_is_recognised(told):
    """Without a column for the municipality every row is of the folder that the file stands in."""
    without = [heading for heading in CASES if heading != "Gemeente"]
    rows = [row[:1] + row[2:] for row in cases()]
    told(MOR, rows, without)
    said = told(MOR.replace(TOWN, NEIGHBOUR), rows, without)
    assert "'rijen van een andere gemeente'" in said
    assert f"{NEIGHBOUR}: 60 van de 60 rijen zijn gelijk aan die van {TOWN}" in said


def test_an_addition_of_known_cases_under_other_numbers_is_told(told):
    told(MOR, cases(), CASES)
    other = [[f"{n:03}/2025", *row[1:]] for n, row in enumerate(cases())]
    said = told(MOR.replace("2025", "2025_aanvulling"), other, CASES)
    assert "'bekend onder een ander nummer'" in said and f"{TOWN}: 60 van de 60 nieuwe zaken" in said
    more = [[f"N-{n:03}", *row[1:]] for n, row in enumerate(cases(rows=200)[100:])]
    assert "'bekend onder een ander nummer'" not in told(MOR.replace("2025", "2025_aanvulling"), more, CASES)
