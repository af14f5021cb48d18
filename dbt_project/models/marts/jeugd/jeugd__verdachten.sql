-- Suspects by kind of offence and by age group of the source, as published; of partnerships the sum.
with cijfers as (
    select * from {{ ref('int_verdachten') }}
),

soorten as (
    select soort, naam from {{ ref('soort_verdachten') }}
),

nederland as (
    select soort, leeftijdsgroep, jaar, per_10000 from {{ ref('int_verdachten') }}
    where regio_code = 'NL01'
)

select
    c.soort, s.naam as soort_naam, c.leeftijdsgroep, c.regio_code, c.niveau, c.periode_code, c.jaar,
    c.aantal, c.aantal_ondergrens, c.aantal_bovengrens,
    c.per_10000,
    n.per_10000 as per_10000_nederland,
    c.niveau = 'samenwerkingsgebied' as berekend,
    c.status_waarde, c.status_per_10000,
    c.voorlopig, c.bron, c.bron_soort, c.levering_id, c.bijgewerkt_op
from cijfers as c
inner join soorten as s on c.soort = s.soort
left join nederland as n on c.soort = n.soort and c.leeftijdsgroep = n.leeftijdsgroep and c.jaar = n.jaar
