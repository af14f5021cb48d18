"""Nothing new changes nothing; restated figures have history, reach the marts, and are known as they were before."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox import sample
from sandbox.source_server import SourceServer, serve
from tests.e2e import reading, way
from tests.places import NEIGHBOUR, TOWN
from tests.registers import files
from veiligheidsbeeld import publish
from veiligheidsbeeld.contracts import get_contract
from veiligheidsbeeld.settings import this_day
from veiligheidsbeeld.warehouse import connect

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(900)]

THEMES = ["cybercrime", "ondermijning"]
CHANGED = "politie_misdrijven_gemeente"
# What the figures that change are made of; all datasets go the same way in test_run.py.
DATASETS = [CHANGED, "cbs_bevolking"]
MART = "mart_cybercrime.indicatorwaarden"
# Two senders of one register, of which the first sends what only the marts will show to be wrong.
REGISTER, REACHED = "actieplan", 1200
WRONG, RIGHT = TOWN, NEIGHBOUR


@pytest.fixture(scope="module")
def system(new_warehouse_to_build):
    """A warehouse with the first publication, and the source server that it came from."""
    settings = new_warehouse_to_build()
    with serve(sample.cubes(settings)) as server:
        settings = way.at_source(settings, server.url, VB_SOURCE_URL=server.url)
        way.bring_in(settings, DATASETS)
        for sender in (WRONG, RIGHT):
            files.put(settings, f"{sender}/{REGISTER}_2025.csv", plan_of(sender))
        files.load(settings)
        way.publish(settings, THEMES)
        yield settings, server


def plan_of(sender: str) -> bytes:
    lines = [
        "actie_id;gemeente;prioriteit;soort;datum_start;status;bereik",
        f"A-1;{sender};ondermijning;campagne;2025-03-05;gereed;{REACHED}",
    ]
    return "\r\n".join([*lines, ""]).encode()


def reached(settings) -> dict[str, object]:
    """How many people campaigns of 2025 reached, of both senders."""
    query = (
        "select regio_code, waarde from mart_ondermijning.indicatorwaarden where indicator_code = 'ACT-BEREIK'"
        f" and periode_code = '2025JJ00' and maat = 'aantal' and regio_code in ('{WRONG}', '{RIGHT}')"
    )
    return dict(rows(settings, query))


def tell_of_time_to_come(settings) -> None:
    """The figure of a sender's file stands under next year as well: border 1 stops what would lead to that."""
    table = "kandidaat_ondermijning.indicatorwaarden"
    with connect(settings, "transform") as connection:
        connection.execute(
            f"create temporary table te_komen as select * from {table} where indicator_code = 'ACT-BEREIK'"
            " and regio_code = %s and periode_code = '2025JJ00' and waarde is not null",
            [WRONG],
        )
        connection.execute("update te_komen set periode_code = %s", [f"{this_day().year + 1}JJ00"])
        connection.execute(f"insert into {table} select * from te_komen")


def rows(settings, query: str) -> list[tuple]:
    with connect(settings, "publicist") as connection:
        return connection.execute(query).fetchall()


def fingerprint(settings) -> dict[str, object]:
    """Everything that a run could change: raw rows with their history, publications, what readers see."""
    tables = [r[0] for r in rows(settings, "select tablename from pg_tables where schemaname = 'raw' order by 1")]
    found: dict[str, object] = {
        name: rows(settings, f"select count(*), sum(hashtextextended(t::text, 0)) from raw.{name} as t")
        for name in tables
    }
    found["publicaties"] = rows(settings, "select publicatie_nr, thema, status from beheer.publicatie order by 1")
    found["lezers"] = rows(settings, f"select count(*), sum(hashtextextended(t::text, 0)) from {MART} as t")
    return found


def months(settings) -> dict[tuple[str, str, str], object]:
    found = rows(
        settings,
        f"select indicator_code, regio_code, periode_code, waarde from {MART}"
        " where periode_soort = 'maand' and maat = 'aantal'",
    )
    return {row[:3]: row[3] for row in found}


def turn_back(settings, period: str, *more: str) -> float:
    """Turns back as a person does; online crime in the town in the newest twelve months, as the page has it then."""
    command = [sys.executable, "-m", "veiligheidsbeeld", "publish", "cybercrime", "--rollback", *more]
    subprocess.run(command, env=os.environ | settings.environ, check=True, capture_output=True)
    page = (settings.home / "paginas" / "regio" / f"{TOWN}.html").read_text(encoding="utf-8")
    cell = rf'data-cel="cybercrime\|MIS-3\.7\.4\|{TOWN}\|{period}\|aantal\|\w+">([\d.]+)'
    [told] = set(re.findall(cell, page))
    return float(told.replace(".", ""))


def twelve_months(settings, period: str) -> float:
    [(value,)] = rows(
        settings,
        f"select waarde from {MART} where indicator_code = 'MIS-3.7.4' and regio_code = '{TOWN}'"
        f" and periode_code = '{period}' and maat = 'aantal'",
    )
    return value


def test_readers_open_the_first_publication(system):
    settings, _ = system
    reading.everything(settings, "mart_cybercrime", "MIS-3.7.4")


