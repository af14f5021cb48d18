-- Generated from contracts/registers/riec.yml by `python -m veiligheidsbeeld.generated`.
-- noqa: disable=LT02, RF02
-- Events of the register: a row per registration and measure that it counts for.
with rijen as (
    select rij.* from {{ source('raw', 'riec') }} as rij
    where {{ bekend('rij') }}
)

select
    'riec' as register,
    maat.indicator_code,
    rijen.levering_van || ' ' || coalesce(rijen.werkblad, '') || ' ' || rijen.rijnummer || ' ' || rijen.bestand as rij,
    rijen.gemeente as gemeente_code,
    null::text as buurt_code,
    maat.datum::date as datum,
    maat.tot::date as tot,
    maat.n::double precision as n,
    maat.waarde::double precision as waarde,
    maat.per::text as per,
    rijen.levering_van as levering_id
from rijen
cross join lateral (
    values
    ('RIEC-SIGNAAL', periode, null, aantal, aantal, null, soort = 'signaal'),
    ('RIEC-CASUS', periode, null, aantal, aantal, null, soort = 'casus'),
    ('RIEC-OMG', periode, null, aantal, aantal, null, onderwerp = 'omg' and soort in ('signaal', 'casus')),
    ('RIEC-EURIEC', periode, null, aantal, aantal, null, soort = 'eurieccasus'),
    ('RIEC-UITWISSELING', periode, null, aantal, aantal, null, soort = 'uitwisseling'),
    ('RIEC-INTERVENTIE', periode, null, aantal, aantal, null, soort = 'interventie')
) as maat (indicator_code, datum, tot, n, waarde, per, geldt)
where maat.geldt and maat.datum is not null and maat.n is not null and maat.waarde is not null
