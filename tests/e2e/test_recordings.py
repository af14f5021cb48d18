"""Real figures, replayed in the sources' own reply format, come out of the marts to the last digit.

Expected values are the published ones, typed in here from the publications (police open data, edition 2026 for
47013NED, August 2022 for 47022NED, April 2024 for 47021NED; Statistics Netherlands for population), or read from the
recorded replies by a way of its own that shares nothing with the loader.
"""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from sandbox.source_server import Recordings, serve
from tests.cubes.recording import HOSTILE, TEAM
from tests.e2e import surveys, way
from veiligheidsbeeld import alerts
from veiligheidsbeeld.binding import proposal
from veiligheidsbeeld.services.lifecycle import Stopwatch
from veiligheidsbeeld.services.run import Result
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.summary import Screen, promised
from veiligheidsbeeld.warehouse import connect

pytestmark = [pytest.mark.shared, pytest.mark.e2e, pytest.mark.timeout(900)]

RECORDED = ["cbs_bevolking", "politie_misdrijven_buurt", "politie_misdrijven_gemeente", "politie_overlast_gemeente"]
BOUND = [surveys.CORE, surveys.ONLINE]

PUBLISHED_CRIME = {
    "NL01": (800027, 805590), "RE10": (52764, 52421), "GM0988": (2154, 2204), "GM0946": (398, 444),
    "GM1640": (1256, 1006), "GM0983": (5984, 6501), "GM0984": (1993, 1793), "GM1507": (1456, 1486),
    "GM1894": (1429, 1279), "GM0907": (605, 583), "GM0893": (412, 402), "GM0889": (374, 384), "GM0957": (3871, 3942),
    "GM1711": (1469, 1314), "GM1641": (780, 675), "GM1669": (519, 511), "GM1883": (4638, 4851), "GM0971": (761, 703),
    "GM0888": (635, 734), "GM1954": (1103, 984), "GM0917": (5917, 6233), "GM0935": (7966, 7840),
}  # fmt: skip
PUBLISHED_NUISANCE = {
    2012: 279325, 2013: 291796, 2014: 310253, 2015: 305379, 2016: 333401, 2017: 351285, 2018: 349988, 2019: 366802,
    2020: 510172, 2021: 536959, 2022: 461353, 2023: 444177,
}  # fmt: skip


@pytest.fixture(scope="module")
def published(shared: Path, new_warehouse_to_build, tmp_path_factory) -> Settings:
    """A warehouse with the marts that follow from the recordings; two survey tables came again under other codes, one
    was refused, and the population was merged by a version that bound nothing."""
    folder = surveys.beside(shared / "recordings", tmp_path_factory.mktemp("opname"))
    surveys.as_seen(shared, folder)
    settings = replace(new_warehouse_to_build(), sources=str(folder))
    datasets = [name for name in way.all_datasets() if name != surveys.TRADITIONAL]
    with serve(Recordings(folder), kind="opname") as server:
        settings = way.at_source(settings, server.url, VB_SOURCES=str(folder), VB_SOURCE_URL=server.url)
        outcomes = way.bring_in(settings, datasets)
        assert [dataset for dataset, o in outcomes.items() if o.uitkomst == "gedaan"] == [*RECORDED, *BOUND]
        assert "not among the recordings" in outcomes["cbs_criminaliteit"].boodschap
        with pytest.raises(AssertionError, match="koppeling: ontbreekt"):
            way.bring_in(settings, [surveys.TRADITIONAL])
    surveys.renumbered(shared, folder)
    with serve(Recordings(folder), kind="opname") as server:
        way.bring_in(replace(settings, source_url=server.url), BOUND)
    with connect(settings, "lader") as connection:
        connection.execute("delete from beheer.koppeling where dataset = 'cbs_bevolking'")
    assert len(way.publish(settings, ["leefomgeving", "cybercrime"])) == 3
    return settings


def ask(settings: Settings, query: str, *parameters: object) -> list[tuple]:
    with connect(settings, "analist") as connection:
        return connection.execute(query, parameters).fetchall()


def values(settings: Settings, where: str, *parameters: object) -> dict[tuple, tuple]:
    rows = ask(
        settings,
        "select indicator_code, regio_code, periode_code, waarde, status_waarde, bron, bron_soort"
        f" from mart_leefomgeving.indicatorwaarden where {where}",
        *parameters,
    )
    return {row[:3]: row[3:] for row in rows}


def recorded(shared: Path, table: str, host: str = "dataderden.cbs.nl", entity: str = "TypedDataSet") -> list[dict]:
    return json.loads((shared / "recordings" / host / table / f"{entity}.json").read_text())["value"]


