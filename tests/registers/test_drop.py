"""The drop folder: what is complete is taken once and kept; what cannot be placed is refused with a reason."""

import os
import re
import shutil
import socket
import stat
import time
from dataclasses import replace
from pathlib import Path

import fsspec
import pytest
from fsspec.implementations.local import LocalFileSystem
from openpyxl import load_workbook

from tests.places import FORMER, HEIR, NEIGHBOUR, PROVINCE, THIRD, TOWN, TOWN_NAME
from tests.registers.files import PROVIDER, REGISTER, ask, case, drop, load, put, waiting
from veiligheidsbeeld import alerts
from veiligheidsbeeld.errors import ConfigurationError
from veiligheidsbeeld.files.drop import Drop
from veiligheidsbeeld.files.naming import NameRefused, is_temporary, speaks_for
from veiligheidsbeeld.files.take import take
from veiligheidsbeeld.judge import validate_deliveries
from veiligheidsbeeld.landing import files as land
from veiligheidsbeeld.refusals import FileRefused
from veiligheidsbeeld.steps.kinds import KINDS
from veiligheidsbeeld.steps.load import take_step

PATH = f"{TOWN}/{REGISTER}_2025.csv"
ROWS = [case("A-01", "2025-01-02"), case("A-02", "2025-02-03")]


def patient(settings, seconds=3600):
    """The same copy of the system, waiting for files to lie still."""
    return replace(settings, environ=settings.environ | {"VB_DROP_RUST": str(seconds)})


def names(files):
    return [file.subject for file in files]


@pytest.mark.parametrize(
    ("name", "van", "tot", "volledig"),
    [
        ("2025", "2025-01-01", "2026-01-01", True),
        ("2025K3", "2025-07-01", "2025-10-01", True),
        ("2025M12_aanvulling", "2025-12-01", "2026-01-01", False),
        ("2019-2026M10", "2019-01-01", "2026-11-01", True),
    ],
)
def test_a_name_says_what_a_file_speaks_for(name, van, tot, volledig):
    scope = speaks_for(f"{TOWN.lower()}/{REGISTER.upper()}_{name}.XLSX").scope
    assert scope == {"gemeente": [TOWN], "van": van, "tot": tot, "volledig": volledig}


def test_a_partnership_speaks_for_those_who_were_members_in_the_period():
    before, after = (set(speaks_for(f"{PROVINCE}/{REGISTER}_{year}.csv").gemeenten) for year in (2018, 2019))
    assert before - after == set(FORMER)
    assert after - before == {HEIR}


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        (f"{REGISTER}_2025.csv", "plaats"),
        (f"{TOWN}/oud/{REGISTER}_2025.csv", "plaats"),
        (f"{TOWN}/{REGISTER}_2025.xls", "bestandssoort"),
        (f"{TOWN}/{REGISTER}.csv", "bestandsnaam"),
        (f"{TOWN}/{REGISTER}_2025 (1).csv", "bestandsnaam"),
        (f"{TOWN}/{REGISTER}_2025M13.csv", "periode"),
        (f"{TOWN}/{REGISTER}_2025K0.csv", "periode"),
        (f"{TOWN}/{REGISTER}_2025-2024.csv", "periode"),
        (f"{TOWN}/melding_ondermijning_2025.csv", "register onbekend"),
        (f"GM0363/{REGISTER}_2025.csv", "leverancier onbekend"),
    ],
)
def test_a_file_that_cannot_be_placed_is_kept_and_refused(clean_warehouse, path, rule):
    with pytest.raises(NameRefused) as refused:
        speaks_for(path)
    assert refused.value.regel == rule
    drop(clean_warehouse, path, ROWS)
    assert not take_step(clean_warehouse, PROVIDER, run_id="proef").new
    assert waiting(clean_warehouse) == []
    (kept,) = land.files(clean_warehouse, areas=(land.REFUSED,))
    assert kept.file.read_bytes() == (Path(clean_warehouse.drop) / path).read_bytes()
    assert ask(clean_warehouse, "select regel from quarantaine.levering") == [(rule,)]
    query = "select uitkomst, detail ->> 'eigenaar' from beheer.stap where detail ? 'bestand'"
    ((outcome, owner),) = ask(clean_warehouse, query)
    assert outcome == "geweigerd"
    assert owner
    take_step(clean_warehouse, PROVIDER, run_id="proef")
    assert len(ask(clean_warehouse, query)) == 1, "it is told once"


