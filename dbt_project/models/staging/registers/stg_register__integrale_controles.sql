-- Generated from contracts/registers/integrale_controles.yml by `python -m veiligheidsbeeld.generated`.
-- noqa: disable=LT02, RF02
-- Events of the register: a row per registration and measure that it counts for.
with rijen as (
    select rij.* from {{ source('raw', 'integrale_controles') }} as rij
    where {{ bekend('rij') }}
)

select
    'integrale_controles' as register,
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
    ('CTRL-TOT', datum, null, 1, 1, null, true),
    ('CTRL-ACTIE', datum, null, 1, 1, null, locatie_nr = 1),
    ('CTRL-GEZAMENLIJK', datum, null, 1, 1, null, locatie_nr = 1 and cardinality(partners) > 0),
    ('CTRL-PARTNERS', datum, null, 1, coalesce(cardinality(partners), 0), null, locatie_nr = 1),
    ('CTRL-ACT', datum, null, 1, 1, null, team = 'act'),
    ('CTRL-SIGNAAL', datum, null, 1, (aanleiding = 'signaal')::int, null, locatie_nr = 1),
    ('CTRL-BEVINDING', datum, null, 1, (bevinding <> array['geen'])::int, null, bevinding is not null),
    ('CTRL-B-BEWONING', datum, null, 1, 1, null, 'bewoning' = any(bevinding)),
    ('CTRL-B-SPOOKBEWONING', datum, null, 1, 1, null, 'spookbewoning' = any(bevinding)),
    ('CTRL-B-BRANDVEILIGHEID', datum, null, 1, 1, null, 'brandveiligheid' = any(bevinding)),
    ('CTRL-B-VERGUNNING', datum, null, 1, 1, null, 'vergunning' = any(bevinding)),
    ('CTRL-B-APV', datum, null, 1, 1, null, 'apv' = any(bevinding)),
    ('CTRL-B-BRP', datum, null, 1, 1, null, 'brp' = any(bevinding)),
    ('CTRL-B-MILIEU', datum, null, 1, 1, null, 'milieu' = any(bevinding)),
    ('CTRL-B-DRUGS', datum, null, 1, 1, null, 'drugs' = any(bevinding)),
    ('CTRL-B-ARBEID', datum, null, 1, 1, null, 'arbeid' = any(bevinding)),
    ('CTRL-B-BELASTING', datum, null, 1, 1, null, 'belasting' = any(bevinding)),
    ('CTRL-B-ENERGIEDIEFSTAL', datum, null, 1, 1, null, 'energiediefstal' = any(bevinding)),
    ('CTRL-B-UITKERING', datum, null, 1, 1, null, 'uitkering' = any(bevinding)),
    ('CTRL-G-BUITENGEBIED', datum, null, 1, 1, null, gebiedstype = 'buitengebied'),
    ('CTRL-G-BEDRIJVENTERREIN', datum, null, 1, 1, null, gebiedstype = 'bedrijventerrein'),
    ('CTRL-G-RECREATIEPARK', datum, null, 1, 1, null, gebiedstype = 'recreatiepark'),
    ('CTRL-G-WOONWIJK', datum, null, 1, 1, null, gebiedstype = 'woonwijk'),
    ('CTRL-G-CENTRUM', datum, null, 1, 1, null, gebiedstype = 'centrum'),
    ('CTRL-MAATREGEL', datum, null, 1, 1, null, maatregel <> 'geen'),
    ('CTRL-DWANGSOM', datum, null, 1, 1, null, maatregel = 'last_onder_dwangsom'),
    ('CTRL-INTREKKING', datum, null, 1, 1, null, maatregel = 'intrekking'),
    ('CTRL-GRENS', datum, null, 1, 1, null, locatie_nr = 1 and partners && array['duitsland', 'belgie']),
    ('CTRL-BELASTING', datum, null, 1, 1, null, locatie_nr = 1 and 'belastingdienst' = any(partners))
) as maat (indicator_code, datum, tot, n, waarde, per, geldt)
where maat.geldt and maat.datum is not null and maat.n is not null and maat.waarde is not null
