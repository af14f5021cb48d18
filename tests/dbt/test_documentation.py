"""Pages of the dbt project: offline, and a page per rule with the figures of its unit test."""

import json
import re

from veiligheidsbeeld import dictionary
from veiligheidsbeeld.documentation import write_dbt, write_rules
from veiligheidsbeeld.settings import Settings


def test_a_rule_is_a_page_that_can_be_read(tmp_path):
    index = write_rules(Settings.from_env({"VB_HOME": str(tmp_path)}))
    pages = re.findall(r'href="([^"]+)"', index.read_text())
    assert len(pages) >= 90
    assert all((index.parent / page).exists() for page in pages)
    page = (index.parent / "cijfers_rond_een_breuk.html").read_text()
    assert "http" not in page
    # As the rule was written down: the month before the break keeps its 100, and cannot be compared.
    row = ("maand", "NL01", "24191", "100", "niet_vergelijkbaar", "tot_2016")
    assert "<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" in page


def test_the_pages_of_dbt_are_one_file_that_tells_nobody(built):
    page = write_dbt(built).read_text()
    assert "leefomgeving__indicatorwaarden" in page
    # Described by the name of the column in many models, and said in YAML in none of them.
    said = dictionary.texts(built.project, "models/intermediate/cijfers/int_cel_buurt.sql")["indicator_code"]
    assert page.count(f'"description": {json.dumps(said)}') > 30
    assert '"send_anonymous_usage_stats": false' in page
    assert built.passwords["transform"] not in page
