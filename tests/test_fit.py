"""Tables on a screen too narrow for them."""

import io

from rich.console import Console

from veiligheidsbeeld.fit import Heading, fitted

HEADINGS = [Heading("naam"), Heading("cellen", 2, number=True), Heading("datum"), Heading("reden", 1, folds=True)]
ROWS = [
    ["politie", "1,109,200", "2026-11-30", "de bron gaf een andere kolom dan was afgesproken"],
    ["cbs", "7", "", ""],
]


def shown(width):
    screen = io.StringIO()
    console = Console(file=screen, width=width)
    console.print(fitted(console, HEADINGS, ROWS))
    return [line.rstrip() for line in screen.getvalue().splitlines()]


def test_where_there_is_room_everything_is_shown():
    assert shown(90)[1] == "politie  1,109,200  2026-11-30  de bron gaf een andere kolom dan was afgesproken"


def test_a_reason_folds_before_a_column_goes():
    assert shown(60)[1] == "politie  1,109,200  2026-11-30  de bron gaf een andere kolom"


def test_what_matters_least_goes_first_and_a_date_never():
    assert shown(45)[:2] == ["naam     datum       reden", "politie  2026-11-30  de bron gaf een andere"]
    assert shown(30)[:2] == ["naam     datum", "politie  2026-11-30"]
    assert not any("…" in line for width in range(20, 90) for line in shown(width))
