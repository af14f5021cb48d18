"""Long tables stored as series: every publication reads as it was given, and what did not change is stored once."""

from __future__ import annotations

import pytest

from tests.publish.candidates import delivered, earlier_version, judged
from veiligheidsbeeld import publish
from veiligheidsbeeld.publish import earlier
from veiligheidsbeeld.warehouse import connect

VIEW = "mart_jeugd.indicatorwaarden"
STORE = "publicatie.jeugd__indicatorwaarden"
COLUMNS = "indicator_code, regio_code, periode_code, waarde, teller, ondergrens, methode, status_waarde, voorlopig"
MONTHS, REGIONS = 60, 20
# Counts of sixty months by two methods in twenty municipalities: some are zero throughout, some hidden, some unknown;
# of one municipality there is a year as well, and the last months are provisional.
FIGURES = """
    with maanden as (
        select n, 2020 + n / 12 || 'MM' || lpad((n % 12 + 1)::text, 2, '0') as periode_code
        from generate_series(0, {months} - 1) as n
    ),
    rijen as (
        select 'MIS-' || i as indicator_code, 'GM' || lpad(r::text, 4, '0') as regio_code, m.periode_code, m.n,
            case when r % 5 = 0 then 0 when (r + m.n) % 7 > 0 then (r * 3 + m.n * i) % 11 end as teller,
            case when i = 2 then 'byar_95' end as methode
        from maanden as m, generate_series(1, {regions}) as r, generate_series(1, 2) as i
        union all
        select 'MIS-1', 'GM0001', '2020JJ00', 1, 17, null
    )
    select indicator_code, regio_code, periode_code, teller / 3.0::double precision as waarde, teller,
        case when methode is not null then teller * 0.1::double precision end as ondergrens, methode,
        case when teller is null then 'onderdrukt' when teller = 0 then 'nul' else 'gepubliceerd' end as status_waarde,
        n > 56 as voorlopig, 7 + n / 12 as levering_id, timestamptz '2026-11-03 04:05+00' as bijgewerkt_op
    from rijen
"""


def build(settings, *, months: int = MONTHS, change: str = "") -> list[tuple]:
    """A candidate of so many months, judged; gives its rows as readers should see them."""
    delivered(settings)
    with connect(settings, "transform") as connection:
        connection.execute("drop table if exists kandidaat_jeugd.indicatorwaarden")
        connection.execute(
            f"create table kandidaat_jeugd.indicatorwaarden as {FIGURES.format(months=months, regions=REGIONS)}"
        )
        connection.execute(
            "create unique index on kandidaat_jeugd.indicatorwaarden (indicator_code, regio_code, periode_code)"
        )
        if change:
            connection.execute(f"update kandidaat_jeugd.indicatorwaarden set {change}")
        given = rows(connection, "kandidaat_jeugd.indicatorwaarden")
    judged(settings)
    return given


def rows(connection, relation: str, where: str = "true") -> list[tuple]:
    return connection.execute(f"select {COLUMNS} from {relation} where {where} order by 1, 2, 3").fetchall()


def read(settings, relation: str = VIEW, where: str = "true") -> list[tuple]:
    with connect(settings, "bi_lezer") as connection:
        return rows(connection, relation, where)


def count(settings, table: str, where: str = "true") -> int:
    with connect(settings, "publicist") as connection:
        return connection.execute(f"select count(*) from {STORE}__{table} where {where}").fetchone()[0]


def test_readers_see_what_was_judged(clean_warehouse):
    given = build(clean_warehouse)
    done = publish.publish(clean_warehouse, "jeugd")
    assert done.tabellen == {"indicatorwaarden": len(given)} == {"indicatorwaarden": 2 * MONTHS * REGIONS + 1}
    assert read(clean_warehouse) == given
    with connect(clean_warehouse, "bi_lezer") as connection:
        # Levering and moment belong to the month, in summer time and winter time alike.
        found = connection.execute(
            f"select periode_code, levering_id, bijgewerkt_op from {VIEW} where indicator_code = 'MIS-2'"
            " and regio_code = 'GM0003' and levering_id = 8 order by 1"
        ).fetchall()
    assert found == [(f"2021MM{m:02}", 8, "2026-11-03 05:05:00") for m in range(1, 13)]


