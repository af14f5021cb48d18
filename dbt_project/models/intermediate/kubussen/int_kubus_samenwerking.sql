{{ config(materialized='view') }}

-- Counts of partnerships: the sum over their municipalities of today, empty as soon as one is missing. What is no count
-- does not add up. The denominator is that of the source: the age group, and of its total whom that is about.
with cellen as (
    select c.*, case c.leeftijdsgroep when 'totaal' then r.leeftijd_totaal else c.leeftijdsgroep end as noemergroep
    from {{ ref('int_kubus_cel') }} as c
    inner join {{ ref('int_kubus_reeks') }} as r on c.dataset = r.dataset and c.soort = r.soort
    where r.eenheid = 'aantal'
),

gebieden as (
    select regio_code, aantal_leden from {{ ref('int_samenwerkingsgebied') }}
),

leden as (
    select gebied_code, gemeente_code from {{ ref('gebied_gemeente') }}
    where gebied_soort = 'samenwerkingsgebied' and geldig_tot is null
),

bevolking as (
    select regio_code, jaar, inwoners, status_waarde, leeftijdsgroep from {{ ref('int_bevolking') }}
    where peil = '1_januari'
),

sommen as (
    select
        c.dataset, c.soort, c.leeftijdsgroep, c.noemergroep, g.regio_code, c.jaar, g.aantal_leden,
        sum(c.waarde) as som,
        count(c.waarde) as bekend,
        count(*) filter (where c.status_waarde = 'niet_gepubliceerd_op_niveau') as verborgen,
        count(*) filter (where c.status_waarde = 'onderdrukt') as onderdrukt,
        max(c.levering_id) as levering_id
    from gebieden as g
    inner join leden as l on g.regio_code = l.gebied_code
    inner join cellen as c on l.gemeente_code = c.regio_code
    group by c.dataset, c.soort, c.leeftijdsgroep, c.noemergroep, g.regio_code, c.jaar, g.aantal_leden
)

select
    s.dataset, s.soort, s.leeftijdsgroep, s.regio_code, s.jaar, s.aantal_leden,
    case when s.bekend = s.aantal_leden then s.som end as waarde,
    {{ status_van_som('s.som', 's.bekend', 's.aantal_leden', 's.verborgen', 's.onderdrukt') }} as status_waarde,
    round(b.inwoners)::integer as inwoners,
    {{ status_van_noemer('b') }} as status_noemer,
    s.levering_id
from sommen as s
left join bevolking as b on s.regio_code = b.regio_code and s.jaar = b.jaar and s.noemergroep = b.leeftijdsgroep
