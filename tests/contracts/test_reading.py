"""Contracts of every kind stand behind one face, and what is wrong with one is told by file, field and remedy."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from veiligheidsbeeld.contracts import contract_names, get_contract, load_contracts
from veiligheidsbeeld.contracts.cube import load_cubes
from veiligheidsbeeld.contracts.reading import CUBES, REGISTERS, SURVEYS, with_own
from veiligheidsbeeld.contracts.register import load_registers
from veiligheidsbeeld.contracts.survey import load_survey
from veiligheidsbeeld.errors import ConfigurationError

FOLDERS = (*with_own(CUBES), *with_own(REGISTERS), SURVEYS)
FILES = sorted(path for folder in FOLDERS for path in folder.glob("*.yml"))
READERS = {
    CUBES: load_cubes,
    REGISTERS: load_registers,
    SURVEYS: lambda folder: load_survey(folder / "vm_respondent.yml"),
}


def test_every_file_is_a_dataset_of_that_name() -> None:
    contracts = load_contracts()
    assert sorted(contracts) == sorted(path.stem for path in FILES)
    assert contract_names() == list(contracts)
    for path in FILES:
        given = yaml.safe_load(path.read_text(encoding="utf-8"))
        found = get_contract(path.stem)
        assert (found.titel, found.doel, found.eigenaar.contact) == (
            given["titel"],
            given["doel"].strip(),
            given["eigenaar"]["contact"],
        )


def test_every_dataset_says_why_it_may_be_kept() -> None:
    for contract in load_contracts().values():
        assert contract.grondslag and contract.doel and contract.korrel and contract.frequentie and contract.licentie
        assert contract.wettelijk_kader == "open" or contract.bewaartermijn is not None


def test_an_unknown_dataset_is_answered_with_the_known_ones() -> None:
    with pytest.raises(ConfigurationError, match=r"Choose one of: .*cbs_bevolking.*sluitingen.*vm_respondent"):
        get_contract("weerbericht")


def changed(folder: Path, name: str, **fields: Any) -> dict[str, Any]:
    content = deepcopy(yaml.safe_load((folder / f"{name}.yml").read_text(encoding="utf-8")))
    return content | fields


OWNER = {"organisatie": "CBS", "functie": "infoservice", "contact": "<mailadres van de eigenaar>"}
KEY = {"kolom": "regio", "bron": "RegioS", "rol": "regio", "omschrijving": "regio"}


@pytest.mark.parametrize(
    ("folder", "name", "fields", "told"),
    [
        (
            CUBES,
            "cbs_bevolking",
            {"eigenaar": OWNER},
            "eigenaar.contact: '<mailadres van de eigenaar>' still has to be",
        ),
        (CUBES, "cbs_bevolking", {"doel": "TODO waarvoor"}, "doel: 'TODO waarvoor' still has to be"),
        (REGISTERS, "riec", {"omschrijving": "aandeel {{ wijken }}"}, "omschrijving: 'aandeel {{ wijken }}' still"),
        (REGISTERS, "riec", {"titel": "{% tekst %}"}, "titel: '{% tekst %}' still"),
        (SURVEYS, "vm_respondent", {"korrel": "<korrel>"}, "korrel: '<korrel>' still"),
        (CUBES, "cbs_bevolking", {"sleutels": [{**KEY, "codelijst": False}]}, "sleutels.0.codelijst: is not a field"),
        (CUBES, "cbs_bevolking", {"wettelijk_kader": "AVG"}, "wettelijk_kader: Input should be 'open'"),
        (CUBES, "cbs_bevolking", {"themas": ["verkeer"]}, "themas.0: 'verkeer' is not a theme of thema.csv"),
        (SURVEYS, "vm_respondent", {"eigenaren": []}, "eigenaren: is not a field"),
        (CUBES, "cbs_bevolking", {"naam": "bevolking"}, "naam: is 'bevolking', and must be the name of the file"),
    ],
)
def test_what_is_wrong_is_told_by_file_and_field(
    tmp_path: Path, folder: Path, name: str, fields: dict[str, Any], told: str
) -> None:
    (tmp_path / f"{name}.yml").write_text(yaml.safe_dump(changed(folder, name, **fields)), encoding="utf-8")
    with pytest.raises(ConfigurationError) as refused:
        READERS[folder](tmp_path)
    assert str(refused.value).startswith(f"Contract {name}.yml is not valid: ")
    assert told in refused.value.what
    assert f"{tmp_path.name}/{name}.yml" in refused.value.remedy


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    content = changed(REGISTERS, "riec", korrel=3, frequentie="ooit")
    (tmp_path / "riec.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"korrel: .*; frequentie: .* these fields of"):
        load_registers(tmp_path)


def test_a_mark_that_yaml_cannot_read_is_told_by_line(tmp_path: Path) -> None:
    text = (CUBES / "cbs_bevolking.yml").read_text(encoding="utf-8")
    line = next(n for n, row in enumerate(text.splitlines(), 1) if row.startswith("doel:"))
    marked = ["doel: {{ doel }}" if row.startswith("doel:") else row for row in text.splitlines()]
    (tmp_path / "cbs_bevolking.yml").write_text("\n".join(marked), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=rf"doel \(line {line}\): a mark that still has to be filled in"):
        load_cubes(tmp_path)
