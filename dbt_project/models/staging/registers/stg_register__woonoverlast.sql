-- Generated from contracts/registers/woonoverlast.yml by `python -m veiligheidsbeeld.generated`.
-- noqa: disable=LT02, RF02
-- Events of the register: a row per registration and measure that it counts for.
with rijen as (
    select rij.* from {{ source('raw', 'woonoverlast') }} as rij
    where {{ bekend('rij') }}
)

select
    'woonoverlast' as register,
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
    ('WOON-TOT', datum_start, null, 1, 1, null, true),
    ('WOON-GELUID', datum_start, null, 1, 1, null, soort = 'geluid'),
    ('WOON-VERVUILING', datum_start, null, 1, 1, null, soort = 'vervuiling'),
    ('WOON-INTIMIDATIE', datum_start, null, 1, 1, null, soort = 'intimidatie'),
    ('WOON-DRUGS', datum_start, null, 1, 1, null, soort = 'drugs'),
    ('WOON-DIEREN', datum_start, null, 1, 1, null, soort = 'dieren'),
    ('WOON-VERWARDGEDRAG', datum_start, null, 1, 1, null, soort = 'verward_gedrag'),
    ('WOON-OVERIG', datum_start, null, 1, 1, null, soort = 'overig'),
    ('WOON-WAARSCHUWING', waarschuwing_op, null, 1, 1, null, waarschuwing_op is not null),
    ('WOON-AANWIJZING', gedragsaanwijzing_op, null, 1, 1, null, gedragsaanwijzing_op is not null),
    (
        'WOON-OPGELOST', datum_afgesloten, null, 1, (resultaat in ('opgelost', 'verbeterd'))::int, null,
        resultaat is not null
    ),
    (
        'WOON-DUUR-P50', datum_start, datum_afgesloten, 1,
        coalesce(((datum_afgesloten) - (datum_start))::double precision, 'infinity'), null,
        true
    ),
    ('WOON-LOPEND', datum_start, datum_afgesloten, 1, 1, null, true)
) as maat (indicator_code, datum, tot, n, waarde, per, geldt)
where maat.geldt and maat.datum is not null and maat.n is not null and maat.waarde is not null
