-- Reports of nuisance by youth (E35), also per 1,000 inhabitants of 12 to 24 years.
with cijfers as (
    select * from {{ ref('int_cijfer_vergelijking') }}
    where indicator_code = 'OVL-E35' and periode_soort in ('maand', 'r12m', 'jaar')
),

jongeren as (
    select regio_code, jaar, round(inwoners)::integer as inwoners from {{ ref('int_bevolking') }}
    where leeftijdsgroep = '12-24' and peil = '1_januari'
)

select
    c.regio_code, c.niveau, c.periode_code, c.periode_soort,
    c.teller as aantal,
    c.teller_vorig_jaar as aantal_vorig_jaar,
    c.verschil,
    c.verschil_pct,
    case when c.niveau not in ('wijk', 'buurt') then {{ per_1000('c') }} end as per_1000,
    j.inwoners as jongeren_12_24,
    case when j.inwoners >= {{ var('noemer_minimum') }} then 1000.0::double precision * c.teller / j.inwoners end
        as per_1000_jongeren,
    c.status_waarde, c.voorlopig, c.bron, c.bron_soort, c.levering_id, c.bijgewerkt_op
from cijfers as c
left join jongeren as j on c.regio_code = j.regio_code and c.eind_index / 12 = j.jaar
