"""Changes of the data at the source: what they do, what they leave alone, and that they last."""

from __future__ import annotations

import numpy as np
import pytest

from sandbox.source_server import SourceServer
from sandbox.source_server.changes import ChangeError
from tests.places import BUURT_1, BUURT_2, PROVINCE, THIRD, TOWN, UNIT, WIJK_1
from tests.sandbox.source_server.conftest import CBS4, POLITIE, Client
from tests.sandbox.source_server.tables import REGIOS, SOORTEN, all_tables, buurt

TABLE = f"{POLITIE}/47013NED"
DATA = f"{TABLE}/TypedDataSet"
DETAIL = f"{POLITIE}/47022NED"
KEYS = ("SoortMisdrijf", "RegioS", "Perioden")


CELL = {"SoortMisdrijf": "1.1.1", "RegioS": TOWN, "Perioden": "2024MM03"}
# Zeden has no months.
NO_FIGURES = {"SoortMisdrijf": ["1.4.1"], "Perioden": ["2023MM01"]}


def cells(rows: list[dict]) -> dict[tuple, dict]:
    """Rows by their codes, without the row ID (which shifts)."""
    return {tuple(v for v in r.values() if isinstance(v, str)): {**r, "ID": None} for r in rows}


def modified(client: Client, table: str = TABLE) -> str:
    return client.rows(f"{table}/TableInfos")[0]["Modified"]


def test_a_month_comes_with_the_figures_of_a_year_before(server: SourceServer, client: Client) -> None:
    before, was = cells(client.rows(DATA)), modified(client)
    server.change("maand_erbij", "47013NED")
    assert [p["Key"] for p in client.rows(f"{TABLE}/Perioden")][-1] == "2025MM01"
    assert client.rows(f"{TABLE}/Perioden")[-1]["Title"] == "2025 januari"
    after = cells(client.rows(DATA))
    assert {k: after[k] for k in before} == before
    added = {k: v for k, v in after.items() if k not in before}
    assert len(added) == len(SOORTEN) * len(REGIOS)
    for (soort, regio, _), row in added.items():
        assert row["GeregistreerdeMisdrijven_1"] == before[soort, regio, "2024MM01"]["GeregistreerdeMisdrijven_1"]
    assert modified(client) > was
    catalogue = client.rows("/ODataCatalog/Tables", filter="Identifier eq '47013NED'")[0]
    assert (catalogue["RecordCount"], catalogue["Period"]) == (len(after), "2023-2025")
    assert catalogue["Modified"] == modified(client)


def test_row_ids_shift_when_a_month_comes(server: SourceServer, client: Client) -> None:
    text = f"SoortMisdrijf eq '1.1.1 ' and RegioS eq '{PROVINCE}  ' and Perioden eq '2023MM02'"
    assert client.rows(DATA, filter=text)[0]["ID"] == (1 * 6 + 1) * 26 + 1
    server.change("maand_erbij", "47013NED")
    assert client.rows(DATA, filter=text)[0]["ID"] == (1 * 6 + 1) * 27 + 1


def test_december_brings_the_year_with_it(server: SourceServer, client: Client) -> None:
    for _ in range(12):
        server.change("maand_erbij", "47013NED")
    assert [p["Key"] for p in client.rows(f"{TABLE}/Perioden")][-2:] == ["2025MM12", "2025JJ00"]
    rows = cells(client.rows(DATA))
    months = [rows["1.1.1 ", TOWN, f"2025MM{m:02}"]["GeregistreerdeMisdrijven_1"] for m in range(1, 13)]
    assert rows["1.1.1 ", TOWN, "2025JJ00"]["GeregistreerdeMisdrijven_1"] == sum(months)
    # A soort without months keeps the figure of the year before.
    assert rows["1.4.1 ", TOWN, "2025MM12"]["GeregistreerdeMisdrijven_1"] is None
    assert rows["1.4.1 ", TOWN, "2025JJ00"]["GeregistreerdeMisdrijven_1"] == 7


def test_a_table_of_years_gets_a_year(server: SourceServer, client: Client) -> None:
    server.change("maand_erbij", "03759ned")
    periods = client.get(f"{CBS4}/03759ned/PeriodenCodes").json()["value"]
    assert (periods[-1]["Identifier"], periods[-1]["Index"]) == ("2020JJ00", 3)
    body = client.get(f"{CBS4}/03759ned/Properties").json()
    assert body["ObservationCount"] == client.count(f"{CBS4}/03759ned/Observations") == 3 * 4 * 3 * 2
    assert body["Version"] > "202606230000"
    assert body["Modified"] == body["ObservationsModified"] > "2026-06-23T00:00:00+02:00"


