"""A plan is rows: a sixth one for a region that does not exist appears in every mart without a line of code."""

from __future__ import annotations

import pytest
from psycopg import sql

from tests.goals.sixth_plan import AREA, MEMBERS, PLAN
from tests.places import REGION, TOWN
from veiligheidsbeeld.publish import reader_views, tables
from veiligheidsbeeld.warehouse import connect

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def published(filled, first):
    """Rows of the first publication's table of goals, points, ... where a condition holds."""

    def rows(table: str, columns: str, condition: str, *parameters: object) -> list[tuple]:
        with connect(filled, "publicist") as connection:
            shape = tables.stored(connection, "ivp", table)
            stored, belongs = reader_views.stored_rows(connection, "ivp", shape, sql.Literal(first[0]))
            query = sql.SQL("select {} from {} as p where {} and {}").format(
                sql.SQL(columns), stored, belongs, sql.SQL(condition)
            )
            return connection.execute(query, parameters).fetchall()

    return rows


def test_its_goals_have_a_status_and_a_sentence(published):
    columns = "doel_code, regio_code, regio_naam, status, waarde, nulmeting_gedrukt, zin"
    goals = published("doelen", columns, "plan_code = %s", PLAN)
    found = {(goal, region): rest for goal, region, *rest in goals}
    assert set(found) == {(g, r) for g in ("VHT-INBRAAK", "VHT-INBRAAK-150") for r in (AREA, *MEMBERS)}
    name, status, value, printed, sentence = found["VHT-INBRAAK", AREA]
    # Three municipalities of 10 a month; before, 3 x 20 x 12 a year, and 10 whole months and 18/30 of one in 2022.
    assert (name, status, value) == ("Veenhoutstreek", "gehaald", 360)
    assert printed == pytest.approx((3 * 720 + 60 * 10.6) / 4)
    # 2,796 in three years and 322 of 365 days.
    assert sentence.startswith("Diefstal/inbraak woning 360 in ")
    assert " tegenover gemiddeld 720,2 per jaar in 2019 t/m 18-11-2022: 50,0% lager (" in sentence
    assert "verschil significant" in sentence
    assert found["VHT-INBRAAK-150", TOWN][1:3] == ["gehaald", 120]
    assert found["VHT-INBRAAK-150", AREA][1] != "gehaald"


def test_it_is_in_the_theme_and_its_points_are_explained(filled, published):
    assert published("doelen", "count(*)", "plan_code = %s and thema = 'leefomgeving'", PLAN) == [(8,)]
    with connect(filled, "analist") as connection:
        shown = connection.execute("select count(*) from mart_leefomgeving.doelen where plan_code = %s", [PLAN])
        assert shown.fetchall() == [(8,)]
        shown = connection.execute("select count(*) from mart_jeugd.doelen where plan_code = %s", [PLAN])
        assert shown.fetchall() == [(0,)]
    columns = "planitem_id, hoe_gemeten, doelen, standen, reden"
    measured, explained = sorted(published("planitems", columns, "plan_code = %s", PLAN))
    assert measured[:3] == ("V01", "doel", 8)
    assert "gehaald" in measured[3]
    assert explained == ("V02", "niet_meetbaar", 0, None, "Rust staat in geen register.")


def test_its_goals_are_counted_by_what_the_plan_says_of_them(published):
    """Burglaries halved everywhere, and each municipality has 120 of the 150 it may have; the area has 360."""
    rows = published("plantotalen", "grond, status, doelen, doelen_gemeenten", "plan_code = %s", PLAN)
    assert sorted(rows) == [("plan", "geen_verandering", 1, 0), ("plan", "gehaald", 1, 6)]


def test_nothing_changed_before_the_first_publication(published):
    assert published("wijzigingen", "*", "true") == []


def test_its_agreed_results_have_the_shape_of_the_plan(published):
    columns = "regio_code, basisjaar_1, planjaar_1, lopend_waarde, zelfde_maanden_vorig_jaar"
    rows = published("resultaatafspraken", columns, "plan_code = %s", PLAN)
    one = (240.0, 120.0, 30.0, 30.0)
    assert sorted(rows) == [*((m, *one) for m in MEMBERS), (AREA, *(3 * n for n in one))]
    years = published(
        "resultaatafspraken", "distinct eerste_basisjaar, eerste_planjaar, lopend_jaar", "plan_code = %s", PLAN
    )
    assert years == [(2019, 2023, "jan. t/m mrt. 2025")]
    assert {k for (k,) in published("resultaatcijfers", "soort", "plan_code = %s", PLAN)} == {
        "basisjaar", "gemiddelde_gedrukt", "gemiddelde_op_jaarbasis", "gemiddelde_naar_dagen", "planjaar",
        "zelfde_maanden",
    }  # fmt: skip


def test_its_region_is_in_the_one_page_picture(published):
    one = "regio_code = %s and indicator_code = 'MIS-1.1.1' and periode_code = '2025RM03'"
    (row,) = published("veiligheidsbeeld", "regio_naam, waarde, waarde_vorig, doel_status", one, AREA)
    assert row == ("Veenhoutstreek", 360, 360, "gehaald")


def test_the_plans_of_the_region_are_still_there(published):
    own = {row["plan_code"] for row in REGION.rows("plan")}
    assert {p for (p,) in published("doelen", "plan_code", "true")} == own | {PLAN}
