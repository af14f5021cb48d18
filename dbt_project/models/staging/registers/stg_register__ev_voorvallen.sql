-- Generated from contracts/registers/ev_voorvallen.yml by `python -m veiligheidsbeeld.generated`.
-- noqa: disable=LT02, RF02
-- Events of the register: a row per registration and measure that it counts for.
with rijen as (
    select rij.* from {{ source('raw', 'ev_voorvallen') }} as rij
    where {{ bekend('rij') }}
)

select
    'ev_voorvallen' as register,
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
    ('EXT-VOORVAL', datum, null, 1, 1, null, true),
    ('EXT-VOORVAL-' || upper(replace(locatie, '_', '')), datum, null, 1, 1, null, locatie is not null),
    ('EXT-VOORVAL-ERNSTIG', datum, null, 1, 1, null, ernst in ('aanzienlijk', 'ernstig')),
    ('EXT-VOORVAL-BUITEN', datum, null, 1, 1, null, effect_buiten_terrein),
    ('EXT-TIJDIG', datum, null, 1, gemeld_binnen_30_minuten::int, null, gemeld_binnen_30_minuten is not null)
) as maat (indicator_code, datum, tot, n, waarde, per, geldt)
where maat.geldt and maat.datum is not null and maat.n is not null and maat.waarde is not null
