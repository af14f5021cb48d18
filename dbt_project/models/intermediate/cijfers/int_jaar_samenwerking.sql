-- Yearly counts of partnerships: the sum over their municipalities of today, empty as soon as one is missing.
with jaren as (
    select * from {{ ref('int_jaar_gemeente') }}
),

gebieden as (
    select * from {{ ref('int_samenwerkingsgebied') }}
),

leden as (
    select gebied_code, gemeente_code from {{ ref('gebied_gemeente') }}
    where gebied_soort = 'samenwerkingsgebied' and geldig_tot is null
),

sommen as (
    select
        j.indicator_code,
        g.regio_code,
        j.jaar,
        g.aantal_leden,
        sum(j.waarde)::integer as som,
        count(j.waarde) as bekend,
        count(*) filter (where j.status_waarde = 'niet_gepubliceerd_op_niveau') as verborgen,
        count(*) filter (where j.status_waarde = 'onderdrukt') as onderdrukt,
        max(j.levering_id) as levering_id
    from gebieden as g
    inner join leden as l on g.regio_code = l.gebied_code
    inner join jaren as j on l.gemeente_code = j.regio_code
    group by j.indicator_code, g.regio_code, j.jaar, g.aantal_leden
)

select
    indicator_code,
    regio_code,
    jaar,
    case when bekend = aantal_leden then som end as waarde,
    {{ status_van_som('som', 'bekend', 'aantal_leden', 'verborgen', 'onderdrukt') }} as status_waarde,
    levering_id
from sommen