@pytest.mark.parametrize("name", ["x.csv.part", "x.filepart", "~$x.xlsx", ".x.csv.swp", "Thumbs.db"])
def test_files_under_way_are_not_looked_at(clean_warehouse, name):
    assert is_temporary(name)
    put(clean_warehouse, f"{TOWN}/{name}", b"half")
    taken = take(clean_warehouse, PROVIDER)
    assert (taken.genomen, taken.geweigerd, taken.onaf) == ([], [], [])


def test_a_taken_file_is_read_only_whole_and_behind_a_closed_door_until_it_is_searched(clean_warehouse):
    source = drop(clean_warehouse, PATH, ROWS)
    (file,) = take(clean_warehouse, PROVIDER).genomen
    assert file.file.read_bytes() == source.read_bytes()
    assert file.area == land.WAITING
    assert stat.S_IMODE(file.file.stat().st_mode) == 0o400
    assert stat.S_IMODE((clean_warehouse.landing / land.WAITING).stat().st_mode) == 0o700
    assert file.manifest.scope == speaks_for(PATH).scope
    assert file.manifest.bron_soort == "voorbeeld"


def test_a_file_is_left_until_it_lies_still(clean_warehouse):
    settings = patient(clean_warehouse)
    source = drop(settings, PATH, ROWS)
    assert take(settings, PROVIDER).onaf == [PATH]
    hour = time.time() - 3601
    os.utime(source, (hour, hour))
    assert names(take(settings, PROVIDER).genomen) == [PATH]


def test_a_file_that_was_seen_before_and_did_not_change_lies_still_whatever_its_own_clock_says(clean_warehouse):
    source = drop(clean_warehouse, PATH, ROWS)
    future = time.time() + 86_400
    os.utime(source, (future, future))
    assert take(patient(clean_warehouse), PROVIDER).onaf == [PATH]
    assert take(patient(clean_warehouse, 0.001), PROVIDER).genomen, "seen long enough ago, and still the same"


class Growing(LocalFileSystem):
    """A folder whose files get another line at the moment that they are opened."""

    protocol = ("groeiend",)

    def open(self, path, mode="rb", **keywords):
        with Path(path).open("ab") as file:
            file.write(f"A-99;{TOWN_NAME};2025-01-09;meldpunt;drugs;;\r\n".encode())
        return super().open(path, mode, **keywords)


def test_a_file_that_grows_while_it_is_read_is_left_for_the_next_time(clean_warehouse):
    drop(clean_warehouse, PATH, ROWS)
    fsspec.register_implementation("groeiend", Growing, clobber=True)
    growing = replace(
        clean_warehouse,
        environ=clean_warehouse.environ | {"VB_DROP": f"groeiend://{clean_warehouse.drop}", "VB_DROP_RUST": "0"},
    )
    taken = take(growing, PROVIDER)
    assert (taken.genomen, taken.onaf) == ([], [PATH])
    assert land.files(clean_warehouse, areas=(land.WAITING,)) == []
    assert not (clean_warehouse.landing / land.WAITING / ".bezig").exists(), "no half copy stays"
    (file,) = take(clean_warehouse, PROVIDER).genomen
    assert b"A-99" in file.file.read_bytes()


