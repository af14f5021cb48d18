-- Months of a municipality without a column: what follows from it is not known there, and not nought. Of the last
-- delivery in full, and of what was added to it.
with dekking as (
    select * from {{ ref('int_register_dekking') }}
    where not vernietigd
),

leveringen as (
    select
        l.register, l.levering_id, gemeente.code as gemeente_code, kolom.naam as kolom,
        {{ maand_van('l.van') }} as van_index,
        {{ maand_van('l.tot') }} as tot_index
    from {{ ref('stg_register_levering') }} as l
    cross join lateral jsonb_array_elements_text(l.gemeenten) as gemeente (code)
    cross join lateral jsonb_array_elements_text(l.zonder) as kolom (naam)
)

select distinct d.register, d.gemeente_code, d.maand_index, l.kolom
from dekking as d
inner join leveringen as l
    on
        d.register = l.register and d.gemeente_code = l.gemeente_code and d.levering_id <= l.levering_id
        and d.maand_index >= l.van_index and d.maand_index < l.tot_index
