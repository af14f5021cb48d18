"""The sample's margins are the published ones. Figures: politie and CBS, as published (see the constants)."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest

EVERY = slice(None)

# 47013NED, Totaal misdrijven, edition "gemeente 2026".
REGISTERED = {
    "NL01": (800_027, 805_590), "RE10": (52_764, 52_421), "RE99": (271, 282),
    "GM0988": (2_154, 2_204), "GM0946": (398, 444), "GM1640": (1_256, 1_006), "GM0983": (5_984, 6_501),
    "GM0984": (1_993, 1_793), "GM1507": (1_456, 1_486), "GM1894": (1_429, 1_279), "GM0907": (605, 583),
    "GM0893": (412, 402), "GM0889": (374, 384), "GM0957": (3_871, 3_942), "GM1711": (1_469, 1_314),
    "GM1641": (780, 675), "GM1669": (519, 511), "GM1883": (4_638, 4_851), "GM0971": (761, 703),
    "GM0888": (635, 734), "GM1954": (1_103, 984), "GM0917": (5_917, 6_233), "GM0935": (7_966, 7_840),
}  # fmt: skip
# National totals: 47013NED for 2012, 47025NED for the rest.
NATIONAL = {
    2012: 1_127_693, 2013: 1_078_663, 2014: 1_002_649, 2015: 961_208, 2016: 914_207, 2017: 816_603,
    2018: 770_427, 2019: 803_646, 2020: 797_805, 2021: 742_992,
}  # fmt: skip
CYBERCRIME = (4_487, 2_405, 1_957, 2_152, 1_809, 2_228, 2_839, 4_718, 10_825, 14_174, 13_996, 12_029)
NUISANCE = {
    "0.0.0": (279_325, 291_796, 310_253, 305_379, 333_401, 351_285, 349_988, 366_802, 510_172, 536_959, 461_353,
              444_177),
    "E33": (44_571, 52_168, 59_600, 66_030, 74_939, 83_611, 90_628, 99_662, 117_246, 130_194, 138_807, 141_724),
}  # fmt: skip
E33_REGIONAL = {
    ("PV31", 2017): 4_678, ("PV31", 2021): 7_185, ("GM0917", 2017): 521, ("GM0917", 2021): 979,
    ("GM0983", 2021): 838, ("GM0935", 2021): 732, ("GM1894", 2021): 213, ("GM1894", 2022): 184,
    ("GM0889", 2021): 33, ("GM0889", 2022): 30,
}  # fmt: skip
# 1 January; 70072ned and 03759ned.
INHABITANTS = {
    ("NL01", 2019): 17_282_163, ("NL01", 2022): 17_590_672, ("PV31", 2022): 1_118_302, ("PV22", 2022): 497_743,
    ("LD04", 2022): 3_711_176, ("GM0988", 2025): 51_355, ("GM1894", 2023): 45_276, ("GM1894", 2024): 45_534,
}  # fmt: skip


@pytest.mark.parametrize("region", REGISTERED)
def test_registered_crime_per_region(crime, region):
    assert tuple(crime["0.0.0", region, ["2022JJ00", "2023JJ00"]]) == REGISTERED[region]


@pytest.mark.parametrize("year", NATIONAL)
def test_national_crime_per_year(crime, year):
    assert crime["0.0.0", "NL01", f"{year}JJ00"] == NATIONAL[year]


def test_cybercrime_grows_as_published(crime):
    assert tuple(crime["3.7.4", "NL01", [f"{y}JJ00" for y in range(2012, 2024)]]) == CYBERCRIME


@pytest.mark.parametrize("soort", NUISANCE)
def test_national_nuisance_per_year(nuisance, soort):
    assert tuple(nuisance[soort, "NL01", [f"{y}JJ00" for y in range(2012, 2024)]]) == NUISANCE[soort]


@pytest.mark.parametrize(("region", "year"), E33_REGIONAL)
def test_regional_nuisance(nuisance, region, year):
    assert nuisance["E33", region, f"{year}JJ00"] == E33_REGIONAL[region, year]


def test_nuisance_by_young_people_leaps_in_april_2020(nuisance):
    march, april = nuisance["E35", "NL01", ["2020MM03", "2020MM04"]]
    assert march == pytest.approx(10_000, rel=0.1)
    assert april > 17_000


def test_other_noise_has_the_published_summers(nuisance):
    assert nuisance["M22", "NL01", "2019MM07"] == pytest.approx(12_627, rel=0.05)
    assert nuisance["M22", "NL01", "2020MM07"] == pytest.approx(19_274, rel=0.05)


def test_fraud_steps_up_in_2015_and_2016(crime):
    years = crime["3.9.1", "NL01", [f"{y}JJ00" for y in range(2013, 2018)]]
    assert years[3] > 10 * years[0]
    first_half, second_half = np.split(crime["3.9.1", "NL01", crime.months(2015)], 2)
    assert second_half.sum() > 4 * first_half.sum()


def test_pickpockets_lose_their_crowds_in_2020(crime):
    before, lockdown = crime["1.2.4", "NL01", "2019MM04"], crime["1.2.4", "NL01", "2020MM04"]
    assert lockdown < before / 2


@pytest.mark.parametrize(("region", "year"), INHABITANTS)
def test_inhabitants(population, region, year):
    cell = population.cells("M000352", "T001019", "T001038", "10000", region, f"{year}JJ00")
    assert cell == INHABITANTS[region, year]


def test_rate_of_weert_follows_from_the_sample(crime, population):
    mean = population.cells("M000365", "T001019", "T001038", "10000", "GM0988", "2023JJ00")
    assert mean == 50_975.5
    assert round(crime["0.0.0", "GM0988", "2023JJ00"] / mean * 1000, 1) == 43.2


def test_cbs_totals_and_rates(cbs_crime):
    rate = "GeregistreerdeMisdrijvenPer1000Inw_3"
    assert tuple(cbs_crime["T001161", "NL01", ["2019JJ00", "2020JJ00"]]) == (820_505, 808_030)
    assert tuple(cbs_crime["T001161", "GM0988", ["2019JJ00", "2020JJ00"]]) == (2_505, 2_410)
    assert tuple(cbs_crime.cells(rate, "T001161", "GM0988", ["2019JJ00", "2020JJ00"])) == (50.3, 48.1)
    assert cbs_crime.cells(rate, "T001161", "NL01", "2019JJ00") == 47.5


def test_later_years_continue_without_a_jump(crime):
    known, later = crime["0.0.0", "NL01", "2023JJ00"], crime["0.0.0", "NL01", ["2024JJ00", "2025JJ00"]]
    assert np.all(np.abs(later / known - 1) < 0.06)
    assert len(set(later)) == 2


@pytest.mark.shared
def test_every_gemeente_has_its_published_total(crime, shared):
    recorded = json.loads((shared / "recordings/dataderden.cbs.nl/47013NED/TypedDataSet.json").read_text())["value"]
    wrong = [
        row for row in recorded
        if crime["0.0.0", row["RegioS"].strip(), row["Perioden"]] != row["GeregistreerdeMisdrijven_1"]
    ]  # fmt: skip
    assert len(recorded) > 700
    assert not wrong


@pytest.mark.shared
def test_months_have_the_published_shape(crime, shared):
    path = shared / "data/politie/47022NED_nederland_maand_2012-01_2022-07.csv"
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    published = {(r["crime_type_code"], r["date"][:7]): int(r["frequency"]) for r in rows}
    for soort in ("1.1.1", "2.2.1", "2.5.2", "3.9.1", "3.7.4", "3.1.1"):
        for year in range(2012, 2022):
            theirs = np.array([published[soort, f"{year}-{m:02d}"] for m in range(1, 13)])
            ours = crime[soort, "NL01", crime.months(year)]
            assert np.abs(ours / ours.sum() - theirs / theirs.sum()).max() < 0.002, (soort, year)


@pytest.mark.shared
def test_population_of_every_listed_region_is_the_recorded_one(population, shared):
    recorded = json.loads((shared / "recordings/datasets.cbs.nl/03759ned/Observations.json").read_text())["value"]
    known = set(population.codes["RegioS"])
    compared = 0
    for row in recorded:
        if row["RegioS"] in known:
            keys = [row[d] for d in ("BurgerlijkeStaat", "Geslacht", "Leeftijd", "RegioS", "Perioden")]
            assert population.cells(row["Measure"], *keys) == row["Value"], row
            compared += 1
    assert compared > 800
