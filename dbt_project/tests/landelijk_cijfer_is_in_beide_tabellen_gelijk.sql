{{ config(severity='warn') }}

-- All persons in the table by traits are the country in the table per region.
with cellen as (
    select * from {{ ref('stg_enquete__gepubliceerd') }}
)

select r.indicator_code, r.jaar, r.waarde, k.waarde as waarde_kenmerken
from cellen as r
inner join cellen as k on r.indicator_code = k.indicator_code and r.jaar = k.jaar
where
    r.regio_code = 'NL01' and r.dataset <> 'vm_online_kenmerken'
    and k.dataset = 'vm_online_kenmerken' and k.leeftijdsgroep = 'totaal'
    and r.waarde is distinct from k.waarde
