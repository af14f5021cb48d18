-- Differences between own estimates, as known: with a benchmark area in the same wave, or with an earlier wave.
with verschillen as (
    select * from {{ source('raw', 'vm_verschil') }}
)

select
    verschillen.indicator_code,
    verschillen.regio_code,
    verschillen.golf::integer as jaar,
    verschillen.leeftijdsgroep,
    verschillen.doelgroep,
    verschillen.soort,
    verschillen.tegen,
    verschillen.verschil,
    verschillen.se,
    verschillen.ondergrens,
    verschillen.bovengrens,
    verschillen.p_waarde,
    verschillen.p_gecorrigeerd,
    verschillen.significant,
    verschillen.correctie,
    verschillen.toetsen,
    verschillen.marges_overlappen,
    verschillen.methode,
    verschillen.status,
    verschillen.levering_van as levering_id
from verschillen
where {{ bekend('verschillen') }}
