{{ config(materialized='view') }}

-- Suspects of partnerships: the sum over their municipalities of today, empty as soon as one is missing. Each part is
-- rounded by itself. The denominator is that of the source: the age group, and of all ages everybody of 12 and older.
with cellen as (
    select * from {{ ref('int_verdachten_cel') }}
),

gebieden as (
    select regio_code, aantal_leden from {{ ref('int_samenwerkingsgebied') }}
),

leden as (
    select gebied_code, gemeente_code from {{ ref('gebied_gemeente') }}
    where gebied_soort = 'samenwerkingsgebied' and geldig_tot is null
),

bevolking as (
    select
        regio_code, jaar, inwoners, status_waarde,
        case leeftijdsgroep when '12+' then 'totaal' else leeftijdsgroep end as leeftijdsgroep
    from {{ ref('int_bevolking') }}
    where peil = '1_januari' and leeftijdsgroep <> 'totaal'
),

sommen as (
    select
        c.soort, c.leeftijdsgroep, g.regio_code, c.jaar, g.aantal_leden,
        sum(c.aantal)::integer as som,
        count(c.aantal) as bekend,
        count(*) filter (where c.status_waarde = 'niet_gepubliceerd_op_niveau') as verborgen,
        count(*) filter (where c.status_waarde = 'onderdrukt') as onderdrukt,
        max(c.levering_id) as levering_id
    from gebieden as g
    inner join leden as l on g.regio_code = l.gebied_code
    inner join cellen as c on l.gemeente_code = c.regio_code
    group by c.soort, c.leeftijdsgroep, g.regio_code, c.jaar, g.aantal_leden
)

select
    s.soort, s.leeftijdsgroep, s.regio_code, s.jaar, s.aantal_leden,
    case when s.bekend = s.aantal_leden then s.som end as aantal,
    {{ status_van_som('s.som', 's.bekend', 's.aantal_leden', 's.verborgen', 's.onderdrukt') }} as status_waarde,
    round(b.inwoners)::integer as inwoners,
    {{ status_van_noemer('b') }} as status_noemer,
    s.levering_id
from sommen as s
left join bevolking as b on s.regio_code = b.regio_code and s.jaar = b.jaar and s.leeftijdsgroep = b.leeftijdsgroep
