{{ config(indexes=[{'columns': ['indicator_code', 'regio_code', 'jaar', 'maanden'], 'unique': true}]) }}

-- Monthly counts per district and neighbourhood, a row per indicator, region and year, dense over the regions and
-- months that were delivered: what the source did not deliver of a year has a row of its own. A row per month would be
-- four of five rows of the whole project. Soorten that are not published at this level have no months; int_jaar_buurt
-- states them once a year.
with reeksen as (
    select * from {{ ref('int_celreeks_buurt') }}
    where periode_soort = 'MM'
),

gebieden as (
    select distinct s.familie, s.regio_code
    from reeksen as s
    inner join {{ ref('int_regio') }} as r on s.regio_code = r.regio_code
    where r.niveau in ('wijk', 'buurt') and r.werkgebied
),

jaren as (
    select familie, jaar, bit_or(aanwezig) as maanden from reeksen
    group by familie, jaar
),

raster as (
    select i.indicator_code, g.regio_code, j.jaar, j.maanden
    from {{ ref('int_indicator') }} as i
    inner join gebieden as g on i.familie = g.familie
    inner join jaren as j on i.familie = j.familie
    where not i.alleen_jaar
),

gevuld as (
    select
        r.indicator_code, r.regio_code, r.jaar, s.aanwezig, r.maanden & ~coalesce(s.aanwezig, 0) as afwezig, s.bekend,
        s.waarden, s.levering_id
    from raster as r
    left join reeksen as s on r.indicator_code = s.indicator_code and r.regio_code = s.regio_code and r.jaar = s.jaar
)

select indicator_code, regio_code, jaar, aanwezig as maanden, bekend, waarden, levering_id from gevuld
where aanwezig <> 0
union all
select indicator_code, regio_code, jaar, afwezig as maanden, 0 as bekend, null as waarden, null as levering_id
from gevuld
where afwezig <> 0