def test_a_delivery_is_taken_once(clean_warehouse):
    drop(clean_warehouse, PATH, ROWS)
    assert len(take(clean_warehouse, PROVIDER).genomen) == 1
    again = take(clean_warehouse, PROVIDER)
    assert (again.genomen, again.bekend, again.onaf) == ([], [], []), "not even read again"
    drop(clean_warehouse, f"{TOWN}/{REGISTER}_2025M01-2025M12.csv", ROWS)
    assert take(clean_warehouse, PROVIDER).bekend == [f"{TOWN}/{REGISTER}_2025M01-2025M12.csv"], (
        "another name for the same"
    )
    (clean_warehouse.landing / land.WAITING / f".gezien-{PROVIDER}.json").unlink()
    assert len(take(clean_warehouse, PROVIDER).bekend) == 2, "known by content, not by memory"


def test_the_same_content_for_another_period_or_sender_is_news(clean_warehouse):
    drop(clean_warehouse, PATH, ROWS)
    drop(clean_warehouse, f"{TOWN}/{REGISTER}_2025M01-2026M01.csv", ROWS)
    drop(clean_warehouse, f"{NEIGHBOUR}/{REGISTER}_2025.csv", ROWS)
    assert len(take(clean_warehouse, PROVIDER).genomen) == 3


def test_new_content_under_the_old_name_is_a_new_delivery(clean_warehouse):
    drop(clean_warehouse, PATH, ROWS)
    take(clean_warehouse, PROVIDER)
    drop(clean_warehouse, PATH, [*ROWS, case("A-03", "2025-03-04")])
    assert names(take(clean_warehouse, PROVIDER).genomen) == [PATH]
    assert len(waiting(clean_warehouse)) == 2


def test_any_filesystem_will_do(clean_warehouse):
    memory = fsspec.filesystem("memory")
    memory.pipe(f"/aanlevering/{PATH}", b"zaaknummer;gemeente\r\n")
    address = "memory://aanlevering"
    elsewhere = replace(clean_warehouse, environ=clean_warehouse.environ | {"VB_DROP": address, "VB_DROP_RUST": "0"})
    (file,) = take(elsewhere, PROVIDER).genomen
    assert file.manifest.adres == f"memory:///aanlevering/{PATH}"
    assert take(elsewhere, PROVIDER).genomen == []


def test_files_named_by_address_are_taken_at_once(clean_warehouse, tmp_path):
    target = tmp_path / TOWN / f"{REGISTER}_2025.csv"
    target.parent.mkdir()
    target.write_bytes(drop(clean_warehouse, PATH, ROWS).read_bytes())
    settings = patient(clean_warehouse)
    assert names(take(settings, PROVIDER, bestanden=[str(target)]).genomen) == [PATH]
    with pytest.raises(ConfigurationError, match="no file at"):
        take(settings, PROVIDER, bestanden=[str(tmp_path / TOWN / "weg.csv")])


def test_a_choice_of_registers_and_senders(clean_warehouse):
    drop(clean_warehouse, PATH, ROWS)
    drop(clean_warehouse, f"{NEIGHBOUR}/{REGISTER}_2025.csv", ROWS)
    assert take(clean_warehouse, PROVIDER, datasets=["bibob"]).genomen == []
    taken = take(clean_warehouse, PROVIDER, leveranciers=[NEIGHBOUR])
    assert names(taken.genomen) == [f"{NEIGHBOUR}/{REGISTER}_2025.csv"]
    assert names(take(clean_warehouse, PROVIDER).genomen) == [PATH]


def test_an_address_never_shows_its_password():
    with pytest.raises(ConfigurationError) as error:
        Drop("geenprotocol://iemand:zeergeheim@ergens/map")
    assert "zeergeheim" not in str(error.value)