@pytest.mark.parametrize(
    "where",
    [
        "periode_code = '2022MM05'",
        "regio_code = 'GM0007' and methode is null",
        "waarde > 2 and status_waarde = 'gepubliceerd'",
        "voorlopig and regio_code in ('GM0001', 'GM0002')",
    ],
)
def test_a_filter_on_any_kind_of_column(clean_warehouse, where):
    build(clean_warehouse)
    with connect(clean_warehouse, "transform") as connection:
        given = rows(connection, "kandidaat_jeugd.indicatorwaarden", where)
    publish.publish(clean_warehouse, "jeugd")
    assert given
    assert read(clean_warehouse, where=where) == given


def test_a_month_more_adds_the_blocks_that_it_changes(clean_warehouse):
    build(clean_warehouse, months=58)
    first = publish.publish(clean_warehouse, "jeugd").nr
    given = build(clean_warehouse, months=59)
    second = publish.publish(clean_warehouse, "jeugd").nr
    assert read(clean_warehouse) == given
    # Of every municipality and method the block of the provisional months, and nothing else.
    assert count(clean_warehouse, "blok", f"vanaf_nr = {second}") == 2 * REGIONS
    assert count(clean_warehouse, "blok", f"tot_nr = {second}") == 2 * REGIONS
    assert count(clean_warehouse, "blok", f"vanaf_nr = {first}") > 4 * 2 * REGIONS
    publish.rollback(clean_warehouse, "jeugd")
    assert read(clean_warehouse) == [row for row in given if row[2] != "2024MM11"]


def test_the_same_figures_again_are_stored_once(clean_warehouse):
    given = build(clean_warehouse)
    publish.publish(clean_warehouse, "jeugd")
    before = {part: count(clean_warehouse, part) for part in ("serie", "cel", "as", "blok")}
    build(clean_warehouse)
    assert publish.publish(clean_warehouse, "jeugd").status == "gepubliceerd"
    assert {part: count(clean_warehouse, part) for part in before} == before
    assert read(clean_warehouse) == given


def test_periods_in_any_order_are_stored_in_theirs(clean_warehouse):
    """Nothing says in which order the rows of a candidate come."""
    given = build(clean_warehouse)
    with connect(clean_warehouse, "transform") as connection:
        connection.execute(
            "create temporary table rijen as select * from kandidaat_jeugd.indicatorwaarden order by md5(periode_code)"
        )
        connection.execute("truncate kandidaat_jeugd.indicatorwaarden")
        connection.execute("insert into kandidaat_jeugd.indicatorwaarden select * from rijen")
    judged(clean_warehouse)
    publish.publish(clean_warehouse, "jeugd")
    assert read(clean_warehouse) == given
    # As few rows of periods as when they come in order: of whole series, and of those that differ in what is common.
    orders = count(clean_warehouse, "as", "plaats = 1")
    build(clean_warehouse)
    publish.publish(clean_warehouse, "jeugd")
    assert count(clean_warehouse, "as", "plaats = 1") == orders


def test_what_no_kept_publication_shows_goes(clean_warehouse):
    given = {}
    for value in range(4):
        expected = build(clean_warehouse, change=f"teller = {100 + value} where regio_code <= 'GM000{value + 1}'")
        given[publish.publish(clean_warehouse, "jeugd", keep=1).nr] = expected
    kept = sorted(given)[-2:]
    assert count(clean_warehouse, "blok", f"tot_nr <= {kept[0]}") == 0
    assert count(clean_warehouse, "cel", "teller in (100, 101)") == 0
    history = f"{VIEW}_historie"
    with connect(clean_warehouse, "analist") as connection:
        numbers = connection.execute(f"select distinct publicatie_nr from {history} order by 1").fetchall()
    assert numbers == [(nr,) for nr in kept]
    for nr in kept:
        assert read(clean_warehouse, history, f"publicatie_nr = {nr}") == given[nr]
    publish.rollback(clean_warehouse, "jeugd")
    assert read(clean_warehouse) == given[kept[0]]
    # The next one compares itself with the newest, turned back or not.
    last = build(clean_warehouse, change="teller = 100 where regio_code <= 'GM0001'")
    publish.publish(clean_warehouse, "jeugd", keep=1)
    assert read(clean_warehouse) == last


