"""The work area, the parts and their filters."""

from __future__ import annotations

from datetime import date
from itertools import combinations
from pathlib import Path
from urllib.parse import unquote

import pytest
import yaml

from tests.places import (
    BUURT_1,
    CHOSEN,
    FORMER,
    HEIR,
    NEIGHBOUR,
    PROVINCE,
    REGION,
    THIRD,
    TOWN,
    TOWN_NAME,
    UNIT,
    WIJK_1,
)
from veiligheidsbeeld.contracts.cube import get_cube
from veiligheidsbeeld.errors import ConfigurationError, DeliveryRefused
from veiligheidsbeeld.extract.plan import (
    MAX_URL,
    PartPlan,
    chosen_gemeenten,
    encode,
    gemeenten_of_area,
    make_parts,
    make_scope,
)
from veiligheidsbeeld.region import SETTING, municipalities
from veiligheidsbeeld.region.make import make
from veiligheidsbeeld.settings import Settings

GEMEENTE = get_cube("politie_misdrijven_gemeente")
BUURT = get_cube("politie_misdrijven_buurt")
BEVOLKING = get_cube("cbs_bevolking")

SOORTEN = ["0.0.0 ", "1.1.1 ", "2.6.10"]
MAANDEN = [f"{jaar}MM{maand:02d}" for jaar in range(2012, 2027) for maand in range(1, 13)]
REGIOS = ["NL01  ", "LD03  ", "LDG4  ", f"{PROVINCE}  ", f"{UNIT}  ", "CR39  ", TOWN, "GM0363", HEIR]
BUURTEN = [
    "NL00      ",
    f"{TOWN}    ",
    f"{WIJK_1}  ",
    BUURT_1,
    f"{NEIGHBOUR}    ",
    f"BU{NEIGHBOUR[2:]}AB01",
    "GM0363    ",
]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings.from_env({"VB_HOME": str(tmp_path), **CHOSEN})


def cells_of(part: PartPlan) -> set[tuple[str, ...]]:
    """The keys a part asks for."""
    cells: set[tuple[str, ...]] = {()}
    for choice in part.choices.values():
        cells = {(*cell, code) for cell in cells for code in choice.codes}
    return cells


def test_work_area_holds_gemeenten_that_are_gone(settings: Settings) -> None:
    area = gemeenten_of_area(settings)
    assert {*FORMER, HEIR, TOWN} <= set(area)
    assert "GM0363" not in area
    provinces = {municipalities()[code].provincie for code in area}
    since = date(2012, 1, 2)
    there = [m for m in municipalities().values() if m.provincie in provinces and (not m.tot or m.tot > since)]
    assert area == sorted(m.code for m in there)


def test_peers_of_the_whole_country_are_fetched_without_their_wijken(tmp_path: Path) -> None:
    """342 municipalities of today and those that ended since 2010; detail stays the region's own."""
    folder = make(["GM0344"], "Stad", tmp_path / "stad")
    head = yaml.safe_load((folder / "regio.yml").read_text(encoding="utf-8"))
    (folder / "regio.yml").write_text(yaml.safe_dump(head | {"gemeenten": "land"}), encoding="utf-8")
    settings = Settings.from_env({"VB_HOME": str(tmp_path), SETTING: str(folder)})
    asked = chosen_gemeenten(settings, GEMEENTE, None)
    assert len([code for code in asked if not municipalities()[code].tot]) == 342
    assert {TOWN, FORMER[1], "GM0344"} <= set(asked)
    assert chosen_gemeenten(settings, BUURT, None) == ["GM0344"]


def test_a_gemeente_outside_the_work_area_cannot_be_asked_for(settings: Settings) -> None:
    assert chosen_gemeenten(settings, BUURT, [HEIR]) == [HEIR]
    with pytest.raises(ConfigurationError, match="GM0363, GM12"):
        chosen_gemeenten(settings, GEMEENTE, [TOWN, "GM12", "GM0363"])


