"""Regions as folders: made from the national list, checked, chosen by a setting; nothing of the example is in code."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from datetime import date

import pytest
import yaml

from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.region import NATIONAL, PROJECT, SETTING, Region, active, municipalities, read
from veiligheidsbeeld.region.check import check
from veiligheidsbeeld.region.make import make
from veiligheidsbeeld.settings import Settings

LEEUWARDEN, TYTSJERKSTERADIEL = "GM0080", "GM0737"


def test_the_national_list_is_the_country():
    """Counts as published: 342 municipalities in 12 provinces and 25 safety regions since 1 January 2023."""
    now = [m for m in municipalities().values() if m.tot is None]
    assert len(now) == 342
    assert {m.provincie for m in now} == {f"PV{n}" for n in range(20, 32)}
    rows = [r for r in read(NATIONAL / "gemeente.csv") if not r["geldig_tot"]]
    assert len({r["veiligheidsregio_code"] for r in rows}) == 25
    # Inhabitants of the Netherlands on 1 January 2025, as Statistics Netherlands published them.
    assert sum(int(r["inwoners"]) for r in rows) == 18_044_027
    # The four cities of the highest urbanity and more than 250,000 inhabitants.
    large = {r["naam"].split(" (")[0] for r in rows if int(r["inwoners"]) >= 300_000}
    assert large == {"Amsterdam", "Rotterdam", "'s-Gravenhage", "Utrecht"}


def test_who_ended_stays_in_the_list_with_its_last_day():
    assert municipalities()["GM1722"].tot == date(2019, 1, 1), "Ferwerderadiel became part of Noardeast-Fryslân"
    assert municipalities()["GM0457"].tot == date(2022, 3, 24), "Weesp became part of Amsterdam in the middle of a year"
    assert municipalities()["GM0501"].tot == municipalities()["GM1992"].van == date(2023, 1, 1), (
        "Brielle, Voorne aan Zee"
    )


def test_who_came_in_the_place_of_others_has_a_first_day():
    """A code above the last of 2009 (Dantumadiel's) was given to a new municipality, so its day is known."""
    assert [m.code for m in municipalities().values() if m.code > "GM1891" and not m.van] == []


def test_a_new_region_is_its_provinces_and_its_own_partnership(tmp_path):
    region = Region(make([LEEUWARDEN, TYTSJERKSTERADIEL], "Midden-Fryslân", tmp_path / "nieuw"))
    assert region.head.naam == "Midden-Fryslân"
    assert region.head.detail == (LEEUWARDEN, TYTSJERKSTERADIEL)
    assert {m.gebied for m in region.members} == {"PV21", "RE01", "SGMIDDEN"}
    # Eighteen municipalities today, and those that merged since 2012.
    today = [m for m in region.members if m.gebied == "PV21" and m.tot == date.max]
    assert len(today) == 18
    assert any(m.tot < date.max for m in region.members if m.gebied == "PV21")
    assert not [f for f in check(region) if f.wrong]
    assert {f.text.split(":")[0] for f in check(region)} >= {"no plans", "no goals", "no police teams"}


@pytest.mark.parametrize(
    ("codes", "told"),
    [([], "none"), (["GM9999"], "GM9999"), (["GM0501"], r"Brielle, until 2023-01-01"), (["0080"], "0080")],
)
def test_a_region_of_codes_that_are_no_municipality_is_refused(tmp_path, codes, told):
    with pytest.raises(ConfigurationError, match=f"Not municipalities of today: .*{told}"):
        make(codes, "Nergens", tmp_path / "nergens")
    assert not (tmp_path / "nergens").exists()


def test_the_check_names_what_is_wrong(tmp_path):
    folder = make([LEEUWARDEN], "Stad", tmp_path / "stad")
    with (folder / "gebied_gemeente.csv").open("a", newline="") as stream:
        csv.writer(stream).writerows(
            [
                ["SGX", "X", "samenwerkingsgebied", "GM9999", "2012-01-01", ""],
                ["PV21", "Fryslân", "provincie", "GM0363", "2012-01-01", ""],
            ]
        )
    with (folder / "plannen" / "plan.csv").open("a", newline="") as stream:
        csv.writer(stream).writerow(["P", "P", "Plan", "Plan", "SGELDERS", *[""] * 8])
    told = " | ".join(f.text for f in check(Region(folder)) if f.wrong)
    assert "GM9999, which the national list does not have" in told
    assert "GM0363 lies in PV27, not in PV21" in told
    assert "SGELDERS" in told


@pytest.mark.parametrize(
    ("file", "damage", "told"),
    [
        ("gebied_gemeente.csv", lambda t: t.replace(",", ";"), "separated by semicolons"),
        ("plan.csv", lambda t: t.replace("korte_naam", "kort"), "lacks the columns korte_naam"),
        ("programma.csv", lambda t: t.replace("maten", "maten,kosten", 1), "columns that nobody knows: kosten"),
        ("gebied_gemeente.csv", lambda t: t.replace("2012-01-01", "1-1-2012", 1), "line 2: geldig_van is '1-1-2012'"),
        ("gebied_gemeente.csv", lambda t: t.replace("2012-01-01", "", 1), "line 2: geldig_van is empty"),
        ("gebied_gemeente.csv", lambda t: t.replace(",2012-01-01,", ",", 1), "line 2 has not as many values"),
        ("programma.csv", lambda t: f"{t}Onze aanpak,Onze aanpak,,false,,,\n", "programma_code is 'Onze aanpak'"),
        ("doel.csv", None, "doel.csv stands there 0 times"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_by_its_line(tmp_path, file, damage, told):
    folder = make([LEEUWARDEN], "Stad", tmp_path / "stad")
    (path,) = folder.rglob(file)
    path.write_text(damage(path.read_text("utf-8")), "utf-8") if damage else path.unlink()
    (first, *_) = check(Region(folder))
    assert first.wrong and told in first.text


def test_a_file_that_excel_saved_with_a_mark_is_read(tmp_path):
    folder = make([LEEUWARDEN], "Stad", tmp_path / "stad")
    for path in folder.rglob("*.csv"):
        path.write_text(path.read_text("utf-8"), "utf-8-sig")
    assert not [f for f in check(Region(folder)) if f.wrong]


def test_a_row_that_asks_for_a_measure_that_nobody_knows_is_told(tmp_path):
    """By the command itself: it reads the contracts as they are for that region, whichever is active."""
    folder = make([LEEUWARDEN], "Stad", tmp_path / "stad")
    path = folder / "plannen" / "programma.csv"
    path.write_text(f"{path.read_text('utf-8')}proef,Proef,,false,mijlpaal,,\n", "utf-8")
    command = [sys.executable, "-m", "veiligheidsbeeld", "region", "check", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "proef asks for 'mijlpaal' in maten; there is bereik and mijlpalen" in " ".join(done.stdout.split())


def test_the_setting_chooses(tmp_path):
    folder = make([LEEUWARDEN], "Stad", tmp_path / "stad")
    assert active({SETTING: str(folder)}).folder == folder
    assert active({}).head.voorbeeld, "the example, when nothing is said"
    assert active({}) is active({}), "found once: it is asked for each row of a file"
    with pytest.raises(ConfigurationError, match="neither a folder"):
        active({SETTING: "atlantis"})


def test_a_home_goes_with_the_copy_of_the_project_that_reads_it(tmp_path, monkeypatch):
    """It kept the path of the region of the copy that made it: one that was replaced since, or is gone. The name
    that it keeps is one of the project, also where somebody's folder of that name is nearer."""
    example = active({})
    shutil.copytree(example.folder, tmp_path / "here" / example.name)
    monkeypatch.chdir(tmp_path / "here")
    other = tmp_path / "earlier"
    (other / "dbt_project").mkdir(parents=True)
    shutil.copytree(example.folder, other / "regions" / example.name)
    own = make([LEEUWARDEN], "Stad", tmp_path / "regions" / "stad")
    paths = {str(other / "regions" / example.name): example.folder, str(own): own}
    paths |= {str(tmp_path / "gone" / "regions" / example.name): example.folder, example.name: example.folder}
    kept = []
    for number, (path, wanted) in enumerate(paths.items()):
        home = tmp_path / f"home{number}"
        home.mkdir()
        (home / "state.json").write_text(json.dumps({"regio": path}))
        settings = Settings.from_env({"VB_HOME": str(home)})
        assert settings.region.folder.resolve() == wanted.resolve(), path
        settings.use()
        kept.append(json.loads((home / "state.json").read_text())["regio"])
    assert kept == [example.name, str(own), example.name, example.name]


def test_a_folder_of_an_earlier_version_is_told_which_file_it_lacks(tmp_path):
    folder = make([LEEUWARDEN], "Stad", tmp_path / "stad")
    programmes = folder / "plannen" / "programma.csv"
    assert {row["overal"] for row in read(programmes)} == {"true"}, "those of everywhere, and of no plan of elsewhere"
    programmes.unlink()
    with pytest.raises(ConfigurationError, match=r"0 files programma\.csv.*region new"):
        Region(folder).rows("programma")


def test_a_head_with_a_field_that_nobody_knows_is_refused(tmp_path):
    folder = make([LEEUWARDEN], "Stad", tmp_path / "stad")
    head = yaml.safe_load((folder / "regio.yml").read_text())
    (folder / "regio.yml").write_text(yaml.safe_dump(head | {"gemeente": "land"}))
    with pytest.raises(ConfigurationError, match=r"regio\.yml"):
        _ = Region(folder).head


# Words by which the product would know one region: the example's own, from its folder, and its province names.
def words_of_the_example() -> set[str]:
    example = active({})
    names = {row["gebied_naam"].split(" (")[0] for row in example.rows("gebied_gemeente")}
    names |= {municipalities()[code].own_name for code in example.head.detail}
    names |= {row["naam"] for seed in ("organisatie", "plan") for row in example.rows(seed)}
    codes = {m.gebied for m in example.members} | set(example.head.detail)
    # Larger areas that hold other provinces too are not the example's own.
    return (names | codes) - {"Noord-Nederland", "RE01"}


def every_word_of_the_example() -> set[str]:
    """Also all its municipalities, teams, districts, plans and the programmes of those plans, by name and by code."""
    example = active({})
    teams, plans = example.rows("basisteam_gemeente"), example.rows("plan")
    own = [(seed, row) for seed in ("programma", "locatie") for row in example.rows(seed) if row["overal"] == "false"]
    words = words_of_the_example() | set(example.municipalities)
    words |= {municipalities()[code].own_name for code in example.municipalities}
    words |= {row[column] for row in teams for column in ("basisteam_code", "district_code")}
    words |= {row[column].split(" (")[0] for row in teams for column in ("basisteam_naam", "district_naam")}
    words |= {row[column] for row in plans for column in ("plan_code", "korte_naam")}
    return words | {row[column] for seed, row in own for column in (f"{seed}_code", "naam")} - {
        "luchthaven",
        "Luchthaven",
    }


# Where nothing may be named but what is listed with its reason: files, and folders by a stroke at their end.
CLEAN = ("veiligheidsbeeld", "dags", "expectations", "contracts", "dbt_project", "dashboards", "scripts", "deploy")
LISTED = ("tests", "sandbox", "benchmarks")
READ = (".py", ".sql", ".yml", ".yaml", ".md", ".csv", ".sh", ".txt", ".html", ".json")
EXCEPTIONS = PROJECT / "tests" / "region" / "named_exceptions.yml"


def named(folders: Iterable[str]) -> dict[str, set[str]]:
    """Files below the folders with the words of the example in them; codes in any case, its wijken and buurten too."""
    words = sorted(every_word_of_the_example(), key=len, reverse=True)
    either = [rf"(?i:{re.escape(word)})" if word == word.upper() else re.escape(word) for word in words]
    parts = "|".join(code[2:] for code in active({}).municipalities)
    pattern = re.compile(rf"(?<![\w-])({'|'.join(either)})(?![\w-])|(?<!\w)(?i:wk|bu)(?:{parts})\w{{0,4}}(?!\w)")
    paths = (path for folder in folders for path in sorted((PROJECT / folder).rglob("*")) if path.suffix in READ)
    # What holds for the whole country names every place there is.
    texts = {path: path.read_text(encoding="utf-8") for path in paths if NATIONAL not in path.parents}
    found = {path.relative_to(PROJECT).as_posix(): {hit[0] for hit in pattern.finditer(texts[path])} for path in texts}
    return {path: hits for path, hits in found.items() if hits}


def test_the_product_names_no_region():
    """Unit tests of dbt included."""
    assert named(CLEAN) == {}


def test_tests_sandbox_and_benchmarks_name_no_region_but_where_it_is_said_why():
    """And what is listed without need comes off: the list only shrinks."""
    listed = {entry for entries in yaml.safe_load(EXCEPTIONS.read_text(encoding="utf-8")).values() for entry in entries}
    found = named(LISTED)
    by = {path: [e for e in listed if path == e or (e.endswith("/") and path.startswith(e))] for path in found}
    assert {path: found[path] for path, entries in by.items() if not entries} == {}
    assert listed - {entry for entries in by.values() for entry in entries} == set(), "named no longer: take them off"
