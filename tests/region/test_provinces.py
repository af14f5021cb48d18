"""Two other regions from nothing: a folder, a plan as rows, figures, register files; and no word of the example.

One lies in one province; the other in two provinces and two police units, with a municipality made of three in 2023,
and asks for the municipalities of the whole country.
"""

from __future__ import annotations

import csv
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
import yaml

from tests.dbt.raw import Delivery, months, years
from tests.region.test_folder import words_of_the_example
from tests.registers.files import ask, load, put
from veiligheidsbeeld import catalogue, digest
from veiligheidsbeeld.contracts.register import load_registers
from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.extract.plan import detail_gemeenten
from veiligheidsbeeld.goals.calculate import calculate
from veiligheidsbeeld.pages import write as write_pages
from veiligheidsbeeld.publish import publish
from veiligheidsbeeld.reader import choice
from veiligheidsbeeld.region import SETTING, active, municipalities
from veiligheidsbeeld.region.make import make
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.steps import marts
from veiligheidsbeeld.steps.retention import carry_out
from veiligheidsbeeld.transform import TransformReport, build, transform
from veiligheidsbeeld.warehouse import connect

pytestmark = pytest.mark.timeout(900)

PLAN = "PRF"
MARTS = ("leefomgeving", "ondermijning", "ivp")
MEASURES = {"M000352": "Bevolking op 1 januari", "M000365": "Gemiddelde bevolking"}
# Burglaries a month in every municipality, before 2023 and since: half of what they were.
BEFORE, SINCE = 20, 10


MERGED_ON = 2023
# The measure of the contract that one of the two brings.
OWN = "indicator_code = 'IJS-TOT'"
KEY_FIGURES = Path(choice.__file__).with_name(choice.FILE)


@dataclass(frozen=True)
class Area:
    """A region as its sources title it: its municipalities with their province, and those that one of them was made of
    on 1 January 2023, with their inhabitants."""

    titles: dict[str, str]
    towns: dict[str, str]
    before: dict[str, int]
    peer: str = ""
    # Whether the region brings a contract of its own.
    own: bool = False

    def inhabitants(self, region: str, year: int) -> int | None:
        """Ten thousand per municipality, also of those before it together; none where it was not there."""
        if region in self.before:
            return self.before[region] if year < MERGED_ON else None
        if self.before and region == [*self.towns][-1] and year < MERGED_ON:
            return None
        return 10_000 * SIZE.get(region[:2], 1)


SIZE = {"NL": 100, "LD": 10, "PV": 10, "RE": 10}
FRYSLAN = Area(
    {"GM0080": "Leeuwarden", "GM0737": "Tytsjerksteradiel", "PV21": "Fryslân (PV)", "RE01": "Noord-Nederland (RE)",
     "LD01": "Noord-Nederland (LD)", "NL01": "Nederland"},
    {"GM0080": "PV21", "GM0737": "PV21"}, {}, own=True,
)  # fmt: skip
DELTA = Area(
    {"GM1676": "Schouwen-Duiveland", "GM1992": "Voorne aan Zee", "GM0344": "Utrecht (gemeente)",
     "PV28": "Zuid-Holland (PV)", "PV29": "Zeeland (PV)", "RE07": "Rotterdam (RE)",
     "RE08": "Zeeland - West-Brabant (RE)", "LD03": "West-Nederland (LD)", "NL01": "Nederland"},
    {"GM1676": "PV29", "GM1992": "PV28"}, {"GM0501": 4_000, "GM0530": 3_500, "GM0614": 2_500},
    peer="GM0344",
)  # fmt: skip


@pytest.fixture(scope="module", params=[FRYSLAN, DELTA], ids=["fryslan", "delta"])
def province(request) -> Area:
    return request.param


