-- Generated from contracts/registers/meldpunt_ondermijning.yml by `python -m veiligheidsbeeld.generated`.
-- noqa: disable=LT02, RF02
-- Events of the register: a row per registration and measure that it counts for.
with rijen as (
    select rij.* from {{ source('raw', 'meldpunt_ondermijning') }} as rij
    where {{ bekend('rij') }}
)

select
    'meldpunt_ondermijning' as register,
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
    ('MELD-TOT', datum_ontvangst, null, 1, 1, null, true),
    ('MELD-DRUGS', datum_ontvangst, null, 1, 1, null, thema = 'drugs'),
    ('MELD-MENSENHANDEL', datum_ontvangst, null, 1, 1, null, thema = 'mensenhandel'),
    ('MELD-ARBEIDSUITBUITING', datum_ontvangst, null, 1, 1, null, thema = 'arbeidsuitbuiting'),
    ('MELD-WITWASSEN', datum_ontvangst, null, 1, 1, null, thema = 'witwassen'),
    ('MELD-OMG', datum_ontvangst, null, 1, 1, null, thema = 'omg'),
    ('MELD-SPOOKBEWONING', datum_ontvangst, null, 1, 1, null, thema = 'spookbewoning'),
    ('MELD-ZORGFRAUDE', datum_ontvangst, null, 1, 1, null, thema = 'zorgfraude'),
    ('MELD-VASTGOED', datum_ontvangst, null, 1, 1, null, thema = 'vastgoed'),
    ('MELD-DRUGSAFVAL', datum_ontvangst, null, 1, 1, null, thema = 'drugsafval'),
    ('MELD-WAPENS', datum_ontvangst, null, 1, 1, null, thema = 'wapens'),
    ('MELD-OVERIG', datum_ontvangst, null, 1, 1, null, thema = 'overig'),
    ('MELD-VIA-MELDPUNT', datum_ontvangst, null, 1, 1, null, kanaal = 'meldpunt'),
    ('MELD-VIA-MMA', datum_ontvangst, null, 1, 1, null, kanaal = 'mma'),
    ('MELD-VIA-POLITIE', datum_ontvangst, null, 1, 1, null, kanaal = 'politie'),
    ('MELD-VIA-INTERN', datum_ontvangst, null, 1, 1, null, kanaal = 'intern'),
    ('MELD-VIA-RIEC', datum_ontvangst, null, 1, 1, null, kanaal = 'riec'),
    ('MELD-VIA-INTERVENTIETEAM', datum_ontvangst, null, 1, 1, null, kanaal = 'interventieteam'),
    ('MELD-VIA-OVERIG', datum_ontvangst, null, 1, 1, null, kanaal = 'overig'),
    ('MELD-DOOR-INWONER', datum_ontvangst, null, 1, 1, null, melder = 'inwoner'),
    ('MELD-DOOR-ONDERNEMER', datum_ontvangst, null, 1, 1, null, melder = 'ondernemer'),
    ('MELD-DOOR-MEDEWERKER', datum_ontvangst, null, 1, 1, null, melder = 'medewerker'),
    ('MELD-DOOR-PARTNER', datum_ontvangst, null, 1, 1, null, melder = 'partner'),
    ('MELD-DOOR-ANONIEM', datum_ontvangst, null, 1, 1, null, melder = 'anoniem'),
    ('MELD-BUITENGEBIED', datum_ontvangst, null, 1, 1, null, buitengebied),
    ('MELD-ANONIEM-AANDEEL', datum_ontvangst, null, 1, (melder = 'anoniem')::int, null, melder is not null),
    ('MELD-HARD-AANDEEL', datum_ontvangst, null, 1, (hardheid = 'hard')::int, null, hardheid is not null),
    (
        'MELD-SIGNAAL-P50', datum_signaal, datum_ontvangst, 1,
        coalesce(((datum_ontvangst) - (datum_signaal))::double precision, 'infinity'), null,
        true
    ),
    (
        'MELD-SIGNAAL-P90', datum_signaal, datum_ontvangst, 1,
        coalesce(((datum_ontvangst) - (datum_signaal))::double precision, 'infinity'), null,
        true
    ),
    (
        'MELD-ACTIE-P50', datum_ontvangst, datum_eerste_actie, 1,
        coalesce(((datum_eerste_actie) - (datum_ontvangst))::double precision, 'infinity'), null,
        true
    ),
    (
        'MELD-ACTIE-P90', datum_ontvangst, datum_eerste_actie, 1,
        coalesce(((datum_eerste_actie) - (datum_ontvangst))::double precision, 'infinity'), null,
        true
    ),
    (
        'MELD-DRUGS-ACTIE-P50', datum_ontvangst, datum_eerste_actie, 1,
        coalesce(((datum_eerste_actie) - (datum_ontvangst))::double precision, 'infinity'), null,
        thema = 'drugs'
    ),
    (
        'MELD-DRUGS-ACTIE-P90', datum_ontvangst, datum_eerste_actie, 1,
        coalesce(((datum_eerste_actie) - (datum_ontvangst))::double precision, 'infinity'), null,
        thema = 'drugs'
    ),
    (
        'MELD-AFHANDEL-P50', datum_ontvangst, datum_afgerond, 1,
        coalesce(((datum_afgerond) - (datum_ontvangst))::double precision, 'infinity'), null,
        true
    ),
    (
        'MELD-AFHANDEL-P90', datum_ontvangst, datum_afgerond, 1,
        coalesce(((datum_afgerond) - (datum_ontvangst))::double precision, 'infinity'), null,
        true
    ),
    ('MELD-NORM', datum_ontvangst, null, 1, coalesce(datum_afgerond - datum_ontvangst <= 56, false)::int, null, true),
    (
        'MELD-OPGEVOLGD', datum_afgerond, null, 1, (afdoening not in ('geen_opvolging', 'onvoldoende_info'))::int,
        null,
        afdoening is not null
    ),
    (
        'MELD-DRUGS-OPGEVOLGD', datum_afgerond, null, 1,
        (afdoening not in ('geen_opvolging', 'onvoldoende_info'))::int, null,
        thema = 'drugs' and afdoening is not null
    ),
    ('MELD-AFDOENING-GEENOPVOLGING', datum_afgerond, null, 1, 1, null, afdoening = 'geen_opvolging'),
    ('MELD-AFDOENING-POLITIE', datum_afgerond, null, 1, 1, null, afdoening = 'politie'),
    ('MELD-AFDOENING-RIEC', datum_afgerond, null, 1, 1, null, afdoening = 'riec'),
    ('MELD-AFDOENING-CONTROLE', datum_afgerond, null, 1, 1, null, afdoening = 'controle'),
    ('MELD-AFDOENING-BESTUURLIJK', datum_afgerond, null, 1, 1, null, afdoening = 'bestuurlijk'),
    ('MELD-AFDOENING-GEBUNDELD', datum_afgerond, null, 1, 1, null, afdoening = 'gebundeld'),
    ('MELD-AFDOENING-ONVOLDOENDEINFO', datum_afgerond, null, 1, 1, null, afdoening = 'onvoldoende_info'),
    ('MELD-TERUGKOPPELING', datum_afgerond, null, 1, terugkoppeling::int, null, terugkoppeling is not null),
    ('MELD-LOPEND', datum_ontvangst, datum_afgerond, 1, 1, null, true)
) as maat (indicator_code, datum, tot, n, waarde, per, geldt)
where maat.geldt and maat.datum is not null and maat.n is not null and maat.waarde is not null
