-- Deliveries of registers with the municipalities and months that they speak for.
with leveringen as (
    select * from {{ source('raw', 'levering') }}
)

select
    leveringen.levering_id,
    leveringen.dataset as register,
    leveringen.bron_soort,
    leveringen.verwerkt_op,
    leveringen.scope -> 'gemeente' as gemeenten,
    (leveringen.scope ->> 'van')::date as van,
    (leveringen.scope ->> 'tot')::date as tot,
    coalesce((leveringen.scope ->> 'volledig')::boolean, true) as volledig
from leveringen
where leveringen.levering_id in ({{ verwerkt_op_peilmoment() }}) and leveringen.scope ? 'gemeente'
