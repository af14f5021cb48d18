"""Text of a contract in a generated file: dbt shows what the contract says, whatever braces stand in it."""

from __future__ import annotations

import jinja2
import pytest
import yaml

from veiligheidsbeeld.contracts.register import get_register
from veiligheidsbeeld.generated import registers, text

TEXTS = ["aandeel {% tekst %} van {{ wijken }}", "{# weg #}", "{{{ drie }}}", "{{%", "een { en een }", "'{{' en \"{%\""]


@pytest.mark.parametrize("said", TEXTS)
def test_braces_are_text(said: str) -> None:
    written = yaml.safe_load(text.document("proef.yml", {"models": [{"name": "m", "description": said}]}))
    assert jinja2.Template(written["models"][0]["description"]).render() == said


def test_a_contract_with_braces_keeps_them() -> None:
    said = TEXTS[0]
    contract = get_register("halt").model_copy(update={"omschrijving": said})
    (source,) = yaml.safe_load(registers.description(contract))["sources"][0]["tables"]
    assert said in jinja2.Template(source["description"]).render()


def test_a_condition_is_never_broken_inside_a_text() -> None:
    contract = get_register("halt")
    long = " or ".join(f"soort = 'een en ander of {n} and meer'" for n in range(9))
    measure = contract.indicatoren[0].model_copy(update={"waar": long})
    sql = registers.model(contract.model_copy(update={"indicatoren": [measure]}))
    assert max(map(len, sql.splitlines())) <= text.WIDTH
    assert all(line.count("'") % 2 == 0 for line in sql.splitlines())
    assert long in " ".join(sql.split())
