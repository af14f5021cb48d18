"""What a contract measures by title is measured by nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cubes.deliveries import CONTRACT, Table
from veiligheidsbeeld.contracts.cube import CUBES, CubeContract
from veiligheidsbeeld.cubes.codelists import read_codelists
from veiligheidsbeeld.errors import DeliveryRefused
from veiligheidsbeeld.settings import Settings

CELLS: dict[tuple[str, str, str], Any] = {(s, "NL01", "2024JJ00"): 3 for s in ("0.0.0", "E33", "E35")}


def by_title(title: str) -> CubeContract:
    content = yaml.safe_load((CUBES / f"{CONTRACT.naam}.yml").read_text(encoding="utf-8"))
    content["sleutels"][0]["rol"] = "maat"
    series = {"soort": "VERWARD", "naam": "Verward", "maat": "geregistreerde_overlast", "titel": title}
    return CubeContract.model_validate(content | {"periodes": ["JJ"], "reeksen": [series]})


def test_a_title_that_went_or_is_there_twice_refuses_the_delivery(tmp_path: Path) -> None:
    settings = replace(Settings.from_env({"VB_HOME": str(tmp_path)}), home=tmp_path)
    one = Table(CELLS, labels={"E33": "Overlast door verward persoon"}).deliver(settings)
    assert len(read_codelists(by_title("Overlast door verward persoon"), one)["Overlast"]) == 3
    with pytest.raises(
        DeliveryRefused, match=r"Overlast does not hold once each of the titles.*Personen in verwarring"
    ):
        read_codelists(by_title("Personen in verwarring"), one)
    two = Table(CELLS, labels={"E33": "Overlast", "E35": "Overlast"}).deliver(settings)
    with pytest.raises(DeliveryRefused, match="correct `titel` of that series in the contract"):
        read_codelists(by_title("Overlast"), two)
