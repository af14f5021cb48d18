"""The goals of a theme are those of `mart_ivp`: one publication changes both, and turning back turns back both."""

from __future__ import annotations

import pytest

from tests.publish.candidates import build, delivered, earlier_version, judged, published
from veiligheidsbeeld import publish
from veiligheidsbeeld.contracts.themes import theme_names
from veiligheidsbeeld.errors import ConfigurationError
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


def publish_goals_and_changes(settings, value: float, compared_with: int | None):
    """Goals with this value, a table beside them, and the table of what changed, which publishing fills in."""
    delivered(settings)
    build(settings, value, thema="ivp", rows=5, columns=COLUMNS, tables=("doelen", "beeld"))
    changes = {"regio_code": "text", "publicatie_was": "integer", "publicatie_is": "integer"}
    build(settings, value, thema="ivp", rows=5, columns=changes, tables=("wijzigingen",))
    with connect(settings, "transform") as connection:
        connection.execute("update kandidaat_ivp.wijzigingen set publicatie_was = %s", [compared_with])
    judged(settings, thema="ivp")
    return publish.publish(settings, "ivp", keep=2).nr


def test_of_old_publications_the_goals_stay_and_all_else_goes(clean_warehouse):
    """But for the one that the last ones were compared with: the next one may be compared with it as well."""
    nrs = [publish_goals_and_changes(clean_warehouse, value, None) for value in range(4)]
    nrs += [publish_goals_and_changes(clean_warehouse, value, nrs[1]) for value in range(4, 8)]
    with connect(clean_warehouse, "postgres") as connection:
        of = "select array_agg(distinct waarde order by waarde) from publicatie.ivp__{}__rij"
        goals, picture = (connection.execute(of.format(t)).fetchone()[0] for t in ("doelen", "beeld"))
        changes = connection.execute(
            "select array_agg(distinct publicatie_nr order by publicatie_nr) from publicatie.ivp__wijzigingen"
        ).fetchone()[0]
    assert goals == list(range(8))
    assert picture == [1, 5, 6, 7]
    assert changes == nrs[-3:]
    with connect(clean_warehouse, "bi_lezer") as connection:
        seen = connection.execute("select distinct publicatie_nr, waarde from mart_ivp.doelen_historie order by 1")
        assert seen.fetchall() == list(zip(nrs, range(8), strict=True))
    with pytest.raises(ConfigurationError, match="cannot be turned back"):
        publish.rollback(clean_warehouse, "ivp", nrs[0])
    publish.rollback(clean_warehouse, "ivp", nrs[-3])
    assert shown(clean_warehouse, "ivp") == [5] * 5


def test_a_home_of_an_earlier_version_shows_its_goals_throughout(clean_warehouse):
    """The goals move from partitions to rows that publications share, and the views of the themes with them."""
    with earlier_version():
        publish_goals(clean_warehouse, 1)
    assert shown(clean_warehouse, "jeugd") == [1, 1, 1]
    publish_goals(clean_warehouse, 2)
    assert (shown(clean_warehouse, "jeugd"), shown(clean_warehouse, "ivp")) == ([2, 2, 2], [2] * 5)
    publish.rollback(clean_warehouse, "ivp")
    assert (shown(clean_warehouse, "jeugd"), shown(clean_warehouse, "ivp")) == ([1, 1, 1], [1] * 5)
