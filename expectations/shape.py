# ruff: noqa: S608 (queries are composed from contracts, values pass `literal`)
"""What the shape of a register file tells, whatever is known: columns and periods without anything, counts that add up.

Each is what a file looks like that was exported or filled in wrong, and what may be true all the same: yellow cards.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from expectations.rules import Rule, literals
from veiligheidsbeeld.contracts.expressions import columns_used
from veiligheidsbeeld.contracts.register import RegisterContract
from veiligheidsbeeld.registers import ddl

# So many rows (of a gap: as other periods have) do not lack something by chance.
EXPECTED = 10
# From so many months on it is no chance that a count never falls; so many of its steps are up.
MONTHS, STEPS = 6, 4
# One value that is so many times the next largest of so many, and so large, is a slip of the pen.
TIMES, AMONG, LARGE = 10, 6, 100
# So many rows on one day, and more than a quarter of all, were put there by a program.
SAME_DAY = 20
# So many periods do not fall in the same month of their quarters by chance.
PERIODS = 4
# The least gap that says something in a register of cases, by how often it is delivered.
_LONG = {"maand": 1, "kwartaal": 4}
_STEP = {"maand": ("month", 1), "kwartaal": ("quarter", 3), "jaar": ("year", 12)}


def rules(contract: RegisterContract, deliveries: Sequence[int]) -> Iterator[Rule]:
    counts = contract.detail == "telling"
    if asked := _asked(contract):
        yield _empty_columns(asked, deliveries)
    if counts or contract.frequentie in _LONG:
        yield _empty_periods(contract, deliveries)
    yield from _outliers(contract, deliveries)
    if not counts and (days := [c.naam for c in contract.opgenomen if c.type == "datum" and not c.toekomst]):
        yield _one_day(days, deliveries)
    if counts and contract.frequentie == "maand":
        yield _running_totals(contract, deliveries)
        yield _quarters(contract, deliveries)


def as_written(condition: str) -> str:
    """SQL of a contract, to go through `str.format` and SQLAlchemy's text, where braces and single colons mean
    something."""
    return re.sub(r"(?<!:):(?=\w)", r"\\:", condition.replace("{", "{{").replace("}", "}}"))


def _empty_columns(asked: Mapping[str, str], deliveries: Sequence[int]) -> Rule:
    """A column that is there and says nothing of any of the rows that a measure asks it about."""
    counted = ", ".join(
        f"count(*) filter (where {where}) as n{i}, count({column}) filter (where {where}) as v{i}"
        for i, (column, where) in enumerate(asked.items())
    )
    listed = ", ".join(f"('{column}', n{i}, v{i})" for i, column in enumerate(asked))
    return Rule(
        "lege kolom",
        "geel",
        "Een kolom van het bestand is ergens gevuld.",
        "Ga na of de export deze kolom vult. Zo niet, laat haar dan weg: wat eruit volgt is dan niet beschikbaar, in"
        " plaats van nul of nog lopend.",
        f"""
        with rijen as (
            select levering_id, gemeente, {counted}
            from {{batch}} where levering_id in ({literals(deliveries)}) and not geweigerd and not verlopen
            group by 1, 2
        )
        select 'lege kolom' as rule, r.levering_id as levering, count(*) as amount,
            min(concat(r.gemeente, ' ', k.kolom, ': leeg in ', k.n, ' rijen waar het om gaat')) as example
        from rijen as r
        inner join raw.levering as l on l.levering_id = r.levering_id
        cross join lateral (values {listed}) as k (kolom, n, gevuld)
        where k.n >= {EXPECTED} and k.gevuld = 0 and not coalesce(l.scope -> 'zonder' ? k.kolom, false)
        group by r.levering_id
        """,
        unit="kolommen",
    )


def _asked(contract: RegisterContract) -> dict[str, str]:
    """Per column that a measure follows from: the rows of which it asks the column. Nought may be what is meant where
    it asks for none (`is null`), or whose it is (`per`)."""
    found: dict[str, set[str]] = {}
    for indicator in contract.indicatoren:
        where = indicator.waar or "true"
        for column in columns_used(contract, indicator.model_copy(update={"per": None})):
            if f"{column} is null" in where:
                continue
            asks = "true" if re.search(rf"\b{column}\b", where) else where
            found.setdefault(column, set()).add(f"({as_written(asks)})")
    return {column: "true" if "(true)" in asks else " or ".join(sorted(asks)) for column, asks in found.items()}


def _empty_periods(contract: RegisterContract, deliveries: Sequence[int]) -> Rule:
    """Periods in a row without a row, where as many others would have had some.

    Cases of registers that are kept by the quarter come in clusters: there it is a year, and the only gap.
    """
    unit, months = _STEP[contract.frequentie]
    least = 1 if contract.detail == "telling" else _LONG[contract.frequentie]
    return Rule(
        "lege perioden",
        "geel",
        f"Een bestand heeft geen perioden (per {contract.frequentie}) zonder rijen als er in andere veel zijn.",
        "Is er toen niets gebeurd, dan klopt het; is er nog niet geexporteerd, lever dan opnieuw met in de bestandsnaam"
        " de periode die erin staat.",
        f"""
        with rijen as (
            select levering_id, gemeente, date_trunc('{unit}', {contract.scope_datum}::timestamp) as periode,
                count(*) as aantal
            from {{batch}} where levering_id in ({literals(deliveries)}) and not geweigerd group by 1, 2, 3
        ),
        perioden as (
            select l.levering_id, g.gemeente, m.periode, r.aantal,
                avg(r.aantal) over (partition by l.levering_id, g.gemeente) as gemiddeld,
                count(r.aantal) over (partition by l.levering_id, g.gemeente order by m.periode) as gat
            from raw.levering as l
            cross join lateral jsonb_array_elements_text(l.scope -> 'gemeente') as g (gemeente)
            cross join lateral generate_series(
                greatest(date_trunc('{unit}', (l.scope ->> 'van')::timestamp),
                    (select min(v.periode) from rijen as v where v.levering_id = l.levering_id)),
                (l.scope ->> 'tot')::timestamp - interval '{months} months', interval '{months} months'
            ) as m (periode)
            left join rijen as r on r.levering_id = l.levering_id and r.gemeente = g.gemeente and r.periode = m.periode
            where l.levering_id in ({literals(deliveries)}) and (l.scope ->> 'volledig')::boolean
        ),
        gaten as (
            select levering_id, gemeente, min(periode) as eerste, count(*) as lang, gemiddeld,
                count(*) over (partition by levering_id, gemeente) as gaten
            from perioden where aantal is null group by levering_id, gemeente, gat, gemiddeld
        )
        select 'lege perioden' as rule, levering_id as levering, count(*) as amount,
            min(gemeente || ' vanaf ' || to_char(eerste, 'YYYY-MM') || ': ' || lang || ' zonder rijen, gemiddeld '
                || round(gemiddeld, 1) || ' rijen in andere') as example
        from gaten where lang * gemiddeld >= {EXPECTED} and lang >= {least} and (gaten = 1 or {least} = 1)
        group by levering_id
        """,
        unit="gaten",
    )


def _outliers(contract: RegisterContract, deliveries: Sequence[int]) -> Iterator[Rule]:
    """One number that stands alone above all others of its kind: a digit too many, a date or a total among counts."""
    columns = [c.naam for c in contract.opgenomen if c.type in ("geheel", "getal") and c.naam not in contract.sleutel]
    if not columns:
        return
    kinds = _kind_of_count(contract) if contract.detail == "telling" else []
    series = ", ".join(["m.kolom", *(f"b.{key}::text" for key in kinds)])
    values = ", ".join(f"('{name}', b.{name}::double precision)" for name in columns)
    yield Rule(
        "waarde springt eruit",
        "geel",
        f"Geen getal is meer dan {TIMES} keer het een na grootste van zijn soort.",
        "Ga na of het getal klopt, of dat er een cijfer te veel, een datum of een totaal staat.",
        f"""
        with waarden as (
            select b.levering_id, b.gemeente, concat_ws(' ', {series}) as reeks, b.rijnummer, m.waarde,
                row_number() over (partition by b.levering_id, b.gemeente, {series} order by m.waarde desc) as plaats,
                lead(m.waarde) over (partition by b.levering_id, b.gemeente, {series} order by m.waarde desc)
                    as volgende,
                count(*) over (partition by b.levering_id, b.gemeente, {series}) as n
            from {{batch}} as b
            cross join lateral (values {values}) as m (kolom, waarde)
            where b.levering_id in ({literals(deliveries)}) and not b.geweigerd and not b.verlopen and m.waarde > 0
        )
        select 'waarde springt eruit' as rule, levering_id as levering, count(*) as amount,
            min(concat(gemeente, ' ', reeks, ', rij ', rijnummer)) as example
        from waarden
        where plaats = 1 and n >= {AMONG} and waarde >= {LARGE} and waarde > {TIMES} * volgende group by levering_id
        """,
        unit="getallen",
    )


def _one_day(days: Sequence[str], deliveries: Sequence[int]) -> Rule:
    """Days that a program fills in by itself: of the export, of a migration, the first of the year."""
    values = ", ".join(f"('{name}', b.{name})" for name in days)
    return Rule(
        "veel op een dag",
        "geel",
        "Op een dag valt hooguit een kwart van de zaken.",
        "Ga na of deze dag is ingevuld door een programma; laat de cel leeg als de dag niet bekend is.",
        f"""
        with dagen as (
            select b.levering_id, b.gemeente, m.kolom, m.dag, count(*) as n,
                sum(count(*)) over (partition by b.levering_id, b.gemeente, m.kolom) as alle
            from {{batch}} as b
            cross join lateral (values {values}) as m (kolom, dag)
            where b.levering_id in ({literals(deliveries)}) and not b.geweigerd and not b.verlopen and m.dag is not null
            group by 1, 2, 3, 4
        )
        select 'veel op een dag' as rule, levering_id as levering, count(*) as amount,
            min(concat(gemeente, ' ', kolom, ' ', to_char(dag, 'DD-MM-YYYY'), ': ', n, ' van ', alle)) as example
        from dagen where n >= {SAME_DAY} and n * 4 > alle group by levering_id
        """,
        unit="dagen",
    )


def _kind_of_count(contract: RegisterContract) -> list[str]:
    """What a row of a register of counts has counted."""
    return [key for key in ddl.key_columns(contract) if key not in ("gemeente", contract.scope_datum)]


def _quarters(contract: RegisterContract, deliveries: Sequence[int]) -> Rule:
    """Counts of quarters, written at one month of each."""
    return Rule(
        "kwartalen als maanden",
        "geel",
        "Tellingen per maand staan niet alleen in dezelfde maand van elk kwartaal.",
        "Lever per maand wat er in die maand was; een kwartaaltelling hoort niet in een maand.",
        f"""
        with rijen as (
            select levering_id, gemeente, min(extract(month from {contract.scope_datum})::integer % 3) as eerste,
                max(extract(month from {contract.scope_datum})::integer % 3) as laatste,
                count(distinct {contract.scope_datum}) as perioden
            from {{batch}} where levering_id in ({literals(deliveries)}) and not geweigerd and not verlopen
            group by 1, 2
        )
        select 'kwartalen als maanden' as rule, levering_id as levering, count(*) as amount,
            min(gemeente || ': ' || perioden || ' perioden') as example
        from rijen where eerste = laatste and perioden >= {PERIODS} group by levering_id
        """,
        unit="gemeenten",
    )


def _running_totals(contract: RegisterContract, deliveries: Sequence[int]) -> Rule:
    """Counts of months that never fall within a year: each is that of the months before it as well."""
    kinds = ", ".join([*(f"b.{key}::text" for key in _kind_of_count(contract)), "m.kolom"])
    whole = [c.naam for c in contract.opgenomen if c.type == "geheel"]
    values = ", ".join(f"('{name}', b.{name})" for name in whole)
    return Rule(
        "opgeteld over maanden",
        "geel",
        "Tellingen van een jaar lopen niet maand na maand op.",
        "Lever per maand wat er in die maand was. Staat er de stand sinds januari, lever dan opnieuw.",
        f"""
        with maanden as (
            select b.levering_id, b.gemeente, extract(year from b.{contract.scope_datum}) as jaar,
                concat_ws(' ', {kinds}) as reeks, m.waarde,
                m.waarde - lag(m.waarde) over (
                    partition by b.levering_id, b.gemeente, extract(year from b.{contract.scope_datum}), {kinds}
                    order by b.{contract.scope_datum}
                ) as stap
            from {{batch}} as b
            cross join lateral (values {values}) as m (kolom, waarde)
            where b.levering_id in ({literals(deliveries)}) and not b.geweigerd and not b.verlopen
                and m.waarde is not null
        ),
        reeksen as (
            select levering_id, gemeente, jaar, reeks,
                bool_and(coalesce(stap, 0) >= 0) and count(*) filter (where stap > 0) >= {STEPS} as loopt_op
            from maanden group by 1, 2, 3, 4 having count(*) >= {MONTHS} and max(waarde) > 0
        ),
        jaren as (
            select levering_id, gemeente, jaar, count(*) filter (where loopt_op) as n,
                min(reeks) filter (where loopt_op) as reeks
            from reeksen group by 1, 2, 3 having count(*) filter (where loopt_op) * 2 > count(*)
        )
        select 'opgeteld over maanden' as rule, levering_id as levering, sum(n) as amount,
            min(concat_ws(' ', gemeente, jaar, reeks)) as example
        from jaren group by levering_id
        """,
        unit="reeksen",
    )
