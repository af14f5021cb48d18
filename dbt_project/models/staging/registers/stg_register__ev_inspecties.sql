-- Generated from contracts/registers/ev_inspecties.yml by `python -m veiligheidsbeeld.generated`.
-- noqa: disable=LT02, RF02
-- Events of the register: a row per registration and measure that it counts for.
with rijen as (
    select rij.* from {{ source('raw', 'ev_inspecties') }} as rij
    where {{ bekend('rij') }}
)

select
    'ev_inspecties' as register,
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
    ('EXT-INSPECTIE', datum, null, 1, 1, null, true),
    ('EXT-SEVESO-INSPECTIE', datum, null, 1, 1, null, soort = 'seveso'),
    ('EXT-OVERTREDING', datum, null, overtredingen, overtredingen, null, true),
    ('EXT-OVERTREDING-ERNSTIG', datum, null, ernstige_overtredingen, ernstige_overtredingen, null, true),
    ('EXT-NALEVING', datum, null, 1, (overtredingen = 0)::int, null, true),
    (
        'EXT-HERSTEL-P50', datum, hersteld_op, 1, coalesce(((hersteld_op) - (datum))::double precision, 'infinity'),
        null,
        overtredingen > 0
    )
) as maat (indicator_code, datum, tot, n, waarde, per, geldt)
where maat.geldt and maat.datum is not null and maat.n is not null and maat.waarde is not null
