-- Generated from contracts/registers/huisverboden.yml by `python -m veiligheidsbeeld.generated`.
-- noqa: disable=LT02, RF02
-- Events of the register: a row per registration and measure that it counts for.
with rijen as (
    select rij.* from {{ source('raw', 'huisverboden') }} as rij
    where {{ bekend('rij') }}
)

select
    'huisverboden' as register,
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
    ('WTH-TOT', periode, null, aantal, aantal, null, true),
    ('WTH-VERLENGD', periode, null, verlengd, verlengd, null, true),
    ('WTH-MINDERJARIG', periode, null, met_minderjarigen, met_minderjarigen, null, true),
    ('WTH-OVERTREDEN', periode, null, overtreden, overtreden, null, true),
    ('WTH-HULP', periode, null, aantal, hulptraject, null, hulptraject is not null)
) as maat (indicator_code, datum, tot, n, waarde, per, geldt)
where maat.geldt and maat.datum is not null and maat.n is not null and maat.waarde is not null
