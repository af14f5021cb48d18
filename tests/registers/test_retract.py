"""A delivery that is taken back: what was known before it is known again, and what was published can still be read."""

from __future__ import annotations

import pytest

from tests.dbt.raw import Delivery
from tests.places import TOWN
from tests.registers.files import REGISTER, YEAR, ask, bring, case, drop, known, load
from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.signature import current_signature
from veiligheidsbeeld.steps.retract import retract_step
from veiligheidsbeeld.warehouse import connect

FIRST = [case("A-01", "2025-01-02"), case("A-02", "2025-02-03"), case("A-03", "2025-08-04")]
SECOND = [case("A-01", "2025-01-02", "wapens"), case("A-03", "2025-08-04"), case("A-04", "2025-09-09")]


def as_known(settings, number: int) -> dict[str, str]:
    """Cases with their theme as they were known once delivery `number` had been merged."""
    query = f"""
        select zaaknummer, thema from raw.{REGISTER}
        where levering_van <= {number} and (levering_tot is null or levering_tot > {number})
    """
    return dict(ask(settings, query))


def test_what_it_changed_withdrew_and_brought_is_undone_and_history_stays(clean_warehouse):
    first, second = bring(clean_warehouse, FIRST), bring(clean_warehouse, SECOND)
    before = current_signature(clean_warehouse, "ondermijning")
    done = retract_step(clean_warehouse, REGISTER, second, reason="verkeerde export")
    assert known(clean_warehouse) == {"A-01": "drugs", "A-02": "drugs", "A-03": "drugs"}
    assert as_known(clean_warehouse, first) == known(clean_warehouse)
    assert as_known(clean_warehouse, second) == {"A-01": "wapens", "A-03": "drugs", "A-04": "drugs"}
    assert (done.detail["vervallen"], done.detail["hersteld"]) == (2, 2)
    assert current_signature(clean_warehouse, "ondermijning") != before, "the marts are stale"
    entry = ask(clean_warehouse, "select status, reden, scope ->> 'trekt_in' from raw.levering order by levering_id")[
        -1
    ]
    assert entry == ("verwerkt", "verkeerde export", str(second))
    logged = ask(clean_warehouse, "select detail ->> 'reden' from beheer.stap where stap = 'trek_in'", "beheer")
    assert logged == [("verkeerde export",)]


def test_the_same_bytes_sent_anew_are_taken_again_and_what_was_not_sent_anew_is_not(clean_warehouse):
    number = bring(clean_warehouse, FIRST)
    retract_step(clean_warehouse, REGISTER, number, reason="te vroeg")
    still = load(clean_warehouse)["neem_in"][0]
    assert (still.detail["genomen"], known(clean_warehouse)) == (0, {}), "the file still lies there as it was"
    again = bring(clean_warehouse, FIRST)
    assert again > number
    assert known(clean_warehouse) == {"A-01": "drugs", "A-02": "drugs", "A-03": "drugs"}
    drop(clean_warehouse, YEAR, FIRST)
    assert load(clean_warehouse)["neem_in"][0].detail["bekend"] == 1


def test_the_first_delivery_leaves_nothing(clean_warehouse):
    number = bring(clean_warehouse, FIRST)
    retract_step(clean_warehouse, REGISTER, number, reason="niet van ons")
    assert known(clean_warehouse) == {}
    again = bring(clean_warehouse, FIRST[::-1])
    assert len(known(clean_warehouse)) == 3
    ((coverage,),) = ask(clean_warehouse, f"select telling ->> 'dekking' from raw.levering where levering_id = {again}")
    assert coverage == "1", "what was taken back spoke for nothing"


def test_what_came_later_stays_and_can_be_taken_back_too(clean_warehouse):
    first = bring(clean_warehouse, FIRST)
    second = bring(clean_warehouse, SECOND)
    third = bring(clean_warehouse, [*SECOND[1:], case("A-05", "2025-10-01")])
    addition = bring(
        clean_warehouse, [case("A-03", "2025-08-04", "witwassen")], f"{TOWN}/{REGISTER}_2025_aanvulling.csv"
    )
    retract_step(clean_warehouse, REGISTER, second, reason="fout")
    assert known(clean_warehouse) == {"A-03": "witwassen", "A-04": "drugs", "A-05": "drugs"}
    retract_step(clean_warehouse, REGISTER, addition, reason="fout")
    assert known(clean_warehouse) == {"A-03": "drugs", "A-04": "drugs", "A-05": "drugs"}
    retract_step(clean_warehouse, REGISTER, third, reason="fout")
    assert known(clean_warehouse) == {row[0]: "drugs" for row in FIRST}
    retract_step(clean_warehouse, REGISTER, first, reason="fout")
    assert known(clean_warehouse) == {}


def test_what_cannot_be_taken_back_is_told(clean_warehouse):
    number = bring(clean_warehouse, FIRST)
    for dataset, delivery, reason, words in (
        (REGISTER, number, " ", "reason"),
        ("halt", number, "fout", "is one of"),
        (REGISTER, 99, "fout", "unknown"),
    ):
        with pytest.raises(Exception, match=words):
            retract_step(clean_warehouse, dataset, delivery, reason=reason)
    retract_step(clean_warehouse, REGISTER, number, reason="fout")
    with pytest.raises(ConfigurationError, match="before"):
        retract_step(clean_warehouse, REGISTER, number, reason="fout")


def test_a_table_of_a_source_newest_first(clean_warehouse):
    dataset, series = "politie_misdrijven_gemeente", ("1.1.1", TOWN, "2024MM01")
    first, second = (
        Delivery(dataset, {series: (count, None, None)}, {"SoortMisdrijf": {"1.1.1": title}})
        for count, title in ((5.0, "Woninginbraak"), (9.0, "Inbraak"))
    )
    with connect(clean_warehouse, "lader") as connection:
        numbers = [first.write(connection), second.write(connection)]
    with pytest.raises(ConfigurationError, match=f"stand on this one: {numbers[1]}"):
        retract_step(clean_warehouse, dataset, numbers[0], reason="fout")
    retract_step(clean_warehouse, dataset, numbers[1], reason="fout")
    query = f"select geregistreerde_misdrijven[1] from raw.{dataset} where levering_tot is null"
    assert ask(clean_warehouse, query) == [(5,)]
    assert ask(clean_warehouse, "select titel from raw.codelijst where levering_tot is null") == [("Woninginbraak",)]
    retract_step(clean_warehouse, dataset, numbers[0], reason="fout")
    assert ask(clean_warehouse, query) == []
