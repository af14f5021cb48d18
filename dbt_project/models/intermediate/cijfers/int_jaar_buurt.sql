-- Yearly counts per district and neighbourhood: the year figure of the source where it has one (47024NED), else the sum
-- of twelve complete months. Soorten that are not published at this level get a row per year that says so.
with maandsommen as (
    select s.indicator_code, s.regio_code, s.jaar, {{ sommen_over_maanden('s', '4095') }}
    from {{ ref('int_maandreeks_buurt') }} as s
    group by s.indicator_code, s.regio_code, s.jaar
),

indicatoren as (
    select * from {{ ref('int_indicator') }}
),

jaarcellen as (
    select c.indicator_code, c.regio_code, c.jaar, c.waarde, c.status_waarde, c.levering_id
    from {{ ref('int_cel_buurt') }} as c
    inner join {{ ref('int_regio') }} as r on c.regio_code = r.regio_code
    inner join indicatoren as i on c.indicator_code = i.indicator_code
    where c.periode_soort = 'JJ' and r.niveau in ('wijk', 'buurt') and r.werkgebied and not i.alleen_jaar
),

niet_gepubliceerd as (
    select distinct i.indicator_code, s.regio_code, s.jaar
    from maandsommen as s
    inner join indicatoren as van on s.indicator_code = van.indicator_code
    inner join indicatoren as i on van.familie = i.familie
    where s.maanden = 12 and i.alleen_jaar
)

select
    coalesce(c.indicator_code, m.indicator_code) as indicator_code,
    coalesce(c.regio_code, m.regio_code) as regio_code,
    coalesce(c.jaar, m.jaar) as jaar,
    coalesce(c.waarde, case when m.bekend = 12 then m.som end) as waarde,
    case
        when c.waarde is null and (m.bekend = 12 or c.status_waarde is null)
            then {{ status_van_som('m.som', 'm.bekend', '12', '0', 'm.onderdrukt') }}
        else c.status_waarde
    end as status_waarde,
    case when c.waarde is null then m.levering_id else c.levering_id end as levering_id
from jaarcellen as c
full outer join maandsommen as m
    on c.indicator_code = m.indicator_code and c.regio_code = m.regio_code and c.jaar = m.jaar
where c.jaar is not null or m.maanden = 12
union all
select
    indicator_code,
    regio_code,
    jaar,
    null::integer as waarde,
    'niet_gepubliceerd_op_niveau' as status_waarde,
    null::integer as levering_id
from niet_gepubliceerd
