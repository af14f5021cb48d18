-- Generated from contracts/registers/buurtbemiddeling.yml by `python -m veiligheidsbeeld.generated`.
-- noqa: disable=LT02, RF02
-- Events of the register: a row per registration and measure that it counts for.
with rijen as (
    select rij.* from {{ source('raw', 'buurtbemiddeling') }} as rij
    where {{ bekend('rij') }}
)

select
    'buurtbemiddeling' as register,
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
    ('BB-TOT', datum_aanmelding, null, 1, 1, null, true),
    ('BB-GELUID', datum_aanmelding, null, 1, 1, null, probleem = 'geluid'),
    ('BB-TUIN', datum_aanmelding, null, 1, 1, null, probleem = 'tuin'),
    ('BB-PESTEN', datum_aanmelding, null, 1, 1, null, probleem = 'pesten'),
    ('BB-DIEREN', datum_aanmelding, null, 1, 1, null, probleem = 'dieren'),
    ('BB-PARKEREN', datum_aanmelding, null, 1, 1, null, probleem = 'parkeren'),
    ('BB-VUIL', datum_aanmelding, null, 1, 1, null, probleem = 'vuil'),
    ('BB-KINDEREN', datum_aanmelding, null, 1, 1, null, probleem = 'kinderen'),
    ('BB-OVERIG', datum_aanmelding, null, 1, 1, null, probleem = 'overig'),
    ('BB-OPGELOST', datum_einde, null, 1, (uitkomst in ('opgelost', 'verbeterd'))::int, null, uitkomst <> 'afgewezen'),
    (
        'BB-DUUR-P50', datum_aanmelding, datum_einde, 1,
        coalesce(((datum_einde) - (datum_aanmelding))::double precision, 'infinity'), null,
        true
    ),
    ('BB-LOPEND', datum_aanmelding, datum_einde, 1, 1, null, true)
) as maat (indicator_code, datum, tot, n, waarde, per, geldt)
where maat.geldt and maat.datum is not null and maat.n is not null and maat.waarde is not null
