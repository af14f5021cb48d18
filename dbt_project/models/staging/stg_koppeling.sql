{{ config(materialized='table', post_hook='analyze {{ this }}') }}

-- What the codes of a source stand for: per dataset as its newest merged delivery was bound. That binding also holds
-- for figures of earlier deliveries: border 1 refuses a delivery that binds otherwise and does not speak for all. A
-- table, so that the planner knows how few rows it has: every view of cells joins it.
with nieuwste as (
    -- A delivery is of one dataset.
    select max(levering_id) as levering_id from {{ source('beheer', 'koppeling') }}
    where levering_id in ({{ verwerkt_op_peilmoment() }})
    group by dataset
)

select
    k.dataset, k.dimensie, k.code, k.pad, k.betekenis, k.eenheid, k.schaal, k.levering_id
from {{ source('beheer', 'koppeling') }} as k
where k.oordeel in ('gekoppeld', 'eenheid_onbekend') and k.levering_id in (select n.levering_id from nieuwste as n)
