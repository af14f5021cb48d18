-- Generated from contracts/registers/zorg_en_veiligheidshuis.yml by `python -m veiligheidsbeeld.generated`.
-- noqa: disable=LT02, RF02
-- Events of the register: a row per registration and measure that it counts for.
with rijen as (
    select rij.* from {{ source('raw', 'zorg_en_veiligheidshuis') }} as rij
    where {{ bekend('rij') }}
)

select
    'zorg_en_veiligheidshuis' as register,
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
    ('ZVH-INSTROOM', periode, null, instroom, instroom, null, true),
    ('ZVH-LOPEND', periode, null, lopend, lopend, gemeente || casustype || regie, true),
    ('ZVH-UITSTROOM', periode, null, uitstroom, uitstroom, null, true),
    ('ZVH-PGA', periode, null, instroom, instroom, null, casustype = 'pga'),
    ('ZVH-COMPLEX', periode, null, instroom, instroom, null, casustype = 'complex'),
    ('ZVH-HUISELIJKGEWELD', periode, null, instroom, instroom, null, casustype = 'huiselijk_geweld'),
    ('ZVH-NAZORG', periode, null, instroom, instroom, null, casustype = 'nazorg'),
    ('ZVH-RADICAAL', periode, null, instroom, instroom, null, casustype = 'radicalisering'),
    ('ZVH-JEUGDGROEP', periode, null, instroom, instroom, null, casustype = 'jeugdgroep'),
    ('ZVH-JONGONDERMIJNER', periode, null, instroom, instroom, null, casustype = 'ondermijning'),
    ('ZVH-JEUGD', periode, null, jonger_dan_27, jonger_dan_27, null, true),
    ('ZVH-DADERSLACHTOFFER', periode, null, dader_en_slachtoffer, dader_en_slachtoffer, null, true),
    ('ZVH-PROCESREGIE', periode, null, instroom, instroom, null, regie = 'proces'),
    ('ZVH-CASUSREGIE', periode, null, instroom, instroom, null, regie = 'casus'),
    ('ZVH-GROEPSAANPAK', periode, null, instroom, instroom, null, regie = 'groep'),
    ('ZVH-GROEPSSCAN', periode, null, groepsscans, groepsscans, null, true)
) as maat (indicator_code, datum, tot, n, waarde, per, geldt)
where maat.geldt and maat.datum is not null and maat.n is not null and maat.waarde is not null
