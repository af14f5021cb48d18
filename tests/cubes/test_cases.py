"""Cases made after public reports, replayed from their folders: what a source may do to figures without a sign."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from tests.cubes.recording import bring_in
from tests.extract.scripted import Answer, scripted
from veiligheidsbeeld.contracts.cube import CUBES, get_cube, load_cubes
from veiligheidsbeeld.errors import ConfigurationError, DeliveryRefused, SourceError
from veiligheidsbeeld.extract import extract
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect

pytestmark = pytest.mark.shared

DATASET = "cbs_bevolking"


@pytest.fixture
def cases(shared: Path) -> Path:
    return shared / "cases"


def weert(settings: Settings) -> list[float]:
    with connect(settings, "transform") as connection:
        rows = connection.execute(
            "select waarde from raw.cbs_bevolking_cellen where regio = 'GM0988' and levering_tot is null order by 1"
        ).fetchall()
    return [value for (value,) in rows]


def test_o01_a_unit_that_becomes_thousands_is_refused(cases, clean_warehouse):
    case = cases / "O01-unit-becomes-thousands"
    assert bring_in(clean_warehouse, case / "eerst", get_cube(DATASET))[0]
    before = weert(clean_warehouse)
    assert min(before) > 10_000
    passed, cards = bring_in(clean_warehouse, case / "daarna", get_cube(DATASET))
    assert not passed and "koppeling: eenheid" in cards and "x 1 000" in cards
    assert weert(clean_warehouse) == before


def test_o03_a_kind_of_period_that_is_not_known_is_named_with_how_to_leave_it_out(cases, clean_warehouse):
    with pytest.raises(DeliveryRefused) as refusal:
        bring_in(clean_warehouse, cases / "O03-half-year-periods" / "eerst", get_cube(DATASET))
    assert "HJ" in refusal.value.what and "zonder_perioden" in refusal.value.remedy


def test_o04_an_error_with_status_200_is_shown_in_the_words_of_the_source_and_tried_again(cases, tmp_path):
    body = (cases / "O04-json-error-with-status-200" / "antwoord.json").read_bytes()
    with scripted(lambda path, number: Answer(body)) as server:
        settings = Settings.from_env(
            {"VB_HOME": str(tmp_path), "VB_SOURCE_URL": server.url, "VB_HTTP_ATTEMPTS": "2", "VB_HTTP_BACKOFF": "0.01"}
        )
        with pytest.raises(SourceError, match=r"De dienst is in onderhoud\."):
            extract(settings, get_cube(DATASET), report=lambda _: None)
    assert len(server.paths) == 2


def test_d01_jinja_in_a_description_is_refused_by_contract_and_field(cases, tmp_path):
    (said,) = re.findall(r'`omschrijving: "(.*?)"`', (cases / "D01-jinja-in-a-description" / "README.md").read_text())
    assert "{%" in said and "{{" in said
    content = yaml.safe_load((CUBES / f"{DATASET}.yml").read_text(encoding="utf-8")) | {"omschrijving": said}
    (tmp_path / f"{DATASET}.yml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=rf"{DATASET}\.yml.*omschrijving"):
        load_cubes(tmp_path)
