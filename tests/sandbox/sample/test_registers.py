"""The sample's drop folder: reproducible, readable where it is meant to be, refused where it is meant to be."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from stdnum.nl import bsn

from sandbox.sample.registers import drop, senders, write_drop
from sandbox.sample.registers.bad import invented_bsn
from veiligheidsbeeld.contracts.register import RegisterContract, get_register, load_registers
from veiligheidsbeeld.files.naming import NameRefused, is_temporary, municipality_names, speaks_for
from veiligheidsbeeld.refusals import FileRefused, PersonalDataFound, Reading, Scope
from veiligheidsbeeld.registers.read import read_register
from veiligheidsbeeld.settings import Settings

TODAY = "2026-11-21"
END = date(2026, 11, 1)


def settings(home: Path, **more: str) -> Settings:
    return Settings.from_env({"VB_HOME": str(home), "VB_TODAY": TODAY, **more})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    write_drop(settings(home), home / "aanlevering")
    return home / "aanlevering"


@pytest.fixture(scope="module")
def refused() -> dict[str, str]:
    """Path of each bad file -> the rule that refuses it."""
    return {drop.path_of_bad(bad, END): bad.regel for bad in drop.bad_of(0, END)}


def paths(folder: Path) -> Iterator[str]:
    for file in sorted(folder.glob("*/*")):
        yield f"{file.parent.name}/{file.name}"


def read(folder: Path, path: str) -> Reading:
    speaks = speaks_for(path)
    names = municipality_names()
    return read_register(
        folder / path,
        get_register(speaks.register),
        gemeenten={code: names[code] for code in speaks.gemeenten},
        scope=Scope(speaks.van, speaks.tot),
    )


@pytest.fixture(scope="module")
def readings(folder: Path, refused: dict[str, str]) -> dict[str, Reading]:
    return {path: read(folder, path) for path in paths(folder) if path not in refused}


def digests(folder: Path) -> dict[str, str]:
    return {
        str(f.relative_to(folder)): hashlib.sha256(f.read_bytes()).hexdigest() for f in folder.rglob("*") if f.is_file()
    }


def test_same_seed_same_bytes_other_seed_others(folder: Path, tmp_path: Path) -> None:
    write_drop(settings(tmp_path), tmp_path / "again")
    write_drop(settings(tmp_path, VB_SEED="7"), tmp_path / "other")
    first, again, other = digests(folder), digests(tmp_path / "again"), digests(tmp_path / "other")
    assert first == again
    same = {path for path in first if first[path] == other.get(path)}
    assert {Path(path).name for path in same} <= {"LEESMIJ.txt", "vergunningen_2025.csv", "vergunningen_2025.xlsx"}


def test_a_second_writing_touches_nothing(folder: Path) -> None:
    before = {f: f.stat().st_mtime_ns for f in folder.rglob("*")}
    write_drop(settings(folder.parent), folder)
    assert {f: f.stat().st_mtime_ns for f in folder.rglob("*")} == before


def test_says_that_it_is_a_sample(folder: Path) -> None:
    assert "Geen rij, nummer of aantal gaat over een echte zaak of persoon" in (folder / "LEESMIJ.txt").read_text()
    assert is_temporary("LEESMIJ.txt")  # it is no delivery


def test_good_files_are_read(readings: dict[str, Reading]) -> None:
    assert {speaks_for(path).register for path in readings} == set(load_registers())
    sloppy = {path for path, reading in readings.items() if reading.refused}
    assert sloppy == {
        "GM1640/meldpunt_ondermijning_2019-2025.csv",
        "GM1640/meldpunt_ondermijning_2026M01-2026M10.csv",
    }
    repaired = {kind for reading in readings.values() for _, kind in reading.repairs}
    assert {"tekenset_cp1252", "totaalrij", "kopregel", "dubbele_rij", "spaties", "buurtcode_aangevuld"} <= repaired
    assert {"excel_datumgetal", "datum_notatie", "janee_notatie", "teken_als_leeg"} <= repaired


def test_bad_files_are_refused_for_their_reason(folder: Path, refused: dict[str, str]) -> None:
    assert set(refused) <= set(paths(folder))
    for path, rule in refused.items():
        with pytest.raises((FileRefused, NameRefused, PersonalDataFound)) as refusal:
            read(folder, path)
        if isinstance(refusal.value, PersonalDataFound):
            assert rule == "bsn"
        else:
            assert refusal.value.regel == rule, path  # type: ignore[union-attr]


def test_the_number_in_the_bad_file_is_nobodys() -> None:
    assert bsn.is_valid(invented_bsn(0))
    assert invented_bsn(0).startswith("99")


@pytest.mark.parametrize("name", list(load_registers()))
def test_rows_keep_the_rules_and_keys_of_their_contract(
    readings: dict[str, Reading], warehouse: Settings, name: str
) -> None:
    contract = get_register(name)
    with psycopg.connect(**warehouse.conninfo("beheer")) as connection:
        _load(connection, contract, [r for p, r in readings.items() if speaks_for(p).register == name])
        for rule in contract.regels:
            broken = connection.execute(
                sql.SQL("select distinct gemeente from register where not ({})").format(sql.SQL(rule.voorwaarde))  # type: ignore[arg-type]
            ).fetchall()
            sloppy = {gemeente for sender, register in senders.SLOPPY if register == name for gemeente in [sender]}
            assert {gemeente for (gemeente,) in broken} <= sloppy, rule.naam
        key = sql.SQL(", ").join(map(sql.Identifier, contract.sleutel))
        doubled = connection.execute(
            sql.SQL("select bestand, {} from register group by bestand, {} having count(*) > 1").format(key, key)
        ).fetchall()
        assert not doubled
        connection.rollback()


def _load(connection: psycopg.Connection, contract: RegisterContract, readings: list[Reading]) -> None:
    names = [c.naam for c in contract.opgenomen]
    columns = [sql.SQL("{} {}").format(sql.Identifier(c.naam), sql.SQL(c.sql_type)) for c in contract.opgenomen]  # type: ignore[arg-type]
    connection.execute(sql.SQL("create temp table register ({}, bestand int)").format(sql.SQL(", ").join(columns)))
    with connection.cursor().copy("copy register from stdin") as copy:
        for number, reading in enumerate(readings):
            for row in zip(*(reading.table[name].to_pylist() for name in names), strict=True):
                copy.write_row((*row, number))


def rows_of(readings: dict[str, Reading], register: str, *wanted: str) -> list[tuple]:
    return [
        row
        for path, reading in readings.items()
        if speaks_for(path).register == register
        for row in zip(*(reading.table[name].to_pylist() for name in wanted), strict=True)
    ]


def test_weert_did_no_checks_on_ghost_living_until_2023(readings: dict[str, Reading]) -> None:
    years = {
        day.year
        for code, kind, preventive, day in rows_of(
            readings, "adresonderzoek", "gemeente", "soort", "preventief_bezoek", "datum_start"
        )
        if code == "GM0988" and kind == "spookbewoning" and not preventive
    }
    assert years == {2023, 2024, 2025, 2026}


def test_bibob_peaks_in_weert_in_2021(readings: dict[str, Reading]) -> None:
    per_year: dict[int, int] = {}
    for code, day, reason, many in rows_of(readings, "bibob", "gemeente", "periode", "aanleiding", "aantal"):
        if code == "GM0988" and reason == "exploitatie":
            per_year[day.year] = per_year.get(day.year, 0) + many
    assert max(per_year, key=lambda year: per_year[year]) == 2021


def test_eleven_of_twelve_in_drenthe_have_an_up_to_date_damocles_policy(readings: dict[str, Reading]) -> None:
    drenthe = set(speaks_for("SGDR/halt_2025.csv").gemeenten)
    fresh = {
        code
        for code, kind, day in rows_of(readings, "beleidsdocumenten", "gemeente", "soort", "vastgesteld_op")
        if kind == "damocles" and day >= date(2019, 1, 1)
    }
    assert drenthe - fresh == {"GM1701"}


def test_what_is_not_sent_stays_unknown(folder: Path) -> None:
    for sender, register in senders.MISSING:
        assert not [p for p in paths(folder) if p.startswith(f"{sender}/{register}_") and "_2025." not in p]


@pytest.mark.parametrize("today", ["2020-01-20", "2023-04-16"])
def test_the_folder_grows_with_the_calendar(tmp_path: Path, today: str) -> None:
    chosen = Settings.from_env({"VB_HOME": str(tmp_path), "VB_TODAY": today})
    end = drop.end_of(chosen)
    write_drop(chosen, tmp_path / "drop")
    bad = {drop.path_of_bad(b, end) for b in drop.bad_of(0, end)}
    for path in paths(tmp_path / "drop"):
        if path not in bad:
            assert speaks_for(path).tot <= end
            assert read(tmp_path / "drop", path).rows
