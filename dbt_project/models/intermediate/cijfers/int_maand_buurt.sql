-- Monthly counts per district and neighbourhood, dense over the regions and months that were delivered. Soorten that
-- are not published at this level have no months here; int_jaar_buurt states them once a year.
with cellen as (
    select * from {{ ref('int_cel_buurt') }}
    where periode_soort = 'MM'
),

regios as (
    select regio_code from {{ ref('int_regio') }}
    where niveau in ('wijk', 'buurt') and werkgebied
),

indicatoren as (
    select indicator_code, familie from {{ ref('int_indicator') }}
    where not alleen_jaar
),

omvang as materialized (
    select familie, regio_code, maand_index from cellen
    group by grouping sets ((familie, regio_code), (familie, maand_index))
),

raster as (
    select i.indicator_code, r.regio_code, m.maand_index
    from regios as r
    inner join omvang as o on r.regio_code = o.regio_code
    inner join omvang as m on o.familie = m.familie and m.regio_code is null
    inner join indicatoren as i on o.familie = i.familie
)

select
    r.indicator_code,
    r.regio_code,
    r.maand_index,
    c.waarde,
    coalesce(c.status_waarde, 'nog_niet_beschikbaar') as status_waarde,
    c.levering_id
from raster as r
left join cellen as c
    on
        r.indicator_code = c.indicator_code
        and r.regio_code = c.regio_code
        and r.maand_index = c.maand_index
