# ruff: noqa: S608 (queries are composed from contracts, values pass `literal`)
"""Every published zero of a municipality and higher is the source's own, or one that its other figures prove.

The proofs of docs/decisions/0015, found again from the arrays in raw and not from what the models made of them. A zero
for a cell that the source never delivered, or left empty without such a proof, was invented.

Months are bits: the zeros of a year in the mart, less those that are proven, must leave nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from expectations.reconciliation import PREFIXES, as_known, counted
from expectations.rules import literal, literals
from veiligheidsbeeld.contracts.cube import CubeContract

TOTAL = "0.0.0"
_FINER = "_buurt"
_MONTHS = range(1, 13)


def zeros(deliveries: Sequence[int], shielded: Sequence[str]) -> str:
    """CTEs that end in `nul_vergeleken (example, broken)`: the zeros of an indicator, region and year.

    A year may also be zero because its twelve months are. Months of shielded offences say nothing: no zero of theirs
    is proven.
    """
    known = literals(deliveries) or "null"
    tables = {(c.naam.endswith(_FINER), column): c for c, column in counted()}
    pairs = [(c, tables.get((True, column)), column) for (fine, column), c in tables.items() if not fine]
    judged = "\n            union all".join(_judged(c, finer, column, known) for c, finer, column in pairs)
    complete = "\n            union all".join(_complete(c, column, known) for c, _, column in pairs)
    return f"""
        nul_mart as materialized (
            select bron, indicator_code, regio_code, left(periode_code, 4)::integer as jaar,
                coalesce(bit_or(1 << (right(periode_code, 2)::integer - 1)) filter (where periode_soort = 'maand'), 0)
                    as maanden,
                bool_or(periode_soort = 'jaar') as jaar_nul
            from {{batch}}
            where waarde = 0 and maat = 'aantal' and periode_soort in ('maand', 'jaar')
                and niveau <> 'samenwerkingsgebied' and bron in ({literals(c.bron.tabel for c, _, _ in pairs)})
            group by 1, 2, 3, 4
        ),
        nul_volledig as materialized ({complete}
        ),
        nul_beoordeeld as ({judged}
        ),
        nul_vergeleken as (
            select concat_ws(' ', indicator_code, regio_code, jaar) as example,
                maanden & ~case when indicator_code in ({literals(f"MIS-{code}" for code in shielded)}) then 0
                    else nul | (leeg & case when opgeteld then 4095 else buurt_nul end) end <> 0
                or jaar_nul and not jaar_bewezen and maanden <> 4095 as broken
            from nul_beoordeeld
        )"""


def _complete(contract: CubeContract, column: str, known: str) -> str:
    """Regions and years whose known kinds add up to the total: nothing is left for the others."""
    amount = f"r.{contract.maten[0].kolom}[1]"
    return f"""
            select {literal(contract.bron.tabel)} as bron, r.{contract.regio_kolom} as regio_code,
                r.jaar::integer as jaar
            from raw.{contract.naam} as r
            where r.periode_soort = 'JJ' and {as_known(known)}
            group by 1, 2, 3
            having sum({amount}) filter (where r.{column} <> {literal(TOTAL)})
                = max({amount}) filter (where r.{column} = {literal(TOTAL)})"""


def _judged(contract: CubeContract, finer: CubeContract | None, column: str, known: str) -> str:
    """Zeros of the mart beside what the source gave: months and year of the series, and months in the finer table."""
    measure = contract.maten[0].kolom
    months, year = f"m.{measure}", f"j.{measure}[1]"
    total = " + ".join(f"coalesce({months}[{nr}], 0)" for nr in _MONTHS)
    empty = _bits(lambda nr: f"{months}[{nr}] is null")
    fine = _bits(lambda nr: f"b.{finer.maten[0].kolom}[{nr}] = 0") if finer else "0"
    looked_up = _joined(finer, column, "b", "MM", known) + " and z.regio_code like 'GM%'" if finer else ""
    return f"""
            select z.*, {_bits(lambda nr: f"{months}[{nr}] = 0")} as nul,
                case when m.jaar is null then 0 else m.aanwezig & {empty} end as leeg,
                coalesce(coalesce({year}, case when v.jaar is not null then 0 end) = {total}, false) as opgeteld,
                {fine} as buurt_nul,
                coalesce({year} = 0, j.jaar is not null and v.jaar is not null and {total} = 0) as jaar_bewezen
            from nul_mart as z{_joined(contract, column, "m", "MM", known)}{_joined(contract, column, "j", "JJ", known)}
            {looked_up}
            left join nul_volledig as v on z.bron = v.bron and z.regio_code = v.regio_code and z.jaar = v.jaar
            where z.bron = {literal(contract.bron.tabel)}"""


def _joined(contract: CubeContract, column: str, row: str, kind: str, known: str) -> str:
    """On the columns of raw as they are, of which the planner knows how many rows they give."""
    return f"""
            left join raw.{contract.naam} as {row}
                on {row}.{column} = substr(z.indicator_code, {len(PREFIXES[column]) + 1})
                and {row}.{contract.regio_kolom} = z.regio_code and {row}.jaar = z.jaar
                and {row}.periode_soort = {literal(kind)} and {as_known(known, row)}"""


def _bits(condition: Callable[[int], str]) -> str:
    """Months for which the condition holds, as bits."""
    return "(" + " | ".join(f"case when {condition(nr)} then {1 << (nr - 1)} else 0 end" for nr in _MONTHS) + ")"
