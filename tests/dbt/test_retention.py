"""Published counts do not change when the rows behind them are destroyed; what cannot be counted ends with them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from tests.dbt import register_scene, scene
from veiligheidsbeeld import dbt
from veiligheidsbeeld.contracts.register import get_register
from veiligheidsbeeld.registers.counts import SUMMED
from veiligheidsbeeld.registers.retention import retire
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.transform import _ensure_sources
from veiligheidsbeeld.warehouse import connect

pytestmark = pytest.mark.timeout(900)

CONTRACT = get_register("meldpunt_ondermijning")
TODAY = date(2028, 8, 15)  # the rows of January to August 2023 are five years old
FIGURES = """
    select c.indicator_code, c.regio_code, c.periode_code, c.waarde, c.status_waarde
    from intermediate.int_register_cijfer as c
    where c.register = %s and c.berekening = any (%s)
"""


def figures(settings: Settings, *measures: str) -> dict:
    with connect(settings, "transform") as connection:
        rows = connection.execute(FIGURES, [CONTRACT.naam, list(measures)]).fetchall()
    return {row[:3]: row[3:] for row in rows}


def build(settings: Settings, *kinds: str, wanted: Sequence[str] = ("int_register_cijfer",)) -> None:
    chosen = [*(f"+{model}" for model in wanted), *(f"--resource-type={kind}" for kind in kinds)]
    said: list[str] = []
    nodes = dbt.run(settings, dbt.target(settings), ["build", "--select", *chosen], said.append)
    assert [node for node in nodes if node.failed] == [], said


def test_counts_stay_when_rows_go(new_warehouse_to_build):
    settings = new_warehouse_to_build()
    with connect(settings, "lader") as connection:
        for delivery in (scene.crimes(), scene.population()):
            delivery.write(connection)
        for register in register_scene.deliveries():
            register.write(connection)
    _ensure_sources(settings)
    build(settings, "seed", "model")
    counted, timed = figures(settings, *SUMMED), figures(settings, "p50", "p90")
    assert len({value for value, _ in counted.values() if value}) > 20, "else this test says nothing"

    with connect(settings, "lader") as connection:
        gone = retire(connection, CONTRACT, TODAY)
    assert sum(line.aantal for line in gone) > 50
    build(settings, "model")

    assert figures(settings, *SUMMED) == counted
    left = figures(settings, "p50", "p90")
    whole = {key for key in left if key[2] in ("2023KW04", "2024KW01", "2024JJ00")}
    assert {key: left[key] for key in whole} == {key: timed[key] for key in whole}
    assert any(left[key][0] for key in whole)
    ended = {
        value
        for key, value in {**left, **figures(settings, "lopend")}.items()
        if key[2] in ("2023KW01", "2023KW03", "2023JJ00")
    }
    assert ended == {(None, "nog_niet_beschikbaar")}, "lead times and what ran cannot be known any more"