def test_detail_tables_take_the_gemeenten_of_the_region_unless_told_otherwise(
    settings: Settings, tmp_path: Path
) -> None:
    assert chosen_gemeenten(settings, BUURT, None) == sorted(REGION.head.detail)
    given = Settings.from_env({"VB_HOME": str(tmp_path), "VB_DETAIL_GEMEENTEN": f"{TOWN}, {NEIGHBOUR}", **CHOSEN})
    assert chosen_gemeenten(given, BUURT, None) == sorted([NEIGHBOUR, TOWN])
    full = Settings.from_env({"VB_HOME": str(tmp_path), "SAMPLE": "full", **CHOSEN})
    assert chosen_gemeenten(full, BUURT, None) == gemeenten_of_area(settings)
    assert chosen_gemeenten(given, GEMEENTE, None) == gemeenten_of_area(settings)
    assert chosen_gemeenten(given, GEMEENTE, [TOWN]) == [TOWN]
    with pytest.raises(ConfigurationError, match=TOWN_NAME):
        chosen_gemeenten(Settings.from_env({"VB_HOME": str(tmp_path), "VB_DETAIL_GEMEENTEN": TOWN_NAME}), BUURT, None)


def test_one_part_per_soort_with_padded_keys_of_the_area() -> None:
    lists = {"SoortMisdrijf": SOORTEN, "RegioS": REGIOS, "Perioden": MAANDEN}
    parts = make_parts(GEMEENTE, lists, [TOWN, HEIR], None, url_length=200)
    assert [p.name for p in parts] == ["0.0.0", "1.1.1", "2.6.10"]
    assert parts[0].filter == (
        "(SoortMisdrijf eq '0.0.0 ') and (RegioS eq 'NL01  ' or RegioS eq 'LD03  ' or RegioS eq 'LDG4  ' or "
        f"RegioS eq '{PROVINCE}  ' or RegioS eq '{UNIT}  ' or RegioS eq '{TOWN}' or RegioS eq '{HEIR}')"
    )


def test_one_part_per_gemeente_as_the_portal_asks() -> None:
    lists = {"SoortMisdrijf": SOORTEN, "WijkenEnBuurten": BUURTEN, "Perioden": MAANDEN}
    parts = make_parts(BUURT, lists, [NEIGHBOUR, TOWN], ["2023MM01", "2022MM12"], url_length=200)
    both = sorted([NEIGHBOUR, TOWN])
    assert [p.name for p in parts] == ["NL00", *both]
    periods = "(Perioden eq '2022MM12' or Perioden eq '2023MM01')"
    assert [p.filter for p in parts] == [
        f"(WijkenEnBuurten eq 'NL00      ') and {periods}",
        *(f"(substring(WijkenEnBuurten,2,4) eq '{code[2:]}') and {periods}" for code in both),
    ]
    assert parts[1 + both.index(NEIGHBOUR)].choices["WijkenEnBuurten"].codes == (
        f"{NEIGHBOUR}    ",
        f"BU{NEIGHBOUR[2:]}AB01",
    )


def test_a_table_without_deel_per_is_cut_along_its_regions() -> None:
    ages = [str(10000 + n) for n in range(0, 1080, 10)]
    lists = {
        "Measure": ["M000352", "M000365"],
        "BurgerlijkeStaat": ["T001019", "1010"],
        "Geslacht": ["T001038", "3000", "4000"],
        "Leeftijd": ages,
        "RegioS": ["NL01", PROVINCE, *(f"GM{n:04d}" for n in range(100)), "CR39"],
        "Perioden": [f"{year}JJ00" for year in range(1988, 2027)],
    }
    parts = make_parts(BEVOLKING, lists, [f"GM{n:04d}" for n in range(100)], None, url_length=200)
    assert all(part.cells <= 50_000 for part in parts)
    assert "(BurgerlijkeStaat eq 'T001019') and (Geslacht eq 'T001038') and (RegioS eq 'NL01' or" in parts[0].filter
    asked = [code for part in parts for code in part.choices["RegioS"].codes]
    assert asked == lists["RegioS"][:-1]


