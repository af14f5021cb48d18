"""Files that lie, from the drop folder to the figures that themes show: these are true, or the file has a card."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from tests.dbt import scene
from tests.dbt.lying_scene import Told, deliver, told, truth
from tests.dbt.test_retention import build
from tests.places import PROVINCE
from veiligheidsbeeld.files.naming import municipality_names
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.transform import _ensure_sources
from veiligheidsbeeld.warehouse import connect

pytestmark = pytest.mark.timeout(900)

PERIODS = ["2025JJ00", *(f"2025MM{month:02}" for month in range(1, 13))]
CODES = {
    "meldingen_openbare_ruimte": ["MOR-TOT", "MOR-DRUGSAFVAL", "MOR-DRUGSAFVAL-KOSTEN", "MOR-DRUGSAFVAL-KG"],
    "boa": ["BOA-TOT", "BOA-UREN"],
}
THEMES = ("leefomgeving", "ondermijning")

FIGURES = """
    select indicator_code, periode_code, waarde from kandidaat_{}.indicatorwaarden
    where regio_code = %s and indicator_code = any (%s) and periode_code = any (%s)
        and waarde is not null and maat <> 'per_1000'
"""
CARDS = """
    select count(*) from beheer.kwaliteit as k
    inner join raw.levering as l on k.levering_id = l.levering_id
    where not k.geslaagd and l.dataset = %s and l.scope -> 'gemeente' ? %s
"""


def published(settings: Settings, one: Told) -> dict[tuple[str, str], float]:
    """Figures of the table that a theme publishes; where two themes have one, it is the same."""
    found: dict[tuple[str, str], float] = {}
    with connect(settings, "transform") as connection:
        for theme in THEMES:
            asked = [one.gemeente, CODES[one.lie.register], PERIODS]
            for code, period, value in connection.execute(FIGURES.format(theme), asked).fetchall():
                assert found.setdefault((code, period), value) == value
    return found


def has_card(settings: Settings, one: Told) -> bool:
    with connect(settings, "beheer") as connection:
        return connection.execute(CARDS, [one.lie.register, one.gemeente]).fetchone() != (0,)


def test_no_wrong_figure_is_published_without_a_card(new_warehouse_to_build):
    settings = new_warehouse_to_build()
    with connect(settings, "lader") as connection:
        # The towns are in the code lists of the sources, with nothing else.
        towns = {one.gemeente: municipality_names()[one.gemeente] for one in told()}
        for delivery, province in ((scene.crimes(), ""), (scene.population(), f"||GM{PROVINCE}")):
            listed = {code: f"{name}{province}" for code, name in towns.items()}
            replace(delivery, codes=delivery.codes | {"RegioS": delivery.codes["RegioS"] | listed}).write(connection)
    deliver(settings)
    _ensure_sources(settings)
    build(settings, "seed", "model", wanted=[f"{theme}__indicatorwaarden" for theme in THEMES])
    ends: Counter[str] = Counter()
    wrong = []
    for one in told():
        expected, shown = truth(one), published(settings, one)
        faults = [
            (*key, value, expected.get(key, 0))
            for key, value in shown.items()
            if abs(value - expected.get(key, 0)) > 1e-6
        ]
        if faults and not has_card(settings, one):
            wrong.append((one.name, faults[:3]))
        ends["wrong" if faults else "right" if shown else "nothing"] += 1
    assert wrong == []
    # Of the kinds most are read, and some are refused: else this says nothing.
    assert ends["right"] >= 13 and ends["nothing"] >= 8 and ends["wrong"] >= 3, ends
