-- The last period with a figure per dataset: of months only, and of months and years together (as its last month).
with maanden as (
    select levering_id, max(maand_index) as laatste_maand
    from (
        select levering_id, maand_index from {{ ref('int_maand_gemeente') }}
        where waarde is not null
        union all
        select s.levering_id, s.jaar * 12 + m.maand - 1 as maand_index
        from (
            select levering_id, jaar, bit_or(bekend) as bekend from {{ ref('int_maandreeks_buurt') }}
            group by levering_id, jaar
        ) as s
        cross join generate_series(1, 12) as m (maand)
        where {{ is_een_van('s.bekend', 'm.maand') }}
    ) as m
    group by levering_id
),

jaren as (
    select levering_id, max(jaar) * 12 + 11 as laatste_maand from {{ ref('int_cel_gemeente') }}
    where periode_soort = 'JJ' and waarde is not null
    group by levering_id
),

leveringen as (
    select * from {{ ref('stg_levering') }}
),

datasets as (
    select * from {{ ref('int_dataset') }}
)

select
    d.dataset,
    d.familie,
    d.schaal,
    max(m.laatste_maand) as laatste_maand,
    greatest(max(m.laatste_maand), max(j.laatste_maand)) as laatste_index
from leveringen as l
inner join datasets as d on l.dataset = d.dataset
left join maanden as m on l.levering_id = m.levering_id
left join jaren as j on l.levering_id = j.levering_id
where d.familie in ('misdrijven', 'overlast')
group by d.dataset, d.familie, d.schaal
