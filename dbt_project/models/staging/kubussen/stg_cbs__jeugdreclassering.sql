-- Generated from contracts/cbs_jeugdreclassering.yml by `python -m veiligheidsbeeld.generated`.
-- noqa: disable=LT02
-- Series of 82977NED: a row per kind, age group, region and year, as published.
with cellen as (
    select cellen.*
    from {{ source('raw', 'cbs_jeugdreclassering_cellen') }} as cellen
    where {{ bekend('cellen') }}
)

select
    'cbs_jeugdreclassering' as dataset,
    reeks.nr,
    reeks.soort,
    'totaal' as leeftijdsgroep,
    cellen.regio as regio_code,
    cellen.jaar::integer as jaar,
    koppeling.schaal * reeks.waarde as waarde,
    reeks.relatief,
    {{ status_van_kenmerk('reeks.waarde', 'cellen.kenmerk') }} as status_waarde,
    {{ status_van_kenmerk('reeks.relatief', 'cellen.kenmerk') }} as status_relatief,
    cellen.levering_van as levering_id
from cellen
inner join {{ ref('stg_koppeling') }} as koppeling
    on koppeling.dataset = 'cbs_jeugdreclassering' and koppeling.dimensie = 'Measure' and cellen.maat = koppeling.code
cross join lateral (
    values
    (1, 'TOT', cellen.waarde::double precision, null::double precision),
    (2, 'BEGONNEN', cellen.waarde::double precision, null::double precision),
    (3, 'GEEINDIGD', cellen.waarde::double precision, null::double precision)
) as reeks (nr, soort, waarde, relatief)
where cellen.periode_soort = 'JJ' and reeks.soort = koppeling.betekenis
