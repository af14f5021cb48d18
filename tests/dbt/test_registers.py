"""Municipal registers, from raw rows to candidates: what is shown, what is hidden, and that hidden stays hidden."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date

import pytest
from statsmodels.duration.survfunc import SurvfuncRight

from tests.dbt import disclosure, register_scene
from tests.places import HEIR, NEIGHBOUR, PROVINCE, THIRD, TOGETHER, TOWN
from veiligheidsbeeld.contracts.cube import load_cubes
from veiligheidsbeeld.contracts.families import places
from veiligheidsbeeld.contracts.register import load_registers
from veiligheidsbeeld.contracts.themes import theme_names

THEMES = theme_names()


def test_a_family_has_one_total_and_every_indicator_one_place():
    for contract in load_registers().values():
        found = places(contract)
        assert len({(p.family, p.number) for p in found}) == len(found), contract.naam
        for place in found:
            assert place.number == 1 or not place.base, contract.naam
            assert place.size < 63, "a family is kept in the bits of a bigint"


def figures(ask, code: str, period: str, measure: str = "aantal", theme: str = "ondermijning") -> dict:
    rows = ask(
        f"select regio_code, waarde, status_waarde from kandidaat_{theme}.indicatorwaarden"
        " where indicator_code = %s and periode_code = %s and maat = %s",
        code,
        period,
        measure,
    )
    return {region: (value, status) for region, value, status in rows}


def test_counts_of_those_who_delivered_and_reasons_for_the_others(ask):
    expected: dict[str, int] = defaultdict(int)
    for row in register_scene.deliveries()[0].rows:
        expected[row["gemeente"]] += row["datum_ontvangst"].year == 2024
    found = figures(ask, "MELD-TOT", "2024JJ00")
    assert found[TOWN] == (expected[TOWN], "gepubliceerd")
    assert found[HEIR] == (None, "nog_niet_beschikbaar")
    assert found[PROVINCE] == (None, "nog_niet_beschikbaar")
    assert found[TOGETHER][1] in ("gepubliceerd", "verborgen")


def test_how_many_rows_a_file_has_and_which_is_for_nobody(ask):
    """The sum of what is hidden would follow from it."""
    query = (
        "select dataset = any (%s), count(*), count(cellen), count(inhoud_sha256)"
        " from kandidaat_kern.levering group by 1"
    )
    found = {open_data: counts for open_data, *counts in ask(query, list(load_cubes()))}
    assert found[False][0] > 0
    assert found[False][1:] == [0, 0]
    assert found[True][0] == found[True][1] > 0


def test_what_was_not_done_is_no_zero(ask):
    code = "ADRES-SPOOK-CONTROLE"
    assert figures(ask, code, "2022JJ00")[TOWN] == (None, "niet_uitgevoerd")
    assert figures(ask, code, "2023JJ00")[TOWN] == (0, "nul")
    assert figures(ask, code, "2022JJ00")[THIRD] == (0, "nul")
    assert figures(ask, code, "2022JJ00")[NEIGHBOUR] == (None, "nog_niet_beschikbaar")


def test_what_a_file_has_no_column_for_is_not_available_and_not_zero(ask):
    assert figures(ask, "MOR-TOT", "2024JJ00", theme="leefomgeving")[HEIR] == (120, "gepubliceerd")
    assert figures(ask, "MOR-DRUGSAFVAL", "2024JJ00")[HEIR] == (40, "gepubliceerd")
    absent = [
        ("MOR-DRUGSAFVAL-KOSTEN", "euro", "ondermijning"),
        ("MOR-DRUGSAFVAL-KG", "kilogram", "ondermijning"),
        ("MOR-LOPEND", "aantal", "leefomgeving"),
        ("MOR-DUUR-P50", "dagen", "leefomgeving"),
        ("MOR-TIJDIG", "procent", "leefomgeving"),
    ]
    for code, measure, theme in absent:
        found = figures(ask, code, "2024JJ00", measure, theme)
        assert found[HEIR] == (None, "nog_niet_beschikbaar"), code
    query = (
        "select distinct status_waarde from kandidaat_leefomgeving.indicatorwaarden where regio_code like 'BU1954%%'"
    )
    assert ask(query + " and indicator_code = 'MOR-TOT' and periode_code = '2024JJ00'") in (
        [],
        [("nog_niet_beschikbaar",)],
    )


def test_a_file_made_in_june_speaks_until_june_and_june_is_provisional(ask):
    rows = ask(
        "select periode_code, waarde, voorlopig from kandidaat_leefomgeving.indicatorwaarden"
        f" where indicator_code = 'BOA-TOT' and regio_code = '{HEIR}' and maat = 'aantal'"
        " and periode_soort in ('kwartaal', 'jaar') order by periode_code"
    )
    assert rows == [("2024JJ00", None, False), ("2024KW01", 90, False), ("2024KW02", 90, True)]
    assert figures(ask, "BOA-UREN", "2024JJ00", "uren", "leefomgeving")[HEIR] == (None, "nog_niet_beschikbaar")


def test_how_many_municipalities_delivered(ask):
    rows = ask(
        "select leden, geleverd, volledig from kandidaat_kern.register_dekking"
        f" where register = 'meldpunt_ondermijning' and regio_code in ('{PROVINCE}', '{TOGETHER}')"
        " and periode_code = '2024JJ00' order by 1"
    )
    assert rows == [(3, 3, True), (31, 6, False)]


def test_median_of_an_area_is_that_of_all_its_events(ask):
    """By another program's Kaplan-Meier: a case without an action counts until the last day that was delivered."""
    cases = [
        (row["datum_ontvangst"], row["datum_eerste_actie"])
        for row in register_scene.deliveries()[0].rows
        if row["gemeente"] in register_scene.WNL and row["datum_ontvangst"].year == 2024
    ]
    days = [((acted or date(2024, 12, 31)) - received).days for received, acted in cases]
    median = SurvfuncRight(days, [acted is not None for _, acted in cases]).quantile(0.5)
    assert figures(ask, "MELD-ACTIE-P50", "2024JJ00", "dagen")[TOGETHER] == (median, "gepubliceerd")
    rows = ask(
        "select p50_dagen from kandidaat_ondermijning.doorlooptijden"
        f" where stap_code = 'MELD-ACTIE' and regio_code = '{TOGETHER}' and periode_code = '2024JJ00'"
    )
    assert rows == [(median,)]


