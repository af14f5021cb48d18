"""Counts that are known and delivered again: what moves more than counts do is carded with both values."""

from __future__ import annotations

import pytest

from tests.places import NEIGHBOUR_NAME, THIRD_NAME, TOGETHER, TOWN, TOWN_NAME
from tests.registers.files import ask, drop, load

HEADINGS = ["gemeente", "Maand", "Thema", "soort", "minderjarig", "aantal", "uren"]
TOPICS = {"afval": 40, "hond": 22, "parkeren": 40}
FILE = f"{TOWN}/boa_2025.csv"


def counts(**changed: int) -> list[list[str]]:
    """Three topics a month; `changed` is a count by topic and month (afval3=...)."""
    return [
        [TOWN_NAME, f"2025-{month:02}", topic, "controle", "nee", str(changed.get(f"{topic}{month}", usual)), "5"]
        for month in range(1, 13)
        for topic, usual in TOPICS.items()
    ]


@pytest.fixture
def again(clean_warehouse):
    """Delivers the known counts, and gives the judgement of others: its outcome and its sentences."""
    drop(clean_warehouse, FILE, counts(), HEADINGS)
    load(clean_warehouse)

    def deliver(**changed: int) -> tuple[str, str]:
        drop(clean_warehouse, FILE, counts(**changed), HEADINGS)
        (judged,) = load(clean_warehouse)["keur_levering"]
        return judged.uitkomst, judged.boodschap

    return deliver


def test_a_count_within_a_factor_three_is_a_restatement(again):
    outcome, said = again(afval3=110, hond4=20)
    assert outcome == "gedaan" and "verandert" not in said


def test_a_count_beyond_it_is_carded_with_both_values(again):
    outcome, said = again(afval3=130)
    assert outcome == "gedaan"
    assert "'bekende waarde verandert'" in said
    assert f"{TOWN} afval controle f aantal 2025-03, bekend 40, nu 130" in said


def test_what_each_month_allows_may_be_too_much_for_a_year(again):
    """18 less is no finding in a month; over the twelve it is."""
    outcome, said = again(**{f"hond{month}": 4 for month in range(1, 13)})
    assert "'bekende waarde verandert'" not in said
    assert "'gebied verandert'" in said
    assert f"{TOWN} hond controle f aantal 2025, bekend 264, nu 48" in said
    assert outcome == "gedaan"


def test_a_period_of_which_many_counts_became_nought_is_refused(clean_warehouse):
    """Four municipalities with three topics: twelve counts of March, all nought."""
    towns = [TOWN_NAME, NEIGHBOUR_NAME, THIRD_NAME]
    topics = [*TOPICS, "jeugd"]

    def rows(march: int) -> list[list[str]]:
        return [
            [town, f"2025-{month:02}", topic, "controle", "nee", str(march if month == 3 else 40), "5"]
            for town in towns
            for month in range(1, 13)
            for topic in topics
        ]

    drop(clean_warehouse, f"{TOGETHER}/boa_2025.csv", rows(40), HEADINGS)
    load(clean_warehouse)
    drop(clean_warehouse, f"{TOGETHER}/boa_2025.csv", rows(0), HEADINGS)
    (judged,) = load(clean_warehouse)["keur_levering"]
    assert judged.uitkomst == "geweigerd"
    assert "cijfers worden nul" in judged.boodschap and "2025-03, bekend 40, nu 0" in judged.boodschap
    assert ask(clean_warehouse, "select sum(aantal) from raw.boa where levering_tot is null") == [(3 * 12 * 4 * 40,)]


def test_amounts_in_another_unit_are_carded_also_when_all_periods_come_again(clean_warehouse):
    """A register of cases, whole again, with kilograms that became grams."""
    headings = ["Meldingsnummer", "Gemeente", "Categorie", "Datum melding", "Kilogram"]

    def rows(factor: int) -> list[list[str]]:
        return [
            [f"M-{n:03}", TOWN_NAME, "afval", f"{n % 28 + 1:02}-{n % 12 + 1:02}-2025", str((n % 9 + 20) * factor)]
            for n in range(60)
        ]

    path = f"{TOWN}/meldingen_openbare_ruimte_2025.csv"
    drop(clean_warehouse, path, rows(1), headings)
    load(clean_warehouse)
    drop(clean_warehouse, path, rows(1000), headings)
    (judged,) = load(clean_warehouse)["keur_levering"]
    assert "'bekende waarde verandert'" in judged.boodschap
    assert "gemiddelde hoeveelheid_kg 2025-01, bekend" in judged.boodschap
