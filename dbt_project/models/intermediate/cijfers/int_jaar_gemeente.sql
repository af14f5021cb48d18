-- Yearly counts for municipality and higher, dense: the year figure of the source (JJ00) where it has one, else the sum
-- of twelve complete months. Months of four soorten are hidden while their year is published, so the two differ.
with indicatoren as (
    select * from {{ ref('int_indicator') }}
),

regios as (
    select * from {{ ref('int_dataset_regio') }}
),

perioden as (
    select
        familie, schaal, jaar,
        count(*) filter (where periode_soort = 'MM') as maanden,
        count(*) filter (where periode_soort = 'JJ') as jaarcijfers
    from {{ ref('int_dataset_periode') }}
    group by familie, schaal, jaar
),

jaren as (
    select familie, jaar, bool_or(schaal = 'gemeente') as alle_regios
    from perioden
    where jaarcijfers > 0 or maanden = 12
    group by familie, jaar
),

jaarcellen as (
    select * from {{ ref('int_cel_gemeente') }}
    where periode_soort = 'JJ'
),

maandsommen as (
    select
        indicator_code,
        regio_code,
        maand_index / 12 as jaar,
        sum(waarde)::integer as som,
        count(waarde) as bekend,
        count(*) filter (where status_waarde = 'onderdrukt') as onderdrukt,
        max(levering_id) as levering_id
    from {{ ref('int_maand_gemeente') }}
    group by indicator_code, regio_code, maand_index / 12
),

raster as (
    select i.indicator_code, r.regio_code, j.jaar
    from indicatoren as i
    inner join regios as r on i.familie = r.familie
    inner join jaren as j on i.familie = j.familie and (j.alle_regios or r.niveau = 'nederland')
)

select
    r.indicator_code,
    r.regio_code,
    r.jaar,
    coalesce(c.waarde, case when m.bekend = 12 then m.som end) as waarde,
    case
        when c.waarde is not null then c.status_waarde
        when m.bekend = 12 and m.som = 0 then 'nul'
        when m.bekend = 12 then 'gepubliceerd'
        when c.status_waarde is not null then c.status_waarde
        when m.onderdrukt > 0 then 'onderdrukt'
        else 'nog_niet_beschikbaar'
    end as status_waarde,
    case when c.waarde is null and m.bekend = 12 then m.levering_id else coalesce(c.levering_id, m.levering_id) end
        as levering_id
from raster as r
left join jaarcellen as c
    on r.indicator_code = c.indicator_code and r.regio_code = c.regio_code and r.jaar = c.jaar
left join maandsommen as m
    on r.indicator_code = m.indicator_code and r.regio_code = m.regio_code and r.jaar = m.jaar