def test_registered_crime_of_country_unit_and_municipalities(published):
    found = values(published, "indicator_code = 'MIS-0.0.0' and maat = 'aantal' and periode_soort = 'jaar'")
    for region, years in PUBLISHED_CRIME.items():
        for year, expected in zip((2022, 2023), years, strict=True):
            assert found["MIS-0.0.0", region, f"{year}JJ00"] == (expected, "gepubliceerd", "47013NED", "opname")


def test_every_recorded_municipality_of_the_work_area(published, shared):
    found = values(published, "indicator_code = 'MIS-0.0.0' and maat = 'aantal' and periode_soort = 'jaar'")
    towns = {
        row[0] for row in ask(published, "select regio_code from kern.regio where niveau = 'gemeente' and werkgebied")
    }
    checked = 0
    for row in recorded(shared, "47013NED"):
        region, value = row["RegioS"].strip(), row["GeregistreerdeMisdrijven_1"]
        if region in towns:
            assert found["MIS-0.0.0", region, row["Perioden"]][0] == value
            checked += 1
    assert checked == 2 * (31 + 12)


def test_what_was_not_recorded_is_absent_with_a_status_and_never_zero(published):
    found = values(published, "periode_soort = 'jaar' and maat = 'aantal' and niveau <> 'samenwerkingsgebied'")
    of_crime = {k: v for k, v in found.items() if v[2] == "47013NED"}
    assert len(of_crime) > 10_000
    for (indicator, _, period), (value, status, _, _) in of_crime.items():
        if (indicator, period[:4]) not in {("MIS-0.0.0", "2022"), ("MIS-0.0.0", "2023")}:
            assert value is None and status == "nog_niet_beschikbaar", (indicator, period, value, status)
    zero = ask(
        published, "select count(*) from mart_leefomgeving.indicatorwaarden where waarde = 0 and niveau <> 'nederland'"
    )
    assert zero == [(0,)]
    missing = ask(
        published, "select count(*) from kern.dekking where dataset = 'cbs_criminaliteit' and status = 'geleverd'"
    )
    assert missing == [(0,)]


def test_national_months_per_type(published, shared):
    found = values(published, "regio_code = 'NL01' and periode_soort = 'maand' and maat = 'aantal'")
    in_cyber = ask(
        published,
        "select indicator_code, regio_code, periode_code, waarde, status_waarde, bron, bron_soort"
        " from mart_cybercrime.indicatorwaarden"
        " where regio_code = 'NL01' and periode_soort = 'maand' and maat = 'aantal'",
    )
    found |= {row[:3]: row[3:] for row in in_cyber}
    checked = hidden = 0
    for row in recorded(shared, "47022NED"):
        key = (f"MIS-{row['SoortMisdrijf'].strip()}", "NL01", row["Perioden"])
        if key in found:
            value, status, source, _ = found[key]
            expected = row["GeregistreerdeMisdrijven_1"]
            assert (value, source) == (expected, "47022NED")
            if expected is None:
                assert status == "niet_gepubliceerd_op_niveau"
                hidden += 1
            checked += 1
    assert checked >= 127 * 45 and hidden == 127 * 3, (checked, hidden)
    total = sum(found["MIS-0.0.0", "NL01", f"2021MM{m:02}"][0] for m in range(1, 13))
    assert total == 741_265
    assert found["MIS-0.0.0", "NL01", "2012MM01"][0] == 101_793


def test_national_nuisance_per_year(published, shared):
    found = values(published, "regio_code = 'NL01' and periode_soort = 'jaar' and maat = 'aantal'")
    for year, expected in PUBLISHED_NUISANCE.items():
        assert found["OVL-0.0.0", "NL01", f"{year}JJ00"][0] == expected
    assert found["OVL-E33", "NL01", "2022JJ00"][:2] == (138_807, "gepubliceerd")
    checked = 0
    for row in recorded(shared, "47021NED"):
        key = (f"OVL-{row['Overlast'].strip()}", "NL01", row["Perioden"])
        if key in found:
            assert found[key][0] == row["GeregistreerdeOverlast_1"]
            checked += 1
    assert checked >= 12 * 8


