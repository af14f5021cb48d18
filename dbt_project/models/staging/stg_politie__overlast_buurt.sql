-- One row per cell of 47024NED.
with cellen as (
    select * from {{ source('raw', 'politie_overlast_buurt_cellen') }}
)

select
    cellen.soort_overlast,
    cellen.regio as regio_code,
    cellen.jaar,
    cellen.periode_soort,
    cellen.periode_nr,
    cellen.periode as periode_code,
    cellen.geregistreerde_overlast,
    {{ status_van_cel('cellen.geregistreerde_overlast') }} as status_waarde,
    cellen.levering_van as levering_id
from cellen
where {{ bekend('cellen') }}
