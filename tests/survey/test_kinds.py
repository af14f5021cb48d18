"""The kinds of fault that respondent files have: each ends in the right figure, or in a reason; never in a guess."""

from __future__ import annotations

import itertools

import pytest

from tests.places import NEIGHBOUR, NEIGHBOUR_NAME, PROVINCE, TEAM, THIRD, THIRD_NAME, TOGETHER, TOWN, TOWN_NAME, TRIO
from tests.survey.files import by_hand, estimates, read, respondents, write_csv, write_sav, write_xlsx
from veiligheidsbeeld.refusals import FileRefused
from veiligheidsbeeld.survey.areas import areas, benchmarks, covered

TOWNS = next(a.municipalities for a in areas() if a.code == PROVINCE)


def refused(path) -> FileRefused:
    with pytest.raises(FileRefused) as refusal:
        read(path)
    return refusal.value


# --- coverage -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("towns", "spoken_for"),
    [
        ((TOWN,), {TOWN}),
        ((TOWN, NEIGHBOUR), {TOWN, NEIGHBOUR}),
        (tuple(TRIO), {*TRIO, *TEAM, TOGETHER}),
        ((TOWN, "GM0363"), {TOWN}),
    ],
)
def test_an_area_is_estimated_from_a_sample_of_all_its_municipalities(tmp_path, towns, spoken_for):
    columns = respondents(600, towns)
    found = estimates(read(write_csv(tmp_path / "a.csv", columns)))
    assert set(found) == spoken_for
    for town in towns:
        assert town not in found or found[town]["p"] == pytest.approx(by_hand(columns, town), rel=1e-12)


def test_who_moved_does_not_make_a_local_sample_one_of_the_area(tmp_path):
    columns = respondents(600, (TOWN,))
    columns["gemeente"][:9] = [NEIGHBOUR, THIRD] * 4 + [NEIGHBOUR]
    assert not set(estimates(read(write_csv(tmp_path / "a.csv", columns)))) & {*TEAM, TOGETHER, "NL01", PROVINCE}


def test_a_province_is_no_country_and_a_province_less_one_no_province():
    from veiligheidsbeeld.contracts.survey import load_survey

    rule = load_survey().dekking
    whole = {a.code for a in covered(dict.fromkeys(TOWNS, 10), rule)}
    assert PROVINCE in whole and "NL01" not in whole
    less = {a.code for a in covered(dict.fromkeys(sorted(TOWNS)[1:], 10), rule)}
    assert PROVINCE not in less and less < whole
    country = {a.code for a in covered(dict.fromkeys([f"GM{i:04d}" for i in range(1, 343)], 200), rule)}
    assert "NL01" in country


def test_a_difference_needs_a_benchmark_that_the_sample_speaks_for(tmp_path):
    from tests.survey.files import CONTRACT
    from veiligheidsbeeld.survey.estimate import Sample, estimate

    wave = read(write_csv(tmp_path / "a.csv", respondents(620, tuple(sorted(TOWNS)))))
    _, differences = estimate(Sample.of(wave.table, CONTRACT, 2023), CONTRACT)
    assert set(differences["tegen"].to_pylist()) == {PROVINCE}
    assert "NL01" in benchmarks(next(a for a in areas() if a.code == TOGETHER))


# --- municipalities -----------------------------------------------------------------------------------------------

OWN = {1: TOWN_NAME, 2: f"gemeente {NEIGHBOUR_NAME}", 3: THIRD_NAME}
CODES = {TOWN: 1, NEIGHBOUR: 2, THIRD: 3}


def test_own_numbers_with_labels(tmp_path):
    columns = respondents()
    numbered = columns | {"gemeente": [CODES[g] for g in columns["gemeente"]]}
    wave = read(write_sav(tmp_path / "a.sav", numbered, variable_value_labels={"gemeente": OWN}))
    assert wave.table["gemeente_code"].to_pylist() == columns["gemeente"]


def test_numbers_of_the_statistics_office_with_names_beside_them(tmp_path):
    columns = respondents(300, (TOWN, "GM0363"))
    numbered = columns | {"gemeente": [int(g[2:]) for g in columns["gemeente"]]}
    labels = {int(TOWN[2:]): TOWN_NAME, 363: "Amsterdam"}
    wave = read(write_sav(tmp_path / "a.sav", numbered, variable_value_labels={"gemeente": labels}))
    assert wave.table["gemeente_code"].to_pylist() == columns["gemeente"]


@pytest.mark.parametrize("labels", [None, {1: "Stad", 2: "Dorp", 3: "Buitengebied"}])
def test_own_numbers_that_nothing_explains_refuse_the_file(tmp_path, labels):
    columns = respondents()
    numbered = columns | {"gemeente": [CODES[g] for g in columns["gemeente"]]}
    meta = {"variable_value_labels": {"gemeente": labels}} if labels else {}
    assert refused(write_sav(tmp_path / "a.sav", numbered, **meta)).regel == "gemeente_onbekend"


