-- Generated from contracts/registers/woningcorporatie.yml by `python -m veiligheidsbeeld.generated`.
-- noqa: disable=LT02, RF02
-- Events of the register: a row per registration and measure that it counts for.
with rijen as (
    select rij.* from {{ source('raw', 'woningcorporatie') }} as rij
    where {{ bekend('rij') }}
)

select
    'woningcorporatie' as register,
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
    ('COR-TOT', datum_melding, null, 1, 1, null, true),
    ('COR-AGR', datum_melding, null, 1, 1, null, soort = 'AGR'),
    ('COR-BED', datum_melding, null, 1, 1, null, soort = 'BED'),
    ('COR-DIE', datum_melding, null, 1, 1, null, soort = 'DIE'),
    ('COR-GEL', datum_melding, null, 1, 1, null, soort = 'GEL'),
    ('COR-HAN', datum_melding, null, 1, 1, null, soort = 'HAN'),
    ('COR-KLI', datum_melding, null, 1, 1, null, soort = 'KLI'),
    ('COR-ONG', datum_melding, null, 1, 1, null, soort = 'ONG'),
    ('COR-ONV', datum_melding, null, 1, 1, null, soort = 'ONV'),
    ('COR-OVE', datum_melding, null, 1, 1, null, soort = 'OVE'),
    ('COR-PSY', datum_melding, null, 1, 1, null, soort = 'PSY'),
    ('COR-RUZ', datum_melding, null, 1, 1, null, soort = 'RUZ'),
    ('COR-STA', datum_melding, null, 1, 1, null, soort = 'STA'),
    ('COR-VAN', datum_melding, null, 1, 1, null, soort = 'VAN'),
    ('COR-VER', datum_melding, null, 1, 1, null, soort = 'VER'),
    ('COR-VUI', datum_melding, null, 1, 1, null, soort = 'VUI'),
    ('COR-DRU', datum_melding, null, 1, 1, null, soort = 'DRU'),
    ('COR-HEN', datum_melding, null, 1, 1, null, soort = 'HEN'),
    ('COR-ONR', datum_melding, null, 1, 1, null, soort = 'ONR'),
    (
        'COR-DUUR-P50', datum_melding, datum_afgerond, 1,
        coalesce(((datum_afgerond) - (datum_melding))::double precision, 'infinity'), null,
        true
    )
) as maat (indicator_code, datum, tot, n, waarde, per, geldt)
where maat.geldt and maat.datum is not null and maat.n is not null and maat.waarde is not null
