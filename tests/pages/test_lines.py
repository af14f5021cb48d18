"""Which figure a page shows as the newest, and what its line looks like."""

import re
from datetime import date

import pytest

from veiligheidsbeeld.pages.chart import trend
from veiligheidsbeeld.pages.lines import line
from veiligheidsbeeld.reader.marts import Figure


def figure(period, value, *, measure="aantal", series="doorlopend", state=None, bounds=(None, None)):
    year = int(period[:4])
    rolling = "RM" in period
    ends = date(year, int(period[6:]), 28) if rolling else date(year, 12, 31)
    return Figure(
        theme="jeugd",
        indicator="X",
        region="GM0001",
        measure=measure,
        series=series,
        period=period,
        period_kind="r12m" if rolling else "jaar",
        label=f"apr. {year - 1} t/m mrt. {year}" if rolling else str(year),
        ends=ends,
        value=value,
        lower=bounds[0],
        upper=bounds[1],
        state=state or ("gepubliceerd" if value is not None else "onderdrukt"),
        provisional=False,
        source="bron",
    )


def test_the_newest_is_compared_with_the_same_months_a_year_before():
    rows = [figure("2025JJ00", 50.0), figure("2025RM10", 48.0), figure("2026RM09", 44.0), figure("2026RM10", 43.0)]
    found = line(rows)
    assert (found.newest.period, found.previous.period) == ("2026RM10", "2025RM10")
    assert [f.period for f in found.years] == ["2025JJ00"]


def test_a_survey_is_compared_with_the_wave_before_whatever_the_years_between():
    found = line([figure(p, v, measure="procent") for p, v in (("2021JJ00", 10.0), ("2023JJ00", 12.0))])
    assert found.previous.period == "2021JJ00"
    assert found.rate is found.newest, "percentages of regions can be compared as they are"


def test_a_hidden_figure_is_shown_as_hidden_and_not_replaced_by_an_older_one():
    found = line([figure("2024JJ00", 12.0), figure("2025JJ00", None)])
    assert (found.newest.period, found.newest.state) == ("2025JJ00", "onderdrukt")


def test_a_figure_that_was_not_delivered_yet_leaves_the_last_that_was():
    found = line([figure("2025JJ00", 12.0), figure("2026RM10", None, state="nog_niet_beschikbaar")])
    assert found.newest.period == "2025JJ00"


def test_of_two_series_the_one_that_has_figures_is_shown():
    published = figure("2025JJ00", None, measure="procent", series="vm_gepubliceerd", state="nog_niet_beschikbaar")
    own = figure("2025JJ00", 16.9, measure="procent", series="vm_eigen")
    assert line([published, own]).newest is own


def test_a_rate_of_the_same_period_stands_beside_a_count():
    found = line([figure("2025JJ00", 43.0), figure("2025JJ00", 0.83, measure="per_1000")])
    assert (found.newest.value, found.rate.value) == (43.0, 0.83)


def lengths(svg):
    """Points per stretch of the line."""
    return [path.count("L") + 1 for path in re.findall(r'class="lijn" d="M([^"]*)"', svg)]


def test_a_hidden_year_breaks_the_line_and_a_year_without_a_survey_does_not():
    hidden = line([figure(f"{y}JJ00", None if y == 2022 else 10.0) for y in range(2020, 2026)])
    assert lengths(trend(hidden, "Proef")) == [2, 3]
    waves = line([figure(f"{y}JJ00", 10.0, measure="procent") for y in (2019, 2021, 2023, 2025)])
    assert lengths(trend(waves, "Proef")) == [4]


@pytest.mark.parametrize(
    ("before", "now", "clear"),
    [
        ((100.0, (81.0, 122.0)), (150.0, (127.0, 176.0)), True),
        ((150.0, (127.0, 176.0)), (100.0, (81.0, 122.0)), True),
        ((100.0, (81.0, 122.0)), (130.0, (109.0, 154.0)), False),
        ((100.0, (None, None)), (900.0, (842.0, 961.0)), False),
        ((None, (None, None)), (900.0, (842.0, 961.0)), False),
    ],
)
def test_a_change_is_clear_when_margins_do_not_touch(before, now, clear):
    """Bounds of counts are those of a table of the Poisson distribution (exact, 95%)."""
    rows = [figure(f"{year}RM03", value, bounds=bounds) for year, (value, bounds) in ((2024, before), (2025, now))]
    assert line(rows).clearly_changed is clear


def test_the_interval_is_not_drawn_over_a_year_that_is_hidden():
    rows = [
        figure(f"{y}JJ00", None if y == 2022 else 10.0, bounds=(None, None) if y == 2022 else (5.0, 15.0))
        for y in range(2020, 2026)
    ]
    svg = trend(line(rows), "Proef")
    # Two years and three: as many points below as above.
    assert [path.count("L") + 1 for path in re.findall(r'class="band" d="M([^"]*)"', svg)] == [4, 6]


def test_a_chart_tells_what_it_shows_and_is_safe_to_put_in_a_page():
    rows = [figure("2024JJ00", 10.0, bounds=(5.0, 15.0)), figure("2025JJ00", 1234.0, bounds=(1000.0, 1500.0))]
    svg = trend(line(rows), 'Diefstal "uit" <woning>')
    assert "van 10 (2024) naar 1.234 (2025)" in svg
    assert "<woning>" not in svg
    assert svg.count('class="band"') == 1


def test_the_end_of_a_line_is_called_as_its_period_is_elsewhere():
    svg = trend(line([figure("2024JJ00", 10.0), figure("2025RM03", 12.0)]), "Proef")
    assert re.findall(r"<text [^>]*>([^<]+)</text>", svg) == ["2024", "mrt. 2025"]


@pytest.mark.parametrize("values", [[5.0], [None, 5.0], [None, None]])
def test_one_figure_makes_no_line(values):
    rows = [figure(f"{2024 + n}JJ00", value) for n, value in enumerate(values)]
    assert trend(line(rows), "Proef") == ""