def test_given_cells_are_restated_and_nothing_else(server: SourceServer, client: Client) -> None:
    before = cells(client.rows(DATA))
    done = server.change(
        "herzien",
        "47013NED",
        cellen=[
            {"SoortMisdrijf": "1.1.1", "RegioS": TOWN, "Perioden": "2024MM03", "GeregistreerdeMisdrijven_1": 99},
            {"SoortMisdrijf": "1.1.1", "RegioS": "NL01", "Perioden": "2024MM03", "GeregistreerdeMisdrijven_1": None},
            {"SoortMisdrijf": "1.1.1", "RegioS": UNIT, "Perioden": "2024MM03", "GeregistreerdeMisdrijven_1": -2},
        ],
    )
    after = cells(client.rows(DATA))
    changed = {k: after[k]["GeregistreerdeMisdrijven_1"] for k in after if after[k] != before[k]}
    assert changed == {
        ("1.1.1 ", TOWN, "2024MM03"): 99,
        ("1.1.1 ", "NL01  ", "2024MM03"): None,
        ("1.1.1 ", f"{UNIT}  ", "2024MM03"): -2,
    }
    old = {tuple(c["sleutels"].values()): c["oud"] for c in done["cellen"]}
    assert old == {k: before[k]["GeregistreerdeMisdrijven_1"] for k in changed}


def test_chosen_cells_are_reported_and_totals_still_add_up(server: SourceServer, client: Client) -> None:
    before = client.rows(DATA)
    done = server.change("herzien", "47013NED", aantal=10, zaad=5)["cellen"]
    after = client.rows(DATA)
    differ = [(b, a) for b, a in zip(before, after, strict=True) if b != a]
    assert len(differ) == len(done) == 10
    reported = {tuple(c["sleutels"].values()): (c["oud"], c["nieuw"]) for c in done}
    for old, new in differ:
        key = tuple(old[k] for k in KEYS)
        assert reported[key] == (old["GeregistreerdeMisdrijven_1"], new["GeregistreerdeMisdrijven_1"])
        assert key[0] != "0.0.0 "
        assert key[1].startswith("GM")

    def total(rows: list[dict]) -> dict:
        sums: dict[tuple, int] = {}
        for r in rows:
            if r["SoortMisdrijf"] != "0.0.0 ":
                place = (r["RegioS"], r["Perioden"])
                sums[place] = sums.get(place, 0) + (r["GeregistreerdeMisdrijven_1"] or 0)
        return sums

    assert total(before) == total(after)
    assert server.change("herzien", "47013NED", aantal=10, zaad=5)["cellen"] != done


def test_cells_can_be_limited_to_some_keys(server: SourceServer) -> None:
    where = {"RegioS": [TOWN], "Perioden": ["2024MM01", "2024MM02"]}
    done = server.change("herzien", "47013NED", aantal=3, waar=where)["cellen"]
    assert {c["sleutels"]["RegioS"] for c in done} == {TOWN}
    assert {c["sleutels"]["Perioden"] for c in done} <= {"2024MM01", "2024MM02"}


def test_a_label_is_renamed_and_rows_stay(server: SourceServer, client: Client) -> None:
    rows, was = client.rows(DATA), modified(client)
    server.change("label", "47013NED", dimensie="SoortMisdrijf", code="1.4.1", titel="1.4.1 Zedendelicten")
    titles = {r["Key"]: r["Title"] for r in client.rows(f"{TABLE}/SoortMisdrijf")}
    assert titles["1.4.1 "] == "1.4.1 Zedendelicten"
    assert titles["1.1.1 "] == "titel 1.1.1"
    assert client.rows(DATA) == rows
    assert modified(client) > was


def test_a_buurt_is_divided_into_two(server: SourceServer, client: Client) -> None:
    before = cells(client.rows(f"{DETAIL}/TypedDataSet"))
    new = [f"BU{TOWN[2:]}0108", f"BU{TOWN[2:]}0109"]
    server.change("herindeling", "47022NED", dimensie="WijkenEnBuurten", code=BUURT_1, naar=new)
    listed = client.rows(f"{DETAIL}/WijkenEnBuurten")
    assert [r["Key"] for r in listed] == ["NL00      ", f"{TOWN}    ", f"{WIJK_1}  ", *new, BUURT_2]
    assert {r["Municipality"] for r in listed} == {TOWN}
    assert [r["DetailRegionCode"] for r in listed][3:5] == new
    assert all(len(r["Title"]) <= 40 for r in listed)
    after = {k[:3]: v["GeregistreerdeMisdrijven_1"] for k, v in cells(client.rows(f"{DETAIL}/TypedDataSet")).items()}
    for (soort, wijk, periode, _), row in before.items():
        value = row["GeregistreerdeMisdrijven_1"]
        if wijk != BUURT_1:
            assert after[soort, wijk, periode] == value
            continue
        assert (soort, wijk, periode) not in after
        parts = [after[soort, code, periode] for code in new]
        assert parts == [None, None] if value is None else sum(parts) == value


