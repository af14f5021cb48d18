"""What is odd about the sources is odd in the sample: padding, hidden types, null and zero, roll-ups, unknowns."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from sandbox.source_server.cube import NULL, VALUE_ATTRIBUTES

EVERY = slice(None)
HIDDEN = ["1.4.1", "3.2.1", "3.2.2", "3.7.3"]
TOTAL_SEX = ("T001019", "T001038")


def test_shapes_fit_the_code_lists(cubes):
    assert sorted(cubes) == [
        *("03759ned", "47013NED", "47021NED", "47022NED", "47024NED", "80781ned", "82977NED", "83648NED"),
        *("85146NED", "85322NED", "85361NED", "85472NED", "85655NED", "85846NED"),
    ]
    for cube in cubes.values():
        for measure in cube.measures:
            assert cube.values[measure].shape == tuple(len(cube.codes[d]) for d in cube.dimensions)
            assert cube.values[measure].dtype.name in ("int32", "float64")


def test_keys_are_padded_as_at_the_source(cubes):
    soort = [row["Key"] for row in cubes["47013NED"].codes["SoortMisdrijf"]]
    assert len(soort) == len(set(soort)) == 59
    assert "1.1.1 " in soort
    assert "2.6.10" in soort
    overlast = [row["Key"] for row in cubes["47021NED"].codes["Overlast"]]
    assert overlast == ["0.0.0 ", "E33   ", "E35   ", "E38   ", "E41   ", "F010  ", "M061  ", "M062  ", "M22   "]
    regio = [row["Key"] for row in cubes["47013NED"].codes["RegioS"]]
    assert len(regio) == 375
    assert {len(k) for k in regio} == {6}
    assert {"NL01  ", "LDG4  ", "PV31  ", "RE10  ", "GM0988", "GM0999"} <= set(regio)
    detail = [row["Key"] for row in cubes["47022NED"].codes["WijkenEnBuurten"]]
    assert detail[0] == "NL00      "
    assert detail[-3:] == ["GM0000    ", "WK000000  ", "BU00000000"]
    assert {len(k) for k in detail} == {10}


def test_labels_carry_the_code_but_for_the_total(cubes):
    titles = {row["Key"].strip(): row["Title"] for row in cubes["47022NED"].codes["SoortMisdrijf"]}
    assert titles.pop("0.0.0") == "Totaal misdrijven"
    assert all(title.startswith(f"{code} ") for code, title in titles.items())
    assert titles["3.7.4"] == "3.7.4 Cybercrime"


def test_periods_are_listed_per_year_and_all_called_final(crime, crime_detail):
    assert crime.periods[:14] == [*(f"2012MM{m:02d}" for m in range(1, 13)), "2012JJ00", "2013MM01"]
    assert crime.periods[-1] == "2026MM10"
    assert "2026JJ00" not in crime.periods
    assert not [p for p in crime_detail.periods if "JJ" in p]
    assert crime_detail.periods[0] == "2019MM01"
    rows = crime.cube.codes["Perioden"]
    assert {row["Status"] for row in rows} == {"Definitief"}
    assert rows[0]["Title"] == "2012 januari"
    assert rows[12]["Title"] == "2012"


def test_gone_gemeenten_are_not_in_police_tables_but_are_in_cbs_tables(crime, population, cbs_crime):
    for code in ("GM0881", "GM0951", "GM0962"):
        assert code not in crime.codes["RegioS"]
        assert code in population.codes["RegioS"]
        assert population["T001019", "T001038", "10000", code, "2018JJ00"] > 5_000
        assert population["T001019", "T001038", "10000", code, "2019JJ00"] is None
        assert cbs_crime["T001161", code, "2018JJ00"] > 0
        assert np.isnan(cbs_crime[EVERY, code, "2019JJ00"]).all()
    assert crime["0.0.0", "GM1954", "2012JJ00"] > 0  # all years on the present division
    assert cbs_crime["T001161", "GM1954", "2018JJ00"] is None
    assert population["T001019", "T001038", "10000", "GM1954", "2018JJ00"] is None


def test_hidden_types_have_years_only(crime, crime_detail):
    months = [p for p in crime.periods if "MM" in p]
    assert np.isnan(crime[HIDDEN, EVERY, months]).all()
    assert (crime[["1.4.1", "3.2.1", "3.7.3"], "NL01", "2023JJ00"] > 400).all()
    assert np.isnan(crime_detail[HIDDEN, EVERY, EVERY]).all()


def test_months_of_the_types_do_not_add_up_to_the_month_total(crime):
    types = [s for s in crime.codes["SoortMisdrijf"] if s != "0.0.0"]
    short = 0.0
    for month in crime.months(2021):
        gap = crime["0.0.0", "NL01", month] - np.nansum(crime[types, "NL01", month])
        assert gap > 0
        short += gap
    assert short == crime[HIDDEN, "NL01", "2021JJ00"][[0, 1, 3]].sum()


def test_types_of_a_year_do_add_up(crime):
    years = [p for p in crime.periods if "JJ" in p]
    types = [s for s in crime.codes["SoortMisdrijf"] if s != "0.0.0"]
    total = np.nan_to_num(crime["0.0.0", EVERY, years])
    assert np.array_equal(np.nansum(crime[types, EVERY, years], axis=0), total)


def test_years_are_the_sum_of_their_months(crime, nuisance):
    visible = [s for s in crime.codes["SoortMisdrijf"] if s not in HIDDEN]
    for table, soorten in ((crime, visible), (nuisance, EVERY)):
        for year in (2012, 2019, 2022, 2025):
            months = np.nansum(table[soorten, EVERY, table.months(year)], axis=-1)
            assert np.array_equal(months, np.nan_to_num(table[soorten, EVERY, f"{year}JJ00"]))


def test_null_and_zero_in_gemeente_tables(crime, nuisance):
    """Default Missing: a year without any is empty, months and year; else a month without any is 0."""
    for table in (crime, nuisance):
        visible = [s for s in table.codes[table.cube.dimensions[0]] if s not in HIDDEN]
        months, year = table[visible, EVERY, table.months(2024)], table[visible, EVERY, "2024JJ00"]
        assert np.array_equal(np.isnan(months).all(axis=-1), np.isnan(year))
        assert np.array_equal(np.isnan(months).any(axis=-1), np.isnan(year))
        assert (year[~np.isnan(year)] > 0).all()
        assert (months == 0).any()
        assert np.isnan(year).any()
    assert np.isnan(crime[EVERY, "GM0998", EVERY]).all()


def test_null_and_zero_in_detail_tables(crime_detail, nuisance_detail):
    visible = [s for s in crime_detail.codes["SoortMisdrijf"] if s not in HIDDEN]
    for cells in (crime_detail[visible, EVERY, EVERY], nuisance_detail[EVERY, EVERY, EVERY]):
        assert not np.isnan(cells).any()
        assert (cells == 0).mean() > 0.3
    for table in (crime_detail, nuisance_detail):
        topics = [p for p in table.cube.data_properties if p["Key"] == table.cube.measures[0]]
        assert topics[0]["Default"] == "Zero"


def test_regional_units_and_gemeenten_add_up_to_the_country(crime, nuisance):
    for table in (crime, nuisance):
        for measure in table.cube.measures:
            country = np.nan_to_num(table.cells(measure, EVERY, "NL01", EVERY))
            for prefix in ("RE", "GM", "PV"):
                parts = np.nansum(table.cells(measure, EVERY, table.regions(prefix), EVERY), axis=1)
                assert np.array_equal(parts, country), (measure, prefix)


def test_one_regional_unit_differs_by_one_from_its_gemeenten(crime):
    limburg = crime["0.0.0", "PV31", EVERY] - crime["0.0.0", "RE10", EVERY]
    assert {p for p, d in zip(crime.periods, limburg, strict=True) if d} == {"2022MM06", "2022JJ00"}
    assert set(limburg) == {0, 1}


def test_landsdelen_are_their_provinces(crime):
    parts = np.nansum(crime[EVERY, ["PV30", "PV31"], EVERY], axis=1)
    assert np.array_equal(parts, np.nan_to_num(crime[EVERY, "LD04", EVERY]))
    cities = np.nansum(crime[EVERY, ["GM0363", "GM0518", "GM0599", "GM0344", "LDG4"], EVERY], axis=1)
    assert np.array_equal(cities, np.nan_to_num(crime[EVERY, "LD03", EVERY]))


def test_aangiften_wait_for_the_end_of_the_quarter(crime):
    for measure in ("Aangiften_2", "Internetaangiften_3"):
        assert crime.cells(measure, "0.0.0", "NL01", "2026MM10") is None
        assert crime.cells(measure, "0.0.0", "NL01", "2026MM09") > 0
        assert np.isnan(crime.cells(measure, EVERY, EVERY, "2026MM10")).all()
    reports = crime.cells("Aangiften_2", EVERY, "NL01", "2023JJ00")
    internet = crime.cells("Internetaangiften_3", EVERY, "NL01", "2023JJ00")
    crimes = crime[EVERY, "NL01", "2023JJ00"]
    assert (np.nan_to_num(internet) <= np.nan_to_num(reports)).all()
    assert (np.nan_to_num(reports) <= 1.05 * np.nan_to_num(crimes) + 3).all()
    assert np.isnan(crime.cells("Internetaangiften_3", "1.4.7", "NL01", "2023JJ00") or np.nan)  # overval: never


def test_nuisance_classes_add_up_to_the_total(nuisance, nuisance_detail):
    for table in (nuisance, nuisance_detail):
        classes = [c for c in table.codes["Overlast"] if c != "0.0.0"]
        parts = np.nansum(table[classes, EVERY, EVERY], axis=0)
        assert np.array_equal(parts, np.nan_to_num(table["0.0.0", EVERY, EVERY]))


def test_buurten_add_up_to_wijken_and_wijken_to_gemeenten(crime_detail, nuisance_detail):
    for table in (crime_detail, nuisance_detail):
        regions = table.codes["WijkenEnBuurten"]
        for parent in [r for r in regions if r.startswith(("GM", "WK"))]:
            prefix = parent.replace("GM", "WK") if parent.startswith("GM") else parent.replace("WK", "BU")
            children = [r for r in regions if r.startswith(prefix)]
            sums = np.nansum(table[EVERY, children, EVERY], axis=1)
            assert np.array_equal(sums, np.nan_to_num(table[EVERY, parent, EVERY])), parent


def test_detail_gemeenten_are_just_below_the_gemeente_table(crime, crime_detail):
    for gemeente in [g for g in crime_detail.regions("GM") if g != "GM0000"]:
        for year in range(2019, 2026):
            whole = crime["0.0.0", gemeente, f"{year}JJ00"]
            placed = crime_detail["0.0.0", gemeente, crime_detail.months(year)].sum()
            assert 0.99 * whole <= placed <= whole, (gemeente, year)
    missing = [g for g in crime_detail.regions("GM") if g not in crime.codes["RegioS"]]
    assert missing == ["GM0000"]


def test_unknown_members_carry_counts(crime, crime_detail, nuisance_detail):
    assert crime["0.0.0", "GM0999", "2023JJ00"] == 282
    for table in (crime_detail, nuisance_detail):
        assert table["0.0.0", "BU00000000", "2023MM05"] > 20
        assert table["0.0.0", "GM0000", "2023MM05"] == table["0.0.0", "BU00000000", "2023MM05"]


def test_national_months_agree_between_tables(crime, crime_detail):
    for soort in ("0.0.0", "1.1.1", "3.7.4", "2.4.1"):
        assert np.array_equal(
            crime_detail[soort, "NL00", EVERY], np.nan_to_num(crime[soort, "NL01", crime_detail.periods])
        )


def test_neighbour_noise_is_not_what_2_4_1_counts(crime, nuisance):
    assert crime["2.4.1", "NL01", "2023JJ00"] < 300
    assert nuisance["M22", "NL01", "2023JJ00"] > 100_000


def test_string_topics_name_the_gemeente(nuisance_detail):
    dimension, names = nuisance_detail.cube.texts["Gemeentenaam_2"]
    assert dimension == "WijkenEnBuurten"
    assert {len(name) for name in names} == {30}
    row = nuisance_detail.codes[dimension].index("BU09881101")
    assert names[row].strip() == "Weert"
    assert nuisance_detail.cube.texts["SoortRegio_3"][1][row] == "Buurt   "


def test_population_adds_up_over_ages_sexes_and_regions(population):
    singles = [c for c in population.codes["Leeftijd"] if c not in ("10000", "22000")]
    everyone = population["T001019", "T001038", "10000", EVERY, EVERY]
    by_age = population["T001019", "T001038", singles, EVERY, EVERY].sum(axis=0)
    by_sex = population["T001019", ["3000", "4000"], "10000", EVERY, EVERY].sum(axis=0)
    assert np.array_equal(by_age, everyone, equal_nan=True)
    assert np.array_equal(by_sex, everyone, equal_nan=True)
    provinces = population[(*TOTAL_SEX, EVERY, population.regions("PV"), EVERY)].sum(axis=1)
    assert np.array_equal(provinces, population[(*TOTAL_SEX, EVERY, "NL01", EVERY)])
    groups = population.cube.codes["RegioS"]
    limburg = [r["Identifier"] for r in groups if r["DimensionGroupId"] == "GMPV31"]
    parts = np.nansum(population[(*TOTAL_SEX, EVERY, limburg, EVERY)], axis=1)
    assert np.array_equal(parts, population[(*TOTAL_SEX, EVERY, "PV31", EVERY)])
    oldest = ["19500", "19600", "19700", "19800", "19900", *(f"1990{i}" for i in range(1, 6)), "22300"]
    assert population[(*TOTAL_SEX, "22000", "NL01", "2023JJ00")] == sum(
        population[(*TOTAL_SEX, c, "NL01", "2023JJ00")] for c in oldest
    )


def test_mean_population_of_an_age_joins_two_birthdays(population):
    before = population[(*TOTAL_SEX, "11100", "GM0988", "2023JJ00")]  # 11 on 1 January 2023
    after = population[(*TOTAL_SEX, "11200", "GM0988", "2024JJ00")]  # 12 on 1 January 2024
    mean = population.cells("M000365", *TOTAL_SEX, "11200", "GM0988", "2023JJ00")
    assert mean == (before + after) / 2
    assert population.cells("M000365", *TOTAL_SEX, "10000", "NL01", "2026JJ00") is None


def test_impossible_goes_with_an_empty_value(population):
    cube = population.cube
    for measure in cube.measures:
        empty = np.isnan(cube.values[measure])
        assert np.array_equal(cube.attributes[measure] == VALUE_ATTRIBUTES.index("Impossible"), empty)
        assert set(np.unique(cube.attributes[measure])) == {0, 1}


def test_herindeling_is_told_in_the_description(population):
    texts = {row["Identifier"]: row["Description"] for row in population.cube.codes["RegioS"]}
    assert texts["GM0951"].startswith(
        "Opgeheven per 01-01-2019, overgegaan naar:\r\n- Beekdaelen (GM1954),\r\n"
        "... 3310 hectare met 7018 woningen en 15187 inwoners\r\n"
    )
    received = re.findall(
        r"- .+ \((GM\d{4})\),\r\n\.\.\. \d+ hectare met \d+ woningen en (\d+) inwoners", texts["GM1954"]
    )
    assert dict(received) == {"GM0951": "15187", "GM0881": "7782", "GM0962": "12758"}


def test_cbs_crime_is_rounded_and_provisional_at_the_end(cbs_crime):
    for measure in (
        "TotaalGeregistreerdeMisdrijven_1",
        "TotaalOpgehelderdeMisdrijven_4",
        "RegistratiesVanVerdachten_6",
    ):
        array = cbs_crime.cube.values[measure]
        assert (array[array != NULL] % 5 == 0).all()
    periods = [(row["Title"], row["Status"]) for row in cbs_crime.cube.codes["Perioden"]]
    assert periods[-3:] == [("2023", "Definitief"), ("2024*", "Voorlopig"), ("2025*", "Voorlopig")]
    codes = set(cbs_crime.codes["SoortMisdrijf"])
    assert {"T001161", "CRI1000", "CRI1100", "CRI1110", "CRI2000", "CRI3000", "CRI3100"} <= codes
    assert all(re.fullmatch(r"T001161|CRI\d{4}", code) for code in codes)


def test_cbs_main_groups_add_up_within_rounding(cbs_crime):
    groups = [f"CRI{n}000" for n in (1, 2, 3, 4, 5, 6, 7, 9)]
    gap = cbs_crime[groups, "NL01", EVERY].sum(axis=0) - cbs_crime["T001161", "NL01", EVERY]
    assert np.abs(gap).max() <= 25


def test_every_table_says_that_it_is_a_sample(cubes):
    for cube in cubes.values():
        assert cube.info["Summary"].startswith("VOORBEELDGEGEVENS (synthetisch)")
        assert cube.info["Source"].startswith("VOORBEELDGEGEVENS (synthetisch)")


@pytest.mark.parametrize("pattern", [r"\b\d{9}\b", r"\bNL\d{2}[A-Z]{4}\d{10}\b", r"\b06[- ]?\d{8}\b", r"[\w.]+@[\w.]+"])
def test_no_personal_data_in_any_text(cubes, pattern):
    for cube in cubes.values():
        text = json.dumps([cube.info, cube.codes, cube.data_properties], ensure_ascii=False)
        assert set(re.findall(pattern, text)) <= {"infoservice@cbs.nl"}  # the desk of CBS, no person
