"""One seed and date give one sample; time only adds to it; what is on disk is used again."""

from __future__ import annotations

import datetime

import numpy as np
import pytest

from sandbox import sample
from sandbox.sample.clock import Period, last_month
from tests.sandbox.sample.reader import Table
from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.settings import Settings

POLICE = ("47013NED", "47021NED", "47022NED", "47024NED")


def _assert_same(one, other) -> None:
    assert one.codes == other.codes
    for measure in one.measures:
        np.testing.assert_array_equal(one.values[measure], other.values[measure])


def test_the_same_seed_gives_the_same_cells(cubes, make_cubes):
    again = make_cubes(fresh=True)
    for identifier in cubes:
        _assert_same(cubes[identifier], again[identifier])


def test_another_seed_changes_cells_but_no_margin(crime, nuisance_detail, make_cubes):
    other = make_cubes(VB_SEED="7")
    others = Table(other["47013NED"])
    every = slice(None)
    assert np.array_equal(crime[every, "NL01", "2021JJ00"], others[every, "NL01", "2021JJ00"], equal_nan=True)
    regions = crime.regions("GM")
    assert np.array_equal(crime["0.0.0", regions, "2022JJ00"], others["0.0.0", regions, "2022JJ00"], equal_nan=True)
    assert not np.array_equal(crime["2.2.1", regions, "2022JJ00"], others["2.2.1", regions, "2022JJ00"])
    buurten = nuisance_detail.regions("BU0988")
    mine, theirs = (t["E33", buurten, "2022JJ00"] for t in (nuisance_detail, Table(other["47024NED"])))
    assert not np.array_equal(mine, theirs)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [("2025-11-20", "2025-12-20"), ("2025-12-20", "2026-01-20"), ("2026-01-20", "2026-11-21")],
    ids=["a month", "the end of a year", "many months"],
)
def test_a_later_date_only_adds(make_cubes, earlier, later):
    old_cubes, new_cubes = make_cubes(VB_TODAY=earlier), make_cubes(VB_TODAY=later)
    for identifier in POLICE:
        old, new = Table(old_cubes[identifier]), Table(new_cubes[identifier])
        every = slice(None)
        assert new.periods[: len(old.periods)] == old.periods
        newest = [p for p in old.periods if "MM" in p][-1]
        grown = {newest, f"{newest[:4]}JJ00"}
        settled = [p for p in old.periods if p not in grown]
        assert np.array_equal(old[every, every, settled], new[every, every, settled], equal_nan=True)
        before, after = old[every, every, newest], new[every, every, newest]
        assert np.array_equal(np.isnan(before), np.isnan(after))
        assert (np.nan_to_num(after) >= np.nan_to_num(before)).all(), "late registrations only add"
        national = next(r for r in ("NL00", "NL01") if r in new.codes[new.cube.dimensions[1]])
        late = new["0.0.0", national, newest] / old["0.0.0", national, newest] - 1
        assert 0.02 < late < 0.06


def test_aangiften_that_were_published_stay(make_cubes):
    old, new = (Table(make_cubes(VB_TODAY=day)["47013NED"]) for day in ("2026-05-20", "2026-07-20"))
    every = slice(None)
    before = old.cells("Aangiften_2", every, every, old.periods)
    after = new.cells("Aangiften_2", every, every, old.periods)
    assert np.array_equal(before[~np.isnan(before)], after[~np.isnan(before)])
    assert old.cells("Aangiften_2", "0.0.0", "NL01", "2026MM04") is None
    assert new.cells("Aangiften_2", "0.0.0", "NL01", "2026MM04") > 0


def test_cbs_tables_grow_with_the_years(make_cubes):
    old, new = make_cubes(VB_TODAY="2025-03-01"), make_cubes(VB_TODAY="2026-11-21")
    every = slice(None)
    people, later = Table(old["03759ned"]), Table(new["03759ned"])
    assert people.periods[-1] == "2024JJ00"
    assert later.periods[-1] == "2026JJ00"
    assert np.array_equal(
        people[every, every, every, every, people.periods], later[every, every, every, every, people.periods],
        equal_nan=True,
    )  # fmt: skip
    counted, recounted = Table(old["83648NED"]), Table(new["83648NED"])
    assert counted.periods[-1] == "2023JJ00"
    assert np.array_equal(counted[every, every, every], recounted[every, every, counted.periods], equal_nan=True)


