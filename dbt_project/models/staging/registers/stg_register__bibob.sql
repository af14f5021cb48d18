-- Generated from contracts/registers/bibob.yml by `python -m veiligheidsbeeld.generated`.
-- noqa: disable=LT02, RF02
-- Events of the register: a row per registration and measure that it counts for.
with rijen as (
    select rij.* from {{ source('raw', 'bibob') }} as rij
    where {{ bekend('rij') }}
)

select
    'bibob' as register,
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
    ('BIBOB-TOETS', periode, null, aantal, aantal, null, true),
    ('BIBOB-EXPLOITATIE', periode, null, aantal, aantal, null, aanleiding = 'exploitatie'),
    ('BIBOB-ALCOHOL', periode, null, aantal, aantal, null, aanleiding = 'alcohol'),
    ('BIBOB-SEKSINRICHTING', periode, null, aantal, aantal, null, aanleiding = 'seksinrichting'),
    ('BIBOB-COFFEESHOP', periode, null, aantal, aantal, null, aanleiding = 'coffeeshop'),
    ('BIBOB-OMGEVING', periode, null, aantal, aantal, null, aanleiding = 'omgeving'),
    ('BIBOB-EVENEMENT', periode, null, aantal, aantal, null, aanleiding = 'evenement'),
    ('BIBOB-VASTGOED', periode, null, aantal, aantal, null, aanleiding = 'vastgoed'),
    ('BIBOB-SUBSIDIE', periode, null, aantal, aantal, null, aanleiding = 'subsidie'),
    ('BIBOB-OVERHEIDSOPDRACHT', periode, null, aantal, aantal, null, aanleiding = 'overheidsopdracht'),
    ('BIBOB-WONEN', periode, null, aantal, aantal, null, aanleiding = 'wonen'),
    ('BIBOB-OVERIG', periode, null, aantal, aantal, null, aanleiding = 'overig'),
    ('BIBOB-ONDERZOEK', periode, null, aantal, aantal, null, diepgang <> 'indicatorentoets'),
    ('BIBOB-LBB', periode, null, aantal, aantal, null, diepgang = 'LBB-advies'),
    ('BIBOB-GEWEIGERD', periode, null, aantal, aantal, null, uitkomst in ('geweigerd', 'ingetrokken')),
    (
        'BIBOB-TERUGGETROKKEN', periode, null, aantal, aantal, null,
        uitkomst in ('aanvraag_ingetrokken', 'buiten_behandeling', 'niet_doorgegaan')
    ),
    (
        'BIBOB-NEGATIEF', periode, null, aantal,
        case when uitkomst in ('geweigerd', 'ingetrokken', 'verleend_met_voorschriften') then aantal else 0 end, null,
        uitkomst <> 'lopend'
    )
) as maat (indicator_code, datum, tot, n, waarde, per, geldt)
where maat.geldt and maat.datum is not null and maat.n is not null and maat.waarde is not null
