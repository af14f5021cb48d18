-- Registered cybercrime and fraud beside what inhabitants say happened to them, per region and year since the redesign
-- of the survey. Two ways of measuring: never one series, and no ratio between the two.
with registraties as (
    select c.*, {{ per_1000('c') }} as per_1000 from {{ ref('int_cijfer') }} as c
    where
        c.indicator_code in ('MIS-3.7.4', 'MIS-3.9.1', 'MIS-3.9.3') and c.periode_soort = 'jaar'
        and c.eind_index >= 2021 * 12 and c.niveau not in ('wijk', 'buurt')
),

enquete as (
    select * from {{ ref('int_enquete') }}
    where
        indicator_basis in ('VM-ONLINE-SL', 'VM-ONLINE-MELD', 'VM-ONLINE-AANG', 'VM-FRAUDE-SL', 'VM-HACKEN-SL')
        and leeftijdsgroep = 'totaal' and doelgroep = 'totaal'
),

rijen as (
    select
        'registratie' as reeks, indicator_code, regio_code, niveau, periode_code,
        per_1000 as waarde, null::double precision as ondergrens, null::double precision as bovengrens,
        'misdrijven per 1.000 inwoners' as eenheid,
        case when teller is not null and per_1000 is null then status_noemer else status_waarde end as status_waarde,
        'Wat de politie registreerde, op de plaats van het misdrijf; wat niet is gemeld telt niet mee.' as toelichting,
        voorlopig, bron, bron_soort, levering_id, bijgewerkt_op
    from registraties
    union all
    select
        reeks, indicator_code, regio_code, niveau, periode_code, waarde, ondergrens, bovengrens,
        case split_part(indicator_code, '-', 3)
            when 'SL' then 'procent van inwoners van 15 jaar en ouder' else 'procent van slachtoffers'
        end as eenheid,
        status_waarde,
        'Wat inwoners zeggen te hebben meegemaakt, in hun woonplaats; een schatting met marge.' as toelichting,
        voorlopig, bron, bron_soort, levering_id, bijgewerkt_op
    from enquete
)

select
    r.indicator_code, i.naam, r.reeks, r.regio_code, r.niveau, r.periode_code, r.waarde, r.ondergrens, r.bovengrens,
    r.eenheid, r.status_waarde, r.toelichting, r.voorlopig, r.bron, r.bron_soort, r.levering_id, r.bijgewerkt_op
from rijen as r
inner join {{ ref('int_indicator') }} as i on r.indicator_code = i.indicator_code
