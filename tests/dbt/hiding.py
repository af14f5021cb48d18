"""The models that decide which counts of registers are hidden, run on figures that a test makes up: their own SQL on a
real PostgreSQL, without a build. A world is many registers at once, each a family of measures of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import jinja2
import psycopg

from tests.dbt import disclosure
from veiligheidsbeeld.settings import PROJECT

MODELS = PROJECT / "dbt_project" / "models" / "intermediate" / "registers"
MACROS = PROJECT / "dbt_project" / "macros"
MACRO_FILES = ("genoeg", "verborgen_blok", "cijfers_met_openbaarheid", "register_sommen")
# In the order in which each reads the ones before it.
CHAIN = ("kwartaal", "jaar", "groep", "indeling", "deel", "openbaar", "samenwerking", "provincie", "buurt", "telcijfer")
JANUARY = 2024 * 12
# Letters of a kind of period, how many months it has, and after how many the next one ends.
_SPANS = {
    "jaar": ("JJ", 12, 12),
    "kwartaal": ("KW", 3, 3),
    "maand": ("MM", 1, 1),
    "r12m": ("RM", 12, 3),
    "jtd": ("JT", 0, 3),
}
_KEPT = {"jaar": ("jaar",), "kwartaal": ("jaar", "kwartaal"), "maand": ("jaar", "kwartaal", "maand")}
_ROLLING = ("r12m", "jtd")

_GIVEN = """
    drop schema if exists proef cascade;
    create schema proef;
    set search_path to proef;
    create table int_register_indicator (
        indicator_code text, familie text, familie_nr integer, familie_leden integer, indeling text, basis boolean,
        min_cel integer, per_gebied boolean, berekening text, wijk_en_buurt boolean, eenheid text default 'aantal',
        register text default 'r', buurtkolom text, geheel text
    );
    create table int_register_gemeente (
        indicator_code text, gemeente_code text, periode_code text, periode_soort text, begin_index integer,
        eind_index integer, jaar integer, n integer, waarde integer, tegendeel integer,
        reden text, levering_id integer
    );
    create table int_register_gebeurtenis (
        indicator_code text, gemeente_code text, maand_index integer, rij text, n integer, buurt_code text, telling text
    );
    create table int_register_lid (
        gebied_code text, gebied_soort text, gemeente_code text, leden integer, genest boolean, zelfde_als text
    );
    create table int_register_kolom (register text, kolom text, gemeente_code text, maand_index integer);
    create table int_regio (regio_code text, niveau text, gemeente_code text);
"""

# Registers that look the same, and how many numbers a hidden count has in them: too few. Of those that look like a
# register of more than so many cases not all may be in the world: they are not judged. A sum over an area is at least
# its number of hidden places, whatever is done: it must not be known itself.
_NARROWED = """
    with waarheid as (
        select indicator_code, gemeente_code as regio_code, periode_code, n, waarde from int_register_gemeente
        union all
        select indicator_code, gebied_code, periode_code, n, waarde from int_register_samenwerking
        union all
        select indicator_code, gebied_code, periode_code, n, waarde from int_register_provincie
        union all
        select indicator_code, buurt_code, periode_code, n, n as waarde from int_register_buurt
    ),

    cellen as (
        select
            t.*, split_part(t.indicator_code, '-', 1) as register, split_part(t.indicator_code, '-', 2) as deel,
            w.n as gevallen, w.waarde::integer as echt, i.berekening as soort,
            case when t.regio_code like 'BU%%' then greatest(i.min_cel, 10) else i.min_cel end as grens
        from int_register_telcijfer as t
        inner join waarheid as w using (indicator_code, regio_code, periode_code)
        inner join int_register_indicator as i using (indicator_code)
    ),

    -- What a reader sees; of a share also of how many cases it is, which another measure may tell him.
    blikken as (
        select
            register,
            max(gevallen) filter (where deel = '') as omvang,
            md5(string_agg(
                concat_ws(
                    ' ', deel, regio_code, periode_code, coalesce(waarde::text, reden),
                    case when soort = 'aandeel' then gevallen end
                ), ',' order by deel, regio_code, periode_code
            )) as blik
        from cellen
        group by register
    )

    select
        min(register) as voorbeeld, deel, regio_code, periode_code, array_agg(distinct echt order by echt) as mogelijk
    from cellen
    inner join blikken using (register)
    where reden is not null
    group by blik, deel, regio_code, periode_code, grens
    having bool_or(echt between 1 and grens - 1 and omvang <= %(within)s)
        and case
            when regio_code ~ '^(SG|PV)' then count(distinct echt) = 1
            when bool_or(soort = 'aandeel') then count(distinct echt) < least(grens - 1, max(gevallen))
            else
                count(distinct echt) < grens
                and count(distinct echt) filter (where echt between 1 and grens - 1) < least(grens - 1, max(omvang))
        end
    order by 1, 2, 3, 4
