-- Generated from contracts/registers/meld_misdaad_anoniem.yml by `python -m veiligheidsbeeld.generated`.
-- noqa: disable=LT02, RF02
-- Events of the register: a row per registration and measure that it counts for.
with rijen as (
    select rij.* from {{ source('raw', 'meld_misdaad_anoniem') }} as rij
    where {{ bekend('rij') }}
)

select
    'meld_misdaad_anoniem' as register,
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
    ('MMA-TIPS', periode, null, aantal, aantal, null, true),
    ('MMA-DRUGS', periode, null, aantal, aantal, null, onderwerp = 'drugs'),
    ('MMA-HENNEP', periode, null, aantal, aantal, null, onderwerp = 'hennep'),
    ('MMA-WAPENS', periode, null, aantal, aantal, null, onderwerp = 'wapens'),
    ('MMA-WITWASSEN', periode, null, aantal, aantal, null, onderwerp = 'witwassen'),
    ('MMA-MENSENHANDEL', periode, null, aantal, aantal, null, onderwerp = 'mensenhandel'),
    ('MMA-FRAUDE', periode, null, aantal, aantal, null, onderwerp = 'fraude'),
    ('MMA-GEWELD', periode, null, aantal, aantal, null, onderwerp = 'geweld'),
    ('MMA-VERMOGEN', periode, null, aantal, aantal, null, onderwerp = 'vermogen'),
    ('MMA-OVERIG', periode, null, aantal, aantal, null, onderwerp = 'overig')
) as maat (indicator_code, datum, tot, n, waarde, per, geldt)
where maat.geldt and maat.datum is not null and maat.n is not null and maat.waarde is not null
