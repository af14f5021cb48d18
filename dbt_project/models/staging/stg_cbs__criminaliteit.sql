-- One row per cell of 83648NED. Counted otherwise than by the police: never add the two, never join their series.
with cellen as (
    select * from {{ source('raw', 'cbs_criminaliteit_cellen') }}
)

select
    cellen.soort_misdrijf,
    cellen.regio as regio_code,
    cellen.jaar,
    cellen.totaal_misdrijven,
    cellen.misdrijven_relatief,
    cellen.misdrijven_per_1000,
    cellen.totaal_opgehelderd,
    cellen.opgehelderd_relatief,
    cellen.verdachten,
    {{ status_van_cel('cellen.totaal_misdrijven') }} as status_waarde,
    cellen.levering_van as levering_id
from cellen
where {{ bekend('cellen') }}
