{{ config(indexes=[{'columns': ['indicator_code', 'regio_code', 'jaar'], 'unique': true}]) }}

-- Year to date per district and neighbourhood.
with peilmaanden as (
    select i.indicator_code, p.maand, {{ maanden_van_tot('1', 'p.maand') }} as maanden
    from {{ ref('int_indicator') }} as i
    inner join {{ ref('int_peilmaand') }} as p on i.familie = p.familie
),

sommen as (
    select s.indicator_code, s.regio_code, s.jaar, p.maand, {{ sommen_over_maanden('s', 'p.maanden') }}
    from {{ ref('int_maandreeks_buurt') }} as s
    inner join peilmaanden as p on s.indicator_code = p.indicator_code
    where s.maanden & p.maanden <> 0
    group by s.indicator_code, s.regio_code, s.jaar, p.maand
)

select
    indicator_code,
    regio_code,
    jaar,
    maand,
    case when bekend = maand then som end as waarde,
    {{ status_van_som('som', 'bekend', 'maand', '0', 'onderdrukt') }} as status_waarde,
    levering_id
from sommen
where maanden = maand
