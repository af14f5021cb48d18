-- Generated from contracts/registers/vergunningen.yml by `python -m veiligheidsbeeld.generated`.
-- noqa: disable=LT02, RF02
-- Events of the register: a row per registration and measure that it counts for.
with rijen as (
    select rij.* from {{ source('raw', 'vergunningen') }} as rij
    where {{ bekend('rij') }}
)

select
    'vergunningen' as register,
    maat.indicator_code,
    rijen.levering_van || ' ' || coalesce(rijen.werkblad, '') || ' ' || rijen.rijnummer || ' ' || rijen.bestand as rij,
    rijen.gemeente as gemeente_code,
    rijen.buurtcode::text as buurt_code,
    maat.datum::date as datum,
    maat.tot::date as tot,
    maat.n::double precision as n,
    maat.waarde::double precision as waarde,
    maat.per::text as per,
    rijen.levering_van as levering_id
from rijen
cross join lateral (
    values
    ('VERG-TOT', datum_aanvraag, null, 1, 1, null, zaaktype <> 'demonstratie'),
    ('VERG-EXPLOITATIE', datum_aanvraag, null, 1, 1, null, zaaktype = 'exploitatie'),
    ('VERG-ALCOHOL', datum_aanvraag, null, 1, 1, null, zaaktype = 'alcohol'),
    ('VERG-SEKSINRICHTING', datum_aanvraag, null, 1, 1, null, zaaktype = 'seksinrichting'),
    ('VERG-COFFEESHOP', datum_aanvraag, null, 1, 1, null, zaaktype = 'coffeeshop'),
    ('VERG-SPEELAUTOMATEN', datum_aanvraag, null, 1, 1, null, zaaktype = 'speelautomaten'),
    ('VERG-KAMERVERHUUR', datum_aanvraag, null, 1, 1, null, zaaktype = 'kamerverhuur'),
    ('VERG-EVENEMENT', datum_aanvraag, null, 1, 1, null, zaaktype = 'evenement'),
    ('VERG-DEMONSTRATIE', datum_aanvraag, null, 1, 1, null, zaaktype = 'demonstratie'),
    ('VERG-GEWEIGERD', datum_besluit, null, 1, 1, null, besluit = 'geweigerd'),
    ('VERG-INGETROKKEN', datum_besluit, null, 1, 1, null, besluit = 'ingetrokken'),
    ('VERG-TIJDIG', datum_besluit, null, 1, (datum_besluit <= streefdatum)::int, null, streefdatum is not null),
    (
        'VERG-DUUR-P50', datum_aanvraag, datum_besluit, 1,
        coalesce(((datum_besluit) - (datum_aanvraag))::double precision, 'infinity'), null,
        true
    ),
    (
        'VERG-DUUR-P90', datum_aanvraag, datum_besluit, 1,
        coalesce(((datum_besluit) - (datum_aanvraag))::double precision, 'infinity'), null,
        true
    ),
    ('VERG-LOPEND', datum_aanvraag, datum_besluit, 1, 1, null, true)
) as maat (indicator_code, datum, tot, n, waarde, per, geldt)
where maat.geldt and maat.datum is not null and maat.n is not null and maat.waarde is not null
