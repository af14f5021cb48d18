"""What is left of rows past their retention: how many there were. No key, no day, no free text.

The measures of the contract are counted just before rows go, in the same transaction, at the grain that disclosure
control needs and no finer (docs/decisions/0009): totals per month, combinations of parts per year, neighbourhoods per
year. Only sums can be kept (`telling`, `aandeel`); lead times and what runs on a day end with the rows. A month of a
municipality is counted once, in `raw.register_geteld`: what comes later about it changes nothing. A contract may say
`bewaartermijn: {aantallen: false}`: then nothing is left.
"""

from __future__ import annotations

import psycopg
from psycopg import sql

from veiligheidsbeeld.contracts.expressions import expressions, neighbourhood
from veiligheidsbeeld.contracts.families import places
from veiligheidsbeeld.contracts.register import RegisterContract

SUMMED = ("telling", "aandeel")


def keep_known(connection: psycopg.Connection, contract: RegisterContract, limit: str) -> None:
    """Counts current rows of raw before `limit`, for the months that were delivered in full."""
    months = sql.SQL(
        """
        select gemeente.code as gemeente, maand::date as maand, max(l.levering_id) as levering_id
        from raw.levering as l
        cross join lateral jsonb_array_elements_text(l.scope -> 'gemeente') as gemeente (code)
        cross join lateral generate_series(
            date_trunc('month', (l.scope ->> 'van')::timestamp + interval '1 month' - interval '1 day'),
            least((l.scope ->> 'tot')::timestamp, {limit}::timestamp) - interval '1 month', interval '1 month'
        ) as maand
        where l.dataset = {register} and l.status = 'verwerkt' and (l.scope ->> 'volledig')::boolean
        group by gemeente.code, maand
        """
    ).format(limit=sql.Literal(limit), register=sql.Literal(contract.naam))
    rows = sql.SQL("select *, levering_van as levering_id from {raw} where levering_tot is null").format(
        raw=sql.Identifier("raw", contract.naam)
    )
    _count(connection, contract, months, rows)


def keep_delivered(connection: psycopg.Connection, contract: RegisterContract, levering_id: int) -> None:
    """Counts the staged rows that were past their term when they came, for months that were not counted yet.

    A municipality that destroyed old rows itself would seem to have had none: of what is past its term, a file speaks
    for the months from its oldest row on, and for all of it when that lies in the first three months.
    """
    months = sql.SQL(
        """
        select oudste.gemeente, maand::date as maand, {levering}::integer as levering_id
        from (
            select b.gemeente, date_trunc('month', min(b.{day})::timestamp) as eerste,
                (l.scope ->> 'verlopen_van')::timestamp as van, (l.scope ->> 'van')::timestamp as tot
            from {batch} as b
            inner join raw.levering as l on l.levering_id = b.levering_id
            where b.levering_id = {levering} and b.verlopen and not b.geweigerd and (l.scope ->> 'volledig')::boolean
            group by b.gemeente, l.scope
        ) as oudste
        cross join lateral generate_series(
            case when eerste < van + interval '3 months' then van else eerste end,
            tot - interval '1 month', interval '1 month'
        ) as maand
        """
    ).format(
        batch=sql.Identifier("laad", contract.naam),
        day=sql.Identifier(contract.scope_datum),
        levering=sql.Literal(levering_id),
    )
    rows = sql.SQL("select * from {batch} where levering_id = {levering} and verlopen and not geweigerd").format(
        batch=sql.Identifier("laad", contract.naam), levering=sql.Literal(levering_id)
    )
    _count(connection, contract, months, rows)


def _count(
    connection: psycopg.Connection, contract: RegisterContract, months: sql.Composed, rows: sql.Composed
) -> None:
    """Claims the months that nobody counted and adds what their rows say to what is known."""
    measures = _measures(contract)
    if not measures or not contract.bewaartermijn.aantallen:
        return
    statement = sql.SQL(
        """
        with nieuw as (
            insert into raw.register_geteld (register, gemeente, maand, levering_id)
            select {register}, gemeente, maand, levering_id from ({months}) as m
            on conflict do nothing
            returning gemeente, maand
        ),
        rijen as (
            select row_number() over () as rij, r.*
            from ({rows}) as r
            inner join nieuw on nieuw.gemeente = r.gemeente and nieuw.maand = date_trunc('month', r.{day}::timestamp)
        ),
        metingen as (
            select r.rij, r.gemeente, coalesce({buurt}, '') as buurt, r.levering_id, m.*
            from rijen as r
            cross join lateral (values {measures}) as m (code, familie, nr, totaal, deel, wijk, geldt, datum, n, waarde)
            where m.geldt and m.datum is not null and m.n is not null and m.waarde is not null
        ),
        samen as (
            select gemeente, date_trunc('year', datum) as jaar, array_agg(code order by nr) as codes,
                max(n) as n, max(waarde) as waarde, max(levering_id) as levering_id
            from metingen where deel
            group by rij, gemeente, familie, date_trunc('year', datum)
        )
        insert into raw.register_telling as t
            (register, gemeente, soort, periode, indicatoren, buurt, n, waarde, levering_id)
        select {register}, gemeente, 'totaal', date_trunc('month', datum)::date, array[code], '',
            sum(n), sum(waarde), max(levering_id)
        from metingen where totaal group by gemeente, date_trunc('month', datum), code
        union all
        select {register}, gemeente, 'deel', jaar::date, codes, '', sum(n), sum(waarde), max(levering_id)
        from samen group by gemeente, jaar, codes
        union all
        select {register}, gemeente, 'buurt', date_trunc('year', datum)::date, array[code], buurt,
            sum(n), sum(waarde), max(levering_id)
        from metingen where wijk group by gemeente, date_trunc('year', datum), code, buurt
        on conflict (register, gemeente, soort, periode, indicatoren, buurt) do update
        set n = t.n + excluded.n, waarde = t.waarde + excluded.waarde,
            levering_id = greatest(t.levering_id, excluded.levering_id)
        """
    ).format(
        register=sql.Literal(contract.naam),
        months=months,
        rows=rows,
        day=sql.Identifier(contract.scope_datum),
        buurt=sql.SQL(neighbourhood(contract)),
        measures=sql.SQL(", ").join(measures),
    )
    connection.execute(statement)


def _measures(contract: RegisterContract) -> list[sql.Composed]:
    """Per measure that can be summed: its place among others, and the SQL of the contract, as dbt has it."""
    found = []
    for indicator, place in zip(contract.indicatoren, places(contract), strict=True):
        if indicator.berekening not in SUMMED:
            continue
        total = place.base and indicator.berekening == "telling"
        part = place.size > 1 or not total
        parts = expressions(indicator)
        found.append(
            sql.SQL(
                "({code}, {}, {}, {}, {}, {}, ({waar}), ({datum})::timestamp,"
                " ({n})::double precision, ({waarde})::double precision)"
            ).format(
                *(sql.Literal(v) for v in (place.family, place.number, total, part)),
                sql.Literal(total and indicator.wijk_en_buurt),
                **{name: sql.SQL(parts[name]) for name in ("code", "waar", "datum", "n", "waarde")},
            )
        )
    return found
