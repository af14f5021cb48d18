"""The goals of a theme are those of `mart_ivp`: one publication changes both, and turning back turns back both."""

from __future__ import annotations

from tests.publish.candidates import build, delivered, earlier_version, judged, published
from veiligheidsbeeld import publish
from veiligheidsbeeld.contracts.themes import theme_names
from veiligheidsbeeld.steps.marts import publish_step
from veiligheidsbeeld.warehouse import connect

COLUMNS = {"regio_code": "text", "thema": "text", "waarde": "double precision"}
THEMES = theme_names()


def publish_goals(settings, value: float, columns=COLUMNS):
    """Three goals about youth and two about cybercrime, all with this value."""
    delivered(settings)
    build(settings, value, thema="ivp", rows=5, columns=columns, tables=("doelen",))
    with connect(settings, "transform") as connection:
        connection.execute(
            "update kandidaat_ivp.doelen set thema = case when regio_code > 'GM0003' then 'cybercrime' else 'jeugd' end"
        )
    judged(settings, thema="ivp")
    return publish.publish(settings, "ivp")


def shown(settings, thema: str) -> list[float]:
    with connect(settings, "bi_lezer") as connection:
        return [v for (v,) in connection.execute(f"select waarde from mart_{thema}.doelen")]


def test_every_theme_shows_its_own_goals_of_the_publication_of_all(clean_warehouse):
    publish_goals(clean_warehouse, 1)
    expected = {"jeugd": [1, 1, 1], "cybercrime": [1, 1]}
    assert {t: shown(clean_warehouse, t) for t in THEMES} == {t: expected.get(t, []) for t in THEMES}
    publish_goals(clean_warehouse, 2)
    assert (shown(clean_warehouse, "jeugd"), shown(clean_warehouse, "ivp")) == ([2, 2, 2], [2] * 5)
    publish.rollback(clean_warehouse, "ivp")
    assert (shown(clean_warehouse, "jeugd"), shown(clean_warehouse, "ivp")) == ([1, 1, 1], [1] * 5)


def test_a_theme_published_first_says_that_its_goals_are_to_come(clean_warehouse):
    delivered(clean_warehouse)
    build(clean_warehouse, 7)
    judged(clean_warehouse)
    told = publish_step(clean_warehouse, "jeugd", run_id="proef").boodschap
    assert "mart_jeugd.doelen comes with the first publication of ivp" in told
    publish_goals(clean_warehouse, 1)
    delivered(clean_warehouse)
    build(clean_warehouse, 8)
    judged(clean_warehouse)
    assert "doelen" not in publish_step(clean_warehouse, "jeugd", run_id="proef").boodschap


def test_a_theme_is_published_and_turned_back_without_touching_its_goals(clean_warehouse):
    published(clean_warehouse, 7)
    publish_goals(clean_warehouse, 1)
    assert published(clean_warehouse, 8).status == "gepubliceerd"
    publish.rollback(clean_warehouse, "jeugd")
    assert shown(clean_warehouse, "jeugd") == [1, 1, 1]


def test_a_new_column_of_the_goals_is_seen_in_every_theme(clean_warehouse):
    publish_goals(clean_warehouse, 1)
    publish_goals(clean_warehouse, 2, COLUMNS | {"uitleg": "text"})
    with connect(clean_warehouse, "analist") as connection:
        for thema in (*THEMES, "ivp"):
            columns = connection.execute(
                "select attname, col_description(attrelid, attnum) from pg_attribute"
                f" where attrelid = 'mart_{thema}.doelen'::regclass and attnum > 0 order by attnum"
            ).fetchall()
            assert columns == [(c, f"Kolom {c}") for c in (*COLUMNS, "uitleg")]


def test_a_view_of_goals_that_a_theme_had_of_its_own_is_replaced(clean_warehouse):
    """As earlier versions left it."""
    publish_goals(clean_warehouse, 1)
    with connect(clean_warehouse, "publicist") as connection:
        connection.execute(
            "create or replace view mart_jeugd.doelen as"
            " select 'GM0001'::text as regio_code, 'jeugd'::text as thema, 9::double precision as waarde"
        )
    assert shown(clean_warehouse, "jeugd") == [9]
    publish_goals(clean_warehouse, 2)
    assert shown(clean_warehouse, "jeugd") == [2, 2, 2]


def test_a_home_of_an_earlier_version_shows_its_goals_throughout(clean_warehouse):
    """The goals move from partitions to rows that publications share, and the views of the themes with them."""
    with earlier_version():
        publish_goals(clean_warehouse, 1)
    assert shown(clean_warehouse, "jeugd") == [1, 1, 1]
    publish_goals(clean_warehouse, 2)
    assert (shown(clean_warehouse, "jeugd"), shown(clean_warehouse, "ivp")) == ([2, 2, 2], [2] * 5)
    publish.rollback(clean_warehouse, "ivp")
    assert (shown(clean_warehouse, "jeugd"), shown(clean_warehouse, "ivp")) == ([1, 1, 1], [1] * 5)