def test_a_second_run_changes_nothing(system):
    settings, _ = system
    before = fingerprint(settings)
    outcomes = way.bring_in(settings, DATASETS)
    assert {o.uitkomst for o in outcomes.values()} == {"niets_nieuws"}
    assert way.publish(settings, THEMES) == {}
    assert fingerprint(settings) == before


def test_a_new_date_at_the_source_alone_changes_nothing(system):
    settings, server = system
    before = fingerprint(settings)
    server.change("gewijzigd", "47013NED")
    outcomes = way.bring_in(settings, [CHANGED])
    assert outcomes[CHANGED].uitkomst == "niets_nieuws"
    assert way.publish(settings, THEMES) == {}
    assert fingerprint(settings) == before


def test_restated_figures(system):
    settings, server = system
    before_marts = months(settings)
    newest = max(period for code, region, period in before_marts if (code, region) == ("MIS-3.7.4", TOWN))
    rolling = newest.replace("MM", "RM")
    before_rolling = twelve_months(settings, rolling)
    before_publication = publish.publications(settings)
    changed = _restate(server, newest)
    series = {(soort, region, period[:4]) for soort, region, period in changed}

    outcome = way.bring_in(settings, [CHANGED])[CHANGED]
    counted = {k: outcome.detail[k] for k in ("nieuw", "gewijzigd", "vervallen")}
    assert counted == {"nieuw": 0, "gewijzigd": len(series), "vervallen": 0}
    number = outcome.detail["levering_id"]
    closed = rows(
        settings, f"select soort_misdrijf, regio, jaar::text from raw.{CHANGED} where levering_tot = {number}"
    )
    assert sorted(closed) == sorted(series)

    known = "select soort_misdrijf, regio, periode, geregistreerde_misdrijven from raw.{0}_cellen where {1}"
    as_known_before = f"levering_van < {number} and coalesce(levering_tot >= {number}, true)"
    old = {row[:3]: row[3] for row in rows(settings, known.format(CHANGED, as_known_before))}
    new = {row[:3]: row[3] for row in rows(settings, known.format(CHANGED, "levering_tot is null"))}
    assert {cell: (old[cell], new[cell]) for cell in old if old[cell] != new[cell]} == changed

    assert reached(settings) == {WRONG: REACHED, RIGHT: REACHED}
    published = way.publish(settings, THEMES, before_judging=tell_of_time_to_come)
    assert {t: o.uitkomst for t, o in published.items()}["cybercrime"] == "gedaan"
    after_marts = months(settings)
    moved = {
        (code.removeprefix("MIS-"), region, period)
        for (code, region, period), value in after_marts.items()
        if value != before_marts[code, region, period] and not region.startswith("SG")
    }
    assert moved == set(changed)
    assert all(after_marts[f"MIS-{s}", r, p] == new_value for (s, r, p), (_, new_value) in changed.items())

    after_rolling = twelve_months(settings, rolling)
    assert turn_back(settings, rolling) == twelve_months(settings, rolling) == before_rolling
    assert months(settings) == before_marts
    assert len(publish.publications(settings)) > len(before_publication)
    number = str(published["cybercrime"].detail["nr"])
    assert turn_back(settings, rolling, "--naar", number) == after_rolling != before_rolling
    assert months(settings) == after_marts


def test_the_file_at_fault_was_taken_back_and_everything_built_and_judged_without_it(system):
    settings, _ = system
    assert {code: value for code, value in reached(settings).items() if value is not None} == {RIGHT: REACHED}
    (told,) = rows(
        settings, "select detail ->> 'bestand', detail ->> 'eigenaar' from beheer.stap where detail ? 'bestand'"
    )
    assert told == (f"{WRONG}/{REGISTER}_2025.csv", get_contract(REGISTER).eigenaar.functie)
    assert list((Path(settings.reports) / WRONG).iterdir())


def test_readers_open_a_later_publication(system):
    settings, _ = system
    reading.everything(settings, "mart_cybercrime", "MIS-3.7.4")


def _restate(server: SourceServer, newest: str) -> dict[tuple[str, str, str], tuple[int, int]]:
    """Months of two soorten in two towns get other figures; the cells with their old and new value."""
    answer = server.change(
        "herzien",
        "47013NED",
        cellen=[
            {
                "SoortMisdrijf": soort,
                "RegioS": region,
                "Perioden": period,
                "GeregistreerdeMisdrijven_1": value,
            }
            for soort, region, period, value in [
                ("3.7.4", TOWN, "2023MM05", 41),
                ("3.7.4", TOWN, "2022MM11", 42),
                ("3.7.4", TOWN, newest, 1),
                ("3.9.1", "GM0983", "2024MM02", 43),
                ("3.9.1", "GM0983", "2024MM03", 44),
            ]
        ],
    )
    return {
        tuple(cell["sleutels"][d].strip() for d in ("SoortMisdrijf", "RegioS", "Perioden")): (
            cell["oud"],
            cell["nieuw"],
        )
        for cell in answer["cellen"]
    }  # type: ignore[misc]
