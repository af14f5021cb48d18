{{ config(severity='warn') }}

-- All persons in the table by traits are the country in the table per region.
with cellen as (
    select * from {{ ref('stg_enquete__gepubliceerd') }}
)

select r.maat_code, r.jaar, r.waarde, k.waarde as waarde_kenmerken
from cellen as r
inner join cellen as k on r.maat_code = k.maat_code and r.jaar = k.jaar
where
    r.regio_code = 'NL01' and r.kenmerk_code is null and k.kenmerk_code = 'T009002'
    and r.waarde is distinct from k.waarde
