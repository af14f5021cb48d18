{{ config(materialized='view') }}

-- The figure of the area that a goal is held against, of the same period or fixed at a year. Where the source has none
-- of that area, the one of an area of the same municipalities serves.
with doelen as (
    select
        d.*, l.reeks as reeks_laatste,
        case
            when d.benchmark_modus like 'vast%' then right(d.benchmark_modus, 4) || 'JJ00' else l.periode_code
        end as benchmark_periode
    from {{ ref('int_doel') }} as d
    inner join {{ ref('int_doel_laatste') }} as l on d.doel_code = l.doel_code and d.regio_code = l.regio_code
    where d.benchmark_gebied is not null
),

gebieden as (
    select doel_code, regio_code, benchmark_gebied as gebied_code, 1 as voorkeur from doelen
    union all
    select d.doel_code, d.regio_code, g.gelijk_aan as gebied_code, 2 as voorkeur
    from doelen as d
    inner join {{ ref('int_gebied_gelijk') }} as g on d.benchmark_gebied = g.gebied_code
)

select distinct on (d.doel_code, d.regio_code)
    d.doel_code, d.regio_code, 'benchmark' as tegen, v.regio_code as tegen_code,
    v.waarde, case d.maat when 'per_1000' then v.teller else v.waarde end as teller,
    case d.maat when 'per_1000' then v.noemer else 1 end as omvang,
    v.ondergrens, v.bovengrens, v.reeks, v.status_waarde, v.label as aanduiding
from doelen as d
inner join gebieden as g on d.doel_code = g.doel_code and d.regio_code = g.regio_code
inner join {{ ref('int_doelreeks') }} as v
    on
        d.indicator_code = v.indicator_code and g.gebied_code = v.regio_code and d.maat = v.maat
        and d.reeks_laatste = v.reeks and d.benchmark_periode = v.periode_code
order by d.doel_code asc, d.regio_code asc, v.waarde is null asc, g.voorkeur asc
