# ruff: noqa: S608 (queries are composed from contracts, values pass `literal`)
"""Totals of a batch against the roll-up rows that the source publishes itself (contract: `kwaliteit.optellingen`)."""

from __future__ import annotations

from collections.abc import Iterator

from expectations.rules import Rule, literal
from veiligheidsbeeld.contracts.cube import CubeContract, Rollup

# Sums of double precision are compared with this much slack on top of the contract's tolerance.
EPSILON = 1e-6


def rollup_rules(contract: CubeContract, rollup: Rollup) -> Iterator[Rule]:
    """A red rule (parts and total contradict each other) and a yellow one (only hidden parts can explain it).

    Compared where the total has a value and, for `alleen_volledig`, where every part of the delivered code list
    is in the batch. A part without a value may be anything, so then parts may fall short of the total.
    """
    broken, short = f"optelling: {rollup.naam}", f"optelling met lege delen: {rollup.naam}"
    query = rollup_query(contract, rollup, broken, short)
    column = ", ".join(rollup.delen)
    within = f" (verschil hooguit {rollup.tolerantie})" if rollup.tolerantie else ""
    yield Rule(
        broken,
        "rood",
        f"{rollup.naam[0].upper()}{rollup.naam[1:]}{within}, overal waar alle delen geleverd zijn.",
        "Haal de tabel opnieuw op; blijft het verschil, meld het bij de eigenaar: de bron spreekt zichzelf tegen.",
        query,
        column,
        unit="cellen",
    )
    if rollup.alleen_volledig:
        yield Rule(
            short,
            "geel",
            f"{rollup.naam[0].upper()}{rollup.naam[1:]}{within}, ook waar de bron delen leeg laat.",
            "Het tekort kan in de lege delen zitten; gebruik de som van de delen niet als totaal.",
            query,
            column,
            unit="cellen",
        )


def rollup_query(contract: CubeContract, rollup: Rollup, broken: str, short: str, *, where: str = "true") -> str:
    """Compares parts with total per remaining key, period and measure; `where` narrows the rows of the batch.

    Parts are summed position by position while they are still arrays: unfolding them first costs five times more.
    """
    series = ", ".join([*(k for k in contract.key_columns if k not in rollup.totaal), "jaar", "periode_soort"])
    is_total = " and ".join(f"{column} = {literal(code)}" for column, code in rollup.totaal.items())
    is_part = " and ".join(f"{column} ~ {literal(pattern)}" for column, pattern in rollup.delen.items())
    part_keys = ", ".join(rollup.delen)
    complete = f"(select count(*) from (select distinct {part_keys} from parts) as d) = (select n from listed)"
    whole = rollup.alleen_volledig
    tolerance = rollup.tolerantie + EPSILON
    sums = ",\n                ".join(
        f"{_array(f'sum({m.kolom}[#])')} as sum_{m.kolom}, {_array(f'count({m.kolom}[#])')} as filled_{m.kolom}"
        for m in contract.maten
    )
    measures = ", ".join(
        f"('{m.kolom}', p.sum_{m.kolom}[n.nr], p.filled_{m.kolom}[n.nr], t.{m.kolom}[n.nr])" for m in contract.maten
    )
    return f"""
        with parts as (
            select * from {{batch}} where {is_part} and not ({is_total}) and {where}
        ),
        listed as ({_listed(contract, rollup)}),
        summed as (
            select {series},
                {sums},
                {_array("sum((aanwezig >> # - 1) & 1)")} as present
            from parts
            where {complete if whole else "true"}
            group by {series}
        ),
        totals as (select * from {{batch}} where {is_total} and {where}),
        compared as (
            select
                concat_ws(' ', {series}, n.nr, m.measure) || ': delen ' || m.parts || ', totaal ' || m.total as example,
                ({whole} and m.filled = l.n and abs(m.parts - m.total) > {tolerance})
                or m.parts > m.total + {tolerance} as broken,
                m.filled < l.n and m.parts < m.total - {tolerance} as short
            from summed as p
            inner join totals as t using ({series})
            cross join listed as l
            cross join generate_series(1, 12) as n (nr)
            cross join lateral (values {measures}) as m (measure, parts, filled, total)
            where m.total is not null and m.filled > 0 and (p.present[n.nr] = l.n or not {whole})
        ),
        counted as (
            select
                count(*) as n,
                count(*) filter (where broken) as broken, min(example) filter (where broken) as broken_example,
                count(*) filter (where short) as short, min(example) filter (where short) as short_example
            from compared
        )
        select r.rule, case when c.n > 0 then r.amount end as amount, r.example
        from counted as c
        cross join lateral (values
            ({literal(broken)}, c.broken, c.broken_example), ({literal(short)}, c.short, c.short_example)
        ) as r (rule, amount, example)
        """


def _array(expression: str) -> str:
    """The expression for each of the twelve positions (`#`), as an array; positions a series lacks are null."""
    return f"array[{', '.join(expression.replace('#', str(nr)) for nr in range(1, 13))}]"


def _listed(contract: CubeContract, rollup: Rollup) -> str:
    """Number of combinations of part codes that the delivered code lists know."""
    dimensions = {key.kolom: key.bron for key in contract.sleutels}
    counts = [
        "(select count(*) from laad.codelijst"
        f" where dataset = {literal(contract.naam)} and dimensie = {literal(dimensions[column])}"
        f" and code ~ {literal(pattern)} and code is distinct from {literal(rollup.totaal.get(column))})"
        for column, pattern in rollup.delen.items()
    ]
    return f"select {' * '.join(counts)} as n"
