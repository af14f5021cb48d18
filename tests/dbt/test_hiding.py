"""What stays unknown of hidden counts to who knows every published figure and the rule that hides.

Small worlds are gone through whole: every register that can exist in them is put through the models, and those that a
reader cannot tell apart are laid side by side. Nothing is assumed of how the rule works. A hidden small count must have
every number from 1 to below the threshold among registers that look the same, or as many numbers as the threshold."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest

from tests.dbt import disclosure, hiding
from tests.dbt.hiding import Cases
from veiligheidsbeeld.settings import Settings

PLACES = ("GM1", "GM2", "GM3", "GM4", "GM5")


@pytest.fixture
def connection(clean_warehouse: Settings) -> Iterator[psycopg.Connection]:
    with psycopg.connect(**clean_warehouse.conninfo("postgres")) as found:
        yield found


def spread(most: int, over: int) -> list[tuple[int, ...]]:
    """All ways to have at most so many cases in so many kinds."""
    return [c for c in itertools.product(range(most + 1), repeat=over) if sum(c) <= most]


def partnership(places: int) -> list[tuple[str, str, tuple[str, ...]]]:
    return [("SG1", "samenwerkingsgebied", PLACES[:places])]


def years(places: int, most: int) -> list[list[Cases]]:
    return [
        [Cases(place, n) for place, n in zip(PLACES, counts, strict=False)]
        for counts in itertools.product(range(most + 1), repeat=places)
    ]


@pytest.mark.parametrize(("places", "most", "minimum"), [(2, 12, 5), (3, 9, 5), (4, 5, 4)])
def test_years_of_a_partnership(connection, places, most, minimum):
    hiding.new_world(connection, partnership(places))
    hiding.fill(connection, years(places, most), minimum=minimum)
    hiding.decide(connection)
    assert hiding.narrowed(connection) == []


def test_the_way_of_looking_finds_what_leaks(connection):
    """Every sum of two hidden places is shown: 2 can only be 1 and 1."""
    hiding.new_world(connection, partnership(2))
    hiding.fill(connection, years(2, 5), minimum=5)
    hiding.decide(connection, lambda text: text.replace("count(*) filter (where verborgen) = 0", "true"))
    assert ("R7", "", "GM1", "2024JJ00", [1]) in hiding.narrowed(connection)


@pytest.mark.parametrize(("most", "minimum"), [(11, 3), (13, 4)])
def test_quarters_and_the_year_of_a_place(connection, most, minimum):
    hiding.new_world(connection, [])
    worlds = ([Cases("GM1", n, 3 * q) for q, n in enumerate(counts)] for counts in spread(most, 4))
    hiding.fill(connection, worlds, minimum=minimum, every="kwartaal")
    hiding.decide(connection)
    assert hiding.narrowed(connection, within=most - 2 * minimum + 3) == []


def test_months_of_a_quarter(connection):
    hiding.new_world(connection, [])
    worlds = (
        [Cases("GM1", n, month) for month, n in zip((0, 1, 2, 3, 6, 9), counts, strict=True)] for counts in spread(8, 6)
    )
    hiding.fill(connection, worlds, minimum=3, every="maand")
    hiding.decide(connection)
    assert hiding.narrowed(connection, within=5) == []


def test_quarters_of_the_places_of_a_partnership(connection):
    hiding.new_world(connection, partnership(2))
    worlds = (
        [
            Cases(p, n, month)
            for p, counts in zip(PLACES, chosen, strict=False)
            for month, n in zip((6, 9), counts, strict=True)
        ]
        for chosen in itertools.product(spread(9, 2), repeat=2)
    )
    hiding.fill(connection, worlds, minimum=3, every="kwartaal")
    hiding.decide(connection)
    assert hiding.narrowed(connection, within=6) == []


# Parts of a total: three that exclude each other (and cases of none), and three that overlap.
APART = [(), (1,), (2,), (3,)]
OVERLAPPING = [(), (1,), (2,), (1, 2), (3,)]


@pytest.mark.parametrize("kinds", [APART, APART[1:], OVERLAPPING], ids=["apart", "all", "overlapping"])
def test_parts_of_a_total(connection, kinds):
    hiding.new_world(connection, [])
    worlds = (
        [Cases("GM1", n, parts=kind) for kind, n in zip(kinds, counts, strict=True)] for counts in spread(8, len(kinds))
    )
    hiding.fill(connection, worlds, minimum=3, parts=3)
    hiding.decide(connection)
    assert hiding.narrowed(connection) == []


def test_parts_that_look_at_different_columns(connection):
    hiding.new_world(connection, [])
    kinds = [(), (1,), (2,), (1, 2)]
    worlds = ([Cases("GM1", n, parts=kind) for kind, n in zip(kinds, counts, strict=True)] for counts in spread(11, 4))
    hiding.fill(connection, worlds, minimum=3, parts=2, divisions=[1, 2])
    hiding.decide(connection)
    assert hiding.narrowed(connection) == []


@pytest.mark.parametrize(
    ("places", "most", "kinds"), [(2, 6, [(), (1,), (2,)]), (3, 5, [(), (1,)]), (2, 6, [(1,), (2,)])]
)
def test_parts_that_are_shown_of_a_partnership_only(connection, places, most, kinds):
    hiding.new_world(connection, partnership(places))
    worlds = (
        [
            Cases(p, n, parts=k)
            for p, counts in zip(PLACES, chosen, strict=False)
            for k, n in zip(kinds, counts, strict=True)
        ]
        for chosen in itertools.product(spread(most, len(kinds)), repeat=places)
    )
    hiding.fill(connection, worlds, minimum=3, parts=2, per_area=True)
    hiding.decide(connection)
    assert hiding.narrowed(connection) == []


def test_a_province_with_partnerships_and_places_in_none(connection):
    hiding.new_world(connection, [*partnership(2), ("PV1", "provincie", PLACES[:4])])
    hiding.fill(connection, years(4, 6), minimum=5)
    hiding.decide(connection)
    assert hiding.narrowed(connection) == []


@pytest.mark.parametrize("sizes", [(9, 9, 9), (3, 9, 9), (2, 4, 9)])
def test_shares_of_cases_whose_number_is_known(connection, sizes):
    hiding.new_world(connection, partnership(3))
    worlds = (
        [Cases(p, n, of_which=part) for p, n, part in zip(PLACES, sizes, chosen, strict=False)]
        for chosen in itertools.product(*(range(n + 1) for n in sizes))
    )
    hiding.fill(connection, worlds, minimum=4)
    hiding.decide(connection)
    assert hiding.narrowed(connection) == []


def test_neighbourhoods_of_a_place(connection):
    hiding.new_world(connection, [])
    districts = ("BU1", "BU2", "BU3")
    worlds = (
        [Cases("GM1", n, district=d) for d, n in zip((*districts, None), counts, strict=True)]
        for counts in spread(22, 4)
    )
    hiding.fill(connection, worlds, minimum=5, districts=districts)
    hiding.decide(connection)
    assert hiding.narrowed(connection) == []


@pytest.mark.parametrize("per_area", [False, True])
def test_a_hundred_registers_drawn_by_chance(connection, per_area):
    """Too large to go through: what linear programming leaves of every hidden count, the rule among what is known."""
    chance, minimum, places = random.Random(13), 5, [f"GM{n}" for n in range(1, 10)]
    areas = {"SG1": places[:3], "SG2": places[3:7], "PV1": places}
    kinds = [(), (1,), (2,), (3,), (1, 3), (2, 3)]
    registers = [draw(chance, places, kinds) for _ in range(100)]
    hiding.new_world(
        connection, [(a, "provincie" if a == "PV1" else "samenwerkingsgebied", m) for a, m in areas.items()]
    )
    hiding.fill(
        connection, registers, minimum=minimum, every="kwartaal", parts=3, divisions=[1, 1, 3], per_area=per_area
    )
    hiding.decide(connection)
    judged = 0
    for number in range(len(registers)):
        reader, hidden = hiding.read(connection, f"R{number}", areas, kinds, minimum)
        for name, part in chance.sample(hidden, min(len(hidden), 4)):
            bounds = reader.bounds(part)
            assert not disclosure.too_narrow(bounds, minimum), f"R{number}: {name} lies between {bounds}"
            judged += 1
    assert judged > 300, "chance must hide something, else this test says nothing"


def test_what_was_shown_before_is_shown_still_and_says_nothing_more(connection):
    """A register that grows: with every month that its places deliver, each at its own pace. All figures of an earlier
    moment are those of a later one, so that to have kept them is to know nothing that the later one does not say."""
    chance, places = random.Random(34), ["GM1", "GM2", "GM3", "GM4", "GM5"]
    kinds = [(), (1,), (2,), (1, 3)]
    now = [
        [replace(c, month=c.month + 12 * y) for y in (0, 1) for c in draw(chance, places, kinds)] for _ in range(150)
    ]
    until = {(number, place): chance.randint(1, 24) for number in range(len(now)) for place in places}
    later = {key: chance.randint(months, 24) for key, months in until.items()}

    def delivered(number: int, place: str) -> int:
        return later[number, place] if number < len(now) else until[number - len(now), place]

    hiding.new_world(
        connection,
        [
            ("SG1", "samenwerkingsgebied", places[:2]),
            ("SG2", "samenwerkingsgebied", places[2:4]),
            ("PV1", "provincie", places),
        ],
    )
    hiding.fill(
        connection, [*now, *now], minimum=5, every="maand", parts=3, divisions=[1, 1, 3], rolling=True,
        delivered=delivered,
    )  # fmt: skip
    hiding.decide(connection)
    shown, otherwise = hiding.taken_back(connection, len(now))
    assert otherwise == []
    assert shown > 5000


def test_the_way_of_looking_finds_what_is_taken_back(connection):
    """Quarters that are shown by themselves, whatever the ones before: the year that closes takes them back."""
    hiding.new_world(connection, [])
    register = [Cases("GM1", n, month) for month, n in ((0, 7), (3, 2), (6, 8))]
    hiding.fill(
        connection, [register, register], minimum=5, every="kwartaal", delivered=lambda number, _: 12 if number else 9
    )
    hiding.decide(connection, lambda text: text.replace("order by eind_index\n", ""))
    assert hiding.taken_back(connection, 1)[1]


def draw(chance: random.Random, places: list[str], kinds: list[tuple[int, ...]]) -> list[Cases]:
    """Cases of places of all sizes, in four quarters."""
    found = []
    for place in places:
        size = chance.choice([0, 1, 2, 4, 8, 16, 60])
        for month in (0, 3, 6, 9):
            found.append(Cases(place, 0, month))
            found += [
                Cases(place, chance.randint(0, size), month, parts=chance.choice(kinds)) for _ in range(size and 2)
            ]
    return found
