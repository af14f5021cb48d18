"""Deliveries into raw: scope, history, refusals, and nothing done twice."""

from __future__ import annotations

import pytest

from tests.cubes.deliveries import CONTRACT, Table
from tests.places import TOWN
from veiligheidsbeeld.cubes import MergeReport, merge, stage
from veiligheidsbeeld.errors import DeliveryRefused, VeiligheidsbeeldError
from veiligheidsbeeld.warehouse import connect

MONTHS = [f"2023MM{m:02}" for m in range(1, 13)]


def start() -> Table:
    return Table(
        {
            (soort, regio, period): 10 * i + j
            for i, (soort, regio) in enumerate([("0.0.0", "NL01"), ("E33", TOWN), ("E35", TOWN)])
            for j, period in enumerate([*MONTHS, "2023JJ00"])
        }
    )


def bring_in(settings, table: Table, **options) -> MergeReport:
    """Stages, passes the gate as a judge would, and merges."""
    report = stage(settings, CONTRACT, table.deliver(settings, **options))
    with connect(settings, "lader") as connection:
        connection.execute("update raw.levering set status = 'gekeurd' where levering_id = %s", [report.levering_id])
    return merge(settings, CONTRACT, report.levering_id)


def known(settings, levering_id: int | None = None) -> dict[tuple, object]:
    """Cells as known now, or as they were known after a delivery."""
    moment = (
        "levering_tot is null"
        if levering_id is None
        else f"levering_van <= {levering_id} and coalesce(levering_tot > {levering_id}, true)"
    )
    with connect(settings, "lader") as connection:
        rows = connection.execute(
            "select soort_overlast, regio, periode, geregistreerde_overlast"
            f" from raw.politie_overlast_gemeente_cellen where {moment}"
        ).fetchall()
    assert len({r[:3] for r in rows}) == len(rows), "a cell has two versions at one moment"
    return {r[:3]: r[3] for r in rows}


def test_first_delivery_then_the_same_again(clean_warehouse):
    table = start()
    first = bring_in(clean_warehouse, table)
    assert (first.nieuw, first.gewijzigd, first.vervallen, first.gelijk) == (6, 0, 0, 0)
    assert known(clean_warehouse) == table.cells
    second = bring_in(clean_warehouse, table)
    assert (second.nieuw, second.gewijzigd, second.vervallen, second.gelijk) == (0, 0, 0, 6)
    assert not second.changed


def test_restated_figures_have_history_and_nothing_else_has(clean_warehouse):
    table = start()
    before = dict(table.cells)
    first = bring_in(clean_warehouse, table)
    table.cells["E33", TOWN, "2023MM04"] = 999
    table.cells["E35", TOWN, "2023JJ00"] = None
    second = bring_in(clean_warehouse, table)
    assert (second.nieuw, second.gewijzigd, second.vervallen, second.gelijk) == (0, 2, 0, 4)
    assert known(clean_warehouse) == table.cells
    assert known(clean_warehouse, first.levering_id) == before
    with connect(clean_warehouse, "lader") as connection:
        closed = connection.execute(
            "select soort_overlast, periode_soort, levering_van, levering_tot"
            " from raw.politie_overlast_gemeente where levering_tot is not null order by 1"
        ).fetchall()
    assert closed == [
        ("E33", "MM", first.levering_id, second.levering_id),
        ("E35", "JJ", first.levering_id, second.levering_id),
    ]


def test_absent_inside_the_scope_is_withdrawn_and_outside_nothing_is_said(clean_warehouse):
    table = start()
    bring_in(clean_warehouse, table)
    of_town = Table({k: v for k, v in table.cells.items() if k[1] == TOWN and k[0] == "E33"})
    report = bring_in(clean_warehouse, of_town, regio=[TOWN])
    assert (report.nieuw, report.gewijzigd, report.vervallen, report.gelijk) == (0, 0, 2, 2)
    left = {k: v for k, v in table.cells.items() if k[0] != "E35"}
    assert known(clean_warehouse) == left


def test_a_delivery_of_some_periods_leaves_the_other_positions(clean_warehouse):
    table = start()
    bring_in(clean_warehouse, table)
    part = Table({k: v for k, v in table.cells.items() if k[2] in ("2023MM03", "2023MM04")})
    part.cells["E33", TOWN, "2023MM03"] = 77
    del part.cells["E35", TOWN, "2023MM04"]
    report = bring_in(clean_warehouse, part, perioden=["2023MM03", "2023MM04"])
    assert (report.nieuw, report.gewijzigd, report.vervallen) == (0, 2, 0)
    expected = dict(table.cells) | {("E33", TOWN, "2023MM03"): 77}
    del expected["E35", TOWN, "2023MM04"]
    assert known(clean_warehouse) == expected


