"""The fast reader gives what a JSON parser gives, or nothing at all."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from veiligheidsbeeld.cubes.layout import read_columns

TEXTS, NUMBERS = ["Soort", "Perioden"], ["Aantal_1", "Aangiften_2"]

# Mostly rows as a cube has them (padded keys, small counts), sometimes anything else that JSON can hold.
_key = st.one_of(st.sampled_from(["1.1.1 ", "2.6.10", "0.0.0 "]), st.text(max_size=7))
_number = st.one_of(st.none(), st.integers(-20, 10**9), st.integers(-(10**14), 10**14), st.just(1.5), st.just("7"))
_row = st.builds(
    lambda s, p, a, b, extra: {"Soort": s, "Perioden": p, "Aantal_1": a, "Aangiften_2": b, **extra},
    _key,
    st.sampled_from(["2023MM01", "2023JJ00"]),
    _number,
    _number,
    st.dictionaries(st.sampled_from(["ID", "Naam"]), _number, max_size=1),
)
_usual = st.builds(
    lambda s, a: {"Soort": s, "Perioden": "2023MM01", "Aantal_1": a, "Aangiften_2": None},
    st.sampled_from(["1.1.1 ", "2.6.10"]),
    st.one_of(st.none(), st.integers(-5, 10**6)),
)


def check(rows: list[dict], **dump: object) -> bool:
    columns = read_columns(json.dumps({"odata.metadata": "x", "value": rows}, **dump).encode(), TEXTS, NUMBERS)
    if columns is None:
        return False
    for name in TEXTS:
        assert [t.decode() for t in columns.texts[name].tolist()] == [r[name] for r in rows]
    for name in NUMBERS:
        assert [None if v != v else v for v in columns.numbers[name].tolist()] == [r[name] for r in rows]
    return True


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(_usual, _row), max_size=6), st.booleans())
def test_right_or_silent(rows, ascii_only):
    check(rows, ensure_ascii=ascii_only)


@settings(max_examples=100, deadline=None)
@given(st.lists(_usual, min_size=1, max_size=50), st.sampled_from([(",", ":"), (", ", ": ")]))
def test_usual_pages_take_the_fast_way(rows, separators):
    assert check(rows, separators=separators)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"Aantal_1": 7', b'"Aantal_1": 7.0'),
        (b'"Aantal_1": 7', b'"Aantal_1": 07a'),
        (b'"Aantal_1": 7', b'"Aantal_x": 7'),
        (b"}, {", b"} {"),
        (b"}, {", b"}, ,{"),
        (b"}]}", b"}"),
    ],
)
def test_a_damaged_page_is_never_read(old, new):
    rows = [{"Soort": "1.1.1 ", "Perioden": "2023MM01", "Aantal_1": n, "Aangiften_2": 0} for n in (1, 7, 3)]
    body = json.dumps({"value": rows}).encode()
    assert read_columns(body, TEXTS, NUMBERS) is not None
    assert read_columns(body.replace(old, new), TEXTS, NUMBERS) is None
