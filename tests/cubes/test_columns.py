"""Columns of a v3 table whose names repeat: told apart by the groups that they stand in, as a snapshot has them."""

from __future__ import annotations

import pytest

from veiligheidsbeeld.binding import snapshot
from veiligheidsbeeld.binding.columns import resolve
from veiligheidsbeeld.binding.snapshot import SeenMeasure, Snapshot
from veiligheidsbeeld.contracts.cube import get_cube

CONTRACT = get_cube("cbs_verdachten")
TOTAL, RATE = "TotaalVerdachtenVanMisdrijven_1", "TotaalVerdachtenVanMisdrijven_8"
ABSOLUTE, RELATIVE = "Verdachten, absoluut", "Verdachten, relatief"


@pytest.fixture(autouse=True)
def seen(monkeypatch):
    """The groups of the table as somebody saw them."""
    measures = [
        SeenMeasure(code=m.bron, pad=[RELATIVE if m.eenheid.startswith("per") else ABSOLUTE, m.kolom])
        for m in CONTRACT.maten
    ]
    found = Snapshot(
        tabel="85655NED", titel="t", host="opendata", protocol="odata_v3", zekerheid="opname", herkomst="h",
        gezien="2026-11", maten=measures,
    )  # fmt: skip
    monkeypatch.setattr(snapshot, "load", lambda table: found)


def properties(*, shift: int = 0, unit: str | None = None, groups=(ABSOLUTE, RELATIVE)) -> list[dict]:
    """`DataProperties` with the columns numbered on from `shift`, the second group first."""
    rows = [{"ID": title, "ParentID": None, "Type": "TopicGroup", "Title": title, "Key": ""} for title in groups]
    for n, measure in enumerate(sorted(CONTRACT.maten, key=lambda m: not m.eenheid.startswith("per")), 1 + shift):
        group = groups[measure.eenheid.startswith("per")]
        name = measure.bron.rpartition("_")[0]
        rows.append(
            {
                "ID": n, "ParentID": group, "Type": "Topic", "Key": f"{name}_{n}", "Title": name,
                "Unit": unit or measure.eenheid,
            }
        )  # fmt: skip
    return rows


def columns(rows: list[dict]) -> dict[str, tuple[str, str]]:
    served, found = resolve(CONTRACT, rows)
    return {m.kolom: (m.bron, row.oordeel) for m, row in zip(served.maten, found, strict=True)}


@pytest.mark.parametrize("shift", [0, 40])
def test_the_group_tells_which_column_is_meant_whatever_its_number_and_place(shift):
    found = columns(properties(shift=shift))
    assert found["totaal_per_10000"] == (f"TotaalVerdachtenVanMisdrijven_{1 + shift}", "gekoppeld")
    assert found["totaal"] == (f"TotaalVerdachtenVanMisdrijven_{8 + shift}", "gekoppeld")


def test_one_unit_for_both_groups_mixes_nothing_up():
    found = columns(properties(unit="aantal"))
    assert found["totaal"] == ("TotaalVerdachtenVanMisdrijven_8", "gekoppeld")
    assert found["totaal_per_10000"] == ("TotaalVerdachtenVanMisdrijven_1", "eenheid"), "found, and refused: no rate"


def test_a_column_that_stands_in_another_group_only_is_not_the_one_meant():
    found = columns(properties(groups=("Iets anders", RELATIVE)))
    assert found["totaal"] == (TOTAL, "ontbreekt")
    assert found["totaal_per_10000"][1] == "gekoppeld"
