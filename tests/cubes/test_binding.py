"""Real names of 85146NED from a source whose codes nobody knows beforehand: bound by title, or refused by name."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from sandbox.source_server import Recordings, serve
from tests.cubes.recording import FIGURES, HOSTILE, SHOWN, TEAM, TEAM_NAME, Recording, at_source, bring_in, real_names
from tests.places import TOWN_NAME
from veiligheidsbeeld.binding import aliases, proposal
from veiligheidsbeeld.binding.earlier import bind_earlier
from veiligheidsbeeld.contracts.cube import CubeContract, get_cube
from veiligheidsbeeld.errors import ConfigurationError, VeiligheidsbeeldError
from veiligheidsbeeld.extract.live import look
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect

pytestmark = pytest.mark.shared

DATASET = "vm_kerncijfers_regio"
LATER = "2026-04-01T00:00:00+02:00"


@pytest.fixture
def names(shared: Path) -> list[str]:
    return real_names(shared)


# The same contract at the other host of the statistics office, where a topic is a column.
V4 = get_cube(DATASET)
V3 = V4.model_copy(update={"bron": V4.bron.model_copy(update={"protocol": "odata_v3", "host": "opendata"})})


@pytest.fixture
def load(clean_warehouse: Settings, tmp_path: Path) -> Callable[..., tuple[bool, str]]:
    """Brings a recording through the first border; whether it passed, and every card."""

    def bring(recording: Recording, contract: CubeContract = V4) -> tuple[bool, str]:
        recording.figures = FIGURES | recording.figures
        folder = tmp_path / f"opname-{len(list(tmp_path.iterdir()))}"
        (recording.write_v3 if contract.wide else recording.write)(folder)
        return bring_in(clean_warehouse, folder, contract)

    return bring


def published(settings: Settings, region: str = "NL01") -> dict[str, float]:
    """Figures of the newest merged delivery by what its codes were bound to."""
    query = """
        with binding as (
            select * from beheer.koppeling where levering_id = (
                select max(levering_id) from raw.levering where status = 'verwerkt' and dataset = %(dataset)s)
        )
        select m.betekenis, c.waarde from raw.vm_kerncijfers_regio_cellen as c
        inner join binding as m on m.dimensie = 'Measure' and m.code = c.maat and m.oordeel = 'gekoppeld'
        inner join binding as r on r.dimensie = 'RegioS' and r.code = c.regio
        where c.levering_tot is null and c.marge = 'MW00000' and r.betekenis = %(region)s
        """
    with connect(settings, "transform") as connection:
        return dict(connection.execute(query, {"dataset": DATASET, "region": region}).fetchall())


def test_real_names_are_published_whatever_the_codes(names, load, clean_warehouse) -> None:
    assert len(names) == 224
    passed, cards = load(Recording(names))
    assert passed and cards.count("koppeling: ") == cards.count("koppeling: verdwenen") == 1  # teams it does not hold
    assert f"{TOWN_NAME} (BT)" in cards and f"{TEAM_NAME} (BT)" not in cards
    assert published(clean_warehouse) == SHOWN
    # The team is bound by its name, written otherwise than ours; a team of elsewhere stays the source's.
    assert published(clean_warehouse, TEAM).keys() == SHOWN.keys()
    assert published(clean_warehouse, "BT0001").keys() == SHOWN.keys()


def test_a_column_per_topic_is_read_as_a_row_per_measure(names, load, clean_warehouse) -> None:
    """Version 3 of the table: wide, padded keys, numbers behind the names that shift, one topic without a figure."""
    passed, cards = load(Recording(names, figures={"MensenGaanPrettigMetElkaarOm": None}), V3)
    assert passed, cards
    assert published(clean_warehouse) == SHOWN | {"VM-COHESIE-BEL": None}
    passed, cards = load(Recording(list(reversed(names)), seed=3, modified=LATER), V3)
    assert passed, cards
    assert published(clean_warehouse) == SHOWN
    assert published(clean_warehouse, TEAM).keys() == SHOWN.keys()
    with connect(clean_warehouse, "transform") as connection:
        held = connection.execute("select count(distinct maat) from raw.vm_kerncijfers_regio_cellen").fetchone()
    assert held == (36,), "eighteen topics under two sets of names; the other 206 columns were never fetched"


def test_a_renamed_topic_of_a_wide_table_stops_it_too(names, load, clean_warehouse) -> None:
    passed, cards = load(Recording([f"{n}Nu" if n == "VoeltZichWeleensOnveilig" else n for n in names]), V3)
    assert not passed and "koppeling: ontbreekt" in cards
    assert published(clean_warehouse) == {}


def test_a_look_at_a_wide_table_says_what_a_load_would(names, warehouse, tmp_path) -> None:
    for renamed in (False, True):
        folder = tmp_path / str(renamed)
        Recording([f"{n}Nu" if renamed and n == "VoeltZichWeleensOnveilig" else n for n in names]).write_v3(folder)
        with serve(Recordings(folder), kind="opname") as server:
            found = look(at_source(warehouse, folder, server.url), V3)
        broken = [one.what for one in found.differences if one.breaks]
        assert broken == (["Measure 'Voelt zich weleens onveilig' for VM-ONVEILIG-BEL is not there"] if renamed else [])


@pytest.mark.parametrize("seed", [2, 3])
def test_renumbering_every_code_changes_no_figure(names, load, clean_warehouse, seed) -> None:
    load(Recording(names))
    passed, cards = load(Recording(names, seed=seed, modified=f"2026-04-0{seed}T00:00:00+02:00"))
    assert passed and cards.count("koppeling: ") == cards.count("koppeling: verdwenen")
    assert published(clean_warehouse) == SHOWN


def test_a_permutation_of_the_codes_mixes_nothing_up(names, load, clean_warehouse) -> None:
    """The same codes for other titles: what a binding by code would publish wrong without a sign."""
    load(Recording(names))
    assert load(Recording(list(reversed(names)), modified=LATER))[0]
    assert published(clean_warehouse) == SHOWN


def test_a_renamed_path_stops_the_delivery_and_asks(names, load, clean_warehouse, monkeypatch, tmp_path) -> None:
    renamed = ["VoeltZichWelEensNietVeilig" if n == "VoeltZichWeleensOnveilig" else n for n in names]
    passed, cards = load(Recording(renamed, figures={"VoeltZichWelEensNietVeilig": 33.9}))
    assert not passed
    assert "koppeling: ontbreekt" in cards and "Voelt zich weleens onveilig" in cards
    assert published(clean_warehouse) == {}
    file = proposal.file_of(clean_warehouse.home / proposal.FOLDER, DATASET)
    asked = yaml.safe_load(file.read_text())["te_koppelen"]
    assert [q["betekent"] for q in asked] == ["VM-ONVEILIG-BEL"]
    assert "VoeltZichWelEensNietVeilig" in asked[0]["kandidaten"]

    # Nothing is taken over from a file that says nothing; a completed one binds, and the delivery passes.
    folder = tmp_path / "aliases"
    known = aliases.load_aliases(DATASET)
    with pytest.raises(ConfigurationError, match="no `pad` for VM-ONVEILIG-BEL"):
        proposal.accept(file, ["VM-ONVEILIG-BEL"])
    content = yaml.safe_load(file.read_text())
    content["te_koppelen"][0]["pad"] = ["VoeltZichWelEensNietVeilig"]
    file.write_text(yaml.safe_dump(content))
    aliases.write_aliases(known, folder)
    proposal.accept(file, ["VM-ONVEILIG-BEL"], folder=folder)
    monkeypatch.setattr("veiligheidsbeeld.binding.deliveries.load_aliases", lambda d: aliases.load_aliases(d, folder))
    recording = Recording(renamed, figures={"VoeltZichWelEensNietVeilig": 33.9}, seed=5)
    recording.modified = "2026-05-01T00:00:00+02:00"
    assert load(recording)[0]
    assert published(clean_warehouse) == SHOWN


def test_a_title_in_two_groups_is_not_mixed_up(names, load, clean_warehouse) -> None:
    twice = "VoeltZichWeleensOnveilig"
    grouped = [f"Onveiligheidsbeleving > {n}" if n == twice else n for n in names]
    assert load(Recording(grouped))[0]
    # A second one in another group comes: the one that was bound before stays bound, the other is told.
    other = f"Online > {twice}"
    passed, cards = load(
        Recording([*grouped, other], seed=7, figures={other: 88.8}, modified="2026-06-01T00:00:00+02:00")
    )
    assert passed and "koppeling: nieuw" in cards and other in cards
    assert published(clean_warehouse) == SHOWN


def test_a_title_that_was_never_one_thing_is_refused(names, load, clean_warehouse) -> None:
    twice = "VoeltZichWeleensOnveilig"
    passed, cards = load(Recording([*(n for n in names if n != twice), f"Beleving > {twice}", f"Online > {twice}"]))
    assert not passed and "koppeling: dubbel" in cards
    assert published(clean_warehouse) == {}


def test_a_percentage_that_becomes_a_mark_is_refused(names, load, clean_warehouse) -> None:
    load(Recording(names))
    changed = Recording(
        names, units={"VoeltZichWeleensOnveilig": "rapportcijfer"}, modified="2026-07-01T00:00:00+02:00"
    )
    passed, cards = load(changed)
    assert not passed and "koppeling: eenheid" in cards and "verwacht procent, gevonden rapportcijfer" in cards
    assert published(clean_warehouse) == SHOWN


def test_a_percentage_above_hundred_is_refused(names, load) -> None:
    passed, cards = load(Recording(names, figures={"VoeltZichWeleensOnveilig": 339.0}))
    assert not passed and "bereik per maat" in cards


def test_words_of_a_source_are_text_wherever_they_come(names, load, clean_warehouse, tmp_path) -> None:
    """On the card, in the file to complete and on the page of the judgement; never run, never lost."""
    load(Recording(names))
    passed, cards = load(Recording([*names, HOSTILE], teams={"BT0002": f"{HOSTILE} (BT)"}, modified=LATER))
    assert passed and HOSTILE in cards
    file = proposal.file_of(clean_warehouse.home / proposal.FOLDER, DATASET)
    asked = yaml.safe_load(file.read_text(encoding="utf-8"))
    assert [question["pad"] for question in asked["nieuw"]] == [[HOSTILE]]
    aliases.write_aliases(aliases.load_aliases(DATASET), tmp_path)
    assert proposal.accept(file, [], folder=tmp_path)[1] == 0
    pages = [path.read_text(encoding="utf-8") for path in clean_warehouse.home.rglob("*.html")]
    assert any("Boze {{ wijken }} {% raw %}" in page and "&lt;script&gt;" in page for page in pages)
    assert not any("<script>" in page for page in pages)


def test_what_an_earlier_version_merged_is_bound_before_it_is_read(names, load, clean_warehouse) -> None:
    load(Recording(names))
    load(Recording(names, seed=4, modified=LATER))
    with connect(clean_warehouse, "lader") as connection:
        connection.execute("delete from beheer.koppeling")
    assert published(clean_warehouse) == {}
    with connect(clean_warehouse, "lader") as connection:
        assert bind_earlier(connection, clean_warehouse) == {DATASET: 2}
        assert bind_earlier(connection, clean_warehouse) == {}
    assert published(clean_warehouse) == SHOWN


def test_what_cannot_be_bound_any_more_is_named_with_what_to_do(names, load, clean_warehouse) -> None:
    load(Recording(names))
    with connect(clean_warehouse, "lader") as connection:
        connection.execute("delete from beheer.koppeling")
    shutil.rmtree(clean_warehouse.landing / DATASET)
    with (
        connect(clean_warehouse, "lader") as connection,
        pytest.raises(VeiligheidsbeeldError, match=f"extract {DATASET} --force"),
    ):
        bind_earlier(connection, clean_warehouse)
