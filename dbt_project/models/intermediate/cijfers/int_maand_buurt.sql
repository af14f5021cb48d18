{{ config(materialized='view') }}

-- Monthly counts per district and neighbourhood, one row per month.
select
    s.indicator_code,
    s.regio_code,
    s.jaar * 12 + m.maand - 1 as maand_index,
    s.waarden[m.maand] as waarde,
    {{ status_in_maandreeks('s', 'm.maand') }} as status_waarde,
    s.levering_id
from {{ ref('int_maandreeks_buurt') }} as s
cross join generate_series(1, 12) as m (maand)
where {{ waar('(s.maanden >> (m.maand - 1)) & 1 = 1') }}