def test_a_new_month_extends_the_row_of_its_year(clean_warehouse):
    table = Table({k: v for k, v in start().cells.items() if k[2] < "2023MM11" and "MM" in k[2]})
    bring_in(clean_warehouse, table)
    table.cells |= {(s, r, "2023MM11"): 5 for s, r in [("0.0.0", "NL01"), ("E33", TOWN), ("E35", TOWN)]}
    report = bring_in(clean_warehouse, table)
    assert (report.nieuw, report.gewijzigd, report.vervallen, report.gelijk) == (0, 3, 0, 0)
    assert known(clean_warehouse) == table.cells


def test_a_refused_cell_keeps_what_was_known(clean_warehouse):
    many = {(s, TOWN, f"{y}MM{m:02}"): y + m for s in ("E33", "E35") for y in range(1970, 2025) for m in range(1, 13)}
    table = Table(dict(many))
    bring_in(clean_warehouse, table)
    table.cells["E33", TOWN, "2023MM04"] = -5
    table.cells["E33", TOWN, "2023MM05"] = 1
    report = bring_in(clean_warehouse, table)
    assert (report.gewijzigd, report.vervallen) == (1, 0)
    assert known(clean_warehouse) == many | {("E33", TOWN, "2023MM05"): 1}
    with connect(clean_warehouse, "lader") as connection:
        refused = connection.execute(
            "select kolom, regel, eigenaar, rij ->> 'Perioden' from quarantaine.rij"
        ).fetchall()
    assert refused == [("GeregistreerdeOverlast_1", "bereik", CONTRACT.eigenaar.functie, "2023MM04")]


def test_series_cut_by_pages_are_whole_again(clean_warehouse):
    table = start()
    for page_size in (1, 5, 7):
        bring_in(clean_warehouse, table, page_size=page_size)
        assert known(clean_warehouse) == table.cells


def test_the_same_cell_twice_refuses_the_delivery(clean_warehouse):
    table = start()
    table.extra_rows = [table.rows()[3] | {"GeregistreerdeOverlast_1": 1}]
    for page_size in (1000, 10):
        with pytest.raises(DeliveryRefused, match="twice"):
            stage(clean_warehouse, CONTRACT, table.deliver(clean_warehouse, page_size=page_size))


@pytest.mark.parametrize(
    ("options", "change", "words"),
    [
        ({}, {("E33", TOWN, "2023MM01"): "x"}, "break the contract"),
        ({"promised": 999}, {}, "promises 999 rows"),
        ({"codes": {"Overlast": ["0.0.0"], "RegioS": ["NL01"]}}, {}, "Perioden is missing"),
        (
            {
                "codes": {
                    "Overlast": ["Overlast A", "Overlast B"],
                    "RegioS": ["NL01"],
                    "Perioden": ["2023JJ00"],
                }
            },
            {},
            "code list Overlast holds codes such as",
        ),
    ],
)
def test_a_refused_delivery_leaves_the_previous_state(clean_warehouse, options, change, words):
    table = start()
    bring_in(clean_warehouse, table)
    bad = Table(table.cells | change)
    with pytest.raises(DeliveryRefused, match=words) as refusal:
        stage(clean_warehouse, CONTRACT, bad.deliver(clean_warehouse, **options))
    assert refusal.value.remedy
    assert known(clean_warehouse) == table.cells
    with connect(clean_warehouse, "lader") as connection:
        (row,) = connection.execute("select dataset, reden, eigenaar, remedie from quarantaine.levering").fetchall()
        assert row[0] == CONTRACT.naam and row[1] in str(refusal.value) and all(row)
        assert connection.execute("select count(*) from laad.politie_overlast_gemeente").fetchone() == (0,)


def test_an_unjudged_delivery_is_not_merged(clean_warehouse):
    report = stage(clean_warehouse, CONTRACT, start().deliver(clean_warehouse))
    with pytest.raises(VeiligheidsbeeldError, match="is geladen, not gekeurd"):
        merge(clean_warehouse, CONTRACT, report.levering_id)
    assert known(clean_warehouse) == {}


def test_code_lists_have_history_too(clean_warehouse):
    table = start()
    bring_in(clean_warehouse, table)
    table.labels["E35"] = "Overlast door jeugd"
    report = bring_in(clean_warehouse, table)
    assert (report.gewijzigd, report.codes) == (0, 2)
    with connect(clean_warehouse, "lader") as connection:
        titles = connection.execute(
            "select titel, levering_tot is null from raw.codelijst where code = 'E35' order by levering_van"
        ).fetchall()
    assert titles == [("Titel E35", False), ("Overlast door jeugd", True)]