def test_one_own_number_without_a_label_is_not_taken_for_a_code(tmp_path):
    columns = respondents()
    numbered = columns | {
        "gemeente": [int(TOWN[2:]) if i == 7 else CODES[g] for i, g in enumerate(columns["gemeente"])]
    }
    wave = read(write_sav(tmp_path / "a.sav", numbered, variable_value_labels={"gemeente": OWN}))
    assert [(r.rijnummer, r.kolom) for r in wave.refusals] == [(9, "gemeente_code")]


@pytest.mark.parametrize("form", ["{:.1f}", "{:.2f}", "GM{:04d}", "{:04d}", "{:d}"])
def test_municipalities_in_every_notation(tmp_path, form):
    columns = respondents()
    written = [form.format(float(g[2:]) if "f" in form else int(g[2:])) for g in columns["gemeente"]]
    wave = read(write_csv(tmp_path / "a.csv", columns | {"gemeente": written}))
    assert wave.table["gemeente_code"].to_pylist() == columns["gemeente"]


# --- ages ---------------------------------------------------------------------------------------------------------

AGES = {"15-24": range(15, 25), "25-44": range(25, 45), "45-64": range(45, 65), "65+": range(65, 95)}


def band_of(age: int) -> str:
    return next(name for name, years in AGES.items() if age in years)


@pytest.mark.parametrize(
    "bands",
    [
        ["15-24", "25-44", "45-64", "65+"],
        ["15 t/m 24 jaar", "25 t/m 44 jaar", "45 t/m 64 jaar", "65 jaar en ouder"],
        ["jonger dan 25", "25 tot 45 jaar", "45 tot 65", "65-plus"],
        ["tot en met 24", "25 – 44", "45 tot en met 64 jaar", ">= 65"],
    ],
)
def test_bands_that_are_those_of_the_contract(tmp_path, bands):
    columns = respondents()
    names = dict(zip(AGES, bands, strict=True))
    written = columns | {"leeftijd": [names[band_of(age)] for age in columns["leeftijd"]]}
    wave = read(write_csv(tmp_path / "a.csv", written))
    assert wave.table["leeftijdsgroep"].to_pylist() == [band_of(age) for age in columns["leeftijd"]]


def test_finer_bands_that_fill_those_of_the_contract(tmp_path):
    lows = [15, 18, 25, 35, 45, 55, 65, 75, 200]
    finer = [f"{a}-{b - 1}" if b < 200 else f"{a} jaar of ouder" for a, b in itertools.pairwise(lows)]
    columns = respondents()
    coded = [next(i for i, low in enumerate(lows[1:], 1) if age < low) for age in columns["leeftijd"]]
    labels = {"leeftijd": dict(enumerate(finer, 1))}
    wave = read(write_sav(tmp_path / "a.sav", columns | {"leeftijd": coded}, variable_value_labels=labels))
    assert wave.table["leeftijdsgroep"].to_pylist() == [band_of(age) for age in columns["leeftijd"]]


@pytest.mark.parametrize(
    ("bands", "named"),
    [
        (["15-24", "25-64", "65+"], "25 tot en met 64"),
        (["15-29", "30-44", "45-64", "65+"], "15 tot en met 29"),
        (["15-24", "25-45", "46-64", "65+"], "25 tot en met 45"),
        (["18-24", "25-44", "45-64", "65+"], "15-24 is niet helemaal gevuld"),
        (["15-24", "25-44", "45-64", "65-74"], "65+ is niet helemaal gevuld"),
        (["15 jaar of ouder"], "15 tot en met 120"),
    ],
)
def test_bands_that_are_not_those_of_the_contract_refuse_the_file(tmp_path, bands, named):
    columns = respondents()
    written = columns | {"leeftijd": [bands[i % len(bands)] for i in range(len(columns["leeftijd"]))]}
    found = refused(write_csv(tmp_path / "a.csv", written))
    assert found.regel == "leeftijdsklassen" and named in found.reden


def test_a_top_code_is_read_as_its_label_says(tmp_path):
    columns = respondents()
    labels = {"leeftijd": {90: "90 jaar of ouder", 999: "Weigert"}}
    ages = [999 if i == 4 else min(age, 90) for i, age in enumerate(columns["leeftijd"])]
    wave = read(write_sav(tmp_path / "a.sav", columns | {"leeftijd": ages}, variable_value_labels=labels))
    expected = [band_of(age) for i, age in enumerate(columns["leeftijd"]) if i != 4]
    assert wave.table["leeftijdsgroep"].to_pylist() == expected
    assert [(r.rijnummer, r.kolom, r.regel) for r in wave.refusals] == [(6, "leeftijdsgroep", "verplicht")]