@pytest.mark.parametrize("number", [1, 40, 180])
def test_long_filters_are_split_without_loss_or_overlap(number: int) -> None:
    """With 180 months by name next to 76 regions no URL would fit."""
    regions = [f"GM{n:04d}" for n in range(76)]
    lists = {"SoortMisdrijf": SOORTEN[:1], "RegioS": [*regions, "CR01  "], "Perioden": MAANDEN}
    parts = make_parts(GEMEENTE, lists, regions, MAANDEN[:number], url_length=300)
    assert all(300 + len(encode(part.filter)) <= MAX_URL for part in parts)
    assert len({part.name for part in parts}) == len(parts)
    wanted = {(SOORTEN[0], region, month) for region in regions for month in MAANDEN[:number]}
    found = [cells_of(part) for part in parts]
    assert set().union(*found) == wanted
    assert all(one.isdisjoint(other) for one, other in combinations(found, 2))
    assert (len(parts) > 1) == (number == 180)


def test_the_filter_survives_its_encoding() -> None:
    text = "(RegioS eq 'NL01  ') and (X eq 'a''b&c+d#é')"
    assert unquote(encode(text)) == text
    assert not set(encode(text)) & set(" &+#")


def test_an_unknown_period_is_refused_by_name() -> None:
    lists = {"SoortMisdrijf": SOORTEN, "RegioS": REGIOS, "Perioden": MAANDEN}
    with pytest.raises(DeliveryRefused, match="2031MM01") as refusal:
        make_parts(GEMEENTE, lists, [TOWN], ["2031MM01"], url_length=200)
    assert refusal.value.owner and "Politie" in refusal.value.owner


def test_scope_speaks_for_regions_that_left_the_code_list() -> None:
    earlier = [f"BU{TOWN[2:]}9999", "BU03630001", "NL00"]
    scope = make_scope(BUURT, BUURTEN, [TOWN, FORMER[1]], None, earlier)
    assert scope.regio == sorted([BUURT_1, f"BU{TOWN[2:]}9999", FORMER[1], TOWN, "NL00", WIJK_1])
    assert scope.perioden is None
    narrow = make_scope(GEMEENTE, REGIOS, [TOWN], ["2023MM02", "2023MM01"], [])
    assert narrow.regio == sorted([TOWN, "LD03", "LDG4", "NL01", PROVINCE, UNIT])
    assert narrow.perioden == ["2023MM01", "2023MM02"]


def test_a_table_that_binds_its_regions_by_title_is_asked_for_whole() -> None:
    contract = get_cube("vm_online_regio")
    lists = {
        "Measure": [f"M{n:06}" for n in range(224)],
        "RegioS": ["NL01", "GM0363", *(f"BT{n:04}" for n in range(167))],
        "Marges": ["MW00000", "MOG0095", "MBG0095"],
        "Perioden": ["2021JJ00"],
    }
    (part,) = make_parts(contract, lists, [THIRD, TOWN], None, url_length=100)
    assert part.filter == ""
    assert part.choices["RegioS"].codes == tuple(lists["RegioS"])
    assert make_scope(contract, lists["RegioS"], [THIRD], None, []).regio is None


def test_a_national_table_has_no_regions_to_choose_from() -> None:
    contract = get_cube("vm_online_kenmerken")
    lists = {
        "Measure": ["ONLINE_SL"],
        "Kenmerken": ["T009002", "53050"],
        "Marges": ["MW00000", "MOG0095", "MBG0095"],
        "Perioden": ["2021JJ00", "2023JJ00"],
    }
    (part,) = make_parts(contract, lists, [TOWN], None, url_length=100)
    assert part.filter == "" and part.cells == 12
    assert make_scope(contract, (), [TOWN], None, ()).regio is None