def test_a_column_disappears(server: SourceServer, client: Client) -> None:
    server.change("kolom_weg", "47013NED", kolom="Aangiften_2")
    assert "Aangiften_2" not in client.rows(DATA, top=1)[0]
    assert "Aangiften_2" not in {p["Key"] for p in client.rows(f"{TABLE}/DataProperties")}
    assert client.get(DATA, filter="Aangiften_2 eq 1").status_code == 400


def test_a_column_gets_another_name(server: SourceServer, client: Client) -> None:
    before = [r["GeregistreerdeMisdrijven_1"] for r in client.rows(DATA)]
    server.change("kolom_hernoemd", "47013NED", kolom="GeregistreerdeMisdrijven_1", naar="Misdrijven_1")
    assert [r["Misdrijven_1"] for r in client.rows(DATA)] == before
    assert "GeregistreerdeMisdrijven_1" not in client.rows(DATA, top=1)[0]
    assert "Misdrijven_1" in {p["Key"] for p in client.rows(f"{TABLE}/DataProperties")}
    assert client.count(DATA, filter="Misdrijven_1 eq 101793") == before.count(101793)
    assert b"<d:Misdrijven_1 " in client.get(DATA, top=1).content
    server.change("kolom_hernoemd", "03759ned", kolom="ValueAttribute", naar="Kenmerk")
    assert "Kenmerk" in client.get(f"{CBS4}/03759ned/Observations", top=1).json()["value"][0]


def test_rows_show_a_code_that_is_in_no_list(server: SourceServer, client: Client) -> None:
    before = client.rows(DATA)
    done = server.change("onbekende_code", "47013NED", dimensie="SoortMisdrijf", code="9.9.9", aantal=3)["cellen"]
    after = client.rows(DATA)
    odd = [(b, a) for b, a in zip(before, after, strict=True) if a != b]
    assert [{**b, "SoortMisdrijf": "9.9.9 "} for b, _ in odd] == [a for _, a in odd]
    reported = {tuple(c["sleutels"].values()) for c in done}
    assert {tuple(b[k] for k in KEYS) for b, _ in odd} == reported
    assert len(reported) == 3
    assert "9.9.9 " not in {r["Key"] for r in client.rows(f"{TABLE}/SoortMisdrijf")}
    # A client that asks for the keys it knows meets them all the same.
    soort = done[0]["sleutels"]["SoortMisdrijf"]
    assert "9.9.9 " in {r["SoortMisdrijf"] for r in client.rows(DATA, filter=f"SoortMisdrijf eq '{soort}'")}
    server.change("maand_erbij", "47013NED")
    assert {tuple(c[k] for k in KEYS[1:]) for c in client.rows(DATA) if c["SoortMisdrijf"] == "9.9.9 "} == {
        k[1:] for k in reported
    }


def test_a_code_is_withdrawn(server: SourceServer, client: Client) -> None:
    before = cells(client.rows(DATA))
    server.change("code_weg", "47013NED", dimensie="RegioS", code=THIRD)
    assert THIRD not in {r["Key"] for r in client.rows(f"{TABLE}/RegioS")}
    assert cells(client.rows(DATA)) == {k: v for k, v in before.items() if k[1] != THIRD}


def test_only_modified(server: SourceServer, client: Client) -> None:
    rows = client.rows(DATA)
    server.change("gewijzigd", "47013NED", gewijzigd="2031-01-15T02:00:00")
    assert modified(client) == "2031-01-15T02:00:00"
    assert client.rows(DATA) == rows
    server.change("gewijzigd", "47013NED")
    assert modified(client) == "2031-01-15T02:01:00"


def test_values_of_v4_are_restated_with_their_attribute(server: SourceServer, client: Client) -> None:
    key = {"Leeftijd": "10000", "RegioS": TOWN, "Perioden": "2018JJ00", "Measure": "M000352"}
    path = f"{CBS4}/03759ned/Observations"
    text = " and ".join(f"{k} eq '{v}'" for k, v in key.items())
    for value, attribute in ((None, "NotAvailable"), (12, "None")):
        server.change("herzien", "03759ned", cellen=[{**key, "Value": value}])
        (row,) = client.get(path, filter=text).json()["value"]
        assert (row["Value"], row["ValueAttribute"]) == (value, attribute)
    assert len(server.change("herzien", "03759ned", aantal=4)["cellen"]) == 4


