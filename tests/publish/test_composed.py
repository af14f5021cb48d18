"""`cijfers` on a handful of figures that can be worked out by hand, and when its views are made anew."""

from __future__ import annotations

import re

import pytest
from psycopg import sql

from tests.publish.candidates import delivered, judged
from veiligheidsbeeld import publish
from veiligheidsbeeld.publish import composed
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect

KERN = {
    "regio": """
        select * from (values
            ('GM1', 'Aa', 'gemeente', 'PV1', 'RE1', 'Aa', 'Provincie'),
            ('GM2', 'Bee', 'gemeente', 'PV1', 'RE1', 'Bee', 'Provincie'),
            ('WK1', 'Wijk', 'wijk', 'PV1', 'RE1', 'Aa', 'Provincie'),
            ('PV1', 'Provincie', 'provincie', 'PV1', null, null, 'Provincie'),
            ('NL01', 'Nederland', 'nederland', null, null, null, null)
        ) as v (regio_code, naam, niveau, provincie_code, regionale_eenheid_code, gemeente, provincie)""",
    "periode": """
        select code as periode_code, 'label ' || code as label, begin::date as begin_datum, eind::date as eind_datum
        from (values
            ('2024JJ00', '2024-01-01', '2024-12-31'), ('2025JJ00', '2025-01-01', '2025-12-31'),
            ('2025MM12', '2025-12-01', '2025-12-31'), ('2026MM01', '2026-01-01', '2026-01-31'),
            ('2026MM12', '2026-12-01', '2026-12-31'), ('2027MM01', '2027-01-01', '2027-01-31')
        ) as v (code, begin, eind)""",
    "indicator": """
        select code as indicator_code, 'naam ' || code as naam, 'gevallen' as eenheid, false as totaal
        from (values ('MIS-1'), ('VM-1')) as v (code)""",
    "label": """
        select * from (values
            ('status_waarde', 'gepubliceerd', 'Gepubliceerd'), ('status_waarde', 'onderdrukt', 'Onderdrukt'),
            ('maat', 'aantal', 'Aantal')
        ) as v (lijst, code, label)""",
    "tweede_reeks": "select 'VM-1' as indicator_code, 'GM1' as regio_code, 'vm_eigen' as reeks",
}
# indicator, region, level, period, kind, measure, value, series
FIGURES = [
    ("MIS-1", "GM1", "gemeente", "2024JJ00", "jaar", "aantal", 10, "doorlopend"),
    ("MIS-1", "GM1", "gemeente", "2024JJ00", "jaar", "per_1000", 2.5, "doorlopend"),
    ("MIS-1", "GM1", "gemeente", "2025JJ00", "jaar", "aantal", 12, "doorlopend"),
    ("MIS-1", "GM1", "gemeente", "2025JJ00", "jaar", "per_1000", 3, "doorlopend"),
    ("MIS-1", "GM2", "gemeente", "2025JJ00", "jaar", "aantal", 30, "doorlopend"),
    ("MIS-1", "GM2", "gemeente", "2025JJ00", "jaar", "per_1000", None, "doorlopend"),
    ("MIS-1", "PV1", "provincie", "2025JJ00", "jaar", "aantal", 42, "doorlopend"),
    ("MIS-1", "PV1", "provincie", "2025JJ00", "jaar", "per_1000", 4, "doorlopend"),
    ("MIS-1", "NL01", "nederland", "2025JJ00", "jaar", "aantal", 9000, "doorlopend"),
    ("MIS-1", "NL01", "nederland", "2025JJ00", "jaar", "per_1000", 5, "doorlopend"),
    ("MIS-1", "WK1", "wijk", "2025JJ00", "jaar", "aantal", 4, "doorlopend"),
    ("MIS-1", "GM1", "gemeente", "2025MM12", "maand", "aantal", 1, "doorlopend"),
    ("MIS-1", "GM1", "gemeente", "2026MM01", "maand", "aantal", 2, "doorlopend"),
    ("MIS-1", "GM1", "gemeente", "2026MM12", "maand", "aantal", 3, "doorlopend"),
    ("MIS-1", "GM1", "gemeente", "2027MM01", "maand", "aantal", None, "doorlopend"),
    ("VM-1", "GM1", "gemeente", "2025JJ00", "jaar", "procent", 20, "vm_gepubliceerd"),
    ("VM-1", "GM1", "gemeente", "2025JJ00", "jaar", "procent", 22, "vm_eigen"),
    ("VM-1", "GM2", "gemeente", "2025JJ00", "jaar", "procent", 31, "vm_eigen"),
    ("VM-1", "PV1", "provincie", "2025JJ00", "jaar", "procent", 25, "vm_gepubliceerd"),
]
NEWEST = """
    select * from (values
        ('MIS-1', 'jaar', '2025JJ00'), ('MIS-1', 'maand', '2026MM12'), ('VM-1', 'jaar', '2025JJ00')
    ) as v (indicator_code, periode_soort, periode_code)"""


