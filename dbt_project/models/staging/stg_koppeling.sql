-- What the codes of a source stand for: per dataset as its newest merged delivery was bound. That binding also holds
-- for figures of earlier deliveries: border 1 refuses a delivery that binds otherwise and does not speak for all.
with koppelingen as (
    select * from {{ source('beheer', 'koppeling') }}
    where levering_id in ({{ verwerkt_op_peilmoment() }})
),

nieuwste as (
    select dataset, max(levering_id) as levering_id from koppelingen
    group by dataset
)

select
    k.dataset, k.dimensie, k.code, k.pad, k.betekenis, k.eenheid, k.schaal, k.levering_id
from koppelingen as k
inner join nieuwste as n on k.dataset = n.dataset and k.levering_id = n.levering_id
where k.oordeel in ('gekoppeld', 'eenheid_onbekend')
