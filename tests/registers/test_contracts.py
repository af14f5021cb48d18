"""Contracts of registers: what each must say, what is refused, and that their SQL runs over their columns."""

from __future__ import annotations

import csv
import re
from collections import Counter
from copy import deepcopy
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from psycopg import sql

from veiligheidsbeeld.contracts.cube import load_cubes
from veiligheidsbeeld.contracts.expressions import expressions
from veiligheidsbeeld.contracts.families import places, whole
from veiligheidsbeeld.contracts.register import (
    REGISTERS,
    Indicator,
    Public,
    RegisterContract,
    get_register,
    load_registers,
)
from veiligheidsbeeld.contracts.survey import load_survey
from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.orchestration.names import datasets
from veiligheidsbeeld.region import active
from veiligheidsbeeld.settings import PROJECT, Settings

CONTRACTS = load_registers()
NAMES = list(CONTRACTS)

# Registers of persons, of secret information or of police data: the files themselves hold counts only.
COUNTS_ONLY = {
    "bibob",
    "boa",
    "crisismaatregelen",
    "halt",
    "huisverboden",
    "meld_misdaad_anoniem",
    "politie_extract",
    "riec",
    "zorg_en_veiligheidshuis",
}


def given(name: str) -> dict[str, Any]:
    return deepcopy(yaml.safe_load((REGISTERS / f"{name}.yml").read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", NAMES)
def test_says_why_it_may_come_in_and_how_long_it_stays(name: str) -> None:
    contract = CONTRACTS[name]
    assert contract.grondslag and contract.doel and contract.eigenaar.functie
    assert contract.dpia.status == ("vastgesteld" if contract.dpia.vereist else "niet_vereist")
    assert contract.bewaartermijn.landing_dagen <= 30 or contract.wettelijk_kader == "open" or name == "actieplan"
    assert contract.bewaartermijn.raw_dagen or contract.detail == "telling" or contract.min_cel == 1


def test_sensitive_registers_hold_counts_without_a_case() -> None:
    assert {n for n, c in load_registers(REGISTERS).items() if c.detail == "telling"} == COUNTS_ONLY
    for name in COUNTS_ONLY:
        contract = CONTRACTS[name]
        assert {k.type for k in contract.kolommen} <= {"gemeente", "datum", "code", "geheel", "getal", "janee"}
        assert contract.sleutel[:2] == ["gemeente", "periode"]


def test_free_text_stays_in_landing() -> None:
    loose = {
        (n, k.naam)
        for n, c in CONTRACTS.items()
        for k in c.kolommen
        if k.type in ("tekst", "code") and k.opnemen and not (k.patroon or k.waarden or k.waarden_uit)
    }
    assert not loose


def test_headings_and_values_mean_one_thing() -> None:
    for contract in CONTRACTS.values():
        assert _shared({k.naam: k.koppen for k in contract.kolommen}) == [], contract.naam
        for column in contract.kolommen:
            assert _shared(column.waarden) == [], (contract.naam, column.naam)


def _shared(meanings: dict[str, list[str]]) -> list[str]:
    """Words, without case and signs, that stand for more than one of the names."""
    words = Counter(w for name, other in meanings.items() for w in {_plain(name), *map(_plain, other)})
    return [word for word, count in words.items() if count > 1]


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold())


def test_indicator_codes_are_unique_over_all_registers() -> None:
    codes = Counter(i.code for c in CONTRACTS.values() for i in c.indicatoren)
    assert [code for code, n in codes.items() if n > 1] == []


def test_age_bands_exist() -> None:
    with (PROJECT / "dbt_project" / "seeds" / "leeftijdsgroep.csv").open(encoding="utf-8") as file:
        bands = {row["leeftijdsgroep"] for row in csv.DictReader(file)}
    assert {i.leeftijdsgroep for c in CONTRACTS.values() for i in c.indicatoren} <= bands


def test_organisations_are_those_of_the_seed() -> None:
    with (active().folder / "organisatie.csv").open(encoding="utf-8") as file:
        known = {row["organisatie_code"] for row in csv.DictReader(file)}
    for name in ("actieplan", "beleidsdocumenten"):
        assert set(CONTRACTS[name].kolom("organisatie").waarden) == known


def test_a_measure_per_value_is_a_measure_of_its_own() -> None:
    found = {i.code: i for i in CONTRACTS["integrale_controles"].indicatoren}
    assert found["CTRL-B-DRUGS"].waar == "'drugs' = any(bevinding)"
    assert found["CTRL-B-DRUGS"].naam == "Locaties met bevinding drugs"
    assert found["CTRL-B-DRUGS"].datum == "datum"
    corporation = {i.code: i for i in CONTRACTS["woningcorporatie"].indicatoren}
    assert corporation["COR-RUZ"].naam == "Corporatiemeldingen: burenruzie"
    assert corporation["COR-ONR"].themas == ["ondermijning", "leefomgeving"]
    amb = {i.code: i for i in CONTRACTS["actieplan"].indicatoren}["AMB-WEERBAARHEID"]
    assert amb.waar == "(soort = 'ambitie') and ambitie_thema = 'weerbaarheid'"


def test_a_measure_per_row_of_a_list_is_there_for_the_rows_that_ask_for_it() -> None:
    """Which those are is data of the region: here what stands in its files."""
    (folder,) = {path.parent for path in active().folder.rglob("programma.csv")}
    with (folder / "programma.csv").open(encoding="utf-8") as file:
        asking = {row["programma_code"]: row for row in csv.DictReader(file) if "mijlpalen" in row["maten"].split(";")}
    found = {i.code: i for i in CONTRACTS["actieplan"].of_region if i.code.startswith("MIJL-")}
    assert found.keys() == {f"MIJL-{code.replace('_', '').upper()}" for code in asking}
    assert found["MIJL-UITVOERINGSPLAN"].naam == "Mijlpalen gereed: Uitvoeringsplan"
    assert found["MIJL-UITVOERINGSPLAN"].waar == "(soort = 'mijlpaal') and programma = 'uitvoeringsplan'"
    assert found["MIJL-UITVOERINGSPLAN"].themas == ["ondermijning"], "that of the contract, where the row has none"
    themes = {f"MIJL-{code.replace('_', '').upper()}": row["thema"] or "ondermijning" for code, row in asking.items()}
    assert {code: measure.themas for code, measure in found.items()} == {c: [thema] for c, thema in themes.items()}


@pytest.mark.parametrize("name", NAMES)
def test_rules_and_measures_run_over_the_columns(warehouse: Settings, name: str) -> None:
    contract = CONTRACTS[name]
    columns = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(k.naam), sql.SQL(k.sql_type)) for k in contract.opgenomen
    )
    with psycopg.connect(**warehouse.conninfo("beheer")) as connection:
        connection.execute(sql.SQL("create temp table register ({})").format(columns))
        for rule in contract.regels:
            assert _type(connection, rule.voorwaarde) == "bool"
        for measure in contract.indicatoren:
            _measure_runs(connection, measure)
        connection.rollback()