@pytest.fixture(scope="module")
def built(province, new_warehouse_to_build, tmp_path_factory) -> Iterator[Settings]:
    """A region made by name, its plan as rows, figures and a file; built, judged and published."""
    folder = make([*province.towns], "Proefstreek", tmp_path_factory.mktemp("regio") / "proefstreek")
    add_plan(folder, area="SGPROEFS")
    if province.own:
        shutil.copy(Path(__file__).with_name("ijsmeldingen.yml"), folder / "contracts" / "registers")
        figures = yaml.safe_load(KEY_FIGURES.read_text("utf-8"))
        figures["themas"]["leefomgeving"].insert(0, "IJS-TOT")
        (folder / "kerncijfers.yml").write_text(yaml.safe_dump(figures), "utf-8")
    if province.peer:
        head = (folder / "regio.yml").read_text("utf-8")
        (folder / "regio.yml").write_text(head.replace("gemeenten: regio", "gemeenten: land"), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SETTING, str(folder))
        made = new_warehouse_to_build()
        settings = replace(made, environ=made.environ | {SETTING: str(folder), "VB_DROP_RUST": "0"})
        deliver(settings, province)
        first, last = province.towns
        put(settings, f"{first}/meldpunt_ondermijning_2024.csv", reports(province))
        put(settings, f"{last}/actieplan_2024.csv", milestones(province))
        for town, reported in ((first, 12), (last, 2)):
            put(settings, f"{town}/ijsmeldingen_2024.csv", thin_ice(town, reported))
        assert [o.uitkomst for o in load(settings)["verwerk"]] == ["gedaan"] * (4 if province.own else 2)
        transform(settings, "basis")
        calculate(settings)
        for outcome in build(settings, MARTS).values():
            assert isinstance(outcome, TransformReport), outcome
        for judged in marts.judge_step(settings, ["kern", *MARTS], report=lambda line: None):
            marts.demand(judged)
            publish(settings, judged.onderwerp)
        yield settings


def deliver(settings: Settings, province: Area) -> None:
    periods, whole = [p for p in months(2019, 2025) if p <= "2025MM03"], years(2019, 2024)
    soorten = {"0.0.0": "Totaal misdrijven", "1.1.1": "1.1.1 Diefstal/inbraak woning"}
    cells, people, reasons = {}, {}, {}
    for region in province.titles:
        for period in periods + whole:
            monthly = SIZE.get(region[:2], 1) * (BEFORE if period < "2023" else SINCE)
            for soort in soorten:
                cells[soort, region, period] = (monthly * (12 if period.endswith("JJ00") else 1), 0, 0)
    held = {r: t for r, t in province.titles.items() if not r.startswith("RE")} | {
        r: f"{province.titles[r]}||GM{of}" for r, of in province.towns.items()
    }
    for code, inhabitants in province.before.items():
        known = municipalities()[code]
        held[code] = f"{known.own_name}|{ended(province, inhabitants)}|GM{known.provincie}"
    for region in held:
        for year in range(2019, 2026):
            for measure in MEASURES:
                key = (measure, "T001019", "T001038", "10000", region, f"{year}JJ00")
                lived = province.inhabitants(region, year)
                people[key], reasons[key] = (lived,), "None" if lived else "Impossible"
    regions = {"RegioS": province.titles}
    years_known = {"Perioden": {p: p for p in years(2019, 2025)}}
    with connect(settings, "lader") as connection:
        codes = {"SoortMisdrijf": soorten, "Perioden": {p: p for p in sorted(periods + whole)}}
        Delivery("politie_misdrijven_gemeente", cells, codes | regions).write(connection)
        ages = {"Leeftijd": {"10000": "Totaal"}, "Measure": MEASURES, "RegioS": held}
        Delivery("cbs_bevolking", people, years_known | ages, reasons=reasons).write(connection)


def ended(province: Area, inhabitants: int) -> str:
    """As the statistics office writes what a municipality went over into."""
    code, name = [*province.towns][-1], province.titles[[*province.towns][-1]]
    says = f"Opgeheven per 01-01-{MERGED_ON}, overgegaan naar:\n- {name} ({code}),\n"
    return f"{says}... 10 hectare met {inhabitants // 2} woningen en {inhabitants} inwoners"


def milestones(province: Area) -> bytes:
    """Two milestones of the region's own programme, one of them reached, and one of what every region may have."""
    town = [*province.towns][-1]
    lines = ["actie_id;gemeente;prioriteit;soort;programma;datum_start;datum_eind;status"]
    lines += [
        f"A1;{town};leefomgeving;mijlpaal;de proef;2024-01-10;2024-02-01;gereed",
        f"A2;{town};leefomgeving;mijlpaal;Proefaanpak;2024-01-10;2024-03-01;loopt",
        f"A3;{town};ondermijning;mijlpaal;uitvoeringsplan;2024-01-10;2024-03-01;gereed",
    ]
    return "\r\n".join(lines).encode()


def reports(province: Area) -> bytes:
    """Twelve reports a month of the first municipality, by its own name."""
    name = province.titles[next(iter(province.towns))].split(" (")[0]
    lines = ["zaaknummer;gemeente;datum_ontvangst;kanaal;thema;datum_eerste_actie;toelichting"]
    lines += [
        f"Z-{month:02}-{n:02};{name};2024-{month:02}-{n + 10};meldpunt;drugs;2024-{month:02}-{n + 12};"
        for month in range(1, 13)
        for n in range(12)
    ]
    return "\r\n".join(lines).encode()


