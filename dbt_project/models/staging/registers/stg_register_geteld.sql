-- Months of a municipality of which the rows are past their retention and the counts were kept.
with geteld as (
    select * from {{ source('raw', 'register_geteld') }}
)

select
    geteld.register,
    geteld.gemeente as gemeente_code,
    {{ maand_van('geteld.maand') }} as maand_index,
    geteld.levering_id
from geteld
where geteld.levering_id in ({{ verwerkt_op_peilmoment() }})
