"""Publishing: what readers see, what is refused, what is kept, and turning back."""

from __future__ import annotations

import re

import psycopg
import pytest

from tests.publish.candidates import COLUMNS, build, delivered, judged, published, seen
from veiligheidsbeeld import publish
from veiligheidsbeeld.errors import CandidateRefused, ConfigurationError, VeiligheidsbeeldError
from veiligheidsbeeld.warehouse import connect


def query(settings, statement, role="publicist", values=None):
    with connect(settings, role) as connection:
        return connection.execute(statement, values).fetchall()


def test_a_judged_candidate_becomes_visible_with_its_comments(clean_warehouse):
    done = published(clean_warehouse, 1)
    assert (done.status, done.tabellen) == ("gepubliceerd", {"indicatorwaarden": 100, "toelichting": 100})
    for role in ("bi_lezer", "analist"):
        assert seen(clean_warehouse, role=role) == {1}
    comments = query(
        clean_warehouse,
        "select obj_description(v.oid), array_agg(col_description(v.oid, a.attnum) order by a.attnum),"
        " array_agg(a.attname::text) from pg_class v join pg_attribute a on a.attrelid = v.oid and a.attnum > 0"
        " where v.oid = 'mart_jeugd.indicatorwaarden'::regclass group by v.oid",
    )
    (about, texts, columns) = comments[0]
    assert about == "Tabel indicatorwaarden"
    assert {name: text for name, text in zip(columns, texts, strict=True) if name in COLUMNS} == {
        name: f"Kolom {name}" for name in COLUMNS
    }
    assert all(texts)
    assert query(clean_warehouse, "select count(*) from pg_tables where schemaname = 'kandidaat_jeugd'") == [(0,)]


def test_core_dimensions_are_published_under_their_own_schema(clean_warehouse):
    published(clean_warehouse, 7, thema="kern", tables=("regio",))
    assert seen(clean_warehouse, table="kern.regio") == {7}


def test_readers_reach_the_views_only(clean_warehouse):
    published(clean_warehouse, 1)
    for role in ("bi_lezer", "analist"):
        for relation in ("publicatie.jeugd__indicatorwaarden", "kandidaat_jeugd.indicatorwaarden"):
            with connect(clean_warehouse, role) as connection, pytest.raises(psycopg.errors.Error) as refused:
                connection.execute(f"select 1 from {relation}")
            assert refused.value.sqlstate in ("42501", "42P01")
    # The builder of candidates cannot touch what is published.
    with connect(clean_warehouse, "transform") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("truncate publicatie.jeugd__indicatorwaarden")


def test_the_second_publication_replaces_all_tables_and_keeps_the_first(clean_warehouse):
    first, second = published(clean_warehouse, 1), published(clean_warehouse, 2)
    assert second.nr > first.nr
    assert seen(clean_warehouse) == seen(clean_warehouse, table="mart_jeugd.toelichting") == {2}
    publish.rollback(clean_warehouse, "jeugd")
    assert seen(clean_warehouse) == seen(clean_warehouse, table="mart_jeugd.toelichting") == {1}
    log = query(clean_warehouse, "select handeling, van_nr, naar_nr from beheer.publicatie_log order by moment")
    assert log == [
        ("publiceren", None, first.nr),
        ("publiceren", first.nr, second.nr),
        ("terugdraaien", second.nr, first.nr),
    ]


def test_the_same_again_publishes_nothing_and_says_so(clean_warehouse):
    first = published(clean_warehouse, 1)
    before = query(clean_warehouse, "select * from beheer.publicatie order by 1")
    assert publish.is_current(clean_warehouse, "jeugd")
    build(clean_warehouse, 1)
    again = publish.publish(clean_warehouse, "jeugd")
    assert (again.status, again.nr) == ("ongewijzigd", first.nr)
    assert "niets nieuws" in again.uitleg
    assert query(clean_warehouse, "select * from beheer.publicatie order by 1") == before
    delivered(clean_warehouse)
    assert not publish.is_current(clean_warehouse, "jeugd")


def test_a_delivery_of_another_theme_leaves_the_signature_alone(clean_warehouse):
    published(clean_warehouse, 1)
    delivered(clean_warehouse, "cbs_criminaliteit")  # contract: leefomgeving only
    assert publish.is_current(clean_warehouse, "jeugd")
    published(clean_warehouse, 1, thema="kern", tables=("regio",))
    delivered(clean_warehouse, "cbs_criminaliteit")
    assert not publish.is_current(clean_warehouse, "kern")


def test_other_code_is_another_signature(clean_warehouse, tmp_path):
    from dataclasses import replace

    models = tmp_path / "dbt_project" / "models" / "marts"
    for folder in ("jeugd", "cybercrime"):
        (models / folder).mkdir(parents=True)
        (models / folder / "indicatorwaarden.sql").write_text("select 1")
    settings = replace(clean_warehouse, project=tmp_path)
    one = publish.current_signature(settings, "jeugd")
    (models / "cybercrime" / "indicatorwaarden.sql").write_text("select 2")
    assert publish.current_signature(settings, "jeugd") == one
    (models / "jeugd" / "indicatorwaarden.sql").write_text("select 2")
    assert publish.current_signature(settings, "jeugd").value != one.value