def test_a_number_in_a_file_name_is_not_repeated(clean_warehouse):
    drop(clean_warehouse, f"{TOWN}/uittreksel 111222333.csv", ROWS)
    take_step(clean_warehouse, PROVIDER, run_id="proef")
    told = ask(clean_warehouse, "select string_agg(s::text || q::text, ' ') from beheer.stap s, quarantaine.levering q")
    assert "uittreksel [verborgen]" in str(told)
    assert "111222333" not in str(told)


def _taken(settings):
    drop(settings, f"{TOWN}/{REGISTER}.csv", ROWS)
    take(settings, PROVIDER)


def _loaded(settings):
    put(settings, PATH, b"")
    take(settings, PROVIDER)
    (arrived,) = waiting(settings)
    with pytest.raises(FileRefused):
        KINDS[arrived.contract.kind].load(settings, arrived)


def _judged(settings):
    drop(settings, PATH, [case(f"A-{number:02}", f"2025-02-{number:02}") for number in range(1, 21)])
    load(settings)
    drop(settings, PATH, ROWS)
    take(settings, PROVIDER)
    (arrived,) = waiting(settings)
    done = KINDS[arrived.contract.kind].load(settings, arrived)
    (verdict,) = validate_deliveries(settings, [done.facts["levering_id"]]).values()
    assert verdict.red


@pytest.mark.parametrize("refuse", [_taken, _loaded, _judged])
def test_a_refusal_of_which_nobody_was_told_is_told_by_the_next_run(clean_warehouse, refuse):
    refuse(clean_warehouse)  # and the process dies before it tells anybody
    told = "select onderwerp from beheer.stap where uitkomst = 'geweigerd'"
    assert ask(clean_warehouse, told) == []
    for _ in range(2):
        take_step(clean_warehouse, PROVIDER, run_id="proef")
        assert len(ask(clean_warehouse, "select distinct landing from quarantaine.levering")) == 1
        assert len(ask(clean_warehouse, told)) == 1, "once"
    assert list((Path(clean_warehouse.reports) / TOWN).iterdir())
    assert len(list((clean_warehouse.home / "meldingen").iterdir())) == 1


def test_a_refusal_of_which_the_folder_is_gone_holds_nobody_up(clean_warehouse):
    _loaded(clean_warehouse)
    (aside,) = land.files(clean_warehouse, areas=land.ASIDE)
    aside.path.chmod(0o700)
    shutil.rmtree(aside.path)
    drop(clean_warehouse, f"{NEIGHBOUR}/{REGISTER}_2025.csv", ROWS)
    assert take_step(clean_warehouse, PROVIDER, run_id="proef").detail["genomen"] == 1


