{{ config(materialized='view') }}

-- Rows of `indicatorwaarden` from the survey, in percent. Target groups that are no age group stand in
-- `slachtofferschap_online` only: they are not indicators of their own.
with cijfers as (
    select * from {{ ref('int_enquete') }}
    where doelgroep in ('totaal', 'jongeren', 'senioren')
),

themas as (
    select * from {{ ref('int_indicator_thema') }}
)

select
    t.thema,
    c.indicator_code,
    c.regio_code,
    c.niveau,
    c.periode_code,
    'jaar' as periode_soort,
    'procent' as maat,
    c.waarde,
    null::integer as teller,
    null::integer as noemer,
    c.ondergrens,
    c.bovengrens,
    c.methode,
    c.n,
    c.status_waarde,
    c.voorlopig,
    c.bron,
    c.bron_soort,
    c.reeks,
    c.levering_id,
    c.bijgewerkt_op
from cijfers as c
inner join themas as t on c.indicator_code = t.indicator_code