def thin_ice(town: str, reported: int) -> bytes:
    """So many reports in January, for the register that one of the two regions brings itself."""
    lines = [f"IJS-{n:02};{town};{n:02}-01-2024;gat" for n in range(1, reported + 1)]
    return "\r\n".join(["Meldnummer;Gemeente;Dag van de melding;Aard", *lines]).encode()


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
                      "overal": "false", "maten": "mijlpalen", "thema": "leefomgeving",
                      "veiligheidsthema": "Sociale kwaliteit"},
    }  # fmt: skip
    for seed, row in rows.items():
        path = folder / "plannen" / f"{seed}.csv"
        with path.open(encoding="utf-8", newline="") as stream:
            columns = next(csv.reader(stream))
        with path.open("a", encoding="utf-8", newline="") as stream:
            csv.DictWriter(stream, columns, lineterminator="\n").writerow(row)


def test_its_own_municipalities_get_detail_and_no_others(built, province):
    assert detail_gemeenten(built) == sorted(province.towns)
    elsewhere = active({}).head.detail[0]
    other = replace(built, environ=built.environ | {"VB_DETAIL_GEMEENTEN": elsewhere})
    with pytest.raises(ConfigurationError, match=f"Not gemeenten of the region Proefstreek: {elsewhere}"):
        detail_gemeenten(other)


def test_its_register_file_is_in_raw(built, province):
    query = "select gemeente, count(*) from raw.meldpunt_ondermijning where levering_tot is null group by 1"
    assert ask(built, query) == [(next(iter(province.towns)), 144)]


def test_its_own_register_is_one_as_all_are_and_the_other_region_does_not_know_it(built, province):
    """From the file to the mart: the name of a file, history, descriptions, figures that are hidden or shown."""
    first, last = province.towns
    refused = ask(built, "select dataset, regel from quarantaine.levering")
    known = ask(built, f"select naam, definitie, eigenaar from kern.indicator where {OWN}", role="analist")
    if not province.own:
        assert refused == [("onbekend", "register onbekend")] * 2
        assert known == [] and "ijsmeldingen" not in load_registers()
        assert ask(built, "select to_regclass('raw.ijsmeldingen')") == [(None,)]
        return
    assert refused == []
    held = dict(ask(built, "select gemeente, count(*) from raw.ijsmeldingen group by 1"))
    assert held == {first: 12, last: 2}
    ((name, definition, owner),) = known
    assert (name, owner) == ("Meldingen van zwak ijs", "ijscoordinator (gemeente)")
    assert definition.endswith("Register: Meldingen van zwak ijs (een melding).")
    texts = ask(
        built,
        "select col_description(attrelid, attnum), obj_description(attrelid, 'pg_class') from pg_attribute"
        " where attrelid = 'raw.ijsmeldingen'::regclass and attname = 'aard'",
    )
    assert texts[0][0] == "wat er met het ijs is" and texts[0][1].startswith("Meldingen van zwak ijs.")
    shown = (
        "select regio_code, waarde, status_waarde, ondergrens, bovengrens from mart_leefomgeving.indicatorwaarden"
        f" where {OWN} and maat = 'aantal'"
    )
    found = {row[0]: row[1:] for row in ask(built, f"{shown} and periode_code = '2024JJ00'", role="analist")}
    assert found[first][:2] == (12, "gepubliceerd")
    assert found[last][:2] == (None, "verborgen"), "two, and five is the least that is shown"
    # Twelve, and what a year can be of which no quarter is shown: 1 to 5 (docs/decisions/0034). Not fourteen.
    assert found["SGPROEFS"] == (15, "gepubliceerd", 13, 17)
    assert not [row for row in ask(built, shown, role="analist") if row[1] and 0 < row[1] < 5]


def test_its_own_register_is_on_its_pages_in_its_catalogue_and_past_its_term_as_any(built, province):
    first, *_ = province.towns
    index = write_pages(built)
    page = (index.parent / "regio" / f"{first}.html").read_text("utf-8")
    assert ("Meldingen van zwak ijs" in page) is province.own
    catalogue.write(built)
    folder = catalogue.folder(built)
    assert (folder / "odcs" / "ijsmeldingen.odcs.yaml").exists() is province.own
    assert ("Meldingen van zwak ijs" in (folder / "verwerkingsregister.html").read_text("utf-8")) is province.own
    gone = carry_out(built, today=date(2035, 1, 1), dry_run=True)
    assert ("ijsmeldingen" in {part.dataset for part in gone if part.wat == "rijen"}) is province.own


