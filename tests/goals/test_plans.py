"""The register of plans: nothing forgotten, everything refers to something that exists, and the words are our own."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from veiligheidsbeeld.contracts.register import load_registers
from veiligheidsbeeld.goals.indicators import indicator_names, sum_names
from veiligheidsbeeld.goals.plans import HOE_GEMETEN, SEEDS, PlanRegister, read_seed
from veiligheidsbeeld.region import active
from veiligheidsbeeld.settings import PROJECT

# Points of each plan: letter and last number.
POINTS = {"N": 21, "R": 17, "D": 23, "W": 87, "M": 50}
IDS = [f"{letter}{number:02}" for letter, last in POINTS.items() for number in range(1, last + 1)]

# What a point must have, given how it is measured.
EVIDENCE = {"doel": "doel", "indicator": "planitem_indicator", "activiteit": "planitem_register"}


@pytest.fixture(scope="module")
def register() -> PlanRegister:
    return PlanRegister()


@pytest.fixture(scope="module")
def names() -> dict[str, str]:
    return indicator_names()


def test_every_point_of_every_plan_is_accounted_for(register):
    assert len(IDS) == 198
    assert sorted(register.items) == sorted(IDS)
    assert {i["hoe_gemeten"] for i in register.items.values()} == set(HOE_GEMETEN)
    for item in register.items.values():
        assert register.plans[item["plan_code"]]["item_letter"] == item["planitem_id"][0]
        assert len(item["omschrijving"]) > 15, item["planitem_id"]


def test_what_is_measured_says_with_what(register):
    for item_id, item in register.items.items():
        how = item["hoe_gemeten"]
        if how in EVIDENCE:
            assert register.of(item_id, EVIDENCE[how]), f"{item_id}: {how} without a row in {EVIDENCE[how]}"
        elif how == "mijlpaal":
            assert {r["telt"] for r in register.of(item_id, "planitem_register")} & {"status", "dekking", "middelen"}
        elif how in ("dimensie", "bestuursfeit"):
            assert item["verwijzing"], item_id


def test_what_is_not_or_only_partly_measured_says_why_and_what_it_takes(register):
    for item_id, item in register.items.items():
        if item["hoe_gemeten"] == "niet_meetbaar":
            assert item["meetbaarheid"] == "niet", item_id
        if item["hoe_gemeten"] == "niet_meetbaar" or item["meetbaarheid"] == "gedeeltelijk":
            assert len(item["reden"]) > 20, item_id
            assert len(item["wat_nodig"]) > 10, item_id
        if item["meetbaarheid"] == "niet":
            assert item["reden"], item_id
            assert not register.of(item_id, "doel"), item_id


def test_every_indicator_exists(register, names):
    used = {r["indicator_code"] for r in register.goals}
    for seed in ("planitem_indicator", "resultaatafspraak", "voetnoot"):
        used |= {r["indicator_code"] for r in read_seed(seed)}
    assert used - set(names) == set()
    assert {r["indicator_code"] for r in read_seed("indicator_som")} <= set(names) - set(sum_names())


def test_a_goal_is_measured_with_an_indicator_of_its_point(register):
    parts = defaultdict(set)
    for row in read_seed("indicator_som"):
        parts[row["som_code"]].add(row["indicator_code"])
    for row in read_seed("misdrijfgroep"):
        parts[f"SOM-{row['groep_code']}"].add(f"MIS-{row['soort']}")
    for goal in register.goals:
        linked = {r["indicator_code"] for r in register.of(goal["planitem_id"], "planitem_indicator")}
        measured = parts.get(goal["indicator_code"], {goal["indicator_code"]})
        assert measured & linked, (
            f"{goal['doel_code']}: {goal['indicator_code']} is no indicator of {goal['planitem_id']}"
        )


def test_what_is_counted_in_activities_is_measured_in_part(register):
    """Awareness, resilience and policy that works are not what a register of activities and documents counts."""
    for item in ("W27", "W77", "W02", "W25", "W22", "M42", "M44", "D09", "D13"):
        assert register.item(item)["meetbaarheid"] == "gedeeltelijk", item


def test_neighbour_noise_is_not_measured_with_the_offence_that_bears_its_name(names):
    """2.4.1 counts violated restraining orders only."""
    assert "huisverbod" in names["MIS-2.4.1"]
    assert "MIS-2.4.1" not in {r["indicator_code"] for s in ("doel", "planitem_indicator") for r in read_seed(s)}
    rollen = {r["indicator_code"]: r["rol"] for r in read_seed("planitem_indicator") if r["planitem_id"] == "M33"}
    assert rollen["OVL-M22"] == "benadering"
    assert rollen["POLX-BURENRUZIE"] == "meet"


def test_every_region_exists():
    areas = {r["gebied_code"] for r in read_seed("gebied_gemeente")} | {"NL01"}
    municipalities = {r["gemeente_code"] for r in read_seed("gebied_gemeente")}
    teams = {r["basisteam_code"] for r in read_seed("basisteam_gemeente")}
    for seed in ("plan", "organisatie"):
        assert {r["gebied_code"] for r in read_seed(seed)} <= areas, seed
    assert {r["gebied_code"] for r in read_seed("doel")} <= areas | teams
    assert {r["benchmark_gebied"] for r in read_seed("doel")} <= areas | {""}
    assert {r["gemeente_code"] for r in read_seed("voetnoot")} <= municipalities | {""}
    assert {r["gebied_code"] for r in read_seed("gebeurtenis")} <= areas | municipalities | {""}


def test_registers_columns_and_values_exist(register):
    contracts = load_registers()
    for row in read_seed("planitem_register"):
        assert row["register"] in contracts, row
        if row["kolom"]:
            assert row["waarde"] in contracts[row["register"]].kolom(row["kolom"]).waarden, row
    organisations = {r["organisatie_code"] for r in read_seed("organisatie")}
    for name in ("actieplan", "beleidsdocumenten"):
        assert organisations <= set(contracts[name].kolom("organisatie").waarden), name
    groups = {r["doelgroep"] for r in read_seed("doelgroep")}
    assert set(contracts["actieplan"].kolom("doelgroep").waarden) <= groups


def test_references_to_lists_exist(register):
    seeds = {p.stem for folder in (SEEDS, active().folder) for p in folder.rglob("*.csv")}
    contracts = load_registers()
    for item in register.items.values():
        for reference in filter(None, item["verwijzing"].split(",")):
            name, _, column = reference.partition(".")
            assert contracts[name].kolom(column) if column else name in seeds, reference
        themes = {(r["plan_code"], r["planthema"]) for r in read_seed("plan_thema")}
        assert not item["planthema"] or (item["plan_code"], item["planthema"]) in themes, item["planitem_id"]


def test_dates_are_sane(register):
    for row in [*register.plans.values(), *read_seed("plan_thema"), *read_seed("gebeurtenis"), *read_seed("voetnoot")]:
        start, end = _day(row["van"]), _day(row["tot"])
        assert start is None or start.year >= 2015, row
        assert start is None or end is None or start <= end, row
    for goal in register.goals:
        assert _day(goal["geldig_van"]) <= _day(goal["horizon"]), goal["doel_code"]
        assert goal["nulmeting"] not in ("jaar", "r12m") or 2012 <= int(goal["nulmeting_jaar"]) <= 2025, goal
        several = goal["nulmeting"] in {p["nulmeting"] for p in read_seed("nulmeting_periode")}
        assert several or goal["nulmeting"] in ("jaar", "r12m", "geen"), goal["doel_code"]
        assert several == (goal["nulmeting_variant"] != ""), goal["doel_code"]


def test_versions_of_a_goal_follow_each_other(register):
    versions = defaultdict(list)
    for goal in register.goals:
        versions[goal["doel_code"]].append((_day(goal["geldig_van"]), _day(goal["geldig_tot"])))
    assert max(map(len, versions.values())) > 1, "no goal shows that an earlier version stays visible"
    for code, periods in versions.items():
        for (_, end), (start, _) in pairwise(sorted(periods, key=lambda p: p[0])):
            assert end is not None and end <= start, f"{code}: two versions hold at the same time"


def test_rules_have_what_they_need(register):
    codes = {g["doel_code"] for g in register.goals}
    shares = {i.code for c in load_registers().values() for i in c.of_region if i.berekening == "aandeel"}
    for goal in register.goals:
        rule, code = goal["regel"], goal["doel_code"]
        if rule in ("onder_benchmark", "naar_benchmark"):
            assert goal["benchmark_gebied"] and goal["benchmark_modus"], code
        if rule == "nulmeting_2019_2022":
            assert goal["nulmeting_variant"], code
        # No text gives the number of a baseline: they are images. What is done "at least once" is our reading.
        if goal["nulmeting_grond"] == "plan":
            assert goal["nulmeting"] == "geen" and float(goal["streefwaarde"]) == 100, code
        if rule == "richting":
            assert goal["nulmeting"] in ("jaar", "r12m"), code
        if rule in ("dekking", "mijlpaal", "streefwaarde"):
            assert float(goal["streefwaarde"]) > 0, code
        if rule == "aandeel_binnen_norm":
            assert int(goal["norm_dagen"]) > 0, code
        if rule == "telling":
            assert goal["streefwaarde"] or goal["nulmeting"] == "jaar", code
        if goal["indicator_code"] in shares and goal["nulmeting"] != "geen":
            assert goal["toets"] == "aandeel", code
        assert (goal["toets"] == "interval") == goal["indicator_code"].startswith("VM-"), code
        assert (goal["reeks"] in ("vm_eigen", "vm_gepubliceerd")) == (goal["toets"] == "interval"), code
        assert not goal["hoofddoel"] or goal["hoofddoel"] in codes, code


def test_measures_fit_their_indicators(register):
    """A count is not judged in percent, nor a share as a count."""
    units = {i.code: i.eenheid for c in load_registers().values() for i in c.of_region}
    for goal in register.goals:
        unit = units.get(goal["indicator_code"])
        allowed = {"procent"} if goal["indicator_code"].startswith("VM-") else {"aantal", "per_1000"}
        if unit and unit != "aantal":
            allowed = {unit}
        assert goal["maat"] in allowed, f"{goal['doel_code']}: {goal['maat']}, {unit}"


def test_agreed_results_hold_what_the_footnotes_prove():
    rows = read_seed("resultaatafspraak")
    assert {r["voetnoot_code"] for r in rows if r["grond"] == "bewezen"} == {"W86", "W87"}
    notes = {(n["voetnoot_code"], n["indicator_code"]): n for n in read_seed("voetnoot")}
    for row in rows:
        assert not row["voetnoot_code"] or (row["voetnoot_code"], row["indicator_code"]) in notes
    assert {(n["voetnoot_code"], n["soort"]) for n in notes.values()} == {
        ("W86", "niet_uitgevoerd"),
        ("W87", "trendbreuk"),
    }


def test_ambitions_are_28_over_five_themes_with_empty_slots():
    rows = read_seed("ambitie")
    assert [int(r["ambitie_nr"]) for r in rows] == list(range(1, 29))
    assert {r["planthema"] for r in rows} == {
        r["planthema"] for r in read_seed("plan_thema") if r["plan_code"] == "DAO"
    }
    assert len({r["planthema"] for r in rows}) == 5
    assert all(bool(r["tekst"]) == (r["thema_grond"] == "duiding") for r in rows)


def test_taxonomy_has_five_fields_and_22_themes_and_tags_everything(register):
    fields = {r["veiligheidsveld"] for r in read_seed("vng_veld")}
    themes = {r["veiligheidsthema"]: r["veiligheidsveld"] for r in read_seed("vng_thema")}
    assert (len(fields), len(themes)) == (5, 22)
    assert set(themes.values()) == fields
    assert {r["veiligheidsthema"] for r in read_seed("plan_thema")} <= set(themes)
    for seed in ("indicator_kenmerk", "vm_delict", "register_indicator"):
        tags = {r["veiligheidsthema"] for r in read_seed(seed)}
        assert tags and tags <= set(themes), seed
    untagged = {
        i["planitem_id"] for i in register.items.values() if i["thema"] != "context" and not i["veiligheidsthema"]
    }
    assert untagged <= {"M19"}


def test_partners_are_organisations(register):
    partners = {p["partner_code"] for p in read_seed("partner")}
    links = read_seed("partner_planitem")
    assert {r["partner_code"] for r in links} <= partners
    assert {r["planitem_id"] for r in links} <= set(IDS)


@pytest.mark.shared
def test_ids_and_partners_agree_with_the_reference(shared: Path, register):
    goals = _reference(shared, "goals.csv")
    assert [r["id"] for r in goals] and {r["id"] for r in goals} == set(register.items)
    for row in goals:
        ours = register.items[row["id"]]
        if row["measurable"] == "yes":
            assert ours["hoe_gemeten"] != "niet_meetbaar", row["id"]
    partners = _reference(shared, "partners.csv")
    assert len(read_seed("partner")) == len(partners)
    named = sum(len(r["named_in"].split(",")) for r in partners if r["named_in"].strip())
    assert len(read_seed("partner_planitem")) == named


@pytest.mark.shared
def test_the_words_are_our_own(shared: Path):
    """No eight words in a row of the plans or of the reference stand in the seeds or in the page."""
    theirs = set()
    for path in [
        *(shared / "plans").glob("*.txt"),
        shared / "reference" / "goals.csv",
        shared / "reference" / "domain.md",
    ]:
        theirs |= _runs(path.read_text(encoding="utf-8"))
    for path in [
        *(SEEDS / "plannen").glob("*"),
        *active().folder.rglob("*.csv"),
        PROJECT / "docs" / "plannen-dekking.md",
    ]:
        assert {" ".join(run) for run in _runs(path.read_text(encoding="utf-8")) & theirs} == set(), path.name


def _runs(text: str, length: int = 8) -> set[tuple[str, ...]]:
    words = re.findall(r"[^\W\d_]+", text.lower())
    return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}


def _reference(shared: Path, name: str) -> list[dict[str, str]]:
    with (shared / "reference" / name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream, delimiter=";"))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
