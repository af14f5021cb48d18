-- Suspects by kind of offence and by age group of the source, as published; of partnerships the sum.
with cijfers as (
    select * from {{ ref('int_kubus') }}
    where dataset = 'cbs_verdachten'
),

soorten as (
    select soort, naam from {{ ref('int_kubus_reeks') }}
    where dataset = 'cbs_verdachten'
),

nederland as (
    select soort, leeftijdsgroep, jaar, relatief from cijfers
    where regio_code = 'NL01'
)

select
    c.soort, s.naam as soort_naam, c.leeftijdsgroep, c.regio_code, c.niveau, c.periode_code, c.jaar,
    c.waarde::integer as aantal, c.ondergrens::integer as aantal_ondergrens, c.bovengrens::integer as aantal_bovengrens,
    c.relatief as per_10000,
    n.relatief as per_10000_nederland,
    c.niveau = 'samenwerkingsgebied' as berekend,
    c.status_waarde, c.status_relatief as status_per_10000,
    c.voorlopig, c.bron, c.bron_soort, c.levering_id, c.bijgewerkt_op
from cijfers as c
inner join soorten as s on c.soort = s.soort
left join nederland as n on c.soort = n.soort and c.leeftijdsgroep = n.leeftijdsgroep and c.jaar = n.jaar