def test_external_safety_stands_on_registers_alone(ask):
    # GM1883 and GM0971 are no region of the scene's code lists; what is not known to kern is not shown.
    assert ask("select count(*) > 0 from kandidaat_externe_veiligheid.indicatorwaarden") == [(True,)]


def told(ask, code: str, period: str = "2024JJ00") -> dict:
    """Value and reason per municipality and area, as readers are given them."""
    query = (
        "select regio_code, waarde, reden from intermediate.int_register_telcijfer"
        " where indicator_code = %s and periode_code = %s"
    )
    return {region: (value, reason) for region, value, reason in ask(query, code, period)}


def test_an_act_that_is_public_is_shown_whatever_its_number_and_what_it_says_of_persons_is_not(ask):
    expected = {TOWN: (3, None), NEIGHBOUR: (3, None), THIRD: (0, None), TOGETHER: (6, None)}
    for code in ("SLUIT-TOT", "SLUIT-WONING", "SLUIT-PAND"):
        found = told(ask, code)
        assert {region: found[region] for region in expected} == expected, code
    minors = told(ask, "SLUIT-MINDERJARIG")
    # One of three, none of three and none of none look the same; in the partnership it is one of six.
    assert minors[TOWN] == minors[NEIGHBOUR] == minors[THIRD] == (None, "niet_gepubliceerd_op_niveau")
    assert minors[TOGETHER] == (None, "verborgen")
    assert told(ask, "SLUIT-MAATREGEL", "2024KW01")[TOWN] == (1, None)


def test_a_municipality_without_a_case_does_not_close_the_share_of_an_area(ask):
    found = told(ask, "EXT-TIJDIG")
    assert found["SGWM"] == (pytest.approx(200 / 3), None)
    assert found["GM0971"][0] is None


