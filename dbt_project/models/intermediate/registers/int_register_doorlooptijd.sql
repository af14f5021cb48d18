-- Percentiles of lead times per quarter, year and rolling year, over all events of an area together: never a mean of
-- medians. Below `min_cel` events nothing is shown, and never how many there were.
with leden as (
    select gebied_code as regio_code, gemeente_code from {{ ref('int_register_lid') }}
    union all
    select gemeente_code as regio_code, gemeente_code from {{ ref('int_werkgebied') }}
),

perioden as (
    select
        p.regio_code, p.periode_code, p.periode_soort, p.begin_index, p.eind_index, p.levering_id,
        p.volledig and p.vernietigd is not true
        and not {{ zonder_kolom('i.indicator_code', 'p.regio_code', 'p') }} as volledig,
        i.indicator_code, i.min_cel, i.berekening
    from {{ ref('int_register_regio_periode') }} as p
    inner join {{ ref('register_indicator') }} as i on p.register = i.register
    where i.berekening in ('p50', 'p90') and p.periode_soort in ('kwartaal', 'r12m', 'jaar')
),

-- Materialized, and periods by their months: events, then areas, then periods is the only order that is fast.
gebeurtenissen as materialized (
    select g.indicator_code, l.regio_code, g.maand_index, g.waarde, g.levering_id
    from {{ ref('int_register_gebeurtenis') }} as g
    inner join {{ ref('register_indicator') }} as i on g.indicator_code = i.indicator_code
    inner join leden as l on g.gemeente_code = l.gemeente_code
    where i.berekening in ('p50', 'p90')
),

maanden as materialized (
    select p.indicator_code, p.regio_code, p.periode_code, m.maand_index
    from perioden as p
    cross join lateral generate_series(p.begin_index, p.eind_index) as m (maand_index)
    where p.volledig
),

verzameld as (
    select
        m.indicator_code, m.regio_code, m.periode_code,
        count(*) as n,
        percentile_cont(array[0.5, 0.9]) within group (order by g.waarde) as p,
        max(g.levering_id) as levering_id
    from gebeurtenissen as g
    inner join maanden as m
        on g.indicator_code = m.indicator_code and g.regio_code = m.regio_code and g.maand_index = m.maand_index
    group by m.indicator_code, m.regio_code, m.periode_code
)

select
    p.indicator_code, p.regio_code, p.periode_code, p.periode_soort, p.begin_index, p.eind_index,
    case when v.n >= greatest(p.min_cel, 5) then v.p[case p.berekening when 'p50' then 1 else 2 end] end as waarde,
    case
        when not p.volledig then 'nog_niet_beschikbaar'
        when v.n >= greatest(p.min_cel, 5) then null
        else 'onderdrukt'
    end as reden,
    coalesce(v.levering_id, p.levering_id) as levering_id
from perioden as p
left join verzameld as v
    on p.indicator_code = v.indicator_code and p.regio_code = v.regio_code and p.periode_code = v.periode_code
