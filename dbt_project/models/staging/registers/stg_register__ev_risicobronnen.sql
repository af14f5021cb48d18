-- Generated from contracts/registers/ev_risicobronnen.yml by `python -m veiligheidsbeeld.generated`.
-- noqa: disable=LT02, RF02
-- Events of the register: a row per registration and measure that it counts for.
with rijen as (
    select rij.* from {{ source('raw', 'ev_risicobronnen') }} as rij
    where {{ bekend('rij') }}
)

select
    'ev_risicobronnen' as register,
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
    ('EXT-BRON', datum_start, datum_einde, 1, 1, null, true),
    ('EXT-SEVESO', datum_start, datum_einde, 1, 1, null, soort in ('seveso_hoog', 'seveso_laag')),
    ('EXT-BRON-' || upper(replace(locatie, '_', '')), datum_start, datum_einde, 1, 1, null, locatie is not null)
) as maat (indicator_code, datum, tot, n, waarde, per, geldt)
where maat.geldt and maat.datum is not null and maat.n is not null and maat.waarde is not null
