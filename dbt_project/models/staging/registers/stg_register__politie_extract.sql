-- Generated from contracts/registers/politie_extract.yml by `python -m veiligheidsbeeld.generated`.
-- noqa: disable=LT02, RF02
-- Events of the register: a row per registration and measure that it counts for.
with rijen as (
    select rij.* from {{ source('raw', 'politie_extract') }} as rij
    where {{ bekend('rij') }}
)

select
    'politie_extract' as register,
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
    ('POLX-BURENRUZIE', periode, null, aantal, aantal, null, klasse = 'burenruzie'),
    ('POLX-RUZIETWIST', periode, null, aantal, aantal, null, klasse = 'ruzie_twist'),
    ('POLX-GEZAG', periode, null, aantal, aantal, null, klasse = 'geweld_tegen_gezag'),
    ('POLX-WITWAS', periode, null, aantal, aantal, null, klasse = 'witwassen'),
    ('POLX-DRUGSAFVAL', periode, null, aantal, aantal, null, klasse = 'drugsafval'),
    ('POLX-UITBUITING', periode, null, aantal, aantal, null, klasse = 'criminele_uitbuiting'),
    ('POLX-ARBEIDSUITBUITING', periode, null, aantal, aantal, null, klasse = 'arbeidsuitbuiting'),
    ('POLX-ZORGFRAUDE', periode, null, aantal, aantal, null, klasse = 'zorgfraude'),
    ('POLX-VASTGOEDFRAUDE', periode, null, aantal, aantal, null, klasse = 'vastgoedfraude'),
    ('POLX-AFPERSING', periode, null, aantal, aantal, null, klasse = 'afpersing'),
    ('POLX-HELING', periode, null, aantal, aantal, null, klasse = 'heling'),
    ('POLX-AANHOUDING-DRUGS', periode, null, aantal, aantal, null, klasse = 'aanhouding_drugs'),
    ('POLX-DRUGSMELDING', periode, null, aantal, aantal, null, klasse = 'drugsmelding'),
    (
        'POLX-DRUGSMELDING-OPGEVOLGD', periode, null, aantal, opgevolgd, null,
        klasse = 'drugsmelding' and opgevolgd is not null
    ),
    ('POLX-SEXTING', periode, null, aantal, aantal, null, klasse = 'sexting'),
    ('POLX-GROOMING', periode, null, aantal, aantal, null, klasse = 'grooming'),
    ('POLX-SCHOOL', periode, null, aantal, aantal, null, klasse = 'incident_school'),
    ('POLX-ONLINEHANDEL', periode, null, aantal, aantal, null, klasse = 'onlinehandel'),
    ('POLX-IDFRAUDE', periode, null, aantal, aantal, null, klasse = 'identiteitsfraude')
) as maat (indicator_code, datum, tot, n, waarde, per, geldt)
where maat.geldt and maat.datum is not null and maat.n is not null and maat.waarde is not null
