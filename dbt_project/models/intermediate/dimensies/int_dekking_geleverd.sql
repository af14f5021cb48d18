{{ config(materialized='view') }}

-- What was delivered per dataset, level and kind of period: regions, periods, cells.
with buurtreeksen as (
    select levering_id, regio_code, periode_soort, jaar, aanwezig, bekend, count(*) as reeksen
    from {{ ref('int_celreeks_buurt') }}
    group by levering_id, regio_code, periode_soort, jaar, aanwezig, bekend
),

cellen as (
    select levering_id, regio_code, periode_soort, maand_index, count(*) as cellen, count(waarde) as met_waarde
    from {{ ref('int_cel_gemeente') }}
    group by levering_id, regio_code, periode_soort, maand_index
    union all
    select
        s.levering_id, s.regio_code, s.periode_soort, s.jaar * 12 + m.maand - 1 as maand_index, s.reeksen as cellen,
        case when {{ is_een_van('s.bekend', 'm.maand') }} then s.reeksen else 0 end as met_waarde
    from buurtreeksen as s
    cross join generate_series(1, 12) as m (maand)
    where {{ is_een_van('s.aanwezig', 'm.maand') }}
    union all
    select
        levering_id, regio_code, 'JJ' as periode_soort, jaar * 12 as maand_index,
        count(*) as cellen, count(inwoners) as met_waarde
    from {{ ref('stg_cbs__bevolking') }}
    group by levering_id, regio_code, jaar
    union all
    select
        levering_id, regio_code, 'JJ' as periode_soort, jaar * 12 as maand_index,
        count(*) as cellen, count(totaal_misdrijven) as met_waarde
    from {{ ref('stg_cbs__criminaliteit') }}
    group by levering_id, regio_code, jaar
    union all
    select
        levering_id, regio_code, 'JJ' as periode_soort, jaar * 12 as maand_index,
        count(*) as cellen, count(waarde) as met_waarde
    from {{ ref('int_kubus_geleverd') }}
    where nr = 1
    group by levering_id, regio_code, jaar
    union all
    select
        levering_id, regio_code, 'JJ' as periode_soort, jaar * 12 as maand_index,
        count(*) as cellen, count(waarde) as met_waarde
    from {{ ref('stg_enquete__gepubliceerd') }}
    group by levering_id, regio_code, jaar
)

select
    l.dataset, r.niveau, c.periode_soort,
    count(distinct c.regio_code)::integer as regios_geleverd,
    count(distinct c.maand_index)::integer as perioden_geleverd,
    min(c.maand_index) as eerste_index, max(c.maand_index) as laatste_index,
    sum(c.cellen)::bigint as cellen,
    sum(c.met_waarde)::bigint as cellen_met_waarde,
    max(c.levering_id) as levering_id
from cellen as c
inner join {{ ref('int_bronlevering') }} as l on c.levering_id = l.levering_id
inner join {{ ref('int_regio') }} as r
    on case c.regio_code when 'NL00' then 'NL01' else c.regio_code end = r.regio_code
group by l.dataset, r.niveau, c.periode_soort
