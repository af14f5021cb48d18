-- Monthly counts of partnerships: the sum over their municipalities, empty as soon as one is missing. The members of
-- today make the whole series, because the source restates all years on the municipalities of today as well.
with maanden as (
    select * from {{ ref('int_maand_gemeente') }}
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
        m.indicator_code,
        g.regio_code,
        m.maand_index,
        g.aantal_leden,
        sum(m.waarde)::integer as som,
        count(m.waarde) as bekend,
        count(*) filter (where m.status_waarde = 'niet_gepubliceerd_op_niveau') as verborgen,
        count(*) filter (where m.status_waarde = 'onderdrukt') as onderdrukt,
        max(m.levering_id) as levering_id
    from gebieden as g
    inner join leden as l on g.regio_code = l.gebied_code
    inner join maanden as m on l.gemeente_code = m.regio_code
    group by m.indicator_code, g.regio_code, m.maand_index, g.aantal_leden
)

select
    indicator_code,
    regio_code,
    maand_index,
    case when bekend = aantal_leden then som end as waarde,
    {{ status_van_som('som', 'bekend', 'aantal_leden', 'verborgen', 'onderdrukt') }} as status_waarde,
    levering_id
from sommen
