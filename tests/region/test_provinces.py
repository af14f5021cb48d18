"""Two other provinces from nothing: a folder, a plan as rows, figures, a register file; and no word of the example."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.dbt.raw import Delivery, months, years
from tests.region.test_folder import words_of_the_example
from tests.registers.files import ask, load, put
from veiligheidsbeeld.contracts.register import load_registers
from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.extract.plan import detail_gemeenten
from veiligheidsbeeld.goals.calculate import calculate
from veiligheidsbeeld.publish import publish
from veiligheidsbeeld.region import SETTING
from veiligheidsbeeld.region.make import make
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.steps import marts
from veiligheidsbeeld.transform import TransformReport, build, transform
from veiligheidsbeeld.warehouse import connect

pytestmark = pytest.mark.timeout(900)

PLAN = "PRF"
MARTS = ("leefomgeving", "ondermijning", "ivp")
MEASURES = {"M000352": "Bevolking op 1 januari", "M000365": "Gemiddelde bevolking"}
# Burglaries a month in every municipality, before 2023 and since: half of what they were.
BEFORE, SINCE = 20, 10


@dataclass(frozen=True)
class Province:
    code: str
    unit: str
    part: str
    titles: dict[str, str]

    @property
    def towns(self) -> list[str]:
        return [code for code in self.titles if code.startswith("GM")]


FRYSLAN = Province(
    "PV21", "RE01", "LD01",
    {"GM0080": "Leeuwarden", "GM0737": "Tytsjerksteradiel", "PV21": "Fryslân (PV)", "RE01": "Noord-Nederland (RE)",
     "LD01": "Noord-Nederland (LD)", "NL01": "Nederland"},
)  # fmt: skip
ZEELAND = Province(
    "PV29", "RE08", "LD03",
    {"GM0664": "Goes", "GM0687": "Middelburg (Z.)", "PV29": "Zeeland (PV)", "RE08": "Zeeland - West-Brabant (RE)",
     "LD03": "West-Nederland (LD)", "NL01": "Nederland"},
)  # fmt: skip


@pytest.fixture(scope="module", params=[FRYSLAN, ZEELAND], ids=["fryslan", "zeeland"])
def province(request) -> Province:
    return request.param


@pytest.fixture(scope="module")
def built(province, new_warehouse, tmp_path_factory) -> Iterator[Settings]:
    """A region made by name, its plan as rows, figures and a file; built, judged and published."""
    folder = make(province.towns, "Proefstreek", tmp_path_factory.mktemp("regio") / "proefstreek")
    add_plan(folder, area="SGPROEFS")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SETTING, str(folder))
        load_registers.cache_clear()
        made = new_warehouse()
        settings = replace(made, environ=made.environ | {SETTING: str(folder), "VB_DROP_RUST": "0"})
        deliver(settings, province)
        put(settings, f"{province.towns[0]}/meldpunt_ondermijning_2024.csv", reports(province))
        assert [o.uitkomst for o in load(settings)["verwerk"]] == ["gedaan"]
        transform(settings, "basis")
        calculate(settings)
        for outcome in build(settings, MARTS).values():
            assert isinstance(outcome, TransformReport), outcome
        for judged in marts.judge_step(settings, ["kern", *MARTS], report=lambda line: None):
            marts.demand(judged)
            publish(settings, judged.onderwerp)
        yield settings
    load_registers.cache_clear()


def deliver(settings: Settings, province: Province) -> None:
    periods, whole = [p for p in months(2019, 2025) if p <= "2025MM03"], years(2019, 2024)
    soorten = {"0.0.0": "Totaal misdrijven", "1.1.1": "1.1.1 Diefstal/inbraak woning"}
    size = {"NL01": 100, province.part: 10, province.code: 10, province.unit: 10}
    cells, people, reasons = {}, {}, {}
    for region in province.titles:
        for period in periods + whole:
            monthly = size.get(region, 1) * (BEFORE if period < "2023" else SINCE)
            for soort in soorten:
                cells[soort, region, period] = (monthly * (12 if period.endswith("JJ00") else 1), 0, 0)
        if not region.startswith("RE"):
            for year in range(2019, 2026):
                for measure in ("M000352", "M000365"):
                    key = (measure, "T001019", "T001038", "10000", region, f"{year}JJ00")
                    people[key], reasons[key] = (10_000.0 * size.get(region, 1),), "None"
    regions = {"RegioS": province.titles}
    held = {r: f"{n}||GM{province.code}" if r.startswith("GM") else n for r, n in province.titles.items()}
    years_known = {"Perioden": {p: p for p in years(2019, 2025)}}
    with connect(settings, "lader") as connection:
        codes = {"SoortMisdrijf": soorten, "Perioden": {p: p for p in sorted(periods + whole)}}
        Delivery("politie_misdrijven_gemeente", cells, codes | regions).write(connection)
        known = {r: t for r, t in held.items() if not r.startswith("RE")}
        ages = {"Leeftijd": {"10000": "Totaal"}, "Measure": MEASURES, "RegioS": known}
        Delivery("cbs_bevolking", people, years_known | ages, reasons=reasons).write(connection)


def reports(province: Province) -> bytes:
    """Twelve reports a month of the first municipality, by its own name."""
    name = province.titles[province.towns[0]].split(" (")[0]
    lines = ["zaaknummer;gemeente;datum_ontvangst;kanaal;thema;datum_eerste_actie;toelichting"]
    lines += [
        f"Z-{month:02}-{n:02};{name};2024-{month:02}-{n + 10};meldpunt;drugs;2024-{month:02}-{n + 12};"
        for month in range(1, 13)
        for n in range(12)
    ]
    return "\r\n".join(lines).encode()


def add_plan(folder: Path, *, area: str) -> None:
    """One plan with one goal: fewer burglaries than in 2022, for the partnership and each municipality."""
    years_ = {"van": "2023-01-01", "tot": "2026-12-31"}
    theme = {"planthema": "Wonen", "thema": "leefomgeving", "veiligheidsthema": "Objectieve veiligheid"}
    rows = {
        "plan": {"plan_code": PLAN, "item_letter": "P", "naam": "Proefplan", "korte_naam": "Proefplan",
                 "gebied_code": area, "looptijd_grond": "plan", "status": "lopend", **years_},
        "plan_thema": {"plan_code": PLAN, "soort": "prioriteit", "volgorde": "1", **theme, **years_},
        "planitem": {"planitem_id": "P01", "plan_code": PLAN, **theme, "soort": "doel", "naam": "Minder inbraken",
                     "omschrijving": "Minder woninginbraken dan in 2022.", "hoe_gemeten": "doel",
                     "meetbaarheid": "geheel", "doelgroep_jeugd": "false"},
        "planitem_indicator": {"planitem_id": "P01", "indicator_code": "MIS-1.1.1", "rol": "meet"},
        "doel": {"doel_code": "PRF-INBRAAK", "planitem_id": "P01", "plan_code": PLAN, "thema": "leefomgeving",
                 "naam": "Minder woninginbraken", "indicator_code": "MIS-1.1.1", "maat": "aantal", "gebied_code": area,
                 "per": "gemeente", "regel": "richting", "richting": "daling", "nulmeting": "jaar",
                 "nulmeting_jaar": "2022", "nulmeting_grond": "plan", "horizon": "2026-12-31", "toets": "telling",
                 "doelgroep_jeugd": "false", "geldig_van": "2023-01-01"},
        "programma": {"programma_code": "proefaanpak", "naam": "Proefaanpak", "schrijfwijzen": "de proef",
                      "overal": "false"},
    }  # fmt: skip
    for seed, row in rows.items():
        path = folder / "plannen" / f"{seed}.csv"
        with path.open(encoding="utf-8", newline="") as stream:
            columns = next(csv.reader(stream))
        with path.open("a", encoding="utf-8", newline="") as stream:
            csv.DictWriter(stream, columns, lineterminator="\n").writerow(row)


def test_its_own_municipalities_get_detail_and_no_others(built, province):
    assert detail_gemeenten(built) == sorted(province.towns)
    other = replace(built, environ=built.environ | {"VB_DETAIL_GEMEENTEN": "GM0988"})
    with pytest.raises(ConfigurationError, match="Not gemeenten of the region Proefstreek: GM0988"):
        detail_gemeenten(other)


def test_its_register_file_is_in_raw(built, province):
    query = "select gemeente, count(*) from raw.meldpunt_ondermijning where levering_tot is null group by 1"
    assert ask(built, query) == [(province.towns[0], 144)]


def test_its_plan_is_measured_and_no_other(built, province):
    rows = ask(built, "select plan_code, regio_code, status, waarde from mart_ivp.doelen", role="analist")
    assert {plan for plan, *_ in rows} == {PLAN}
    found = {region: (status, value) for _, region, status, value in rows}
    assert found.keys() == {"SGPROEFS", *province.towns}
    # Twelve months of ten where there were twenty; two municipalities together.
    assert found[province.towns[0]] == ("gehaald", 120) or found[province.towns[0]][1] == 120
    assert found["SGPROEFS"][1] == 240


def test_its_programmes_are_its_own_and_those_of_everywhere(built):
    """What the example's plans call a programme is no value of its action plan and no indicator here."""
    known = load_registers()["actieplan"].kolom("programma").waarden
    assert known["proefaanpak"] == ["Proefaanpak", "de proef"] and "click_en_tik" in known
    of_plans = {"kijk_niet_weg", "veiligheidsvisie_chemelot", "ermwic", "regio_deal", "taskforce_cybercrime"}
    assert not of_plans & known.keys()
    shown = ask(built, "select indicator_code from kern.indicator where indicator_code like 'MIJL-%'", role="analist")
    assert shown == [("MIJL-UITVOERINGSPLAN",)]
    assert (
        ask(built, "select naam from kern.indicator where naam ~* 'chemelot|stein|kijk niet weg'", role="analist") == []
    )


