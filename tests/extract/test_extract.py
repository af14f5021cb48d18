"""Whole extractions over real HTTP: what lands, what is skipped, what is fetched again, what is refused."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sandbox.source_server import Recordings, SourceServer, serve
from tests.extract import sources
from tests.extract.scripted import Answer, scripted
from tests.places import BUURT_1, BUURT_2, FORMER, NEIGHBOUR, TOWN, UNIT, WIJK_1
from veiligheidsbeeld.contracts.cube import CubeContract, get_cube
from veiligheidsbeeld.errors import ConfigurationError, DeliveryRefused, SourceError
from veiligheidsbeeld.extract import extract, has_news
from veiligheidsbeeld.landing import cubes as landing
from veiligheidsbeeld.landing.cubes import Delivery
from veiligheidsbeeld.settings import PROJECT, Settings

GEMEENTE = get_cube("politie_misdrijven_gemeente")
BUURT = get_cube("politie_misdrijven_buurt")
CRIMINALITEIT = get_cube("cbs_criminaliteit")
BEVOLKING = get_cube("cbs_bevolking")

SettingsFor = Callable[..., Settings]


def new(settings: Settings, contract: CubeContract, **options: object) -> Delivery:
    """An extraction that must land something."""
    delivery = extract(settings, contract, report=options.pop("report", lambda _: None), **options)  # type: ignore[arg-type]
    assert delivery is not None
    return delivery


def rows_of(delivery: Delivery, contract: CubeContract) -> dict:
    keys = [*(k.bron for k in contract.sleutels), contract.periode]
    return sources.landed(delivery, keys, [m.bron for m in contract.maten])


def asked(source: SourceServer, entity: str) -> list[dict]:
    return [r for r in source.requests if r["entiteit"] == entity]


def forget(source: SourceServer) -> None:
    """Empties the request log once the server has noted what an ended run had still under way."""
    noted = -1
    while noted != len(source.requests):
        noted = len(source.requests)
        time.sleep(0.2)
    source.requests.clear()


# -- what lands -------------------------------------------------------------------------------------------------


def test_the_work_area_of_a_table_lands_cell_by_cell(settings: Settings, source: SourceServer) -> None:
    delivery = new(settings, GEMEENTE)
    wanted = sources.cells(sources.misdrijven_gemeente(), {"RegioS": {*sources.AGGREGATES, *sources.AREA}})
    assert rows_of(delivery, GEMEENTE) == wanted
    manifest = delivery.manifest
    assert manifest.rijen == len(wanted) == 3 * sources.ROWS
    assert [(p.deel, p.rijen, p.verwacht, p.bewijs, len(p.paginas)) for p in manifest.delen] == [
        (soort, sources.ROWS, sources.ROWS, "$count", 2) for soort in ("0.0.0", "1.1.1", "2.6.10")
    ]
    assert manifest.scope.perioden is None
    # What is gone is asked for although the list no longer has it: the delivery says that it is gone.
    assert {FORMER[1], TOWN, "NL01", UNIT} <= set(manifest.scope.regio or ())
    assert not {"GM0363", "CR39"} & set(manifest.scope.regio or ())
    assert (manifest.gewijzigd, manifest.versie, manifest.periode) == ("2026-01-15T02:00:00", None, "2010-2025")
    assert manifest.bron_soort == "voorbeeld"
    assert set(manifest.codelijsten) == {"SoortMisdrijf", "RegioS", "Perioden"}
    assert json.loads(delivery.codes("TableInfos"))["value"][0]["Identifier"] == "47013NED"


def test_wijken_and_buurten_land_with_their_whole_list(settings: Settings, source: SourceServer) -> None:
    delivery = new(settings, BUURT)
    own = {"NL00", TOWN, WIJK_1, BUURT_1, BUURT_2, NEIGHBOUR, f"WK{NEIGHBOUR[2:]}00", f"BU{NEIGHBOUR[2:]}AB03"}
    assert rows_of(delivery, BUURT) == sources.cells(sources.misdrijven_buurt(), {"WijkenEnBuurten": own})
    assert [p.deel for p in delivery.manifest.delen] == ["NL00", *sorted([NEIGHBOUR, TOWN])]
    assert delivery.manifest.scope.regio == sorted(own)
    listed = json.loads(delivery.codes("WijkenEnBuurten"))["value"]
    assert [row["Key"] for row in listed] == [r["Key"] for r in sources.misdrijven_buurt().codes["WijkenEnBuurten"]]


def test_v4_observations_land_with_their_reasons(settings: Settings) -> None:
    delivery = new(settings, BEVOLKING)
    cube = sources.bevolking()
    found = rows_of_v4(delivery)
    regions = [*sources.AGGREGATES, *sources.AREA]
    assert len(found) == 2 * sources.AGES * len(regions) * 8 == delivery.manifest.rijen
    for measure in ("M000352", "M000365"):
        for leeftijd in (0, 57):
            for region in ("NL01", TOWN, regions[-1]):
                place = (0, 0, leeftijd, [r["Identifier"] for r in cube.codes["RegioS"]].index(region), 5)
                age = cube.codes["Leeftijd"][leeftijd]["Identifier"]
                value, reason = found[measure, "T001019", "T001038", age, region, "2023JJ00"]
                empty = cube.attributes[measure][place] == 1
                assert (value, reason) == ((None, "Impossible") if empty else (cube.values[measure][place], "None"))
    assert len(delivery.manifest.delen) > 1
    assert all(p.rijen == p.verwacht <= 50_000 for p in delivery.manifest.delen)
    assert delivery.manifest.versie == "202606230000"
    assert set(delivery.manifest.codelijsten) == {
        f"{d}Codes" for d in ("Measure", "BurgerlijkeStaat", "Geslacht", "Leeftijd", "RegioS", "Perioden")
    }


def rows_of_v4(delivery: Delivery) -> dict:
    keys = [*(k.bron for k in BEVOLKING.sleutels), "Perioden"]
    return sources.landed(delivery, keys, ["Value", "ValueAttribute"])


def test_a_few_periods_and_gemeenten_make_a_narrow_scope(settings: Settings, source: SourceServer) -> None:
    delivery = new(settings, GEMEENTE, perioden=["2023MM02", "2023MM01"], gemeenten=[TOWN])
    area = {*sources.AGGREGATES, TOWN}
    cube = sources.misdrijven_gemeente()
    assert rows_of(delivery, GEMEENTE) == sources.cells(cube, {"RegioS": area, "Perioden": {"2023MM01", "2023MM02"}})
    assert delivery.manifest.scope.perioden == ["2023MM01", "2023MM02"]
    assert set(delivery.manifest.scope.regio or ()) == area
    # What was narrow does not stand in for the whole, but the whole stands in for what is narrow.
    assert new(settings, GEMEENTE).manifest.scope.perioden is None
    assert extract(settings, GEMEENTE, perioden=["2024MM01"], report=lambda _: None) is None


def test_an_unknown_period_asks_for_no_row(settings: Settings, source: SourceServer) -> None:
    with pytest.raises(DeliveryRefused, match="2031MM01"):
        extract(settings, GEMEENTE, perioden=["2031MM01"], report=lambda _: None)
    assert not asked(source, "TypedDataSet")


def test_requests_stay_within_the_polite_limit(settings: Settings, source: SourceServer) -> None:
    new(settings, GEMEENTE)
    assert source.most_at_once <= GEMEENTE.bron.gelijktijdig
    assert all(" in (" not in r["filter"] and " ge " not in r["filter"] for r in source.requests)


# -- what is skipped --------------------------------------------------------------------------------------------


def test_an_unchanged_table_costs_two_requests(settings: Settings, source: SourceServer) -> None:
    new(settings, GEMEENTE)
    source.requests.clear()
    assert extract(settings, GEMEENTE, report=lambda _: None) is None
    assert sorted(r["entiteit"] for r in source.requests) == ["TableInfos", "Tables"]
    source.requests.clear()
    assert extract(settings, GEMEENTE, force=True, report=lambda _: None) is None
    assert asked(source, "TypedDataSet")
    assert len(landing.deliveries(settings, GEMEENTE.naam)) == 1


def test_the_same_content_under_a_new_date_is_read_once(settings: Settings, source: SourceServer) -> None:
    first = new(settings, GEMEENTE)
    source.change(soort="gewijzigd", tabel="47013NED")
    assert extract(settings, GEMEENTE, report=lambda _: None) is None
    assert len(asked(source, "TypedDataSet")) == 12
    assert extract(settings, GEMEENTE, report=lambda _: None) is None
    assert len(asked(source, "TypedDataSet")) == 12
    assert [d.name for d in landing.deliveries(settings, GEMEENTE.naam)] == [first.name]
    assert not (first.path.parent / ".bezig").exists()


@pytest.mark.parametrize("contract", [GEMEENTE, BEVOLKING], ids=lambda c: c.naam)
def test_restated_figures_make_a_new_delivery(settings: Settings, source: SourceServer, contract: CubeContract) -> None:
    first = new(settings, contract)
    source.change(soort="herzien", tabel=contract.bron.tabel, aantal=3, waar={"RegioS": [TOWN]})
    if contract is BEVOLKING:
        source.change(
            soort="herzien", tabel="03759ned", aantal=3,
            waar={"RegioS": [TOWN], "Geslacht": ["T001038"], "BurgerlijkeStaat": ["T001019"]},
        )  # fmt: skip
    second = new(settings, contract)
    read = rows_of_v4 if contract is BEVOLKING else lambda d: rows_of(d, contract)
    before, after = read(first), read(second)
    assert before.keys() == after.keys()
    assert 1 <= sum(before[key] != after[key] for key in before) <= 6
    assert second.manifest.gewijzigd > first.manifest.gewijzigd
    assert [d.name for d in landing.deliveries(settings, contract.naam)] == [first.name, second.name]


def test_a_renamed_label_is_content_too(settings: Settings, source: SourceServer) -> None:
    new(settings, GEMEENTE)
    source.change(soort="label", tabel="47013NED", dimensie="SoortMisdrijf", code="1.1.1", titel="Anders")
    delivery = new(settings, GEMEENTE)
    titles = {row["Key"]: row["Title"] for row in json.loads(delivery.codes("SoortMisdrijf"))["value"]}
    assert titles["1.1.1 "] == "Anders"


def test_a_redivision_keeps_the_gone_codes_in_scope(settings: Settings, source: SourceServer) -> None:
    new(settings, BUURT)
    source.change(
        soort="herindeling", tabel="47022NED", dimensie="WijkenEnBuurten", code=BUURT_1,
        naar=[f"BU{TOWN[2:]}0103", f"BU{TOWN[2:]}0104"],
    )  # fmt: skip
    delivery = new(settings, BUURT)
    regions = {key[1].strip() for key in rows_of(delivery, BUURT)}
    assert BUURT_1 not in regions
    assert {f"BU{TOWN[2:]}0103", f"BU{TOWN[2:]}0104"} <= regions
    assert {BUURT_1, f"BU{TOWN[2:]}0103", f"BU{TOWN[2:]}0104"} <= set(delivery.manifest.scope.regio or ())
    assert extract(settings, BUURT, force=True, report=lambda _: None) is None


# -- faults -----------------------------------------------------------------------------------------------------

FAULTS = {
    "500": {"soort": "status", "status": 500},
    "503": {"soort": "status", "status": 503, "retry_after": 0},
    "429": {"soort": "status", "status": 429, "retry_after": 0},
    "reset": {"soort": "reset", "fractie": 0.4},
    "reset at once": {"soort": "reset", "fractie": 0.0},
    "truncated json": {"soort": "afgekapt", "vorm": "eerlijk"},
    "truncated body": {"soort": "afgekapt", "vorm": "lengte"},
    "truncated chunks": {"soort": "afgekapt", "vorm": "chunked"},
    "stalling body": {"soort": "traag", "seconden": 2.0, "stukken": 2},
}
PLACES = ["TypedDataSet", "TypedDataSet/$count", "TableInfos", "RegioS", "Tables"]


# Half of a number that claims to be whole is a number: that one fault needs another round instead of a retry.
CUT_COUNT = ("truncated json", "TypedDataSet/$count")


@pytest.mark.parametrize(
    ("fault", "place"), [(fault, place) for fault in FAULTS for place in PLACES if (fault, place) != CUT_COUNT]
)
def test_survives_each_fault_with_the_same_content(
    source: SourceServer, settings_for: SettingsFor, fault: str, place: str
) -> None:
    """Two hits per place; the content is that of an undisturbed run in another home."""
    undisturbed = new(settings_for(source.url, home="rustig"), GEMEENTE, perioden=["2023JJ00"])
    said: list[str] = []
    source.fault(**FAULTS[fault], entiteit=place, keer=2)
    settings = settings_for(source.url, VB_HTTP_TIMEOUT="0.4")
    delivery = new(settings, GEMEENTE, perioden=["2023JJ00"], report=said.append)
    assert delivery.manifest.inhoud_sha256 == undisturbed.manifest.inhoud_sha256
    assert source.faults.describe()[0]["geraakt"] == 2
    assert sum("waiting" in line for line in said) == 2


def test_half_a_count_is_mended_by_another_round(source: SourceServer, settings: Settings) -> None:
    source.fault(**FAULTS[CUT_COUNT[0]], entiteit=CUT_COUNT[1], keer=1)
    said: list[str] = []
    assert new(settings, GEMEENTE, perioden=["2023JJ00"], report=said.append).manifest.rijen == 3 * sources.REGIONS
    rows = f"{sources.REGIONS} rows came, the source counts {str(sources.REGIONS)[0]}"
    assert any(rows in line and "round 2 of 3" in line for line in said)


def test_a_slow_source_is_read_to_the_end(source: SourceServer, settings: Settings) -> None:
    """Slow but never silent for long: that is no fault."""
    source.fault(soort="traag", seconden=1.0, stukken=50, entiteit="TypedDataSet", keer=1)
    assert new(settings, GEMEENTE, perioden=["2023JJ00"]).manifest.rijen == 3 * sources.REGIONS


def test_a_lasting_fault_ends_with_dataset_address_and_remedy_and_is_resumed(
    source: SourceServer, settings: Settings, settings_for: SettingsFor
) -> None:
    source.fault(soort="status", status=500, entiteit="TypedDataSet", deel="'2.6.10'", keer=None)
    with pytest.raises(SourceError) as failure:
        extract(settings, GEMEENTE, report=lambda _: None)
    assert GEMEENTE.naam in failure.value.what
    assert f"{source.url}/dataderden.cbs.nl/ODataFeed/odata/47013NED/TypedDataSet" in failure.value.what
    assert "after the last complete page" in failure.value.remedy
    assert landing.deliveries(settings, GEMEENTE.naam) == []

    source.faults.clear()
    forget(source)
    said: list[str] = []
    resumed = new(settings, GEMEENTE, report=said.append)
    kept = next(int(found[1]) for line in said if (found := re.search(r"(\d) pages kept from before", line)))
    assert 2 <= kept <= 4
    assert len(asked(source, "TypedDataSet")) == 6 - kept
    elsewhere = new(settings_for(source.url, home="elders"), GEMEENTE)
    assert resumed.manifest.inhoud_sha256 == elsewhere.manifest.inhoud_sha256


def test_pages_of_another_edition_are_not_kept(source: SourceServer, settings: Settings) -> None:
    source.fault(soort="status", status=500, entiteit="TypedDataSet", deel="'2.6.10'", keer=None)
    with pytest.raises(SourceError):
        extract(settings, GEMEENTE, report=lambda _: None)
    source.faults.clear()
    source.change(soort="herzien", tabel="47013NED", aantal=50, waar={"SoortMisdrijf": ["0.0.0"]})
    forget(source)
    new(settings, GEMEENTE)
    assert len(asked(source, "TypedDataSet")) == 6


def test_a_damaged_kept_page_is_fetched_again(
    source: SourceServer, settings: Settings, settings_for: SettingsFor
) -> None:
    source.fault(soort="status", status=500, entiteit="TypedDataSet", deel="'2.6.10'", keer=None)
    with pytest.raises(SourceError):
        extract(settings, GEMEENTE, report=lambda _: None)
    page = settings.landing / GEMEENTE.naam / ".bezig" / "pages" / "0.0.0-0002.json.zst"
    page.write_bytes(page.read_bytes()[:1000])
    source.faults.clear()
    resumed = new(settings, GEMEENTE)
    elsewhere = new(settings_for(source.url, home="elders"), GEMEENTE)
    assert resumed.manifest.inhoud_sha256 == elsewhere.manifest.inhoud_sha256


@pytest.mark.parametrize("content", ["", '{"dataset": ', '{"dataset": "x"}'])
def test_a_delivery_without_a_readable_manifest_is_kept_aside_and_asked_for_again(
    source: SourceServer, settings: Settings, content: str
) -> None:
    first = new(settings, CRIMINALITEIT)
    source.change(tabel="83648NED", soort="herzien", aantal=3, zaad=1)
    second = new(settings, CRIMINALITEIT)
    manifest = second.path / "manifest.json"
    manifest.chmod(0o600)
    manifest.write_text(content)
    assert has_news(settings, CRIMINALITEIT), "the daily look finds that it has to be loaded"
    said: list[str] = []
    again = new(settings, CRIMINALITEIT, report=said.append)
    assert again.manifest.inhoud_sha256 == second.manifest.inhoud_sha256
    assert [d.name for d in landing.deliveries(settings, CRIMINALITEIT.naam)] == [first.name, again.name]
    assert first.name < second.name < again.name
    [kept] = landing.aside(settings)
    assert any(str(kept) in line for line in said)
    assert (kept / "manifest.json").read_text() == content, "nothing that came is thrown away"
    assert not has_news(settings, CRIMINALITEIT)
    # One that newer ones followed is not looked at again: a look costs the same after years.
    (first.path / "manifest.json").chmod(0o600)
    (first.path / "manifest.json").write_text(content)
    assert extract(settings, CRIMINALITEIT, report=said.append) is None
    assert landing.aside(settings) == [kept]


def test_kill_9_in_the_middle_and_go_on(source: SourceServer, settings: Settings, settings_for: SettingsFor) -> None:
    # The last part stalls, so that the process is certainly in the middle when it is killed.
    source.fault(soort="traag", seconden=60, stukken=2, entiteit="TypedDataSet", deel="'2.6.10'", keer=1, na=1)
    code = (
        "from veiligheidsbeeld.settings import Settings\n"
        "from veiligheidsbeeld.contracts.cube import get_cube\n"
        "from veiligheidsbeeld.extract import extract\n"
        f"extract(Settings.from_env(), get_cube({GEMEENTE.naam!r}))\n"
    )
    child = subprocess.Popen([sys.executable, "-c", code], cwd=PROJECT, env={**os.environ, **settings.environ})
    pages = settings.landing / GEMEENTE.naam / ".bezig" / "pages"
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if len(list(pages.glob("*.zst"))) == 5 and source.faults.describe()[0]["geraakt"]:
            break
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.wait()
    assert len(list(pages.glob("*.zst"))) == 5
    assert landing.deliveries(settings, GEMEENTE.naam) == []

    forget(source)
    resumed = new(settings, GEMEENTE)
    assert [r["filter"][:30] for r in asked(source, "TypedDataSet")] == ["(SoortMisdrijf eq '2.6.10') an"]
    elsewhere = new(settings_for(source.url, home="elders"), GEMEENTE)
    assert resumed.manifest.inhoud_sha256 == elsewhere.manifest.inhoud_sha256


# -- a table that moves -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("contract", [GEMEENTE, BEVOLKING], ids=lambda c: c.naam)
def test_a_table_changed_while_paged_is_fetched_again(
    source: SourceServer, settings: Settings, settings_for: SettingsFor, contract: CubeContract
) -> None:
    entity = "Observations" if contract is BEVOLKING else "TypedDataSet"
    source.fault(soort="verandert", tabel=contract.bron.tabel, entiteit=entity, na=1, keer=1)
    said: list[str] = []
    delivery = new(settings, contract, report=said.append)
    assert any("modified while it was being paged" in line and "round 2 of 3" in line for line in said), said
    calm = new(settings_for(source.url, home="elders"), contract)
    assert delivery.manifest.inhoud_sha256 == calm.manifest.inhoud_sha256
    assert len(landing.deliveries(settings, contract.naam)) == 1


def test_a_table_that_never_rests_is_given_up(source: SourceServer, settings: Settings) -> None:
    change = {"soort": "gewijzigd", "tabel": "47013NED"}
    source.fault(soort="verandert", entiteit="TypedDataSet", keer=None, wijzigingen=[change])
    with pytest.raises(SourceError, match=r"no consistent copy in 3 rounds.*modified while") as failure:
        extract(settings, GEMEENTE, perioden=["2023JJ00"], report=lambda _: None)
    assert "at rest" in failure.value.remedy
    assert landing.deliveries(settings, GEMEENTE.naam) == []


# -- proofs -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [404, 501, 400])
def test_without_count_the_dense_cube_is_the_proof(source: SourceServer, settings: Settings, status: int) -> None:
    source.fault(soort="status", status=status, entiteit="TypedDataSet/$count", keer=None)
    delivery = new(settings, GEMEENTE, perioden=["2023JJ00"])
    assert {(p.bewijs, p.verwacht) for p in delivery.manifest.delen} == {("kubus", sources.REGIONS)}


def test_without_count_a_whole_table_is_proven_by_its_record_count(source: SourceServer, settings: Settings) -> None:
    source.fault(soort="status", status=501, entiteit="TypedDataSet/$count", keer=None)
    delivery = new(settings, CRIMINALITEIT)
    assert [(p.deel, p.filter, p.bewijs, p.verwacht) for p in delivery.manifest.delen] == [
        ("geheel", "", "RecordCount", 2 * 7 * 2)
    ]


def tampered(source: SourceServer, tamper: Callable[[str, bytes], bytes | Answer]):
    """The source server behind something that spoils its answers."""
    import urllib.error
    import urllib.request

    def answer(path: str, _: int) -> Answer:
        try:
            with urllib.request.urlopen(source.url + path) as reply:
                body = reply.read()
        except urllib.error.HTTPError as error:
            return Answer(error.read(), error.code)
        spoiled = tamper(path, body)
        return spoiled if isinstance(spoiled, Answer) else Answer(spoiled)

    return scripted(answer)


def drop_link(path: str, body: bytes) -> bytes:
    page = json.loads(body)
    return json.dumps({"value": page["value"]}).encode()


def repeat_row(path: str, body: bytes) -> bytes:
    page = json.loads(body)
    return json.dumps({**page, "value": [*page["value"], page["value"][7]]}).encode()


def repeat_page(path: str, body: bytes) -> bytes:
    page = json.loads(body)
    return json.dumps({**page, "odata.nextLink": "http://dataderden.prod.cbsp.nl/x?$skip=0"}).encode()


def foreign_row(path: str, body: bytes) -> bytes:
    page = json.loads(body)
    page["value"][3]["RegioS"] = "GM0363"
    return json.dumps(page).encode()


@pytest.mark.parametrize(
    ("entity", "spoil", "told"),
    [
        ("TypedDataSet?", drop_link, f"10,000 rows came, the source counts {sources.ROWS:,}"),
        (
            "TypedDataSet?",
            repeat_row,
            f"SoortMisdrijf=0.0.0, RegioS=NL01, Perioden={2026 - sources.YEARS}MM08 came twice",
        ),
        ("TypedDataSet?", repeat_page, "came twice|does not lead on"),
        ("TypedDataSet?", foreign_row, "RegioS='GM0363' was not asked for"),
        (
            "TypedDataSet/$count",
            lambda *_: b"%d" % (sources.ROWS + 1),
            rf"{sources.ROWS:,} rows came, the source counts {sources.ROWS + 1:,} " + r"\(\$count\)",
        ),
        ("TypedDataSet/$count", lambda *_: b"1060", "the source counts 1,060"),
    ],
    ids=["page lost", "row twice", "page twice", "row of another region", "count too high", "count cut short"],
)
def test_an_inconsistent_answer_is_never_landed(
    source: SourceServer, settings_for: SettingsFor, entity: str, spoil: Callable, told: str
) -> None:
    def tamper(path: str, body: bytes) -> bytes:
        return spoil(path, body) if entity in path and "0.0.0" in path else body

    with tampered(source, tamper) as spoiled:
        settings = settings_for(spoiled.url)
        with pytest.raises(SourceError, match=told) as failure:
            extract(settings, GEMEENTE, report=lambda _: None)
    assert f"{spoiled.url}/dataderden.cbs.nl/ODataFeed/odata/47013NED" in failure.value.what
    assert landing.deliveries(settings, GEMEENTE.naam) == []


def test_one_inconsistent_answer_is_mended_by_another_round(source: SourceServer, settings_for: SettingsFor) -> None:
    spoilt: list[str] = []

    def tamper(path: str, body: bytes) -> bytes:
        if "TypedDataSet?" in path and "0.0.0" in path and not spoilt:
            spoilt.append(path)
            return drop_link(path, body)
        return body

    with tampered(source, tamper) as spoiled:
        delivery = new(settings_for(spoiled.url), GEMEENTE)
    calm = new(settings_for(source.url, home="elders"), GEMEENTE)
    assert delivery.manifest.inhoud_sha256 == calm.manifest.inhoud_sha256


def test_a_part_that_is_empty_where_the_lists_have_codes(source: SourceServer, settings_for: SettingsFor) -> None:
    """As when a source counted positions of `substring` from 1: it would agree with itself on nothing."""

    def tamper(path: str, body: bytes) -> bytes:
        if "substring" not in path:
            return body
        return b"0" if "$count" in path else b'{"value":[]}'

    with tampered(source, tamper) as spoiled:
        with pytest.raises(SourceError, match="no rows, although"):
            extract(settings_for(spoiled.url), BUURT, report=lambda _: None)
        # A recording need not hold what its lists promise.
        recorded = settings_for(spoiled.url, home="opname", VB_SOURCES=str(PROJECT))
        assert new(recorded, BUURT).manifest.rijen == 2 * 12


def test_rows_with_codes_on_no_list_are_left_to_the_loader(source: SourceServer, settings: Settings) -> None:
    source.change(
        soort="onbekende_code", tabel="47013NED", dimensie="SoortMisdrijf", code="9.9.9", aantal=2,
        waar={"SoortMisdrijf": ["0.0.0"], "Perioden": ["2023JJ00"], "RegioS": [TOWN, NEIGHBOUR]},
    )  # fmt: skip
    delivery = new(settings, GEMEENTE, perioden=["2023JJ00"])
    assert sum(key[0].strip() == "9.9.9" for key in rows_of(delivery, GEMEENTE)) == 2
    assert delivery.manifest.rijen == 3 * sources.REGIONS


# -- the wrong table --------------------------------------------------------------------------------------------


def test_a_number_at_the_end_of_a_column_may_shift(source: SourceServer, settings: Settings) -> None:
    """v3 numbers its topics: `_2` becomes `_4` when topics come before it, and is the same topic."""
    source.change(tabel="47013NED", soort="kolom_hernoemd", kolom="Aangiften_2", naar="Aangiften_4")
    columns = ["GeregistreerdeMisdrijven_1", "Aangiften_4", "Internetaangiften_3"]
    found = sources.landed(new(settings, GEMEENTE), ["SoortMisdrijf", "RegioS", "Perioden"], columns)
    expected = sources.cells(sources.misdrijven_gemeente(), {})
    assert found and all(row == expected[key] for key, row in found.items())


@pytest.mark.parametrize(
    "change",
    [
        {"soort": "kolom_weg", "kolom": "Aangiften_2"},
        {"soort": "kolom_hernoemd", "kolom": "Aangiften_2", "naar": "AangiftenBijPolitie_2"},
    ],
    ids=["gone", "renamed"],
)
def test_a_column_that_is_gone_refuses_before_any_row(
    source: SourceServer, settings: Settings, change: dict[str, str]
) -> None:
    source.change(tabel="47013NED", **change)
    with pytest.raises(DeliveryRefused, match=r"47013NED.*'Aangiften_2'") as refusal:
        extract(settings, GEMEENTE, report=lambda _: None)
    assert refusal.value.owner and refusal.value.owner.startswith("Politie")
    assert not asked(source, "TypedDataSet")


def test_a_dimension_that_the_contract_lacks_refuses(settings: Settings) -> None:
    without = GEMEENTE.model_copy(update={"sleutels": GEMEENTE.sleutels[1:], "bron": GEMEENTE.bron})
    with pytest.raises(DeliveryRefused, match="SoortMisdrijf"):
        extract(settings, without, report=lambda _: None)


@pytest.mark.parametrize(
    ("contract", "table"),
    [(BEVOLKING, "03759NED"), (GEMEENTE, "47099NED")],
    ids=["v4 in the wrong case", "v3 unknown"],
)
def test_a_table_that_is_not_there(
    settings: Settings, source: SourceServer, contract: CubeContract, table: str
) -> None:
    wrong = contract.model_copy(update={"bron": contract.bron.model_copy(update={"tabel": table})})
    with pytest.raises(SourceError, match=table) as failure:
        extract(settings, wrong, report=lambda _: None)
    assert failure.value.owner
    assert not asked(source, "Observations") and not asked(source, "TypedDataSet")


def test_another_table_under_the_address_is_refused(source: SourceServer, settings_for: SettingsFor) -> None:
    def tamper(path: str, body: bytes) -> bytes:
        return body.replace(b'"Identifier":"47013NED"', b'"Identifier":"47013ENG"') if "TableInfos" in path else body

    with tampered(source, tamper) as spoiled, pytest.raises(SourceError, match="'47013ENG', not '47013NED'"):
        extract(settings_for(spoiled.url), GEMEENTE, report=lambda _: None)


def test_live_means_https_and_sample_never_means_live(settings_for: SettingsFor, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="https only"):
        extract(settings_for("http://127.0.0.1:9", VB_SOURCES="live"), GEMEENTE)
    with pytest.raises(ConfigurationError, match="No source server"):
        extract(Settings.from_env({"VB_HOME": str(tmp_path)}), GEMEENTE)


def test_memory_does_not_grow_with_the_table(tmp_path: Path) -> None:
    """Forty pages of a megabyte need hardly more memory than four."""
    code = (
        "import resource, sys\n"
        "from veiligheidsbeeld.settings import Settings\n"
        "from veiligheidsbeeld.contracts.cube import get_cube\n"
        "from veiligheidsbeeld.extract import extract\n"
        f"extract(Settings.from_env(), get_cube({GEMEENTE.naam!r}))\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)\n"
    )
    cube = sources.misdrijven_gemeente()
    peak = {}
    for soorten in (2, 20):
        big = sources.repeated(cube, soorten)
        with serve({"47013NED": big}) as server:
            env = {**os.environ, "VB_HOME": str(tmp_path / str(soorten)), "VB_SOURCE_URL": server.url}
            run = subprocess.run(
                [sys.executable, "-c", code], cwd=PROJECT, env=env, capture_output=True, text=True, check=True
            )
        peak[soorten] = int(run.stderr.split()[-1]) / 1024
    assert peak[20] - peak[2] < 10, peak


@pytest.mark.shared
def test_recordings_land_as_they_were_recorded(shared: Path, settings_for: SettingsFor) -> None:
    folder = shared / "recordings"
    with serve(Recordings(folder), kind="opname") as server:
        settings = settings_for(server.url, VB_SOURCES=str(folder))
        delivery = new(settings, GEMEENTE)
    found = rows_of(delivery, GEMEENTE)
    recorded = json.loads((folder / "dataderden.cbs.nl/47013NED/TypedDataSet.json").read_text())["value"]
    scope = set(delivery.manifest.scope.regio or ())
    assert found == {
        (r["SoortMisdrijf"], r["RegioS"], r["Perioden"]): tuple(r[m.bron] for m in GEMEENTE.maten)
        for r in recorded
        if r["RegioS"].strip() in scope
    }
    assert delivery.manifest.bron_soort == "opname"
    assert len(delivery.manifest.delen) == 59
