-- Generated from contracts/registers/halt.yml by `python -m veiligheidsbeeld.generated`.
-- noqa: disable=LT02, RF02
-- Events of the register: a row per registration and measure that it counts for.
with rijen as (
    select rij.* from {{ source('raw', 'halt') }} as rij
    where {{ bekend('rij') }}
)

select
    'halt' as register,
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
    ('HALT-JONGEREN', periode, null, jongeren, jongeren, null, true),
    ('HALT-AFDOENINGEN', periode, null, afdoeningen, afdoeningen, null, true),
    ('HALT-VERMOGEN', periode, null, afdoeningen, afdoeningen, null, soort = 'vermogen'),
    ('HALT-VERNIELING', periode, null, afdoeningen, afdoeningen, null, soort = 'vernieling'),
    ('HALT-GEWELD', periode, null, afdoeningen, afdoeningen, null, soort = 'geweld'),
    ('HALT-VUURWERK', periode, null, afdoeningen, afdoeningen, null, soort = 'vuurwerk'),
    ('HALT-SCHOOLVERZUIM', periode, null, afdoeningen, afdoeningen, null, soort = 'schoolverzuim'),
    ('HALT-ALCOHOL', periode, null, afdoeningen, afdoeningen, null, soort = 'alcohol'),
    ('HALT-SEXTING', periode, null, afdoeningen, afdoeningen, null, soort = 'sexting')
) as maat (indicator_code, datum, tot, n, waarde, per, geldt)
where maat.geldt and maat.datum is not null and maat.n is not null and maat.waarde is not null
