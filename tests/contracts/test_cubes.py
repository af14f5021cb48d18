"""What a table measures, as its contract may say it: what does not fit together is refused, and told."""

from __future__ import annotations

import csv
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from veiligheidsbeeld.contracts.cube import CUBES, load_cubes
from veiligheidsbeeld.contracts.indicator import AGE_GROUPS
from veiligheidsbeeld.errors import ConfigurationError

SUSPECTS = "cbs_verdachten"


def given() -> dict[str, Any]:
    return deepcopy(yaml.safe_load((CUBES / f"{SUSPECTS}.yml").read_text(encoding="utf-8")))


def broken(change: str) -> dict[str, Any]:
    contract = given()
    series, indicators = contract["reeksen"], contract["indicatoren"]
    match change:
        case "maat onbekend":
            series[0]["maat"] = "alle_verdachten"
        case "verhouding onbekend":
            series[0]["relatief"] = "totaal_per_1000"
        case "verhouding is een aantal":
            series[0]["relatief"] = "drugs"
        case "deel van onbekend":
            contract["maten"][1]["binnen"] = "geheel"
        case "soort onbekend":
            indicators[0]["soort"] = "MILIEU"
        case "soort dubbel":
            series.append(dict(series[0]))
        case "eenheid die geen cijfer is":
            contract["maten"][0]["eenheid"] = "verdachten"
        case "leeftijdsgroep onbekend":
            indicators[0]["leeftijdsgroep"] = "12-99"
        case "maanden":
            contract["periodes"] = ["MM", "JJ"]
        case "geen regio":
            contract["sleutels"] = [key for key in contract["sleutels"] if key.get("rol") != "regio"]
        case "titel zonder sleutel":
            series[0]["titel"] = "Totaal"
        case "geen definitie":
            del contract["elke_indicator"]["definitie"]
        case _:
            raise AssertionError(change)
    return contract


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("maat onbekend", "reeksen.TOT.maat: alle_verdachten"),
        ("verhouding onbekend", "reeksen.TOT.relatief: totaal_per_1000"),
        ("verhouding is een aantal", "drugs is no rate"),
        ("deel van onbekend", "maten.vermogen.binnen: geheel"),
        ("soort onbekend", "VERD-TOT"),
        ("soort dubbel", "reeksen named twice: ['TOT']"),
        ("eenheid die geen cijfer is", "must be one of aantal"),
        ("leeftijdsgroep onbekend", "indicatoren.0.leeftijdsgroep: '12-99' is not an age group"),
        ("maanden", "figures of regions per year"),
        ("geen regio", "figures of regions per year"),
        ("titel zonder sleutel", "`titel` belongs to a key with rol: maat"),
        ("geen definitie", "indicatoren.1.definitie: Field required"),
    ],
)
def test_what_does_not_fit_together_is_refused(tmp_path: Path, change: str, told: str) -> None:
    (tmp_path / f"{SUSPECTS}.yml").write_text(yaml.safe_dump(broken(change)), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"^Contract cbs_verdachten\.yml is not valid") as refused:
        load_cubes(tmp_path)
    assert told in str(refused.value)


def test_an_indicator_says_only_what_is_its_own() -> None:
    found = {i.code: i for i in load_cubes()[SUSPECTS].indicatoren}
    drugs, all_ages = found["VERD-DRUGS-18-22"], found["VERD-TOT"]
    assert (drugs.themas, drugs.veiligheidsthema) == (["jeugd", "ondermijning"], "Jeugd, alcohol en drugs")
    assert (all_ages.themas, all_ages.veiligheidsthema) == (["jeugd"], "Objectieve veiligheid")
    assert drugs.doelgroep_jeugd and not all_ages.doelgroep_jeugd
    assert drugs.toelichting == all_ages.toelichting and "niet schuldig verklaard" in drugs.toelichting
    assert "van die leeftijd" in drugs.definitie and "van 12 jaar en ouder" in all_ages.definitie


def test_codes_of_indicators_are_one_list() -> None:
    codes = [i.code for cube in load_cubes().values() for i in cube.indicatoren]
    codes += [f"{cube.voorvoegsel}-{kind.soort}" for cube in load_cubes().values() for kind in cube.soorten]
    assert {"MIS-1.1.1", "OVL-E33", "VERD-TOT"} < set(codes)
    with (AGE_GROUPS.parent / "registers" / "register_indicator.csv").open(encoding="utf-8") as file:
        codes += [row["indicator_code"] for row in csv.DictReader(file)]
    assert len(codes) == len(set(codes))


def test_a_break_that_a_contract_tells_of_is_one_that_figures_keep_to() -> None:
    """Words beside a figure keep nobody from comparing the years on both sides: the list of breaks does."""
    with (AGE_GROUPS.parent / "breuk.csv").open(encoding="utf-8") as file:
        breaks = [row for row in csv.DictReader(file) if row["ernst"] == "reeksbreuk"]
    told = {
        (cube.familie, shown.soort)
        for cube in load_cubes().values()
        for shown in (*cube.indicatoren, *cube.soorten)
        if re.search(r"\bbreuk\b|niet vergelijkbaar|niet \w+ \w+ te vergelijken", shown.toelichting)
    }
    assert {("misdrijven", "1.6.3"), ("jeugdreclassering", "TOT")} <= told
    kept = {(row["familie"], soort) for row in breaks for soort in row["soorten"].split(",")}
    assert [at for at in sorted(told) if at not in kept and (at[0], "*") not in kept] == []
