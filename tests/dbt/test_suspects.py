"""Suspects of CBS on a real PostgreSQL: figures that can be worked out by hand from `scene.suspects`."""

from __future__ import annotations

import pytest

from tests.places import HEIR, NEIGHBOUR, TOGETHER, TOWN

pytestmark = pytest.mark.timeout(900)


@pytest.fixture
def figure(ask):
    def one(indicator: str, region: str, year: int, measure: str = "aantal") -> tuple:
        (row,) = ask(
            "select waarde, ondergrens, bovengrens, methode, status_waarde, voorlopig"
            " from kandidaat_jeugd.indicatorwaarden"
            " where indicator_code = %s and regio_code = %s and periode_code = %s and maat = %s",
            indicator,
            region,
            f"{year}JJ00",
            measure,
        )
        return row

    return one


def test_counts_carry_what_rounding_leaves_open(figure):
    assert figure("VERD-TOT-12-17", TOWN, 2024) == (40, 35, 45, "afronding", "gepubliceerd", True)
    assert figure("VERD-TOT-12-17", NEIGHBOUR, 2024) == (0, 0, 5, "afronding", "nul", True)
    assert figure("VERD-TOT-12-17", TOGETHER, 2022) == (60, 45, 75, "afronding", "gepubliceerd", False)


def test_rates_are_those_of_the_source_or_ratios_of_sums(figure):
    assert figure("VERD-TOT-12-17", TOWN, 2024, "per_10000") == (10, None, None, None, "gepubliceerd", True)
    assert figure("VERD-TOT-12-17", NEIGHBOUR, 2024, "per_10000")[::4] == (None, "onderdrukt")
    # Of 9,090 inhabitants 2% are 12 years old and 3% 13; nobody else of 12 to 17 was delivered.
    rate, low, high, method, status, _ = figure("VERD-TOT-12-17", TOGETHER, 2024, "per_10000")
    assert rate == pytest.approx(10_000 * 60 / 454.5, rel=0.002)
    assert (low / rate, high / rate) == (pytest.approx(45 / 60), pytest.approx(75 / 60))
    assert (method, status) == ("afronding", "gepubliceerd")
    # Nobody from 18 up was delivered: a count without a denominator. Of all ages those of 12 and older count.
    assert figure("VERD-TOT-18-22", TOGETHER, 2024, "per_10000")[::4] == (None, "nog_niet_beschikbaar")
    assert figure("VERD-TOT", TOGETHER, 2024, "per_10000")[0] == pytest.approx(10_000 * 1200 / 454.5, rel=0.002)


def test_a_municipality_that_did_not_exist_has_no_figure(figure):
    assert figure("VERD-TOT-12-17", HEIR, 2018) == (None, None, None, None, "niet_gepubliceerd_op_niveau", False)
    assert figure("VERD-TOT-12-17", HEIR, 2019)[0] == 10


def test_age_groups_of_the_source_stay_apart(ask):
    groups = ask("select distinct leeftijdsgroep from kandidaat_jeugd.verdachten order by 1")
    assert groups == [("12-17",), ("18-22",), ("totaal",)]
    rows = ask(
        "select soort, aantal, aantal_ondergrens, aantal_bovengrens, per_10000, per_10000_nederland, berekend"
        " from kandidaat_jeugd.verdachten"
        f" where leeftijdsgroep = '18-22' and regio_code = '{TOWN}' and jaar = 2023 and soort in ('TOT', 'DRUGS')"
        " order by 1"
    )
    assert rows == [("DRUGS", 20, 15, 25, 5, 75, False), ("TOT", 40, 35, 45, 10, 400, False)]
    joined = ask("select indicator_code from kandidaat_kern.indicator where familie = 'verdachten' and not jeugd")
    assert joined == [("VERD-TOT",)], "no age group of a plan, such as 12-24, is made of those of the source"
    caveats = ask("select caveat from kandidaat_kern.indicator where familie = 'verdachten'")
    assert len(caveats) == 11
    assert all("0 kan 0 tot en met 4 zijn" in c and "niet schuldig verklaard" in c for (c,) in caveats)


def test_drugs_are_shown_in_two_themes_and_never_as_better_or_worse(ask):
    themes = ask("select themas, richting, inspanningsafhankelijk, afronding from kandidaat_kern.indicator"
                 " where indicator_code like 'VERD-DRUGS-%%'")  # fmt: skip
    assert themes == [("jeugd, ondermijning", "geen", True, 10)] * 2
    assert ask("select count(*) > 0 from kandidaat_ondermijning.indicatorwaarden where maat = 'per_10000'") == [(True,)]


def test_a_goal_with_figures_per_year_alone(ask):
    """2019 to 2022: 30, 20, 30, 20. In 2024 10: fifteen fewer, while six rounded figures can make thirty."""
    (row,) = ask(
        "select waarde, nulmeting, nulmeting_periode, nulmeting_benaderd, status, significant, voorlopig, zin"
        f" from kandidaat_ivp.doelen where doel_code = 'WNL-JONGEAANWAS-18-22' and regio_code = '{TOGETHER}'"
    )
    *figures, sentence = row
    assert figures == [10, 25, "2019 t/m 2022", False, "niet_meetbaar", None, True]
    assert sentence == (
        "Verdachten van drugsmisdrijven (18 tot en met 22 jaar) 10 in 2024 tegenover gemiddeld 25,0 per jaar in"
        " 2019 t/m 2022: 15 minder, wat afronding kan zijn; niet op toeval getoetst: de bron rondt af op 10."
        " Het aantal hangt af van de inzet van opsporing en toezicht en zegt op zichzelf niet of het doel gehaald is."
    )


def test_what_was_delivered_is_told(ask):
    rows = ask(
        "select niveau, status, regios_geleverd, laatste_periode from kandidaat_kern.dekking"
        " where dataset = 'cbs_verdachten' order by niveau"
    )
    assert [row for row in rows if row[0] in ("gemeente", "nederland")] == [
        ("gemeente", "geleverd", 4, "2024JJ00"),
        ("nederland", "geleverd", 1, "2024JJ00"),
    ]
