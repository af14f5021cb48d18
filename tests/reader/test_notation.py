"""Numbers and dates as a Dutch reader writes them; the right answers are typed, not computed."""

from datetime import UTC, datetime

import pytest

from veiligheidsbeeld.reader import notation


@pytest.mark.parametrize(
    ("value", "measure", "written"),
    [
        (0.0, "aantal", "0"),
        (1234.0, "aantal", "1.234"),
        (1234567.0, "aantal", "1.234.567"),
        (99.42836979534226, "aantal", "99,4"),
        (0.8349838828692376, "per_1000", "0,8"),
        (0.25, "per_1000", "0,3"),
        (16.85, "procent", "16,9%"),
        (100.0, "procent", "100,0%"),
        (14.5, "dagen", "15 dagen"),
        (1250000.4, "euro", "€ 1.250.000"),
        (-0.04, "per_1000", "0,0"),
        (-12.25, "procent", "-12,3%"),
    ],
)
def test_a_figure_is_written_as_the_dutch_do(value, measure, written):
    assert notation.amount(value, measure) == written


def test_where_there_is_no_figure_stands_why():
    assert notation.amount(None, "aantal", "onderdrukt") == "onderdrukt"
    assert notation.amount(None, "aantal", "nog_niet_beschikbaar") == "nog niet beschikbaar"


def test_a_change_has_a_sign_and_a_word():
    assert notation.change(20.0) == "▲ 20,0% hoger"
    assert notation.change(-2.244955953395851) == "▼ 2,2% lager"
    assert notation.change(-0.04) == "gelijk"


def test_moments_are_those_of_the_netherlands():
    summer = datetime(2026, 7, 31, 22, 30, tzinfo=UTC)
    assert notation.day(summer) == "1 augustus 2026"
    assert notation.minute(datetime(2026, 11, 30, 10, 5, tzinfo=UTC)) == "30 november 2026, 11:05 uur"
