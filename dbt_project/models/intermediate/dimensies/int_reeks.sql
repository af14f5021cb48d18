-- The comparable stretches of every indicator: [van_index, tot_index) in months; the last one is the current series.
with indicatoren as (
    select * from {{ ref('int_indicator') }}
),

breuken as (
    select distinct indicator_code, maand_index, extract(year from datum)::integer as jaar
    from {{ ref('int_indicator_breuk') }}
    where ernst = 'reeksbreuk'
),

grenzen as (
    select i.indicator_code, null::integer as van_index, null::integer as jaar from indicatoren as i
    union all
    select b.indicator_code, b.maand_index, b.jaar from breuken as b
),

stukken as (
    select
        indicator_code,
        van_index,
        jaar,
        lead(van_index) over per_indicator as tot_index,
        lead(jaar) over per_indicator as tot_jaar
    from grenzen
    window per_indicator as (partition by indicator_code order by van_index nulls first)
)

select
    indicator_code,
    coalesce(van_index, 0) as van_index,
    coalesce(tot_index, 2147483647) as tot_index,
    tot_index is null as actueel,
    case
        when jaar is not null then 'vanaf_' || jaar
        when tot_jaar is not null then 'tot_' || tot_jaar
        else 'doorlopend'
    end as reeks
from stukken
