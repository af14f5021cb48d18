"""`$filter`: what the parser accepts, and that evaluation on code lists equals a look at every row."""

from __future__ import annotations

import operator
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.source_server import filters, render, table
from sandbox.source_server.table import from_cube
from tests.places import THIRD, TOWN
from tests.sandbox.source_server.tables import REGIOS, SOORTEN, bevolking, gemeente

TABLE = from_cube(gemeente())
PERIODEN = TABLE.keys["Perioden"]


def served(filter_text: str | None) -> list[dict]:
    """The rows that the table gives for a filter, as a client reads them."""
    import msgspec

    selection = TABLE.select(filter_text)
    body = render.json_rows(TABLE, TABLE.columns)(selection, 0, selection.count)
    return msgspec.json.decode(b"[" + body + b"]")


ROWS = served(None)

# A filter text together with a plain Python test of one row.
Case = tuple[str, Callable[[dict], bool]]


def _comparison(column: str, op: str, value: str) -> Case:
    compare = getattr(operator, op)
    return f"{column} {op} '{value}'", lambda row: compare(row[column], value)


def _number(op: str, value: int) -> Case:
    compare = getattr(operator, op)

    def test(row: dict) -> bool:
        seen = row["GeregistreerdeMisdrijven_1"]
        return op == "ne" if seen is None else compare(seen, value)

    return f"GeregistreerdeMisdrijven_1 {op} {value}", test


KEYS = st.sampled_from(
    [("SoortMisdrijf", k) for k in [*SOORTEN, "0.0.0", "9.9.9 "]]
    + [("RegioS", k) for k in [*REGIOS, "NL01"]]
    + [("Perioden", k) for k in (*PERIODEN, "2025MM01")]
)
OPS = st.sampled_from(["eq", "ne", "gt", "ge", "lt", "le"])
LEAVES = st.one_of(
    st.builds(lambda key, op: _comparison(key[0], op, key[1]), KEYS, OPS),
    st.builds(_number, OPS, st.integers(0, 30)),
    KEYS.map(lambda k: (f"startswith({k[0]},'{k[1][:3]}')", lambda row: row[k[0]].startswith(k[1][:3]))),
    KEYS.map(lambda k: (f"substringof('{k[1][1:4]}',{k[0]})", lambda row: k[1][1:4] in row[k[0]])),
    KEYS.map(lambda k: (f"substring({k[0]},2,2) eq '{k[1][2:4]}'", lambda row: row[k[0]][2:4] == k[1][2:4])),
    st.just(("Aangiften_2 eq null", lambda row: row["Aangiften_2"] is None)),
)


def _combine(op: str, parts: list[Case]) -> Case:
    tests = [test for _, test in parts]
    every = all if op == "and" else any
    return f" {op} ".join(f"({text})" for text, _ in parts), lambda row: every(test(row) for test in tests)


CASES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(_combine, st.sampled_from(["and", "or"]), st.lists(inner, min_size=2, max_size=4)),
        inner.map(lambda case: (f"not ({case[0]})", lambda row: not case[1](row))),
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(CASES)
def test_same_rows_as_looking_at_every_row(case: Case) -> None:
    text, test = case
    assert served(text) == [row for row in ROWS if test(row)]


@settings(max_examples=60, deadline=None)
@given(case=CASES, start=st.integers(0, 300), length=st.integers(1, 90))
def test_pages_of_a_filter_over_several_columns_meet(case: Case, start: int, length: int) -> None:
    """Also when rows are looked at in many small chunks."""
    text, test = case
    wanted = [row["ID"] for row in ROWS if test(row)]
    before, table._CHUNK = table._CHUNK, 50
    try:
        selection = from_cube(gemeente()).select(f"({text}) and (ID ge 0)")
        assert selection.count == len(wanted)
        assert selection.page(start, length).ids.tolist() == wanted[start : start + length]
    finally:
        table._CHUNK = before


def test_and_binds_stronger_than_or() -> None:
    text = f"RegioS eq 'NL01  ' or RegioS eq '{TOWN}' and Perioden eq '2023JJ00'"
    wanted = [r for r in ROWS if r["RegioS"] == "NL01  " or (r["RegioS"] == TOWN and r["Perioden"] == "2023JJ00")]
    assert served(text) == wanted


def test_a_thousand_codes_become_one_set() -> None:
    text = " or ".join(f"RegioS eq 'GM{i:04}'" for i in range(1000))
    assert isinstance(filters.parse(text, "v3", TABLE.own_names), filters.Member)
    assert {r["RegioS"] for r in served(text)} == {code for code in (TOWN, THIRD) if code < "GM1000"}


def test_a_quote_within_a_text_is_doubled() -> None:
    leaf = filters.parse("RegioS eq '''s-Hertogenbosch'", "v3", TABLE.own_names)
    assert filters.test_texts(leaf, ["'s-Hertogenbosch", "s-Hertogenbosch"]).tolist() == [True, False]


@pytest.mark.parametrize(
    "text",
    [
        f"RegioS in ('NL01  ','{TOWN}')",
        "RegioS eq",
        "RegioS eq 'NL01  ' and",
        "(RegioS eq 'NL01  '",
        f"RegioS eq 'NL01  ' RegioS eq '{TOWN}'",
        "Regio eq 'NL01  '",
        "contains(RegioS,'GM')",
        "RegioS = 'NL01  '",
        "startswith(RegioS)",
        "substring(RegioS,1.5) eq 'L'",
        "RegioS eq 5",
        "GeregistreerdeMisdrijven_1 eq 'veel'",
        "startswith(GeregistreerdeMisdrijven_1,'1')",
        "RegioS eq 'open",
        "(" * 200 + "RegioS eq 'x'" + ")" * 200,
    ],
)
def test_what_the_source_does_not_answer_is_refused(text: str) -> None:
    with pytest.raises(filters.FilterError):
        TABLE.select(text)


def test_functions_of_v4_differ_from_v3() -> None:
    population = from_cube(bevolking())
    assert population.select("contains(RegioS,'GM') and Measure eq 'M000352'").count == 3 * 2 * 2
    with pytest.raises(filters.FilterError):
        population.select("substringof('GM',RegioS)")