def candidate(settings: Settings, thema: str, tables: dict[str, str]) -> None:
    with connect(settings, "transform") as connection:
        for table, query in tables.items():
            connection.execute(f"drop table if exists kandidaat_{thema}.{table}")
            connection.execute(f"create table kandidaat_{thema}.{table} as {query}")
            connection.execute(f"comment on table kandidaat_{thema}.{table} is 'Tabel'")


def figures(settings: Settings, change: float = 0) -> None:
    columns = "indicator_code, regio_code, niveau, periode_code, periode_soort, maat, waarde, reeks"
    empty = """
        select null::text as indicator_code, null::text as regio_code, null::text as niveau,
            null::text as periode_code, null::text as periode_soort, null::text as maat,
            null::double precision as waarde, null::text as reeks, null::double precision as ondergrens,
            null::double precision as bovengrens, null::text as methode, null::integer as n,
            null::text as status_waarde, false as voorlopig, 'T' as bron, 'voorbeeld' as bron_soort,
            1 as levering_id, null::timestamptz as bijgewerkt_op
        limit 0"""
    candidate(settings, "jeugd", {"indicatorwaarden": empty, "laatste_periode": NEWEST})
    with connect(settings, "transform") as connection, connection.cursor() as cursor:
        cursor.executemany(
            f"insert into kandidaat_jeugd.indicatorwaarden ({columns}) values (%s, %s, %s, %s, %s, %s, %s, %s)",
            [(*row[:6], row[6] and row[6] + change, row[7]) for row in FIGURES],
        )
        connection.execute(
            "update kandidaat_jeugd.indicatorwaarden"
            " set status_waarde = case when waarde is null then 'onderdrukt' else 'gepubliceerd' end"
        )
    delivered(settings)
    judged(settings)
    publish.publish(settings, "jeugd")


def core(settings: Settings) -> None:
    candidate(settings, "kern", KERN)
    delivered(settings)
    judged(settings, thema="kern")
    publish.publish(settings, "kern")


@pytest.fixture
def published(clean_warehouse: Settings) -> Settings:
    core(clean_warehouse)
    figures(clean_warehouse)
    return clean_warehouse


def ask(settings: Settings, query: str) -> list[tuple]:
    with connect(settings, "bi_lezer") as connection:
        return connection.execute(query).fetchall()


def test_a_row_has_what_stands_in_other_rows(published):
    rows = ask(
        published,
        "select regio, gemeente, provincie, begin_datum::text, periode, aantal, per_1000, status, status_per_1000,"
        " aantal_vorig_jaar, per_1000_vorig_jaar, per_1000_provincie, per_1000_nederland, is_laatste"
        " from mart_jeugd.cijfers where indicator = 'naam MIS-1' and periode_soort = 'jaar' order by niveau, regio, 4",
    )
    assert rows[:3] == [
        ("Aa", "Aa", "Provincie", "2024-01-01", "label 2024JJ00", 10, 2.5, "Gepubliceerd", "gepubliceerd",
         None, None, None, None, False),
        ("Aa", "Aa", "Provincie", "2025-01-01", "label 2025JJ00", 12, 3, "Gepubliceerd", "gepubliceerd",
         10, 2.5, 4, 5, True),
        ("Bee", "Bee", "Provincie", "2025-01-01", "label 2025JJ00", 30, None, "Gepubliceerd", "onderdrukt",
         None, None, 4, 5, True),
    ]  # fmt: skip
    assert [(r[0], r[1], r[5], r[6]) for r in rows[3:]] == [
        ("Nederland", None, 9000, 5), ("Provincie", None, 42, 4), ("Wijk", "Aa", 4, None),
    ]  # fmt: skip


