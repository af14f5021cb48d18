-- One row per cell of 85655NED. Both sexes together: the contract asks for nothing else.
with cellen as (
    select * from {{ source('raw', 'cbs_verdachten_cellen') }}
)

select
    cellen.leeftijd as leeftijd_code,
    cellen.regio as regio_code,
    cellen.jaar,
    {% for soort in ['totaal', 'vermogen', 'vernieling', 'geweld', 'verkeer', 'drugs', 'wapens'] -%}
        cellen.{{ soort }}, cellen.{{ soort }}_per_10000,
    {% endfor -%}
    {{ status_van_cel('cellen.totaal') }} as status_waarde,
    cellen.levering_van as levering_id
from cellen
where {{ bekend('cellen') }}