def test_its_plan_is_measured_and_no_other(built, province):
    rows = ask(built, "select plan_code, regio_code, status, waarde from mart_ivp.doelen", role="analist")
    assert {plan for plan, *_ in rows} == {PLAN}
    found = {region: (status, value) for _, region, status, value in rows}
    assert found.keys() == {"SGPROEFS", *province.towns}
    # Twelve months of ten where there were twenty; two municipalities together.
    assert {found[town][1] for town in province.towns} == {120}
    assert found["SGPROEFS"][1] == 240


def test_a_rate_of_before_a_merger_is_that_of_the_municipalities_together(built, province):
    """Twelve months of twenty burglaries on ten thousand inhabitants, whoever they were inhabitants of."""
    query = (
        "select regio_code, waarde from mart_leefomgeving.indicatorwaarden where indicator_code = 'MIS-1.1.1'"
        " and maat = 'per_1000' and periode_code = '2022JJ00' and (regio_code like 'GM%' or regio_code like 'SG%')"
    )
    found = dict(ask(built, query, role="analist"))
    assert {code: round(value, 3) for code, value in found.items() if value is not None} == dict.fromkeys(
        ["SGPROEFS", *province.towns, *([province.peer] if province.peer else [])], 24.0
    )


def test_its_programmes_are_its_own_and_those_of_everywhere(built):
    """What the example's plans call a programme is no value of its action plan and no indicator here."""
    known = load_registers()["actieplan"].kolom("programma").waarden
    assert known["proefaanpak"] == ["Proefaanpak", "de proef"] and "click_en_tik" in known
    query = "select naam from kern.indicator where indicator_code = 'MIJL-PROEFAANPAK'"
    assert ask(built, query, role="analist") == [("Mijlpalen gereed: Proefaanpak",)]
    of_plans = [row for row in active({}).rows("programma") if row["overal"] == "false"]
    assert len(of_plans) > 3 and not {row["programma_code"] for row in of_plans} & known.keys()
    shown = ask(built, "select indicator_code from kern.indicator where indicator_code like 'MIJL-%'", role="analist")
    assert sorted(shown) == [("MIJL-PROEFAANPAK",), ("MIJL-UITVOERINGSPLAN",)]
    names = " ".join(name for (name,) in ask(built, "select naam from kern.indicator", role="analist"))
    assert not [row["naam"] for row in of_plans if row["naam"].lower() in names.lower()]


def test_milestones_of_its_programme_are_measured_in_the_theme_that_its_list_says(built, province):
    """One of two reached is half; what every region may have is in the theme of the action plan."""
    query = (
        "select indicator_code, waarde from {}.indicatorwaarden where indicator_code like 'MIJL-%'"
        f" and regio_code = '{[*province.towns][-1]}' and periode_code = '2024JJ00'"
    )
    assert ask(built, query.format("mart_leefomgeving"), role="analist") == [("MIJL-PROEFAANPAK", 50)]
    assert ask(built, query.format("mart_ondermijning"), role="analist") == [("MIJL-UITVOERINGSPLAN", 100)]


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
    query = "select regio_code, provincie_code from kern.regio where werkgebied and niveau = 'gemeente'"
    assert province.towns.items() <= dict(ask(built, query, role="analist")).items()


@pytest.fixture(scope="module")
def words() -> re.Pattern[str]:
    """By which a page or a table would show that it was made for the example."""
    return re.compile(r"\b(" + "|".join(map(re.escape, sorted(words_of_the_example()))) + r")\b")


def test_no_word_of_the_example_stands_in_any_published_table(built, words):
    """But for the list of the country's regions itself, which names every municipality and province there is."""
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


def test_no_word_of_the_example_stands_on_a_page_or_is_told_to_a_sender_a_plan_or_an_owner(built, province, words):
    index = write_pages(built)
    made = {path.stem for path in (index.parent / "regio").glob("*.html")}
    assert {"SGPROEFS", *province.towns} <= made
    answers = [path for path in (built.home / "terugmelding").rglob("*") if path.is_file()]
    assert {path.parent.name for path in answers} == {*province.towns}
    told = digest.tell(built)
    assert {path.name.partition("_")[0] for path in told} == {"plan", "eigenaar"}
    files = [*index.parent.rglob("*.html"), *answers, *told]
    texts = {path: path.read_text("utf-8", errors="replace") for path in files}
    found = {path.name: hit[0] for path, text in texts.items() if (hit := words.search(text))}
    assert found == {}