@pytest.mark.parametrize("prepare", [False, True])
def test_a_reader_in_a_transaction_keeps_whole_publications(clean_warehouse, prepare):
    """Those that it may still ask for are not cleared away under it."""
    query = f"select count(*), count(distinct teller), min(teller) from {VIEW}"
    build(clean_warehouse, change="teller = 0")
    publish.publish(clean_warehouse, "jeugd", keep=0)
    with connect(clean_warehouse, "bi_lezer") as reader:
        answers = [reader.execute(query, prepare=prepare).fetchone()]
        for value in range(1, 4):
            build(clean_warehouse, change=f"teller = {value}")
            publish.publish(clean_warehouse, "jeugd", keep=0)
            answers.append(reader.execute(query, prepare=prepare).fetchone())
    total = 2 * MONTHS * REGIONS + 1
    assert {(all_, different) for all_, different, _ in answers} == {(total, 1)}
    assert answers[0][2] == 0
    assert [low for _, _, low in answers] == sorted(low for _, _, low in answers)


def test_the_planner_knows_how_many_figures_there_are(clean_warehouse):
    """Within a factor ten, of a series, of a month, and of all, with three publications in the store."""
    for value in range(3):
        build(clean_warehouse, change=f"teller = teller + {value}")
        publish.publish(clean_warehouse, "jeugd")
    for where in ("true", "regio_code = 'GM0003'", "indicator_code = 'MIS-1'", "periode_code = '2021MM04'"):
        with connect(clean_warehouse, "bi_lezer") as connection:
            (plan,) = connection.execute(
                f"explain (analyze, format json) select regio_code, periode_code, teller from {VIEW} where {where}"
            ).fetchone()
        top = plan[0]["Plan"]
        assert top["Plan Rows"] / 10 <= top["Actual Rows"] <= top["Plan Rows"] * 10, (where, top["Plan Rows"])


# The same rows once more: as a table of series that has no history, and as one that is no series.
ALIKE = ("benchmark", "overzicht")


def build_all(settings, months: int) -> list[tuple]:
    """As `build`, and the tables that have the same rows."""
    given = build(settings, months=months)
    with connect(settings, "transform") as connection:
        for table in ALIKE:
            connection.execute(f"drop table if exists kandidaat_jeugd.{table}")
            connection.execute(f"create table kandidaat_jeugd.{table} as table kandidaat_jeugd.indicatorwaarden")
    judged(settings)
    return given


def earlier_home(settings) -> dict[int, list[tuple]]:
    """Two publications as an earlier version stored them: their numbers, and what they show."""
    with earlier_version():
        made = {}
        for months in (58, 59):
            given = build_all(settings, months)
            made[publish.publish(settings, "jeugd").nr] = given
    return made


@pytest.mark.parametrize("died", [False, True])
def test_a_home_of_an_earlier_version_keeps_its_publications(clean_warehouse, died):
    first, second = (made := earlier_home(clean_warehouse))
    assert read(clean_warehouse) == made[second]
    if died:
        # The publisher stopped between storing the partitions as series and letting readers see those.
        with connect(clean_warehouse, "publicist") as connection:
            earlier.fold(connection, "jeugd")
        assert read(clean_warehouse) == made[second]
    third = build_all(clean_warehouse, 60)
    assert publish.publish(clean_warehouse, "jeugd").status == "gepubliceerd"
    assert read(clean_warehouse) == third
    for nr in (first, second):
        assert read(clean_warehouse, f"{VIEW}_historie", f"publicatie_nr = {nr}") == made[nr]
    publish.rollback(clean_warehouse, "jeugd", naar=first)
    for table in ("indicatorwaarden", *ALIKE):
        assert read(clean_warehouse, f"mart_jeugd.{table}") == made[first]
    with connect(clean_warehouse, "publicist") as connection:
        left = connection.execute(
            "select inhrelid::regclass::text from pg_inherits"
            " where inhparent <> 'publicatie.jeugd__publicatie'::regclass"
        ).fetchall()
    assert left == []


def test_every_part_is_described_and_found_by_what_the_candidate_was(clean_warehouse):
    build(clean_warehouse)
    publish.publish(clean_warehouse, "jeugd")
    with connect(clean_warehouse, "publicist") as connection:
        silent = connection.execute(
            "select c.relname, a.attname from pg_class as c inner join pg_attribute as a on a.attrelid = c.oid"
            " where c.relname ~ '^jeugd__indicatorwaarden__' and c.relkind = 'r' and a.attnum >= 0"
            " and (obj_description(c.oid, 'pg_class') is null or col_description(c.oid, a.attnum) is null)"
        ).fetchall()
        indexes = connection.execute(
            "select indexdef from pg_indexes where tablename = 'jeugd__indicatorwaarden__serie'"
        ).fetchall()
    assert silent == []
    assert any("(indicator_code, regio_code)" in definition for (definition,) in indexes)
