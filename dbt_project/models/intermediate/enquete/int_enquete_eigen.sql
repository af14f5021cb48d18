{{ config(materialized='view') }}

-- Own estimates as percentages. What is `onderdrukt` shows nothing, not even the size of its base; nothing is shown
-- from before the redesign of 2021.
with schattingen as (
    select *, status = 'gepubliceerd' and p is not null as getoond from {{ ref('stg_enquete__schatting') }}
    where jaar >= 2021
)

select
    'vm_eigen' as reeks,
    indicator_code,
    leeftijdsgroep,
    doelgroep,
    regio_code,
    jaar,
    case when getoond then 100.0::double precision * p end as waarde,
    case when getoond then 100.0::double precision * ondergrens end as ondergrens,
    case when getoond then 100.0::double precision * bovengrens end as bovengrens,
    case when getoond then methode end as methode,
    case when getoond then n_ongewogen end as n,
    getoond and coalesce(indicatief, false) as indicatief,
    case
        when getoond and p = 0 then 'nul'
        when getoond then 'gepubliceerd'
        when status = 'gepubliceerd' then 'onderdrukt'
        else status
    end as status_waarde,
    false as voorlopig,
    levering_id
from schattingen
