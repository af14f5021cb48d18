-- Generated from contracts/registers/actieplan.yml by `python -m veiligheidsbeeld.generated`.
-- noqa: disable=LT02, RF02
-- Events of the register: a row per registration and measure that it counts for.
with rijen as (
    select rij.* from {{ source('raw', 'actieplan') }} as rij
    where {{ bekend('rij') }}
)

select
    'actieplan' as register,
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
    ('ACT-TOT', datum_start, null, 1, 1, null, status = 'gereed' and soort not in ('mijlpaal', 'ambitie', 'middelen')),
    (
        'ACT-PREVENTIE', datum_start, null, 1, 1, null,
        prioriteit = 'ondermijning' and status in ('loopt', 'gereed')
        and soort in ('preventie', 'campagne', 'bezoek', 'bijeenkomst', 'les', 'podcast', 'training')
    ),
    (
        'ACT-REPRESSIE', datum_start, null, 1, 1, null,
        prioriteit = 'ondermijning' and status in ('loopt', 'gereed') and soort = 'repressie'
    ),
    ('ACT-BEREIK', datum_start, null, bereik, bereik, null, prioriteit = 'ondermijning'),
    ('ACT-CAMPAGNE', datum_start, null, 1, 1, null, soort = 'campagne'),
    ('ACT-PARTNERS', datum_start, null, 1, 1, null, cardinality(partners) > 0),
    ('ACT-GRENS', datum_start, null, 1, 1, null, grensoverschrijdend),
    ('ACT-PODCAST', datum_start, null, aantal, aantal, null, soort = 'podcast'),
    ('ACT-PODCAST-BEREIK', datum_start, null, bereik, bereik, null, soort = 'podcast'),
    (
        'ACT-' || upper(replace(programma, '_', '')) || '-BEREIK', datum_start, null, bereik, bereik, null,
        programma is not null
    ),
    (
        'ACT-BUITENGEBIED', datum_start, null, 1, 1, null,
        programma in ('veilig_buitengebied', 'pilot_buitengebied') and status in ('loopt', 'gereed')
    ),
    ('ACT-AGRARIERS', datum_start, null, aantal, aantal, null, doelgroep = 'agrariers' and soort = 'bezoek'),
    (
        'ACT-BIJEENKOMST', datum_start, null, 1, 1, null,
        prioriteit = 'ondermijning' and soort = 'bijeenkomst' and status = 'gereed'
    ),
    (
        'ACT-BIJEENKOMST-DEELNEMERS', datum_start, null, deelnemers, deelnemers, null,
        prioriteit = 'ondermijning' and soort = 'bijeenkomst'
    ),
    (
        'ACT-SESSIE-MENSENHANDEL', datum_start, null, 1, 1, null,
        programma = 'mensenhandel' and soort in ('bijeenkomst', 'training')
    ),
    ('ACT-SESSIE-MENSENHANDEL-DEELNEMERS', datum_start, null, deelnemers, deelnemers, null, programma = 'mensenhandel'),
    (
        'ACT-SESSIE-ZORG', datum_start, null, 1, 1, null,
        programma = 'zorgcriminaliteit' and soort in ('bijeenkomst', 'training')
    ),
    ('ACT-SESSIE-ZORG-DEELNEMERS', datum_start, null, deelnemers, deelnemers, null, programma = 'zorgcriminaliteit'),
    ('ACT-SCAN', datum_start, null, 1, 1, null, soort = 'scan' and status = 'gereed'),
    (
        'TRAIN-BOA', datum_start, null, formatie_totaal, aantal_getraind,
        gemeente || coalesce(organisatie, '') || functiegroep,
        soort = 'training' and functiegroep in ('boa', 'toezichthouder')
    ),
    ('TRAIN-TOT', datum_start, null, 1, 1, null, soort = 'training'),
    ('TRAIN-DEELNEMERS', datum_start, null, deelnemers, deelnemers, null, soort = 'training'),
    ('DEK-BUS', datum_start, null, 1, 1, null, programma = 'ondermijningsbus' and status = 'gereed'),
    ('ACT-BUS-BEZOEKERS', datum_start, null, deelnemers, deelnemers, null, programma = 'ondermijningsbus'),
    (
        'AMB-GEREED', coalesce(datum_eind, datum_start), null, 1, (status = 'gereed')::int,
        gemeente || coalesce(organisatie, '') || ambitie_id,
        soort = 'ambitie'
    ),
    (
        'AMB-BEWUSTWORDING', coalesce(datum_eind, datum_start), null, 1, (status = 'gereed')::int,
        gemeente || coalesce(organisatie, '') || ambitie_id,
        (soort = 'ambitie') and ambitie_thema = 'bewustwording'
    ),
    (
        'AMB-INFORMATIEPOSITIE', coalesce(datum_eind, datum_start), null, 1, (status = 'gereed')::int,
        gemeente || coalesce(organisatie, '') || ambitie_id,
        (soort = 'ambitie') and ambitie_thema = 'informatiepositie'
    ),
    (
        'AMB-REGELGEVING', coalesce(datum_eind, datum_start), null, 1, (status = 'gereed')::int,
        gemeente || coalesce(organisatie, '') || ambitie_id,
        (soort = 'ambitie') and ambitie_thema = 'regelgeving'
    ),
    (
        'AMB-WEERBAARHEID', coalesce(datum_eind, datum_start), null, 1, (status = 'gereed')::int,
        gemeente || coalesce(organisatie, '') || ambitie_id,
        (soort = 'ambitie') and ambitie_thema = 'weerbaarheid'
    ),
    (
        'AMB-COMMUNICATIE', coalesce(datum_eind, datum_start), null, 1, (status = 'gereed')::int,
        gemeente || coalesce(organisatie, '') || ambitie_id,
        (soort = 'ambitie') and ambitie_thema = 'communicatie'
    ),
    (
        'MIJL-' || upper(replace(programma, '_', '')), coalesce(datum_eind, datum_start), null, 1,
        (status = 'gereed')::int, gemeente || actie_id,
        (soort = 'mijlpaal') and programma is not null
    ),
    ('MIDDEL-BUDGET', datum_start, null, 1, budget, null, soort = 'middelen'),
    ('MIDDEL-FTE', datum_start, null, fte, fte, gemeente || prioriteit, soort = 'middelen'),
    ('MIDDEL-BUDGET-OND', datum_start, null, 1, budget, null, soort = 'middelen' and prioriteit = 'ondermijning'),
    (
        'ACT-JEUGD', datum_start, null, 1, 1, null,
        doelgroep = 'jongeren' and status in ('loopt', 'gereed') and soort not in ('mijlpaal', 'ambitie', 'middelen')
    ),
    ('ACT-JEUGD-BEREIK', datum_start, null, bereik, bereik, null, doelgroep = 'jongeren'),
    ('ACT-LES', datum_start, null, coalesce(aantal, 1), coalesce(aantal, 1), null, soort = 'les'),
    ('ACT-PMG', datum_start, null, 1, 1, null, programma = 'preventie_met_gezag'),
    ('ACT-GRIP', datum_start, null, deelnemers, deelnemers, null, programma = 'grip_op_onbegrip'),
    ('DEK-VEILIGESCHOOL', datum_start, null, 1, 1, null, programma = 'veilige_school' and status = 'gereed'),
    ('ACT-REBOOTCMP', datum_start, null, deelnemers, deelnemers, null, programma = 're_bootcmp'),
    ('ACT-CLICKTIK', datum_start, null, deelnemers, deelnemers, null, programma = 'click_en_tik'),
    (
        'ACT-CLICKTIK-GESLAAGD', datum_start, null, deelnemers, geslaagd, null,
        programma = 'click_en_tik' and geslaagd is not null and deelnemers > 0
    ),
    (
        'ACT-CYBER', datum_start, null, 1, 1, null,
        prioriteit = 'cybercrime' and status in ('loopt', 'gereed') and soort not in ('mijlpaal', 'middelen')
    ),
    (
        'ACT-CYBER-INWONERS', datum_start, null, 1, 1, null,
        (prioriteit = 'cybercrime' and status in ('loopt', 'gereed')) and doelgroep = 'inwoners'
    ),
    (
        'ACT-CYBER-JONGEREN', datum_start, null, 1, 1, null,
        (prioriteit = 'cybercrime' and status in ('loopt', 'gereed')) and doelgroep = 'jongeren'
    ),
    (
        'ACT-CYBER-SENIOREN', datum_start, null, 1, 1, null,
        (prioriteit = 'cybercrime' and status in ('loopt', 'gereed')) and doelgroep = 'senioren'
    ),
    (
        'ACT-CYBER-LAAGGELETTERDEN', datum_start, null, 1, 1, null,
        (prioriteit = 'cybercrime' and status in ('loopt', 'gereed')) and doelgroep = 'laaggeletterden'
    ),
    (
        'ACT-CYBER-ONDERNEMERS', datum_start, null, 1, 1, null,
        (prioriteit = 'cybercrime' and status in ('loopt', 'gereed')) and doelgroep = 'ondernemers'
    ),
    (
        'ACT-CYBER-MIDDENKADER', datum_start, null, 1, 1, null,
        (prioriteit = 'cybercrime' and status in ('loopt', 'gereed')) and doelgroep = 'middenkader'
    ),
    (
        'ACT-CYBER-OUDERS', datum_start, null, 1, 1, null,
        (prioriteit = 'cybercrime' and status in ('loopt', 'gereed')) and doelgroep = 'ouders'
    ),
    ('ACT-CYBER-BEREIK', datum_start, null, bereik, bereik, null, prioriteit = 'cybercrime'),
    (
        'ACT-CYBER-DOELGROEP', datum_start, null, 1,
        (doelgroep in ('laaggeletterden', 'senioren', 'jongeren', 'ondernemers'))::int, null,
        prioriteit = 'cybercrime' and status in ('loopt', 'gereed') and doelgroep is not null
    ),
    ('ACT-CYBEROEFENING', datum_start, null, 1, 1, null, programma = 'cyberoefening'),
    ('ACT-PHISHING', datum_start, null, deelnemers, geslaagd, null, programma = 'phishingtest' and deelnemers > 0),
    ('ACT-DONKEREDAGEN', datum_start, null, 1, 1, null, programma = 'donkere_dagen'),
    ('ACT-BUURTWHATSAPP', datum_start, null, aantal, aantal, gemeente, programma = 'buurtwhatsapp'),
    ('ACT-BUURTPREVENTIE', datum_start, null, aantal, aantal, gemeente, programma = 'buurtpreventie'),
    ('ACT-VEILIGHEIDSAVOND', datum_start, null, 1, 1, null, programma = 'veiligheidsavond' and status = 'gereed'),
    ('ACT-VEILIGHEIDSAVOND-BEZOEKERS', datum_start, null, deelnemers, deelnemers, null, programma = 'veiligheidsavond'),
    ('ACT-BERICHT', datum_start, null, coalesce(aantal, 1), coalesce(aantal, 1), null, soort = 'bericht'),
    ('ACT-SCHOUW', datum_start, null, 1, 1, null, soort = 'schouw' and status = 'gereed'),
    ('ACT-BURGERINITIATIEF', datum_start, null, 1, 1, null, programma = 'burgerinitiatief'),
    (
        'ACT-LEEF', datum_start, null, 1, 1, null,
        prioriteit = 'leefomgeving' and status in ('loopt', 'gereed') and soort not in ('mijlpaal', 'middelen')
    ),
    ('ACT-RISICO-BEREIK', datum_start, null, bereik, bereik, null, programma = 'risicocommunicatie'),
    (
        'PLAN-GEREED', datum_start, null, 1, (status = 'gereed')::int, gemeente || actie_id,
        status <> 'vervallen' and soort not in ('mijlpaal', 'ambitie', 'middelen')
    )
) as maat (indicator_code, datum, tot, n, waarde, per, geldt)
where maat.geldt and maat.datum is not null and maat.n is not null and maat.waarde is not null
