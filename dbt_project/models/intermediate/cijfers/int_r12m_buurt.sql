-- Rolling twelve months per district and neighbourhood: of every year only those that end in the month up to which
-- all datasets reach. A window per month would be a third of all rows of the marts, for counts that are mostly zero.
with maanden as (
    select * from {{ ref('int_maand_buurt') }}
),

peilmaanden as (
    select i.indicator_code, p.maand
    from {{ ref('int_indicator') }} as i
    inner join {{ ref('int_peilmaand') }} as p on i.familie = p.familie
),

sommen as (
    select
        m.indicator_code,
        m.regio_code,
        (m.maand_index + 12 - p.maand) / 12 * 12 + p.maand - 1 as maand_index,
        sum(m.waarde) as som,
        count(m.waarde) as bekend,
        count(*) as maanden,
        count(*) filter (where m.status_waarde = 'niet_gepubliceerd_op_niveau') as verborgen,
        count(*) filter (where m.status_waarde = 'onderdrukt') as onderdrukt,
        max(m.levering_id) as levering_id
    from maanden as m
    inner join peilmaanden as p on m.indicator_code = p.indicator_code
    group by m.indicator_code, m.regio_code, (m.maand_index + 12 - p.maand) / 12 * 12 + p.maand - 1
)

select
    indicator_code,
    regio_code,
    maand_index,
    case when bekend = 12 then som::integer end as waarde,
    {{ status_van_som('som', 'bekend', '12', 'verborgen', 'onderdrukt') }} as status_waarde,
    levering_id
from sommen
where maanden = 12
