-- Deliveries of registers with the municipalities and months that they speak for, but for those that were taken back.
-- None speaks for a month after the one in which it was fetched: that cannot have been known.
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
    least(
        (leveringen.scope ->> 'tot')::date,
        (date_trunc('month', leveringen.opgehaald_op at time zone 'Europe/Amsterdam') + interval '1 month')::date
    ) as tot,
    coalesce(
        (leveringen.scope ->> 'gemaakt')::date, (leveringen.opgehaald_op at time zone 'Europe/Amsterdam')::date
    ) as gemaakt,
    coalesce(leveringen.scope -> 'zonder', '[]') as zonder,
    coalesce((leveringen.scope ->> 'volledig')::boolean, true) as volledig
from leveringen
where
    leveringen.levering_id in ({{ verwerkt_op_peilmoment() }}) and leveringen.scope ? 'gemeente'
    and leveringen.levering_id not in (
        select (intrekking.scope ->> 'trekt_in')::integer
        from {{ source('raw', 'levering') }} as intrekking
        where intrekking.scope ? 'trekt_in' and intrekking.levering_id in ({{ verwerkt_op_peilmoment() }})
    )
