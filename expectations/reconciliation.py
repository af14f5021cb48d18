# ruff: noqa: S608 (queries are composed from contracts, values pass `literal`)
"""Published counts against the source's own figures in raw.

Months are compared per indicator, region and source table: how many figures, their sum, and a sum weighted by a hash
of the period, so that no two months can have changed places. Years are compared one by one. Raw is read as it was
known after the candidate's deliveries, whatever was merged since. Zeros where the source gave none are no difference
here, they change no sum: proven_zeros.py judges each of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from expectations.rules import literal, literals
from veiligheidsbeeld.contracts.cube import CubeContract, load_cubes

# Prefix of the indicators that count the codes of a key column one to one.
PREFIXES = {cube.sleutels[0].kolom: f"{cube.voorvoegsel}-" for cube in load_cubes().values() if cube.soorten}
# Twenty bits: sums of counts times weights stay exact in double precision.
WEIGHT = "(hashtext({0}) & 1048575)"


def months(deliveries: Sequence[int], shielded: Sequence[str]) -> str:
    """CTEs that end in `maand_vergeleken (example, broken)`; they read `profile`.

    A series that the mart shows without any figure counts as well: the source must then have none. The mart may have
    more figures than the source as long as those are zero (docs/decisions/0015).
    Shielded offences have no months to compare, whatever the source says about them.
    """
    known = literals(deliveries) or "null"
    series = "\n            union all".join(_series(c, column, known) for c, column in counted())
    hidden = literals(f"MIS-{code}" for code in shielded)
    return f"""
        maand_mart as (
            select indicator_code, regio_code, bron, sum(filled) as n, sum(total) as total, sum(weighted) as weighted
            from profile
            where maat = 'aantal' and periode_soort = 'maand' and niveau <> 'samenwerkingsgebied'
                and left(indicator_code, 4) in ({literals(PREFIXES.values())})
            group by 1, 2, 3
        ),
        gewicht as (
            select jaar, array_agg({WEIGHT.format("jaar || 'MM' || lpad(nr::text, 2, '0')")} order by nr) as w
            from generate_series(1990, 2100) as j (jaar)
            cross join generate_series(1, 12) as m (nr)
            group by jaar
        ),
        maand_bron as (
            select indicator_code, regio_code, bron, sum(n) as n, sum(total) as total, sum(weighted) as weighted
            from ({series}
            ) as s
            group by 1, 2, 3
            having sum(n) > 0
        ),
        maand_vergeleken as (
            select
                concat_ws(' ', indicator_code, regio_code, bron)
                || ', mart ' || coalesce(m.n || ' maanden samen ' || m.total, 'niets')
                || ', bron ' || coalesce(b.n || ' maanden samen ' || b.total, 'niets') as example,
                coalesce(b.n, 0) > m.n
                or (coalesce(b.total, 0), coalesce(b.weighted, 0)) is distinct from
                (coalesce(m.total, 0), coalesce(m.weighted, 0)) as broken
            from maand_mart as m
            left join maand_bron as b using (indicator_code, regio_code, bron)
            where indicator_code not in ({hidden})
        )"""


def years(deliveries: Sequence[int]) -> str:
    """CTEs that end in `jaar_vergeleken (example, broken)`: where the source gives a year, that is the year."""
    known = literals(deliveries) or "null"
    figures = "\n            union all".join(
        f"""
            select
                {_indicator(c, column)} as indicator_code, {_region(c)} as regio_code, r.jaar || 'JJ00' as periode_code,
                r.{c.maten[0].kolom}[1] as amount
            from raw.{c.naam} as r
            where r.periode_soort = 'JJ' and {as_known(known)}"""
        for c, column in counted()
        if c.naam.endswith("_gemeente")
    )
    return f"""
        jaar_vergeleken as (
            select
                concat_ws(' ', indicator_code, regio_code, periode_code)
                || ', mart ' || coalesce(m.waarde::text, 'leeg') || ', bron ' || b.amount as example,
                m.waarde is distinct from b.amount as broken
            from {{batch}} as m
            inner join ({figures}
            ) as b using (indicator_code, regio_code, periode_code)
            where m.maat = 'aantal' and m.periode_soort = 'jaar' and b.amount is not null
        )"""


def counted() -> Iterator[tuple[CubeContract, str]]:
    """Police contracts with the key column whose codes are indicators."""
    for contract in load_cubes().values():
        column = next((k for k in contract.key_columns if k in PREFIXES), None)
        if contract.provider == "politie" and column:
            yield contract, column


def _series(contract: CubeContract, column: str, known: str) -> str:
    """Number, sum and weighted sum per series and year, taken from the array as it stands: unfolding costs more."""
    cells = [f"r.{contract.maten[0].kolom}[{nr}]" for nr in range(1, 13)]
    total = " + ".join(f"coalesce({cell}, 0)" for cell in cells)
    weighted = " + ".join(f"coalesce({cell}, 0)::float8 * g.w[{nr}]" for nr, cell in enumerate(cells, 1))
    return f"""
            select
                {_indicator(contract, column)} as indicator_code, {_region(contract)} as regio_code,
                {literal(contract.bron.tabel)} as bron,
                num_nonnulls({", ".join(cells)}) as n, ({total})::float8 as total, {weighted} as weighted
            from raw.{contract.naam} as r
            inner join gewicht as g on g.jaar = r.jaar
            where r.periode_soort = 'MM' and {as_known(known)}"""


def _indicator(contract: CubeContract, column: str) -> str:
    return f"{literal(PREFIXES[column])} || r.{column}"


def _region(contract: CubeContract) -> str:
    """The country has another code in the tables per neighbourhood."""
    column = contract.regio_kolom
    return f"case r.{column} when 'NL00' then 'NL01' else r.{column} end"


def as_known(known: str, row: str = "r") -> str:
    """Condition on a row of raw: it was current after these deliveries."""
    return f"{row}.levering_van in ({known}) and ({row}.levering_tot is null or {row}.levering_tot not in ({known}))"
