-- Up to which month of the year the year to date runs: the last month that all datasets of a family have in common,
-- so that municipality and neighbourhood, this year and earlier ones are over the same months.
with laatste as (
    select * from {{ ref('int_dataset_laatste') }}
)

select
    familie,
    min(laatste_maand) as maand_index,
    min(laatste_maand) % 12 + 1 as maand
from laatste
where laatste_maand is not null
group by familie
