-- One row per series and year of 47024NED: its months, or its year, in one array, as raw holds them.
select
    reeksen.soort_overlast,
    reeksen.regio as regio_code,
    reeksen.jaar::integer as jaar,
    reeksen.periode_soort,
    reeksen.aanwezig::integer as aanwezig,
    reeksen.geregistreerde_overlast,
    reeksen.levering_van as levering_id
from {{ source('raw', 'politie_overlast_buurt') }} as reeksen
where {{ bekend('reeksen') }}
