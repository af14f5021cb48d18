"""What a region's folder brings beside the contracts of the product: read, refused by name, generated elsewhere.

What becomes of its figures is in test_provinces.py.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.dags.test_integrity import PARSER
from veiligheidsbeeld import contracts, generated
from veiligheidsbeeld.binding.aliases import load_aliases, write_aliases
from veiligheidsbeeld.contracts.cube import load_cubes
from veiligheidsbeeld.contracts.reading import BOOKS, CUBES
from veiligheidsbeeld.contracts.register import load_registers
from veiligheidsbeeld.dbt_folder import OWN, dbt_folder
from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.region import PROJECT, SETTING, Region, active
from veiligheidsbeeld.region.make import make
from veiligheidsbeeld.services import airflow
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.signature import code_version
from veiligheidsbeeld.warehouse import connect

REGISTER = yaml.safe_load(Path(__file__).with_name("ijsmeldingen.yml").read_text("utf-8"))
PRICES = "cbs_woningprijzen"


def table() -> dict[str, Any]:
    """The contract of docs/adding-a-dataset.md."""
    page = (PROJECT / "docs" / "adding-a-dataset.md").read_text("utf-8")
    return yaml.safe_load(page.partition("```yaml\n")[2].partition("```")[0])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new region, which is the active one."""
    made = make(["GM0080"], "Stad", tmp_path / "stad")
    monkeypatch.setenv(SETTING, str(made))
    return made


@pytest.fixture
def bring(folder: Path) -> Callable[..., Path]:
    def write(content: dict[str, Any], **fields: Any) -> Path:
        content = content | fields
        place = folder / "contracts" / ("registers" if "kolommen" in content else "")
        path = place / f"{content['naam']}.yml"
        path.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
        return path

    return write


def test_its_contracts_stand_beside_those_of_the_product(folder, bring, monkeypatch):
    usual = contracts.contract_names()
    bring(REGISTER)
    bring(table())
    names = contracts.contract_names()
    assert names == list(contracts.load_contracts())
    assert set(names) - set(usual) == {"ijsmeldingen", PRICES}
    assert contracts.get_register("ijsmeldingen").min_cel == 5
    assert contracts.get_cube(PRICES).indicatoren[0].code == "WON-PRIJS"
    monkeypatch.setenv(SETTING, active({}).name)
    assert contracts.contract_names() == list(contracts.load_contracts()) == usual, "another region does not know them"


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"themas": ["ijs"]}, r"Contract ijsmeldingen\.yml is not valid: themas\.0: 'ijs' is not a theme"),
        ({"naam": "sluitingen"}, r"sluitingen\.yml: the name sluitingen is that of the contract"),
        ({"naam": "cbs_bevolking"}, "the name cbs_bevolking is that of the contract"),
        ({"naam": "vm_respondent"}, "the name vm_respondent is that of the contract"),
        ({"naam": "cbs_bevolking_cellen"}, "the name cbs_bevolking_cellen is that of"),
        ({"naam": "levering"}, r"the name levering is that of the table raw\.levering"),
        ({"indicatoren": [{**REGISTER["indicatoren"][0], "code": "MELD-TOT"}]}, "indicator MELD-TOT of meldpunt"),
        ({"indicatoren": [{**REGISTER["indicatoren"][0], "code": "VERD-TOT-12-17"}]}, "the indicator VERD-TOT-12-17"),
        ({"indicatoren": [{**REGISTER["indicatoren"][0], "code": "VM-ONLINE-SL"}]}, "the indicator VM-ONLINE-SL"),
    ],
)
def test_one_that_is_broken_or_takes_a_name_is_refused_by_name(bring, fields, told):
    bring(REGISTER, **fields)
    with pytest.raises(ConfigurationError, match=told):
        contracts.load_contracts()


@pytest.mark.parametrize("fields", [{"provider": "knmi"}, {"reeksen": [], "indicatoren": []}])
def test_a_table_that_needs_a_model_or_a_dag_of_its_own_is_refused(bring, fields):
    bring(table(), **fields)
    with pytest.raises(ConfigurationError, match=rf"{PRICES}\.yml of the region needs more"):
        load_cubes()


def test_a_register_among_the_tables_is_told_where_it_belongs(folder, bring):
    path = bring(REGISTER)
    path.rename(folder / "contracts" / path.name)
    with pytest.raises(ConfigurationError, match="contracts/registers/ of the region"):
        contracts.load_contracts()


