"""The survey in the marts: two series side by side, small municipalities through their team, nothing hidden shown."""

from __future__ import annotations

from tests.places import DISTRICT, NEIGHBOUR, PROVINCE, TEAM, THIRD, TOWN


def figures(ask, region, indicator="VM-ONLINE-SL"):
    rows = ask(
        "select reeks, waarde, ondergrens, bovengrens, n, status_waarde from kandidaat_cybercrime.indicatorwaarden"
        " where indicator_code = %s and regio_code = %s and periode_code = '2021JJ00' and maat = 'procent'",
        indicator,
        region,
    )
    return {row[0]: row[1:] for row in rows}


def test_both_series_stand_side_by_side(ask):
    assert figures(ask, "NL01") == {
        "vm_gepubliceerd": (16.9, 16.7, 17.2, None, "gepubliceerd"),
        "vm_eigen": (17.0, 16.8, 17.2, 9000, "gepubliceerd"),
    }


def test_a_small_municipality_is_published_through_its_team_only(ask):
    assert figures(ask, TEAM[0])["vm_gepubliceerd"][0] == 16.9
    assert figures(ask, TOWN) == {
        "vm_gepubliceerd": (None, None, None, None, "niet_gepubliceerd_op_niveau"),
        "vm_eigen": (None, None, None, None, "onderdrukt"),
    }
    held = ask(f"select gemeente_code from kandidaat_kern.gebied_gemeente where gebied_code = '{TEAM[0]}' order by 1")
    assert held == [(NEIGHBOUR,), (TOWN,), (THIRD,)]
    place = ask(f"select niveau, ouder_code, provincie_code from kandidaat_kern.regio where regio_code = '{TEAM[0]}'")
    assert place == [("basisteam", DISTRICT[0], PROVINCE)]


def test_a_team_of_elsewhere_stays_a_region_of_the_source(ask):
    assert figures(ask, "BTX01")["vm_gepubliceerd"][0] == 16.9
    place = ask("select naam, niveau, werkgebied from kandidaat_kern.regio where regio_code = 'BTX01'")
    assert place == [("Vechtdal (BT)", "basisteam", False)]


def test_what_no_alias_names_is_published_nowhere(ask):
    shown = ask(
        "select distinct indicator_code from kandidaat_cybercrime.indicatorwaarden where reeks = 'vm_gepubliceerd'"
    )
    assert sorted(shown) == [("VM-ONLINE-AANG",), ("VM-ONLINE-SL",)]


def test_too_few_victims_give_a_reason_and_no_figure(ask):
    assert figures(ask, TEAM[0], "VM-ONLINE-AANG")["vm_gepubliceerd"] == (None, None, None, None, "onderdrukt")


def test_a_wave_whose_year_is_not_over_in_the_other_sources_waits_for_them(ask):
    """Its file stops nothing: every other figure of the scene is built with it there."""
    for table in ("indicatorwaarden", "verschillen"):
        shown = ask(f"select distinct periode_code from kandidaat_cybercrime.{table} where indicator_code ~ '^VM-'")
        assert shown == [("2021JJ00",)], table


def test_young_people_are_shown_in_the_youth_theme_too(ask):
    shown = ask(
        "select waarde, n, reeks from kandidaat_jeugd.indicatorwaarden where indicator_code = 'VM-ONLINE-SL-15-24'"
    )
    assert shown == [(22.0, 1100, "vm_eigen")]
    assert ask(
        "select jeugd, leeftijdsgroep from kandidaat_kern.indicator where indicator_code = 'VM-ONLINE-SL-15-24'"
    ) == [(True, "15-24")]


def test_target_groups_say_what_is_not_measured(ask):
    rows = ask(
        "select doelgroep, reeks, waarde, status_waarde from kandidaat_cybercrime.slachtofferschap_online"
        " where indicator_code = 'VM-ONLINE-SL' and regio_code = 'NL01'"
        " and doelgroep in ('laaggeletterden', 'ondernemers') order by doelgroep, reeks"
    )
    assert rows == [
        ("laaggeletterden", "vm_gepubliceerd", None, "niet_gepubliceerd_op_niveau"),
        ("ondernemers", "vm_eigen", 20.0, "gepubliceerd"),
        ("ondernemers", "vm_gepubliceerd", None, "niet_gepubliceerd_op_niveau"),
    ]


def test_a_hidden_difference_is_not_told(ask):
    assert ask("select verschil, p_waarde, status_waarde, zin from kandidaat_cybercrime.verschillen") == [
        (None, None, "onderdrukt", "Te weinig respondenten om te vergelijken.")
    ]


def test_registered_and_asked_are_never_one_series(ask):
    rows = ask(
        "select distinct reeks, eenheid from kandidaat_cybercrime.meten_naast_elkaar"
        " where regio_code = 'NL01' order by 1, 2"
    )
    assert rows == [
        ("registratie", "misdrijven per 1.000 inwoners"),
        ("vm_eigen", "procent van inwoners van 15 jaar en ouder"),
        ("vm_gepubliceerd", "procent van inwoners van 15 jaar en ouder"),
        ("vm_gepubliceerd", "procent van slachtoffers"),
    ]


def test_the_redesign_of_2021_is_a_break_of_every_survey_indicator(ask):
    assert ask(
        "select count(*) filter (where b.indicator_code is null) from kandidaat_kern.indicator as i"
        " left join kandidaat_kern.breuk as b on i.indicator_code = b.indicator_code and b.breuk_code = 'enquete_2021'"
        " where i.familie = 'enquete'"
    ) == [(0,)]
    assert ask("select count(*) from intermediate.int_enquete where jaar < 2021") == [(0,)]
