"""A municipality beside all of its size: shown where the marts have them, and else said why not."""

from datetime import UTC, date, datetime

from veiligheidsbeeld.pages.collect import Collection, Region
from veiligheidsbeeld.pages.lines import lines
from veiligheidsbeeld.pages.write import environment
from veiligheidsbeeld.reader.choice import KeyFigures
from veiligheidsbeeld.reader.marts import Figure, Moment


def figure(region: str, measure: str, value: float) -> Figure:
    return Figure(
        "jeugd", "A", region, measure, "doorlopend", "2025JJ00", "jaar", "2025", date(2025, 12, 31), value, None, None,
        "gepubliceerd", False, "47013NED",
    )  # fmt: skip


def page(compared: list[str]) -> str:
    own = [figure("GM0001", "aantal", 30.0), figure("GM0001", "per_1000", 1.2)]
    others = [figure("GK4", "per_1000", 2.5), figure("NL01", "per_1000", 3.5)]
    collection = Collection(
        moment=Moment(1, "2026-11-30 12:00", False, datetime(2026, 11, 30, tzinfo=UTC)),
        names={"GM0001": "Aa", "NL01": "Nederland", "GK4": "20.000 tot 50.000 inwoners"},
        themes={"jeugd": "Jeugd"},
        indicators={"A": {"naam": "Overlast"}},
        breaks={},
        regions=[],
        lines={"jeugd": lines(own)},
        figures={(f.theme, f.indicator, f.region, f.period, f.measure): [f] for f in others},
        compared={},
        chosen=KeyFigures(themas={"jeugd": ["A"]}),
        of_size={"GK4": 118},
    )
    region = Region("GM0001", "Aa", "gemeente", compared, size="GK4")
    return environment(collection).get_template("regio.html.j2").render(page=collection.page(region), root="../")


def test_the_class_stands_beside_the_country_where_its_figures_are_loaded():
    text = page(["GK4", "NL01"])
    assert '<th scope="col" class="getal">Gemeenten met 20.000 tot 50.000 inwoners</th>' in text
    assert 'data-cel="jeugd|A|GK4|2025JJ00|per_1000|doorlopend">2,5</td>' in text
    assert "118 gemeenten" not in text


def test_a_class_of_which_figures_are_missing_is_no_sum_of_those_that_are_there():
    text = page(["NL01"])
    assert "GK4" not in text
    assert "alle 118 gemeenten van die grootte" in " ".join(text.split())
