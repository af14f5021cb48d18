"""From a file into raw: what changed, what was withdrawn, what stays, and what a refused row or file leaves alone."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.places import NEIGHBOUR, NEIGHBOUR_NAME, THIRD, THIRD_NAME, TOGETHER, TOWN
from tests.registers.files import CONTRACT, HEADINGS, PROVIDER, REGISTER, ask, case, drop, known, load, waiting
from veiligheidsbeeld.errors import VeiligheidsbeeldError
from veiligheidsbeeld.landing import files as land
from veiligheidsbeeld.registers.merge import merge
from veiligheidsbeeld.registers.stage import stage
from veiligheidsbeeld.steps.load import take_step
from veiligheidsbeeld.warehouse import connect

YEAR = f"{TOWN}/{REGISTER}_2025.csv"
MANY = [case(f"B-{n:02}", "2025-05-06") for n in range(12)]
FIRST = [case("A-01", "2025-01-02"), case("A-02", "2025-02-03"), case("A-03", "2025-08-04")]


def counts(settings):
    """What the last merged delivery did."""
    ((found,),) = ask(
        settings,
        "select array[telling -> 'nieuw', telling -> 'gewijzigd', telling -> 'vervallen', telling -> 'gelijk']::int[]"
        " from raw.levering where status = 'verwerkt' order by levering_id desc limit 1",
    )
    return found


def test_new_changed_withdrawn_and_equal_rows(clean_warehouse):
    drop(clean_warehouse, YEAR, [*FIRST, *MANY])
    load(clean_warehouse)
    assert counts(clean_warehouse) == [15, 0, 0, 0]
    drop(clean_warehouse, YEAR, [case("A-01", "2025-01-02", "wapens"), *FIRST[2:], case("A-04", "2025-09-09"), *MANY])
    load(clean_warehouse)
    assert counts(clean_warehouse) == [1, 1, 1, 13]
    versions = ask(
        clean_warehouse,
        f"select zaaknummer, thema, levering_van, levering_tot, bestand, rijnummer from raw.{REGISTER}"
        " where zaaknummer < 'B' order by 1, 3",
    )
    file = f"{REGISTER}_2025.csv"
    assert versions == [
        ("A-01", "drugs", 1, 2, file, 2),
        ("A-01", "wapens", 2, None, file, 2),
        ("A-02", "drugs", 1, 2, file, 3),
        ("A-03", "drugs", 1, None, file, 4),
        ("A-04", "drugs", 2, None, file, 4),
    ]


def test_the_same_rows_again_change_nothing(clean_warehouse):
    drop(clean_warehouse, YEAR, FIRST)
    load(clean_warehouse)
    drop(clean_warehouse, YEAR, FIRST[::-1])
    (merged,) = load(clean_warehouse)["verwerk"]
    assert merged.uitkomst == "niets_nieuws"
    assert counts(clean_warehouse) == [0, 0, 0, 3]
    assert load(clean_warehouse)["laad"] == [], "and nothing waits"


def test_a_file_speaks_for_its_own_period_and_municipality_only(clean_warehouse):
    drop(clean_warehouse, YEAR, FIRST)
    neighbour = case("A-01", "2025-01-02", "zorgfraude", gemeente=NEIGHBOUR_NAME)
    drop(clean_warehouse, f"{NEIGHBOUR}/{REGISTER}_2025.csv", [neighbour])
    load(clean_warehouse)
    drop(clean_warehouse, f"{TOWN}/{REGISTER}_2025K1.csv", [case("A-02", "2025-02-03", "wapens")])
    load(clean_warehouse)
    assert known(clean_warehouse) == {"A-02": "wapens", "A-03": "drugs"}
    assert known(clean_warehouse, NEIGHBOUR) == {"A-01": "zorgfraude"}, "the same number elsewhere is another case"


@pytest.mark.parametrize("together", [True, False])
def test_a_case_moves_to_another_period_once_its_own_was_delivered_again(clean_warehouse, together):
    first, second = f"{TOWN}/{REGISTER}_2025K1.csv", f"{TOWN}/{REGISTER}_2025K2.csv"
    moved = [case("A-02", "2025-04-03"), *MANY]
    drop(clean_warehouse, first, FIRST[:2])
    if not together:
        load(clean_warehouse)
    drop(clean_warehouse, second, moved)
    judged = {o.onderwerp: o for o in load(clean_warehouse)["keur_levering"]}
    assert judged[second].uitkomst == "geweigerd"
    assert "rij uit andere periode" in judged[second].boodschap
    assert set(known(clean_warehouse)) == {"A-01", "A-02"}
    drop(clean_warehouse, first, FIRST[:1])
    drop(clean_warehouse, second, moved[::-1])
    load(clean_warehouse)
    rows = ask(
        clean_warehouse, f"select datum_ontvangst::text, levering_tot from raw.{REGISTER} where zaaknummer = 'A-02'"
    )
    assert sorted(rows) == [("2025-02-03", 3), ("2025-04-03", None)]


def test_an_addition_adds_and_updates_and_withdraws_nothing(clean_warehouse):
    drop(clean_warehouse, YEAR, FIRST)
    load(clean_warehouse)
    extra = [case("A-01", "2025-01-02", "wapens"), case("A-09", "2025-03-03")]
    drop(clean_warehouse, f"{TOWN}/{REGISTER}_2025_aanvulling.csv", extra)
    load(clean_warehouse)
    assert known(clean_warehouse) == {"A-01": "wapens", "A-02": "drugs", "A-03": "drugs", "A-09": "drugs"}
    assert counts(clean_warehouse) == [1, 1, 0, 0]


def test_a_partnership_delivers_for_its_municipalities(clean_warehouse):
    drop(clean_warehouse, YEAR, FIRST)
    load(clean_warehouse)
    rows = [
        *FIRST[1:],
        case("A-01", "2025-01-01", gemeente=NEIGHBOUR_NAME),
        case("A-01", "2025-01-01", gemeente=THIRD_NAME),
    ]
    drop(clean_warehouse, f"{TOGETHER}/{REGISTER}_2025.csv", rows)
    load(clean_warehouse)
    assert set(known(clean_warehouse)) == {"A-02", "A-03"}
    assert set(known(clean_warehouse, NEIGHBOUR)) == set(known(clean_warehouse, THIRD)) == {"A-01"}


def test_a_row_that_breaks_a_rule_goes_aside_and_leaves_what_was_known(clean_warehouse):
    drop(clean_warehouse, YEAR, [*FIRST, *MANY])
    load(clean_warehouse)
    drop(clean_warehouse, YEAR, [case("A-01", "2025-01-02", "wapens", action="2024-12-31"), *FIRST[1:], *MANY])
    staged = load(clean_warehouse)["laad"][0]
    assert (staged.detail["geladen"], staged.detail["geweigerd"]) == (14, 1)
    assert known(clean_warehouse)["A-01"] == "drugs", "neither changed nor withdrawn"
    refused = ask(clean_warehouse, "select rijnummer, regel, reden, rij::text, eigenaar from quarantaine.rij")
    reason = "de eerste actie ligt voor de ontvangst van de melding"
    assert refused == [(2, "actie_na_ontvangst", reason, "{}", "coordinator ondermijning")]


def test_a_cell_that_cannot_be_read_leaves_its_row_as_it_was_known(clean_warehouse):
    drop(clean_warehouse, YEAR, [*FIRST, *MANY])
    load(clean_warehouse)
    drop(clean_warehouse, YEAR, [case("A-01", "31-2-2025"), FIRST[1], *MANY])
    load(clean_warehouse)
    assert set(known(clean_warehouse)) - {row[0] for row in MANY} == {"A-01", "A-02"}, "A-03 was withdrawn"


def test_as_long_as_a_case_number_is_unreadable_nothing_is_withdrawn(clean_warehouse):
    drop(clean_warehouse, YEAR, [*FIRST, *MANY])
    load(clean_warehouse)
    drop(clean_warehouse, YEAR, [case("", "2025-01-02"), case("A-02", "2025-02-03", "wapens"), *MANY])
    load(clean_warehouse)
    assert counts(clean_warehouse)[:3] == [0, 1, 0]


def test_a_file_that_lost_more_than_half_gets_a_red_card_and_stops_alone(clean_warehouse):
    rows = [*FIRST, *MANY, *(case(f"C-{n:02}", "2025-06-06") for n in range(12))]
    drop(clean_warehouse, YEAR, rows)
    drop(clean_warehouse, f"{NEIGHBOUR}/{REGISTER}_2025.csv", [case("A-01", "2025-01-02", gemeente=NEIGHBOUR_NAME)])
    load(clean_warehouse)
    drop(clean_warehouse, YEAR, FIRST)
    weapons = case("A-01", "2025-01-02", "wapens", gemeente=NEIGHBOUR_NAME)
    drop(clean_warehouse, f"{NEIGHBOUR}/{REGISTER}_2025.csv", [weapons])
    judged = {o.onderwerp: o for o in load(clean_warehouse)["keur_levering"]}
    assert judged[YEAR].uitkomst == "geweigerd"
    assert "omvang gehalveerd" in judged[YEAR].boodschap
    assert len(known(clean_warehouse)) == 27
    assert known(clean_warehouse, NEIGHBOUR) == {"A-01": "wapens"}
    cards = ask(
        clean_warehouse,
        "select levering_id, verwachting from beheer.kwaliteit where not geslaagd and kaart = 'rood'",
    )
    assert cards == [(3, "omvang gehalveerd")]
    assert load(clean_warehouse)["laad"] == [], "a refused delivery is not tried again"


def test_too_many_bad_rows_refuse_the_file(clean_warehouse):
    drop(clean_warehouse, YEAR, FIRST)
    load(clean_warehouse)
    drop(clean_warehouse, YEAR, [case("A-01", "2025-01-02", "wapens", action="2024-12-31"), *FIRST[1:]])
    (refused,) = load(clean_warehouse)["laad"]
    assert (refused.uitkomst, refused.detail["regel"]) == ("geweigerd", "te_veel_fouten")
    assert known(clean_warehouse)["A-01"] == "drugs"
    query = "select l.status, r.rijnummer from raw.levering as l left join quarantaine.rij as r using (levering_id)"
    assert ask(clean_warehouse, query + " order by levering_id") == [("verwerkt", None), ("geweigerd", 2)]
    (aside,) = land.files(clean_warehouse, areas=(land.REFUSED,))
    assert aside.reason.regel == "te_veel_fouten"
    assert ask(clean_warehouse, f"select count(*) from laad.{REGISTER}") == [(0,)]


def test_the_same_file_for_a_longer_period_is_coverage_and_that_is_news(clean_warehouse):
    drop(clean_warehouse, f"{TOWN}/{REGISTER}_2025-2026M09.csv", FIRST)
    load(clean_warehouse)
    drop(clean_warehouse, f"{TOWN}/{REGISTER}_2025-2026M10.csv", FIRST)
    (merged,) = load(clean_warehouse)["verwerk"]
    assert merged.new
    assert counts(clean_warehouse) == [0, 0, 0, 3]


def test_free_text_stays_in_landing(clean_warehouse):
    drop(clean_warehouse, YEAR, [case("A-01", "2025-01-02", note="bij de rode loods")])
    load(clean_warehouse)
    columns = ask(
        clean_warehouse,
        f"select column_name from information_schema.columns where table_name = '{REGISTER}' and table_schema = 'raw'",
    )
    assert {"toelichting"} == set(HEADINGS) - {c for (c,) in columns}
    comment = ask(clean_warehouse, f"select obj_description('raw.{REGISTER}'::regclass)")[0][0]
    assert CONTRACT.titel in comment


def test_an_unjudged_delivery_is_not_merged(clean_warehouse):
    drop(clean_warehouse, YEAR, FIRST)
    take_step(clean_warehouse, PROVIDER, run_id="proef")
    (file,) = (one.file for one in waiting(clean_warehouse))
    number = stage(clean_warehouse, CONTRACT, file).report.levering_id
    with pytest.raises(VeiligheidsbeeldError, match="is geladen, not gekeurd"):
        merge(clean_warehouse, CONTRACT, number)
    assert known(clean_warehouse) == {}


def test_a_batch_that_a_crash_emptied_withdraws_nothing(clean_warehouse):
    drop(clean_warehouse, YEAR, FIRST)
    load(clean_warehouse)
    drop(clean_warehouse, YEAR, FIRST[:2])
    take_step(clean_warehouse, PROVIDER, run_id="proef")
    (file,) = (one.file for one in waiting(clean_warehouse))
    number = stage(clean_warehouse, CONTRACT, file).report.levering_id
    with connect(clean_warehouse, "lader") as connection:
        connection.execute(f"truncate laad.{REGISTER}")
        connection.execute("update raw.levering set status = 'gekeurd' where levering_id = %s", [number])
    with pytest.raises(VeiligheidsbeeldError, match="not staged whole"):
        merge(clean_warehouse, CONTRACT, number)
    assert len(known(clean_warehouse)) == 3
    load(clean_warehouse)
    assert len(known(clean_warehouse)) == 2, "the next run stages it again"


def test_only_the_pipeline_reads_registers(clean_warehouse):
    drop(clean_warehouse, YEAR, FIRST)
    load(clean_warehouse)
    roles = ("analist", "bi_lezer", "lader", "transform")
    query = "select {}".format(", ".join(f"has_table_privilege('{r}', 'raw.{REGISTER}', 'select')" for r in roles))
    assert ask(clean_warehouse, query) == [(False, False, True, True)]
    assert ask(clean_warehouse, f"select has_table_privilege('transform', 'raw.{REGISTER}', 'delete')") == [(False,)]
    quarantine = ", ".join(f"has_schema_privilege('{r}', 'quarantaine', 'usage')" for r in roles[:2])
    assert ask(clean_warehouse, f"select {quarantine}") == [(False, False)]


def test_headings_alone_are_a_delivery_of_no_rows(clean_warehouse):
    drop(clean_warehouse, YEAR, [])
    steps = load(clean_warehouse)
    assert [o.uitkomst for o in (*steps["laad"], *steps["keur_levering"], *steps["verwerk"])] == ["gedaan"] * 3
    covered = ask(clean_warehouse, "select status, rijen, scope -> 'gemeente', scope ->> 'van' from raw.levering")
    assert covered == [("verwerkt", 0, [TOWN], "2025-01-01")], "this is what makes a figure zero, not unknown"
    (report,) = (Path(clean_warehouse.reports) / TOWN).iterdir()
    summary = dict(load_workbook(report)["Samenvatting"].iter_rows(values_only=True))
    assert summary["Uitkomst"] == "ingelezen"
    assert "er is niets gebeurd" in summary["Betekenis"]
    drop(clean_warehouse, YEAR, FIRST)
    load(clean_warehouse)
    assert len(known(clean_warehouse)) == 3, "and rows may still come"


def test_headings_alone_take_nothing_back(clean_warehouse):
    drop(clean_warehouse, YEAR, FIRST)
    load(clean_warehouse)
    drop(clean_warehouse, YEAR, [])
    (judged,) = load(clean_warehouse)["keur_levering"]
    assert judged.uitkomst == "geweigerd"
    assert "niets tegenover bekend" in judged.boodschap
    assert len(known(clean_warehouse)) == 3
    drop(clean_warehouse, f"{TOWN}/{REGISTER}_2026K1.csv", [])
    (judged,) = load(clean_warehouse)["keur_levering"]
    assert judged.uitkomst == "gedaan", "of the quarter that it is about nothing is known"