def test_units_do_not_mix_and_the_survey_has_one_series(published):
    rows = ask(
        published,
        "select regio, procent, reeks, procent_provincie, aantal, per_1000 from mart_jeugd.cijfers"
        " where indicator_code = 'VM-1' and niveau = 'gemeente' order by 1",
    )
    assert rows == [("Aa", 20, "vm_gepubliceerd", 25, None, None), ("Bee", 31, "vm_eigen", None, None, None)]


def test_default_views_need_no_filter(published):
    total = ask(published, "select periode_code, sum(aantal) from mart_jeugd.cijfers_per_jaar group by 1 order by 1")
    assert total == [("2024JJ00", 10), ("2025JJ00", 42)]
    months = ask(published, "select periode_code, aantal from mart_jeugd.cijfers_per_maand order by 1")
    assert months == [("2026MM01", 2), ("2026MM12", 3)], "twelve months up to the newest with a figure"


def test_what_nobody_asks_for_is_not_read(published):
    """Who sums pays for no column that he does not name; whatever is left out must not change the sum."""

    def read(query: str) -> set[str]:
        plan = "\n".join(line for (line,) in ask(published, f"explain (costs off) {query} from mart_jeugd.cijfers"))
        return set(re.findall(r"\b(?:jeugd|kern)__(\w+?)__", plan)) - {"publicatie"}

    assert read("select sum(aantal)") == {"indicatorwaarden", "indicator", "regio", "periode", "tweede_reeks"}
    assert read("select sum(aantal) filter (where is_laatste)") >= {"laatste_periode"}
    assert ask(published, "select sum(aantal), sum(aantal) filter (where is_laatste) from mart_jeugd.cijfers") == [
        (10 + 12 + 30 + 42 + 9000 + 4 + 1 + 2 + 3, 12 + 30 + 42 + 9000 + 4 + 3)
    ]


def test_views_stay_as_they_are_until_their_definition_changes(published, monkeypatch):
    """Whoever reads them is not waited for, and what somebody made on them stays."""
    seen = "select oid::integer, obj_description(oid) from pg_class where relname like 'cijfers%' order by relname"
    before = ask(published, seen)
    assert len(before) == 3 and all(text for _, text in before)
    figures(published, change=1)
    core(published)
    assert ask(published, seen) == before
    assert ask(published, "select sum(aantal) from mart_jeugd.cijfers_per_jaar") == [(10 + 12 + 30 + 3,)]
    publish.rollback(published, "jeugd")
    assert ask(published, "select sum(aantal) from mart_jeugd.cijfers_per_jaar") == [(10 + 12 + 30,)]
    made = composed._query
    monkeypatch.setattr(composed, "_query", lambda name, schema: made(name, schema) + _only_counts(name))
    figures(published, change=2)
    assert ask(published, "select distinct maat from mart_jeugd.cijfers") == [("aantal",)]
    assert all(text for _, text in ask(published, seen))


def _only_counts(name: str):
    return sql.SQL("and w.maat = 'aantal'" if name == "cijfers" else "")


def test_a_core_of_an_earlier_version_keeps_the_views_that_fit_it(published):
    """A theme may be published before `kern` has the columns that a new view reads: the view comes with them."""
    seen = "select oid::integer from pg_class where relname = 'cijfers'"
    before = ask(published, seen)
    with connect(published, "postgres") as connection:
        connection.execute("alter view kern.regio rename column provincie to toen")
    figures(published, change=1)
    assert ask(published, seen) == before
    assert ask(published, "select sum(aantal) from mart_jeugd.cijfers_per_jaar") == [(10 + 12 + 30 + 3,)]


@pytest.mark.parametrize("order", [(figures, core), (core, figures)])
def test_whichever_is_published_last_brings_the_views(clean_warehouse, order):
    for step in order:
        step(clean_warehouse)
    assert ask(clean_warehouse, "select count(*) from mart_jeugd.cijfers_per_jaar") == [(5,)]


def test_the_dictionary_says_what_the_comments_say(published):
    rows = ask(
        published,
        "select kolom, type, eenheid, omschrijving from kern.kolom where schema = 'mart_jeugd' and tabel = 'cijfers'",
    )
    assert all(text for *_, text in rows)
    assert {(name, kind, unit) for name, kind, unit, _ in rows} >= {
        ("begin_datum", "date", None),
        ("aantal_vorig_jaar", "double precision", "Aantal"),
        ("indicator", "text", None),
    }
