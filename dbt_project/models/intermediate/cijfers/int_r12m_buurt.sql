-- Rolling twelve months per district and neighbourhood: of every year only those that end in the month up to which
-- all datasets reach. A window per month would be a third of all rows of the marts, for counts that are mostly zero.
with peilmaanden as (
    select i.indicator_code, p.maand
    from {{ ref('int_indicator') }} as i
    inner join {{ ref('int_peilmaand') }} as p on i.familie = p.familie
),

-- The months up to that one belong to its own year, those after it to the next.
delen as (
    select indicator_code, maand, 0 as later, {{ maanden_van_tot('1', 'maand') }} as maanden from peilmaanden
    union all
    select indicator_code, maand, 1 as later, {{ maanden_van_tot('(maand + 1)', '12') }} as maanden from peilmaanden
),

sommen as (
    select
        s.indicator_code,
        s.regio_code,
        (s.jaar + d.later) * 12 + d.maand - 1 as maand_index,
        {{ sommen_over_maanden('s', 'd.maanden') }}
    from {{ ref('int_maandreeks_buurt') }} as s
    inner join delen as d on s.indicator_code = d.indicator_code
    where s.maanden & d.maanden <> 0
    group by s.indicator_code, s.regio_code, (s.jaar + d.later) * 12 + d.maand - 1
)

select
    indicator_code,
    regio_code,
    maand_index,
    case when bekend = 12 then som end as waarde,
    {{ status_van_som('som', 'bekend', '12', '0', 'onderdrukt') }} as status_waarde,
    levering_id
from sommen
where maanden = 12