def _measure_runs(connection: psycopg.Connection[Any], measure: Indicator) -> None:
    assert _type(connection, measure.datum) == "date", measure.code
    if measure.tot:
        assert _type(connection, measure.tot) == "date", measure.code
    if measure.waar:
        assert _type(connection, measure.waar) == "bool", measure.code
    for number in (measure.teller, measure.noemer):
        assert number is None or _type(connection, number) in ("int4", "int8", "float8", "numeric"), measure.code
    if measure.per:
        assert _type(connection, measure.per) == "text", measure.code
    if measure.per_row:
        assert _type(connection, expressions(measure)["code"]) == "text", measure.code


def _type(connection: psycopg.Connection[Any], expression: str) -> str:
    result = connection.execute(sql.SQL("select {} from register").format(sql.SQL(expression)))  # type: ignore[arg-type]
    assert result.description
    kind = connection.adapters.types.get(result.description[0].type_code)
    return kind.name if kind else "?"


def broken(change: str) -> dict[str, Any]:
    contract = given("bibob")
    measure = contract["indicatoren"][0]
    match change:
        case "grondslag" | "doel" | "dpia" | "bewaartermijn" | "eigenaar" | "wettelijk_kader" | "sleutel":
            del contract[change]
        case "geen rijen bij Bibob":
            contract["detail"] = "rij"
        case "dpia niet klaar":
            contract["dpia"] = {"vereist": True, "status": "in_behandeling"}
        case "onbekende kolom in sleutel":
            contract["sleutel"].append("zaaknummer")
        case "scope geen datum":
            contract["scope_datum"] = "aantal"
        case "kolom dubbel":
            contract["kolommen"].append(contract["kolommen"][0])
        case "onbekend thema":
            measure["themas"] = ["verkeer"]
        case "onbekend veiligheidsthema":
            measure["veiligheidsthema"] = "Drugs"
        case "indicator dubbel":
            contract["indicatoren"].append(dict(measure))
        case "aandeel zonder teller":
            measure.update(berekening="aandeel", teller=None)
        case "stand zonder per":
            measure.update(berekening="stand")
        case "noemer bij telling":
            measure.update(noemer="aantal")
        case "waarde onbekend":
            measure["voor_elke"] = {"aanleiding": ["kermis"]}
        case "lijst zonder plaats in de code":
            measure["voor_elke"] = {"aanleiding": "mijlpalen"}
        case "lijst van geen kolom van de regio":
            measure.update(code="BIBOB-{waarde}", voor_elke={"aanleiding": "mijlpalen"})
        case "lijst waar kleine aantallen verborgen worden":
            contract["kolommen"].append(
                {"naam": "programma", "type": "code", "waarden_uit": "programma", "omschrijving": "programma"}
            )
            contract["min_cel"] = 5
            measure.update(code="BIBOB-{waarde}", voor_elke={"programma": "mijlpalen"})
        case "indicatoren geen lijst van velden":
            contract["indicatoren"] = ["BIBOB-TOETS"]
        case "openbaar zonder grond":
            contract["openbaar"] = {"indicatoren": [measure["code"]], "grond": "mag wel"}
        case "openbaar geen telling":
            contract["openbaar"] = {"indicatoren": ["BIBOB-RAAR"], "grond": "Een besluit dat ieder kan lezen."}
        case "onbekend veld":
            contract["eigenaren"] = []
        case _:
            raise AssertionError(change)
    return contract


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("grondslag", "grondslag"),
        ("doel", "doel"),
        ("dpia", "dpia"),
        ("bewaartermijn", "bewaartermijn"),
        ("eigenaar", "eigenaar"),
        ("wettelijk_kader", "wettelijk_kader"),
        ("sleutel", "sleutel"),
        ("geen rijen bij Bibob", "counts only"),
        ("dpia niet klaar", "must be `vastgesteld`"),
        ("onbekende kolom in sleutel", "zaaknummer"),
        ("scope geen datum", "must be a date"),
        ("kolom dubbel", "columns named twice"),
        ("onbekend thema", "verkeer"),
        ("onbekend veiligheidsthema", "veiligheidsthema"),
        ("indicator dubbel", "BIBOB-TOETS"),
        ("aandeel zonder teller", "lacks its"),
        ("stand zonder per", "lacks its"),
        ("noemer bij telling", "no meaning"),
        ("waarde onbekend", "kermis"),
        ("lijst zonder plaats in de code", "belong together"),
        ("lijst van geen kolom van de regio", "aanleiding is no column with a list"),
        ("lijst waar kleine aantallen verborgen worden", "needs `min_cel: 1`"),
        ("indicatoren geen lijst van velden", "indicatoren"),
        ("onbekend veld", "eigenaren"),
        ("openbaar zonder grond", "openbaar"),
        ("openbaar geen telling", "BIBOB-RAAR"),
    ],
)
def test_a_broken_contract_is_refused_by_name(tmp_path: Path, change: str, named: str) -> None:
    (tmp_path / "bibob.yml").write_text(yaml.safe_dump(broken(change)), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"bibob\.yml") as refused:
        load_registers(tmp_path)
    assert named in str(refused.value)


