-- The delivered cells; what the source left empty is zero where its own figures prove that (docs/decisions/0015).
with cellen as (
    select * from {{ ref('int_cel_geleverd') }}
),

nullen_per_buurt as (
    select indicator_code, regio_code, maand_index, levering_id from {{ ref('int_cel_buurt') }}
    where periode_soort = 'MM' and waarde = 0 and regio_code like 'GM%'
),

-- Regions and years whose known soorten already make up the total: there is nothing left for the others.
volledige_jaren as (
    select familie, regio_code, jaar
    from cellen
    where periode_soort = 'JJ'
    group by familie, regio_code, jaar
    having
        max(waarde) filter (where indicator_code like '%-0.0.0')
        = sum(waarde) filter (where indicator_code not like '%-0.0.0')
),

jaren as (
    select c.indicator_code, c.regio_code, c.jaar, coalesce(c.waarde, case when v.jaar is not null then 0 end) as waarde
    from cellen as c
    left join volledige_jaren as v on c.familie = v.familie and c.regio_code = v.regio_code and c.jaar = v.jaar
    where c.periode_soort = 'JJ'
),

-- Series whose known months already make up the year: there is nothing left for its other months.
volledige_series as (
    select j.indicator_code, j.regio_code, j.jaar
    from jaren as j
    left join cellen as c
        on
            j.indicator_code = c.indicator_code
            and j.regio_code = c.regio_code
            and j.jaar = c.jaar
            and c.periode_soort = 'MM'
    group by j.indicator_code, j.regio_code, j.jaar, j.waarde
    having j.waarde = coalesce(sum(c.waarde), 0)
),

beoordeeld as (
    select
        c.*,
        n.levering_id as levering_buurt,
        c.status_waarde = 'onderdrukt' and (v.jaar is not null or n.regio_code is not null) as bewezen_nul
    from cellen as c
    left join volledige_series as v
        on c.indicator_code = v.indicator_code and c.regio_code = v.regio_code and c.jaar = v.jaar
    left join nullen_per_buurt as n
        on
            c.periode_soort = 'MM'
            and c.indicator_code = n.indicator_code
            and c.regio_code = n.regio_code
            and c.maand_index = n.maand_index
)

select
    familie, indicator_code, regio_code, periode_soort, jaar, maand_index,
    case when bewezen_nul then 0 else waarde end as waarde,
    case when bewezen_nul then 'nul' else status_waarde end as status_waarde,
    case when bewezen_nul then coalesce(levering_buurt, levering_id) else levering_id end as levering_id
from beoordeeld
