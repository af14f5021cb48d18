-- Which municipality has delivered which month of a register in full: without a row here there is no zero.
-- `vernietigd`: its rows are past their retention, and only counts are left. `voorlopig`: the month was not over when
-- its last delivery was made.
with leveringen as (
    select * from {{ ref('stg_register_levering') }}
    where volledig
),

geteld as (
    select * from {{ ref('stg_register_geteld') }}
),

grenzen as (
    select
        *,
        {{ maand_van('van') }} + case when extract(day from van) > 1 then 1 else 0 end as van_index,
        {{ maand_van('tot') }} as tot_index
    from leveringen
),

maanden as (
    select
        g.register, gemeente.code as gemeente_code, maand.nr as maand_index, g.levering_id, false as vernietigd,
        maand.nr >= {{ maand_van('g.gemaakt') }} as voorlopig
    from grenzen as g
    cross join lateral jsonb_array_elements_text(g.gemeenten) as gemeente (code)
    cross join lateral generate_series(g.van_index, g.tot_index - 1) as maand (nr)
    union all
    select register, gemeente_code, maand_index, levering_id, true as vernietigd, false as voorlopig from geteld
)

select
    register, gemeente_code, maand_index, max(levering_id) as levering_id, bool_and(vernietigd) as vernietigd,
    (array_agg(voorlopig order by levering_id desc))[1] as voorlopig
from maanden
group by register, gemeente_code, maand_index
