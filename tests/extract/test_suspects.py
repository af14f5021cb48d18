"""Suspects of CBS (85655NED): both sexes together land, and names that turn out otherwise are refused by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from sandbox.sample import suspects
from sandbox.source_server import SourceServer, serve
from tests.extract import sources
from tests.places import REGION
from veiligheidsbeeld.contracts.cube import get_cube
from veiligheidsbeeld.errors import DeliveryRefused
from veiligheidsbeeld.extract import extract
from veiligheidsbeeld.settings import Settings

VERDACHTEN = get_cube("cbs_verdachten")


@pytest.fixture
def source() -> Iterator[SourceServer]:
    with serve({"85655NED": suspects.cube(2026, 2013)}) as server:
        yield server


@pytest.fixture
def settings(settings_for: Callable[..., Settings], source: SourceServer) -> Settings:
    return settings_for(source.url)


def test_both_sexes_together_land_as_one_part(settings: Settings) -> None:
    delivery = extract(settings, VERDACHTEN, report=lambda _: None)
    assert delivery is not None
    keys = [*(k.bron for k in VERDACHTEN.sleutels), VERDACHTEN.periode]
    rows = sources.landed(delivery, keys, [m.bron for m in VERDACHTEN.maten])
    cube = suspects.cube(2026, 2013)
    regions = {row["Key"].strip() for row in cube.codes["RegioS"]}
    # The sample is of one region; of its municipalities those are asked that the chosen region has.
    asked = {code for code in regions if not code.startswith("GM") or code in REGION.municipalities}
    assert rows == sources.cells(cube, {"Geslacht": {"T001038"}, "RegioS": asked})
    assert [part.deel for part in delivery.manifest.delen] == ["geheel"]
    assert "NL01" in (delivery.manifest.scope.regio or ())


def test_an_assumed_name_that_differs_is_refused_with_the_names_there_are(
    settings: Settings, source: SourceServer
) -> None:
    source.change(
        soort="kolom_hernoemd", tabel="85655NED", kolom="VerdachtenVanDrugsmisdrijven_6", naar="Drugsmisdrijven_6"
    )
    with pytest.raises(DeliveryRefused, match=r"'VerdachtenVanDrugsmisdrijven_6'.*it has Drugsmisdrijven_6, "):
        extract(settings, VERDACHTEN, report=lambda _: None)


def test_an_assumed_code_that_differs_is_refused(settings_for: Callable[..., Settings]) -> None:
    cube = suspects.cube(2026, 2013)
    cube.codes["Geslacht"][0]["Key"] = "1100"
    with serve({"85655NED": cube}) as server, pytest.raises(DeliveryRefused, match=r"Geslacht .*85655NED.* T001038"):
        extract(settings_for(server.url), VERDACHTEN, report=lambda _: None)
