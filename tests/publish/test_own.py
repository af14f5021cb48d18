"""`kern.mijn_cijfers`: each sees their own, and nothing of others, however they ask."""

import re
from datetime import date

import psycopg
import pytest

from tests.places import NEIGHBOUR, TOGETHER, TOWN
from tests.publish.candidates import delivered, earlier_version, judged
from veiligheidsbeeld import publish
from veiligheidsbeeld.warehouse import access, connect

PASSWORD = "een-lang-wachtwoord"
ROWS = {TOWN: 3, NEIGHBOUR: 2, TOGETHER: 9, "GM1234": 4}
# Who logs in, and the areas that they are let in for.
OWN = {"van.een": [TOWN], "van.samen": [TOGETHER], "van.twee": [TOWN, NEIGHBOUR], "van.niemand": []}


def published(settings, rows, columns="", more=""):
    delivered(settings)
    with connect(settings, "transform") as connection:
        connection.execute("drop table if exists kandidaat_kern.mijn_cijfers")
        connection.execute(
            "create table kandidaat_kern.mijn_cijfers"
            f" (regio_code text, indicator_code text, periode_code text, aantal integer{columns})"
        )
        for region, number in rows.items():
            statement = f"insert into kandidaat_kern.mijn_cijfers values (%s, 'A', '2024JJ00', %s{more})"
            connection.execute(statement, [region, number])
        connection.execute("comment on table kandidaat_kern.mijn_cijfers is 'Eigen cijfers'")
    judged(settings, thema="kern")
    return publish.publish(settings, "kern")


@pytest.fixture
def ask(clean_warehouse):
    """Asks as a role, or as one of the persons."""
    with connect(clean_warehouse, "postgres", autocommit=True) as admin:
        for name, own in OWN.items():
            access.grant(
                admin, clean_warehouse.region, name, reads_as="analist", own=own, until=date(2999, 1, 1),
                password=PASSWORD,
            )  # fmt: skip

        def asked(role, query="select regio_code, aantal from mijn_cijfers"):
            known = clean_warehouse.conninfo("analist" if role in OWN else role)
            known |= {"user": role, "password": PASSWORD} if role in OWN else {}
            with psycopg.connect(**known) as connection:
                return connection.execute(query).fetchall()

        yield asked
        for name in OWN:
            access.end(admin, name)


def test_each_sees_their_own(clean_warehouse, ask):
    published(clean_warehouse, ROWS)
    for name, own in OWN.items():
        assert dict(ask(name)) == {code: ROWS[code] for code in own}
    for role in ("bi_lezer", "analist"):
        assert ask(role) == []
    days = ask("van.een", "select begin_datum, eind_datum from kern.mijn_cijfers")
    assert days == [(date(2024, 1, 1), date(2024, 12, 31))]


def test_a_publication_is_whole_for_them_as_well_and_is_turned_back(clean_warehouse, ask):
    published(clean_warehouse, ROWS)
    assert published(clean_warehouse, {TOWN: 5, NEIGHBOUR: 1}).status == "gepubliceerd"
    assert ask("van.een") == [(TOWN, 5)]
    publish.rollback(clean_warehouse, "kern")
    assert ask("van.een") == [(TOWN, 3)]


def test_a_home_of_an_earlier_version_shows_own_figures_throughout(clean_warehouse, ask):
    """They stood in a partition per publication; now publications share what did not change."""
    with earlier_version():
        published(clean_warehouse, ROWS)
    assert ask("van.een") == [(TOWN, 3)]
    published(clean_warehouse, ROWS | {TOWN: 5})
    assert ask("van.een") == [(TOWN, 5)]
    assert dict(ask("van.twee")) == {TOWN: 5, NEIGHBOUR: 2}
    with connect(clean_warehouse, "postgres") as connection:
        stored = connection.execute("select count(*) from publicatie.kern__mijn_cijfers__blok").fetchone()
        partitions = connection.execute(
            "select count(*) from pg_inherits where inhparent = 'publicatie.kern__mijn_cijfers'::regclass"
        ).fetchone()
    assert (stored, partitions) == ((len(ROWS) + 1,), (0,))
    publish.rollback(clean_warehouse, "kern")
    assert ask("van.een") == [(TOWN, 3)]


def test_a_column_more_comes_with_the_next_publication(clean_warehouse, ask):
    published(clean_warehouse, ROWS)
    published(clean_warehouse, ROWS, columns=", waarde double precision", more=", 7.5")
    assert ask("van.een", "select aantal, waarde from mijn_cijfers") == [(3, 7.5)]
    assert ask("bi_lezer") == []


GUESSES = (
    f"select count(*) from mijn_cijfers where regio_code = '{NEIGHBOUR}' and aantal = {{n}}",
    "select count(*) from mijn_cijfers where aantal = {n} and aantal / length(regio_code) >= 0",
    "select count(*) from mijn_cijfers as m join (values ({n})) as g (n) on m.aantal = g.n",
)


@pytest.mark.parametrize("guess", GUESSES)
def test_asking_how_a_guess_was_answered_tells_nothing_of_others(clean_warehouse, ask, guess):
    """EXPLAIN ANALYZE counts rows per node, and says which part of a plan was never run."""
    published(clean_warehouse, ROWS)

    def explained(role, number):
        plan = ask(
            role,
            f"explain (analyze, verbose, costs off, buffers off, timing off, summary off) {guess.format(n=number)}",
        )
        return re.sub(rf"\b{number}\b", "n", "\n".join(line for (line,) in plan))

    for role in ("bi_lezer", "analist", "van.een", "van.samen"):
        right, wrong = explained(role, 2), explained(role, 17)
        assert right == wrong, role
        assert "kern__mijn_cijfers" not in right


def test_what_lies_below_is_closed(clean_warehouse, ask):
    published(clean_warehouse, ROWS)
    for query in (
        "select * from publicatie.mijn_cijfers()",
        "select * from publicatie.kern__mijn_cijfers",
        "select * from publicatie.kern__mijn_cijfers__blok",
        "select * from publicatie.kern__mijn_cijfers__serie",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            ask("van.een", query)
    assert ask("van.een", "select most_common_vals from pg_stats where tablename like 'kern\\_\\_mijn%'") == []
