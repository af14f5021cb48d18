"""Page decoding and the ledger against an obvious model of the same rules."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.places import TOWN
from veiligheidsbeeld.errors import SourceError
from veiligheidsbeeld.extract.pages import Ledger, PageDecoder, PartError, list_page
from veiligheidsbeeld.extract.plan import Choice

KEYS = ["Soort", "RegioS", "Perioden"]
decode = PageDecoder(KEYS, [*KEYS, "Aantal_1"], "proef")


def body(rows: list[tuple[str, str, str]], **more: str) -> bytes:
    value = [dict(zip(KEYS, row, strict=True), Aantal_1=n) for n, row in enumerate(rows)]
    return json.dumps({"odata.metadata": 'http://x/"value":[', "value": value, **more}).encode()


ROWS = [("0.0.0 ", "NL01  ", "2023MM01"), ("0.0.0 ", "NL01  ", "2023MM02")]


def test_every_truncation_of_a_page_is_noticed() -> None:
    whole = body(ROWS, **{"odata.nextLink": "http://intern/x?$skip=2"})
    assert decode(whole).next_link == "http://intern/x?$skip=2"
    for length in range(len(whole)):
        with pytest.raises(ValueError, match=r"."):
            decode(whole[:length])


def test_values_are_the_rows_alone() -> None:
    """The same rows from another address, with another next link, are the same content."""
    one, other = body(ROWS), body(ROWS, **{"odata.nextLink": "http://elders/?$skip=2"})
    assert bytes(decode(one).values) == bytes(decode(other).values)
    assert json.loads(bytes(decode(one).values))[1]["Perioden"] == "2023MM02"
    assert decode(body(ROWS, **{"@odata.nextLink": "v4"})).next_link == "v4"


def test_rows_without_a_key_or_a_column_are_refused() -> None:
    with pytest.raises(SourceError, match="RegioS"):
        decode(json.dumps({"value": [{"Soort": "a", "Perioden": "b", "Aantal_1": 1}]}).encode())
    bare = {"Soort": "a }", "RegioS": "b", "Perioden": "c", "Tekst": 'x"}'}
    with pytest.raises(SourceError, match="Aantal_1"):
        decode(json.dumps({"value": [bare]}).encode())
    assert decode(json.dumps({"value": [{**bare, "Aantal_1": None}]}).encode()).rows


def test_pages_of_a_code_list() -> None:
    assert list_page(b'{"value": [ {"Key":"a"} ,{"Key":"b"}]}') == (b'{"Key":"a"} ,{"Key":"b"}', None)
    assert list_page(b'{"value":[]}') == (b"", None)
    for bad in (b'{"value":{}}', b'{"value":[{"Key":"a"}', b"{}"):
        with pytest.raises(ValueError, match=r"."):
            list_page(bad)


OF_TOWN, UNLISTED = f"BU{TOWN[2:]}", f"WK{TOWN[2:]}"
SOORTEN, REGIOS, PERIODEN = ("A ", "B "), (TOWN, OF_TOWN), ("2023MM01", "2023MM02", "2023MM03")


def new_ledger() -> Ledger:
    choices = {
        "Soort": Choice("Soort", SOORTEN),
        "RegioS": Choice("RegioS", REGIOS, gemeente=TOWN[2:]),
        "Perioden": Choice("Perioden", PERIODEN, filtered=False),
    }
    lists = {"Soort": {"A", "B", "C"}, "RegioS": {TOWN, OF_TOWN, "GM0363"}, "Perioden": set(PERIODEN)}
    return Ledger("deel", choices, lists)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_the_ledger_agrees_with_a_set(data: st.DataObject) -> None:
    """`A` may come trimmed, `C` was not asked for, `X`, a wijk and 2024 are on no list."""
    row = st.tuples(
        st.sampled_from(["A ", "A", "B ", "C ", "X "]) if data.draw(st.booleans()) else st.just("A "),
        st.sampled_from([TOWN, OF_TOWN, UNLISTED, "GM0363"]) if data.draw(st.booleans()) else st.just(TOWN),
        st.sampled_from([*PERIODEN, "2024MM01"]),
    )
    pages = data.draw(st.lists(st.lists(row, max_size=4), max_size=4))
    seen: set[tuple[str, ...]] = set()
    expected = 0
    wrong = False
    for page in pages:
        for soort, region, period in page:
            key = (soort.rstrip(), region, period)
            unlisted = soort == "X " or region == UNLISTED or period == "2024MM01"
            wrong |= (key in seen and not unlisted) or soort == "C " or region == "GM0363"
            seen.add(key)
            expected += 1
    ledger = new_ledger()
    if wrong:
        with pytest.raises(PartError):
            for page in pages:
                ledger.add(decode(body(page)).rows)
    else:
        for page in pages:
            ledger.add(decode(body(page)).rows)
        assert ledger.rows == expected


def test_a_duplicate_is_named_wherever_it_stands() -> None:
    rows = [(s, r, p) for s in SOORTEN for r in REGIOS for p in PERIODEN]
    random.Random(1).shuffle(rows)
    ledger = new_ledger()
    ledger.add(decode(body(rows[:6])).rows)
    with pytest.raises(PartError, match=f"Soort={rows[2][0].rstrip()}, RegioS={rows[2][1]}, Perioden={rows[2][2]}"):
        ledger.add(decode(body([*rows[6:], rows[2]])).rows)
    with pytest.raises(PartError, match="came twice"):
        new_ledger().add(decode(body([rows[0], rows[1], rows[0]])).rows)