# --- weights ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        lambda w: f"{w:.4f}".replace(".", ","),
        lambda w: f"{w:.3f}",  # 0.984 beside 1.476: only a decimal point can stand behind a nought
        lambda w: repr(w),
        lambda w: f"{w * 1000:.2f}",
    ],
)
def test_weights_of_which_the_notation_is_proven(tmp_path, written):
    columns = respondents()
    wave = read(write_csv(tmp_path / "a.csv", columns | {"weegfactor": [written(w) for w in columns["weegfactor"]]}))
    found = estimates(wave)
    assert wave.refused == 0 and found[TOWN]["p"] == pytest.approx(by_hand(columns, TOWN), rel=1e-3)


@pytest.mark.parametrize("sign", [".", ","])
def test_weights_in_thousands_are_not_guessed(tmp_path, sign):
    columns = respondents()
    written = [f"{int(w * 1000):,}".replace(",", sign) for w in columns["weegfactor"]]
    found = refused(write_csv(tmp_path / "a.csv", columns | {"weegfactor": written}))
    assert found.regel == "te_veel_fouten" and "duizendtallen" in found.reden
    assert found.refusals and {r.kolom for r in found.refusals} == {"gewicht"}


def test_numbers_of_a_workbook_need_no_proof(tmp_path):
    columns = respondents()
    columns["weegfactor"] = [round(1 + w, 3) for w in columns["weegfactor"]]
    wave = read(write_xlsx(tmp_path / "a.xlsx", columns))
    assert wave.refused == 0 and wave.table["gewicht"].to_pylist() == columns["weegfactor"]


def test_a_number_cell_is_its_number_whatever_text_stands_beside_it(tmp_path):
    """1.476 as a cell is no doubt, among texts of which the thousands are; and proves nothing about them."""
    columns = respondents()
    columns["weegfactor"] = [1.476 if i % 2 else f"{i % 7 + 1}.000" for i in range(300)]
    found = refused(write_xlsx(tmp_path / "a.xlsx", columns))
    assert {r.rijnummer % 2 for r in found.refusals} == {0}, "rows of text alone, which begin in row 2"
    assert {r.regel for r in found.refusals} == {"getal_dubbelzinnig"}


# --- answers ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["{}", "{}.0", "{},00", "{}.00"])
def test_codes_in_every_notation(tmp_path, form):
    columns = respondents()
    written = columns | {"sl_aankoopfraude": [form.format(a) for a in columns["sl_aankoopfraude"]]}
    wave = read(write_csv(tmp_path / "a.csv", written))
    assert wave.table["sl_aankoopfraude"].to_pylist() == columns["sl_aankoopfraude"]


def test_not_applicable_is_no_answer(tmp_path):
    columns = respondents()
    coded = columns | {"sl_aankoopfraude": [7 if a == 8 else a for a in columns["sl_aankoopfraude"]]}
    labels = {"sl_aankoopfraude": {1: "Ja", 2: "Nee", 7: "Niet van toepassing"}}
    wave = read(write_sav(tmp_path / "a.sav", coded, variable_value_labels=labels))
    expected = [None if a == 8 else a for a in columns["sl_aankoopfraude"]]
    assert wave.table["sl_aankoopfraude"].to_pylist() == expected


def test_labels_go_before_numbers_and_a_number_without_one_is_not_guessed(tmp_path):
    columns = respondents()
    own = {1: 1, 2: 0, 8: 98}
    coded = columns | {"sl_aankoopfraude": [2 if i == 5 else own[a] for i, a in enumerate(columns["sl_aankoopfraude"])]}
    labels = {"sl_aankoopfraude": {1: "Ja", 0: "Nee", 98: "Weet niet"}}
    wave = read(write_sav(tmp_path / "a.sav", coded, variable_value_labels=labels))
    assert [(r.rijnummer, r.kolom) for r in wave.refusals] == [(7, "sl_aankoopfraude")]
    expected = [a for i, a in enumerate(columns["sl_aankoopfraude"]) if i != 5]
    assert wave.table["sl_aankoopfraude"].to_pylist() == expected


# --- form ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shape",
    [
        {"before": "sep=;\n"},
        {"before": f"Veiligheidsmonitor 2023, gemeente {TOWN_NAME}\n\n"},
        {"separator": "\t"},
        {"separator": ","},
        {"after": "\n\n"},
    ],
)
def test_a_csv_reads_the_same_in_every_shape(tmp_path, shape):
    plain = read(write_csv(tmp_path / "a.csv", respondents()))
    other = read(write_csv(tmp_path / "b.csv", respondents(), **shape))
    assert other.table == plain.table and other.refused == 0


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_csv_reads_the_same_in_every_encoding(tmp_path, encoding):
    columns = respondents()
    columns["sl_aankoopfraude"] = ["ja" if a == 1 else "nee" for a in columns["sl_aankoopfraude"]]
    path = write_csv(tmp_path / "a.csv", columns)
    plain = read(path)
    path.write_bytes(path.read_text(encoding="utf-8").encode(encoding))
    assert read(path).table == plain.table