"""


@dataclass(frozen=True)
class Cases:
    """So many cases of a place in a month (from 0 on): which parts of the total they count for, where they were, and
    for a share how many of them count."""

    place: str
    n: int
    month: int = 0
    parts: tuple[int, ...] = ()
    district: str | None = None
    of_which: int | None = None


def new_world(connection: psycopg.Connection, areas: Iterable[tuple[str, str, Sequence[str]]]) -> None:
    """Empty tables, with these areas (code, kind, municipalities): partnerships lie in one province and share none."""
    connection.execute(_GIVEN)
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into int_register_lid values (%s, %s, %s, %s, true, null)",
            [(area, kind, place, len(places)) for area, kind, places in areas for place in places],
        )


def fill(
    connection: psycopg.Connection,
    registers: Iterable[Sequence[Cases]],
    *,
    minimum: int,
    every: str = "jaar",
    parts: int = 0,
    divisions: Sequence[int] = (),
    per_area: bool = False,
    districts: Sequence[str] = (),
    delivered: Callable[[int, str], int] = lambda number, place: 12,
    rolling: bool = False,
) -> None:
    """The registers as what the models read; `every`: how often they are kept up; `divisions`: of each part the first
    that looks at the same columns; `delivered`: how many months of a register a place has delivered; `rolling`: with
    rolling years and years to date."""
    tables: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for number, cases in enumerate(registers):
        code = f"R{number}"
        share = any(c.of_which is not None for c in cases)
        codes = [code, *(f"{code}-{part}" for part in range(1, parts + 1))]
        for place, one in enumerate(codes, 1):
            how = "aandeel" if share else "telling"
            division = f"{code}-{(divisions or [1] * parts)[place - 2]}" if place > 1 else None
            about = (one, code, place, len(codes), division, place == 1, minimum, per_area and place > 1, how)
            tables["int_register_indicator"].append((*about, bool(districts)))
        kinds = (*_KEPT[every], *(_ROLLING if rolling else ()))
        for where in dict.fromkeys(c.place for c in cases):
            here = [c for c in cases if c.place == where]
            tables["int_register_gemeente"] += _figures(codes, here, kinds, delivered(number, where))
        tables["int_register_gebeurtenis"] += [
            (one, c.place, JANUARY + c.month, f"{code} {row}", c.n, c.district)
            for row, c in enumerate(cases)
            for one in (codes[0], *(codes[part] for part in c.parts))
            if c.n and not share and (parts or districts) and c.month < delivered(number, c.place)
        ]
    columns = {
        "int_register_indicator": "indicator_code, familie, familie_nr, familie_leden, indeling, basis, min_cel,"
        " per_gebied, berekening, wijk_en_buurt",
        "int_register_gemeente": "indicator_code, gemeente_code, periode_code, periode_soort, begin_index, eind_index,"
        " jaar, n, waarde, reden",
        "int_register_gebeurtenis": "indicator_code, gemeente_code, maand_index, rij, n, buurt_code",
    }
    with connection.cursor() as cursor:
        for table, rows in tables.items():
            with cursor.copy(f"copy {table} ({columns[table]}) from stdin") as copy:
                for row in rows:
                    copy.write_row(row)
        if districts:
            cursor.executemany("insert into int_regio values (%s, 'buurt', 'GM1')", [(d,) for d in districts])


def _figures(codes: Sequence[str], cases: Sequence[Cases], kinds: Sequence[str], delivered: int) -> Iterable[tuple]:
    """Counts of one place over all periods that it has delivered; a year that is not over has none, and says so."""
    for part, code in enumerate(codes):
        for kind in kinds[:1] if part else kinds:
            letters, months, step = _SPANS[kind]
            for end in range(step, delivered + 12, step):
                first = (end - 1) // 12 * 12 if kind == "jtd" else end - months
                if first < 0 or first >= delivered or (end > delivered and kind != "jaar"):
                    continue
                inside = [c for c in cases if first <= c.month < end and (not part or part in c.parts)]
                n = sum(c.n for c in inside)
                worth = sum(c.n if c.of_which is None else c.of_which for c in inside)
                year, nr = 2024 + (end - 1) // 12, (first if kind in _KEPT["maand"] else end) % 12 // step
                about = (
                    code,
                    cases[0].place,
                    f"{year}{letters}{nr:02}",
                    kind,
                    JANUARY + first,
                    JANUARY + end - 1,
                    year,
                )
                yield *about, *((n, worth, None) if end <= delivered else (None, None, "nog_niet_beschikbaar"))


def rendered(model: str, change: Callable[[str], str] = lambda text: text) -> str:
    """SQL of a model as dbt would give it, over the tables of the world; `change` is made in its text first."""
    environment = jinja2.Environment(autoescape=False)
    environment.globals |= {"ref": lambda name: name, "config": lambda **_: ""}
    macros = "".join((MACROS / f"{name}.sql").read_text(encoding="utf-8") for name in MACRO_FILES)
    text = (MODELS / f"int_register_{model}.sql").read_text(encoding="utf-8")
    return environment.from_string(change(macros + text)).render()


def decide(connection: psycopg.Connection, change: Callable[[str], str] = lambda text: text) -> None:
    """Runs the models, each into a table of its name."""
    connection.execute("analyze; set enable_nestloop = off")  # so many alike rows the planner does not foresee
    for model in CHAIN:
        connection.execute(f"create table int_register_{model} as {rendered(model, change)}")
        connection.execute(f"analyze int_register_{model}")


def narrowed(connection: psycopg.Connection, within: int = 10**6) -> list[tuple]:
    """Hidden small counts of which a reader who goes through all registers that look the same knows more than he may:
    an example of a register, the part, the place, the period, and all numbers that are left. `within`: cases of a place
    up to which all registers that look the same are in the world."""
    return connection.execute(_NARROWED, {"within": within}).fetchall()


def taken_back(connection: psycopg.Connection, pairs: int) -> tuple[int, list[tuple]]:
    """Of registers R0, R1, ... that are as many others (R<pairs>, ...) at an earlier moment: how many figures these
    show, and which of them the later ones do not show, or otherwise."""
    found = connection.execute(
        """
        select t.indicator_code, t.regio_code, t.periode_code, t.waarde, n.waarde as later, n.reden
        from int_register_telcijfer as t
        left join int_register_telcijfer as n
            on t.regio_code = n.regio_code and t.periode_code = n.periode_code
            and n.indicator_code = regexp_replace(
                t.indicator_code, '^R[0-9]+', 'R' || substring(t.indicator_code from '^R([0-9]+)')::integer - %(pairs)s
            )
        where t.reden is null and substring(t.indicator_code from '^R([0-9]+)')::integer >= %(pairs)s
            and row(t.waarde, t.minste, t.meeste) is distinct from row(n.waarde, n.minste, n.meeste)
        order by 1, 2, 3
        """,
        {"pairs": pairs},
    ).fetchall()
    shown = connection.execute(
        "select count(*) from int_register_telcijfer"
        " where reden is null and substring(indicator_code from '^R([0-9]+)')::integer >= %s",
        [pairs],
    ).fetchone()
    return (shown or (0,))[0], found


def read(
    connection: psycopg.Connection,
    register: str,
    areas: dict[str, list[str]],
    kinds: Iterable[tuple[int, ...]],
    minimum: int,
) -> tuple[disclosure.Reader, list[tuple[str, list[int]]]]:
    """A reader of one register who knows the rule, and the small counts that are hidden from him."""
    cells = connection.execute(
        "select indicator_code, regio_code, periode_code, begin_index, eind_index, waarde, minste, meeste"
        " from int_register_telcijfer"
        " where split_part(indicator_code, '-', 1) = %s order by 1, 2, 3",
        [register],
    ).fetchall()
    truth = connection.execute(
        "select indicator_code, gemeente_code, periode_code, n from int_register_gemeente where indicator_code = %s"
        " or indicator_code like %s",
        [register, f"{register}-%"],
    ).fetchall()
    inside = {place: [place] for _, place, *_ in truth} | areas
    months = range(JANUARY, JANUARY + 12, 3)
    reader = disclosure.Reader(
        [
            (place, month, "", frozenset({register, *(f"{register}-{part}" for part in kind)}))
            for place in sorted({row[1] for row in truth})
            for month in months
            for kind in kinds
        ]
    )
    counts: dict[tuple[str, str, str], int] = defaultdict(int)
    for code, place, period, n in truth:
        for area in (a for a, members in inside.items() if place in members):
            counts[code, area, period] += n
    hidden, closed = [], defaultdict(list)
    for code, area, period, first, last, amount, least, most in cells:
        part = [
            i
            for i, (place, month, _, kind) in enumerate(reader.atoms)
            if place in inside[area] and first <= month <= last and code in kind
        ]
        if least is not None:
            reader.ranges.append((part, least, most))
        elif amount is not None:
            reader.sums.append((part, amount))
            continue
        if code == register and area not in areas:
            closed[area].append((period, part))
        if 0 < counts[code, area, period] < minimum:
            hidden.append((f"{code} {area} {period}", part))
    for found in closed.values():
        quarters = sorted(cell for cell in found if "KW" in cell[0])
        if quarters:  # the first that is hidden has some, and is small
            reader.ranges.append((quarters[0][1], 1, minimum - 1))
        if len(found) > len(quarters):  # so is what they leave of a year that is hidden
            rest = sorted({i for _, part in quarters for i in part}) or found[0][1]
            most = {2: 2 * minimum - 2, 3: minimum, 4: minimum}.get(len(quarters), minimum - 1)
            reader.ranges.append((rest, 1, most))
    return reader, hidden
