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

geleverd as materialized (
    select c.*, i.familie
    from cellen as c
    inner join regios as r on c.regio_code = r.regio_code
    inner join indicatoren as i on c.indicator_code = i.indicator_code
),

raster as (
    select i.indicator_code, r.regio_code, m.maand_index
    from (select distinct familie, regio_code from geleverd) as r
    inner join (select distinct familie, maand_index from geleverd) as m on r.familie = m.familie
    inner join indicatoren as i on r.familie = i.familie
)

select
    r.indicator_code,
    r.regio_code,
    r.maand_index,
    g.waarde,
    coalesce(g.status_waarde, 'nog_niet_beschikbaar') as status_waarde,
    g.levering_id
from raster as r
left join geleverd as g
    on
        r.indicator_code = g.indicator_code
        and r.regio_code = g.regio_code
        and r.maand_index = g.maand_index
