-- Generated from contracts/registers/beleidsdocumenten.yml by `python -m veiligheidsbeeld.generated`.
-- noqa: disable=LT02, RF02
-- Events of the register: a row per registration and measure that it counts for.
with rijen as (
    select rij.* from {{ source('raw', 'beleidsdocumenten') }} as rij
    where {{ bekend('rij') }}
)

select
    'beleidsdocumenten' as register,
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
    (
        'DEK-DAMOCLES', vastgesteld_op, geldig_tot, 1, 1, null,
        soort = 'damocles' and organisatie is null and (vastgesteld_op >= '2019-01-01'
        and voorbereidingshandelingen is not false)
    ),
    ('DEK-BIBOB', vastgesteld_op, geldig_tot, 1, 1, null, soort = 'bibob'),
    ('DEK-APV', vastgesteld_op, geldig_tot, 1, 1, null, soort = 'apv_exploitatie'),
    ('DEK-MELDPUNT', vastgesteld_op, geldig_tot, 1, 1, organisatie, soort = 'intern_meldpunt'),
    ('DEK-MMA', vastgesteld_op, geldig_tot, 1, 1, organisatie, soort = 'mma'),
    ('DEK-INTENTIE', vastgesteld_op, geldig_tot, 1, 1, organisatie, soort = 'intentieverklaring'),
    ('DEK-VEILIGHEIDSPLAN', vastgesteld_op, geldig_tot, 1, 1, null, soort = 'veiligheidsplan'),
    ('DEK-UITVOERINGSPLAN', vastgesteld_op, geldig_tot, 1, 1, null, soort = 'uitvoeringsplan'),
    ('DEK-EXTVEILIG', vastgesteld_op, geldig_tot, 1, 1, null, soort = 'externe_veiligheid'),
    ('DEK-OMGEVINGSVISIE', vastgesteld_op, geldig_tot, 1, 1, null, soort = 'omgevingsvisie'),
    ('DEK-OMGEVINGSPROGRAMMA', vastgesteld_op, geldig_tot, 1, 1, null, soort = 'omgevingsprogramma'),
    ('DEK-OMGEVINGSPLAN', vastgesteld_op, geldig_tot, 1, 1, null, soort = 'omgevingsplan'),
    ('DEK-VEILIGHEIDSVISIE', vastgesteld_op, geldig_tot, 1, 1, null, soort = 'veiligheidsvisie'),
    ('BELEID-CONVENANT', vastgesteld_op, geldig_tot, 1, 1, null, soort = 'convenant')
) as maat (indicator_code, datum, tot, n, waarde, per, geldt)
where maat.geldt and maat.datum is not null and maat.n is not null and maat.waarde is not null