def test_two_registers_may_not_share_an_indicator(tmp_path: Path) -> None:
    for name in ("bibob", "riec"):
        contract = given(name)
        contract["indicatoren"] = [{**given(name)["indicatoren"][0], "code": "ZELFDE-CODE"}]
        (tmp_path / f"{name}.yml").write_text(yaml.safe_dump(contract), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="ZELFDE-CODE of bibob"):
        load_registers(tmp_path)


def test_a_part_is_not_public_without_its_total() -> None:
    contract = get_register("sluitingen")
    some = Public(indicatoren=["SLUIT-TOT"], grond="Een besluit dat ieder kan lezen.")
    with pytest.raises(ConfigurationError, match="SLUIT-MAATREGEL"):
        places(contract.model_copy(update={"openbaar": some}))


def test_parts_that_look_at_the_same_columns_belong_together() -> None:
    """Types of a report add up to all of them; by which way it came says nothing of its type."""
    contract = get_register("meldpunt_ondermijning")
    found = {i.code: p.division for i, p in zip(contract.indicatoren, places(contract), strict=True)}
    assert found["MELD-TOT"] is None
    assert found["MELD-WAPENS"] == found["MELD-OMG"] == "MELD-DRUGS"
    assert found["MELD-VIA-MMA"] == found["MELD-VIA-POLITIE"] != "MELD-DRUGS"
    # What is also about the way it came ties the two together.
    both = next(i for i in contract.indicatoren if i.code == "MELD-BUITENGEBIED")
    both = both.model_copy(update={"waar": "thema = 'drugs' and kanaal = 'mma'"})
    others = [i for i in contract.indicatoren if i.code != both.code]
    tied = contract.model_copy(update={"indicatoren": [*others, both]})
    found = {i.code: p.division for i, p in zip(tied.indicatoren, places(tied), strict=True)}
    assert found["MELD-VIA-MMA"] == found["MELD-WAPENS"] == found["MELD-BUITENGEBIED"] != found["MELD-DOOR-PARTNER"]


def test_a_column_says_of_which_it_counts_a_part() -> None:
    contract = get_register("huisverboden")
    found = {i.code: whole(contract, i) for i in contract.indicatoren}
    assert found == {"WTH-TOT": None, "WTH-HULP": None} | dict.fromkeys(
        ("WTH-VERLENGD", "WTH-MINDERJARIG", "WTH-OVERTREDEN"), "WTH-TOT"
    )
    with pytest.raises(ValueError, match="deel_van"):
        changed = given("huisverboden")
        changed["kolommen"][3]["deel_van"] = "niets"
        RegisterContract.model_validate(changed)


def test_file_name_and_name_agree(tmp_path: Path) -> None:
    (tmp_path / "andere.yml").write_text(yaml.safe_dump(given("riec")), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="must be the name of the file"):
        load_registers(tmp_path)


def test_names_of_files_are_the_datasets() -> None:
    """The DAG that publishes knows its datasets without reading their contracts."""
    assert datasets() == [*load_cubes(), *CONTRACTS, load_survey().naam]


def test_contract_in_python_is_as_in_the_file() -> None:
    assert RegisterContract.model_validate(given("riec")) == CONTRACTS["riec"]
