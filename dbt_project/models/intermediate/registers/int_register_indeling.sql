{{ config(materialized='view') }}

-- Families of measures by the columns that their parts look at: which parts belong together with the total (`eigen`),
-- and which are public by themselves (`vrij`), a bit each.
with indicatoren as (
    select * from {{ ref('int_register_indicator') }}
    where berekening = 'telling' and familie_leden > 1
),

indelingen as (
    select distinct familie, indeling from indicatoren
    where indeling is not null
)

select
    i.familie, i.familie_leden, d.indeling,
    max(i.min_cel) as min_cel,
    coalesce(bit_or(1::bigint << (i.familie_nr - 1)) filter (where i.min_cel = 1), 0) as vrij,
    bit_or(1::bigint << (i.familie_nr - 1)) filter (where i.indeling is null or i.indeling = d.indeling) as eigen
from indicatoren as i
inner join indelingen as d on i.familie = d.familie
group by i.familie, i.familie_leden, d.indeling
having max(i.min_cel) > 1
