-- Which municipality has delivered which month of a register in full: without a row here there is no zero.
with leveringen as (
    select * from {{ ref('stg_register_levering') }}
    where volledig
),

grenzen as (
    select
        *,
        {{ maand_van('van') }} + case when extract(day from van) > 1 then 1 else 0 end as van_index,
        {{ maand_van('tot') }} as tot_index
    from leveringen
)

select
    g.register,
    gemeente.code as gemeente_code,
    maand.nr as maand_index,
    max(g.levering_id) as levering_id
from grenzen as g
cross join lateral jsonb_array_elements_text(g.gemeenten) as gemeente (code)
cross join lateral generate_series(g.van_index, g.tot_index - 1) as maand (nr)
group by g.register, gemeente.code, maand.nr
