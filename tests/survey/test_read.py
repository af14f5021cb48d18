"""Respondent files in the shapes they come in; every one ends in the same columns, or is refused with a reason."""

import os
import signal

import pandas as pd
import pyarrow as pa
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.places import DISTRICT, OTHERS, PROVINCE, TEAM, TOGETHER, TOWN, TRIO
from veiligheidsbeeld.contracts.survey import SurveyContract, load_survey
from veiligheidsbeeld.errors import ConfigurationError, ProcessLost
from veiligheidsbeeld.refusals import FileRefused, PersonalDataFound
from veiligheidsbeeld.steps.step import stoppable
from veiligheidsbeeld.survey.areas import areas, teams
from veiligheidsbeeld.survey.convert import to_wave
from veiligheidsbeeld.survey.read import read_wave_file

CONTRACT = load_survey()
PARTS = [d.kolom for d in CONTRACT.parts("HACKEN")]
ROWS = 200


def rows(**changes):
    """Columns of a small wave, as texts."""
    columns = {
        "respondent_id": [f"r{i}" for i in range(ROWS)],
        "gemeentecode": [TOWN[3:] if i % 2 else OTHERS[-1] for i in range(ROWS)],
        "weegfactor": [f"{1 + i / 7:.4f}" for i in range(ROWS)],
        "leeftijd": [str(15 + i % 80) for i in range(ROWS)],
        "sl_online": [("1", "2", "8", "9", "")[i % 5] for i in range(ROWS)],
        "meld_online": ["1" if i % 10 == 0 else "2" if i % 5 == 0 else "" for i in range(ROWS)],
        "wijkcode": ["x"] * ROWS,
    }
    return columns | changes


def write(path, columns, *, separator=",", comma=False, encoding="utf-8", quote=False):
    q = '"' if quote else ""
    lines = [separator.join(columns)]
    for record in zip(*columns.values(), strict=True):
        cells = [
            c.replace(".", ",") if comma and n == "weegfactor" else c for n, c in zip(columns, record, strict=True)
        ]
        lines.append(separator.join(f"{q}{c}{q}" for c in cells))
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def read(path, year=2021, contract=CONTRACT):
    found = read_wave_file(path, contract, year, path.name)
    return to_wave(found, contract, year, name=path.name, salt="zout", teams=teams())


@pytest.fixture
def expected(tmp_path):
    return read(write(tmp_path / "a.csv", rows())).table


@pytest.mark.parametrize(
    "dialect",
    [
        {"separator": ";", "comma": True},
        {"separator": "\t", "encoding": "utf-8-sig"},
        {"separator": "|", "quote": True},
        {"encoding": "cp1252", "comma": True, "separator": ";", "quote": True},
    ],
)
def test_every_dialect_reads_the_same(tmp_path, expected, dialect):
    assert read(write(tmp_path / "b.csv", rows(), **dialect)).table == expected


def test_headings_differ_per_wave_and_by_signs(tmp_path, expected):
    renamed = {"Respondent-ID": 0, "GemCode": 1, "WEEGFACTOR_2023": 2, "Leeftijd ": 3, "sl online": 4, "MELD_online": 5}
    columns = dict(zip([*renamed, "wijk"], rows().values(), strict=True))
    found = read(write(tmp_path / "c.csv", columns), year=2023).table
    assert found.drop_columns(["golf", "respondent"]) == expected.drop_columns(["golf", "respondent"])
    assert found["respondent"] != expected["respondent"], "the same person cannot be followed from wave to wave"
    with pytest.raises(FileRefused, match="niet zijn afgesproken"):
        read(tmp_path / "c.csv", year=2021)


def test_spss_labels_go_before_codes_and_declared_missing_is_missing(tmp_path, expected):
    columns = rows()
    own = {"1": 1.0, "2": 0.0, "8": 98.0, "9": 99.0, "": None}
    frame = pd.DataFrame(columns).drop(columns=["wijkcode"])
    for name in ("sl_online", "meld_online"):
        frame[name] = [own[v] for v in columns[name]]
    frame["weegfactor"] = [float(v) for v in columns["weegfactor"]]
    frame["leeftijd"] = [int(v) for v in columns["leeftijd"]]
    labels = {1: "Ja", 0: "Nee", 98: "Weet ik niet"}
    pyreadstat.write_sav(
        frame, str(tmp_path / "d.sav"),
        variable_value_labels={"sl_online": labels, "meld_online": labels},
        missing_ranges={"sl_online": [{"lo": 98, "hi": 99}], "meld_online": [98, 99]},
    )  # fmt: skip
    found = read(tmp_path / "d.sav").table
    without = [None if v == 9 else v for v in expected["sl_online"].to_pylist()]
    assert found["sl_online"].to_pylist() == without, "99 has no label, so the file can only call it missing"
    assert found.drop_columns(["sl_online"]) == expected.drop_columns(["sl_online"])


def test_bands_instead_of_years(tmp_path, expected):
    bands = {"15-24": "15 tot 25 jaar", "25-44": "25-44", "45-64": "45 t/m 64 jaar", "65+": "65 jaar of ouder"}
    ages = [bands[b] for b in expected["leeftijdsgroep"].to_pylist()]
    assert read(write(tmp_path / "e.csv", rows(leeftijd=ages))).table == expected


def one_wrong(name, value):
    return {name: [value, *rows()[name][1:]]}


