"""A number of a person in a file: the file is closed away, and the number is nowhere else."""

import io
import stat
from pathlib import Path

import pytest
from openpyxl import Workbook

from tests.places import NEIGHBOUR, NEIGHBOUR_NAME, TOWN
from tests.registers.files import HEADINGS, REGISTER, ask, case, drop, known, load, put
from veiligheidsbeeld.landing import files as land
from veiligheidsbeeld.settings import Settings
from veiligheidsbeeld.warehouse import connect

BSN = "111222333"
GOOD = [case("A-01", "2025-01-02"), case("A-02", "2025-02-03")]


def sheet(*, hidden: bool) -> bytes:
    book = Workbook()
    for row in [HEADINGS, *GOOD]:
        book.active.append(row)
    other = book.create_sheet("Blad2")
    other.append([int(BSN)])
    other.sheet_state = "hidden" if hidden else "visible"
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def everything_in_the_warehouse(settings: Settings) -> str:
    """Every row of every table, as text."""
    with connect(settings, "postgres") as connection:
        tables = connection.execute(
            "select format('%I.%I', schemaname, tablename) from pg_tables"
            " where schemaname not in ('pg_catalog', 'information_schema')"
        ).fetchall()
        return "".join(str(connection.execute(f"select t::text from {table} as t").fetchall()) for (table,) in tables)


def everything_on_disk(settings: Settings) -> bytes:
    """Every file of this copy but what was dropped and what was closed away, and the log of the server."""
    outside = (Path(settings.drop), settings.landing / land.CLOSED)
    files = [p for p in settings.home.rglob("*") if p.is_file() and not any(o in p.parents for o in outside)]
    with connect(settings, "postgres") as connection:
        data = Path(connection.execute("show data_directory").fetchone()[0])
    logs = [p for p in data.parent.rglob("*log*") if p.is_file() and data not in p.parents]
    assert logs, "the server writes a log somewhere"
    return b"".join(p.read_bytes() for p in [*files, *logs])


@pytest.mark.parametrize(
    ("name", "body", "notations"),
    [
        ("2025.csv", [case("A-01", "2025-01-02", note=f"betreft {BSN}")], [BSN]),
        ("2025.csv", [case(BSN, "2025-01-02")], [BSN]),
        ("2025.csv", [*GOOD, case("A-03", "2025-01-02", note="1112.22.333")], [BSN, "1112.22.333"]),
        ("2025.csv", [*GOOD, case("A-03", BSN)], [BSN]),
        ("2025.csv", [*GOOD, case("A-03", "2025-01-02", gemeente="111 222 333")], [BSN, "111 222 333"]),
        ("2025.xlsx", sheet(hidden=False), [BSN]),
        ("2025.xlsx", sheet(hidden=True), [BSN]),
    ],
    ids=["free text", "key", "dots", "date column", "municipality", "other sheet", "hidden sheet"],
)
def test_the_number_is_nowhere(clean_warehouse, capfd, name, body, notations):
    path = f"{TOWN}/{REGISTER}_{name}"
    if isinstance(body, bytes):
        put(clean_warehouse, path, body)
    else:
        drop(clean_warehouse, path, body)
    drop(clean_warehouse, f"{NEIGHBOUR}/{REGISTER}_2025.csv", [case("A-01", "2025-01-02", gemeente=NEIGHBOUR_NAME)])
    outcomes = load(clean_warehouse)
    (refused,) = [o for o in outcomes["laad"] if not o.new]
    assert refused.detail["regel"] == "persoonsgegevens"
    assert known(clean_warehouse, NEIGHBOUR), "the file of the neighbour went on"
    assert known(clean_warehouse) == {}

    (closed,) = land.files(clean_warehouse, areas=(land.CLOSED,))
    assert stat.S_IMODE(closed.path.stat().st_mode) == 0o700
    assert stat.S_IMODE((clean_warehouse.landing / land.CLOSED).stat().st_mode) == 0o700
    assert stat.S_IMODE(closed.file.stat().st_mode) == 0o600
    assert land.files(clean_warehouse, areas=(land.WAITING, land.REFUSED)) == []

    told = str(outcomes) + "".join(capfd.readouterr())
    stored, written = everything_in_the_warehouse(clean_warehouse), everything_on_disk(clean_warehouse)
    for notation in notations:
        assert notation not in told
        assert notation not in stored
        assert notation.encode() not in written
    incident = ask(clean_warehouse, "select regel, eigenaar from quarantaine.levering")
    assert incident == [("persoonsgegevens", "coordinator ondermijning")]


def test_a_file_that_could_not_be_searched_is_kept_as_if_it_held_something(clean_warehouse):
    put(clean_warehouse, f"{TOWN}/{REGISTER}_2025.xlsx", b"PK\x03\x04 no workbook " + BSN.encode())
    (refused,) = load(clean_warehouse)["laad"]
    assert refused.uitkomst == "geweigerd"
    assert len(land.files(clean_warehouse, areas=(land.CLOSED,))) == 1
    assert BSN.encode() not in everything_on_disk(clean_warehouse)