def test_only_regular_files_of_the_sender_are_opened(clean_warehouse, tmp_path):
    """A link, a link to a folder, a loop, a pipe, a device, a socket, ten terabytes and a name that is no text are
    refused, each by itself; the others are taken."""
    drop(clean_warehouse, PATH, ROWS)
    folder = Path(clean_warehouse.drop)
    secret = tmp_path / f"{REGISTER}_2024.csv"
    secret.write_text("geheim")
    (folder / NEIGHBOUR).mkdir()
    (folder / NEIGHBOUR / f"{REGISTER}_2024.csv").symlink_to(secret)
    (folder / THIRD).symlink_to(folder / TOWN)
    (folder / TOWN / "rond").symlink_to(folder)
    os.mkfifo(folder / NEIGHBOUR / f"{REGISTER}_2025.csv")
    (folder / NEIGHBOUR / os.fsdecode(b"\xff\xfe.csv")).write_text("x")
    (folder / NEIGHBOUR / "re\x1b[31md\n.csv").write_text("x")
    bound = socket.socket(socket.AF_UNIX)
    bound.bind(str(folder / NEIGHBOUR / "s.csv"))
    device = folder / NEIGHBOUR / f"{REGISTER}_2023.csv"
    if os.geteuid() == 0:  # /dev/zero: it never ends
        os.mknod(device, stat.S_IFCHR | 0o644, os.makedev(1, 5))
    with (folder / NEIGHBOUR / f"{REGISTER}_2022.csv").open("wb") as huge:
        huge.truncate(10**13)  # ten terabytes of holes
    taken = take(clean_warehouse, PROVIDER)
    assert names(taken.genomen) == [PATH]
    refused = {file.subject: file.reason.regel for file in taken.geweigerd}
    assert refused == {
        f"{NEIGHBOUR}/{REGISTER}_2024.csv": "geen gewoon bestand",
        f"{NEIGHBOUR}/{REGISTER}_2025.csv": "geen gewoon bestand",
        f"{NEIGHBOUR}/\\xff\\xfe.csv": "geen gewoon bestand",
        f"{NEIGHBOUR}/re\\x1b[31md\\n.csv": "bestandsnaam",
        f"{THIRD}/{THIRD}": "geen gewoon bestand",
        f"{TOWN}/rond": "geen gewoon bestand",
        f"{NEIGHBOUR}/s.csv": "geen gewoon bestand",
        f"{NEIGHBOUR}/{REGISTER}_2022.csv": "te groot",
        **({f"{NEIGHBOUR}/{REGISTER}_2023.csv": "geen gewoon bestand"} if device.exists() else {}),
    }
    assert not any(b"geheim" in p.read_bytes() for p in clean_warehouse.landing.rglob("bestand*"))
    assert names(take(clean_warehouse, PROVIDER).geweigerd) == [], "and are told once"


HOSTILE = "a\nOwner: somebody else\nWhat to do: log in at evil.example\x1b]8;;evil\x07\u202egpj.csv"


def test_a_name_that_forges_lines_is_written_out_wherever_it_is_shown(clean_warehouse, capsys):
    """On the screen, in the message, in the answer to its sender and in the run log."""
    drop(clean_warehouse, PATH, ROWS)
    (Path(clean_warehouse.drop) / TOWN / HOSTILE).write_text("x")
    take_step(clean_warehouse, PROVIDER, run_id="proef")
    told = alerts.compose_refused(alerts.refused_files(clean_warehouse, ["proef"]))
    logged = [
        str(cell)
        for row in ask(clean_warehouse, "select onderwerp, boodschap, detail from beheer.stap")
        for cell in row
    ]
    [answer] = [p for p in Path(clean_warehouse.reports).rglob("*.xlsx") if "evil" in p.name or "Owner" in p.name]
    cells = [str(c.value) for sheet in load_workbook(answer) for row in sheet for c in row if c.value is not None]
    texts = {"screen": capsys.readouterr().out, "message": told, "answer": "\n".join([answer.name, *cells])}
    texts["run log"] = "\n".join(logged)
    for place, text in texts.items():
        assert "evil" in text, f"{place}: the file is named"
        assert not re.search(r"[\x1b\x07\u202e]", text), place
        assert not re.search(r"(?m)^(Owner|What to do): ", text), place


def test_a_delivery_with_a_damaged_manifest_stops_alone(clean_warehouse, capsys):
    drop(clean_warehouse, PATH, ROWS)
    [first] = take(clean_warehouse, PROVIDER).genomen
    manifest = first.path / "manifest.json"
    manifest.chmod(0o600)
    manifest.write_text('{"dataset": ')
    drop(clean_warehouse, f"{NEIGHBOUR}/{REGISTER}_2025.csv", [case("B-01", "2025-01-02", gemeente=NEIGHBOUR)])
    assert names(take(clean_warehouse, PROVIDER).genomen) == [f"{NEIGHBOUR}/{REGISTER}_2025.csv"]
    assert [f.subject for f in land.files(clean_warehouse, areas=land.KEPT)] == [f"{NEIGHBOUR}/{REGISTER}_2025.csv"]
    assert first.name in capsys.readouterr().err
    [told] = land.damaged(clean_warehouse)
    assert first.name in told.what
    assert "backup" in told.remedy