def test_population_and_the_rate_that_follows(published, shared):
    (of_weert,) = [
        row["Value"]
        for row in recorded(shared, "03759ned", "datasets.cbs.nl", "Observations")
        if (row["RegioS"], row["Perioden"], row["Measure"]) == ("GM0988", "2023JJ00", "M000352")
    ]
    assert ask(
        published,
        "select inwoners_1_januari, bron from kern.bevolking"
        " where regio_code = 'GM0988' and jaar = 2023 and leeftijdsgroep = 'totaal'",
    ) == [(of_weert, "03759ned")]
    assert ask(
        published,
        "select inwoners_1_januari from kern.bevolking"
        " where regio_code = 'NL01' and jaar = 2019 and leeftijdsgroep = 'totaal'",
    ) == [(17_282_163,)]
    rate = ask(
        published,
        "select waarde, teller, noemer, status_waarde from mart_leefomgeving.indicatorwaarden"
        " where indicator_code = 'MIS-0.0.0' and regio_code = 'GM0988' and periode_code = '2023JJ00'"
        " and maat = 'per_1000'",
    )
    assert rate == [(pytest.approx(1000 * 2204 / of_weert, rel=1e-12), 2204, of_weert, "gepubliceerd")]


def test_partnerships_are_sums_of_their_municipalities(published):
    found = values(published, "indicator_code = 'MIS-0.0.0' and maat = 'aantal' and periode_soort = 'jaar'")
    assert found["MIS-0.0.0", "SGWNL", "2023JJ00"][0] == 2204 + 444 + 1006
    assert found["MIS-0.0.0", "SGWM", "2022JJ00"][0] == 4638 + 761 + 635


def survey(settings: Settings, mart: str, region: str = "NL01") -> dict[str, tuple]:
    rows = ask(
        settings,
        f"select indicator_code, waarde, ondergrens, bovengrens from mart_{mart}.indicatorwaarden"
        " where reeks = 'vm_gepubliceerd' and regio_code = %s and waarde is not null",
        region,
    )
    return {code: figures for code, *figures in rows}


def test_survey_figures_stand_under_their_titles_after_every_code_was_renumbered(published):
    core, online = survey(published, "leefomgeving"), survey(published, "cybercrime")
    assert core == {code: [value, value - 1, value + 1] for code, value in surveys.SHOWN_CORE.items()}
    assert online == {
        code: [value, value - 1, value + 1] for code, value in (surveys.SHOWN_ONLINE | surveys.PROTECTION).items()
    }
    # A team that the source writes otherwise, and under another code each time, is the region's own.
    assert survey(published, "cybercrime", TEAM).keys() == online.keys()
    assert ask(published, "select naam from kern.regio where regio_code = 'BT0001'") == [("Vechtdal (BT)",)]


def test_a_table_whose_titles_are_gone_is_published_nowhere_and_never_green(published):
    (delivery,) = ask_as_loader(published, "select levering_id, status from raw.levering where tabel = '85322NED'")
    assert delivery[1] == "geweigerd"
    assert "Slachtoffer geweest" in proposal.file_of(published.home / proposal.FOLDER, surveys.TRADITIONAL).read_text(
        encoding="utf-8"
    )
    shown = ask(published, "select count(*) from mart_leefomgeving.indicatorwaarden where bron = '85322NED'")
    assert shown == [(0,)]
    assert any(m.what.startswith(surveys.TRADITIONAL) for m in promised.missing(published, []))


def test_what_did_not_arrive_ends_the_run_that_tried_it_with_1_and_every_later_one_with_3(published):
    """0 is the end of the runs in test_run.py, where all arrived."""
    with connect(published, "beheer") as connection:
        ((tried,),) = connection.execute(
            "select distinct run_id from beheer.stap where onderwerp = %s and uitkomst = 'geweigerd'",
            [surveys.TRADITIONAL],
        ).fetchall()
    code, shown = ended(Result(published, Stopwatch(), failures=alerts.failures(published, [tried])))
    assert code == 1 and shown.rstrip().endswith("Red. What was published before stays as it was.")
    assert f"{surveys.TRADITIONAL}, keur_levering: " in shown and "Owner: " in shown and "What to do: " in shown
    code, shown = ended(Result(published, Stopwatch()))
    assert code == 3 and "Published, and not green." in shown and "All green" not in shown
    assert f"{surveys.TRADITIONAL} (85322NED): no figure of it was ever merged." in shown


def ended(result: Result) -> tuple[int, str]:
    """What `run` does when its work is done: the code it exits with, and the summary."""
    paper = io.StringIO()
    screen = Screen(Console(file=paper, width=200), result.settings)
    screen.collect(result)
    screen.summary(result)
    return screen.exit_code(result), paper.getvalue()


def test_a_title_of_a_source_is_text_and_never_run(published):
    assert ask(published, "select naam from kern.regio where regio_code = 'BT0002'") == [(f"{HOSTILE} (BT)",)]


def ask_as_loader(settings: Settings, query: str) -> list[tuple]:
    with connect(settings, "lader") as connection:
        return connection.execute(query).fetchall()
