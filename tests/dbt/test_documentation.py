"""Pages of the dbt project: offline, and a page per rule with the figures of its unit test."""

import html
import json
import re
from pathlib import Path

import pytest
import yaml

from veiligheidsbeeld import dictionary
from veiligheidsbeeld.documentation import write_dbt, write_rules
from veiligheidsbeeld.settings import PROJECT, Settings

ENGLISH = {"the", "and", "which", "are", "not", "year", "from", "every"}


@pytest.fixture(scope="module")
def index(tmp_path_factory) -> Path:
    return write_rules(Settings.from_env({"VB_HOME": str(tmp_path_factory.mktemp("rules"))}))


def unit_tests() -> list[dict]:
    paths = (PROJECT / "dbt_project" / "models").rglob("*.yml")
    found = (yaml.safe_load(path.read_text(encoding="utf-8")) or {} for path in paths)
    return [test for content in found for test in content.get("unit_tests") or []]


def before_the_tables(page: Path) -> str:
    text = page.read_text(encoding="utf-8").partition("<h2>")[0].partition("<h1>")[2]
    return html.unescape(re.sub(r"<[^>]+>", " ", text))


def test_a_rule_is_a_page_that_can_be_read(index):
    pages = re.findall(r'href="([^"]+)"', index.read_text())
    assert len(pages) >= 90
    assert all((index.parent / page).exists() for page in pages)
    page = (index.parent / "cijfers_rond_een_breuk.html").read_text()
    assert "http" not in page
    # As the rule was written down: the month before the break keeps its 100, and cannot be compared.
    row = ("maand", "NL01", "24191", "100", "niet_vergelijkbaar", "tot_2016")
    assert "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" in page


def test_every_page_says_in_dutch_what_the_rule_is_before_its_figures(index):
    rules = unit_tests()
    assert len({rule["name"] for rule in rules}) == len(rules)
    for rule in rules:
        text = before_the_tables(index.parent / f"{rule['name']}.html")
        described = " ".join(rule.get("description", "").split())
        assert described.endswith("."), f"{rule['name']} does not say what the rule is"
        assert described in text, rule["name"]
        assert rule["name"].replace("_", " ") in text.lower()
        assert not ENGLISH & set(re.findall("[a-z]+", text.lower())), f"{rule['name']} is not in Dutch"


def test_the_pages_of_dbt_are_one_file_that_tells_nobody(built):
    page = write_dbt(built).read_text()
    assert "leefomgeving__indicatorwaarden" in page
    # Described by the name of the column in many models, and said in YAML in none of them.
    said = dictionary.texts(built.project, "models/intermediate/cijfers/int_cel_buurt.sql")["indicator_code"]
    assert page.count(f'"description": {json.dumps(said)}') > 30
    assert '"send_anonymous_usage_stats": false' in page
    assert built.passwords["transform"] not in page