def test_the_default_is_contained_in_full(cubes, make_cubes):
    default, full = Table(cubes["47024NED"]), Table(make_cubes(VB_SAMPLE="full")["47024NED"])
    regions = default.codes["WijkenEnBuurten"]
    every = slice(None)
    assert full.periods[0] == "2012MM01"
    assert len(full.regions("GM")) == 31 + 12 + 1
    assert len(full.codes["WijkenEnBuurten"]) > 2_000
    assert np.array_equal(default[every, every, every], full[every, regions, default.periods])


def test_a_second_start_reads_what_the_first_one_made(tmp_path):
    settings = Settings.from_env({"VB_HOME": str(tmp_path), "VB_TODAY": "2026-11-21"})
    first = sample.cubes(settings)["83648NED"]
    files = sorted((tmp_path / "sample" / "default-2026-2026MM10").rglob("*.npy"))
    assert files
    stamps = [f.stat().st_mtime_ns for f in files]
    second = sample.cubes(settings)["83648NED"]
    assert [f.stat().st_mtime_ns for f in files] == stamps
    assert isinstance(second.values["TotaalGeregistreerdeMisdrijven_1"], np.memmap)
    _assert_same(first, second)


def test_half_a_cube_on_disk_is_made_again(tmp_path):
    settings = Settings.from_env({"VB_HOME": str(tmp_path), "VB_TODAY": "2026-11-21"})
    whole = np.array(sample.cubes(settings)["03759ned"].values["M000352"])
    victim = next((tmp_path / "sample").rglob("values-M000352.npy"))
    victim.write_bytes(victim.read_bytes()[:1000])
    again = sample.cubes(settings)["03759ned"].values["M000352"]
    assert np.array_equal(whole, again, equal_nan=True)
    assert not list((tmp_path / "sample").rglob(".*"))


def test_a_cube_of_older_code_is_made_again(tmp_path):
    settings = Settings.from_env({"VB_HOME": str(tmp_path), "VB_TODAY": "2026-11-21"})
    sample.cubes(settings)["83648NED"]
    meta = next((tmp_path / "sample").rglob("meta.json"))
    meta.write_text(meta.read_text().replace('"fingerprint": "', '"fingerprint": "x'))
    sample.cubes(settings)["83648NED"]
    assert '"fingerprint": "x' not in meta.read_text()


@pytest.mark.parametrize(
    ("day", "month"),
    [("2026-11-14", "2026MM09"), ("2026-11-15", "2026MM10"), ("2027-01-14", "2026MM11"), ("2027-02-01", "2026MM12")],
)
def test_a_month_is_published_on_the_fifteenth(day, month):
    assert last_month(datetime.date.fromisoformat(day)) == Period(int(month[:4]), int(month[-2:]))


def test_other_detail_gemeenten(make_cubes):
    cubes = make_cubes(VB_DETAIL_GEMEENTEN="GM0106, GM0889")
    table = Table(cubes["47022NED"])
    assert table.regions("GM") == ["GM0106", "GM0889", "GM0000"]
    assert table["0.0.0", "GM0106", "2024MM01"] > 0


@pytest.mark.parametrize(
    ("environ", "part"),
    [
        ({"VB_TODAY": "gisteren"}, "VB_TODAY='gisteren'"),
        ({"VB_TODAY": "2011-01-01"}, "2016-01-01"),
        ({"VB_SAMPLE": "enorm"}, "SAMPLE='enorm'"),
        ({"VB_DETAIL_GEMEENTEN": "GM0363"}, "GM0363"),
    ],
)
def test_wrong_settings_are_named(make_cubes, environ, part):
    with pytest.raises(ConfigurationError) as caught:
        make_cubes(**environ)
    assert part in str(caught.value)
