-- One row per series and year of 47022NED: its months in one array, as raw holds them.
select
    reeksen.soort_misdrijf,
    reeksen.regio as regio_code,
    reeksen.jaar::integer as jaar,
    reeksen.periode_soort,
    reeksen.aanwezig::integer as aanwezig,
    reeksen.geregistreerde_misdrijven,
    reeksen.levering_van as levering_id
from {{ source('raw', 'politie_misdrijven_buurt') }} as reeksen
where {{ bekend('reeksen') }}
