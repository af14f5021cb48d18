{{ config(indexes=[{'columns': ['indicator_code', 'gemeente_code', 'maand_index']}]) }}

-- Counts and shares per municipality and month: cases (`n`) and their sum (`waarde`). Of rows past their retention,
-- totals are known per month, the rest per year (in its first month): it is published per year only.
with gebeurtenissen as (
    select * from {{ ref('int_register_gebeurtenis') }}
),

indicatoren as (
    select indicator_code, case when basis and berekening = 'telling' then 'totaal' else 'deel' end as telling
    from {{ ref('int_register_indicator') }}
    where berekening in ('telling', 'aandeel')
)

select
    g.indicator_code, g.gemeente_code, g.maand_index,
    sum(g.n) as n,
    sum(g.waarde) as waarde,
    max(g.levering_id) as levering_id
from gebeurtenissen as g
inner join indicatoren as i
    on g.indicator_code = i.indicator_code and coalesce(g.telling, i.telling) = i.telling
group by g.indicator_code, g.gemeente_code, g.maand_index
