"""Pages through the decoder into a real table: what the source said is what the cell view shows."""

from __future__ import annotations

import json

import psycopg
import pytest

from tests.places import FORMER, TOWN
from veiligheidsbeeld.contracts.cube import get_cube
from veiligheidsbeeld.cubes import copy_format, ddl
from veiligheidsbeeld.cubes.decode import Decoder, parse_period
from veiligheidsbeeld.warehouse import connect

POLICE = get_cube("politie_misdrijven_gemeente")
CBS = get_cube("cbs_bevolking")
PERIODS = [f"{year}MM{month:02}" for year in (2022, 2023) for month in range(1, 13)] + [
    "2022JJ00",
    "2023JJ00",
]


def police_row(soort: str, regio: str, period: str, crimes: object, reports: object = None) -> dict:
    return {
        "ID": 7,
        "SoortMisdrijf": soort.ljust(6),
        "RegioS": regio.ljust(6),
        "Perioden": period,
        "GeregistreerdeMisdrijven_1": crimes,
        "Aangiften_2": reports,
        "Internetaangiften_3": None,
    }


def page(rows: list[dict]) -> bytes:
    return json.dumps({"odata.metadata": "x", "value": rows}).encode()


@pytest.fixture
def decoder() -> Decoder:
    return Decoder(POLICE, {"soort_misdrijf": ["0.0.0", "2.6.10"], "regio": ["NL01", TOWN]}, PERIODS)


def cells(connection: psycopg.Connection, rows: bytes) -> dict[tuple, tuple]:
    """Copies encoded rows into a batch and reads them back, one tuple of measures per cell."""
    ddl.recreate_batch(connection, POLICE)
    with connection.cursor().copy("copy laad.politie_misdrijven_gemeente from stdin (format binary)") as copy:
        copy.write(copy_format.HEADER + rows + copy_format.TRAILER)
    found = connection.execute(
        "select soort_misdrijf, regio, periode, geregistreerde_misdrijven, aangiften, internetaangiften"
        " from laad.politie_misdrijven_gemeente_cellen"
    ).fetchall()
    return {row[:3]: row[3:] for row in found}


def test_null_zero_and_absent_stay_apart(warehouse, decoder):
    rows = [
        police_row("0.0.0", TOWN, "2023MM01", 0, 5),
        police_row("0.0.0", TOWN, "2023MM03", None, None),
        police_row("0.0.0", TOWN, "2023JJ00", 2204),
        police_row("2.6.10", "NL01", "2022MM12", 31, 0),
    ]
    with connect(warehouse, "lader") as connection:
        found = cells(connection, decoder.decode("p", page(rows)).rows)
        connection.rollback()
    assert found == {
        ("0.0.0", TOWN, "2023MM01"): (0, 5, None),
        ("0.0.0", TOWN, "2023MM03"): (None, None, None),
        ("0.0.0", TOWN, "2023JJ00"): (2204, None, None),
        ("2.6.10", "NL01", "2022MM12"): (31, 0, None),
    }


def test_full_years_take_the_fast_way_and_unordered_rows_are_the_same(warehouse, decoder):
    rows = [
        police_row(soort, regio, period, i * 1000 + j, i + j) | {"Internetaangiften_3": j}
        for i, (soort, regio) in enumerate([("0.0.0", "NL01"), ("2.6.10", TOWN)])
        for j, period in enumerate(PERIODS)
    ]
    expected = {
        (r["SoortMisdrijf"].strip(), r["RegioS"].strip(), r["Perioden"]): (
            r["GeregistreerdeMisdrijven_1"],
            r["Aangiften_2"],
            r["Internetaangiften_3"],
        )
        for r in rows
    }
    for order in (rows, rows[::-1], rows[::2] + rows[1::2]):
        decoded = decoder.decode("p", page(order))
        assert (decoded.cells, decoded.refusals) == (len(rows), [])
        with connect(warehouse, "lader") as connection:
            assert cells(connection, decoded.rows) == expected
            connection.rollback()


@pytest.mark.parametrize(
    ("change", "rule", "column"),
    [
        ({"SoortMisdrijf": "9.9.9 "}, "codelijst", "SoortMisdrijf"),
        ({"RegioS": "GM9999"}, "codelijst", "RegioS"),
        ({"Perioden": "2031MM01"}, "periode", "Perioden"),
        ({"GeregistreerdeMisdrijven_1": -1}, "bereik", "GeregistreerdeMisdrijven_1"),
        ({"GeregistreerdeMisdrijven_1": 3_000_000_000}, "bereik", "GeregistreerdeMisdrijven_1"),
        ({"GeregistreerdeMisdrijven_1": "twaalf"}, "type", "GeregistreerdeMisdrijven_1"),
        ({"GeregistreerdeMisdrijven_1": 1.5}, "type", "GeregistreerdeMisdrijven_1"),
    ],
)
def test_a_bad_row_is_refused_by_name_and_the_others_go_on(warehouse, decoder, change, rule, column):
    good = police_row("0.0.0", TOWN, "2023MM01", 12)
    bad = police_row("0.0.0", TOWN, "2023MM02", 12) | change
    last = police_row("0.0.0", TOWN, "2023MM04", 13)
    decoded = decoder.decode("deel-0001", page([good, bad, last]))
    assert decoded.cells == 2
    (refusal,) = decoded.refusals
    assert (refusal.file, refusal.row, refusal.rule, refusal.column) == ("deel-0001", 2, rule, column)
    assert refusal.content == {k: bad[k] for k in refusal.content}
    with connect(warehouse, "lader") as connection:
        found = cells(connection, decoded.rows)
        connection.rollback()
    assert found == {
        ("0.0.0", TOWN, "2023MM01"): (12, None, None),
        ("0.0.0", TOWN, "2023MM04"): (13, None, None),
    }


def test_v4_marks_survive(warehouse):
    codes = {
        "maat": ["M000352"],
        "burgerlijke_staat": ["T001019"],
        "geslacht": ["T001038"],
        "leeftijd": ["10000"],
        "regio": [FORMER[1], TOWN],
    }
    decoder = Decoder(CBS, codes, ["2019JJ00"])
    fixed = {"Measure": "M000352", "BurgerlijkeStaat": "T001019", "Geslacht": "T001038", "Leeftijd": "10000"}
    rows = [
        {"Id": 1, "RegioS": FORMER[1], "Perioden": "2019JJ00", "ValueAttribute": "Impossible", "Value": None} | fixed,
        {"Id": 2, "RegioS": TOWN, "Perioden": "2019JJ00", "ValueAttribute": "None", "Value": 49845.5} | fixed,
    ]
    with connect(warehouse, "lader") as connection:
        ddl.recreate_batch(connection, CBS)
        with connection.cursor().copy("copy laad.cbs_bevolking from stdin (format binary)") as copy:
            copy.write(copy_format.HEADER + decoder.decode("p", page(rows)).rows + copy_format.TRAILER)
        found = connection.execute("select regio, waarde, kenmerk from laad.cbs_bevolking_cellen order by 1").fetchall()
        connection.rollback()
    assert found == [(FORMER[1], None, "Impossible"), (TOWN, 49845.5, None)]


@pytest.mark.parametrize("code", ["2023MM13", "2023MM00", "2023JJ01", "2023KW05", "23MM01", "2023X000", ""])
def test_what_is_no_period(code):
    assert parse_period(code) is None
