"""`contracts check --live`: nothing to tell of the sample, and every change of metadata by name with its verdict."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.sample import cubes
from sandbox.source_server import SourceServer, serve
from sandbox.source_server.cube import Cube
from tests.extract.scripted import Answer, scripted
from tests.places import TEAM
from veiligheidsbeeld.binding import snapshot
from veiligheidsbeeld.contracts.cube import get_cube
from veiligheidsbeeld.errors import DeliveryRefused, SourceError
from veiligheidsbeeld.extract import extract
from veiligheidsbeeld.extract.live import Look, look
from veiligheidsbeeld.settings import Settings

DATASETS = {
    "85146NED": "vm_kerncijfers_regio",
    "85472NED": "vm_online_regio",
    "85846NED": "vm_online_kenmerken",
    "03759ned": "cbs_bevolking",
    "85655NED": "cbs_verdachten",
    "85361NED": "cbs_veilig_thuis",
    "82977NED": "cbs_jeugdreclassering",
    "80781ned": "cbs_landbouw",
}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Cube]:
    sample = cubes(Settings.from_env({"VB_HOME": str(tmp_path_factory.mktemp("sample"))}))
    return {table: sample[table] for table in DATASETS}


@pytest.fixture
def server(made: dict[str, Cube]) -> Iterator[SourceServer]:
    with serve(made) as source:
        yield source


@pytest.fixture
def settings(server: SourceServer, tmp_path: Path) -> Settings:
    return Settings.from_env(
        {"VB_HOME": str(tmp_path), "VB_SOURCE_URL": server.url, "VB_HTTP_ATTEMPTS": "2", "VB_HTTP_BACKOFF": "0.01"}
    )


def told(found: Look) -> list[str]:
    return [f"{'BREAKS ' if d.breaks else ''}{d.what}" for d in found.differences]


def code_of(cube: Cube, title: str, group: str | None = None) -> str:
    groups = {g["Id"]: g["Title"] for g in cube.codes.get("MeasureGroups", [])}
    (code,) = (
        m["Identifier"]
        for m in cube.codes["Measure"]
        if m["Title"] == title and (group is None or groups[m["MeasureGroupId"]] == group)
    )
    return code


@pytest.mark.parametrize("table", DATASETS)
def test_the_source_server_says_what_the_snapshots_say(settings: Settings, table: str) -> None:
    found = look(settings, get_cube(DATASETS[table]))
    # The sample has the police teams that the region names, and a new region names none.
    forms = () if TEAM else ("BT", "PD")
    known = snapshot.load(table)
    assert known is not None
    missing = [form for form in forms if any(form in (d.vormen or ()) for d in known.dimensies.values())]
    assert told(found) == [f"RegioS has no codes of the form {form} any more" for form in missing]
    assert found.plan and found.plan.cells > 0 and found.plan.requests >= 2


# Table, change, what is told of it (a part), whether a load would break.
CHANGES = [
    ("85655NED", {"soort": "kolom_hernoemd", "kolom": "VerdachtenVanGeweldsmisdrijven_4", "naar": "Geweld_4"},
     "VerdachtenVanGeweldsmisdrijven", True),
    ("85655NED", {"soort": "kolom_weg", "kolom": "TotaalVerdachtenVanMisdrijven_1"},
     "TotaalVerdachtenVanMisdrijven", True),
    ("85655NED", {"soort": "kolom_hernoemd", "kolom": "VerdachtenVanDrugsmisdrijven_6",
                  "naar": "VerdachtenVanDrugsmisdrijven_31"}, "has code VerdachtenVanDrugsmisdrijven_31 now", False),
    ("85655NED", {"soort": "kolom_weg", "kolom": "Geslacht"}, "Geslacht", True),
    ("85655NED", {"soort": "dimensie_erbij", "dimensie": "Herkomst"}, "Herkomst", True),
    ("85146NED", {"soort": "dimensie_erbij", "dimensie": "Steekproef"}, "Steekproef", True),
    ("85655NED", {"soort": "breedte", "dimensie": "RegioS", "aantal": 10}, "RegioS are 10 wide", False),
    ("85655NED", {"soort": "breedte", "dimensie": "Leeftijd", "aantal": 9}, "Leeftijd are 9 wide now, not 7", False),
    ("85655NED", {"soort": "eenheid", "kolom": "TotaalVerdachtenVanMisdrijven_1", "naar": "x 1 000"}, "x 1 000", True),
    ("03759ned", {"soort": "eenheid", "code": "M000352", "naar": "x 1 000"}, "verwacht aantal, gevonden x 1 000", True),
    ("85146NED", {"soort": "eenheid", "code": "A047555", "naar": "rapportcijfer"}, "gevonden rapportcijfer", True),
    ("85472NED", {"soort": "gestopt"}, "likely successor: 85846NED", False),
    ("85655NED", {"soort": "gestopt"}, "has stopped the table (Gediscontinueerd)", False),
    ("85655NED", {"soort": "verhuisd", "naar": "dataderden.cbs.nl"}, "it has moved to dataderden.cbs.nl", True),
    ("85655NED", {"soort": "code_erbij", "dimensie": "Leeftijd", "code": "53999", "titel": "99 jaar"},
     "Leeftijd has a new code 53999 (99 jaar)", False),
    ("03759ned", {"soort": "code_weg", "dimensie": "Leeftijd", "code": "10000"}, "no longer has code 10000", False),
    ("85655NED", {"soort": "label", "dimensie": "Geslacht", "code": "3000", "titel": "Man"},
     "Geslacht 3000 is called 'Man' now", False),
    ("85146NED", {"soort": "label", "dimensie": "Measure", "code": "A047555", "titel": "Onveiligheidsgevoel"},
     "'Voelt zich weleens onveilig' for VM-ONVEILIG-BEL is not there", True),
    ("85146NED", {"soort": "label", "dimensie": "Measure", "code": "A047556", "titel": "Denkt aan criminaliteit"},
     "measure 'Denkt aan criminaliteit' is new", False),
    ("85472NED", {"soort": "groep", "titel": "Shamesexting", "naar": "Ongewenst verspreiden"}, "Shamesexting", True),
    ("85846NED", {"soort": "label", "dimensie": "Kenmerken", "code": "53715", "titel": "45 tot 67 jaar"},
     "'45 tot 65 jaar' for 45-64 is not there", True),
    ("85146NED", {"soort": "code_erbij", "dimensie": "Measure", "code": "M999999",
                  "titel": "Voelt zich weleens onveilig"}, "stands for more than one thing", True),
    ("85655NED", {"soort": "code_erbij", "dimensie": "Perioden", "code": "2025HJ01", "titel": "2025 1e halfjaar"},
     "HJ (half-year; such as 2025HJ01)", True),
    # Titles that repeat are told apart by their groups: "Totaal" in one group is not "Totaal" in another.
    ("85361NED", {"soort": "groep", "titel": "Hermelding", "naar": "Herhaalde melding"},
     "'Ontvangen meldingen > Hermelding > Totaal' for HER is not there", True),
    ("85361NED", {"soort": "groep", "titel": "Ontvangen meldingen (relatief)", "naar": "Ontvangen meldingen"},
     "'Ontvangen meldingen > Ontvangen meldingen, totaal' for TOT", True),
    ("85472NED", {"soort": "code_erbij", "dimensie": "RegioS", "code": "VR24", "titel": "Limburg-Noord (VR)"},
     "RegioS has codes of a new form: VR", False),
]  # fmt: skip


@pytest.mark.parametrize(("table", "change", "words", "breaks"), CHANGES, ids=lambda v: v if isinstance(v, str) else "")
def test_a_change_of_metadata_is_named(
    settings: Settings, server: SourceServer, table: str, change: dict, words: str, breaks: bool
) -> None:
    server.change(tabel=table, **change)
    found = look(settings, get_cube(DATASETS[table]))
    assert any(words in line for line in told(found)), told(found)
    assert found.breaks == breaks, told(found)


def test_a_table_that_is_nowhere(settings: Settings) -> None:
    found = look(settings, get_cube("vm_traditioneel_regio"))
    assert found.breaks and "85322NED is not at datasets.cbs.nl" in told(found)[0]


def test_half_years_are_left_out_when_the_contract_says_so(settings: Settings, server: SourceServer) -> None:
    contract = get_cube("cbs_verdachten")
    server.change(tabel="85655NED", soort="code_erbij", dimensie="Perioden", code="2025HJ01", titel="2025 1e halfjaar")
    with pytest.raises(DeliveryRefused, match=r"half-year; such as 2025HJ01.*zonder_perioden: \[HJ\]"):
        extract(settings, contract, report=lambda _: None)
    delivery = extract(settings, contract.model_copy(update={"zonder_perioden": ["HJ"]}), report=lambda _: None)
    assert delivery and not any(b"2025HJ01" in body for _, body in delivery.pages())


def test_an_error_with_status_200_is_told_in_the_words_of_the_source(settings: Settings) -> None:
    """Case O04: once in maintenance it is tried again, and the source is quoted when it stays so."""
    body = b'{"error":{"code":"","message":"De dienst is in onderhoud."}}'
    with (
        scripted(lambda path, number: Answer(body=body)) as server,
        pytest.raises(SourceError, match=r"De dienst is in onderhoud\."),
    ):
        extract(
            Settings.from_env({**settings.environ, "VB_SOURCE_URL": server.url}),
            get_cube("cbs_bevolking"),
            report=lambda _: None,
        )
