-- Own estimates from respondent files, as known. Exact figures: what is `onderdrukt` is hidden further on.
with schattingen as (
    select * from {{ source('raw', 'vm_schatting') }}
)

select
    schattingen.indicator_code,
    schattingen.regio_code,
    schattingen.golf::integer as jaar,
    schattingen.leeftijdsgroep,
    schattingen.doelgroep,
    schattingen.p,
    schattingen.se,
    schattingen.ondergrens,
    schattingen.bovengrens,
    schattingen.n_ongewogen,
    schattingen.n_eff,
    schattingen.methode,
    schattingen.status,
    schattingen.indicatief,
    schattingen.levering_van as levering_id
from schattingen
where {{ bekend('schattingen') }}