def test_an_unjudged_candidate_is_refused(clean_warehouse):
    published(clean_warehouse, 1)
    delivered(clean_warehouse)
    build(clean_warehouse, 2)
    with pytest.raises(CandidateRefused, match="not judged"):
        publish.publish(clean_warehouse, "jeugd")
    assert seen(clean_warehouse) == {1}


def test_a_judgement_of_an_earlier_build_does_not_count(clean_warehouse):
    delivered(clean_warehouse)
    build(clean_warehouse, 1)
    judged(clean_warehouse)
    build(clean_warehouse, 666)
    with pytest.raises(CandidateRefused, match="not judged"):
        publish.publish(clean_warehouse, "jeugd")


def test_a_red_card_stops_the_theme_and_says_why_once(clean_warehouse):
    published(clean_warehouse, 1)
    delivered(clean_warehouse)
    build(clean_warehouse, 2)
    judged(clean_warehouse, red="Er zijn cijfers over de toekomst.")
    for _ in range(2):
        with pytest.raises(CandidateRefused, match="cijfers over de toekomst"):
            publish.publish(clean_warehouse, "jeugd")
    assert seen(clean_warehouse) == {1}
    refused = query(clean_warehouse, "select status, reden from beheer.publicatie where status <> 'gepubliceerd'")
    assert [r[0] for r in refused] == ["geweigerd"]
    assert "toekomst" in refused[0][1]
    # Judged again after a mend, the same candidate goes through.
    judged(clean_warehouse)
    assert publish.publish(clean_warehouse, "jeugd").status == "gepubliceerd"


def test_a_new_column_is_added_and_empty_in_older_publications(clean_warehouse):
    published(clean_warehouse, 1)
    published(clean_warehouse, 2, columns={**COLUMNS, "n": "integer"})
    assert seen(clean_warehouse) == {2}
    assert query(clean_warehouse, "select distinct n from mart_jeugd.indicatorwaarden", "bi_lezer") == [(None,)]
    publish.rollback(clean_warehouse, "jeugd")
    assert query(clean_warehouse, "select distinct waarde, n from mart_jeugd.indicatorwaarden", "bi_lezer") == [
        (1, None)
    ]


def test_columns_in_another_order_are_the_same_columns(clean_warehouse):
    published(clean_warehouse, 1)
    published(clean_warehouse, 2, columns=dict(reversed(COLUMNS.items())))
    assert query(
        clean_warehouse, "select distinct waarde from mart_jeugd.indicatorwaarden where regio_code = 'GM0001'"
    ) == [(2,)]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (
            {"columns": {"regio_code": "text", "waarde": "double precision"}},
            "kolom indicatorwaarden.periode_code ontbreekt",
        ),
        (
            {"columns": {**COLUMNS, "waarde": "numeric"}},
            "kolom indicatorwaarden.waarde is numeric in plaats van double",
        ),
        ({"tables": ("indicatorwaarden",)}, "tabel toelichting ontbreekt"),
    ],
)
def test_a_breaking_change_is_refused_with_the_way_out(clean_warehouse, options, named):
    published(clean_warehouse, 1)
    with connect(clean_warehouse, "transform") as connection:
        connection.execute("drop table if exists kandidaat_jeugd.toelichting")
    with pytest.raises(CandidateRefused, match=named) as refused:
        published(clean_warehouse, 2, **options)
    assert "indicatorwaarden_v2" in refused.value.remedy
    assert seen(clean_warehouse) == {1}


def test_turning_back_and_forth(clean_warehouse):
    nrs = [published(clean_warehouse, value).nr for value in (1, 2, 3)]
    back = publish.rollback(clean_warehouse, "jeugd")
    assert (back.status, back.nr) == ("teruggedraaid", nrs[1])
    assert seen(clean_warehouse) == seen(clean_warehouse, table="mart_jeugd.toelichting") == {2}
    assert publish.rollback(clean_warehouse, "jeugd").nr == nrs[0]
    assert seen(clean_warehouse) == {1}
    with pytest.raises(ConfigurationError, match="no earlier publication"):
        publish.rollback(clean_warehouse, "jeugd")
    with pytest.raises(ConfigurationError, match="to publication 999") as refused:
        publish.rollback(clean_warehouse, "jeugd", naar=999)
    assert f"{nrs[1]}, {nrs[2]}" in refused.value.remedy
    assert publish.rollback(clean_warehouse, "jeugd", naar=nrs[2]).nr == nrs[2]
    assert seen(clean_warehouse) == {3}
    log = query(clean_warehouse, "select handeling, van_nr, naar_nr, door from beheer.publicatie_log order by moment")
    assert log[3:] == [
        ("terugdraaien", nrs[2], nrs[1], "publicist"),
        ("terugdraaien", nrs[1], nrs[0], "publicist"),
        ("terugdraaien", nrs[0], nrs[2], "publicist"),
    ]


