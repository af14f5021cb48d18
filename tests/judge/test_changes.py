"""Border 1: what a source changes quietly. Each batch is worked out by hand against the one before it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from expectations.changes import wholes
from tests.judge.batches import Batch
from tests.judge.test_deliveries import judge, sql
from tests.places import NEIGHBOUR, PROVINCE, TOWN, UNIT
from veiligheidsbeeld.contracts.cube import get_cube

TABLE = "raw.politie_overlast_gemeente"
TOWNS = sorted(wholes()[PROVINCE])


def province(share: int = 12, towns: Sequence[str] = TOWNS, above: Sequence[str] = (PROVINCE, UNIT, "NL01")) -> Batch:
    """Every municipality of a province has `share` a month; the province, its police unit and the country are sums."""
    regions = dict.fromkeys(towns, share) | dict.fromkeys(above, share * len(towns))
    values = {}
    for region, number in regions.items():
        for kind, length in (("MM", 12), ("JJ", 1)):
            for soort in ("E33", "0.0.0"):
                values[soort, region, 2023, kind] = [number * 12 // length] * length
    return Batch(get_cube("politie_overlast_gemeente"), values)


@pytest.fixture
def known(judged_warehouse):
    """The province as it was merged before."""
    first = province().stage(judged_warehouse, status="verwerkt")
    sql(
        judged_warehouse,
        f"delete from {TABLE}; insert into {TABLE} select soort_overlast, regio, jaar, periode_soort,"
        f" geregistreerde_overlast, aanwezig, {first}, null from laad.politie_overlast_gemeente",
    )
    yield judged_warehouse
    sql(judged_warehouse, f"delete from {TABLE}")
    sql(judged_warehouse, "update raw.levering set status = 'geweigerd' where levering_id = %s", [first])


def cards(settings, batch: Batch, tamper: str | None = None) -> tuple[set[str], str]:
    _, verdict, broken = judge(settings, batch, tamper)
    return broken, "\n".join([*verdict.red, *verdict.yellow])


def test_the_same_again_changes_nothing(known) -> None:
    assert cards(known, province()) == (set(), "")


def test_a_period_that_falls_to_zero_is_red_although_the_roll_up_stays(known) -> None:
    broken, text = cards(
        known,
        province(),
        "update {t} set geregistreerde_overlast[3] = 0 where periode_soort = 'MM' and soort_overlast = 'E33'"
        " and regio like 'GM%%'",
    )
    assert "cijfers worden nul" in broken and "rood voor regel 'cijfers worden nul'" in text
    # 31 of the 68 figures of the month: the totals of the soort, and the other soort, stayed.
    assert len(TOWNS) == 31


def test_a_few_zeros_are_a_restatement(known) -> None:
    broken, _ = cards(
        known,
        province(),
        f"update {{t}} set geregistreerde_overlast[3] = 0 where periode_soort = 'MM'"
        f" and regio in ('{TOWN}', '{NEIGHBOUR}')",
    )
    assert "cijfers worden nul" not in broken


def test_one_restated_month_no_longer_makes_its_year(known) -> None:
    broken, text = cards(
        known,
        province(),
        f"update {{t}} set geregistreerde_overlast[3] = 300 where periode_soort = 'MM' and regio = '{TOWN}'",
    )
    # 11 x 12 + 300 = 432 against 144; 31 x 12 = 372 becomes 660 against 372.
    assert broken == {"maanden en jaar", "gemeenten en hun eenheid", "bekende waarde verandert", "gebied verandert"}
    assert "maanden 432, jaar 144" in text
    assert "31 van 31 gemeenten 660, geheel 372, verschil 288" in text
    assert "bekend 12, nu 300" in text


def test_a_small_restatement_of_many_is_told_per_region(known) -> None:
    """Twelve months of 12 that become 33: none moves by 25, together they move by 252 and more than a quarter."""
    broken, text = cards(
        known,
        province(),
        "update {t} set geregistreerde_overlast = array_fill(33, array[12]) where periode_soort = 'MM'"
        f" and regio = '{TOWN}' and soort_overlast = 'E33'",
    )
    assert "gebied verandert" in broken and "bekende waarde verandert" not in broken
    assert f"{TOWN} E33 geregistreerde_overlast 2023MM, bekend 144, nu 396" in text


def test_one_province_of_a_unit_is_never_more_than_the_unit(judged_warehouse) -> None:
    """Of the unit's three provinces one is in the batch: its 10 municipalities may be all there is, and not more."""
    towns = sorted(wholes()["PV20"])
    assert len(towns) == 10 and len(wholes()["RE01"]) > 30
    batch = province(towns=towns, above=("PV20", "RE01", "NL01"))
    *_, broken = judge(judged_warehouse, batch)
    assert "gemeenten en hun eenheid" not in broken
    broken, text = cards(
        judged_warehouse,
        batch,
        "update {t} set geregistreerde_overlast[3] = 100 where periode_soort = 'MM' and regio = 'RE01'",
    )
    assert "gemeenten en hun eenheid" in broken
    assert f"10 van {len(wholes()['RE01'])} gemeenten 120, geheel 100, verschil 20" in text
