{{ config(indexes=[{'columns': ['indicator_code', 'regio_code', 'jaar'], 'unique': true}]) }}

-- Year to date for municipality and higher: January up to and including the same month of every year, empty when a
-- month is missing.
with maanden as (
    {{ samen(['int_maand_gemeente', 'int_maand_samenwerking']) }}
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
        m.maand_index / 12 as jaar,
        p.maand,
        sum(m.waarde) as som,
        count(m.waarde) as bekend,
        count(*) as maanden,
        count(*) filter (where m.status_waarde = 'niet_gepubliceerd_op_niveau') as verborgen,
        count(*) filter (where m.status_waarde = 'onderdrukt') as onderdrukt,
        max(m.levering_id) as levering_id
    from maanden as m
    inner join peilmaanden as p on m.indicator_code = p.indicator_code and m.maand_index % 12 < p.maand
    group by m.indicator_code, m.regio_code, m.maand_index / 12, p.maand
)

select
    indicator_code,
    regio_code,
    jaar,
    maand,
    case when bekend = maand then som::integer end as waarde,
    {{ status_van_som('som', 'bekend', 'maand', 'verborgen', 'onderdrukt') }} as status_waarde,
    levering_id
from sommen
where maanden = maand