def test_the_check_reads_them(folder, bring):
    def check() -> tuple[int, str]:
        command = [sys.executable, "-m", "veiligheidsbeeld", "region", "check", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
        return done.returncode, " ".join(done.stdout.split())

    path = bring(REGISTER)
    code, told = check()
    assert (code, "its own contracts: ijsmeldingen" in told) == (0, True), told
    shutil.copy(path, path.with_suffix(".yaml"))
    code, told = check()
    assert (code, "registers/ijsmeldingen.yaml is no contract that is read" in told) == (1, True), told
    path.with_suffix(".yaml").unlink()
    bring(REGISTER, frequentie="ooit")
    code, told = check()
    assert (code, "ijsmeldingen.yml is not valid: frequentie" in told) == (1, True), told


def test_what_is_generated_of_them_stands_outside_the_clone(folder, bring, tmp_path):
    usual = generated.rendered()
    first = dbt_folder(tmp_path / "dbt" / "project", PROJECT, Region(folder))
    assert (first / "models").readlink() == PROJECT / "dbt_project" / "models"
    bring(REGISTER)
    bring(table())
    project = dbt_folder(tmp_path / "dbt" / "project", PROJECT, Region(folder))
    assert "'ijsmeldingen'," in (project / "macros" / "registers.sql").read_text("utf-8")
    assert f'"{PRICES}"' in (project / "macros" / "datasets.sql").read_text("utf-8")
    assert "\nIJS-TOT," in (project / "seeds" / "registers" / "register_indicator.csv").read_text("utf-8")
    staging = project / "models" / "staging"
    described = yaml.safe_load((staging / "registers" / "stg_register__ijsmeldingen.yml").read_text("utf-8"))
    columns = {c["name"]: c["description"] for c in described["sources"][0]["tables"][0]["columns"]}
    assert columns["aard"] == "wat er met het ijs is"
    assert (staging / "kubussen" / "stg_cbs__woningprijzen.sql").is_file()
    names = {path.relative_to(PROJECT / "dbt_project") for path in (PROJECT / "dbt_project" / "models").rglob("*.*")}
    made = {path.relative_to(project) for path in (project / "models").rglob("*.*")}
    assert names < made and len(made - names) == 4
    assert not generated.left_over(PROJECT, usual) and generated.rendered() == usual
    for path in (folder / "contracts").rglob("*.yml"):
        path.unlink()
    dbt_folder(tmp_path / "dbt" / "project", PROJECT, Region(folder))
    assert (project / "models").readlink() == PROJECT / "dbt_project" / "models"
    assert [*(tmp_path / "dbt" / OWN).iterdir()] == []


def test_a_contract_of_the_region_is_code(folder, bring):
    settings = Settings.from_env({SETTING: str(folder)})
    versions = [code_version(settings, "leefomgeving")]
    bring(REGISTER)
    versions.append(code_version(settings, "leefomgeving"))
    bring(REGISTER, min_cel=6)
    versions.append(code_version(settings, "leefomgeving"))
    assert len(set(versions)) == 3


def test_titles_that_people_accepted_for_its_table_stand_in_its_folder(folder, bring):
    content = table()
    bring(content)
    aliases = load_aliases(PRICES)
    assert aliases is not None
    assert write_aliases(aliases) == folder / "contracts" / "koppelingen" / f"{PRICES}.yml"
    assert load_aliases(PRICES) == aliases
    assert not (CUBES / "koppelingen" / f"{PRICES}.yml").exists()


def test_its_register_is_an_asset_of_the_dags(folder, bring, tmp_path):
    bring(REGISTER)
    settings = Settings.from_env(
        {"VB_HOME": str(tmp_path), "VB_PG_PORT": "1", "VB_AIRFLOW_PORT": "2", SETTING: str(folder)}
    )
    command = [sys.executable, PARSER, PROJECT / "dags"]
    done = subprocess.run(
        command, env=airflow.environment(settings), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    parsed = json.loads(done.stdout.splitlines()[-1])
    assert parsed["errors"] == {}
    dags = json.loads(parsed["serialised"])
    assert all("ijsmeldingen" in json.dumps(dags[name]) for name in ("gemeenten_laden", "marts_publiceren"))


def test_no_table_of_raw_is_left_for_a_name_to_take(warehouse):
    """`BOOKS` against the database: what stands in raw before any contract is delivered, registers aside."""
    with connect(warehouse, "beheer") as connection:
        found = connection.execute("select tablename from pg_tables where schemaname = 'raw'").fetchall()
    names = {name for (name,) in found}
    assert names - load_registers().keys() - load_cubes().keys() == BOOKS


def test_settings_of_another_region_follow_its_own_folder(folder, bring, tmp_path):
    """Two homes of one clone, one region with a contract and one without, are told apart by their settings alone."""
    bring(REGISTER)
    settings = Settings.from_env({SETTING: str(folder)})
    other = replace(settings, environ={})
    assert code_version(settings, "jeugd") != code_version(other, "jeugd")
    plain = dbt_folder(tmp_path / "ander" / "project", PROJECT, other.region)
    assert (plain / "macros").readlink() == PROJECT / "dbt_project" / "macros"
