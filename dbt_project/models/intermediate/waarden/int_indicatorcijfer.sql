{{ config(materialized='view') }}

-- Counts of all kinds of period in one shape, judged against the breaks of their series: a sum over a break does not
-- exist, a figure of an older series keeps its value but is not comparable. Months of neighbourhoods stay series:
-- int_buurtmaandcijfer.
with cijfers as (
    select
        'maand' as periode_soort, 1 as soort_volgorde, indicator_code, regio_code,
        maand_index as begin_index, maand_index as eind_index,
        waarde, status_waarde, levering_id
    from ({{ samen(['int_maand_gemeente', 'int_maand_samenwerking']) }}) as maanden
    union all
    select
        'r12m' as periode_soort, 2 as soort_volgorde, indicator_code, regio_code,
        maand_index - 11 as begin_index, maand_index as eind_index, waarde, status_waarde, levering_id
    from ({{ alle_r12m() }}) as vensters
    union all
    select
        'jtd' as periode_soort, 3 as soort_volgorde, indicator_code, regio_code,
        jaar * 12 as begin_index, jaar * 12 + maand - 1 as eind_index,
        waarde, status_waarde, levering_id
    from ({{ alle_jtd() }}) as begin_van_jaar
    union all
    select
        'jaar' as periode_soort, 4 as soort_volgorde, indicator_code, regio_code,
        jaar * 12 as begin_index, jaar * 12 + 11 as eind_index,
        waarde, status_waarde, levering_id
    from ({{ alle_jaren() }}) as jaren
),

reeksen as (
    select * from {{ ref('int_reeks') }}
)

select
    c.periode_soort,
    c.indicator_code,
    c.regio_code,
    c.begin_index,
    c.eind_index,
    c.soort_volgorde * 100000 + c.eind_index as periode_volgorde,
    case when r.reeks is not null or c.periode_soort not in ('r12m', 'jtd') then c.waarde end as waarde,
    case
        when c.waarde is not null and r.actueel is not true then 'niet_vergelijkbaar'
        else c.status_waarde
    end as status_waarde,
    coalesce(r.reeks, 'over_breuk') as reeks,
    c.levering_id
from cijfers as c
left join reeksen as r
    on c.indicator_code = r.indicator_code and c.begin_index >= r.van_index and c.eind_index < r.tot_index
