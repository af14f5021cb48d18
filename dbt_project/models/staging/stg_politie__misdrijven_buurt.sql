-- One row per cell of 47022NED (months). Four soorten are not published here: neither null nor zero says anything.
with cellen as (
    select * from {{ source('raw', 'politie_misdrijven_buurt_cellen') }}
),

alleen_jaar as (
    select soort from {{ ref('indicator_kenmerk') }}
    where alleen_jaar and familie = 'misdrijven'
)

select
    cellen.soort_misdrijf,
    cellen.regio as regio_code,
    cellen.jaar,
    cellen.periode_soort,
    cellen.periode_nr,
    cellen.periode as periode_code,
    cellen.geregistreerde_misdrijven,
    {{ status_van_cel(
        'cellen.geregistreerde_misdrijven',
        'cellen.soort_misdrijf in (select soort from alleen_jaar)'
    ) }} as status_waarde,
    cellen.levering_van as levering_id
from cellen
where {{ bekend('cellen') }}
