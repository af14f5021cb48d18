-- Counts of rows that are past their retention, as events: one per measure for which the same cases count.
with tellingen as (
    select * from {{ source('raw', 'register_telling') }}
)

select
    tellingen.register,
    indicator.code as indicator_code,
    tellingen.soort,
    concat_ws(
        ' ', 'telling', tellingen.soort, tellingen.gemeente, tellingen.periode, tellingen.buurt,
        array_to_string(tellingen.indicatoren, ' ')
    ) as rij,
    tellingen.gemeente as gemeente_code,
    nullif(tellingen.buurt, '') as buurt_code,
    tellingen.periode as datum,
    tellingen.n,
    tellingen.waarde,
    tellingen.levering_id
from tellingen
cross join lateral unnest(tellingen.indicatoren) as indicator (code)
where tellingen.levering_id in ({{ verwerkt_op_peilmoment() }})
