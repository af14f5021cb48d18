-- Generated from contracts/registers/adresonderzoek.yml by `python -m veiligheidsbeeld.generated`.
-- noqa: disable=LT02, RF02
-- Events of the register: a row per registration and measure that it counts for.
with rijen as (
    select rij.* from {{ source('raw', 'adresonderzoek') }} as rij
    where {{ bekend('rij') }}
)

select
    'adresonderzoek' as register,
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
    ('ADRES-TOT', datum_start, null, 1, 1, null, true),
    ('ADRES-SPOOK-CONTROLE', datum_start, null, 1, 1, null, soort = 'spookbewoning' and not preventief_bezoek),
    ('ADRES-PREVENTIEF', datum_start, null, 1, 1, null, preventief_bezoek),
    ('ADRES-SPOOKBURGER', datum_start, null, 1, 1, null, soort = 'spookburger'),
    ('ADRES-ARBEID', datum_start, null, 1, 1, null, resultaat = 'arbeidsmigranten'),
    (
        'ADRES-HIT', datum_start, null, 1, (resultaat <> 'correct')::int, null,
        not preventief_bezoek and resultaat in ('correct', 'uitschrijving', 'inschrijving', 'arbeidsmigranten', 'leeg')
    ),
    ('ADRES-BUITENGEBIED', datum_start, null, 1, 1, null, gebiedstype = 'buitengebied'),
    (
        'ADRES-DUUR-P50', datum_start, datum_afgerond, 1,
        coalesce(((datum_afgerond) - (datum_start))::double precision, 'infinity'), null,
        not preventief_bezoek
    ),
    (
        'ADRES-DUUR-P90', datum_start, datum_afgerond, 1,
        coalesce(((datum_afgerond) - (datum_start))::double precision, 'infinity'), null,
        not preventief_bezoek
    ),
    ('ADRES-LOPEND', datum_start, datum_afgerond, 1, 1, null, true)
) as maat (indicator_code, datum, tot, n, waarde, per, geldt)
where maat.geldt and maat.datum is not null and maat.n is not null and maat.waarde is not null