def test_what_was_turned_back_stays_so_until_figures_change(clean_warehouse):
    published(clean_warehouse, 1)
    published(clean_warehouse, 2)
    third = published(clean_warehouse, 3)
    publish.rollback(clean_warehouse, "jeugd")
    publish.rollback(clean_warehouse, "jeugd")
    build(clean_warehouse, 3)
    judged(clean_warehouse)
    held = publish.publish(clean_warehouse, "jeugd")
    assert held.status == "ongewijzigd"
    assert f"publicatie {third.nr} is teruggedraaid" in held.uitleg
    assert seen(clean_warehouse) == {1}
    assert publish.publish(clean_warehouse, "jeugd", force=True).status == "gepubliceerd"
    assert seen(clean_warehouse) == {3}


def test_a_new_delivery_ends_a_turning_back(clean_warehouse):
    published(clean_warehouse, 1)
    published(clean_warehouse, 2)
    publish.rollback(clean_warehouse, "jeugd")
    assert published(clean_warehouse, 3).status == "gepubliceerd"
    assert seen(clean_warehouse) == {3}


def test_old_publications_go_and_the_list_says_which_are_kept(clean_warehouse):
    nrs = []
    for value in range(5):
        delivered(clean_warehouse)
        build(clean_warehouse, value)
        judged(clean_warehouse)
        nrs.append(publish.publish(clean_warehouse, "jeugd", keep=2).nr)
    kept = publish.publications(clean_warehouse)
    assert [(k.nr, k.actueel, k.bewaard) for k in kept] == [(nr, nr == nrs[-1], nr in nrs[-3:]) for nr in reversed(nrs)]
    assert kept[0].tabellen == {"indicatorwaarden": 100, "toelichting": 100}


def test_what_an_earlier_version_left_of_a_publication_without_its_mark_goes(clean_warehouse):
    """Dropping gave way to a reader halfway."""
    columns = COLUMNS | {"publicatie_is": "integer"}
    first = published(clean_warehouse, 1, columns=columns, tables=("wijzigingen",)).nr
    with connect(clean_warehouse, "publicist") as connection:
        connection.execute(f"drop table publicatie.jeugd__publicatie__{first}")
    for value in range(2, 9):
        assert published(clean_warehouse, value, columns=columns, tables=("wijzigingen",)).status == "gepubliceerd"
    left = "select count(*) from pg_class where relname = %s"
    with connect(clean_warehouse, "publicist") as connection:
        assert connection.execute(left, [f"jeugd__wijzigingen__{first}"]).fetchone() == (0,)


def test_without_a_candidate_there_is_nothing_to_publish(clean_warehouse):
    delivered(clean_warehouse)
    with pytest.raises(VeiligheidsbeeldError, match="no candidate of jeugd"):
        publish.publish(clean_warehouse, "jeugd")
    with pytest.raises(ConfigurationError, match="Unknown theme 'jeugdzorg'"):
        publish.publish(clean_warehouse, "jeugdzorg")


def test_executor_skips_other_publications_and_indexes_survive(clean_warehouse):
    """Of a table that publishing fills in, and which therefore stands in partitions."""
    columns = COLUMNS | {"publicatie_is": "integer"}
    for value in (1, 2, 3):
        published(clean_warehouse, value, rows=20_000, columns=columns, tables=("wijzigingen",))
    plan = "\n".join(
        row[0]
        for row in query(
            clean_warehouse,
            "explain (analyze, costs off, timing off, summary off)"
            " select * from mart_jeugd.wijzigingen where regio_code = 'GM0042'",
        )
    )
    skipped = re.findall(r"on jeugd__wijzigingen__\d+ p\w* \(never executed\)", plan)
    assert len(skipped) == 2 or "Subplans Removed: 2" in plan, plan
    indexed = query(
        clean_warehouse,
        "select tablename, indexdef from pg_indexes"
        " where schemaname = 'publicatie' and starts_with(tablename, 'jeugd__wijzigingen')",
    )
    assert len(indexed) == 3
    assert all("(regio_code)" in definition for _, definition in indexed)
    assert "Index" in plan


def test_a_stamp_names_the_deliveries_dbt_has_read(clean_warehouse):
    """A delivery merged while dbt runs is not in the candidate, so the next run must build again."""
    first = delivered(clean_warehouse)
    with publish.building(clean_warehouse, "basis"):
        build(clean_warehouse, 1, thema="kern", tables=("regio",))
    late = delivered(clean_warehouse)
    with publish.building(clean_warehouse, "jeugd"):
        build(clean_warehouse, 1)
    for thema in ("kern", "jeugd"):
        judged(clean_warehouse, thema=thema)
        assert publish.publish(clean_warehouse, thema).leveringen == [first]
        assert not publish.is_current(clean_warehouse, thema)
    assert late > first


def test_a_failed_build_leaves_no_stamp(clean_warehouse):
    delivered(clean_warehouse)
    with pytest.raises(RuntimeError), publish.building(clean_warehouse, "jeugd"):
        build(clean_warehouse, 1)
        raise RuntimeError("dbt failed")
    assert query(clean_warehouse, "select bouw from beheer.kandidaat where selectie = 'jeugd'") == [(None,)]
