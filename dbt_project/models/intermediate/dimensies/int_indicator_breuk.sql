-- Breaks and disturbances of a series, one row per indicator that they touch.
with breuken as (
    select * from {{ ref('breuk') }}
    union all
    select * from {{ ref('breuk_regio') }}
),

indicatoren as (
    select * from {{ ref('int_indicator') }}
)

select
    b.breuk_code,
    i.indicator_code,
    b.datum,
    b.ernst,
    b.tekst,
    extract(year from b.datum)::integer * 12 + extract(month from b.datum)::integer - 1 as maand_index
from breuken as b
inner join indicatoren as i
    on
        b.familie = i.familie
        and (b.soorten = '*' or i.soort = any(string_to_array(b.soorten, ',')))