def test_trailing_separators_are_no_columns(tmp_path):
    path = write_csv(tmp_path / "a.csv", respondents())
    plain = read(path)
    path.write_text("".join(f"{line};;\n" for line in path.read_text().splitlines()))
    assert read(path).table == plain.table


def test_a_total_below_the_table_is_no_respondent(tmp_path):
    wave = read(write_csv(tmp_path / "a.csv", respondents(), after="Totaal;300;;;\n"))
    assert wave.table.num_rows == 300 and wave.refused == 0 and wave.repairs["totaalrij"] == 1


@pytest.mark.parametrize(
    "note", ["Bron: enquete 2023, uitdraai 12-11-2026", "Aantal;300", "(300 rijen)", "Einde export"]
)
def test_a_note_below_the_table_is_told_as_a_note(tmp_path, note):
    wave = read(write_csv(tmp_path / "a.csv", respondents(), after=f"{note}\n"))
    assert (wave.table.num_rows, wave.refused, wave.repairs["voetregel"]) == (300, 0, 1)


def test_the_stump_of_a_row_is_no_note(tmp_path):
    wave = read(write_csv(tmp_path / "a.csv", respondents(), after="r30"))
    assert (wave.table.num_rows, wave.refused, wave.repairs["voetregel"]) == (300, 1, 0)


def test_a_file_that_breaks_off_inside_its_last_answer(tmp_path):
    columns = respondents()
    columns = {name: columns[name] for name in [*columns][::-1]}
    columns["weegfactor"] = columns.pop("weegfactor")
    path = write_csv(tmp_path / "a.csv", columns)
    for cut in (1, 2, 3):
        body = path.read_text()
        (tmp_path / "cut.csv").write_text(body[:-cut])
        wave = read(tmp_path / "cut.csv")
        assert [(r.rijnummer, r.regel) for r in wave.refusals] == [(301, "afgebroken")]


def test_a_workbook_reads_as_its_csv(tmp_path):
    columns = respondents()
    assert read(write_xlsx(tmp_path / "a.xlsx", columns)).table == read(write_csv(tmp_path / "b.csv", columns)).table
    assert read(write_xlsx(tmp_path / "c.xlsx", columns, startrow=3)).table.num_rows == 300


def test_whole_numbers_of_respondents_are_the_same_people_as_floats(tmp_path):
    columns = respondents() | {"resp_id": list(range(1, 301))}
    floats = columns | {"resp_id": [f"{i}.0" for i in range(1, 301)]}
    assert read(write_csv(tmp_path / "a.csv", floats)).table == read(write_csv(tmp_path / "b.csv", columns)).table


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"PK\x03\x04 whatever", "verkeerd_bestandstype"),
        (b"resp_id;gemeente\n1;2\n", "verkeerd_bestandstype"),
        (b"\x1c\0\0\0\0\0\0\0ENCRYPTEDSAV\x15\0\0\0" + bytes(200), "versleuteld"),
        (b"\xc1\xe2\xc3" * 13 + b"ASCII SPSS PORT FILE" + bytes(200), "verkeerd_bestandstype"),
        (b"$FL2@(#) SPSS DATA FILE" + bytes(300), "onleesbaar"),
    ],
)
def test_what_is_no_sav_is_told_by_its_cause(tmp_path, content, rule):
    path = tmp_path / "a.sav"
    path.write_bytes(content)
    assert refused(path).regel == rule


@pytest.mark.parametrize("part", [0.3, 0.7, 0.97])
def test_a_sav_that_was_cut_off(tmp_path, part):
    path = write_sav(tmp_path / "a.sav", respondents())
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * part)])
    assert refused(path).regel in ("afgebroken", "onleesbaar")


def test_a_weight_with_thousands_and_decimals_is_no_number_of_a_person_and_a_bsn_in_its_column_is(tmp_path):
    columns = respondents()
    written = [f"{1000 * w:,.4f}".translate(str.maketrans(",.", ".,")) for w in columns["weegfactor"]]
    wave = read(write_csv(tmp_path / "a.csv", columns | {"weegfactor": written}))
    assert wave.refused == 0
    assert wave.table["gewicht"].to_pylist() == pytest.approx([1000 * w for w in columns["weegfactor"]])
    for number in ("111222333", "111.222.333", "1112.22.333"):
        found = refused(write_csv(tmp_path / "b.csv", columns | {"weegfactor": [number, *written[1:]]}))
        assert found.regel == "persoonsgegevens"
