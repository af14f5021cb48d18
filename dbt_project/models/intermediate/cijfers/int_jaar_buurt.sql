-- Yearly counts per district and neighbourhood: the sum of twelve complete months. Soorten that the source does not
-- publish at this level get a row per year that says so.
with maanden as (
    select * from {{ ref('int_maand_buurt') }}
),

sommen as (
    select
        indicator_code,
        regio_code,
        maand_index / 12 as jaar,
        sum(waarde)::integer as som,
        count(waarde) as bekend,
        count(*) as maanden,
        count(*) filter (where status_waarde = 'onderdrukt') as onderdrukt,
        max(levering_id) as levering_id
    from maanden
    group by indicator_code, regio_code, maand_index / 12
),

niet_gepubliceerd as (
    select i.indicator_code, s.regio_code, s.jaar
    from {{ ref('int_indicator') }} as i
    inner join sommen as s on s.indicator_code = 'MIS-0.0.0' and s.maanden = 12
    where i.alleen_jaar
)

select
    indicator_code,
    regio_code,
    jaar,
    case when bekend = 12 then som end as waarde,
    {{ status_van_som('som', 'bekend', '12', '0', 'onderdrukt') }} as status_waarde,
    levering_id
from sommen
where maanden = 12
union all
select
    indicator_code,
    regio_code,
    jaar,
    null::integer as waarde,
    'niet_gepubliceerd_op_niveau' as status_waarde,
    null::integer as levering_id
from niet_gepubliceerd