@pytest.mark.parametrize("theme", THEMES)
def test_no_small_count_is_published(ask, theme):
    small = ask(
        f"select w.indicator_code, w.regio_code, w.periode_code, w.teller from kandidaat_{theme}.indicatorwaarden as w"
        " inner join intermediate.int_register_indicator as i on w.indicator_code = i.indicator_code"
        " where i.berekening in ('telling', 'lopend') and i.eenheid = 'aantal' and w.waarde > 0 and w.maat = 'aantal'"
        " and w.waarde < i.min_cel"
    )
    assert small == []


def test_hidden_rows_show_nothing(ask):
    shown = ask(
        "select count(*) from intermediate.int_waarde_register where status_waarde = 'verborgen'"
        " and maat <> 'per_1000' and num_nonnulls(waarde, teller, ondergrens, bovengrens, n) > 0"
    )
    assert shown == [(0,)]


@pytest.mark.parametrize("register", ["meldpunt_ondermijning", "halt"])
def test_a_hidden_count_cannot_be_worked_out(ask, register):
    """By what is shown of months, quarters, years, parts, neighbourhoods and areas; the rule is for `test_hiding`."""
    families = ask(
        "select familie, max(min_cel) from intermediate.int_register_indicator where register = %s"
        " and berekening = 'telling' and eenheid = 'aantal' group by 1 order by 1",
        register,
    )
    judged = 0
    for family, minimum in families:
        reader, hidden = reading(ask, family, minimum)
        for name, part in random.Random(1).sample(hidden, min(len(hidden), 100)):
            bounds = reader.bounds(part)
            assert not disclosure.too_narrow(bounds, minimum), f"{name} lies between {bounds}"
            judged += 1
    assert judged > 20, "the scene must hide something, else this test says nothing"


def reading(ask, family: str, minimum: int) -> tuple[disclosure.Reader, list[tuple[str, list[int]]]]:
    """A reader of all published counts of a family, and the small counts that are hidden from him."""
    events = ask(
        "select g.gemeente_code, g.maand_index, coalesce(g.buurt_code, 'onbekend'), g.rij, g.indicator_code, g.n"
        " from intermediate.int_register_gebeurtenis as g"
        " inner join intermediate.int_register_indicator as i using (indicator_code) where i.familie = %s",
        family,
    )
    cells = ask(
        "select t.indicator_code, t.regio_code, t.periode_code, t.begin_index, t.eind_index, t.waarde, t.reden,"
        " t.minste, t.meeste"
        " from intermediate.int_register_telcijfer as t"
        " inner join intermediate.int_register_indicator as i using (indicator_code)"
        " where i.familie = %s and (t.reden is null or t.reden in ('verborgen', 'niet_gepubliceerd_op_niveau'))",
        family,
    )
    areas: dict[str, set[str]] = defaultdict(set)
    for area, region in ask("select gebied_code, gemeente_code from intermediate.int_register_lid"):
        areas[area].add(region)
    districts: dict[str, set[str]] = defaultdict(set)
    truth: dict[tuple, float] = defaultdict(float)
    for region, month, district, _, code, n in events:
        districts[region] |= {district} - {"onbekend"}
        for place in (region, district, *(a for a, inside in areas.items() if region in inside)):
            truth[code, place, month] += n
    reader, hidden = (
        disclosure.Reader(
            disclosure.atoms(
                sorted({e[0] for e in events}),
                sorted({e[1] for e in events}),
                {region: sorted(codes) for region, codes in districts.items()},
                disclosure.kinds_of((e[3], e[4]) for e in events),
            )
        ),
        [],
    )
    for code, place, period, first, last, value, reason, least, most in cells:
        inside = areas.get(place, {place})
        part = [
            i
            for i, (region, month, district, kind) in enumerate(reader.atoms)
            if code in kind and first <= month <= last and (region in inside or district == place)
        ]
        if least is not None:
            reader.ranges.append((part, least, most))
        elif reason is None:
            reader.sums.append((part, value))
        elif 0 < sum(truth[code, place, m] for m in range(first, last + 1)) < minimum:
            hidden.append((f"{code} {place} {period}", part))
    return reader, hidden
