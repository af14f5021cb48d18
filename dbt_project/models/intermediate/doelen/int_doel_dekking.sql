{{ config(materialized='view') }}

-- Coverage goals: the municipalities of the area that have not done it, by their published figures of the same period.
-- Other organisations than municipalities have no row of their own: they are counted, not named.
with doelen as (
    select d.doel_code, d.regio_code, d.indicator_code, d.maat, l.periode_code, l.reeks, l.teller, l.noemer
    from {{ ref('int_doel') }} as d
    inner join {{ ref('int_doel_laatste') }} as l on d.doel_code = l.doel_code and d.regio_code = l.regio_code
    where d.regel = 'dekking' and d.hele_gebied
),

leden as (
    select gebied_code, gemeente_code from {{ ref('gebied_gemeente') }}
    where geldig_tot is null
),

-- Read once: few of many rows are kept, which the planner cannot know, and it would read them again per municipality.
-- Coverage is measured by registers alone.
waarden as materialized (
    select indicator_code, regio_code, maat, periode_code, reeks from {{ ref('int_waarde_register') }}
    where status_waarde = 'nul' and niveau = 'gemeente'
),

zonder as (
    select distinct d.doel_code, d.regio_code, d.noemer - d.teller as tekort, r.naam
    from doelen as d
    inner join leden as l on d.regio_code = l.gebied_code
    inner join waarden as w
        on d.indicator_code = w.indicator_code and l.gemeente_code = w.regio_code
            and d.maat = w.maat and d.periode_code = w.periode_code and d.reeks = w.reeks
    inner join {{ ref('int_regio') }} as r on l.gemeente_code = r.regio_code
)

select
    d.doel_code, d.regio_code,
    nullif(
        concat_ws(
            ' en ',
            string_agg(z.naam, ', ' order by z.naam),
            case
                when d.noemer - d.teller > count(z.naam)
                    then (d.noemer - d.teller - count(z.naam)) || case when count(z.naam) > 0 then ' andere' else '' end
            end
        ), ''
    ) as ontbreekt
from doelen as d
left join zonder as z on d.doel_code = z.doel_code and d.regio_code = z.regio_code
group by d.doel_code, d.regio_code, d.noemer, d.teller
