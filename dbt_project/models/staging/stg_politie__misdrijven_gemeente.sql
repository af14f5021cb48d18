-- One row per cell of 47013NED. Four soorten have figures per year only: their months say nothing, null or not.
with cellen as (
    select * from {{ source('raw', 'politie_misdrijven_gemeente_cellen') }}
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
    cellen.aangiften,
    cellen.internetaangiften,
    {{ status_van_cel(
        'cellen.geregistreerde_misdrijven',
        "cellen.periode_soort = 'MM' and cellen.soort_misdrijf in (select soort from alleen_jaar)"
    ) }} as status_waarde,
    cellen.levering_van as levering_id
from cellen
where {{ bekend('cellen') }}
