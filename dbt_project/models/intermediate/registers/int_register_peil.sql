{{ config(indexes=[{'columns': ['indicator_code', 'gemeente_code', 'periode_code'], 'unique': true}]) }}

-- What holds on the last day of a quarter or year, per municipality: cases that run, the last known state per unit,
-- and (coverage) the units for which something holds. Exact: not for readers.
with perioden as (
    select p.*, i.indicator_code, i.berekening, i.min_cel, {{ eerste_dag('p.eind_index + 1') }} as einde
    from {{ ref('int_register_levering_periode') }} as p
    inner join {{ ref('int_register_indicator') }} as i on p.register = i.register
    where i.berekening in ('lopend', 'stand', 'dekking') and p.geleverd and p.periode_soort in ('kwartaal', 'jaar')
        and p.vernietigd is not true
        and not {{ zonder_kolom('i.indicator_code', 'p.gemeente_code', 'p', peil=true) }}
),

standen as (
    select distinct on (p.indicator_code, p.gemeente_code, p.periode_code, coalesce(g.per, g.rij))
        p.indicator_code, p.gemeente_code, p.periode_code, g.n, g.waarde
    from perioden as p
    inner join {{ ref('int_register_gebeurtenis') }} as g
        on p.indicator_code = g.indicator_code and p.gemeente_code = g.gemeente_code and p.einde > g.datum
    where p.berekening = 'stand'
    order by
        p.indicator_code asc, p.gemeente_code asc, p.periode_code asc, coalesce(g.per, g.rij) asc, g.datum desc,
        g.levering_id desc
),

lopend as (
    select
        p.indicator_code, p.gemeente_code, p.periode_code,
        case p.berekening when 'lopend' then count(*) else count(distinct coalesce(g.per, g.gemeente_code)) end as n
    from perioden as p
    inner join {{ ref('int_register_gebeurtenis') }} as g
        on
            p.indicator_code = g.indicator_code and p.gemeente_code = g.gemeente_code
            and p.einde > g.datum and (g.tot is null or p.einde <= g.tot)
    where p.berekening <> 'stand'
    group by p.indicator_code, p.gemeente_code, p.periode_code, p.berekening
),

sommen as (
    select indicator_code, gemeente_code, periode_code, sum(n) as n, sum(waarde) as waarde from standen
    group by indicator_code, gemeente_code, periode_code
    union all
    select indicator_code, gemeente_code, periode_code, n, n as waarde from lopend
)

select
    p.indicator_code, p.gemeente_code, p.periode_code, p.periode_soort, p.begin_index, p.eind_index, p.levering_id,
    coalesce(s.n, 0) as n,
    coalesce(s.waarde, 0) as waarde,
    coalesce(s.n, 0) = 0 or s.n >= p.min_cel or p.berekening = 'dekking' as openbaar
from perioden as p
left join sommen as s
    on p.indicator_code = s.indicator_code and p.gemeente_code = s.gemeente_code and p.periode_code = s.periode_code
