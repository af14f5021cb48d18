-- Generated from contracts/registers/sluitingen.yml by `python -m veiligheidsbeeld.generated`.
-- noqa: disable=LT02, RF02
-- Events of the register: a row per registration and measure that it counts for.
with rijen as (
    select rij.* from {{ source('raw', 'sluitingen') }} as rij
    where {{ bekend('rij') }}
)

select
    'sluitingen' as register,
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
    ('SLUIT-MAATREGEL', datum_besluit, null, 1, 1, null, true),
    ('SLUIT-PAND', datum_besluit, null, 1, 1, null, maatregel_nr = 1),
    ('SLUIT-TOT', datum_besluit, null, 1, 1, null, maatregel = 'sluiting'),
    (
        'SLUIT-WONING', datum_besluit, null, 1, 1, null,
        maatregel = 'sluiting' and pandsoort in ('woning', 'woning_en_lokaal')
    ),
    ('SLUIT-LOKAAL', datum_besluit, null, 1, 1, null, maatregel = 'sluiting' and pandsoort <> 'woning'),
    ('SLUIT-BEDRIJFSPAND', datum_besluit, null, 1, 1, null, maatregel = 'sluiting' and pandsoort = 'bedrijfspand'),
    ('SLUIT-HARDDRUGS', datum_besluit, null, 1, 1, null, maatregel = 'sluiting' and lijst = 'I'),
    ('SLUIT-SOFTDRUGS', datum_besluit, null, 1, 1, null, maatregel = 'sluiting' and lijst = 'II'),
    ('SLUIT-VOORBEREIDING', datum_besluit, null, 1, 1, null, maatregel = 'sluiting' and lijst = 'voorbereiding'),
    ('SLUIT-BUITENGEBIED', datum_besluit, null, 1, 1, null, maatregel = 'sluiting' and buitengebied),
    ('SLUIT-WAARSCHUWING', datum_besluit, null, 1, 1, null, maatregel = 'waarschuwing'),
    ('SLUIT-DWANGSOM', datum_besluit, null, 1, 1, null, maatregel = 'last_onder_dwangsom'),
    ('SLUIT-HENNEP', datum_besluit, null, 1, 1, null, maatregel_nr = 1 and middel = 'hennep'),
    ('SLUIT-MINDERJARIG', datum_besluit, null, 1, 1, null, maatregel_nr = 1 and minderjarigen),
    (
        'SLUIT-RAPPORTAGE-P50', datum_constatering, datum_rapportage, 1,
        coalesce(((datum_rapportage) - (datum_constatering))::double precision, 'infinity'), null,
        true
    ),
    (
        'SLUIT-BESLUIT-P50', datum_rapportage, datum_besluit, 1,
        coalesce(((datum_besluit) - (datum_rapportage))::double precision, 'infinity'), null,
        true
    ),
    (
        'SLUIT-BESLUIT-P90', datum_rapportage, datum_besluit, 1,
        coalesce(((datum_besluit) - (datum_rapportage))::double precision, 'infinity'), null,
        true
    ),
    (
        'SLUIT-DOORLOOP-P50', datum_constatering, datum_besluit, 1,
        coalesce(((datum_besluit) - (datum_constatering))::double precision, 'infinity'), null,
        true
    ),
    ('SLUIT-LOPEND', datum_sluiting, datum_heropening, 1, 1, null, maatregel = 'sluiting'),
    (
        'SLUIT-INSTAND', datum_besluit, null, 1, (uitkomst = 'in_stand')::int, null,
        uitkomst in ('in_stand', 'gematigd', 'vernietigd')
    ),
    ('SLUIT-KOSTEN', datum_besluit, null, 1, kosten, null, true)
) as maat (indicator_code, datum, tot, n, waarde, per, geldt)
where maat.geldt and maat.datum is not null and maat.n is not null and maat.waarde is not null