@pytest.mark.parametrize(
    ("change", "column", "rule"),
    [
        (one_wrong("weegfactor", "0"), "gewicht", "waarde"),
        (one_wrong("weegfactor", ""), "gewicht", "verplicht"),
        (one_wrong("weegfactor", "inf"), "gewicht", "getal"),
        (one_wrong("leeftijd", "14"), "leeftijdsgroep", "waarde"),
        (one_wrong("sl_online", "3"), "sl_online", "waarde"),
        (one_wrong("gemeentecode", "Nergenshuizen"), "gemeente_code", "waarde"),
        (one_wrong("respondent_id", ""), "respondent", "verplicht"),
    ],
)
def test_a_row_that_breaks_a_rule_stays_out_and_is_named(tmp_path, expected, change, column, rule):
    found = read(write(tmp_path / "f.csv", rows(**change)))
    assert found.table == expected.slice(1)
    assert [(r.rijnummer, r.kolom, r.regel) for r in found.refusals] == [(2, column, rule)]


def test_a_respondent_who_comes_twice_counts_once(tmp_path, expected):
    found = read(write(tmp_path / "g.csv", rows(respondent_id=["r1", *rows()["respondent_id"][1:]])))
    assert (found.rows, found.refused, found.refusals[0].regel) == (ROWS, 1, "uniek")


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"sl_online": ["5"] * ROWS}, "te_veel_fouten"),
        ({"naam": ["iemand"] * ROWS}, "onbekende_kolom"),
        ({"meld-online": ["1"] * ROWS}, "dubbele_kolom"),
        ({"weegfactor": None}, "ontbrekende_kolom"),
        ({"sl_online": None, "meld_online": None}, "ontbrekende_kolom"),
    ],
)
def test_a_file_that_is_no_wave_is_refused(tmp_path, change, rule):
    columns = {n: c for n, c in rows(**change).items() if c is not None}
    with pytest.raises(FileRefused) as refusal:
        read(write(tmp_path / "h.csv", columns))
    assert refusal.value.regel == rule and refusal.value.remedie


@pytest.mark.parametrize("content", [b"", b"a;b;c\r\n", b"a;a\r\n1;2\r\n", b"\x00\x01", b"a,b\r\n1\r\n"])
@pytest.mark.parametrize("suffix", ["csv", "sav"])
def test_whatever_it_is_it_ends_in_a_refusal(tmp_path, content, suffix):
    path = tmp_path / f"i.{suffix}"
    path.write_bytes(content)
    with pytest.raises(FileRefused):
        read(path)


@pytest.mark.parametrize("value", ["111222333", "111 222 333", "iemand@voorbeeld.nl", "NL91ABNA0417164300"])
def test_personal_data_in_any_column_refuses_the_file_and_is_not_repeated(tmp_path, value):
    for name in ("respondent_id", "wijkcode", "leeftijd"):
        path = write(tmp_path / "j.csv", rows(**one_wrong(name, value)))
        with pytest.raises(PersonalDataFound) as refusal:
            read(path)
        assert value not in f"{refusal.value}{refusal.value.vondsten}"
        assert {v.rijnummer for v in refusal.value.vondsten} == {2}


@settings(deadline=None)
@given(st.lists(st.sampled_from([1, 2, 8, 9]), min_size=2, max_size=2))
def test_a_group_follows_from_its_parts(tmp_path_factory, answers):
    columns = {n: c[:1] for n, c in rows().items()}
    columns |= {f"sl_{part}": [str(a)] for part, a in zip(PARTS, answers, strict=True)}
    found = read(write(tmp_path_factory.mktemp("groep") / "k.csv", columns))
    expected = 1 if 1 in answers else 2 if answers == [2, 2] else 8
    assert found.table["sl_hack"].to_pylist() == [expected] and "sl_hack" in found.derived


def test_estimated_regions_are_those_of_the_seeds_and_nest():
    by_code = {g.code: g for g in areas()}
    assert all(by_code[code].municipalities == set(TRIO) for code in (TOGETHER, *TEAM))
    for outer in (*DISTRICT, PROVINCE):
        assert set(TRIO) < by_code[outer].municipalities <= by_code[PROVINCE].municipalities


def test_a_contract_without_a_ground_or_across_the_break_is_no_contract(tmp_path):
    whole = CONTRACT.model_dump()
    for change in ({"grondslag": ""}, {"golven": {2019: {}, **whole["golven"]}}, {"dpia": {"vereist": True}}):
        with pytest.raises(ValueError):
            SurveyContract.model_validate(whole | change)
    path = tmp_path / "x.yml"
    path.write_text("naam: x")
    with pytest.raises(ConfigurationError):
        load_survey(path)


def test_missing_answers_are_null_and_not_no(expected):
    assert set(expected["sl_online"].to_pylist()) == {1, 2, 8, 9, None}
    assert expected["sl_fraude"].null_count == ROWS and expected["sl_online"].type == pa.int16()


@pytest.mark.parametrize("suffix", ["csv", "sav"])
def test_who_is_stopped_while_reading_refuses_nothing(tmp_path, monkeypatch, suffix):
    """A refusal is for ever: a run that is stopped halfway must not make one."""

    def stopped(*_):
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(f"veiligheidsbeeld.survey.read.read_{'sav' if suffix == 'sav' else 'contents'}", stopped)
    with pytest.raises(ProcessLost), stoppable():
        read(tmp_path / f"golf.{suffix}")