@pytest.mark.parametrize(
    "change",
    [
        {"soort": "label", "tabel": "47013NED", "dimensie": "Soort", "code": "1.4.1", "titel": "x"},
        {"soort": "label", "tabel": "47013NED", "dimensie": "SoortMisdrijf", "code": "8.8.8", "titel": "x"},
        {"soort": "label", "tabel": "99999NED", "dimensie": "SoortMisdrijf", "code": "1.4.1", "titel": "x"},
        {"soort": "herindeling", "tabel": "47013NED", "dimensie": "RegioS", "code": TOWN, "naar": ["GM1"]},
        {"soort": "herindeling", "tabel": "47013NED", "dimensie": "RegioS", "code": TOWN, "naar": [THIRD, "A"]},
        {"soort": "kolom_weg", "tabel": "47013NED", "kolom": "ID"},
        {"soort": "herzien", "tabel": "47013NED"},
        {"soort": "herzien", "tabel": "47013NED", "cellen": [{**CELL, "GeregistreerdeMisdrijven_1": "veel"}]},
        {"soort": "herzien", "tabel": "47013NED", "cellen": [{**CELL, "GeregistreerdeMisdrijven_1": 1.5}]},
        {"soort": "herzien", "tabel": "47013NED", "cellen": [{**CELL, "RegioS": 988}]},
        {"soort": "gewijzigd", "tabel": "47013NED", "gewijzigd": "gisteren"},
        {"soort": "herzien", "tabel": "47013NED", "aantal": 1, "waar": NO_FIGURES},
        {"soort": "onbekende_code", "tabel": "47013NED", "dimensie": "RegioS", "code": TOWN},
        {"soort": "opheffen", "tabel": "47013NED"},
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(client: Client, change: dict) -> None:
    rows, was = client.rows(DATA), modified(client)
    reply = client.http.post("/_wijziging", json=change)
    assert reply.status_code == 400
    assert reply.json()["fout"]
    assert (client.rows(DATA), modified(client)) == (rows, was)
    assert client.http.get("/_wijziging").json() == []


def test_changes_outlive_the_server_and_end_with_a_reset(serving, tmp_path) -> None:
    state = tmp_path / "bronserver" / "wijzigingen.json"
    first, client = serving(all_tables(), state=state)
    untouched = client.rows(DATA)
    first.change("herzien", "47013NED", aantal=6)
    first.change("label", "47013NED", dimensie="SoortMisdrijf", code="1.4.1", titel="anders")
    first.change("onbekende_code", "47013NED", dimensie="SoortMisdrijf", code="9.9.9", aantal=2)
    first.change("maand_erbij", "47013NED")
    seen, when = client.rows(DATA), modified(client)

    _, again = serving(all_tables(), state=state)
    assert again.rows(DATA) == seen
    assert modified(again) == when
    assert {r["Title"] for r in again.rows(f"{TABLE}/SoortMisdrijf")} >= {"anders"}
    again.http.delete("/_wijziging")
    assert again.rows(DATA) == untouched

    _, last = serving(all_tables(), state=state)
    assert last.rows(DATA) == untouched


def test_kept_changes_that_no_longer_fit_are_skipped(serving, tmp_path) -> None:
    state = tmp_path / "wijzigingen.json"
    first, _ = serving({"47022NED": buurt(regions=3)}, state=state)
    first.change("code_weg", "47022NED", dimensie="WijkenEnBuurten", code=f"BU{TOWN[2:]}0202")
    first.change("label", "47022NED", dimensie="SoortMisdrijf", code="1.4.1", titel="anders")
    _, client = serving({"47022NED": buurt()}, state=state)
    assert {r["Title"] for r in client.rows(f"{DETAIL}/SoortMisdrijf")} >= {"anders"}
    assert client.count(f"{DETAIL}/TypedDataSet") == 4 * 5 * 24


def test_the_given_cube_is_left_alone(serving) -> None:
    tables = all_tables()
    kept = tables["47013NED"].values["GeregistreerdeMisdrijven_1"]
    before = kept.copy()
    kept.flags.writeable = False
    server, _ = serving(tables)
    server.change("herzien", "47013NED", aantal=4)
    server.change("maand_erbij", "47013NED")
    assert np.array_equal(kept, before)


def test_a_change_needs_a_table_that_is_there(server: SourceServer) -> None:
    with pytest.raises(ChangeError, match="99999NED"):
        server.change("maand_erbij", "99999NED")
