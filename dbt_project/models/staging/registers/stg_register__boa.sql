-- Generated from contracts/registers/boa.yml by `python -m veiligheidsbeeld.generated`.
-- noqa: disable=LT02, RF02
-- Events of the register: a row per registration and measure that it counts for.
with rijen as (
    select rij.* from {{ source('raw', 'boa') }} as rij
    where {{ bekend('rij') }}
)

select
    'boa' as register,
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
    ('BOA-TOT', periode, null, aantal, aantal, null, true),
    ('BOA-PARKEREN', periode, null, aantal, aantal, null, onderwerp = 'parkeren'),
    ('BOA-AFVAL', periode, null, aantal, aantal, null, onderwerp = 'afval'),
    ('BOA-HOND', periode, null, aantal, aantal, null, onderwerp = 'hond'),
    ('BOA-OVERLAST', periode, null, aantal, aantal, null, onderwerp = 'overlast'),
    ('BOA-JEUGD', periode, null, aantal, aantal, null, onderwerp = 'jeugd'),
    ('BOA-ALCOHOL', periode, null, aantal, aantal, null, onderwerp = 'alcohol'),
    ('BOA-EVENEMENT', periode, null, aantal, aantal, null, onderwerp = 'evenement'),
    ('BOA-ONDERMIJNING', periode, null, aantal, aantal, null, onderwerp = 'ondermijning'),
    ('BOA-CONTROLE', periode, null, aantal, aantal, null, soort = 'controle'),
    ('BOA-PV', periode, null, aantal, aantal, null, soort in ('proces_verbaal', 'bestuurlijke_boete')),
    ('BOA-HALT', periode, null, aantal, aantal, null, soort = 'halt'),
    ('BOA-UREN', periode, null, 1, uren, null, true)
) as maat (indicator_code, datum, tot, n, waarde, per, geldt)
where maat.geldt and maat.datum is not null and maat.n is not null and maat.waarde is not null
