{{ config(materialized='view') }}

-- The months from the first year of the sources up to their last month, numbered year * 12 + month - 1. The population
-- goes back further and does not stretch the list.
with bronnen as (
    select
        jaar * 12 as eerste,
        case periode_soort when 'MM' then jaar * 12 + periode_nr - 1 else jaar * 12 + 11 end as laatste
    from {{ ref('int_dataset_periode') }}
    where familie <> 'bevolking' and periode_soort in ('MM', 'JJ')
    union all
    select maand_index / 12 * 12 as eerste, maand_index as laatste from {{ ref('int_register_dekking') }}
),

grenzen as (
    select min(eerste) as eerste, max(laatste) as laatste from bronnen
)

select
    m.maand_index,
    m.maand_index / 12 as jaar,
    m.maand_index % 12 + 1 as maand,
    g.eerste
from grenzen as g
cross join lateral generate_series(g.eerste, g.laatste) as m (maand_index)
