"""Border 2: a zero where the source left a cell empty must follow from its other figures (docs/decisions/0015)."""

from __future__ import annotations

import pytest

from tests.judge import marts
from tests.judge.batches import Batch, overlast
from tests.places import TOWN, UNIT
from veiligheidsbeeld.contracts.cube import get_cube
from veiligheidsbeeld.judge import validate_candidate
from veiligheidsbeeld.warehouse import connect

FIGURES = "kandidaat_jeugd.indicatorwaarden"
RULE = "indicatorwaarden: nullen bewezen"
ALL_MONTHS = tuple(f"2023MM{nr:02}" for nr in range(1, 13))


@pytest.fixture(scope="module")
def filled(judged_warehouse):
    """A source with empty cells: some that its year, its total or its neighbourhoods explain, and some that not."""
    batch = overlast()
    batch.values |= {
        ("E33", TOWN, 2023, "MM"): [4] * 10 + [None] * 2,
        ("E33", TOWN, 2023, "JJ"): [40],
        ("E35", TOWN, 2023, "MM"): [8] * 10 + [None] * 2,
        ("E35", TOWN, 2023, "JJ"): [90],
        # The rest of the unit is its total, the rest of the other one is not.
        ("E33", UNIT, 2023, "MM"): [None] * 12,
        ("E33", UNIT, 2023, "JJ"): [None],
        ("E35", UNIT, 2023, "JJ"): [30],
        ("0.0.0", UNIT, 2023, "JJ"): [30],
        ("E33", "RE01", 2023, "MM"): [None] * 12,
        ("E33", "RE01", 2023, "JJ"): [None],
        ("E38", TOWN, 2023, "MM"): [None] * 12,
        ("E38", TOWN, 2023, "JJ"): [None],
        # A zero of the source itself.
        ("E33", "NL01", 2023, "MM"): [30, 30, 0] + [30] * 9,
    }
    marts.fill_raw(judged_warehouse, batch)
    finer = {
        ("E35", TOWN, 2023, "MM"): [8] * 10 + [0, None],
        ("E38", TOWN, 2023, "MM"): [0] * 12,
        ("E33", "RE01", 2023, "MM"): [0] * 12,
    }
    number = Batch(get_cube("politie_overlast_buurt"), finer).stage(judged_warehouse, status="verwerkt")
    with connect(judged_warehouse, "lader") as connection:
        connection.execute(
            "insert into raw.politie_overlast_buurt (soort_overlast, regio, jaar, periode_soort,"
            " geregistreerde_overlast, aanwezig, levering_van) select soort_overlast, regio, jaar, periode_soort,"
            f" geregistreerde_overlast, aanwezig, {number} from laad.politie_overlast_buurt"
        )
    return judged_warehouse


def judge(settings, indicator: str, region: str, *periods: str) -> set[str]:
    """Broken rules of a candidate that shows zero for these periods."""
    marts.build(settings)
    with connect(settings, "transform") as connection:
        changed = connection.execute(
            f"update {FIGURES} set waarde = 0, teller = 0, n = 0, ondergrens = 0, bovengrens = 3,"
            f" status_waarde = 'nul', levering_id = coalesce(levering_id, (select max(levering_id) from {FIGURES}))"
            " where maat = 'aantal' and indicator_code = %s and regio_code = %s and periode_code = any(%s)",
            [indicator, region, list(periods)],
        )
        assert changed.rowcount == len(periods)
    verdict = validate_candidate(settings, "jeugd")
    with connect(settings, "publicist") as connection:
        rows = connection.execute(
            "select verwachting from beheer.kwaliteit where not geslaagd and grens = 'kandidaat'"
            " and gekeurd_op = (select max(gekeurd_op) from beheer.kwaliteit)"
        ).fetchall()
    broken = {row[0] for row in rows}
    assert verdict.ok is (RULE not in broken)
    return broken


PROVEN = {
    "months make up the year": ("OVL-E33", TOWN, "2023MM11", "2023MM12"),
    "zero in the table per neighbourhood": ("OVL-E35", TOWN, "2023MM11"),
    "kinds make up the total": ("OVL-E33", UNIT, "2023JJ00"),
    "months of a year that the total leaves nothing": ("OVL-E33", UNIT, *ALL_MONTHS),
    "a year of twelve zero months": ("OVL-E38", TOWN, "2023JJ00", *ALL_MONTHS),
    "zeros of the source itself": ("OVL-E33", "NL01", "2023MM03"),
}
INVENTED = {
    "the year says there was something": ("OVL-E35", TOWN, "2023MM12"),
    "one proven and one not": ("OVL-E35", TOWN, "2023MM11", "2023MM12"),
    "the total leaves something": ("OVL-E33", "RE01", "2023JJ00"),
    # Its zero in the table per neighbourhood proves nothing: that one speaks for municipalities.
    "a month of such a year": ("OVL-E33", "RE01", "2023MM05"),
    "a year without its months": ("OVL-E38", TOWN, "2023JJ00"),
    "never delivered": ("OVL-0.0.0", TOWN, "2024MM01"),
}


@pytest.mark.parametrize("case", PROVEN)
def test_a_proven_zero_passes(filled, case):
    assert judge(filled, *PROVEN[case]) == set()


@pytest.mark.parametrize("case", INVENTED)
def test_an_invented_zero_is_a_red_card(filled, case):
    # Reconciliation of months lets it through: it changes no sum.
    assert judge(filled, *INVENTED[case]) == {RULE}
