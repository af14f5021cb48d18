-- Counts and shares for readers, of all levels: a number where it may be shown, else the reason why there is none. Of a
-- total of which only some municipalities are hidden the middle of what it can be, with the least and the most.
with gebieden as (
    select * from {{ ref('int_register_samenwerking') }}
    union all
    select * from {{ ref('int_register_provincie') }}
),

namen as (
    select distinct coalesce(zelfde_als, gebied_code) as gebied_code, gebied_code as regio_code
    from {{ ref('int_register_lid') }}
),

regios as (
    select
        g.indicator_code, g.gemeente_code as regio_code, g.periode_code, g.periode_soort, g.begin_index, g.eind_index,
        g.n, g.waarde, null as minste, null as meeste, g.levering_id,
        case
            when g.reden is not null then g.reden
            when o.per_gebied then 'niet_gepubliceerd_op_niveau'
            when not o.openbaar then 'verborgen'
        end as reden
    from {{ ref('int_register_gemeente') }} as g
    left join {{ ref('int_register_openbaar') }} as o
        on g.indicator_code = o.indicator_code and g.gemeente_code = o.gemeente_code and g.periode_code = o.periode_code
    union all
    select
        g.indicator_code, r.regio_code, g.periode_code, g.periode_soort, g.begin_index, g.eind_index,
        case when g.minste is null then g.n else round((g.minste + g.meeste) / 2) end as n,
        case when g.minste is null then g.waarde else round((g.minste + g.meeste) / 2) end as waarde,
        g.minste, g.meeste, g.levering_id,
        case
            when g.geleverd < g.leden and g.ontbreekt then 'nog_niet_beschikbaar'
            when g.geleverd < g.leden then 'niet_uitgevoerd'
            when not g.openbaar and g.minste is null then 'verborgen'
        end as reden
    from gebieden as g
    inner join namen as r on g.gebied_code = r.gebied_code
    union all
    select
        indicator_code, buurt_code as regio_code, periode_code, periode_soort, begin_index, eind_index,
        n, n as waarde, null as minste, null as meeste, levering_id,
        coalesce(reden, case when not openbaar then 'verborgen' end) as reden
    from {{ ref('int_register_buurt') }}
)

select
    r.indicator_code, r.regio_code, r.periode_code, r.periode_soort, r.begin_index, r.eind_index, i.berekening,
    case
        when r.reden is not null or (i.berekening = 'aandeel' and r.n = 0) then null
        when i.berekening = 'aandeel' then 100.0 * r.waarde / r.n
        else r.waarde
    end as waarde,
    case when r.reden is null and i.berekening = 'telling' and i.eenheid = 'aantal' then r.n::integer end as teller,
    r.minste, r.meeste,
    case when i.berekening = 'aandeel' and r.n = 0 then coalesce(r.reden, 'verborgen') else r.reden end as reden,
    r.levering_id
from regios as r
inner join {{ ref('int_register_indicator') }} as i on r.indicator_code = i.indicator_code
