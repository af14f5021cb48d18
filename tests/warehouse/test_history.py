"""Deliveries of every kind into history, beside a model of a few lines that keeps whole states instead of versions.

The model knows nothing of versions: it holds the current rows after every delivery. What the warehouse can read back
must be those states, and versions once written may only ever be closed.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql
from psycopg.types.json import Jsonb

from tests.places import NEIGHBOUR, TOWN
from veiligheidsbeeld.contracts import get_cube, get_register, load_survey
from veiligheidsbeeld.cubes import codelists
from veiligheidsbeeld.cubes import ddl as cube_ddl
from veiligheidsbeeld.cubes.merge import kept as cube_kept
from veiligheidsbeeld.registers import ddl as register_ddl
from veiligheidsbeeld.registers.merge import kept as register_kept
from veiligheidsbeeld.survey import merge as survey_merge
from veiligheidsbeeld.survey import stage as survey_stage
from veiligheidsbeeld.survey import tables as survey_tables
from veiligheidsbeeld.warehouse import connect, history
from veiligheidsbeeld.warehouse.described import identifiers, present
from veiligheidsbeeld.warehouse.history import Batch, Counts, Kept, Scope

CUBE = get_cube("politie_overlast_gemeente")
REGISTER = get_register("meldpunt_ondermijning")
SURVEY = load_survey()
_numbers = itertools.count(1)

PLACES = [TOWN, NEIGHBOUR, "NL01"]
DAYS = [date(2025, m, 1) for m in (1, 2, 6)]


@dataclass(frozen=True)
class Kind:
    """One table with history: how rows look (columns that are named; the rest stays empty), and what can be spoken for.

    `scopes` are pairs of the same condition for the database and for the model, over a row as a dict.
    """

    kept: Kept
    ensure: Callable[[psycopg.Connection], object]
    rows: st.SearchStrategy[dict]
    among: Callable[[str], tuple[sql.Composable, Callable[[dict], bool]]]
    speaks: Callable[[date], tuple[sql.Composable, Callable[[dict], bool]]] = lambda _: (
        history.EVERYTHING,
        lambda row: True,
    )


def _where(column: str, value: object) -> tuple[sql.Composable, Callable[[dict], bool]]:
    condition = sql.SQL("{} = {}").format(sql.Identifier(column), sql.Literal(value))
    return condition, lambda row: row[column] == value


def _until(column: str) -> Callable[[date], tuple[sql.Composable, Callable[[dict], bool]]]:
    def speaks(day: date) -> tuple[sql.Composable, Callable[[dict], bool]]:
        return sql.SQL("{} < {}").format(sql.Identifier(column), sql.Literal(day)), lambda row: row[column] < day

    return speaks


def _of_place(column: str) -> Callable[[str], tuple[sql.Composable, Callable[[dict], bool]]]:
    return lambda place: _where(column, place)


def _wave(place: str) -> tuple[sql.Composable, Callable[[dict], bool]]:
    return _where("golf", 2021 + 2 * PLACES.index(place))


places, waves = st.sampled_from(PLACES), st.sampled_from([2021, 2023, 2025])
numbers = st.none() | st.sampled_from([0, 1, 7])
texts = st.none() | st.sampled_from(["", "drugs", "o'clock"])

KINDS = {
    "cube": Kind(
        cube_kept(CUBE),
        lambda connection: cube_ddl.ensure_raw(connection, CUBE),
        st.fixed_dictionaries(
            {
                "soort_overlast": st.sampled_from(["E33", "E35"]),
                "regio": places,
                "jaar": st.sampled_from([2023, 2024]),
                "periode_soort": st.just("MM"),
                CUBE.maten[0].kolom: st.lists(numbers, min_size=2, max_size=2),
                "aanwezig": st.sampled_from([1, 3]),
            }
        ),
        _of_place("regio"),
    ),
    "code list": Kind(
        codelists.KEPT,
        lambda connection: None,
        st.fixed_dictionaries(
            {
                "dataset": places,
                "dimensie": st.sampled_from(["RegioS", "Perioden"]),
                "code": st.sampled_from(["A", "B"]),
                "titel": st.sampled_from(["", "een titel"]),
                "omschrijving": texts,
                "extra": st.sampled_from([{}, {"a": 1}]).map(Jsonb),
                "volgorde": st.integers(0, 9),
            }
        ),
        _of_place("dataset"),
    ),
    "register": Kind(
        register_kept(REGISTER),
        lambda connection: register_ddl.ensure_raw(connection, REGISTER),
        st.fixed_dictionaries(
            {
                "zaaknummer": st.sampled_from(["A", "B", "C"]),
                "gemeente": places,
                REGISTER.scope_datum: st.sampled_from(DAYS),
                "thema": texts,
                "rijnummer": st.integers(2, 9),
            }
        ),
        _of_place("gemeente"),
        _until(REGISTER.scope_datum),
    ),
    "respondents": Kind(
        survey_merge.kept(SURVEY),
        lambda connection: survey_stage.ensure(connection, SURVEY),
        st.fixed_dictionaries(
            {
                "golf": waves,
                "respondent": st.sampled_from(["a1", "b2", "c3"]),
                "gewicht": st.sampled_from([0.5, 1.0]),
                SURVEY.all_columns[-1].naam: numbers,
            }
        ),
        _wave,
    ),
    "estimates": Kind(
        survey_tables.kept(survey_tables.ESTIMATES),
        lambda connection: None,
        st.fixed_dictionaries(
            {
                "golf": waves,
                "regio_code": places,
                "niveau": st.just("gemeente"),
                "leeftijdsgroep": st.just("totaal"),
                "doelgroep": st.just("totaal"),
                "indicator_code": st.sampled_from(["VM-ONLINE-SL", "VM-ONLINE-MELD"]),
                "p": st.none() | st.sampled_from([0.0, 0.1, 1.0]),
                "status": st.sampled_from(["gepubliceerd", "onderdrukt"]),
            }
        ),
        _wave,
    ),
}


@st.composite
def deliveries(draw, kind: Kind):
    """Some deliveries: the place and day that each speaks for, and its rows (of that place, keys once)."""
    found = []
    for _ in range(draw(st.integers(1, 4))):
        place, day = draw(places), draw(st.sampled_from(DAYS))
        rows = {_key(kind, row): row for row in draw(st.lists(kind.rows, max_size=8)) if kind.among(place)[1](row)}
        found.append((place, day, list(rows.values())))
    return found


def _key(kind: Kind, row: dict) -> tuple:
    return tuple(row.get(column) for column in kind.kept.keys)


def _content(kind: Kind, row: dict) -> tuple:
    return tuple(_plain(row.get(column)) for column in kind.kept.compared)


def _plain(value: object) -> object:
    return str(value.obj if isinstance(value, Jsonb) else value)


def _model(kind: Kind, known: dict, place: str, day: date, rows: list[dict]) -> tuple[dict, Counts]:
    """The state after a delivery, and what it did, by going through it row by row."""
    among, speaks = kind.among(place)[1], kind.speaks(day)[1]
    delivered = {_key(kind, row): row for row in rows}
    gone = {k for k, row in known.items() if among(row) and speaks(row) and k not in delivered}
    new = set(delivered) - set(known)
    other = {k for k in set(delivered) - new if _content(kind, delivered[k]) != _content(kind, known[k])}
    state = {k: row for k, row in known.items() if k not in gone} | {k: delivered[k] for k in new | other}
    return state, Counts(len(new), len(other), len(gone), len(delivered) - len(new) - len(other))


def _deliver(connection, kind: Kind, place: str, day: date, rows: list[dict]) -> tuple[int, Counts]:
    """A numbered delivery as a batch of its own, merged."""
    number = connection.execute(
        "insert into raw.levering (dataset, bron_soort, tabel, adres, opgehaald_op, landing, inhoud_sha256, rijen,"
        " scope, status) values ('proef', 'voorbeeld', 't', 'a', now(), %s, 'x', 0, '{}', 'verwerkt')"
        " returning levering_id",
        [str(next(_numbers))],
    ).fetchone()[0]
    columns = [*kind.kept.keys, *kind.kept.compared, *kind.kept.carried]
    connection.execute(
        sql.SQL("create temp table partij on commit drop as select {} from {} where false").format(
            identifiers(columns), kind.kept.table
        )
    )
    for row in rows:
        connection.execute(
            sql.SQL("insert into partij ({}) values ({})").format(
                identifiers(row), sql.SQL(", ").join(sql.Placeholder() * len(row))
            ),
            list(row.values()),
        )
    scope = Scope(kind.among(place)[0], kind.speaks(day)[0])
    counts = history.merge(connection, kind.kept, Batch(sql.Identifier("partij")), number, scope)
    connection.execute("drop table partij")
    return number, counts


def _versions(connection, kind: Kind) -> list[tuple[tuple, tuple, int, int | None]]:
    """Every version: key, content, the delivery that brought it, the one that closed it."""
    keys, compared = kind.kept.keys, kind.kept.compared
    rows = connection.execute(
        sql.SQL("select {}, levering_van, levering_tot from {}").format(
            identifiers([*keys, *compared]), kind.kept.table
        )
    ).fetchall()
    return [(r[: len(keys)], tuple(map(_plain, r[len(keys) : -2])), r[-2], r[-1]) for r in rows]


def _as_of(versions: list, number: int) -> list[tuple[tuple, tuple]]:
    return sorted((k, c) for k, c, since, until in versions if since <= number and (until is None or until > number))


@pytest.mark.parametrize("name", KINDS)
def test_what_was_known_after_each_delivery_can_be_read_back(warehouse, name):
    kind = KINDS[name]
    with connect(warehouse, "lader") as connection:
        kind.ensure(connection)

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(deliveries(kind))
    def holds(given_deliveries):
        with connect(warehouse, "lader") as connection, connection.transaction(force_rollback=True):
            assert set(present(connection, *_name(kind))) >= {*kind.kept.keys, *kind.kept.compared, *kind.kept.carried}
            known: dict[tuple, dict] = {}
            states: dict[int, list] = {}
            before: list = []
            for place, day, rows in given_deliveries:
                known, expected = _model(kind, known, place, day, rows)
                number, counts = _deliver(connection, kind, place, day, rows)
                assert counts == expected
                states[number] = sorted((k, _content(kind, row)) for k, row in known.items())
                versions = _versions(connection, kind)
                assert sorted((k, c) for k, c, _, until in versions if until is None) == states[number]
                # History only adds: every version of before is still there, at most closed by this delivery.
                after = {(k, c, since): until for k, c, since, until in versions}
                assert all(after.get((k, c, s), 0) in (u, number if u is None else u) for k, c, s, u in before)
                before = versions
                _, again = _deliver(connection, kind, place, day, rows)
                assert again == Counts(gelijk=len(rows)), "the same delivery again does nothing"
                assert _versions(connection, kind) == versions
            for number, state in states.items():
                assert _as_of(before, number) == state

    holds()


def _name(kind: Kind) -> tuple[str, str]:
    schema, table = kind.kept.table.as_string().replace('"', "").split(".")
    return schema, table


_VERSIONS = "select k, v, levering_van, levering_tot from proef_historie order by 1, 3"


def test_a_refused_row_leaves_what_was_known_of_it_and_empty_keys_are_equal(warehouse):
    kept = Kept(sql.Identifier("proef_historie"), ("k", "o"), ("v",), optional=frozenset({"o"}))
    with connect(warehouse, "lader") as connection, connection.transaction(force_rollback=True):
        connection.execute(
            "create temp table proef_historie (k text, o text, v int, levering_van int, levering_tot int)"
        )
        connection.execute("create temp table partij (k text, o text, v int, slecht boolean) on commit drop")
        batch = Batch(sql.Identifier("partij"), refused=sql.SQL("slecht"))
        connection.execute("insert into partij values ('a', null, 1, false), ('b', 'x', 2, false), ('c', 'x', 3, true)")
        assert history.merge(connection, kept, batch, 1) == Counts(nieuw=2)
        connection.execute("update partij set v = 9, slecht = (k = 'b')")
        assert history.merge(connection, kept, batch, 2) == Counts(nieuw=1, gewijzigd=1)
        rows = connection.execute(_VERSIONS).fetchall()
    assert rows == [("a", 1, 1, 2), ("a", 9, 2, None), ("b", 2, 1, None), ("c", 9, 2, None)]


def test_a_set_made_anew_under_the_same_delivery_replaces_what_that_delivery_did(warehouse):
    kept = Kept(sql.Identifier("proef_historie"), ("k",), ("v",))
    with connect(warehouse, "lader") as connection, connection.transaction(force_rollback=True):
        connection.execute(
            "create temp table proef_historie (k text, v int, levering_van int, levering_tot int) on commit drop"
        )
        connection.execute("create temp table partij (k text, v int) on commit drop")
        for number, rows in ((1, "('a', 1), ('b', 1)"), (2, "('a', 2)"), (2, "('a', 3), ('b', 1)")):
            connection.execute("delete from partij")
            connection.execute(f"insert into partij values {rows}")
            history.take_back(connection, kept, number)
            history.merge(connection, kept, Batch(sql.Identifier("partij")), number)
        found = connection.execute(_VERSIONS).fetchall()
    assert found == [("a", 1, 1, 2), ("a", 3, 2, None), ("b", 1, 1, None)]