def test_every_goal_is_of_a_region_that_is_there(built):
    query = (
        "select count(*) from mart_ivp.doelen as d left join kern.regio as r using (regio_code) where r.naam is null"
    )
    assert ask(built, query, role="analist") == [(0,)]


def test_the_whole_country_is_in_kern(built, province):
    query = """
        select count(*) filter (where geldig_tot is null), count(distinct veiligheidsregio_code)
        from kern.regio where niveau = 'gemeente' and not restcategorie
    """
    assert ask(built, query, role="analist") == [(342, 25)]
    query = (
        f"select niveau, count(*) from kern.regio where werkgebied and provincie_code = '{province.code}' group by 1"
    )
    assert dict(ask(built, query, role="analist"))["gemeente"] >= len(province.towns)


def test_no_word_of_the_example_stands_in_any_published_table(built):
    """But for the list of the country's regions itself, which names every municipality and province there is."""
    words = re.compile(r"\b(" + "|".join(map(re.escape, sorted(words_of_the_example()))) + r")\b")
    views = ask(
        built,
        "select table_schema || '.' || table_name from information_schema.views"
        " where table_schema like 'mart%' or table_schema = 'kern'",
        role="analist",
    )
    assert len(views) > 20
    found = {}
    for (view,) in views:
        if view in ("kern.regio", "kern.gebied_gemeente"):
            continue
        for (text,) in ask(built, f"select t::text from {view} as t", role="analist"):
            if hit := words.search(text):
                found[view] = (hit[0], text[:200])
                break
    assert found == {}
